"""Orders that are total and alike on both databases: text by its bytes, nothing first, equals by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Bytewise(FunctionElement[str]):
    """A text that sorts by its bytes."""

    type = Text()
    inherit_cache = True


@compiles(_Bytewise, "sqlite")
def _bytewise_sqlite(element: _Bytewise, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Bytewise, "postgresql")
def _bytewise_postgresql(element: _Bytewise, compiler: SQLCompiler, **options: object) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'


class _Address(FunctionElement[str]):
    """The folded address in a search key."""

    type = Text()
    inherit_cache = True


@compiles(_Address, "sqlite")
def _address_sqlite(element: _Address, compiler: SQLCompiler, **options: object) -> str:
    key = compiler.process(element.clauses, **options)
    return f"substr({key}, instr({key}, char(31)) + 1)"


@compiles(_Address, "postgresql")
def _address_postgresql(element: _Address, compiler: SQLCompiler, **options: object) -> str:
    return f"split_part({compiler.process(element.clauses, **options)}, chr(31), 2)"


def address_of(search_key: ColumnElement[str]) -> ColumnElement[str]:
    """The address part of a `search_key`, to sort by."""
    return _Address(search_key)


def text_order(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """The first of some texts that is not blank, to sort by without case; null where all are blank."""
    filled = [func.nullif(column, "") for column in columns]
    return _Bytewise(func.lower(func.coalesce(*filled) if len(filled) > 1 else filled[0]))


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key (`blank` where it may be null) and a direction; `id` decides between equals."""

    key: ColumnElement[Any]
    id: ColumnElement[int]
    descending: bool = False
    blank: bool = True

    def clauses(self, *, reverse: bool = False) -> Sequence[ColumnElement[Any]]:
        """What stands behind ORDER BY; nothing known sorts as the least."""
        if self.descending is reverse:
            key = self.key.asc()
            return (key.nulls_first() if self.blank else key, self.id.asc())
        key = self.key.desc()
        return (key.nulls_last() if self.blank else key, self.id.desc())

    def precedes(self, value: object, id: int) -> ColumnElement[bool]:
        """Whether a row stands before the one with this key and id."""
        equal: ColumnElement[bool]
        if value is None:
            equal, less = self.key.is_(None), None
        else:
            equal, less = self.key == value, self.key < value
        if self.descending:
            greater = self.key.is_not(None) if value is None else self.key > value
            return or_(greater, and_(equal, self.id > id))
        before = [and_(equal, self.id < id)]
        if less is not None:
            before += [less, self.key.is_(None)] if self.blank else [less]
        return or_(*before)


def page(
    connection: Connection, query: Select[int], order: Order, offset: int, limit: int, total: int | None
) -> list[int]:
    """The ids of one page. Past the middle of a known total the page is reached from the end."""
    if total is None or offset <= total // 2:
        return list(connection.scalars(query.order_by(*order.clauses()).offset(offset).limit(limit)))
    size = min(limit, total - offset)
    if size <= 0:
        return []
    backwards = query.order_by(*order.clauses(reverse=True)).offset(total - offset - size).limit(size)
    return list(connection.scalars(backwards))[::-1]
