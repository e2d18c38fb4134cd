"""Places: every spot has a text that brings one back, such as `programs/data-101/members?status:at-risk`."""

from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

_SAFE = "-._~@+:,"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is: the path's segments, and the filter in force there (empty for none)."""

    segments: tuple[str, ...] = ("home",)
    filter: str = ""

    @property
    def tab(self) -> str:
        """The first segment."""
        return self.segments[0]

    @property
    def parent(self) -> "Place":
        """One level up; home is its own parent."""
        return Place(self.segments[:-1]) if len(self.segments) > 1 else Place()

    def child(self, *segments: str) -> "Place":
        """The place below, without a filter."""
        return Place((*self.segments, *segments))

    def filtered(self, text: str) -> "Place":
        """The same place under another filter."""
        return replace(self, filter=text.strip())

    def __str__(self) -> str:
        path = "/".join(quote(segment, safe=_SAFE) for segment in self.segments)
        return f"{path}?{self.filter}" if self.filter else path


def parse_place(text: str) -> Place:
    """The place that a text names. Everything after the first `?` is the filter as typed; empty segments are dropped.

    Any text gives a place; whether there is such a place is for the routes to say.
    """
    path, _, filter_text = text.strip().partition("?")
    segments = tuple(unquote(segment) for segment in path.split("/") if segment.strip())
    return Place(segments or ("home",), filter_text.strip())
