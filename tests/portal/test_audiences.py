"""Whom a message reaches: each person once, who is left out and why, within what the actor may see."""

from zoneinfo import ZoneInfo

import pytest
from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import insert, update

from tui_admin.portal.mail.audiences import Moments, Reach, Selected, Whom, chosen, reach
from tui_admin.portal.mail.mailing import mail_members
from tui_admin.portal.receipts import Subject
from tui_admin.rules.audiences import Audience
from tui_admin.rules.errors import Cancelled
from tui_admin.rules.filters import FilterError, parse
from tui_admin.rules.leaving_out import LeftOut
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY, HOUR, MINUTE, parse_iso, to_datetime
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships

from .conftest import NOW, Organization
from .mail_facts import set_up, settle, suppress

AT = Moments(NOW, NOW)


def reached(store: Store, actor: Actor, whom: Whom | str = "", purpose: Purpose = Purpose.CUSTOM) -> Reach:
    whom = Audience(expression=whom) if isinstance(whom, str) else whom
    return reach(store, actor, whom, purpose, AT)


def people(store: Store, actor: Actor, whom: Whom | str = "") -> list[int]:
    return sorted(reached(store, actor, whom).people)


@pytest.fixture
def learning(organization: Organization) -> Organization:
    """Person 1 completed a course in `data` and is in none of `teams`; memberships 2 and 7 completed none of one."""
    facts = {1: {"enrolled": 2, "completed": 1}, 2: {"enrolled": 1}, 7: {"enrolled": 1, "active_at": NOW}}
    with organization.store.write() as connection:
        for row, values in facts.items():
            connection.execute(update(memberships).where(memberships.c.id == row).values(**values))
    return organization


@pytest.mark.parametrize(
    ("audience", "found"),
    [
        (Audience(), [1, 2, 3, 6]),  # joined people only, each once
        (Audience("invited"), [4, 7]),
        (Audience("no-enrollment"), [1, 3]),  # person 1 by the other program
        (Audience("none-completed"), [2, 6]),
        (Audience("completed"), [1]),
        (Audience("inactive"), [1, 2, 3]),
        (Audience("at-risk"), []),
        (Audience(expression="program:teams"), [1, 6]),
        (Audience(expression="program:teams,data"), [1, 2, 3, 6]),
        (Audience(expression='contract:"Year 2"'), [6]),
        (Audience("no-enrollment", "program:teams"), [1]),
        (Audience(expression="-status:completed"), [2, 3, 6]),  # none of theirs has it
        (Audience("no-enrollment", expression="-status:completed"), [3]),
        (Audience(expression="status:enrolled or status:completed"), [1, 2, 6]),
        (Audience(expression="-status:completed or program:teams"), [1, 2, 3, 6]),
        (Audience(expression="-(status:completed program:teams)"), [1, 2, 3, 6]),
        (Audience(expression="status:enrolled (-status:completed or anna)"), [2, 6]),
        (Audience(expression="status:removed"), [5]),
        (Audience(expression="status:invited,no-enrollment -status:completed"), [3, 4, 7]),
        (Audience(expression="person3"), [3]),
        (Audience(expression="-person3 program:data"), [1, 2]),
    ],
)
def test_an_audience_finds_people(learning: Organization, audience: Audience, found: list[int]) -> None:
    assert people(learning.store, learning.ana, audience) == found


def test_each_person_is_written_to_about_a_membership_that_was_asked_for(learning: Organization) -> None:
    asked = {"": [1, 2, 3, 7], "status:no-enrollment": [3, 6], "-status:completed": [2, 3, 7], "program:teams": [6, 7]}
    with learning.store.read() as connection:
        for expression, ids in asked.items():
            assert sorted(chosen(connection, learning.ana, Audience(expression=expression), NOW)) == ids


def test_people_picked_by_hand(learning: Organization) -> None:
    by_membership = Selected(FrozenBitMap([1, 4, 5, 6, 99]))
    assert people(learning.store, learning.ana, by_membership) == [1, 4, 5]
    by_learner = Selected(FrozenBitMap([1, 4, 5, 99]), Subject.LEARNER)
    assert people(learning.store, learning.ana, by_learner) == [1, 4, 5]
    with learning.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 1).values(state="INVITED"))
    with learning.store.read() as connection:
        assert sorted(chosen(connection, learning.ana, by_membership, NOW)) == [1, 4, 5]
        assert sorted(chosen(connection, learning.ana, by_learner, NOW)) == [4, 5, 6]  # where the person joined


