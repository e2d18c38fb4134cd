"""What can be said of a row that asks to invite somebody, and what then becomes of it. All of it is data."""

from enum import IntEnum, auto

from .erasures import OF_ERASED

EMAIL, NAME, EXTERNAL_ID, PROGRAM, CONTRACT = "Email", "Full Name", "External ID", "Program", "Contract"
ROW = ""
"""The column of a remark that is about the row as a whole."""


class Verdict(IntEnum):
    """What becomes of a row: the highest of its remarks decides. REPEATED: an earlier row asks for the same."""

    INVITE = auto()
    WARNED = auto()
    REFUSED = auto()
    REPEATED = auto()
    INVITED = auto()
    MEMBER = auto()

    @property
    def invites(self) -> bool:
        """Whether the row's person is invited."""
        return self <= Verdict.WARNED


W, R = Verdict.WARNED, Verdict.REFUSED


class Remark(IntEnum):
    """A remark: its verdict, the column it is about, and its sentence, in which `{}` stands for a detail."""

    verdict: Verdict
    column: str
    sentence: str

    def __new__(cls, verdict: Verdict, column: str, sentence: str) -> "Remark":
        member = int.__new__(cls, len(cls.__members__) + 1)
        member._value_ = len(cls.__members__) + 1
        member.verdict, member.column, member.sentence = verdict, column, sentence
        return member

    def told(self, detail: str) -> str:
        """The sentence with its detail."""
        return self.sentence.replace("{}", detail)

    BROKEN = R, ROW, "{}"

    EMAIL_EMPTY = R, EMAIL, "is empty"
    NO_ADDRESS = R, EMAIL, "{}"
    IN_QUOTES = R, EMAIL, "holds a quotation mark ({}); take it out"
    FORMER_ADDRESS = R, EMAIL, "is a former address of somebody{}: invite the present one"
    ERASED = R, EMAIL, OF_ERASED
    SUPPRESSED = R, EMAIL, "is on the suppression list ({}): no mail goes there; take it off, or invite without mail"
    SUPPRESSED_UNMAILED = W, EMAIL, "is on the suppression list ({}): no mail goes there"
    BOUNCED = W, EMAIL, "the last mail to it bounced"
    OPTED_OUT = W, EMAIL, "opted out of messages; an invitation is sent all the same"
    READ_AS = W, EMAIL, "was read as {}"
    INVISIBLE = W, EMAIL, "held invisible characters, which were left out"
    LIKE_DOMAIN = W, EMAIL, "domain looks like {}"
    LOOKS_LIKE = W, EMAIL, "is written with letters that only look like {}"
    NOT_ASCII = W, EMAIL, "has letters before the @ that not every mail server takes"
    EMAIL_FORMULA = W, EMAIL, "begins like a formula"
    SHARED = W, EMAIL, "is read by several people; an invitation is for one"
    DISPOSABLE = W, EMAIL, "is a throw-away address"
    OWN = W, EMAIL, "is your own address"
    SAME_MAILBOX = W, EMAIL, "may be the same person as {}"

    NAME_EMPTY = R, NAME, "is empty; a person needs a name"
    NAME_STEERS = R, NAME, "holds control characters; type it anew"
    NAME_LONG = R, NAME, "is longer than {} characters; shorten it"
    NAME_ERROR = R, NAME, "is a spreadsheet's error, not a name"
    NAME_PLACEHOLDER = W, NAME, "looks like a placeholder, not like a name"
    NAME_FORMULA = W, NAME, "begins like a formula"
    NAME_ADDRESS = W, NAME, "is an e-mail address, not a name"
    NAME_GARBLED = W, NAME, "looks like {} read in a wrong encoding"
    NAME_INVISIBLE = W, NAME, "held invisible characters, which were left out"
    KNOWN_NAME = W, NAME, "is known as {}, which stays"

    ID_STEERS = R, EXTERNAL_ID, "holds control characters; type it anew"
    ID_LONG = R, EXTERNAL_ID, "is longer than {} characters; shorten it"
    ID_ERROR = R, EXTERNAL_ID, "is a spreadsheet's error, not an id"
    ID_ROUNDED = W, EXTERNAL_ID, "looks like a long number that a spreadsheet cut short"
    ID_DECIMAL = W, EXTERNAL_ID, "ends in .0: a spreadsheet may have taken it for a number"
    ID_TILDE = W, EXTERNAL_ID, "holds ~, which some systems take for a separator"
    ID_SPACED = W, EXTERNAL_ID, "holds spaces"
    ID_FORMULA = W, EXTERNAL_ID, "begins like a formula"
    ID_PLACEHOLDER = W, EXTERNAL_ID, "looks like a placeholder, not like an id"
    ID_ADDRESS = W, EXTERNAL_ID, "is another e-mail address than the row's"
    ID_REPEATED = W, EXTERNAL_ID, "stands on line {} too, with another address: maybe the same person"
    ID_OF_OTHER = W, EXTERNAL_ID, "belongs to {}: maybe the same person"
    KNOWN_ID = W, EXTERNAL_ID, "is known as {}, which stays"
    KNOWN_WITHOUT_ID = W, EXTERNAL_ID, "the person is known without one, which stays: add it by editing"

    MANAGER_ADDRESS = R, ROW, "Manager Email {}"
    CELL_LONG = R, ROW, "{} is too long; shorten it"
    ADDRESS_CHANGED = R, EMAIL, "is new, but External ID belongs to {}: change that person's address first"
    ID_TAKEN = R, EXTERNAL_ID, "belongs to {} already"
    ODD_NAME = R, NAME, "would overwrite the known name; correct it first"
    ODD_ID = R, EXTERNAL_ID, "would overwrite the known one; correct it first"

    PROGRAM_MISSING = R, PROGRAM, "is empty: say which program"
    PROGRAM_UNKNOWN = R, PROGRAM, "is no program{}"
    PROGRAM_NOT_YOURS = R, PROGRAM, "is none of your programs"
    CONTRACT_MISSING = R, CONTRACT, "must be named, the program draws on several: {}"
    CONTRACT_UNKNOWN = R, CONTRACT, "is no contract of the program{}"
    CONTRACT_ENDED = R, CONTRACT, "ended on {}"
    CONTRACT_AHEAD = W, CONTRACT, "begins on {}"
    CONTRACT_FULL = R, CONTRACT, "has no free license"

    OTHER_NAME = R, NAME, "the same address stands on line {} with another name; keep one"
    OTHER_ID = R, EXTERNAL_ID, "the same address stands on line {} with another external id; keep one"
    OTHER_CONTRACT = R, CONTRACT, "the same person stands on line {} under another contract; keep one"
    REMOVED_BEFORE = W, ROW, "was removed from the program before; comes back with history"
    PENDING_ELSEWHERE = W, ROW, "has not answered the invitation to {} yet"
    REPEATED = Verdict.REPEATED, ROW, "same as line {}"
    INVITED = Verdict.INVITED, ROW, "already invited"
    INVITED_UNDER = Verdict.INVITED, CONTRACT, "is not that of the invitation, which is {}"
    MEMBER = Verdict.MEMBER, ROW, "already a member"


ODD_NAMES = (Remark.NAME_PLACEHOLDER, Remark.NAME_FORMULA, Remark.NAME_ADDRESS, Remark.NAME_GARBLED)
ODD_IDS = (Remark.ID_ROUNDED, Remark.ID_DECIMAL, Remark.ID_FORMULA, Remark.ID_PLACEHOLDER, Remark.ID_ADDRESS)
"""What is taken of somebody new with a warning, but must not overwrite what is known of a member."""

FAULTS = tuple(
    remark for remark in Remark if remark.verdict is Verdict.REFUSED and remark.column in (NAME, EXTERNAL_ID, ROW)
)
"""What refuses a row of a roster even where its person is a member already."""

BY_NUMBER = {int(remark): remark for remark in Remark}
"""Remarks by the number they are kept under."""

Found = tuple[int, Remark, str]
"""The place of a cell in its column, what is said of it, and the detail."""
