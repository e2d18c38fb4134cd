"""The settings of a program: what they are, changing one, and taking a change back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from ..reports.pictures import Picture
from ..rules import schedules
from ..rules.errors import BadInput, UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..store import contracts as store_contracts
from ..store import programs as store_programs
from ..store import schedules as store_schedules
from ..store.analytics import versions
from ..store.engine import Store
from . import journal, lookup, pictures, program_values, rights
from .analytics.staleness import OF_SOME
from .conflicts import Trace, as_seen, require_seen, told

ACTION = "change program"

_INVITATION = "invitation"

Program = Row[Any]


def _nothing(*_: Any) -> str:
    return ""


def _told(connection: Connection, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "as it was" if isinstance(value, dict) else told(value)


@dataclass(frozen=True, slots=True)
class ProgramSetting:
    """A setting of a program: what it is (`held`), what a text makes of that (`read`), how it is written (`put`), the
    right to change it, and what else is to be said once it is. A `relative` text is said of what there is, whatever it
    may be, so that two such changes compose. What is `whole` tells of all programs: an organization admin's to see.
    `tell` says a value within a sentence."""

    held: Callable[[Connection, Program], Any]
    read: Callable[[Connection, Actor, Program, str], Any]
    put: Callable[[Connection, Program, Any, Instant], None]
    right: Right = Right.PROGRAM_SETTINGS
    follows: Callable[[Connection, Program, Any], str] = _nothing
    relative: bool = False
    whole: bool = False
    tell: Callable[[Connection, Any], str] = _told
    picture: bool = False


def _banner() -> ProgramSetting:
    def put(connection: Connection, program: Program, digest: str | None, now: Instant) -> None:
        store_programs.change(connection, program.id, {"banner": digest})

    return ProgramSetting(
        held=lambda _, program: program.banner, read=_nothing, put=put, tell=pictures.told, picture=True
    )


def _column(
    column: str,
    read: Callable[[str], Any],
    follows: Callable[[Connection, Program, Any], str] = _nothing,
) -> ProgramSetting:
    def put(connection: Connection, program: Program, value: Any, now: Instant) -> None:
        # A report older than this moment does not rename the program.
        store_programs.change(connection, program.id, {column: value} | ({"moment": now} if column == "name" else {}))

    return ProgramSetting(
        held=lambda _, program: getattr(program, column),
        read=lambda _connection, _actor, _program, text: read(text),
        put=put,
        follows=follows,
    )


def _contracts(connection: Connection, program: Program) -> list[str]:
    return [name for _, name in store_contracts.of_programs(connection).get(program.id, [])]


def _read_contracts(connection: Connection, actor: Actor, program: Program, text: str) -> list[str]:
    sign, name = text.strip()[:1], text.strip()[1:].strip()
    if sign not in ("+", "-") or not name:
        raise BadInput("Write +NAME to let the program draw on a contract, -NAME to end that.")
    found, drawn = lookup.contract(connection, actor, name).name, _contracts(connection, program)
    others = [other for other in drawn if other != found]
    return others if sign == "-" else drawn if found in drawn else [*drawn, found]


def _put_contracts(connection: Connection, program: Program, names: list[str], now: Instant) -> None:
    drawn = {name: contract for contract, name in store_contracts.of_programs(connection).get(program.id, [])}
    for name in drawn.keys() - set(names):
        people = store_programs.people_under(connection, program.id, drawn[name])
        if people:
            raise BadInput(f"{people:,} of the program's people draw on {name!r}: move them first.")
        store_contracts.detach(connection, program.id, drawn[name])
    for name in names:
        if name not in drawn:
            contract = store_contracts.named(connection, name)
            if contract is None:  # what is taken back may be older than its name
                raise BadInput(f"There is no contract {name!r} any more; write +NAME with the name it has now.")
            store_contracts.attach(connection, program.id, contract)


def _invitation(connection: Connection, program: Program) -> dict[str, str | None]:
    return {column: getattr(program, column) for column in ("invitation_body", "invitation_subject")}


def _put_invitation(connection: Connection, program: Program, words: dict[str, Any], now: Instant) -> None:
    store_programs.change(connection, program.id, words)


def _above(connection: Connection, program: Program, limit: int | None) -> str:
    above = 0 if limit is None else store_programs.above_limit(connection, program.id, limit)
    if not above:
        return ""
    who, stay = ("1 member is", "stays") if above == 1 else (f"{above:,} members are", "stay")
    return f"; {who} above it and {stay} so: imports only warn"


def _place(connection: Connection, program: Program) -> int:
    return store_programs.order(connection).index(program.id) + 1


def _read_place(connection: Connection, actor: Actor, program: Program, text: str) -> int:
    return program_values.place(text, len(store_programs.order(connection)))


def _put_place(connection: Connection, program: Program, place: int, now: Instant) -> None:
    ids = [id for id in store_programs.order(connection, hold=True) if id != program.id]
    store_programs.put_in_order(connection, [*ids[: place - 1], program.id, *ids[place - 1 :]])


def report_schedule(connection: Connection, program: Program) -> str | None:
    """When a program's report goes out, as it is typed; None for never."""
    return schedules.told(store_schedules.of_program(connection, program.id)) or None


