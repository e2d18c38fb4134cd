"""Removing members and taking it back: verdicts, licenses, what changed in between, and what a crash leaves."""

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from tui_admin.portal import journal, removal, undo
from tui_admin.portal.receipts import Verdict, table
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.store.engine import Store
from tui_admin.store.tables import administrator_programs, contracts, membership_contracts, memberships

from .conftest import NOW, Organization

LATER = NOW + 5_000
EVERYTHING = range(1, 10)


def states(store: Store) -> dict[int, tuple[str, int | None]]:
    with store.read() as connection:
        rows = connection.execute(select(memberships.c.id, memberships.c.state, memberships.c.removed_at))
        return {row.id: (row.state, row.removed_at) for row in rows}


def change(store: Store, row: int, **values: object) -> None:
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == row).values(**values))


def verdicts(plan: removal.RemovalPlan) -> dict[tuple[Verdict, str], list[int]]:
    return {(group.verdict, group.reason): sorted(group.ids) for group in plan.verdicts.groups}


def test_a_plan_says_what_becomes_of_every_row(organization: Organization) -> None:
    plan = removal.plan(organization.store, organization.ana, "data", EVERYTHING, NOW)
    assert verdicts(plan) == {
        (Verdict.APPLY, ""): [1, 2, 3],
        (Verdict.SKIP, removal.ONLY_INVITED): [4],
        (Verdict.SKIP, removal.ALREADY): [5],
        (Verdict.REFUSE, removal.ELSEWHERE): [6, 7, 8],
        (Verdict.REFUSE, removal.NOT_THERE): [9],
    }
    assert plan.freed == {"Year 1": 2}  # learner 1 keeps the license by the other program
    assert plan.summary.startswith("3 members would be removed, which frees 2 licenses (1 skipped: only invited")


def test_a_license_is_freed_when_the_learner_leaves_the_contract_altogether(organization: Organization) -> None:
    plan = removal.plan(organization.store, organization.ana, None, (1, 6, 7), NOW)
    assert plan.freed == {"Year 1": 1, "Year 2": 1}


def test_a_further_contract_is_freed_and_kept_like_the_first(organization: Organization) -> None:
    with organization.store.write() as connection:
        rows = [
            {"membership_id": 2, "position": 1, "contract_id": 2},
            {"membership_id": 6, "position": 1, "contract_id": 2},
        ]
        connection.execute(insert(membership_contracts), rows)
    ana = organization.ana
    assert removal.plan(organization.store, ana, None, (2,), NOW).freed == {"Year 1": 1, "Year 2": 1}
    assert removal.plan(organization.store, ana, None, (6,), NOW).freed == {"Year 2": 1}
    assert removal.plan(organization.store, ana, None, (1, 6), NOW).freed == {"Year 1": 1, "Year 2": 1}


def test_a_plan_writes_nothing(organization: Organization) -> None:
    before = states(organization.store)
    removal.plan(organization.store, organization.ana, None, EVERYTHING, NOW)
    assert states(organization.store) == before


