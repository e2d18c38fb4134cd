"""Two who change the same setting at once: one wins without being asked, the other is told by whom, when and to what;
no write is lost, and what one took back or an import did is told as well."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import update

from tests.portal.conftest import NOW, Organization
from tui_admin.portal import contracts, journal, program_settings, settings, undo
from tui_admin.portal.conflicts import Overtaken
from tui_admin.portal.inviting import invitation_mail
from tui_admin.rules.errors import Conflict, UsageError
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store
from tui_admin.store.tables import programs

Write = Callable[[Store, Actor, str, str | None], str]
Read = Callable[[Store, Actor], str | None]

PLACES: dict[str, tuple[str, Read, Write]] = {
    "organization": (
        "The support-contact",
        lambda store, actor: settings.show(store, actor)["support-contact"] or "",
        lambda store, actor, value, seen: settings.change(store, actor, "support-contact", value, NOW, seen=seen),
    ),
    "program": (
        "The tagline of program data",
        lambda store, actor: program_settings.show(store, actor, "data")["tagline"],
        lambda store, actor, value, seen: program_settings.change(
            store, actor, "data", "tagline", value, NOW, seen=seen
        ),
    ),
    "contract": (
        "The licenses of contract Year 1",
        lambda store, actor: contracts.show(store, actor, "Year 1")["licenses"],
        lambda store, actor, value, seen: contracts.change(store, actor, "Year 1", "licenses", value, NOW, seen=seen),
    ),
}
PLACE = pytest.mark.parametrize("place", PLACES)


@PLACE
def test_of_writers_at_once_one_wins_and_the_others_are_told(organization: Organization, place: str) -> None:
    thing, read, write = PLACES[place]
    store, seen, writers = organization.store, read(organization.store, organization.ana), 4
    begin = Barrier(writers)

    def one(number: int) -> str | Overtaken:
        own = Store(store.url)
        try:
            begin.wait(30)
            return write(own, organization.ana, str(70 + number), seen)
        except Overtaken as overtaken:
            return overtaken
        finally:
            own.close()

    with ThreadPoolExecutor(writers) as pool:
        found = list(pool.map(one, range(writers)))
    (winner,) = (number for number, said in enumerate(found) if isinstance(said, str))
    assert read(store, organization.ana) == str(70 + winner)
    for lost in found[:winner] + found[winner + 1 :]:
        assert isinstance(lost, Overtaken)
        assert (lost.thing, lost.theirs, lost.by, lost.at) == (thing, str(70 + winner), organization.ana.email, NOW)
        assert str(lost) == (
            f"{thing} was set to '{70 + winner}' by ana@northwind.example (2026-05-01 12:00); nothing was changed."
            " Look at it, then decide."
        )
    assert len([entry for entry in journal.entries(store, organization.ana) if "Set " in entry.summary]) == 1


@PLACE
def test_who_saw_what_is_there_writes_over_it(organization: Organization, place: str) -> None:
    _, read, write = PLACES[place]
    store, ana = organization.store, organization.ana
    write(store, ana, "71", read(store, ana))
    write(store, ana, "72", "71")
    write(store, ana, "73", None)
    assert "already" in write(store, ana, "73", "71"), "both wanted the same"
    with pytest.raises(Conflict):
        write(store, ana, "74", "72")
    assert read(store, ana) == "73"


@PLACE
def test_who_took_it_back_is_told(organization: Organization, place: str) -> None:
    _, read, write = PLACES[place]
    store, ana = organization.store, organization.ana
    before = read(store, ana)
    write(store, ana, "71", None)
    write(store, ana, "72", None)
    undo.undo(store, ana, None, NOW + 60_000)
    assert read(store, ana) == "71"
    with pytest.raises(Overtaken) as found:
        write(store, ana, "73", "72")
    assert (found.value.theirs, found.value.at) == ("71", NOW + 60_000)
    undo.undo(store, ana, None, NOW)
    assert read(store, ana) == before


@PLACE
def test_what_was_changed_since_is_not_taken_back(organization: Organization, place: str) -> None:
    _, read, write = PLACES[place]
    store, ana = organization.store, organization.ana
    write(store, ana, "71", None)
    entry = journal.entries(store, ana)[0].id
    write(store, ana, "72", None)
    with pytest.raises(UsageError, match=r"was changed since, to '?72'?"):
        undo.undo(store, ana, entry, NOW)
    assert read(store, ana) == "72"


def test_a_program_that_an_import_renamed_names_nobody(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    program_settings.change(store, bo, "data", "name", "Data", NOW)
    with store.write() as connection:
        connection.execute(update(programs).where(programs.c.id == 1).values(name="From a report"))
    with pytest.raises(Overtaken, match="was set to 'From a report' meanwhile; nothing was changed"):
        program_settings.change(store, bo, "data", "name", "Mine", NOW, seen="Data")


def test_words_changed_on_the_screen_of_the_invitation_are_told_too(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    usual = invitation_mail.show(store, bo, "data").text
    invitation_mail.change(store, bo, "data", "Come, {{ name }}", usual.body, NOW)
    with pytest.raises(Overtaken) as found:
        program_settings.change(store, organization.ana, "data", "invitation-subject", "Mine", NOW, seen="")
    assert (found.value.theirs, found.value.by) == ("Come, {{ name }}", "bo@northwind.example")
    undo.undo(store, bo, None, NOW)
    assert program_settings.show(store, bo, "data")["invitation-subject"] == ""


def test_an_invitation_that_another_rewrote_is_told(organization: Organization) -> None:
    store, bo, ana = organization.store, organization.bo, organization.ana
    usual = invitation_mail.show(store, ana, "data").text
    seen = invitation_mail.as_one(usual.subject, usual.body)
    invitation_mail.change(store, bo, "data", "Come, {{ name }}", usual.body, NOW, seen=seen)
    with pytest.raises(Overtaken) as found:
        invitation_mail.change(store, ana, "data", "Mine", usual.body, NOW, seen=seen)
    assert (found.value.theirs, found.value.by) == (
        invitation_mail.as_one("Come, {{ name }}", usual.body),
        "bo@northwind.example",
    )
    assert invitation_mail.show(store, ana, "data").text.subject == "Come, {{ name }}"
    invitation_mail.change(store, ana, "data", "Mine", usual.body, NOW, seen=found.value.theirs)
    assert invitation_mail.show(store, ana, "data").text.subject == "Mine"


def test_contracts_come_and_go_one_by_one(organization: Organization) -> None:
    """Two who let a program draw on contracts say so of one contract each: both hold."""
    store, ana = organization.store, organization.ana
    contracts.create(store, ana, "Year 3", NOW)
    for name in ("Year 2", "Year 3"):
        program_settings.change(store, ana, "data", "contracts", f"+{name}", NOW, seen="Year 1")
    assert program_settings.show(store, ana, "data")["contracts"] == "Year 1, Year 2, Year 3"
    undo.undo(store, ana, None, NOW)
    assert program_settings.show(store, ana, "data")["contracts"] == "Year 1, Year 2"
