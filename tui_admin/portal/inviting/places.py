"""What a list of people says of program and contract: found among those of the administrator, or said to be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ...rules.errors import BadInput, UsageError
from ...rules.licenses import Standing, standing
from ...rules.remarks import Remark
from ...rules.roles import Actor, Right
from ...rules.text import clean, fold
from ...rules.times import Instant, to_datetime
from ...store import contracts as store_contracts
from ...store.selection import within
from ...store.tables import contracts, programs
from .. import lookup, rights

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


class Untold(UsageError):
    """What holds for all rows of a list has to be told first: which of `Usual`, and what can be chosen."""

    def __init__(self, sentence: str, key: str, choices: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.key = key
        self.choices = choices


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
        self._in_force = store_contracts.in_force(connection, self._today)

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
            usable = _usable(drawn, self._in_force)
            if len(usable) > 1:
                return None, ((Remark.CONTRACT_MISSING, ", ".join(name for _, name in usable)),)
            return (usable[0][0], tuple(self._days(usable[0][0]))) if usable else (None, ())
        found = next((id for id, name in drawn if name == word), None)
        found = found or next((id for id, name in drawn if fold(name) == fold(word)), None)
        if found is None:
            return None, ((Remark.CONTRACT_UNKNOWN, lookup.nearest(word, names)),)
        return found, tuple(self._days(found))

    def _days(self, contract_id: int) -> Iterator[tuple[Remark, str]]:
        contract = self._contracts[contract_id]
        match standing(contract.starts_on, contract.ends_on, self._today):
            case Standing.ENDED:
                yield Remark.CONTRACT_ENDED, _day(contract.ends_on)
            case Standing.AHEAD:
                yield Remark.CONTRACT_AHEAD, _day(contract.starts_on)


def check(connection: Connection, actor: Actor, usual: Usual, columns: frozenset[str]) -> None:
    """Refuse a list as a whole where what holds for all of its rows cannot be: neither it nor who asks names a
    program (`Untold`), the program is unknown or another's, or it does not draw on the contract."""
    if usual.program is None:
        if "program" not in columns:
            sentence = "Say which program to invite to: --program SLUG, or a column Program in the list."
            raise Untold(sentence, "program", _slugs(connection, actor))
        return
    program = lookup.program(connection, actor, Right.INVITE, usual.program)
    drawn = [clean(name) for _, name in store_contracts.of_programs(connection).get(program.id, [])]
    if usual.contract is not None and "program" not in columns and fold(usual.contract) not in map(fold, drawn):
        names = ", ".join(drawn) or "none"
        raise BadInput(f"Program {program.slug} does not draw on {usual.contract!r}; it does on {names}.")


def check_contract(
    connection: Connection, actor: Actor, usual: Usual, columns: frozenset[str], now: Instant, zone: tzinfo
) -> None:
    """Refuse a list as a whole (`Untold`) where it and who asks name no contract, and the program draws on several
    that can be used at the moment."""
    if usual.program is None or usual.contract is not None or "contract" in columns:
        return
    program = lookup.program(connection, actor, Right.INVITE, usual.program)
    in_force = store_contracts.in_force(connection, to_datetime(now, zone).date())
    usable = _usable(store_contracts.of_programs(connection).get(program.id, []), in_force)
    if len(usable) > 1:
        names = tuple(clean(name) for _, name in usable)
        sentence = f"Program {program.slug} draws on several contracts ({', '.join(names)})"
        raise Untold(f"{sentence}: add --contract NAME, or a column Contract.", "contract", names)


def _usable(drawn: list[tuple[int, str]], in_force: frozenset[int]) -> list[tuple[int, str]]:
    """The contracts to choose from: those in force; where none is, all, whose days then speak."""
    return [contract for contract in drawn if contract[0] in in_force] or drawn


def _slugs(connection: Connection, actor: Actor) -> tuple[str, ...]:
    scope = rights.scope(actor)
    query = select(programs.c.slug).where(within(programs.c.id, scope)).order_by(programs.c.position, programs.c.name)
    return tuple(connection.execute(query).scalars())


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
