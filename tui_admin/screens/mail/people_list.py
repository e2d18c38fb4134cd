"""What inviting from a list and reconciling a roster share: a list of people, with mail or without."""

from pathlib import Path

from textual import work

from tui_admin.portal.inviting.places import Untold, Usual
from tui_admin.portal.inviting.plan import InviteRequest
from tui_admin.reports.people_files import Given
from tui_admin.widgets.commands import Command
from tui_admin.widgets.text import plural, shown

from ..import_job import save_repair
from ..paths import piped
from ..place import Place
from ..saving import ask_path
from ..session import Session
from ..staged_screen import StagedScreen
from .where_to import chosen_contract, chosen_program

CHOOSE_LIST = Command("choose-list", "o", "choose", "Choose a file", "Type the path of a list.", "choose", rank=3)
SWITCH_MAIL = Command(
    "switch-mail", "m", "mail", "Mail or not", "Send invitation mails or only make them.", "mail", rank=3
)
SAVE_REFUSED_ROWS = Command(
    "save-refused-rows", "w", "repair", "Save refused", "Save refused rows to repair.", "refused", rank=2
)


class PeopleListScreen(StagedScreen):
    """A list of people: into the program of the place, or of programs that it names itself."""

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1] if place.segments[0] == "programs" else None
        self.given: Given | None = None
        self.contract: str | None = None
        self.mailing = True
        self._asked: str | None = None

    @property
    def into(self) -> str | None:
        """The program of people whose row names none: that of the place, else the one asked for."""
        return self.program or self._asked

    def can(self, action: str) -> bool | None:
        """Whether something can be done now; None for what this class knows nothing of."""
        known = {
            "apply": self.doable,
            "mail": self.plan is not None and not self.plan.applied,
            "repair": bool(self.refused),
        }
        return known.get(action)

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        raise NotImplementedError

    @property
    def request(self) -> InviteRequest:
        """What is asked for."""
        assert self.given is not None
        usual = Usual(self.into, self.contract)
        return InviteRequest(self.given, usual, self.mailing, self.console.settings.limits)

    @property
    def mailed(self) -> str:
        """`with` or `without`."""
        return "with" if self.mailing else "without"

    def detail(self) -> str:
        """The licenses."""
        return " · ".join(shown(str(one)) for one in self.plan.seats) if self.plan else ""

    async def choose(self, path: Path) -> None:
        """Read the list of a path."""
        await self.read(Given.file(path))

    async def read(self, given: Given) -> None:
        """Read a list, once it is known into which program, where it names none, and under which contract."""
        self.given, self._asked = given, None
        if self.into is not None and not await self._contract_known(self.into):
            return
        try:
            await self.stage(given.name)
        except Untold as untold:
            self._asked = await chosen_program(self, untold.choices)
            if self._asked is None:
                self.say("Nothing was read: no program was named. o asks for a list again.", "warning")
            elif await self._contract_known(self._asked):
                await self.stage(given.name)

    async def _contract_known(self, program: str) -> bool:
        known, self.contract = await chosen_contract(self, program, self.contract)
        return known

    def reload(self) -> None:
        """What was changed meanwhile: the rows are judged again."""
        if self.given is not None and self.plan is not None and not self.plan.applied:
            self._judge_again(self.given)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _judge_again(self, given: Given) -> None:
        await self.stage(given.name)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_mail(self) -> None:
        """Mail the invitations, or only make them; the rows are judged again."""
        self.mailing = not self.mailing
        self.tell()
        if self.given is not None:
            await self.stage(self.given.name)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_repair(self) -> None:
        """Save the refused rows."""
        path = await ask_path(self, "refused.csv", piped("invite - --dry-run --refused - < people.csv > refused.csv"))
        if path is not None and self.job is not None:
            saved = await self.job.do(lambda found: save_repair(found.repair(), path))
            self.say(f"Saved {plural(saved, 'refused row')} to {path}: repair and choose it again", "success")
