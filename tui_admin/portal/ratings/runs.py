"""What a run of rating was made from, and what it left out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row

from ...rules.skills.parameters import Parameters
from ...rules.times import Instant
from ...store.ratings import input as store_input
from ...store.ratings.fingerprints import Fingerprint
from ...store.ratings.input import Place
from .linking import Groups
from .syllabus import Syllabus

VERSION = "2"
"""Of the model and what feeds it: another makes all ratings anew."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a run left out: graded attempts without any date, those without anything to rate, and those that lay in two
    memberships of one learner. `groups` are the ids of courses by whom learners link them, the largest group first."""

    undated: int
    unusable: int
    repeated: int
    groups: Groups

    @property
    def told(self) -> Iterator[str]:
        """What was left out, in sentences that end without a full stop."""
        for count, what in (
            (self.undated, "have no date and are left out"),
            (self.unusable, "have neither a verdict nor a score that could be read and are left out"),
            (self.repeated, "lie in two memberships of one learner and count once"),
        ):
            if count:
                yield f"graded attempts that {what}: {count:,}"
        if self.apart:
            yield f"courses that no learner links to the others, so that ratings do not compare: {len(self.apart):,}"

    @property
    def apart(self) -> list[int]:
        """The courses that no learner links to the largest group: their ratings compare with no others."""
        return [course for group in self.groups[1:] for course in group]


@dataclass(frozen=True, slots=True)
class Run:
    """The run that is read. `attempts` were rated in its replay, `rated` of them just now in so many `seconds`; `anew`
    says that all were."""

    id: int
    replay_id: int
    attempts: int
    notes: Notes
    rated: int = 0
    anew: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """All that ratings follow from: the newest attempt, the highest id of any, the day of the newest that was rated,
    the newest membership, and fingerprints of attempts and of whatever else counts."""

    newest: Place | None
    last: int
    day: int
    member: int
    attempts: Fingerprint
    facts: str

    @property
    def input_hash(self) -> str:
        """As a run keeps it."""
        return f"{self.facts}|{self.attempts}"

    @property
    def high_water(self) -> str | None:
        """As a run keeps it."""
        if self.newest is None:
            return None
        return json.dumps(asdict(self.newest) | {"last": self.last, "day": self.day, "member": self.member})


def facts(connection: Connection, syllabus: Syllabus, parameters: Parameters, member: int) -> str:
    """A fingerprint of what counts beside attempts, as far as it was there with the membership `member`."""
    said = (VERSION, str(parameters), syllabus.digest, store_input.owners_print(connection, member))
    return hashlib.sha256("|".join(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class HighWater:
    """How far a stored run came: the newest attempt, the highest id of any (0 where that was not noted), the day of the
    newest that was rated, the newest membership."""

    newest: Place
    last: int
    day: int
    member: int


def high_water(row: Row[Any]) -> HighWater | None:
    """How far a stored run came; None where there was nothing, or where it cannot be gone on with."""
    if row.high_water is None or row.code_version != VERSION:
        return None
    told = json.loads(row.high_water)
    return HighWater(Place(told["at"], told["moment"], told["id"]), told.get("last", 0), told["day"], told["member"])


def values(source: Source, parameters: Parameters, notes: Notes, attempts: int, now: Instant) -> dict[str, Any]:
    """A run as its row says it, before it is finished."""
    return {
        "started_at": now,
        "parameters": str(parameters),
        "code_version": VERSION,
        "input_hash": source.input_hash,
        "high_water": source.high_water,
        "attempts": attempts,
        "notes": json.dumps(asdict(notes)),
    }


def stored(row: Row[Any], **more: Any) -> Run:
    """A stored run."""
    return Run(row.id, row.replay_id, row.attempts, notes(row), **more)


def notes(row: Row[Any]) -> Notes:
    """What a stored run left out."""
    return Notes(**json.loads(row.notes))
