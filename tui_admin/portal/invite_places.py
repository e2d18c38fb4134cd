"""What a list of people says of program and contract: found among those of the administrator, or said to be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ..rules.errors import BadInput, UsageError
from ..rules.remarks import Remark
from ..rules.roles import Actor, Right
from ..rules.text import clean, fold
from ..rules.times import Instant, to_datetime
from ..store import contracts as store_contracts
from ..store.tables import contracts, programs
from . import lookup, rights

Remarks = tuple[tuple[Remark, str], ...]


class Place(NamedTuple):
    """Where a row invites to: the ids, null where it cannot be told, and what is said of it."""

    program_id: int | None
    contract_id: int | None
    remarks: Remarks = ()


@dataclass(frozen=True, slots=True)
class Usual:
    """The program (slug or name) and contract (name) of rows that name none."""

    program: str | None = None
    contract: str | None = None

    def fill(self, program: str, contract: str) -> tuple[str, str]:
        """What the cells of a row say, those that are blank filled in."""
        return program.strip() or (self.program or "").strip(), contract.strip() or (self.contract or "").strip()


class Places:
    """The programs an administrator may invite to, with their contracts, as they stand at a moment."""

    def __init__(self, connection: Connection, actor: Actor, now: Instant, zone: tzinfo) -> None:
        self._today = to_datetime(now, zone).date()
        self._limited = (scope := rights.scope(actor)) is not None
        known = [row for row in connection.execute(select(programs)) if scope is None or row.id in scope]
        self._slugs = [row.slug for row in known]
        # A slug beats a name, whoever has it.
        self._programs = {fold(row.name): row.id for row in known} | {row.slug: row.id for row in known}
        self._contracts: dict[int, Any] = {row.id: row for row in connection.execute(select(contracts))}
        self._drawn = store_contracts.of_programs(connection)

    def find(self, program: str, contract: str) -> Place:
        """The place of a row that says this."""
        program_id, said = self._program(program)
        if program_id is None:
            return Place(None, None, (said,) if said else ())
        contract_id, remarks = self._contract(program_id, contract)
        return Place(program_id, contract_id, remarks)

    def _program(self, word: str) -> tuple[int | None, tuple[Remark, str] | None]:
        if not word:
            return None, (Remark.PROGRAM_MISSING, "")
        found = self._programs.get(word) or self._programs.get(fold(word))
        if found is not None:
            return found, None
        if self._limited:
            return None, (Remark.PROGRAM_NOT_YOURS, "")
        return None, (Remark.PROGRAM_UNKNOWN, lookup.nearest(word, self._slugs))

    def _contract(self, program_id: int, word: str) -> tuple[int | None, Remarks]:
        drawn = self._drawn.get(program_id, [])
        names = [name for _, name in drawn]
        if not word:
            if len(drawn) > 1:
                return None, ((Remark.CONTRACT_MISSING, ", ".join(names)),)
            return (drawn[0][0], tuple(self._days(drawn[0][0]))) if drawn else (None, ())
        found = next((id for id, name in drawn if name == word), None)
        found = found or next((id for id, name in drawn if fold(name) == fold(word)), None)
        if found is None:
            return None, ((Remark.CONTRACT_UNKNOWN, lookup.nearest(word, names)),)
        return found, tuple(self._days(found))

    def _days(self, contract_id: int) -> Iterator[tuple[Remark, str]]:
        contract = self._contracts[contract_id]
        if contract.ends_on is not None and contract.ends_on < self._today:
            yield Remark.CONTRACT_ENDED, _day(contract.ends_on)
        if contract.starts_on is not None and contract.starts_on > self._today:
            yield Remark.CONTRACT_AHEAD, _day(contract.starts_on)


def check(connection: Connection, actor: Actor, usual: Usual, columns: frozenset[str]) -> None:
    """Refuse a list as a whole where what holds for all of its rows cannot be: neither it nor who asks names a
    program, the program is unknown or another's, or it draws on several contracts and none is named."""
    if usual.program is None:
        if "program" not in columns:
            raise UsageError("Say which program to invite to: --program SLUG, or a column Program in the list.")
        return
    program = lookup.program(connection, actor, Right.INVITE, usual.program)
    drawn = [clean(name) for _, name in store_contracts.of_programs(connection).get(program.id, [])]
    names = ", ".join(drawn)
    if usual.contract is not None:
        if "program" not in columns and fold(usual.contract) not in map(fold, drawn):
            raise BadInput(f"Program {program.slug} does not draw on {usual.contract!r}; it does on {names or 'none'}.")
    elif len(drawn) > 1 and "contract" not in columns:
        raise UsageError(
            f"Program {program.slug} draws on several contracts ({names}): add --contract NAME, or a column Contract."
        )


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
