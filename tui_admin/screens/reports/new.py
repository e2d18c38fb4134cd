"""A report to be made: what is in it, on whom, in which form; then it is mailed, or saved as a file."""

from functools import partial
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal.members import MembersQuery
from tui_admin.portal.reports import covering
from tui_admin.portal.reports.asked import Asked, Form, ReportKind
from tui_admin.rules.filters import All, FilterError, Node, format_filter, parse
from tui_admin.rules.filters.picking import picked, with_picked
from tui_admin.widgets.choices import Choice, Choices
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import plural, shown

from ..filtered import FILTER, FilteredScreen
from ..place import Place
from ..session import Session
from ..styles import style
from .acts import mail_report, save_report

_KINDS = (
    Choice(ReportKind.EMAIL, "Email report"),
    Choice(ReportKind.MEMBERS, "Members only"),
)
_FORMS = (Choice(Form.CSV, "CSV"), Choice(Form.XLSX, "XLSX workbook"))
_TABLES = {
    ReportKind.EMAIL: "member-report, usage-report and specialization-report",
    ReportKind.MEMBERS: "member-report",
}


class NewReportScreen(FilteredScreen):
    """`reports/+report`, and of one program `programs/SLUG/members/+report`; the place's filter says on whom."""

    HELP_TEXT = "Makes a report: what is in it, on whom, in which form; m mails it to you, w saves it as a file."
    CSS_PATH: ClassVar = style("reports")
    AUTO_FOCUS = "#kind"
    OFFERS: ClassVar = (
        Command("mail-report", "m", "mail", "Mail to me", "Have it made and mailed to you.", "mail me", rank=0),
        Command("save-report", "w", "save", "Save as a file", "Make it and save it as a file here.", "save", rank=1),
        FILTER,
        Command("report-programs", "p", "programs", "Programs", "Choose which programs it is on.", "programs", rank=3),
    )
    BINDINGS = bindings(OFFERS)

    kinds = getters.query_one("#kind", Choices)
    forms = getters.query_one("#form", Choices)
    bar = getters.query_one("#filter", FilterBar)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = self.values_of = place.segments[1] if place.tab == "programs" else None

    def body(self) -> ComposeResult:
        """The choices, on whom, and what comes of it."""
        yield Choices(_KINDS, label="Report", id="kind")
        yield Choices(_FORMS, label="As", id="form")
        yield FilterBar(self.place.filter, id="filter", fields=self.session.fields)
        yield Line("covered")
        yield Line("holds")
        yield Line("goes")

    def crumbs(self) -> tuple[str, ...]:
        """The program, or all reports; a new one."""
        return ("Programs", self.console.program_name(self.program), "Report") if self.program else ("Reports", "New")

    def on_mount(self) -> None:
        """Count whom it is on."""
        super().on_mount()
        self.kinds.below, self.forms.above = self.forms, self.kinds
        self._tell_file()
        self.reload()

    def settle(self, place: Place) -> None:
        """On others."""
        super().settle(place)
        self.bar.value = place.filter

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of one program's report no programs are chosen; nothing is asked of a store opened to read only."""
        if action == "programs":
            return self.program is None
        return action != "mail" or not self.session.read_only

    @property
    def asked(self) -> Asked:
        """The report as it is chosen. Raises FilterError where the filter is none."""
        parse(self.bar.value, self.session.fields)
        return Asked(ReportKind(self.kinds.chosen), self.program, self.bar.value.strip(), form=Form(self.forms.chosen))

    def reload(self) -> None:
        """Count again."""
        try:
            node = parse(self.bar.value, self.session.fields)
        except FilterError as error:
            self.bar.refuse(error)
            return
        self.bar.accepted()
        self.place = self.place.filtered(self.bar.value)
        query = MembersQuery(self.program, node)
        count = partial(covering.count, self.session.store, self.session.actor, query, self.now)
        self.in_thread(count, partial(self._show_covered, node))

    def _show_covered(self, node: Node, count: int) -> None:
        self.bar.tell(Tally(count, exact=True))
        people = plural(count, "membership")
        note = ", pending and removed ones too" if isinstance(node, All) else ""
        told = Content.assemble((f" {people}", "bold"), f" of {shown(self._programs(node))}{note}")
        self.query_one("#covered", Line).show(told)

    def _programs(self, node: Node) -> str:
        if self.program is not None:
            return self.console.program_name(self.program)
        chosen = [self.console.program_name(slug) for slug in picked(node, "program")]
        if chosen:
            return ", ".join(chosen)
        return "all programs" if self.session.actor.programs is None else "all your programs"

    def _tell_file(self) -> None:
        tables = _TABLES[ReportKind(self.kinds.chosen)]
        workbook = self.forms.chosen == Form.XLSX
        packed = "a workbook of" if workbook else "a zip of" if " and " in tables else "one file,"
        self.query_one("#holds", Line).show(Content(f" {packed} {tables}"))
        mailed = "" if self.session.read_only else f"m mails it to {shown(self.session.actor.email)}, "
        self.query_one("#goes", Line).show(Content.assemble((f" {mailed}w saves it here", "$console-muted")))

    @on(Choices.Chosen)
    def _chosen(self) -> None:
        self._tell_file()

    @on(FilterBar.Changed)
    def _filter_changed(self) -> None:
        self.reload()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.kinds.focus()

    def action_filter(self) -> None:
        """Narrow it."""
        self.bar.enter()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_programs(self) -> None:
        """Choose programs from a list."""
        from ..mail.picking import PickScreen

        node = parse(self.bar.value, self.session.fields)
        screen = PickScreen(self.session, self.place, "program", picked(node, "program"))
        values: tuple[str, ...] | None = await self.app.push_screen_wait(screen)  # type: ignore[arg-type]
        if values is not None:
            self.bar.value = format_filter(with_picked(node, "program", values))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_mail(self) -> None:
        """Have it made and mailed, and look how far it is."""
        await mail_report(self, self.asked)
        self.console.go(Place(("programs", self.program, "main", "reports") if self.program else ("reports",)))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_save(self) -> None:
        """Make it and save it."""
        await save_report(self, self.asked)
