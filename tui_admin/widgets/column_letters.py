"""Choosing a column by its letter: after `s` to sort, after `c` to show or hide."""

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from .columns import Column


def offered(columns: Sequence[Column[Any]], mode: str) -> list[Column[Any]]:
    """The columns that have a letter in a mode (`sort` or `columns`)."""
    if mode == "sort":
        return [column for column in columns if column.sortable]
    return [column for column in columns if column.priority] if mode == "columns" else []


def prompt(text: str, *keys: tuple[str, str]) -> Content:
    """A prompt for the status line: a word, then keys with what they do."""
    parts: list[Content | tuple[str, str] | str] = [(f" {text}", "$console-warning")]
    for key, word in keys:
        parts += ["  ", (key, "bold $console-key"), f" {word}"]
    return Content.assemble(*parts)


def letters_prompt(columns: Sequence[Column[Any]], mode: str, chosen: frozenset[str]) -> Content:
    """The prompt that lists a mode's letters; hidden columns stand in brackets, those in the header are not repeated
    while sorting."""
    if mode == "sort":
        unseen = [(c.letter, c.title) for c in offered(columns, mode) if c.key not in chosen]
        return prompt("Sort by the letter in the header:", *unseen, ("esc", "leaves"))
    listed = [(c.letter, c.title if c.key in chosen else f"({c.title})") for c in offered(columns, mode)]
    return prompt("Columns:", *listed)
