"""What inviting from a list and reconciling a roster share: a list of people, with mail or without."""

from pathlib import Path

from textual import work

from tui_admin.portal.invite_places import Usual
from tui_admin.portal.invite_plan import InviteRequest
from tui_admin.reports.people_files import Given
from tui_admin.widgets.commands import Command
from tui_admin.widgets.text import plural, shown

from ..import_job import save_repair
from ..place import Place
from ..saving import ask_path
from ..session import Session
from ..staged_screen import StagedScreen
from .contract_choice import chosen_contract

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
        usual = Usual(self.program, self.contract)
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
        """Read a list, once it is known under which contract."""
        if self.program is not None:
            known, self.contract = await chosen_contract(self, self.program, self.contract)
            if not known:
                return
        self.given = given
        await self.stage(given.name)

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
        path = await ask_path(self, "refused.csv")
        if path is not None and self.job is not None:
            saved = await self.job.do(lambda found: save_repair(found.repair(), path))
            self.say(f"Saved {plural(saved, 'refused row')} to {path}: repair and choose it again", "success")
