"""The filter language: text to a tree (`parse`), a tree to text (`format_filter`), and completion (`complete`)."""

from .completion import Completion, Option, ValueRequest, complete, unfinished
from .errors import FilterError
from .fields import FIELDS, Field, Kind
from .format import format_filter, quote
from .narrowing import narrows
from .parser import parse
from .tree import All, Node

__all__ = [
    "FIELDS",
    "All",
    "Completion",
    "Field",
    "FilterError",
    "Kind",
    "Node",
    "Option",
    "ValueRequest",
    "complete",
    "format_filter",
    "narrows",
    "parse",
    "quote",
    "unfinished",
]
