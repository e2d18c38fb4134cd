"""The filter language: text to a tree (`parse`), a tree to text (`format_filter`), and completion (`complete`)."""

from .completion import Completion, Option, ValueRequest, complete, unfinished
from .errors import FilterError
from .fields import FIELDS, Field, Fields, Kind, known_to
from .format import format_filter, quote
from .narrowing import narrows
from .parser import parse
from .terms import check_fields
from .tree import All, Node

__all__ = [
    "FIELDS",
    "All",
    "Completion",
    "Field",
    "Fields",
    "FilterError",
    "Kind",
    "Node",
    "Option",
    "ValueRequest",
    "check_fields",
    "complete",
    "format_filter",
    "known_to",
    "narrows",
    "parse",
    "quote",
    "unfinished",
]
