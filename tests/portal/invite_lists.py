"""Lists of people to invite, and what became of their rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from tui_admin.portal.inviting.inviting import Inviting, open_inviting
from tui_admin.portal.inviting.places import Usual
from tui_admin.portal.inviting.plan import InvitePlan, InviteRequest, InviteRow
from tui_admin.reports.people_files import Given
from tui_admin.rules.remarks import Verdict
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships

from .conftest import NOW, Organization

HEADER = "Full Name,Email,External ID\n"


def request(
    content: str | bytes | Path, program: str | None = "data", contract: str | None = None, *, mail: bool = False
) -> InviteRequest:
    """A list, usually into the program `data` (which draws on one contract), without mail unless it is wished."""
    given = Given.file(content) if isinstance(content, Path) else Given.text("list.csv", content)
    return InviteRequest(given, Usual(program, contract), mail)


@contextmanager
def opened(organization: Organization, asked: InviteRequest, actor: Actor | None = None) -> Iterator[Inviting]:
    """A staged list of `ana`'s unless somebody else asks."""
    with open_inviting(organization.store, actor or organization.ana, asked) as found:
        yield found


def judged(organization: Organization, asked: InviteRequest, actor: Actor | None = None) -> dict[int, InviteRow]:
    """The rows of a list by line, as they would be judged now."""
    with opened(organization, asked, actor) as found:
        found.plan(NOW)
        return {row.line: row for row in found.rows()}


def verdicts(organization: Organization, asked: InviteRequest, actor: Actor | None = None) -> dict[int, Verdict]:
    """The verdicts of a list's rows by line."""
    return {line: row.verdict for line, row in judged(organization, asked, actor).items()}


def invite(
    organization: Organization, asked: InviteRequest, actor: Actor | None = None, at: Instant = NOW
) -> InvitePlan:
    """Invite a list without looking at the plan."""
    with opened(organization, asked, actor) as found:
        return found.apply(at)


def people(store: Store) -> dict[str, dict[str, Any]]:
    """What the store holds of everybody's memberships, by address and program."""
    query = select(learners.c.email, learners.c.name, learners.c.external_id, memberships)
    query = query.join(memberships, memberships.c.learner_id == learners.c.id)
    with store.read() as connection:
        found = [dict(row) for row in connection.execute(query).mappings()]
    return {f"{row['email']} {row['program_id']}": row for row in found}


def change_learner(store: Store, id: int, **values: object) -> None:
    """Change what is known of a person."""
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == id).values(values))


def change_membership(store: Store, id: int, **values: object) -> None:
    """Change a membership."""
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == id).values(values))
