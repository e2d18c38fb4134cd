"""The top of a learner's page: who they are, what their profile says, and what puts them at risk."""

from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_admin.portal.learner import LearnerPage
from tui_admin.rules.times import Instant
from tui_admin.rules.triage import MembershipState, Status
from tui_admin.store.member_rows import MemberRow
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import fit, moment, number, shown, width_of

_LEAST_NAME = 16
_LEAST_REASON = 40
_STANDING_LINES = 3
_WRAPPED = 12
"""Cells that a line loses on an average where it is wrapped between words."""


class WhoLine(Line):
    """Name, address and external id at the left; since when at the right. Names give way before addresses."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id)
        self._name = self._email = self._number = self._since = ""

    def tell(self, member: MemberRow, since: str) -> None:
        """Say who it is."""
        self._name, self._email = shown(member.name), shown(member.email)
        self._number, self._since = shown(member.external_id), since
        self._layout()

    def on_resize(self) -> None:
        """Another width, other cuts."""
        self._layout()

    def _layout(self) -> None:
        room = self.size.width - 2
        if room <= 0 or not (self._name or self._email):
            return
        since = self._since if room >= 60 else ""
        room -= width_of(since) + 2 if since else 0
        name, email = self._name or "(no name)", self._email
        wanted = width_of(name) + 3 + width_of(email)
        if wanted > room:
            name = fit(name, min(width_of(name), max(room - 3 - width_of(email), _LEAST_NAME)))
            email = fit(email, min(width_of(email), max(room - 3 - width_of(name), 0)), cut="middle")
        left = f" · {email}" if email else ""
        if self._number and width_of(name + left) + 3 + width_of(self._number) <= room:
            left += f" · {self._number}"
        gap = " " * max(room - width_of(name + left), 0)
        self.show(Content.assemble(" ", (name, "bold"), left, gap, "  ", (since, "$console-muted")))


class ProfileLine(Line):
    """What the profile says, cut where the line ends."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id)
        self._text = ""

    def tell(self, text: str) -> None:
        """Say this."""
        self._text = text
        self.on_resize()

    def on_resize(self) -> None:
        """Another width, another cut."""
        self.show(Content(" " + fit(self._text, max(self.size.width - 2, 0)).rstrip()))


class LearnerHead(Vertical):
    """Three or four lines."""

    DEFAULT_CSS = """
    LearnerHead { height: auto; width: 1fr; }
    LearnerHead #profile { color: $console-muted; }
    LearnerHead #standing { height: auto; max-height: 3; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._page: LearnerPage | None = None

    def compose(self) -> ComposeResult:
        """Who, profile, standing."""
        yield WhoLine("who")
        yield ProfileLine("profile")
        yield Static("", id="standing", markup=False)

    def wait(self, text: str) -> None:
        """Say what is being waited for, or why there is nothing."""
        self.query_one(ProfileLine).tell(text)

    def tell(self, page: LearnerPage, now: Instant, zone: tzinfo) -> None:
        """Show a page's top."""
        member = page.member
        self.query_one(WhoLine).tell(member, since(member, now, zone))
        self.query_one(ProfileLine).tell(profile_line(member))
        self._page = page
        self._tell_standing()

    def on_resize(self) -> None:
        """Another width, another cut."""
        self._tell_standing()

    def _tell_standing(self) -> None:
        if self._page is not None:
            cells = _STANDING_LINES * (self.size.width - 2 - _WRAPPED)
            self.query_one("#standing", Static).update(standing(self._page, cells))


def since(member: MemberRow, now: Instant, zone: tzinfo) -> str:
    """`member since 3 Feb`, `invited 1 Feb`, `removed 5 May`; the word alone where no day is known."""
    word, at = {
        MembershipState.INVITED: ("invited", member.invited_at),
        MembershipState.DELETED_MEMBER: ("removed", member.removed_at),
    }.get(MembershipState(member.state), ("member since", member.joined_at))
    if at is None:
        return word.removesuffix(" since")
    return f"{word} {moment(at, now, zone)}"


def profile_line(member: MemberRow) -> str:
    """That no mail is wanted; title, unit, place, manager, contract and hours: those that are known."""
    units = " / ".join(unit for unit in (member.business_unit, member.business_unit_2) if unit)
    where = ", ".join(part for part in (member.city, member.region, member.country) if part)
    manager = member.manager_name or member.manager_email
    told = (
        "wants no mail" if member.opted_out else "",
        member.job_title or member.job_type,
        units,
        where,
        f"reports to {manager}" if manager else "",
        f"contract {member.contract}" if member.contract else "",
        f"{number(member.hours, 1)} h" if member.hours else "",
    )
    return " · ".join(part for part in told if part)


def standing(page: LearnerPage, cells: int) -> Content:
    """`AT RISK` with the reason, and the other statuses; a long reason is cut, so that it all takes `cells` at most."""
    held = [status for status in page.member.statuses if status not in (Status.AT_RISK, Status.AT_RISK_EVER)]
    others = ", ".join(held)
    if Status.AT_RISK not in page.member.statuses:
        ever = " · was at risk before" if Status.AT_RISK_EVER in page.member.statuses else ""
        return Content.assemble((others + ever, "$console-muted"))
    room = max(cells - len("AT RISK  · ") - len(others), _LEAST_REASON)
    reason = fit(page.reason, min(room, width_of(fit(page.reason, 600).rstrip())))
    return Content.assemble(("AT RISK", "bold $console-warning"), f" {reason} ", (f"· {others}", "$console-muted"))
