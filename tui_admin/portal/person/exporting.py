"""Everything held of one person, as a zip that they can read: tables as CSV, mails as text, and a README."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from sqlalchemy import Connection, func, select

from ...mail.compose import compile_message
from ...mail.message import Frozen, MessageText, Rendered
from ...reports.cells import moment
from ...reports.writers import Value, write_csv
from ...rules.errors import BadInput
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Right
from ...rules.times import Instant, format_iso, to_datetime
from ...store.engine import Store
from ...store.mail import outbox as store_outbox
from ...store.person import holdings
from ...store.person.holdings import Who
from ...store.person.people import Found
from ...store.tables import learners
from .. import journal, rights
from ..receipts import Subject
from ..undo import SUBJECTS
from .acts import Done, counted
from .people import called, find
from .traces import Marks, Tell, names_apart, traces

ACTION = "export person"

_ABOUT: Mapping[str, str] = {
    "learners": "who you are: name, address, external id, profile, whether you opted out",
    "learner_addresses": "addresses you had before, and until when",
    "memberships": "the programs you are or were in",
    "membership_contracts": "further contracts of these memberships",
    "enrollments": "the courses you are enrolled in, as reports told them",
    "specialization_enrollments": "the specializations you are enrolled in",
    "attempts": "what you handed in, and the scores",
    "course_results": "grades of whole courses",
    "activity": "minutes and lessons by day",
    "feedback": "stars, recommendations and comments you gave",
    "learner_ratings": "what your results say over all skills",
    "skill_ratings": "skills rated from your results",
    "skill_history": "when you came to another band in a skill",
    "outbox": "mails to you; their texts lie in the folder mails",
    "delivery_attempts": "what mail servers answered",
    "suppressions": "why nothing is sent to an address of yours",
}
"""What the file of a table tells, in words for the person."""

_JOURNAL = "journal.csv"
_JOURNAL_HEADER = ("Entry", "Time", "Administrator", "Action", "What was done", "Before", "After")
_MOMENTS = ("moment", "deadline", "until", "next_deadline", "missed_deadline", "header_date")


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export holds: rows by table."""

    person: Found
    rows: Mapping[str, int]

    @property
    def summary(self) -> str:
        """`All that is held of Ana Li <ana@x.example>: 120 rows`."""
        return f"All that is held of {called(self.person)}: {counted(sum(self.rows.values()), 'row')}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What is held, a table a line."""
        held = (f"{name}: {number:,}" for name, number in self.rows.items() if number)
        return (f"{self.summary}.", *held, "Also the texts of the mails, and what the journal says of them.")


@dataclass(frozen=True, slots=True)
class Exported:
    """The zip, and what is to be said of it."""

    content: bytes
    done: Done


def plan_export(store: Store, actor: Actor, email: str) -> ExportPlan:
    """Say what is held of the person of an address. Nothing is written.

    Raises NotAllowed, and BadInput for an address that nobody has.
    """
    actor.require(Right.ERASE)
    with store.read() as connection:
        person = find(connection, email)
        who = holdings.who(connection, person.id)
        return ExportPlan(person, {table.name: holdings.count(connection, table, who) for table in holdings.HELD})


def export(store: Store, actor: Actor, email: str, now: Instant, tell: Tell = lambda _done, _of: None) -> Exported:
    """Everything held of the person of an address, as of the clock's moment `now`; the journal notes that it was given.

    `tell` hears how many of how many entries of the journal are searched. Raises what `plan_export` does.
    """
    actor.require(Right.ERASE)
    with store.read() as connection:
        person = find(connection, email)
        who = holdings.who(connection, person.id)
        content, rows = _zip(connection, person, who, now, tell)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ERASE)
        summary = f"Exported all that is held of person {person.id}"
        details = {"learner": person.id, "rows": rows}
        entry = journal.append(connection, actor, now, action=ACTION, summary=summary, details=details)
    return Exported(content, Done(summary, (), entry))


