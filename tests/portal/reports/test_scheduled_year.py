"""A year of scheduled reports: two workers that look at the same moments, restarts, gaps, and both nights in which
clocks change. Each report is asked for, made and mailed exactly once."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

from tests.portal.conftest import Organization
from tests.portal.mail_facts import mails, set_up
from tui_admin.portal import program_settings
from tui_admin.portal.reports import fulfilling, requests, scheduled
from tui_admin.rules.reporting import RequestState
from tui_admin.rules.times import DAY, HOUR, MINUTE, Instant, from_datetime
from tui_admin.store.engine import Store

BUDAPEST = ZoneInfo("Europe/Budapest")
SCHEDULES = {"data": {3: 7, 6: 2}, "teams": {3: 7}}
"""Hours by weekday (0 is Monday). On the last Sunday of March there is no hour 2, on that of October it comes twice."""

WORDS = {"data": "thu 07:00, sun 02:00", "teams": "thu 07:00"}
WHO = {"ana": {"data", "teams"}, "bo": {"data"}, "cy": {"teams"}}

START = from_datetime(datetime(2026, 1, 1, tzinfo=BUDAPEST))
END = from_datetime(datetime(2027, 1, 1, tzinfo=BUDAPEST))
NIGHTS = [
    from_datetime(datetime(2026, 3, 28, 22, tzinfo=BUDAPEST)),
    from_datetime(datetime(2026, 10, 24, 22, tzinfo=BUDAPEST)),
]


def moments(chance: random.Random) -> Iterator[Instant]:
    """When anybody looks: a few times a day, in the two nights every half an hour, and now and then not for days."""
    now = START
    while now < END:
        yield now
        night = any(start <= now < start + 8 * HOUR for start in NIGHTS)
        before_night = min((start - now for start in NIGHTS if start > now), default=END)
        if night:
            now += chance.randrange(5, 45) * MINUTE
        elif chance.random() < 0.04:
            now += min(chance.randrange(1, 12) * DAY + chance.randrange(DAY), before_night)
        else:
            now += min(chance.randrange(1, 18) * HOUR, before_night)


def by_hand(program: str) -> list[tuple[str, Instant]]:
    """The year's occurrences of a program by name and moment. The hour left out is when the clock shows 3."""
    found = []
    day = datetime(2026, 1, 1)
    while day.year == 2026:
        if (hour := SCHEDULES[program].get(day.weekday())) is not None:
            shown = hour + 1 if (day.month, day.day, hour) == (3, 29, 2) else hour
            found.append((f"{day:%Y-%m-%d}T{hour:02d}", from_datetime(day.replace(hour=shown, tzinfo=BUDAPEST))))
        day += timedelta(days=1)
    return found


def expected(looks: list[Instant]) -> dict[tuple[str, str], set[str]]:
    """The programs by occurrence and administrator: an occurrence counts where somebody looked before the next."""
    found: dict[tuple[str, str], set[str]] = {}
    for program in SCHEDULES:
        of_year = by_hand(program)
        ends = [*(at for _, at in of_year[1:]), END]
        for (name, at), end in zip(of_year, ends, strict=True):
            if any(at <= look < end for look in looks):
                for person in WHO:
                    if program in WHO[person]:
                        found.setdefault((name, person), set()).add(program)
    return found


class Workers:
    """Two senders' looks at the schedule and makers of reports, on stores of their own, at the same moment."""

    def __init__(self, store: Store) -> None:
        self._url = store.url
        self._stores = [Store(self._url), Store(self._url)]
        self._threads = ThreadPoolExecutor(2)

    def work(self, now: Instant) -> None:
        gate = Barrier(2)

        def turn(store: Store) -> None:
            gate.wait()
            scheduled.look(store, now)
            while fulfilling.make_next(store, lambda: now):
                pass

        for done in [self._threads.submit(turn, store) for store in self._stores]:
            done.result()

    def restart(self, which: int) -> None:
        self._stores[which].close()
        self._stores[which] = Store(self._url)

    def close(self) -> None:
        self._threads.shutdown()
        for store in self._stores:
            store.close()


def test_a_year_of_reports_each_exactly_once(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    set_up(store, time_zone="Europe/Budapest")
    for program, words in WORDS.items():
        program_settings.change(store, ana, program, "report-schedule", words, START - 30 * DAY)
    chance = random.Random(5)
    looks = list(moments(chance))
    workers = Workers(store)
    workers.work(START - 30 * DAY)
    for now in looks:
        workers.work(now)
        if chance.random() < 0.03:
            workers.restart(chance.randrange(2))
    workers.close()

    made = [one for one in requests.walk(store, ana) if one.requested_at >= START]
    found = [((one.occurrence or "", one.recipient.partition("@")[0]), set(one.programs or ())) for one in made]
    assert max(Counter(key for key, _ in found).values()) == 1
    before = {key for key in dict(found) if key[0] < "2026"}  # one of December, made up at the first look
    assert {key: programs for key, programs in found if key not in before} == expected(looks)
    assert {"2026-03-29T02", "2026-10-25T02"} <= {name for name, _ in dict(found)}
    missed = {name for program in SCHEDULES for name, _ in by_hand(program)} - {name for name, _ in dict(found)}
    assert missed, "nothing was missed: this year showed less than it should"
    assert {one.state for one in made} == {RequestState.MADE}
    everything = list(requests.walk(store, ana))
    assert len(mails(store)) == len(everything)
    if store.dialect == "postgresql":  # an embedded store has one sender at a time; here two wrote the same file
        assert {one.tries for one in everything} == {1}
