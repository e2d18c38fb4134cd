"""Every figure of every chart opens exactly its people, whatever is chosen, filtered and dated."""

from datetime import date
from itertools import product
from random import Random

import pytest

from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.opening import opened_people
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.registry import MODULES, maker
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store

FILTERS = ("", "country:Germany or unit:Sales", "-program:data-foundations", "active>30d -country:Japan", "enrolled>1")
SPANS = ((None, None), (date(2025, 12, 10), None), (None, date(2026, 2, 15)), (date(2025, 10, 15), date(2026, 4, 20)))
TRIED = 14


@pytest.mark.parametrize("name", MODULES)
def test_a_figure_opens_its_people(counted: Store, name: str) -> None:
    choices = [[(choice.name, value) for value in choice.values] for choice in maker(name).choices if choice.values]
    asked = list(product(product(*choices), FILTERS, SPANS if maker(name).has_dates else SPANS[:1]))
    for chosen, where, (since, until) in Random(name).sample(asked, min(TRIED, len(asked))):
        chart = read(counted, ADA, Asked(name, parse(where), since, until, dict(chosen)), NOW)
        for row in [row for row in chart.rows if row.people and row.n is not None][:4]:
            assert opened_people(counted, where, row.people) == row.n, (chosen, where, since, until, row)
