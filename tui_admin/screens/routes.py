"""Routes: which screen shows which place. A new screen is one line here; its module is imported when first opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from tui_admin.rules.errors import UsageError
from tui_admin.rules.roles import Actor, Right

from .place import Place

if TYPE_CHECKING:
    from .base import ConsoleScreen


@dataclass(frozen=True, slots=True)
class Route:
    """A place's screen. `path` is made of segments, `*` stands for a slug or an id; `screen` is `module:Class` below
    `tui_admin.screens`. A route with `tab` is a tab on line 2 beside those of the same parent; any other is a page one
    comes to with enter and leaves with esc. A program admin sees a tab only with its `right`."""

    path: tuple[str, ...]
    title: str
    screen: str
    right: Right = Right.READ
    tab: bool = True

    def matches(self, segments: tuple[str, ...]) -> bool:
        """Whether the segments are a place of this route."""
        return len(segments) == len(self.path) and all(
            part in ("*", segment) for part, segment in zip(self.path, segments, strict=True)
        )

    def load(self) -> "type[ConsoleScreen]":
        """The screen's class."""
        module, _, name = self.screen.partition(":")
        return getattr(import_module(f"tui_admin.screens.{module}"), name)  # type: ignore[no-any-return]


ANALYTICS_TABS = {
    "activity": "Activity",
    "feedback": "Feedback",
    "distribution": "Distribution",
    "mastery": "Mastery",
    "effort": "Effort",
    "index": "Index",
    "utilization": "Utilization",
}
"""The tabs inside Analytics, by the segments of their places. `analytics.groups` says which charts each holds."""

ROUTES: tuple[Route, ...] = (
    Route(("home",), "Home", "home:HomeScreen"),
    Route(("programs",), "Programs", "programs:ProgramsScreen"),
    Route(("programs", "+program"), "New program", "forms:NewProgramScreen", Right.CREATE_PROGRAM, tab=False),
    Route(("programs", "+contract"), "New contract", "forms:NewContractScreen", Right.CONTRACTS, tab=False),
    Route(("programs", "*", "main"), "Main", "program_main:MainScreen"),
    Route(("programs", "*", "page"), "As a learner", "program_page:ProgramPageScreen", tab=False),
    Route(("programs", "*", "curriculum", "page"), "As a learner", "program_page:ProgramPageScreen", tab=False),
    Route(("programs", "*", "members"), "Members", "members:MembersScreen"),
    Route(("programs", "*", "members", "+report"), "Report", "reports.new:NewReportScreen", Right.REPORT, tab=False),
    Route(("programs", "*", "main", "reports"), "Reports", "reports.history:ReportsScreen", Right.REPORT, tab=False),
    Route(("programs", "*", "main", "+report"), "Report", "reports.new:NewReportScreen", Right.REPORT, tab=False),
    Route(("programs", "*", "members", "*"), "Learner", "learner:LearnerScreen", tab=False),
    Route(("programs", "*", "invitations"), "Invitations", "mail.invitations:InvitationsScreen", Right.INVITE),
    Route(("programs", "*", "curriculum"), "Curriculum", "curriculum.tab:CurriculumScreen"),
    Route(("programs", "*", "settings"), "Settings", "settings.program:ProgramSettingsScreen", Right.PROGRAM_SETTINGS),
    Route(
        ("programs", "*", "+invitation"),
        "Invitation mail",
        "mail.invitation_text:InvitationTextScreen",
        Right.INVITE,
        tab=False,
    ),
    Route(("programs", "*", "+invite"), "Invite", "mail.invite:InviteScreen", Right.INVITE, tab=False),
    Route(("programs", "*", "+roster"), "Roster", "mail.roster:RosterScreen", Right.INVITE, tab=False),
    Route(("programs", "*", "+person"), "Invite one", "mail.invite_one:InviteOneScreen", Right.INVITE, tab=False),
    Route(("users",), "Users", "users:UsersScreen"),
    Route(("users", "+invite"), "Invite", "mail.invite:InviteScreen", Right.INVITE, tab=False),
    Route(("users", "*"), "Learner", "learner:LearnerScreen", tab=False),
    Route(("messages",), "Messages", "mail.messages:MessagesScreen", Right.MESSAGE),
    Route(("messages", "suppressed"), "Suppressed", "mail.suppressed:SuppressedScreen", Right.SUPPRESS, tab=False),
    Route(("messages", "+bounces"), "Bounces", "mail.bounces:BouncesScreen", Right.SUPPRESS, tab=False),
    Route(("messages", "*"), "Message", "mail.message:MessageScreen", Right.MESSAGE, tab=False),
    Route(("messages", "*", "write"), "Write", "mail.wizard:WizardScreen", Right.MESSAGE, tab=False),
    Route(("reports",), "Reports", "reports.history:ReportsScreen", Right.REPORT),
    Route(("reports", "+report"), "New report", "reports.new:NewReportScreen", Right.REPORT, tab=False),
    Route(("reports", "schedule"), "Schedule", "settings.schedule:ScheduleScreen", Right.REPORT, tab=False),
    Route(("analytics",), "Analytics", "analytics.overview:AnalyticsScreen", Right.ANALYTICS),
    *(
        Route(("analytics", *path), title, screen, Right.ANALYTICS, tab=False)
        for chart in (("*",), ("*", "*"))
        for path, title, screen in (
            ((*chart, "people"), "People", "users:UsersScreen"),
            ((*chart, "people", "*"), "Learner", "learner:LearnerScreen"),
        )
    ),
    *(
        Route(("analytics", slug, *path), title, "analytics.chart:ChartScreen", Right.ANALYTICS, tab=not path)
        for slug, tab in ANALYTICS_TABS.items()
        for path, title in ((("*",), "Chart"), ((), tab))
    ),
    Route(("permissions",), "Permissions", "permissions:PermissionsScreen", Right.PERMISSIONS),
    Route(("settings",), "Settings", "settings.organization:SettingsTabScreen", Right.SETTINGS),
    Route(("settings", "schedule"), "Schedule", "settings.schedule:ScheduleScreen", Right.SETTINGS, tab=False),
    Route(
        ("settings", "+invitation"),
        "Invitation",
        "settings.invitation:DefaultInvitationScreen",
        Right.SETTINGS,
        tab=False,
    ),
    Route(("journal",), "Journal", "journal:JournalScreen", tab=False),
    Route(("journal", "*"), "Entry", "journal_entry:EntryScreen", tab=False),
    Route(("import",), "Import", "imports:ImportScreen", Right.IMPORT, tab=False),
    Route(("start", "+organization"), "New organization", "start:NewOrganizationScreen", Right.SETTINGS, tab=False),
    Route(("start",), "Start", "start:StartScreen", tab=False),
)


