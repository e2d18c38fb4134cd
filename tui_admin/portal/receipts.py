"""The shape of every bulk write: a verdict per row, shown as a plan before and as a receipt after.

Ids are kept in compressed sets per verdict and reason, so that a plan over a million rows takes a few hundred
kilobytes; names are read only while rows are shown or saved.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap, FrozenBitMap

from ..rules.roles import Actor, Right
from ..store import outcomes
from ..store.engine import Store
from . import rights


class Verdict(StrEnum):
    """What becomes of a row."""

    APPLY = "apply"
    SKIP = "skip"
    REFUSE = "refuse"


class Subject(StrEnum):
    """What the ids of a plan number."""

    MEMBERSHIP = "membership"
    LEARNER = "learner"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that share a verdict and its reason, which is empty for those to apply."""

    verdict: Verdict
    reason: str
    ids: FrozenBitMap


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a plan or receipt; the names are None where the actor may not see the row or it is gone."""

    id: int
    name: str | None
    email: str | None
    external_id: str | None
    program: str | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts on all rows of one write."""

    subject: Subject
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, subject: Subject, found: Mapping[tuple[Verdict, str], Iterable[int]]) -> "Verdicts":
        """Verdicts from ids by verdict and reason, those to apply first; empty ones are left out."""
        order = list(Verdict)
        ordered = sorted(found.items(), key=lambda item: order.index(item[0][0]))
        groups = (Group(verdict, reason, FrozenBitMap(ids)) for (verdict, reason), ids in ordered)
        return cls(subject, tuple(group for group in groups if group.ids))

    def count(self, verdict: Verdict) -> int:
        """How many rows got a verdict."""
        return sum(len(group.ids) for group in self.groups if group.verdict is verdict)

    def ids(self, verdict: Verdict) -> BitMap:
        """The rows that got a verdict."""
        return BitMap().union(*(group.ids for group in self.groups if group.verdict is verdict))

    def reasons(self) -> str:
        """`2 skipped: already removed; 1 refused: ...`, empty where every row is applied."""
        words = {Verdict.SKIP: "skipped", Verdict.REFUSE: "refused"}
        return "; ".join(
            f"{len(group.ids):,} {words[group.verdict]}: {group.reason}"
            for group in self.groups
            if group.verdict in words
        )

    def after(self, outcomes: Mapping[tuple[Verdict, str], Iterable[int]]) -> "Verdicts":
        """What became of the rows: the outcomes of those to apply, the others as they were planned."""
        kept = [group for group in self.groups if group.verdict is not Verdict.APPLY]
        done = dict(outcomes)
        for group in kept:
            done[group.verdict, group.reason] = BitMap(done.get((group.verdict, group.reason), ())) | group.ids
        return Verdicts.of(self.subject, done)

    def rows(self, store: Store, actor: Actor) -> Iterator[Row]:
        """Every row with its names, streamed, group by group."""
        actor.require(Right.READ)
        scope = rights.scope(actor)
        describe = {
            Subject.MEMBERSHIP: outcomes.describe_memberships,
            Subject.LEARNER: outcomes.describe_learners,
            Subject.MAIL: outcomes.describe_mails,
        }
        with store.read() as connection:
            for group in self.groups:
                named = BitMap()
                for found in describe[self.subject](connection, group.ids, scope):
                    named.add(found.id)
                    program = found.slug if self.subject is Subject.MEMBERSHIP else None
                    names = (found.name, found.email_shown, found.external_id, program)
                    yield Row(found.id, *names, group.verdict, group.reason)
                for missing in BitMap(group.ids) - named:
                    yield Row(missing, None, None, None, None, group.verdict, group.reason)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a write did. `entry_id` is its journal entry, None where nothing changed; `notes` say what else to know."""

    entry_id: int | None
    summary: str
    verdicts: Verdicts
    notes: tuple[str, ...] = ()

    @property
    def applied(self) -> int:
        """How many rows were changed."""
        return self.verdicts.count(Verdict.APPLY)

    @property
    def skipped(self) -> int:
        """How many rows needed nothing, or were changed by somebody else since the plan."""
        return self.verdicts.count(Verdict.SKIP)

    @property
    def refused(self) -> int:
        """How many rows were not allowed or not possible."""
        return self.verdicts.count(Verdict.REFUSE)


COLUMNS = ("Name", "Email", "External ID", "Program", "Outcome", "Reason")
"""The columns of a receipt saved as CSV."""


def table(receipt: Receipt, store: Store, actor: Actor) -> Iterator[tuple[str, ...]]:
    """A receipt's rows as texts in the order of `COLUMNS`, streamed, to be written as CSV."""
    outcome = {Verdict.APPLY: "done", Verdict.SKIP: "skipped", Verdict.REFUSE: "refused"}
    for row in receipt.verdicts.rows(store, actor):
        names = (row.name, row.email, row.external_id, row.program)
        yield (*(name or "" for name in names), outcome[row.verdict], row.reason)
