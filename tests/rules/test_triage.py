from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.times import DAY, HOUR
from tui_admin.rules.triage import Facts, MembershipState, Status, reason, statuses

NOW = 1_000 * DAY
MEMBER = Facts(MembershipState.MEMBER, joined_at=NOW - 100 * DAY, last_activity_at=NOW - DAY)

moments = st.none() | st.integers(NOW - 90 * DAY, NOW + 90 * DAY)
facts = st.builds(
    Facts,
    st.sampled_from(MembershipState),
    moments,
    moments,
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 2),
    moments,
    st.booleans(),
)


@pytest.mark.parametrize(
    ("known", "held"),
    [
        (MEMBER, "no-enrollment"),
        (replace(MEMBER, enrolled=2), "enrolled"),
        (replace(MEMBER, enrolled=2, completed=1), "completed"),
        (replace(MEMBER, last_activity_at=None), "no-enrollment inactive"),
        (replace(MEMBER, last_activity_at=None, joined_at=None), "no-enrollment inactive"),
        (replace(MEMBER, last_activity_at=NOW - 40 * DAY, joined_at=NOW - DAY), "no-enrollment"),
        (replace(MEMBER, last_activity_at=NOW - 30 * DAY), "no-enrollment inactive"),
        (replace(MEMBER, last_activity_at=NOW - 30 * DAY + 1), "no-enrollment"),
        (replace(MEMBER, enrolled=1, failed=1), "enrolled at-risk at-risk-ever"),
        (replace(MEMBER, enrolled=1, next_deadline=NOW - 1), "enrolled at-risk at-risk-ever"),
        (replace(MEMBER, enrolled=1, next_deadline=NOW), "enrolled"),
        (replace(MEMBER, enrolled=1, risk_ever=True), "enrolled at-risk-ever"),
    ],
)
def test_the_statuses_of_a_member(known: Facts, held: str) -> None:
    assert " ".join(statuses(known, NOW)) == held


@given(facts)
def test_invited_and_removed_carry_only_that_and_members_one_of_three(known: Facts) -> None:
    held = statuses(known, NOW)
    if known.state is MembershipState.INVITED:
        assert held == (Status.INVITED,)
    elif known.state is MembershipState.DELETED_MEMBER:
        assert held == (Status.REMOVED,)
    else:
        assert len({Status.NO_ENROLLMENT, Status.ENROLLED, Status.COMPLETED} & set(held)) == 1
        assert not {Status.INVITED, Status.REMOVED} & set(held)
        assert (Status.AT_RISK in held) <= (Status.AT_RISK_EVER in held)
    assert list(held) == sorted(held, key=list(Status).index)


@given(facts, st.integers(0, 400 * DAY))
def test_time_alone_never_takes_a_member_out_of_trouble(known: Facts, later: int) -> None:
    trouble = {Status.INACTIVE, Status.AT_RISK, Status.AT_RISK_EVER}
    assert trouble & set(statuses(known, NOW)) <= set(statuses(known, NOW + later))


@pytest.mark.parametrize(
    ("deadlines", "failed", "names", "text"),
    [
        ([("Lab 1", NOW - 2 * DAY), ("Quiz 3", NOW - 6 * DAY)], [], 1, "overdue 2: Quiz 3 (6 d)"),
        ([("Lab 1", NOW - 2 * DAY), ("Quiz 3", NOW - 6 * DAY)], [], 2, "overdue 2: Quiz 3 (6 d), Lab 1 (2 d)"),
        ([("Lab 2", NOW - DAY), ("Lab 3", NOW + DAY)], ["Final"], 1, "overdue 1: Lab 2 (1 d); failed: Final"),
        ([("Lab 2", NOW - 5 * HOUR)], [], 1, "overdue 1: Lab 2 (5 h)"),
        ([], ["Final"], 1, "failed: Final"),
        ([], ["Final", "Quiz 1"], 1, "failed 2: Final"),
        ([], ["Final", "Quiz 1"], 3, "failed 2: Final, Quiz 1"),
        ([("Lab 3", NOW + DAY), ("Lab 4", NOW)], [], 1, ""),
        ([], [], 1, ""),
    ],
)
def test_the_reason(deadlines: list[tuple[str, int]], failed: list[str], names: int, text: str) -> None:
    assert reason(deadlines, failed, NOW, names) == text
