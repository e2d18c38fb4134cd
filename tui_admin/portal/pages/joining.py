"""Joining a program by the link of an invitation, never past a contract's licenses."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ...rules.errors import BadInput, ConsoleError, StoreError
from ...rules.mailing import Purpose
from ...rules.text import clean
from ...rules.times import Instant
from ...rules.triage import MembershipState
from ...store import joining as store_joining
from ...store import journal as store_journal
from ...store.engine import Store
from ...store.inviting import invitations as store_invitations
from ...store.joining import Place
from .. import journal, masthead
from ..journal import JournalRow
from ..masthead import Masthead
from .admitting import Link, State, Verdict, judge
from .learners import LEARNER
from .letters import write_to
from .occupancy import Occupancy
from .tokens import links

ACTION = "join program"

_SAID: Mapping[State, str] = {
    State.OPEN: "A place is kept for you.",
    State.JOINED: "You have joined this program already.",
    State.FULL: "All places are taken at the moment. Your invitation stays good: ask for a place, then use this link "
    "again.",
    State.AHEAD: "This program opens on {day}. Keep this link and use it from then on.",
    State.ENDED: "This program ended on {day}: nobody can join it any more.",
    State.GONE: "This invitation does not hold any more. If you got a newer mail, use the link in that one.",
}

_ANSWERED = (Purpose.INVITATION, Purpose.CONFIRMATION)
"""Mails that need not be sent any more once their link was used."""

_BUSY = "Somebody else is changing this membership; nothing was changed, try again."


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link to join leads to: the program (blank where the invitation is gone, the tagline also where there is
    none), a sentence that says how it stands, and from whom."""

    state: State
    said: str
    slug: str
    program: str
    tagline: str
    masthead: Masthead


@dataclass(frozen=True, slots=True)
class Joined:
    """The offer as it stands after joining, and whether the person joined by this."""

    offer: Offer
    is_new: bool


def look(store: Store, token: str, now: Instant, occupancy: Occupancy) -> Offer:
    """What a link to join offers. Nothing is written. Raises BadInput for a token that is none of ours."""
    with store.read() as connection:
        desk = _Desk(connection)
        link = desk.read(token, now)
        places = store_joining.places(connection, [link.membership])
        verdicts = judge(connection, [link], places, now, occupancy.counts, hold=False)
        return desk.offer(places.get(link.membership), verdicts[link])


def join(store: Store, token: str, now: Instant, occupancy: Occupancy) -> Joined:
    """Join by a link, at the clock's moment `now`. Whoever joined already, or may not, changes nothing.

    Raises BadInput for a token that is none of ours.
    """
    (joined,) = join_all(store, [token], now, occupancy)
    if isinstance(joined, ConsoleError):
        raise joined
    return joined


def join_all(
    store: Store, tokens: Sequence[str], now: Instant, occupancy: Occupancy
) -> list[Joined | BadInput | StoreError]:
    """Join by each of several links, the first first, in one transaction: many who come at once wait for one commit. In
    the place of one who cannot now, because somebody else is changing their membership, is what to say to them."""
    with store.write() as connection:
        desk = _Desk(connection)
        read: list[Link | BadInput | StoreError] = [desk.try_read(token, now) for token in tokens]
        named = {link.membership for link in read if isinstance(link, Link)}
        places = store_joining.places(connection, named, hold=True)
        missing = named - places.keys()
        busy = store_joining.places(connection, missing) if missing else {}
        read = [StoreError(_BUSY) if isinstance(link, Link) and link.membership in busy else link for link in read]
        good = [link for link in read if isinstance(link, Link)]
        verdicts = judge(connection, good, places, now, occupancy.counts, hold=True)
        joining = {link.membership: one for link, one in verdicts.items() if one.state is State.OPEN}
        if joining:
            _write(connection, joining, places, now, occupancy)
        return [
            _joined(desk, link, places, verdicts[link], joining) if isinstance(link, Link) else link for link in read
        ]


def _joined(
    desk: "_Desk", link: Link, places: Mapping[int, Place], verdict: Verdict, new: dict[int, Verdict]
) -> Joined:
    """What became of a link; the first good one of several of one person is the one that they joined by."""
    place = places.get(link.membership)
    if verdict.state is not State.OPEN:
        return Joined(desk.offer(place, verdict), is_new=False)
    return Joined(desk.offer(place, Verdict(State.JOINED)), is_new=new.pop(link.membership, None) is not None)


class _Desk:
    """The organization, as links and offers need it."""

    def __init__(self, connection: Connection) -> None:
        self._links = links(connection)
        self._masthead = masthead.of_organization(connection)

    def read(self, token: str, now: Instant) -> Link:
        return Link(*self._links.read_joining(token, now))

    def try_read(self, token: str, now: Instant) -> Link | BadInput:
        try:
            return self.read(token, now)
        except BadInput as error:
            return error

    def offer(self, place: Place | None, verdict: Verdict) -> Offer:
        day = f"{verdict.day.day} {verdict.day:%B %Y}" if verdict.day else ""
        said = _SAID[verdict.state].format(day=day)
        if place is None or verdict.state is State.GONE:
            return Offer(verdict.state, said, "", "", "", self._masthead)
        told = (place.slug, clean(place.program), clean(place.tagline or ""))
        return Offer(verdict.state, said, *told, self._masthead)


def _write(
    connection: Connection,
    joining: Mapping[int, Verdict],
    places: Mapping[int, Place],
    now: Instant,
    occupancy: Occupancy,
) -> None:
    """Make the invited members, with all that follows from it."""
    by_contract: dict[int | None, list[int]] = defaultdict(list)
    by_program: dict[int, list[Place]] = defaultdict(list)
    for id, verdict in joining.items():
        by_contract[verdict.contract].append(id)
        by_program[places[id].program_id].append(places[id])
    for contract, ids in by_contract.items():
        store_joining.join(connection, ids, contract, now)
    mailed = {program: _welcome(connection, program, people, now) for program, people in sorted(by_program.items())}
    # After the message of the welcome is held: senders hold messages before their mails, too.
    store_invitations.cancel_mails(connection, joining, now, _ANSWERED)
    before = store_journal.lock_head(connection)
    for program, people in sorted(by_program.items()):
        journal.append(
            connection,
            LEARNER,
            now,
            action=ACTION,
            summary=f"{len(people):,} {'person' if len(people) == 1 else 'people'} joined {clean(people[0].program)}",
            program_id=program,
            details={"mailed": mailed[program]},
            rows=(_row(place, joining[place.id].contract, now) for place in people),
        )
    drawn_on = (contract for verdict in joining.values() for contract in verdict.draws_on)
    occupancy.joined(before, store_journal.read_head(connection), drawn_on)


def _welcome(connection: Connection, program: int, people: Sequence[Place], now: Instant) -> int:
    return write_to(connection, Purpose.PROGRAM_WELCOME, program, {one.id: one.learner_id for one in people}, now)


def _row(place: Place, contract: int | None, now: Instant) -> JournalRow:
    before = {"state": place.state, "joined_at": place.joined_at, "contract_id": place.contract_id}
    return place.id, before, {"state": MembershipState.MEMBER.value, "joined_at": now, "contract_id": contract}