def _read_schedule(connection: Connection, actor: Actor, program: Program, text: str) -> str | None:
    return program_values.report_schedule(text)


def _made_up(connection: Connection, program: Program, schedule: str | None) -> str:
    return "; tui-admin worker sends them, and makes up only the newest of those missed" if schedule else ""


def _put_schedule(connection: Connection, program: Program, schedule: str | None, now: Instant) -> None:
    store_schedules.put(connection, program.id, schedules.parse(schedule or ""), now)


KEYS: Mapping[str, ProgramSetting] = {
    "name": _column("name", program_values.program_name),
    "tagline": _column("tagline", program_values.tagline),
    "banner": _banner(),
    "enrollment-limit": _column("enrollment_limit", program_values.enrollment_limit, _above),
    "url": _column("url", program_values.url),
    "order": ProgramSetting(_place, _read_place, _put_place, Right.SETTINGS, whole=True),
    "contracts": ProgramSetting(_contracts, _read_contracts, _put_contracts, Right.CONTRACTS, relative=True),
    "report-schedule": ProgramSetting(report_schedule, _read_schedule, _put_schedule, Right.REPORT, _made_up),
    "invitation-subject": _column("invitation_subject", program_values.invitation_subject),
    "invitation-body": _column("invitation_body", program_values.invitation_body),
}
"""The settings by name."""

_WHOLE_INVITATION = ProgramSetting(_invitation, lambda *_: None, _put_invitation)
"""Subject and body at once, as the invitation's own screen changes them."""


def named(key: str) -> ProgramSetting:
    """The setting of this name. Raises UsageError where there is none, with the nearest and all that there are."""
    if key not in KEYS:
        raise UsageError(
            f"A program has no setting {key!r}{lookup.nearest(key, list(KEYS))}; known: {', '.join(KEYS)}."
        )
    return KEYS[key]


