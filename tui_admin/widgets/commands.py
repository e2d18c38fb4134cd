"""Commands: what a key, a palette entry, a footer word, a help sentence and a typed word all mean.

A class that offers commands lists them in `OFFERS` and makes its bindings from them:

    class RosterScreen(ConsoleScreen):
        OFFERS = (Command("remove", "x", "remove", "Remove members", "Remove the marked members.", footer="remove"),)
        BINDINGS = bindings(OFFERS)

Footer, palette, help, the command bar and docs/keys.md are read from the same tuple, so none of them can drift.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.binding import ActiveBinding, Binding, BindingType
from textual.dom import DOMNode

_KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "asterisk": "*",
    "exclamation_mark": "!",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "circumflex_accent": "^",
    "plus": "+",
    "minus": "-",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    `name` is the binding's id in a key map file and stays the same for ever; `keys` are Textual key names separated by
    commas, the first one is shown; `action` is the method `action_...` of the class that lists the command; `title` is
    the palette's text; `help` one sentence. `footer` is the short word on line 24, empty to leave it out, and `rank`
    says who gives way first where the line is too narrow (the highest). `words` is what a person types after `:`, the
    same words as on the command line where it has them; `argument` names what may follow them, and the action takes it.
    `shown_keys` stands in lists for a family of keys (`1 … 9`) of which only the first command is `listed`.
    """

    name: str
    keys: str
    action: str
    title: str
    help: str
    footer: str = ""
    words: str = ""
    argument: str = ""
    rank: int = 5
    shown_keys: str = ""
    listed: bool = True

    @property
    def typed(self) -> str:
        """What is typed after `:`."""
        return self.words or self.name.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Live:
    """A command that would act now: with the node it acts on and the keys it is bound to, a key map file included."""

    command: Command
    node: DOMNode
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """The first key as people write it, or nothing."""
        return key_name(self.keys[0]) if self.keys else ""


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """Textual's bindings of commands; those without a key are reached by palette and command bar alone."""
    return [Binding(c.keys, c.action, c.title, show=False, id=c.name) for c in commands if c.keys]


def key_name(key: str) -> str:
    """A key as people write it: `?` for `question_mark`, `ctrl+p` as it is."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    return "+".join([*modifiers, _KEY_NAMES.get(last, last)])


def live_commands(chain: Sequence[DOMNode], active: dict[str, ActiveBinding]) -> list[Live]:
    """The commands of a chain of nodes (focused widget first) that may act now, in the order they are listed.

    A command with keys is live when one of its bindings is active; one without when its node allows the action. Keys
    that the focused widget takes as text are not live.
    """
    keys: dict[tuple[int, str], list[str]] = {}
    typing = chain[0].check_consume_key if chain else None
    for key, binding in active.items():
        name = key_name(key)
        if typing is not None and typing(key, name if len(name) == 1 else None):
            continue
        if binding.enabled and binding.binding.id:
            keys.setdefault((id(binding.node), binding.binding.id), []).append(key)
    found = []
    for node in chain:
        for command in getattr(type(node), "OFFERS", ()):
            bound = tuple(keys.get((id(node), command.name), ()))
            if bound or (not command.keys and node.check_action(command.action, ())):
                found.append(Live(command, node, bound))
    return found
