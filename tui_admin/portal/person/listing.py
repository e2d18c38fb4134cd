"""Whether a person is named on leaderboards: some ask not to be."""

from sqlalchemy import Connection

from ...rules.errors import BadInput
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store import fields
from ...store.analytics import versions
from ...store.engine import Store
from .. import journal, rights
from ..receipts import Subject
from .people import called, find

ACTION = "list person"


def unlist(store: Store, actor: Actor, email: str, now: Instant) -> str:
    """Leave a person out of leaderboards from now on; the sentence that says so.

    Raises BadInput for an address that is nobody's, and where they are left out already.
    """
    return _set(store, actor, email, now, unlisted=True)


def relist(store: Store, actor: Actor, email: str, now: Instant) -> str:
    """Let leaderboards name a person again; the sentence that says so. Raises BadInput where they do."""
    return _set(store, actor, email, now, unlisted=False)


def _set(store: Store, actor: Actor, email: str, now: Instant, *, unlisted: bool) -> str:
    actor.require(Right.ANALYTICS)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ANALYTICS)
        person = find(connection, email, hold=True)
        who, how = called(person), "left out of leaderboards" if unlisted else "named on leaderboards"
        if _is_unlisted(connection, person.id) == unlisted:
            raise BadInput(f"{who} is {how} already.")
        fields.assign(connection, Subject.LEARNER.value, [person.id], {"unlisted": unlisted})
        change = (person.id, {"unlisted": not unlisted}, {"unlisted": unlisted})
        versions.forget_answers(connection)  # names may stand in them
        journal.append(connection, actor, now, action=ACTION, summary=f"1 person is now {how}", rows=[change])
    return f"{who} is {how} from now on"


def _is_unlisted(connection: Connection, learner: int) -> bool:
    return bool(fields.current(connection, Subject.LEARNER.value, ("unlisted",), [learner])[learner][0])
