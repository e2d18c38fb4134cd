"""The report schedule: at each of its hours every administrator is mailed a report on those of their programs that are
scheduled then.

A sender looks every minute. Of what nobody was there to do only the newest is made up for each program, once.
"""

import json
from collections.abc import Collection
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import Connection

from ...rules import occurrences
from ...rules.occurrences import Occurrence
from ...rules.roles import Actor, Role
from ...rules.times import Instant
from ...store import administrators, report_requests, schedules
from ...store.engine import Store
from ...store.mail import delivery
from .. import journal
from ..organization import zone
from .asked import Asked, ReportKind

ACTION = "run report schedule"

BY_SCHEDULE = "schedule"
"""Who asks for a report that nobody asked for."""

_SCHEDULE = Actor(BY_SCHEDULE, Role.ORGANIZATION)

Due = dict[Occurrence, list[tuple[int, str]]]
"""The programs, by id and slug, that are to be reported on at an occurrence."""


def look(store: Store, now: Instant) -> int:
    """Ask for the reports that the schedule has due, each once whoever looks, and whatever clocks and time zone did in
    between; how many. None while delivery is paused: what is missed meanwhile is made up after."""
    with store.read() as connection:
        if not (_due(connection, now) or schedules.any_put_after(connection, now)):
            return 0
    asked = 0
    with store.write() as connection:
        schedules.set_right(connection, now)
        for occurrence, programs in sorted(_due(connection, now).items(), key=lambda one: one[0].at):
            if schedules.run(connection, occurrence.name, now):
                asked += _ask(connection, occurrence, programs, now)
    return asked


def _due(connection: Connection, now: Instant) -> Due:
    """The newest occurrence of each program's schedule, where it was not run yet."""
    lines = schedules.lines(connection)
    if not lines or delivery.standing(connection).paused_at is not None:
        return {}
    try:
        here = zone(connection)
    except ZoneInfoNotFoundError:
        return {}  # `doctor` says so
    found: Due = {}
    for (number, slug), of_program in groupby(lines, key=attrgetter("program_id", "slug")):
        held = [(line.weekday, line.hour, line.put_at) for line in of_program]
        if (newest := occurrences.newest(held, here, now)) is not None:
            found.setdefault(newest, []).append((number, slug))
    return {one: programs for one, programs in found.items() if not schedules.has_run(connection, one.name)}


def _ask(connection: Connection, occurrence: Occurrence, programs: Collection[tuple[int, str]], now: Instant) -> int:
    theirs = administrators.all_programs(connection)
    asked = Asked(ReportKind.EMAIL).to_json()
    count = 0
    for person in administrators.all_present(connection):
        everything = person.role == administrators.ORGANIZATION
        slugs = [slug for id, slug in programs if everything or id in theirs.get(person.id, ())]
        if not slugs:
            continue
        count += 1
        report_requests.add(
            connection,
            {
                "kind": ReportKind.EMAIL,
                "requested_by": BY_SCHEDULE,
                "requested_at": now,
                "recipient": person.email,
                "occurrence": f"{occurrence.name} {person.email}",
                "scope": asked,
                "programs": json.dumps(slugs),
            },
        )
    names = ", ".join(slug for _, slug in programs)
    people = f"{count:,} administrator{'' if count == 1 else 's'}"
    summary = f"Asked for the scheduled reports of {occurrence.day} {occurrence.hour:02d}:00 on {names} for {people}"
    journal.append(connection, _SCHEDULE, now, action=ACTION, summary=summary, details={"occurrence": occurrence.name})
    return count
