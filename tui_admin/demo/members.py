"""Memberships: who is invited, joined or removed, since when, under which contract, and who learns how much."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from ..rules.times import DAY, Instant
from ..rules.triage import MembershipState
from .calendar import QUIET_DAYS, Calendar
from .learning import Facts, Learning, Seat
from .people import LearnerRow
from .programs import ADMINISTRATORS, Program, Programs
from .subjects import AREAS

COLUMNS = (
    "id",
    "program_id",
    "learner_id",
    "contract_id",
    "state",
    "invited_at",
    "invited_by",
    "invitations_sent",
    "last_sent_at",
    "joined_at",
    "removed_at",
    "search_key",
    "enrolled",
    "completed",
    "failed",
    "hours",
    "next_deadline",
    "missed_deadline",
    "last_activity_at",
    "active_at",
    "at_risk_ever",
)
"""The order of the fields of a membership's row."""

_STATES = (MembershipState.MEMBER, MembershipState.INVITED, MembershipState.DELETED_MEMBER)
_STATE_WEIGHTS = (86, 94, 100)
_IN_TWO_PROGRAMS = 10
"""Of 256 learners, how many are in two programs."""

_LEARNS = ((30, 72, 225), (90, 218, 178), (10_000, 230, 148))
"""Joined up to so many days ago; of 256 such members, how many enrolled; of 256 of those, how many completed none."""

_QUIET = 22
"""Of 256 enrolled members, how many have gone quiet."""


@dataclass(slots=True)
class _Draft:
    """A membership before its courses are known."""

    id: int
    program: Program
    learner: int
    search_key: str
    state: MembershipState
    joined_at: Instant
    removed_at: Instant | None
    bits: int
    courses: int = 0
    most: int = 0