def marks_of(connection: Connection, who: Who) -> Marks:
    """What the journal knows a person by."""
    names = connection.scalars(select(learners.c.name).where(learners.c.id.in_(who.learners)))
    shown = connection.scalars(select(learners.c.email_shown).where(learners.c.id.in_(who.learners)))
    ids = {
        Subject.LEARNER: frozenset(who.learners),
        Subject.MEMBERSHIP: frozenset(connection.scalars(holdings.membership_ids(who))),
        Subject.MAIL: frozenset(connection.scalars(holdings.mail_ids(who))),
    }
    addresses = {*who.addresses, *(address for address in shown if address)}
    return Marks(ids, frozenset(addresses), names_apart(names))


def _zip(connection: Connection, person: Found, who: Who, now: Instant, tell: Tell) -> tuple[bytes, dict[str, int]]:
    files: dict[str, bytes] = {}
    counts: dict[str, int] = {}
    for table in holdings.HELD:
        columns, rows = holdings.read(connection, table, who)
        counts[table.name] = len(rows)
        if rows:
            files[f"{table.name}.csv"] = _csv(columns, (_row(columns, row) for row in rows))
    files |= _mails(connection, who)
    events = list(_events(connection, who, tell))
    if events:
        files[_JOURNAL] = _csv(_JOURNAL_HEADER, events)
    managed = connection.execute(select(func.count()).where(holdings.managed(who))).scalar_one()
    files = {"README.txt": _readme(person, now, counts, len(events), managed).encode(), **files}
    buffer, day = BytesIO(), to_datetime(now).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, day), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue(), counts


def _csv(header: Sequence[str], rows: Any) -> bytes:
    text = StringIO(newline="")
    write_csv(text, header, rows)
    return text.getvalue().encode()


def _row(columns: Sequence[str], row: Sequence[Any]) -> Iterator[Value]:
    for name, value in zip(columns, row, strict=True):
        is_moment = name.endswith("_at") or name in _MOMENTS
        yield moment(value) if is_moment and isinstance(value, int) else _cell(value)


def _cell(value: Any) -> Value:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _mails(connection: Connection, who: Who) -> dict[str, bytes]:
    """The text of every mail as it was filled, and what went with it."""
    files = {}
    for mail in holdings.written(connection, who):
        files[f"mails/{mail.id}.txt"] = _text(connection, mail).encode()
        if mail.attachment:
            files[f"mails/{mail.id}-attachment"] = bytes(mail.attachment)
    return files


def _text(connection: Connection, mail: Any) -> str:
    try:
        filled = _filled(connection, mail.message_id, json.loads(mail.fields or "{}"))
    except (BadInput, ValueError, TypeError) as error:
        return f"This mail cannot be filled any more ({error}). It was made of:\n\n{mail.fields or '{}'}\n"
    return f"Subject: {filled.subject}\n\n{filled.text}"


def _filled(connection: Connection, message_id: int, values: dict[str, str]) -> Rendered:
    said = store_outbox.content(connection, message_id)
    text = MessageText(said.subject or "", said.body or "", said.button_text, said.button_url)
    return compile_message(text, Frozen.from_json(said.frozen), Purpose(said.kind)).render(values)


def _events(connection: Connection, who: Who, tell: Tell) -> Iterator[tuple[Value, ...]]:
    for trace in traces(connection, marks_of(connection, who), SUBJECTS, tell):
        row = trace.row
        told = (row["id"], format_iso(row["at"]), row["actor"], row["action"], row["summary"])
        if not trace.rows:
            yield (*told, "", "")
        for _, before, after in trace.rows:
            yield (*told, _told(before), _told(after))


def _told(values: object) -> str:
    """What a row of the journal holds, without what only undoing needs."""
    if isinstance(values, dict):
        values = {name: value for name, value in values.items() if name[:1] != "_"}
    return json.dumps(values, ensure_ascii=False)


def _readme(person: Found, now: Instant, counts: Mapping[str, int], events: int, managed: int) -> str:
    lines = [f"All that is held of {called(person)}, as of {format_iso(now)}.", ""]
    lines += [f"{name}.csv: {_ABOUT.get(name, name)} ({number:,})." for name, number in counts.items() if number]
    lines += [f"{_JOURNAL}: what administrators did that concerns you ({events:,})."] if events else []
    lines += ["", "Times are UTC. Links that would sign you in are left out of the mails."]
    lines += [f"You are named as manager of {counted(managed, 'person', 'people')}."] if managed else []
    lines += ["Not in here: files that were saved or mailed elsewhere, and backups.", ""]
    return "\r\n".join(lines)
