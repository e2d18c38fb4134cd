"""The frame's own lines: where one is, the tabs, and the keys that matter now."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

from .commands import Live
from .text import fit, shown, width_of


class Line(Widget):
    """One line of text that is drawn again only when it changes."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; color: $console-text; background: $background; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._content = Content("")

    def show(self, content: Content) -> None:
        """Draw this, unless it is what stands there."""
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def content_lines(self, width: int) -> int:
        """How many lines the text takes in a width."""
        return max(-(-self._content.cell_length // width), 1) if width > 0 else 1

    def render(self) -> Content:
        """What stands on the line."""
        return self._content


_SHORT_TITLE, _LEAST_TITLE = 6, 3
"""Cells that a tab's title keeps while others are longer, and in any case."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What line 1 says. `as_of` says how fresh the data is, in forms from the longest to the shortest; `stale` that it
    is old enough to be told about; `mark` is DEMO, READ-ONLY or empty."""

    organization: str
    crumbs: tuple[str, ...]
    as_of: tuple[str, ...]
    administrator: str
    mark: str = ""
    stale: bool = False


class TitleLine(Line):
    """Line 1: organization and place at the left; freshness, administrator and mark at the right.

    Where the line is too narrow, the administrator goes first, then the freshness is said shorter, then names are cut.
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id)
        self._where = Whereabouts("", (), (), "")

    def locate(self, where: Whereabouts) -> None:
        """Say where one is."""
        self._where = where
        self._layout()

    def on_resize(self) -> None:
        """Another width, other words."""
        self._layout()

    def _layout(self) -> None:
        where, width = self._where, self.size.width - 2
        if width <= 0:
            return
        organization, place = shown(where.organization), " › ".join(shown(crumb) for crumb in where.crumbs)
        left = f"{organization} · {place}" if organization and place else organization or place
        right = self._right(width - width_of(left) - 2)
        tail = "   ".join(right)
        room = width - width_of(tail) - (2 if tail else 0)
        name = (
            organization
            if width_of(left) <= room
            else fit(organization, min(width_of(organization), max(room // 2, 8)))
        )
        rest = fit(f" · {place}" if organization and place else place, max(room - width_of(name), 0))
        parts: list[Content | tuple[str, str] | str] = [" ", (name, "bold $console-place"), rest]
        parts += ["  "] if tail else []
        for position, piece in enumerate(right):
            attention = piece == where.mark or (piece in where.as_of and where.stale)
            style = "bold $console-warning" if attention else ""
            parts += ["   " if position else "", (piece, style or "$console-muted")]
        self.show(Content.assemble(*parts))

    def _right(self, room: int) -> list[str]:
        """The pieces at the right that fit: the administrator goes first, then the freshness is said shorter."""
        where = self._where
        administrator = shown(where.administrator)
        administrators = (administrator, administrator.partition(" · ")[0], "")
        choices = [(where.as_of[:1], name) for name in administrators]
        choices += [((form,), "") for form in where.as_of[1:]] + [((), "")]
        for as_of, administrator in choices:
            pieces = [piece for piece in (*as_of, administrator, where.mark) if piece]
            if width_of("   ".join(pieces)) <= room:
                return pieces
        return [where.mark] if where.mark else []


class TabLine(Line):
    """Line 2: the tabs one may open, each with its number, the open one standing out. On a line that is too narrow they
    stand closer, then titles are cut, never the open one's."""

    DEFAULT_CSS = "TabLine { background: $console-panel; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id)
        self._titles: tuple[str, ...] = ()
        self._active = -1

    def tabs(self, titles: Sequence[str], active: int) -> None:
        """Show these titles; `active` is the index of the open one."""
        self._titles, self._active = tuple(titles), active
        self._layout()

    def on_resize(self) -> None:
        """Another width, other cuts."""
        self._layout()

    def _layout(self) -> None:
        titles, width = self._titles, self.size.width
        blanks = next((blanks for blanks in (3, 2) if self._needed(titles, blanks) <= width), 1)
        # One blank between two tabs is where the open one's bracket stands; of more, those around it stay blank.
        between = " " * (blanks - 2)
        parts: list[Content | tuple[str, str] | str] = [" "] if blanks > 1 else []
        for index, title in enumerate(titles if blanks > 1 else self._cut()):
            if index == self._active:
                parts += [(f"[{index + 1} {title}]", "bold $console-place"), between]
            else:
                opens = "" if blanks == 1 and 0 < index == self._active + 1 else " "
                closes = " " if blanks > 1 else ""
                parts += [opens, (str(index + 1), "$console-key"), f" {title}{closes}{between}"]
        self.show(Content.assemble(*parts))

    def _cut(self) -> Sequence[str]:
        """The titles as they fit with one blank between them: the longest gives way first, and as a whole before the
        next one does."""
        titles, width = self._titles, self.size.width
        for least in (_SHORT_TITLE, _LEAST_TITLE):
            while 0 < width < self._needed(titles, 1):
                others = [index for index, title in enumerate(titles) if index != self._active and len(title) > least]
                if not others:
                    break
                longest = max(others, key=lambda index: len(self._titles[index]))
                cut = fit(self._titles[longest], len(titles[longest]) - 1)
                titles = (*titles[:longest], cut, *titles[longest + 1 :])
        return titles

    def _needed(self, titles: Sequence[str], blanks: int) -> int:
        """The cells that tabs take with so many blanks between them, brackets among these."""
        last = self._active == len(titles) - 1
        return sum(len(title) + 2 + blanks for title in titles) + (1 if blanks > 1 or last else 0)


class FooterLine(Line):
    """Line 24: the keys that matter here and now, as many as fit; `:` and `?` always do."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id)
        self._commands: tuple[Live, ...] = ()

    def offer(self, commands: Sequence[Live]) -> None:
        """Show the footer words of these commands."""
        self._commands = tuple(c for c in commands if c.command.footer and c.keys)
        self._layout()

    def on_resize(self) -> None:
        """Another width, other words."""
        self._layout()

    def _layout(self) -> None:
        kept = fitting(self._commands, self.size.width - 1)
        parts: list[Content | tuple[str, str] | str] = [" "]
        for position, live in enumerate(kept):
            parts += ["  " if position else "", (live.key, "bold $console-key"), f" {live.command.footer}"]
        self.show(Content.assemble(*parts))


def fitting(commands: Sequence[Live], width: int) -> list[Live]:
    """The commands whose keys and words fit into `width` cells, in their order; the highest ranks give way first."""
    kept = list(commands)
    while kept and _length(kept) > width:
        kept.remove(max(reversed(kept), key=lambda live: live.command.rank))
    return kept


def _length(commands: Sequence[Live]) -> int:
    return sum(len(live.key) + 1 + len(live.command.footer) for live in commands) + 2 * (len(commands) - 1)