def test_removing_keeps_the_moment_and_a_receipt_names_each_row(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    receipt = removal.apply(store, ana, removal.plan(store, ana, "data", (1, 2, 5, 9), NOW), LATER)
    after = states(store)
    assert (after[1], after[2], after[3]) == (("DELETED_MEMBER", LATER), ("DELETED_MEMBER", LATER), ("MEMBER", None))
    assert (receipt.applied, receipt.skipped, receipt.refused) == (2, 1, 1)
    assert receipt.summary == "Removed 2 members, freed 1 license"
    assert sorted(table(receipt, store, ana)) == [
        ("", "", "", "", "refused", removal.NOT_THERE),
        ("Person 1", "person1@northwind.example", "", "data", "done", ""),
        ("Person 2", "person2@northwind.example", "", "data", "done", ""),
        ("Person 5", "person5@northwind.example", "", "data", "skipped", removal.ALREADY),
    ]
    entry = journal.entries(store, ana)[0]
    assert (entry.id, entry.action, entry.row_count, entry.details) == (
        receipt.entry_id,
        removal.ACTION,
        2,
        {"freed": {"Year 1": 1}},
    )


def test_applying_twice_changes_nothing(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    plan = removal.plan(store, ana, "data", (1, 2), NOW)
    removal.apply(store, ana, plan, NOW)
    before = states(store)
    again = removal.apply(store, ana, plan, LATER)
    assert (again.applied, again.skipped, again.entry_id) == (0, 2, None)
    assert states(store) == before


def test_rows_changed_since_the_plan_are_skipped_and_named(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    plan = removal.plan(store, ana, "data", (1, 2, 3), NOW)
    change(store, 2, state="DELETED_MEMBER", removed_at=7)
    receipt = removal.apply(store, ana, plan, LATER)
    assert {group.reason: sorted(group.ids) for group in receipt.verdicts.groups} == {
        "": [1, 3],
        removal.MEANWHILE: [2],
    }
    assert states(store)[2] == ("DELETED_MEMBER", 7)


def test_licenses_are_counted_anew_where_somebody_wrote_since_the_plan(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    plan = removal.plan(store, ana, None, (1,), NOW)
    removal.apply(store, ana, removal.plan(store, ana, None, (6,), NOW), NOW)
    assert plan.freed == {}
    assert removal.apply(store, ana, plan, LATER).summary == "Removed 1 member, freed 1 license"


def test_a_program_admin_sees_and_removes_only_their_own(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    plan = removal.plan(store, bo, None, (1, 6, 7, 9), NOW)
    assert verdicts(plan) == {(Verdict.APPLY, ""): [1], (Verdict.REFUSE, removal.NOT_THERE): [6, 7, 9]}
    assert [row.name for row in plan.rows(store, bo)] == ["Person 1", None, None, None]
    assert removal.apply(store, bo, plan, LATER).applied == 1
    for slug in ("teams", "no-such-program"):
        with pytest.raises(NotAllowed, match=slug):
            removal.plan(store, bo, slug, (7,), NOW)


def test_a_plan_does_not_outlive_the_right(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    plan = removal.plan(store, bo, None, (1, 2), NOW)
    with store.write() as connection:
        connection.execute(update(administrator_programs).values(program_id=2))
    assert removal.apply(store, bo, plan, LATER).applied == 0
    assert states(store)[1] == ("MEMBER", None)


def test_an_unknown_program_is_answered_with_the_nearest(organization: Organization) -> None:
    with pytest.raises(BadInput, match="nearest is 'teams'"):
        removal.plan(organization.store, organization.ana, "team", (1,), NOW)


def test_undo_puts_everything_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    before = states(store)
    removed = removal.apply(store, ana, removal.plan(store, ana, None, EVERYTHING, NOW), NOW)
    assert undo.last_undoable(store, ana).id == removed.entry_id  # type: ignore[union-attr]
    receipt = undo.undo(store, ana, None, LATER)
    assert states(store) == before
    assert receipt.applied == 5
    entry = journal.entry(store, ana, receipt.entry_id or 0)
    assert (entry.undoes, entry.row_count) == (removed.entry_id, 5)
    assert journal.entry(store, ana, removed.entry_id or 0).undone_by == receipt.entry_id
    assert journal.verify(store, ana).whole


def test_undoing_twice_and_undoing_nothing_are_refused(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    with pytest.raises(UsageError, match="nothing of yours"):
        undo.undo(store, ana, None, NOW)
    receipt = removal.apply(store, ana, removal.plan(store, ana, None, (1,), NOW), NOW)
    undone = undo.undo(store, ana, receipt.entry_id, NOW)
    with pytest.raises(UsageError, match=f"undone already, by entry {undone.entry_id}"):
        undo.undo(store, ana, receipt.entry_id, NOW)
    with pytest.raises(UsageError, match="cannot be undone"):
        undo.undo(store, ana, undone.entry_id, NOW)
    with pytest.raises(UsageError, match="cannot be undone"):
        undo.undo(store, ana, 1, NOW)


def test_undo_leaves_alone_what_changed_since(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    removal.apply(store, ana, removal.plan(store, ana, None, (1, 2, 3), NOW), NOW)
    change(store, 2, state="INVITED", removed_at=None)
    with store.write() as connection:
        connection.execute(memberships.delete().where(memberships.c.id == 3))
    receipt = undo.undo(store, ana, None, LATER)
    found = {group.reason: sorted(group.ids) for group in receipt.verdicts.groups}
    assert found == {"": [1], undo.CHANGED_SINCE: [2], undo.GONE: [3]}
    assert states(store)[2] == ("INVITED", None)


def test_members_come_back_only_while_the_contract_has_seats(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    removal.apply(store, ana, removal.plan(store, ana, "data", (1, 2, 3), NOW), NOW)
    with store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=2))
    receipt = undo.undo(store, ana, None, LATER)
    # learner 1 still holds a license through the other program; one seat is left for the first of the others
    found = {group.reason: sorted(group.ids) for group in receipt.verdicts.groups}
    assert found == {"": [1, 2], "contract Year 1 has no free license": [3]}


def test_a_program_admin_undoes_only_their_own(organization: Organization) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    by_ana = removal.apply(store, ana, removal.plan(store, ana, None, (1,), NOW), NOW)
    assert undo.last_undoable(store, bo) is None
    with pytest.raises(BadInput, match="no entry"):
        undo.undo(store, bo, by_ana.entry_id, NOW)
    by_bo = removal.apply(store, bo, removal.plan(store, bo, None, (2,), NOW), NOW)
    assert undo.undo(store, ana, by_bo.entry_id, NOW).applied == 1


def test_undo_needs_the_program_still(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    removal.apply(store, bo, removal.plan(store, bo, None, (2,), NOW), NOW)
    with store.write() as connection:
        connection.execute(
            update(administrator_programs).where(administrator_programs.c.administrator_id == 2).values(program_id=2)
        )
    with pytest.raises(NotAllowed, match="not in their programs any more"):
        undo.undo(store, bo, None, LATER)
    assert states(store)[2][0] == "DELETED_MEMBER"


def test_a_failed_removal_leaves_nothing(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    store, ana = organization.store, organization.ana
    plan = removal.plan(store, ana, None, (1, 2), NOW)
    before = states(store)

    def fail(*_: object) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr("tui_admin.store.journal.seal", fail)
    with pytest.raises(OSError, match="disk gone"):
        removal.apply(store, ana, plan, NOW)
    assert states(store) == before
    assert journal.verify(store, ana) == journal.Verification(entries=1)


def test_a_store_that_is_read_only_says_so(tmp_path: Path, sqlite_store: Store) -> None:
    from tui_admin.portal.rights import sign_in
    from tui_admin.rules.errors import StoreError

    reader = Store(sqlite_store.url, read_only=True)
    actor = sign_in(reader, None)
    plan = removal.plan(reader, actor, None, (1,), NOW)
    with pytest.raises(StoreError, match="read only"):
        removal.apply(reader, actor, plan, NOW)


def test_the_number_of_entries_is_that_of_the_actions(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    removal.apply(store, ana, removal.plan(store, ana, None, (1, 2, 3, 6, 7), NOW), NOW)
    with store.read() as connection:
        from tui_admin.store.tables import journal as journal_table

        assert connection.execute(select(func.count()).select_from(journal_table)).scalar_one() == 2
