"""Lists of members mailed to whoever asks for them, as a CSV file."""

import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from sqlalchemy import Connection, select

from ..reports.dictionary import MEMBER_REPORT
from ..reports.writers import write_csv
from ..rules.addresses import canonical
from ..rules.errors import BadInput
from ..rules.filters import parse
from ..rules.mailing import Purpose
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store import administrators as store_administrators
from ..store.engine import Store
from ..store.tables import organization
from . import journal, lookup, rights
from .mail.audiences import Moments
from .mail.mailing import mail_administrator
from .members import MembersQuery
from .reports import member_report

ACTION = "mail list"

LISTS: Mapping[str, tuple[str, str]] = {
    "no-enrollment": ("no enrollments", "status:no-enrollment"),
    "none-completed": ("enrolled with no completions", "status:enrolled"),
    "completed": ("completed at least one course", "status:completed"),
}
"""The lists of a program's members that are there for the asking: what each is called, and whom it names."""

ZIPPED_FROM = 1_000_000
"""Bytes from which a list is mailed as a zip file."""

LARGEST = 10_000_000
"""Bytes of a file that mail servers still take."""


@dataclass(frozen=True, slots=True)
class List:
    """Whom a list names, and what it is called in the mail."""

    query: MembersQuery
    title: str


def ready_made(name: str, program: str | None) -> List:
    """One of `LISTS`, of a program by slug or of all. Raises BadInput for a name that is none of them."""
    if name not in LISTS:
        raise BadInput(
            f"There is no list {clean(name)!r}{lookup.nearest(name, list(LISTS))}; known: {', '.join(LISTS)}."
        )
    title, expression = LISTS[name]
    return List(MembersQuery(program, parse(expression)), title)


def mail(store: Store, actor: Actor, asked: List, at: Moments, to: str | None = None) -> str:
    """Queue a list to the actor, or to another administrator; the sentence that says so.

    Rows are those of `member_report.rows`, zipped from a size on. Raises BadInput for a list that no mail can carry and
    for somebody who is no administrator, UsageError where no mail can be sent, NotAllowed, FilterError.
    """
    actor.require(Right.REPORT)
    address = actor.email if to is None else canonical(to)
    people, file = _written(store, actor, asked, at)
    with store.write() as connection:
        actor = rights.admit(connection, actor, at.clock, Right.REPORT)
        program_id, program = _place(connection, actor, asked.query.program)
        if address != actor.email:
            _check_reader(connection, address, program_id)
        fields = {"list": asked.title, "people": f"{people:,}", "program": program}
        mailed = mail_administrator(
            connection, actor, Purpose.LIST, address, None, at.clock, fields=fields, attachment=file
        )
        summary = f"Queued the list “{asked.title}” ({people:,}) to {address}"
        details = {"message": mailed.message_id, "people": people}
        journal.append(
            connection, actor, at.clock, action=ACTION, summary=summary, program_id=program_id, details=details
        )
    return summary


def _check_reader(connection: Connection, address: str, program_id: int | None) -> None:
    """Personal data goes to nobody but an administrator who may read it in the console anyway."""
    reader = store_administrators.by_email(connection, address)
    if reader is None:
        raise BadInput(f"{clean(address)} is no administrator: lists of people are mailed to administrators only.")
    everything = reader.role == store_administrators.ORGANIZATION
    if not everything and program_id not in store_administrators.programs_of(connection, reader.id):
        raise BadInput(f"{clean(address)} may not see these people: name a program of theirs.")


def _place(connection: Connection, actor: Actor, slug: str | None) -> tuple[int | None, str]:
    """The program a list is about, as an id and in words."""
    if slug is not None:
        program = lookup.program(connection, actor, Right.REPORT, slug)
        return program.id, clean(program.name)
    if rights.scope(actor) is not None:
        return None, "your programs"
    return None, clean(connection.execute(select(organization.c.name)).scalar_one())


def _written(store: Store, actor: Actor, asked: List, at: Moments) -> tuple[int, tuple[str, bytes]]:
    """How many people a list names, and its file. Written to the disk first: it can name a million."""
    rows = member_report.rows(store, actor, asked.query, at.now)
    with tempfile.TemporaryFile() as kept:
        stream = io.TextIOWrapper(kept, encoding="utf-8", newline="", write_through=True)
        people = write_csv(stream, tuple(MEMBER_REPORT), rows)
        stream.detach()
        return people, _attached(kept)


def _attached(kept: IO[bytes]) -> tuple[str, bytes]:
    size = kept.tell()
    kept.seek(0)
    if size < ZIPPED_FROM:
        return "members.csv", kept.read()
    packed = io.BytesIO()
    # A fixed date: the same list is the same file.
    entry = zipfile.ZipInfo("members.csv")
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w") as archive, archive.open(entry, "w", force_zip64=True) as inside:
        shutil.copyfileobj(kept, inside)
    if packed.tell() > LARGEST:
        raise BadInput("The list is too large to be mailed: save it with tui-admin report members --out FILE.")
    return "members.zip", packed.getvalue()
