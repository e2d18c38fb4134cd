"""The journal read by pages and words, and what an entry changed by name."""

import pytest
from sqlalchemy import delete

from tui_admin.portal import journal, journal_pages, removal, undo
from tui_admin.portal.journal import ROWS_PER_BLOCK
from tui_admin.rules.errors import BadInput
from tui_admin.rules.roles import Actor, Role
from tui_admin.store.tables import administrator_programs

from .conftest import NOW, Organization


def write(organization: Organization, actor: Actor, summary: str, rows: int = 0) -> int:
    with organization.store.write() as connection:
        changed = ((number, {"city": "Pécs"}, {"city": "Győr"}) for number in range(rows))
        return journal.append(connection, actor, NOW, action="test", summary=summary, rows=changed)


def test_entries_are_found_by_words_and_read_by_pages(organization: Organization) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    first, second, third = (write(organization, who, f"Éva's 100% {n}") for n, who in enumerate((ana, bo, ana)))
    assert [entry.id for entry in journal_pages.page(store, ana, "", 0, 2)] == [third, second]
    assert [entry.id for entry in journal_pages.page(store, ana, "", 2, 1)] == [first]
    assert [entry.id for entry in journal_pages.page(store, ana, "éva'S 100% 1", 0, 9)] == [second]
    assert [entry.id for entry in journal_pages.page(store, ana, "bo@", 0, 9)] == [second]
    assert journal_pages.count(store, ana, "100%") == 3
    assert journal_pages.page(store, ana, "1000", 0, 9) == []
    assert [entry.id for entry in journal_pages.page(store, bo, "", 0, 9)] == [second]
    assert journal_pages.count(store, bo) == 1


def test_rows_are_read_from_the_middle_across_blocks(organization: Organization) -> None:
    entry = write(organization, organization.ana, "Many", rows=2 * ROWS_PER_BLOCK + 3)
    with organization.store.read() as connection:
        for offset, limit in ((0, 2), (ROWS_PER_BLOCK - 2, 5), (2 * ROWS_PER_BLOCK, 9), (9 * ROWS_PER_BLOCK, 5)):
            found = [row for row, _, _ in journal.some_rows(connection, entry, offset, limit)]
            assert found == list(range(2 * ROWS_PER_BLOCK + 3))[offset : offset + limit]
    (change,) = journal_pages.changes(organization.store, organization.ana, entry, ROWS_PER_BLOCK, 1)
    assert (change.who, change.before, change.after) == (f"number {ROWS_PER_BLOCK}", {"city": "Pécs"}, {"city": "Győr"})


def test_a_removal_and_its_undoing_name_people_before_and_after(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    done = removal.apply(store, ana, removal.plan(store, ana, None, (1,), NOW), NOW)
    assert done.entry_id is not None
    (change,) = journal_pages.changes(store, ana, done.entry_id, 0, 9)
    assert change.who.endswith(" · data")
    assert (change.before["state"], change.after["state"]) == ("MEMBER", "DELETED_MEMBER")
    assert undo.obstacle(journal.entry(store, ana, done.entry_id)) == ""
    back = undo.undo(store, ana, done.entry_id, NOW)
    assert back.entry_id is not None
    (undone,) = journal_pages.changes(store, ana, back.entry_id, 0, 9)
    assert (undone.who, undone.before, undone.after) == (change.who, change.after, change.before)
    assert "was undone already" in undo.obstacle(journal.entry(store, ana, done.entry_id))
    assert "cannot be undone" in undo.obstacle(journal.entry(store, ana, back.entry_id))


def test_a_program_admin_is_not_told_of_people_no_longer_theirs(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    done = removal.apply(store, bo, removal.plan(store, bo, None, (1,), NOW), NOW)
    assert done.entry_id is not None
    assert journal_pages.changes(store, bo, done.entry_id, 0, 9)[0].before is not None
    with store.write() as connection:
        connection.execute(delete(administrator_programs))
    elsewhere = Actor(bo.email, Role.PROGRAM, frozenset({2}))
    (hidden,) = journal_pages.changes(store, elsewhere, done.entry_id, 0, 9)
    assert (hidden.who, hidden.before, hidden.after) == (undo.NOT_YOURS, None, None)
    with pytest.raises(BadInput, match="no entry"):
        journal_pages.changes(store, organization.cy, done.entry_id, 0, 9)