def test_a_program_admin_reaches_only_their_own(learning: Organization) -> None:
    assert people(learning.store, learning.bo) == [1, 2, 3]
    assert people(learning.store, learning.bo, Selected(FrozenBitMap([1, 6, 7]))) == [1]
    assert people(learning.store, learning.bo, Selected(FrozenBitMap([1, 6, 7]), Subject.LEARNER)) == [1]
    with pytest.raises(FilterError):
        people(learning.store, learning.bo, "program:teams")


def test_who_is_left_out_and_why(learning: Organization) -> None:
    store = learning.store
    suppress(store, "person1@northwind.example")
    suppress(store, "person2@northwind.example", "bounced")
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 1).values(opted_out=True))
        connection.execute(update(learners).where(learners.c.id == 3).values(email=None))
    found = reached(store, learning.ana)
    assert sorted(found.people) == [6]
    assert {reason: sorted(ids) for reason, ids in found.left_out.items()} == {
        LeftOut.SUPPRESSED: [1],  # the first reason counts, and each person once
        LeftOut.BOUNCED: [2],
        LeftOut.NO_ADDRESS: [3],
    }
    assert (found.total, found.reasons) == (4, "1 no address, 1 on the suppression list, 1 bounced before")


def test_a_reminder_is_only_for_those_who_joined(learning: Organization) -> None:
    found = reached(learning.store, learning.ana, Selected(FrozenBitMap([1, 4, 5])), Purpose.NUDGE)
    assert sorted(found.people) == [1]
    assert {reason: sorted(ids) for reason, ids in found.left_out.items()} == {LeftOut.MEMBERS_ONLY: [4, 5]}


def test_the_sample_follows_the_seed(learning: Organization) -> None:
    with learning.store.write() as connection:
        for id in range(20, 60):
            key = {"search_key": f"person {id}"}
            connection.execute(insert(learners).values(id=id, name=f"P \x1b[2J{id}", email=f"p{id}@x.example", **key))
            connection.execute(insert(memberships).values(id=id, program_id=1, learner_id=id, state="MEMBER", **key))
    samples = [
        reach(learning.store, learning.ana, Audience(), Purpose.CUSTOM, AT, seed=seed).sample for seed in (1, 1, 2)
    ]
    assert samples[0] == samples[1] != samples[2]
    assert len(set(samples[0])) == 5
    assert not any("\x1b" in name for name, _ in samples[0])


def test_counting_can_be_stopped(learning: Organization) -> None:
    with pytest.raises(Cancelled):
        reach(learning.store, learning.ana, Audience(), Purpose.CUSTOM, AT, cancelled=lambda: True)


def test_what_an_audience_names_must_be_there(learning: Organization) -> None:
    with pytest.raises(FilterError, match='"dta" at 1: did you mean "data"'):
        people(learning.store, learning.ana, "program:dta")
    with pytest.raises(FilterError, match="Year 3"):
        people(learning.store, learning.ana, 'contract:"Year 3"')
    assert parse("joined>1d")
    assert people(learning.store, learning.ana, "joined>1d") == [1, 2, 3, 6]
    assert reached(learning.store, learning.ana, "joined>1d").now == NOW < NOW + DAY


@pytest.mark.parametrize(
    ("noon", "hours"), [("2026-03-28T12:00", 23), ("2026-10-24T12:00", 25)], ids=["forward", "back"]
)
def test_a_quiet_day_has_24_hours_however_clocks_are_put(organization: Organization, noon: str, hours: int) -> None:
    store, berlin = organization.store, ZoneInfo("Europe/Berlin")
    set_up(store, quiet_period_days=1, time_zone="Europe/Berlin")
    reminded = parse_iso(noon, berlin)
    with store.write() as connection:
        mail_members(connection, organization.ana, Purpose.REMINDER, BitMap([1]), reminded, program_id=1)
    settle(store, "sent", reminded)

    def quiet(at: int) -> bool:
        found = reach(store, organization.ana, Audience(), Purpose.REMINDER, Moments(at, at))
        return LeftOut.QUIET in found.left_out

    assert to_datetime(reminded + hours * HOUR, berlin).hour == 12
    assert quiet(reminded + DAY - MINUTE)
    assert not quiet(reminded + DAY)
    assert quiet(reminded + hours * HOUR) is (hours < 24)
