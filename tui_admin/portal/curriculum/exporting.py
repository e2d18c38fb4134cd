"""A curriculum as rows and as a document, to be listed, saved, and imported again."""

from collections.abc import Iterator
from typing import Any

from ...reports.curriculum_files import Row
from .reading import Curriculum


def rows(curriculum: Curriculum) -> Iterator[Row]:
    """One row an item, in order; a row without kind and id for a collection that holds nothing."""
    for collection in curriculum.collections:
        words = (collection.name, collection.description)
        if not collection.items:
            yield (*words, "", "", "", "")
        for item in collection.items:
            yield (*words, item.kind, item.key, item.name, item.partner)


def document(curriculum: Curriculum) -> dict[str, Any]:
    """The same as one document."""
    collections = [
        {
            "name": collection.name,
            "description": collection.description,
            "items": [{"kind": item.kind, "id": item.key, "name": item.name} for item in collection.items],
        }
        for collection in curriculum.collections
    ]
    return {"program": curriculum.slug, "collections": collections}
