"""Who may do what: the two kinds of administrators, and as data."""

from dataclasses import dataclass
from enum import StrEnum

from .errors import NotAllowed


class Role(StrEnum):
    """An organization admin may do everything; a program admin acts only within named programs."""

    ORGANIZATION = "organization"
    PROGRAM = "program"


class Right(StrEnum):
    """What an act needs. Those in `PROGRAM_RIGHTS` a program admin has within their own programs."""

    READ = "read people and programs"
    IMPORT = "import reports"
    INVITE = "invite people"
    REMOVE = "remove members"
    EDIT = "edit members"
    UNDO = "undo"
    MESSAGE = "message members"
    CURRICULUM = "change the curriculum"
    PROGRAM_SETTINGS = "change the program's settings"
    REPORT = "make reports"
    CREATE_PROGRAM = "create programs"
    CONTRACTS = "change contracts"
    ANALYTICS = "see analytics"
    PERMISSIONS = "see or change permissions"
    SETTINGS = "see or change the organization's settings"
    SUPPRESS = "see or change whom nothing is sent to"
    DELIVER = "run the mail worker"
    SERVE = "serve the pages for learners"
    BACKUP = "back up, restore or examine the store"
    JOURNAL = "read the whole journal"
    ERASE = "export, erase, merge or readdress a person's records"


PROGRAM_RIGHTS = frozenset(
    {
        Right.READ,
        Right.IMPORT,
        Right.INVITE,
        Right.REMOVE,
        Right.EDIT,
        Right.UNDO,
        Right.MESSAGE,
        Right.CURRICULUM,
        Right.PROGRAM_SETTINGS,
        Right.REPORT,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in administrator. `programs` holds the ids a program admin acts within, None means every program; `key`
    is the fingerprint of the public key that signed them in over SSH."""

    email: str
    role: Role
    programs: frozenset[int] | None = None
    key: str | None = None

    def may(self, right: Right, program: int | None = None) -> bool:
        """Whether the role covers the act, in the named program where the act has one."""
        if self.role is Role.ORGANIZATION:
            return True
        return right in PROGRAM_RIGHTS and (program is None or program in (self.programs or ()))

    def require(self, right: Right, program: int | None = None) -> None:
        """Refuse with `NotAllowed` unless the role covers the act."""
        if not self.may(right, program):
            raise NotAllowed(
                f"{self.email} is not allowed to {right.value}" + (" in this program." if program else ".")
            )