class Members:
    """Makes the memberships of learners, block by block."""

    def __init__(
        self, rng: Random, calendar: Calendar, programs: Programs, learning: Learning, per_member: float
    ) -> None:
        self._rng = rng
        self._calendar = calendar
        self._programs = programs
        self._learning = learning
        self._per_member = per_member
        self._program_weights = list(accumulate(area.weight for area in AREAS))
        self._learners = 0
        self._enrolled = 0
        self._last_id = 0
        self.newest = 0
        """The newest fact: a join or an activity; nothing else lies after these."""

    def make(self, learners: Sequence[LearnerRow]) -> list[tuple[object, ...]]:
        """Rows of the learners' memberships, in the order of `COLUMNS`; what they learned goes to `learning`."""
        drafts = self._drafts(learners)
        self._learners += len(learners)
        target = round(self._learners * self._per_member)
        self._enrolled += self._share_courses(drafts, target - self._enrolled)
        return [self._row(draft) for draft in drafts]

    def _drafts(self, learners: Sequence[LearnerRow]) -> list[_Draft]:
        rng, calendar = self._rng, self._calendar
        count = len(learners)
        programs = rng.choices(self._programs.all, cum_weights=self._program_weights, k=count)
        states = rng.choices(_STATES, cum_weights=_STATE_WEIGHTS, k=count)
        days = rng.choices(calendar.join_days, cum_weights=calendar.join_weights, k=count)
        found = []
        for learner, program, state, day in zip(learners, programs, states, days, strict=True):
            bits = rng.getrandbits(80)
            found.append(self._draft(learner, program, state, day, bits))
            if bits >> 72 < _IN_TWO_PROGRAMS:
                other = self._programs.all[(program.id + bits % (len(AREAS) - 1)) % len(AREAS)]
                later = min(calendar.today, day + (bits >> 8 & 63))
                found.append(self._draft(learner, other, MembershipState.MEMBER, later, rng.getrandbits(72)))
        return found

    def _draft(self, learner: LearnerRow, program: Program, state: MembershipState, day: int, bits: int) -> _Draft:
        self._last_id += 1
        joined = self._calendar.moment(day, bits)
        removed = None
        if state is MembershipState.DELETED_MEMBER:
            removed = joined + (self._calendar.at - joined) * (1 + (bits >> 16 & 127)) // 129
        draft = _Draft(self._last_id, program, learner[0], learner[4], state, joined, removed, bits)
        _, enrolls, _ = self._tenure(draft)
        if state is not MembershipState.INVITED and bits >> 24 & 0xFF < enrolls:
            draft.courses = 1
            draft.most = len(program.paced)
        return draft

    def _tenure(self, draft: _Draft) -> tuple[int, int, int]:
        days = ((draft.removed_at or self._calendar.at) - draft.joined_at) // DAY
        return next(step for step in _LEARNS if days <= step[0])

    def _share_courses(self, drafts: Iterable[_Draft], target: int) -> int:
        """Spread so many enrollments over those who learn, more to those who joined earlier; how many found a place."""
        learning = [draft for draft in drafts if draft.courses]
        if target < len(learning):
            for draft in self._rng.sample(learning, len(learning) - max(0, target)):
                draft.courses = 0
            return max(0, target)
        now = self._calendar.at
        weights = list(accumulate((now - draft.joined_at) // DAY + 20 for draft in learning))
        left = 0
        if learning:
            for draft in self._rng.choices(learning, cum_weights=weights, k=target - len(learning)):
                if draft.courses < draft.most:
                    draft.courses += 1
                else:
                    left += 1
        for draft in learning:
            extra = min(left, draft.most - draft.courses)
            draft.courses += extra
            left -= extra
        return sum(draft.courses for draft in learning)

    def _row(self, draft: _Draft) -> tuple[object, ...]:
        contract = self._programs.contract_of(draft.program, draft.removed_at)
        facts = self._learn(draft, contract) if draft.courses else Facts()
        invited, sent, last_sent = self._invitation(draft)
        joined = None if draft.state is MembershipState.INVITED else draft.joined_at
        active = max(facts.last_activity_at or joined or 0, joined or 0) or None
        self.newest = max(self.newest, active or 0)
        return (
            draft.id,
            draft.program.id,
            draft.learner,
            contract,
            draft.state.value,
            invited,
            None if invited is None else ADMINISTRATORS[(draft.bits >> 20) % 2][0],
            sent,
            last_sent,
            joined,
            draft.removed_at,
            draft.search_key,
            facts.enrolled,
            facts.completed,
            facts.failed,
            facts.hours and round(facts.hours, 2),
            facts.next_deadline,
            facts.next_deadline,  # what was completed was handed in whole, so nothing else was missed
            facts.last_activity_at,
            active,
            facts.at_risk_ever,
        )

    def _learn(self, draft: _Draft, contract: int) -> Facts:
        calendar, bits, joined = self._calendar, draft.bits, draft.joined_at
        part = bits >> 32 & 0x3FF
        quiet = calendar.at - QUIET_DAYS * DAY
        lively = False
        if draft.removed_at is not None:
            until = joined + (draft.removed_at - joined) * (part | 256) // 1024
            limit = draft.removed_at
        elif joined < quiet - 7 * DAY and bits >> 42 & 0xFF < _QUIET:
            until = joined + (quiet - joined) * (part | 512) // 1024
            limit = quiet + DAY
        else:
            lively = True
            day = self._rng.choices(calendar.fresh_days, cum_weights=calendar.fresh_weights)[0]
            until = max(calendar.moment(day, bits >> 50), joined + (calendar.at - joined) * part // 1024)
            limit = until
        until = max(joined, min(limit, calendar.working_moment(until, bits >> 58)))
        completes = bits >> 64 & 0xFF >= self._tenure(draft)[2]
        removed = draft.removed_at is not None
        seat = Seat(draft.id, draft.program, contract, joined, until, lively, removed, draft.courses, completes)
        return self._learning.enroll(seat)

    def _invitation(self, draft: _Draft) -> tuple[Instant | None, int, Instant | None]:
        """When invited, how often written to, and when last: pending people fresh or stale, joined ones once."""
        bits, calendar = draft.bits, self._calendar
        if draft.state is not MembershipState.INVITED:
            if bits >> 44 & 7 == 0:
                return None, 0, None
            invited = calendar.working_moment(draft.joined_at - (1 + (bits >> 48 & 7)) * DAY, bits)
            return invited, 1, invited
        fresh = bits >> 44 & 1
        age = (bits >> 48 & 0xFF) * (9 if fresh else 110) // 256 + (0 if fresh else 15)
        invited = calendar.working_moment(calendar.at - (age + 1) * DAY, bits)
        times = 1 if fresh else 1 + (bits >> 56 & 0xFF) % 3
        return invited, times, invited + (times - 1) * 7 * DAY if age > 7 * times else invited
