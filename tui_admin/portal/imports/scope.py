"""Which rows an administrator may import: a program admin those of their own programs, with contracts those have."""

from sqlalchemy import Connection, select

from ...rules.roles import Actor, Role
from ...store.tables import contracts, program_contracts, programs

Judged = tuple[str, str, str]
"""Column, value and reason of a refusal."""


class Scope:
    """Judges programs and contracts as rows name them; with nothing to judge for an organization admin."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self.limited = actor.role is not Role.ORGANIZATION
        self._own: dict[str | None, int] = {}
        self._contracts: set[tuple[int, str]] = set()
        if self.limited:
            self._load(connection, actor.programs or frozenset())

    def _load(self, connection: Connection, own: frozenset[int]) -> None:
        for row in connection.execute(select(programs).where(programs.c.id.in_(own))).mappings():
            self._own[row["slug"]] = self._own[row["name"]] = row["id"]
        query = select(program_contracts.c.program_id, contracts.c.name).join(contracts)
        self._contracts = {(program, name) for program, name in connection.execute(query) if program in own}

    def refuses(self, slug: str | None, name: str | None, contract_names: str | None) -> Judged | None:
        """Why a row of this program and these contracts is not the administrator's to import; None where it is."""
        program = self._own.get(slug or name)
        if program is None:
            return (
                "Program Slug",
                slug or name or "",
                "is none of your programs; ask an organization admin to import it",
            )
        for contract in (contract_names or "").split("; "):
            if contract and (program, contract) not in self._contracts:
                return "Contract", contract, "is no contract of this program; only an organization admin can add it"
        return None

    def refuses_feedback(self, email: str) -> Judged:
        """Why a row of feedback is not theirs: that a row changed nothing would tell them what somebody thinks."""
        return "Email", email, "gives feedback, which only organization admins see; ask one to import it"

    def refuses_catalogue(self, column: str, about: str | None) -> Judged | None:
        """Why a row of a catalogue is not the administrator's to import; None where it is. `column` says what it is
        `about`."""
        if not self.limited:
            return None
        return column, about or "", "belongs to the catalogue, which only an organization admin changes"