class Routes:
    """The routes of one console."""

    def __init__(self, routes: Iterable[Route] = ROUTES) -> None:
        self._routes = tuple(routes)

    def resolve(self, place: Place, actor: Actor) -> tuple[Place, Route]:
        """The place as it is opened, and its route: `programs/x` opens that program's first tab.

        Raises UsageError for a place there is not, or that the administrator may not open.
        """
        for route in self._routes:
            if route.matches(place.segments):
                actor.require(route.right)
                return place, route
        for route in self._routes:
            if route.tab and len(route.path) == len(place.segments) + 1 and route.path[-1] != "*":
                longer = (*place.segments, route.path[-1])
                if route.matches(longer):
                    return self.resolve(Place(longer, place.filter), actor)
        names = ", ".join(route.path[0] for route in self._routes if len(route.path) == 1)
        raise UsageError(f"There is no place called {place}. Places begin with: {names}.")

    def knows(self, place: Place) -> bool:
        """Whether there is such a place, whoever asks."""
        return any(
            route.matches(place.segments) or route.path[:-1] == place.segments or route.path[0] == place.segments[0]
            for route in self._routes
        )

    def above(self, place: Place, actor: Actor) -> Place | None:
        """The place one level up that another screen shows; None for a tab of the first level."""
        _, here = self.resolve(place, actor)
        segments = place.segments[:-1]
        while segments:
            above, route = self.resolve(Place(segments), actor)
            is_beside = route.tab and above.segments[:-1] == place.segments[:-1]
            if above.segments != place.segments and not is_beside and route.screen != here.screen:
                return above
            segments = segments[:-1]
        return None

    def tabs(self, place: Place, actor: Actor) -> list[tuple[Place, str]]:
        """The tabs beside a place, or beside its nearest ancestor that is one: their places and titles."""
        segments = place.segments
        while segments:
            found = self._siblings(segments, actor)
            if any(sibling.segments == segments for sibling, _ in found):
                return found
            segments = segments[:-1]
        return self._siblings(("home",), actor)

    def _siblings(self, segments: tuple[str, ...], actor: Actor) -> list[tuple[Place, str]]:
        parent = segments[:-1]
        return [
            (Place((*parent, route.path[-1])), route.title)
            for route in self._routes
            if route.tab
            and route.path[-1] != "*"
            and route.matches((*parent, route.path[-1]))
            and actor.may(route.right, next(iter(actor.programs or ()), None))
        ]
