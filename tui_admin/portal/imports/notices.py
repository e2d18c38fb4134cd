"""What an import says of what it found, sentence by sentence."""

from collections.abc import Iterator

from ...reports.columns import Kind
from ...store.imports.merge import Tally
from ...store.imports.names import Merging, Renaming, ReusedId, Said
from ...store.imports.shared_ids import SharedId, SharedIds
from .plan import Notice

_KEPT = {
    Kind.MEMBERS: ("member", "programs"),
    Kind.SPECIALIZATION_COURSES: ("course", "specializations"),
    Kind.TAXONOMY: ("skill", "domains"),
}
_COLUMNS = {
    "programs": "Program Slug",
    "courses": "Course ID",
    "specializations": "Specialization Slug",
    "skills": "Skill",
}


def names_told(said: Said, file: int) -> Iterator[Notice]:
    """What a file calls otherwise than the store."""
    yield from (_renaming(one) for one in said.renamings if one.file == file)
    yield from (_merging(one) for one in said.mergings if one.file == file)
    yield from (_reused(one) for one in said.reused if one.file == file)


def _renaming(one: Renaming) -> Notice:
    told = f"renamed {one.before} -> {one.after}"
    if not one.done:
        told = f"is called {one.after} here and stays {one.before}: only an organization admin's import renames it"
    return Notice(told, column=_COLUMNS[one.table], value=one.key)


def _merging(one: Merging) -> Notice:
    several = "course teaches" if one.courses == 1 else "courses teach"
    told = f"takes in {one.before}, which {one.courses:,} {several}; learners are rated anew in the two as one"
    return Notice(told, column=_COLUMNS["skills"], value=one.after)


def _reused(one: ReusedId) -> Notice:
    called = f"{one.other_slug} ({one.other_name})" if one.other_name else one.other_slug
    told = f"is {called} here, but was {one.slug} before; its rows count for {one.slug}: check the id"
    return Notice(told, column="Course ID", value=one.key)


def rows_told(kind: Kind, tally: Tally) -> Iterator[Notice]:
    """What becomes of a file's rows without being refused, and what it has no row for."""
    if tally.older:
        yield Notice(f"{tally.older:,} rows are older than what the store knows and change nothing")
    if tally.conflicting:
        told = f"{tally.conflicting:,} rows say something else than a later row about the same; the later counts"
        yield Notice(told)
    if tally.unrated:
        yield Notice(f"skills named without a relevance, which count as 1: {tally.unrated:,}")
    if tally.absent:
        what, of = _KEPT.get(kind, ("enrollment", "programs"))
        several = "" if tally.absent == 1 else "s"
        yield Notice(f"not in this file, and kept: {tally.absent:,} {what}{several} of its {of}")


def shared_ids_told(shared: SharedIds, file: int) -> Iterator[Notice]:
    """The external ids that a file gives to somebody who is not the only one with them, by line."""
    own = [one for one in shared.told if one.file == file]
    for one in sorted(own, key=lambda one: one.line):
        yield Notice(_shared_id(one), one.line, "External Id", one.external_id)
    if shared.more and own and own[-1] is shared.told[-1]:
        yield Notice(f"and {shared.more:,} more external ids of several people")


def _shared_id(one: SharedId) -> str:
    first, second = (address or "somebody outside your programs" for address in one.addresses)
    people = f"{first}, {second} and {one.more:,} more" if one.more else f"{first} and {second}"
    return f"is the id of {people}; they stay apart: correct it where it is wrong"


def former_told(number: int) -> Iterator[Notice]:
    """How many people a file names by an address they had before."""
    if number:
        people = "1 person is" if number == 1 else f"{number:,} people are"
        yield Notice(f"{people} named by a former address; the rows count for the same person")
