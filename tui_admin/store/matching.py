"""Text compared as people expect: without case and accents, alike on both databases.

Keys that are stored folded (`search_key`) are matched directly. Other columns are compared in plain ASCII first,
which the database does by itself; only values that hold anything else are folded row by row.
"""

import sqlite3

from sqlalchemy import ColumnElement, Text, and_, false, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ..rules.text import clean, fold

_ESCAPE = "/"


class _Folded(FunctionElement[str]):
    """`rules.text.fold` of a column, as SQL."""

    type = Text()
    inherit_cache = True


@compiles(_Folded, "sqlite")
def _folded_sqlite(element: _Folded, compiler: SQLCompiler, **options: object) -> str:
    return f"fold({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _folded_postgresql(element: _Folded, compiler: SQLCompiler, **options: object) -> str:
    column = compiler.process(element.clauses, **options)
    bare = f"regexp_replace(normalize({column}, NFKD), '[\\u0300-\\u036f]+', '', 'g')"
    return f"normalize(replace(lower({bare} COLLATE \"default\"), 'ß', 'ss'), NFC)"


class _AsciiLower(FunctionElement[str]):
    """A column without the case of its ASCII letters, for LIKE: SQLite's LIKE looks past it by itself."""

    type = Text()
    inherit_cache = True


@compiles(_AsciiLower, "sqlite")
def _ascii_lower_sqlite(element: _AsciiLower, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_AsciiLower, "postgresql")
def _ascii_lower_postgresql(element: _AsciiLower, compiler: SQLCompiler, **options: object) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


class _NotAscii(FunctionElement[bool]):
    """Whether a text holds a character outside printable ASCII."""

    inherit_cache = True


@compiles(_NotAscii, "sqlite")
def _not_ascii_sqlite(element: _NotAscii, compiler: SQLCompiler, **options: object) -> str:
    return f"({compiler.process(element.clauses, **options)} GLOB '*[^ -~]*')"


@compiles(_NotAscii, "postgresql")
def _not_ascii_postgresql(element: _NotAscii, compiler: SQLCompiler, **options: object) -> str:
    return f"({compiler.process(element.clauses, **options)} ~ '[^ -~]')"


def register(connection: sqlite3.Connection) -> None:
    """Teach a new SQLite connection `fold`; queries made by this module need it."""
    connection.create_function("fold", 1, _fold_or_null, deterministic=True)


def _fold_or_null(text: object) -> str | None:
    return fold(text) if isinstance(text, str) else None


def needle(text: str) -> str:
    """What a person typed, in the form it is compared in."""
    return fold(clean(text))


def pattern(folded: str, before: str = "%", after: str = "%") -> str:
    """A LIKE pattern that finds the folded text literally, between two patterns."""
    for special in (_ESCAPE, "%", "_"):
        folded = folded.replace(special, _ESCAPE + special)
    return f"{before}{folded}{after}"


def like(column: ColumnElement[str], like_pattern: str) -> ColumnElement[bool]:
    """LIKE over a folded column. The escape is named only where the pattern has one: SQLite is faster without."""
    return column.like(like_pattern, escape=_ESCAPE if _ESCAPE in like_pattern else None)


def matches(column: ColumnElement[str], text: str, *, exact: bool) -> ColumnElement[bool]:
    """Whether a column that is stored as typed holds the text, or is exactly it."""
    folded = needle(text)
    ends = "" if exact else "%"
    wanted = pattern(folded, ends, ends)
    plain = like(_AsciiLower(column), wanted) if folded.isascii() else false()
    return or_(plain, and_(_NotAscii(column), like(_Folded(column), wanted)))


def begins_word(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether the text, or any word in it, begins so; what completion offers."""
    folded = needle(text)
    starts = [pattern(folded, before, "%") for before in ("", "% ")]
    plain = [like(_AsciiLower(column), start) for start in starts] if folded.isascii() else []
    return or_(*plain, *(and_(_NotAscii(column), like(_Folded(column), start)) for start in starts))


def is_begun(value: str, text: str) -> bool:
    """The same of a value that was read."""
    held, wanted = fold(value), needle(text)
    return held.startswith(wanted) or f" {wanted}" in held
