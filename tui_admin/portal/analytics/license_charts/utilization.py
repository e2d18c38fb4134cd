"""License utilization: what is purchased, held, used and idle of each contract; whose licenses could be freed; when
they run out."""

from collections.abc import Callable, Mapping, Sequence

from ....rules.charts import Chart, Choice, Form
from ..making import Maker, Material
from . import all_contracts, outlook, reclaim
from .contracts import Contract, chart, counted

SHOW = Choice("show", ("contracts", "reclaim", "forecast"), "contracts")
"""All contracts; whose licenses could be given to others; when licenses run out."""


def make(material: Material) -> Chart:
    """The chart that is chosen."""
    found = list(counted(material))
    if not found:
        return chart(material, "No contract yet: tui-admin contracts create makes one", Form.TABLE, (), [], [])
    return _SHOWN[material.chosen["show"]](material, found)


_SHOWN: Mapping[str, Callable[[Material, Sequence[Contract]], Chart]] = {
    "contracts": all_contracts.make,
    "reclaim": reclaim.make,
    "forecast": outlook.make,
}

CHARTS = {"utilization": Maker("utilization", "License utilization", make, (SHOW,), has_dates=False, is_of_a_day=True)}
