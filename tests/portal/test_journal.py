"""The journal's chain: what it keeps, who sees it, and that no change of it goes unseen."""

import threading

import pytest
from sqlalchemy import delete, select, update

from tui_admin.portal import journal
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.roles import Actor
from tui_admin.store.tables import journal as journal_table
from tui_admin.store.tables import journal_rows

from .conftest import NOW, Organization


def write(organization: Organization, actor: Actor, rows: int = 3) -> int:
    with organization.store.write() as connection:
        changed = ((number, {"city": "Győr"}, None) for number in range(rows))
        return journal.append(
            connection, actor, NOW, action="test", summary="A test", details={"n": rows}, rows=changed
        )


def test_an_entry_keeps_who_what_when_and_every_row(organization: Organization) -> None:
    entry_id = write(organization, organization.bo, rows=2 * journal.ROWS_PER_BLOCK + 1)
    entry = journal.entry(organization.store, organization.ana, entry_id)
    assert (entry.actor, entry.action, entry.at) == ("bo@northwind.example", "test", NOW)
    assert entry.details == {"n": 4001}
    with organization.store.read() as connection:
        rows = list(journal.rows(connection, entry_id))
        blocks = connection.execute(select(journal_rows.c.block)).scalars().all()
    assert [row[0] for row in rows] == list(range(4001))
    assert rows[7][1:] == ({"city": "Győr"}, None)
    assert sorted(blocks) == [0, 1, 2]


def test_an_organization_admin_sees_all_and_a_program_admin_their_own(organization: Organization) -> None:
    own, other = write(organization, organization.bo), write(organization, organization.cy)
    ids = lambda actor: [entry.id for entry in journal.entries(organization.store, actor)]  # noqa: E731
    assert ids(organization.ana) == [3, 2, 1]
    assert ids(organization.bo) == [own]
    assert [entry.id for entry in journal.entries(organization.store, organization.ana, limit=1, before=3)] == [2]
    with pytest.raises(BadInput, match="no entry"):
        journal.entry(organization.store, organization.bo, other)


def test_a_whole_journal_verifies(organization: Organization) -> None:
    for _ in range(3):
        write(organization, organization.ana)
    assert journal.verify(organization.store, organization.ana) == journal.Verification(entries=4)


def test_only_an_organization_admin_verifies(organization: Organization) -> None:
    with pytest.raises(NotAllowed):
        journal.verify(organization.store, organization.bo)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(update(journal_table).where(journal_table.c.id == 3).values(summary="Other"), id="summary"),
        pytest.param(update(journal_table).where(journal_table.c.id == 3).values(actor="eve"), id="actor"),
        pytest.param(update(journal_table).where(journal_table.c.id == 3).values(row_count=1), id="count"),
        pytest.param(update(journal_rows).where(journal_rows.c.entry_id == 3).values(content=b""), id="rows"),
        pytest.param(delete(journal_rows).where(journal_rows.c.entry_id == 3), id="rows dropped"),
    ],
)
def test_a_changed_entry_is_named(organization: Organization, change: object) -> None:
    for _ in range(3):
        write(organization, organization.ana)
    with organization.store.write() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    found = journal.verify(organization.store, organization.ana)
    assert (found.entries, found.broken) == (2, 3)


def test_dropped_entries_are_named(organization: Organization) -> None:
    for _ in range(3):
        write(organization, organization.ana)
    with organization.store.write() as connection:
        connection.execute(delete(journal_table).where(journal_table.c.id == 4))
    assert journal.verify(organization.store, organization.ana).broken == 4
    with organization.store.write() as connection:
        connection.execute(delete(journal_table).where(journal_table.c.id == 2))
    assert journal.verify(organization.store, organization.ana).broken == 3


def test_a_replaced_entry_with_a_hash_of_its_own_breaks_the_next(organization: Organization) -> None:
    for _ in range(3):
        write(organization, organization.ana)
    with organization.store.write() as connection:
        row = connection.execute(select(journal_table).where(journal_table.c.id == 2)).mappings().one()
        forged = journal._hash({**row, "actor": "eve"})
        connection.execute(update(journal_table).where(journal_table.c.id == 2).values(actor="eve", hash=forged))
    assert journal.verify(organization.store, organization.ana).broken == 3


def test_writers_at_once_do_not_fork_the_chain(organization: Organization) -> None:
    threads = [
        threading.Thread(target=lambda: [write(organization, organization.ana) for _ in range(10)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.verify(organization.store, organization.ana) == journal.Verification(entries=41)


def test_rows_that_changed_alike_come_back_as_they_were_among_others(organization: Organization) -> None:
    joined, gone = {"state": "MEMBER", "removed_at": None}, {"state": "DELETED_MEMBER", "removed_at": NOW}
    rows = [(1, joined, gone), (20, joined, gone), (3, None, joined), (4, joined, None), (5, joined, gone)]
    with organization.store.write() as connection:
        entry = journal.append(connection, organization.ana, NOW, action="test", summary="A test", rows=iter(rows))
        assert list(journal.rows(connection, entry)) == rows
