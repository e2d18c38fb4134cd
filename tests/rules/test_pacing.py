"""How fast mails are handed over, and when a server is left alone."""

import random

import pytest

from tui_admin.rules.delivery import pause_before
from tui_admin.rules.pacing import Breaker, Pace
from tui_admin.rules.times import MINUTE


def hand_over(pace: Pace, now: float, seconds: float) -> int:
    """Take mails as fast as the pace lets one; how many."""
    end, count = now + seconds, 0
    while (now := now + max(pace.wait(now), 0.001)) < end:
        pace.take(now)
        count += 1
    return count


def test_without_a_limit_nothing_waits() -> None:
    pace = Pace(None, None, 0)
    for _ in range(100):
        pace.take(0)
        assert pace.wait(0) == 0


def test_a_known_limit_is_kept_from_the_first_mail_on() -> None:
    assert hand_over(Pace(5, None, 0), 0, 60) == pytest.approx(300, abs=2)


def test_a_complaint_halves_the_pace_and_a_minute_gives_one_a_second_back() -> None:
    pace = Pace(10, None, 0)
    pace.cut(begun=1, now=2)
    assert pace.rate(2) == 5
    assert pace.rate(2 + 60) == pytest.approx(6)
    assert pace.rate(2 + 3600) == 10
    assert (pace.found(2), pace.found(2 + 3600)) == (5, None)


def test_mails_begun_before_a_cut_cut_no_further() -> None:
    pace = Pace(16, None, 0)
    for _ in range(20):
        pace.cut(begun=1, now=2)
    assert pace.rate(2) == 8
    pace.cut(begun=2.5, now=3)
    assert pace.rate(3) == pytest.approx(4, abs=0.02)


def test_what_was_found_is_where_the_next_sender_begins() -> None:
    assert Pace(None, 7.5, 100).rate(100) == 7.5


def test_without_a_limit_half_of_what_was_measured() -> None:
    pace = Pace(None, None, 0)
    for number in range(64):
        pace.take(10 + number / 100)
    pace.cut(begun=10.6, now=10.64)
    assert pace.rate(10.64) == pytest.approx(50, rel=0.05)


def test_it_converges_to_what_a_server_takes() -> None:
    """A server that takes 40 a second and complains of each mail beyond."""
    pace, now, budget, taken, refused = Pace(None, None, 0), 0.0, 40.0, [], 0
    while now < 600:
        step = max(pace.wait(now), 0.002)
        now += step
        budget = min(40.0, budget + step * 40)
        pace.take(now)
        if budget >= 1:
            budget -= 1
            taken.append(now)
        else:
            refused += 1
            pace.cut(begun=now, now=now)
    settled = [moment for moment in taken if moment > 300]
    assert len(settled) / 300 > 20
    assert refused < 40


def test_a_server_is_left_alone_longer_each_time_and_mended_by_an_answer() -> None:
    breaker, now, waits = Breaker(), 0.0, []
    for _ in range(7):
        assert breaker.wait(now) == 0
        waits.append(breaker.open(now))
        assert breaker.open(now + 1) == waits[-1] - 1, "another connection fails meanwhile"
        now += waits[-1]
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    breaker.mend()
    assert breaker.open(now) == 30


def test_three_lost_dialogues_in_a_row_are_too_many() -> None:
    breaker = Breaker()
    assert [breaker.lose(), breaker.lose()] == [False, False]
    breaker.mend()
    assert [breaker.lose(), breaker.lose(), breaker.lose()] == [False, False, True]


def test_another_sender_s_finding_holds_no_longer_than_the_longest_break() -> None:
    breaker = Breaker()
    breaker.hold(0, 1e9)
    assert breaker.wait(0) == 900


def test_tries_come_later_each_time() -> None:
    chance = random.Random(1)
    for attempt, minutes in enumerate((5, 10, 20, 40, 67, 67, 67), start=1):
        pauses = [pause_before(attempt, chance.random()) for _ in range(500)]
        assert min(pauses) >= 0.8 * minutes * MINUTE
        assert max(pauses) <= 1.2 * minutes * MINUTE
        assert max(pauses) - min(pauses) > 0.3 * minutes * MINUTE


def test_senders_share_a_known_limit() -> None:
    pace = Pace(12, None, 0)
    pace.share(3)
    assert pace.rate(0) == 4
    pace.share(1)
    assert pace.rate(0) == 12
    unlimited = Pace(None, None, 0)
    unlimited.share(3)
    assert unlimited.rate(0) is None
