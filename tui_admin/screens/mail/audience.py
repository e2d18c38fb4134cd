"""The first step of the wizard: whom a message is for, counted while one chooses."""

from collections.abc import Sequence
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui_admin.portal.mail.audiences import Reach
from tui_admin.rules.filters import Fields, FilterError, parse
from tui_admin.rules.filters.picking import picked
from tui_admin.widgets.choices import Choice, Choices
from tui_admin.widgets.columns import Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import plural, shown


def sample_columns() -> tuple[Column[tuple[str, str]], ...]:
    """A few people of the audience: name and address."""
    return (
        Column("name", "For example", 20, lambda row: (row[0], ""), "", flex=1, widest=40, priority=0),
        Column("email", "E-mail", 18, lambda row: (row[1], "muted"), "", flex=1, cut="middle", priority=1),
    )


_PICKED = (("p", "program", "programs"), ("c", "contract", "contracts"), ("o", "course", "courses"))
"""The fields that are picked from lists: key, field, and what a person reads."""


class AudienceStep(Vertical):
    """Preset and filter above, how many that is and who is left out between, a sample below."""

    class Changed(Message):
        """Another preset or filter."""

        def __init__(self, preset: str, text: str) -> None:
            super().__init__()
            self.preset = preset
            self.text = text

    class PickWanted(Message):
        """Values of a field are to be chosen from a list."""

        def __init__(self, field: str) -> None:
            super().__init__()
            self.field = field

    class SampleWanted(Message):
        """Other people are to stand in the sample."""

    OFFERS: ClassVar = (
        Command(
            "another-sample", "n", "sample", "Another sample", "Show other people of it.", "another sample", rank=4
        ),
        Command(
            "pick-programs", "p", "pick('program')", "Programs", "Choose programs from a list.", "programs", rank=6
        ),
        Command(
            "pick-contracts", "c", "pick('contract')", "Contracts", "Choose contracts from a list.", "contracts", rank=6
        ),
        Command("pick-courses", "o", "pick('course')", "Courses", "Choose courses from a list.", "courses", rank=6),
        Command("audience-filter", "slash", "filter", "Filter", "Narrow the audience with a filter.", "filter", rank=3),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    AudienceStep { height: 1fr; width: 1fr; }
    AudienceStep #presets { margin: 1 0 0 0; }
    AudienceStep #left-out { height: auto; max-height: 3; }
    AudienceStep #sample { height: 1fr; margin: 1 0 0 0; }
    """

    presets = getters.query_one("#presets", Choices)
    bar = getters.query_one("#audience", FilterBar)

    def __init__(self, fields: Fields, id: str) -> None:
        super().__init__(id=id)
        self._fields = fields

    def compose(self) -> ComposeResult:
        """From the question to the answer."""
        yield Choices((), label="Audience", id="presets")
        yield Line("picked")
        yield FilterBar("", id="audience", fields=self._fields)
        yield Line("people")
        yield Line("left-out")
        yield FigureTable(sample_columns(), waiting="Counting people …", id="sample")

    def on_mount(self) -> None:
        """The arrows go from part to part."""
        sample = self.query_one("#sample", FigureTable)
        self.presets.below, sample.above = sample, self.presets

    def offer(self, presets: Sequence[Choice]) -> None:
        """The audiences to choose from."""
        self.presets.offer(presets)

    def fill(self, preset: str, text: str) -> None:
        """Begin with what the draft says."""
        self.presets.choose(preset)
        self.bar.value = text
        self._tell_picked()

    def enter(self) -> None:
        """Begin at the presets."""
        self.presets.focus()

    def show(self, reach: Reach) -> None:
        """How many get it, who does not and why, and some of them."""
        people = len(reach.people)
        self.bar.tell(Tally(people, exact=True))
        self.query_one("#people", Line).show(
            Content.assemble((f" {plural(people, 'person', 'people')}", "bold"), " would get it")
        )
        said = Content.assemble((f" Left out: {reach.reasons}", "$console-muted")) if reach.reasons else Content("")
        self.query_one("#left-out", Line).show(said)
        empty = ("Nobody would get it.", "Choose another audience, or / changes the filter.")
        self.query_one("#sample", FigureTable).show(reach.sample, empty=empty)

    def _tell_picked(self) -> None:
        """What is picked from lists, and the keys that do it."""
        try:
            node = parse(self.bar.value)
        except FilterError:
            return
        parts: list[Content | tuple[str, str] | str] = [(" Only in   ", "$console-muted")]
        for key, field, title in _PICKED:
            values = picked(node, field)
            said = "any" if not values else values[0] if len(values) == 1 else f"{len(values):,} of them"
            parts += [
                (key, "bold $console-key"),
                f" {title} ",
                (f"{shown(said)}   ", "" if values else "$console-muted"),
            ]
        self.query_one("#picked", Line).show(Content.assemble(*parts))

    def count_failed(self) -> None:
        """It could not be counted: the figures would be another audience's."""
        self.query_one("#people", Line).show(Content(""))

    def action_sample(self) -> None:
        """Other people."""
        self.post_message(self.SampleWanted())

    def action_pick(self, field: str) -> None:
        """Choose values of a field."""
        self.post_message(self.PickWanted(field))

    def action_filter(self) -> None:
        """Type a filter."""
        self.bar.enter()

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._tell()

    @on(FilterBar.Changed)
    def _filtered(self, event: FilterBar.Changed) -> None:
        event.stop()
        event.bar.hear(event.text)
        self._tell()

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        event.stop()
        self.presets.focus()

    def _tell(self) -> None:
        self._tell_picked()
        self.post_message(self.Changed(self.presets.chosen, self.bar.value))
