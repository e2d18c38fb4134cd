"""A message as a file: `key: value` lines between two lines of `---`, then the text in Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from tui_admin.rules.errors import BadInput

KEYS = ("subject", "audience", "where", "button", "sender", "reply_to")
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class MessageFile:
    """What a file says: the keys of its head that are there, and the body. `button` is `text | link`."""

    head: Mapping[str, str]
    body: str

    @property
    def button(self) -> tuple[str, str]:
        """Text and link of the button; both empty where there is none."""
        text, _, link = self.head.get("button", "").rpartition("|")
        return text.strip(), link.strip()


def read_message(text: str, name: str) -> MessageFile:
    """Read a message file. Raises BadInput naming the line of what cannot be followed."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE:
        raise BadInput(f"{name}, line 1: a message begins with a line {_FENCE}, then subject: …, then {_FENCE} again.")
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE), None)
    if end is None:
        raise BadInput(f"{name}: the head is not closed by a second line {_FENCE}.")
    head: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], start=2):
        if line.strip():
            key, value = _pair(line, f"{name}, line {number}")
            if key in head:
                raise BadInput(f"{name}, line {number}: {key} is said twice.")
            head[key] = value
    found = MessageFile(head, "\n".join(lines[end + 1 :]).strip())
    if "subject" not in head:
        raise BadInput(f"{name}: the head has no subject.")
    if "button" in head and not all(found.button):
        raise BadInput(f"{name}: a button is written as its text, a bar and its link: Go on | https://example.org.")
    return found


def _pair(line: str, where: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    key = key.strip().lower().replace("-", "_")
    if not colon:
        raise BadInput(f"{where}: write key: value.")
    if key not in KEYS:
        near = get_close_matches(key, KEYS, n=1)
        way_out = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}."
        raise BadInput(f"{where}: there is no {key}; {way_out}")
    return key, value.strip()
