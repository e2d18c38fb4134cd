"""The third step of the wizard: the message as one recipient gets it, before it is sent."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_admin.rules.text import clean
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.lines import Line
from tui_admin.widgets.reading import Reading
from tui_admin.widgets.text import fit, shown


class ProofStep(Vertical):
    """Who it goes to and the text part of the mail; other recipients one after the other."""

    class Turned(Message):
        """The next recipient, or the one before, is to be shown."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    OFFERS: ClassVar = (
        Command("next-recipient", "right", "turn(1)", "Next recipient", "As the next one gets it.", "next", rank=4),
        Command("recipient-before", "left", "turn(-1)", "Recipient before", "As the one before gets it."),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    ProofStep { height: 1fr; width: 1fr; }
    ProofStep #letter-heads { height: auto; max-height: 4; padding: 0 1; }
    ProofStep #letter-text { width: 1fr; height: auto; }
    ProofStep #estimate { height: auto; min-height: 1; max-height: 3; padding: 0 1; }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)

    def compose(self) -> ComposeResult:
        """Heads, then the letter, then what is to be said before sending."""
        yield Static("", id="letter-heads", markup=False)
        yield Line("letter-gap")
        with Reading(id="letter-scroll"):
            yield Static("", id="letter-text", markup=False)
        yield Static("", id="estimate", markup=False)

    def enter(self) -> None:
        """Read."""
        self.query_one(Reading).focus()

    def show(self, heads: dict[str, str], text: str) -> None:
        """A mail as its recipient gets it."""
        parts: list[Content | tuple[str, str] | str] = []
        for position, (title, value) in enumerate(heads.items()):
            parts += ["\n" if position else "", (f"{title:<9}", "$console-muted"), fit(value, 120).rstrip()]
        self.query_one("#letter-heads", Static).update(Content.assemble(*parts))
        self.query_one("#letter-text", Static).update(Content("\n".join(clean(line) for line in text.split("\n"))))
        self.query_one(Reading).scroll_home(animate=False)

    def refuse(self, problem: str) -> None:
        """Why there is no mail to show, and the way back to where that is mended."""
        self.query_one("#letter-heads", Static).update("")
        told = Content.assemble((shown(problem), "$console-error"), "\n\n", ("esc", "$console-key"), " back to mend it")
        self.query_one("#letter-text", Static).update(told)
        self.say("")

    def say(self, sentence: str) -> None:
        """What is to be known before sending: how many, how long it takes."""
        self.query_one("#estimate", Static).update(Content.assemble((shown(sentence), "$console-muted")))

    def action_turn(self, step: int) -> None:
        """Another recipient."""
        self.post_message(self.Turned(step))
