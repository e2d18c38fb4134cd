"""The mail that a report comes with: the file itself where it is small, else a link or how to fetch it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from ...mail.links import Links
from ...rules.addresses import canonical
from ...rules.errors import BadInput
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Role
from ...rules.text import clean, stripped
from ...rules.times import DAY, Instant
from ...store import report_requests
from ...store.tables import courses
from ..mail.letterhead import NO_SENDER, Letterhead, can_mail, letterhead
from ..mail.mailing import mail_administrator
from ..member_lists import called
from .asked import Asked, ReportKind
from .making import Made

LARGEST_ATTACHED = 4_000_000
"""Bytes of a file that still goes with a mail, where it takes a third more."""

LINK_ENDS = DAY
"""Milliseconds after a mail's date that its link to a report ends."""

_PURPOSES = {
    ReportKind.EMAIL: Purpose.REPORT,
    ReportKind.GRADEBOOK: Purpose.GRADEBOOK,
    ReportKind.MEMBERS: Purpose.LIST,
}


def post(
    connection: Connection,
    row: Row[Any],
    asked: Asked,
    told: str,
    made: Made,
    size: int,
    now: Instant,
) -> tuple[int | None, str | None]:
    """Queue the mail of a report, whose file is kept and has `size` bytes, and which covers what is `told`; the mail's
    id, or None and why there is none."""
    if not can_mail(connection):
        return None, f"Not mailed. {NO_SENDER}"
    try:
        canonical(row.recipient)
    except BadInput:
        return None, f"Not mailed: {clean(row.recipient)} is no address that mail reaches."
    head = letterhead(connection)
    small = size <= LARGEST_ATTACHED
    mailed = mail_administrator(
        connection,
        Actor(row.requested_by, Role.ORGANIZATION),
        _PURPOSES[asked.kind],
        row.recipient,
        None,
        now,
        fields={**_said(connection, asked, told, made), **_fetched(head, row.id, made.file_name, small, now)},
        attachment=(made.file_name, b"".join(report_requests.file(connection, row.id))) if small else None,
        head=head,
    )
    assert mailed.message_id is not None
    return report_requests.mail_of(connection, mailed.message_id), None


def _fetched(head: Letterhead, number: int, name: str, small: bool, now: Instant) -> Mapping[str, str]:
    """How the reader gets the file."""
    if small:
        return {"delivery": f"It is attached: {name}."}
    large = f"{name} is too large for a mail."
    if url := Links(head.signing_key, head.frozen.public_url).report(number, now + LINK_ENDS):
        return {
            "delivery": f"{large} The link below leads to it for 24 hours; later, ask for it anew.",
            "report_url": url,
        }
    return {"delivery": f"{large} Save it with tui-admin reports download {number} --out {name}."}


def _said(connection: Connection, asked: Asked, told: str, made: Made) -> Mapping[str, str]:
    rows = f"{sum(made.rows.values()):,}"
    if asked.kind is ReportKind.EMAIL:
        return {"report": told, "rows": rows}
    if asked.kind is ReportKind.MEMBERS:
        return {"list": called(asked.where), "people": rows, "program": told}
    name = connection.execute(select(courses.c.name).where(courses.c.key == asked.course)).scalar_one_or_none()
    return {"course": stripped(name or asked.course or ""), "program": told, "rows": rows}
