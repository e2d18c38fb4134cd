"""The plain-text part of a message: the same Markdown laid out to be read as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat, takewhile
from typing import TYPE_CHECKING

from .pieces import Pieces, Values, filled

if TYPE_CHECKING:
    from markdown_it.token import Token

WIDTH = 75
"""Characters a line has at most where words allow it: quoted-printable leaves such lines of ASCII as they are."""

RULE = "-" * 40
_CODE = "    "
_UNDERLINES = {"h1": "=", "h2": "-"}


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. `first` and `rest` stand before the first line and the others; a `kept` block is not
    wrapped; `joined` ones follow the block before without a blank line."""

    text: str
    first: str = ""
    rest: str = ""
    kept: bool = False
    joined: bool = False
    underline: str = ""


def blocks(tokens: Sequence["Token"]) -> Iterator[Block]:
    """The blocks of Markdown tokens, slots kept as marks."""
    layout = _Layout()
    for token in tokens:
        yield from layout.read(token)


def spaced(found: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with the lines that separate it from the one before: a quote's mark goes on through them."""
    before: Block | None = None
    for block in found:
        if before is None or block.joined:
            yield "", block
        else:
            shared = takewhile(lambda pair: pair[0] == pair[1], zip(before.rest, block.rest, strict=False))
            yield "".join(mark for mark, _ in shared).rstrip() + "\n", block
        before = block


class Lines:
    """A block's text, filled and then wrapped: lines no longer than `WIDTH` where its words allow that."""

    def __init__(self, pieces: Pieces, block: Block) -> None:
        self._pieces, self._block = pieces, block

    def filled(self, values: Values) -> str:
        """The block's lines, each with its line end."""
        block, text = self._block, filled(self._pieces, values)
        if block.kept:
            lines = [
                before + line
                for before, line in zip(chain([block.first], repeat(block.rest)), text.split("\n"), strict=False)
            ]
        elif "\n" not in text and len(block.first) + len(text) <= WIDTH:
            lines = [block.first + text]
        else:
            lines = list(_wrapped(text, block.first, block.rest))
        if block.underline:
            lines.append(block.rest + block.underline * min(WIDTH, max(map(len, lines)) - len(block.rest)))
        return "\n".join((*lines, ""))


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    prefix = first
    for line in text.split("\n"):
        current = ""
        for word in filter(None, line.split(" ")):
            if current and len(prefix) + len(current) + 1 + len(word) > WIDTH:
                yield prefix + current
                prefix, current = rest, word
            else:
                current = f"{current} {word}" if current else word
        yield prefix + current
        prefix = rest


class _Layout:
    """Keeps what stands before the lines while Markdown's tokens open and close lists and quotes."""

    def __init__(self) -> None:
        self._rests: list[str] = [""]
        self._first: str | None = None
        self._numbers: list[int | None] = []
        self._tag = ""
        self._tight = self._joined = False

    def read(self, token: "Token") -> Iterator[Block]:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._numbers.append(int(token.attrGet("start") or 1) if token.tag == "ol" else None)
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                self._tight = False
            case "list_item_open":
                self._open(self._bullet())
            case "blockquote_open":
                self._open("> ", "> ")
            case "list_item_close" | "blockquote_close":
                self._rests.pop()
            case "paragraph_open" | "heading_open":
                self._tag = token.tag
                self._joined, self._tight = self._tight and token.hidden, token.hidden
            case "inline":
                yield self._block(
                    _inline(token.children or []), joined=self._joined, underline=_UNDERLINES.get(self._tag, "")
                )
            case "hr":
                yield self._block(RULE)
            case "fence" | "code_block":
                yield self._block(token.content.rstrip("\n"), kept=True)

    def _bullet(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _open(self, first: str, rest: str | None = None) -> None:
        outer = self._rests[-1]
        self._first = (outer if self._first is None else self._first) + first
        self._rests.append(outer + (" " * len(first) if rest is None else rest))

    def _block(self, text: str, *, kept: bool = False, joined: bool = False, underline: str = "") -> Block:
        rest = self._rests[-1]
        first, self._first = rest if self._first is None else self._first, None
        indent = _CODE if kept else ""
        return Block(text, first + indent, rest + indent, kept, joined, underline)


def _inline(children: Sequence["Token"]) -> str:
    """The text of a line's tokens; a link shows where it leads, unless its text says that already."""
    href, since = "", 0
    said: list[str] = []
    for token in children:
        match token.type:
            case "text" | "text_special" | "code_inline":
                said.append(token.content)
            case "softbreak":
                said.append(" ")
            case "hardbreak":
                said.append("\n")
            case "strong_open" | "strong_close":
                said.append("*")
            case "link_open":
                href, since = str(token.attrGet("href")), len(said)
            case "link_close":
                text = "".join(said[since:])
                said[since:] = [_link(text, href, bare=token.markup in ("linkify", "autolink"))]
    return "".join(said)


def _link(text: str, href: str, *, bare: bool) -> str:
    shown = href if "?" in href else href.removeprefix("mailto:")
    return shown if bare or text == href else f"{text} <{shown}>"