def show(store: Store, actor: Actor, slug: str, *, tell: bool = False) -> dict[str, str]:
    """Every setting of a program that the actor may see, as it is typed, empty where it is not set; pictures by their
    digests, or where it is to `tell` them, by what they are."""
    actor.require(Right.PROGRAM_SETTINGS)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.PROGRAM_SETTINGS, slug)
        seen = {key: setting for key, setting in KEYS.items() if not setting.whole or actor.may(setting.right)}
        held = {key: setting.held(connection, program) for key, setting in seen.items()}
        pictured = {key for key, value in held.items() if tell and value is not None and KEYS[key].picture}
        return {key: pictures.told(connection, v) if key in pictured else as_seen(v) for key, v in held.items()}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A program and when its report goes out: hours by weekday, 0 is Monday."""

    slug: str
    name: str
    hours: Mapping[int, int]


def scheduled(store: Store, actor: Actor) -> tuple[Scheduled, ...]:
    """The programs an administrator may see, in their order, with when their reports go out."""
    actor.require(Right.REPORT)
    with store.read() as connection:
        hours = store_schedules.of_all(connection)
        listed = store_programs.listed(connection, rights.scope(actor))
    return tuple(Scheduled(row.slug, clean(row.name), hours.get(row.id, {})) for row in listed)


def above_limit(store: Store, actor: Actor, slug: str) -> int:
    """How many members of a program are in more courses than its limit allows; 0 where it has none."""
    actor.require(Right.PROGRAM_SETTINGS)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.PROGRAM_SETTINGS, slug)
        limit = program.enrollment_limit
        return 0 if limit is None else store_programs.above_limit(connection, program.id, limit)


def change(
    store: Store,
    actor: Actor,
    slug: str,
    key: str,
    value: str | Picture,
    now: Instant,
    *,
    seen: str | None = None,
) -> str:
    """Change one setting of a program; the sentence that says what changed, and what follows from it.

    `key` is one of `KEYS`; a blank value takes away what need not be set; `contracts` takes `+NAME` or `-NAME` and
    needs the right to change contracts; `banner` takes a picture. `seen` is the value that the writer saw it had, None
    for one who saw none.
    Raises BadInput for a value that cannot be, UsageError for an unknown key, Conflict where somebody changed it since
    it was seen.
    """
    setting = named(key)
    actor.require(setting.right)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, setting.right)
        program = lookup.program(connection, actor, setting.right, slug, hold=True)
        before = setting.held(connection, program)
        if setting.picture:
            after = pictures.named(connection, value, now)
        else:
            after = setting.read(connection, actor, program, str(value))
        if before == after:
            return f"The {key} of program {program.slug} was {setting.tell(connection, after)} already"
        if not setting.relative:
            _check_seen(connection, program, key, before, seen)
        setting.put(connection, program, after, now)
        summary = f"Set {key} of program {program.slug} to {setting.tell(connection, after)}"
        _note(connection, actor, now, program.id, summary, {"key": key, "before": before, "after": after})
        if setting.picture:
            pictures.drop_orphans(connection)
        return summary + setting.follows(connection, program, after)


def change_invitation(
    connection: Connection, actor: Actor, program: Program, words: dict[str, str | None], now: Instant
) -> str:
    """Change subject and body of a program's invitations, by column; the sentence that says so."""
    before = _invitation(connection, program)
    if before == words:
        return f"The invitation of program {program.slug} was so already"
    _put_invitation(connection, program, words, now)
    summary = f"Changed the invitation of program {program.slug}"
    _note(connection, actor, now, program.id, summary, {"key": _INVITATION, "before": before, "after": words})
    return summary


def _check_seen(connection: Connection, program: Program, key: str, before: object, seen: str | None) -> None:
    """Refuse to write over a value that the writer had not seen. Raises Conflict."""
    column = key.replace("-", "_")

    def tells(details: Mapping[str, Any]) -> bool:
        if details.get("key") == _INVITATION:
            return column in details["after"] and details["after"][column] == before
        return details.get("key") == key and details.get("after") == before

    thing, shown = f"The {key} of program {program.slug}", KEYS[key].tell(connection, before)
    require_seen(connection, seen, before, thing, Trace((ACTION,), tells, program.id), shown)


def check_invitation_seen(connection: Connection, program: Program, said: str, seen: str | None) -> None:
    """Refuse to write over words of a program's invitation that the writer had not seen. Raises Conflict."""

    def tells(details: Mapping[str, Any]) -> bool:
        return str(details.get("key")).startswith(_INVITATION)

    thing = f"The invitation of program {program.slug}"
    require_seen(connection, seen, said, thing, Trace((ACTION,), tells, program.id))


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Give a setting the value it had before an entry, where it still is what the entry left."""
    key, before, after = (entry.details[name] for name in ("key", "before", "after"))
    setting = _WHOLE_INVITATION if key == _INVITATION else named(key)
    program = store_programs.hold(connection, entry.program_id)
    if program is None:
        raise UsageError(f"Entry {entry.id} cannot be undone: its program is no longer there.")
    actor.require(setting.right, program.id)
    held = setting.held(connection, program)
    if held != after:
        raise UsageError(
            f"Entry {entry.id} cannot be undone: the {key} was changed since, to {setting.tell(connection, held)}."
        )
    setting.put(connection, program, before, now)
    return f"it is {setting.tell(connection, before)} again", {"key": key, "before": after, "after": before}


def _note(
    connection: Connection, actor: Actor, now: Instant, program_id: int, summary: str, details: dict[str, Any]
) -> None:
    """Journal that a program's setting (`key` in the details) became `after` and was `before`."""
    journal.append(connection, actor, now, action=ACTION, summary=summary, program_id=program_id, details=details)
    versions.forget_answers(connection, OF_SOME[ACTION])
