"""The contracts with how their licenses are used: what charts of licenses are made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from ....rules.charts import Chart, ChartColumn, ChartRow, Form
from ....rules.filters import quote
from ....rules.forecasts import WEEKS
from ....rules.licenses import Licenses, Standing, standing
from ....rules.times import to_datetime
from ....store.analytics.days import number_of
from ....store.tables import contracts
from ...home import JOINED
from ..making import Material
from .holdings import Use, use_of_contracts

QUIET_DAYS = 90
"""Days without activity after which a license could be given to somebody else."""

EXPLANATION = (
    "Occupied: learners joined to at least one program of the contract; one in two of its programs holds one license.",
    "Reserved: learners who are invited and hold none. Free: purchased less occupied and reserved, while the "
    "contract is in force.",
    "Taken: occupied of purchased; ≥75, ≥90 and ≥100 mark what administrators are alerted to.",
    "Utilized: occupied, and enrolled in a course under the contract. Idle: occupied and not utilized.",
    "People who were removed hold nothing.",
)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with how its licenses are used."""

    name: str
    standing: Standing
    ends_on: date | None
    purchased: int | None
    use: Use

    @property
    def licenses(self) -> Licenses:
        """Its licenses by what they are taken for."""
        return Licenses(self.purchased, self.use.occupied, self.use.reserved)

    @property
    def left(self) -> int | None:
        """How many licenses nobody holds, below 0 where more are held than purchased; None without a number of them."""
        return None if self.purchased is None else self.purchased - self.use.occupied

    @property
    def idle(self) -> int:
        """Licenses that are occupied and not utilized."""
        return self.use.occupied - self.use.utilized

    @property
    def under(self) -> str:
        """The filter for its members."""
        return f"contract:{quote(self.name)} {JOINED}"

    def used(self, material: Material) -> str:
        """The filter for those who hold a license and use it; beside another one under whichever membership."""
        use = f"{self.under} enrolled>0"
        return f"{self.under} -(-({use}))" if material.asked is not None else use

    @property
    def unused(self) -> str:
        """The filter for those who hold a license and do not use it."""
        return f"{self.under} -({self.under} enrolled>0)"

    def promised(self, material: Material) -> str:
        """The filter for those who are invited and hold no license."""
        return f"contract:{quote(self.name)} status:invited -({material.of_these(self.under)})"


def counted(material: Material) -> Iterator[Contract]:
    """The contracts that are told of, those in force first, then by name."""
    chosen = None if material.asked is None else material.asked.memberships
    cutoff = number_of(quiet_since(material))
    used = use_of_contracts(material.columns, chosen, cutoff, _week_ends(material), material.check)
    known = material.connection.execute(select(contracts).order_by(contracts.c.name)).all()
    order = {Standing.IN_FORCE: 0, Standing.AHEAD: 1, Standing.ENDED: 2}
    day = to_datetime(material.clock, material.zone).date()
    standings = {row.id: standing(row.starts_on, row.ends_on, day) for row in known}
    for row in sorted(known, key=lambda row: order[standings[row.id]]):
        if row.id in used or material.asked is None:
            yield Contract(row.name, standings[row.id], row.ends_on, row.licenses, used.get(row.id, Use()))


def _week_ends(material: Material) -> list[int]:
    """The days with which each of the last weeks ends, and the one before the first of them."""
    return [number_of(today(material)) - 7 * back for back in range(WEEKS, -1, -1)]


def quiet_since(material: Material) -> date:
    """The day from which on somebody must have joined or learned not to be quiet."""
    return today(material) - timedelta(days=QUIET_DAYS)


def today(material: Material) -> date:
    """The day of the newest fact, else on which it was counted."""
    return material.today or to_datetime(material.columns.version.made_at, material.zone).date()


def chart(
    material: Material,
    title: str,
    form: Form,
    columns: Sequence[ChartColumn],
    rows: Sequence[ChartRow],
    notes: Sequence[str],
    *,
    explanation: Sequence[str] = EXPLANATION,
) -> Chart:
    """The chart, whichever is chosen."""
    people = int(material.learners.sum())
    return Chart("utilization", title, form, columns, rows, people, material.as_of, explanation, notes)
