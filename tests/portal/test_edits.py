"""Editing people and moving them to other contracts: old and new shown, seats counted, nothing overwritten unseen."""

import pytest
from sqlalchemy import insert, select, update

from tui_admin.portal import contract_changes, edits, journal, undo
from tui_admin.portal.receipts import Subject, Verdict
from tui_admin.rules.errors import BadInput, Conflict, UsageError
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts, learners, memberships, program_contracts

from .conftest import NOW, Organization


def learner(store: Store, row: int) -> dict[str, object]:
    with store.read() as connection:
        return dict(connection.execute(select(learners).where(learners.c.id == row)).mappings().one())


def contract_of(store: Store, row: int) -> int:
    with store.read() as connection:
        return connection.execute(select(memberships.c.contract_id).where(memberships.c.id == row)).scalar_one()


def set_city(store: Store, row: int, city: str) -> None:
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == row).values(city=city))


def test_a_plan_shows_old_and_new_of_each_row(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    set_city(store, 1, "Oslo")
    set_city(store, 2, "Győr")
    plan = edits.plan(store, ana, (1, 2, 3, 99), {"city": " Győr "})
    shown = [(row.name, row.verdict.value, row.reason, old) for row, old in plan.rows(store, ana)]
    assert shown == [
        ("Person 1", "apply", "", ("Oslo",)),
        ("Person 3", "apply", "", (None,)),
        ("Person 2", "skip", edits.ALREADY, ()),
        (None, "refuse", edits.NOT_THERE, ()),
    ]
    assert plan.summary.startswith("2 people would get city 'Győr' (1 skipped")
    assert learner(store, 1)["city"] == "Oslo"


def test_fields_are_changed_journaled_and_put_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    set_city(store, 1, "Oslo")
    receipt = edits.apply(store, ana, edits.plan(store, ana, (1, 3), {"city": "Győr", "job_title": ""}), NOW)
    assert receipt.applied == 2
    assert [learner(store, row)["city"] for row in (1, 3)] == ["Győr", "Győr"]
    with store.read() as connection:
        rows = list(journal.rows(connection, receipt.entry_id or 0))
    after = {"city": "Győr", "job_title": None}
    assert rows == [(1, {"city": "Oslo", "job_title": None}, after), (3, {"city": None, "job_title": None}, after)]
    undo.undo(store, ana, None, NOW)
    assert [learner(store, row)["city"] for row in (1, 3)] == ["Oslo", None]


def test_a_changed_name_is_found_and_sorted_by(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    edits.apply(store, ana, edits.plan(store, ana, (1,), {"name": "Kovács Ágnes"}), NOW)
    keys = select(memberships.c.search_key).where(memberships.c.learner_id == 1)
    with store.read() as connection:
        assert set(connection.execute(keys).scalars()) == {"kovacs agnes\x1fperson1@northwind.example"}
    assert learner(store, 1)["search_key"] == "kovacs agnes\x1fperson1@northwind.example"
    undo.undo(store, ana, None, NOW)
    assert learner(store, 1)["search_key"] == "person 1\x1fperson1@northwind.example"


def test_memberships_stand_for_their_learners(organization: Organization) -> None:
    plan = edits.plan(organization.store, organization.ana, (1, 6, 7), {"city": "Győr"}, of=Subject.MEMBERSHIP)
    assert sorted(plan.verdicts.ids(Verdict.APPLY)) == [1, 6]


def test_what_changed_in_between_is_shown_and_kept(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    plan = edits.plan(store, ana, (1, 2), {"city": "Győr"})
    set_city(store, 1, "Bergen")
    receipt = edits.apply(store, ana, plan, NOW)
    assert {group.reason: sorted(group.ids) for group in receipt.verdicts.groups} == {"": [2], edits.MEANWHILE: [1]}
    assert learner(store, 1)["city"] == "Bergen"
    single = edits.plan(store, ana, (1,), {"city": "Győr"})
    set_city(store, 1, "Tromsø")
    with pytest.raises(Conflict, match="city is now 'Tromsø'"):
        edits.apply(store, ana, single, NOW)
    assert learner(store, 1)["city"] == "Tromsø"


def test_a_program_admin_edits_their_own_people(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    plan = edits.plan(store, bo, (1, 6), {"city": "Győr"})
    assert [(row.name, row.verdict) for row, _ in plan.rows(store, bo)] == [
        ("Person 1", Verdict.APPLY),
        (None, Verdict.REFUSE),
    ]
    edits.apply(store, bo, plan, NOW)
    assert (learner(store, 1)["city"], learner(store, 6)["city"]) == ("Győr", None)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"name": " "}, BadInput, "needs a name"),
        ({"name": "a\x1b[31mb"}, BadInput, "cannot be shown"),
        ({"manager_email": "bob"}, BadInput, "no e-mail address"),
        ({"town": "Oslo"}, UsageError, "no field 'town'"),
        ({"email": "a@b.example"}, UsageError, "no field 'email'"),
        ({"external_id": "007"}, UsageError, "one person"),
    ],
)
def test_values_that_cannot_be_are_refused(
    organization: Organization, changes: dict[str, str], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        edits.plan(organization.store, organization.ana, (1, 2), changes)


def test_an_external_id_belongs_to_one_person(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    edits.apply(store, ana, edits.plan(store, ana, (1,), {"external_id": "007"}), NOW)
    assert edits.plan(store, ana, (2,), {"external_id": "007"}).verdicts.reasons().endswith("external id '007'")
    assert edits.plan(store, ana, (1,), {"external_id": "007"}).count == 0


def share_second_contract(store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(program_contracts).values(program_id=1, contract_id=2))


def test_members_move_to_a_contract_of_their_program(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    share_second_contract(store)
    plan = contract_changes.plan(store, bo, (1, 2, 4, 5, 6, 99), "Year 2")
    assert {(group.verdict.value, group.reason): sorted(group.ids) for group in plan.verdicts.groups} == {
        ("apply", ""): [1, 2],
        ("skip", contract_changes.NO_MEMBER): [4, 5],
        ("refuse", edits.NOT_THERE): [6, 99],
    }
    contract_changes.apply(store, bo, plan, NOW)
    assert [contract_of(store, row) for row in (1, 2, 3)] == [2, 2, 1]
    assert contract_changes.plan(store, bo, (1,), "Year 2").verdicts.reasons() == "1 skipped: already so"
    undo.undo(store, bo, None, NOW)
    assert contract_of(store, 1) == 1


def test_a_contract_of_another_program_is_refused(organization: Organization) -> None:
    plan = contract_changes.plan(organization.store, organization.ana, (1, 6), "Year 2")
    assert {group.reason: sorted(group.ids) for group in plan.verdicts.groups} == {
        "": [6],
        contract_changes.NOT_OF_PROGRAM: [1],
    }


def test_no_more_learners_than_licenses_move(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    share_second_contract(store)
    with store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 2).values(licenses=2))
    # one of two licenses is taken; learner 1 needs one for both memberships, learners 2 and 3 find none
    plan = contract_changes.plan(store, ana, (1, 2, 3, 6), "Year 2")
    assert {group.reason: sorted(group.ids) for group in plan.verdicts.groups} == {
        "": [1, 6],
        "contract Year 2 has no free license": [2, 3],
    }
    late = contract_changes.plan(store, ana, (2,), "Year 2")
    assert late.count == 1
    contract_changes.apply(store, ana, plan, NOW)
    with pytest.raises(Conflict, match="no free license"):
        contract_changes.apply(store, ana, late, NOW)


def test_moving_back_is_refused_where_the_old_contract_is_full(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    share_second_contract(store)
    contract_changes.apply(store, ana, contract_changes.plan(store, ana, (2, 3), "Year 2"), NOW)
    with store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=2))
    receipt = undo.undo(store, ana, None, NOW)
    assert {group.reason: sorted(group.ids) for group in receipt.verdicts.groups} == {
        "": [2],
        "contract Year 1 has no free license": [3],
    }


def test_a_contract_changed_in_between_is_kept(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    plan = contract_changes.plan(store, ana, (6,), "Year 2")
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 6).values(contract_id=None))
    with pytest.raises(Conflict, match="somebody else was faster"):
        contract_changes.apply(store, ana, plan, NOW)


def test_an_edit_does_not_outlive_the_right(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    plan = edits.plan(store, bo, (1,), {"city": "Győr"})
    with store.write() as connection:
        connection.execute(memberships.delete().where(memberships.c.learner_id == 1, memberships.c.program_id == 1))
    with pytest.raises(Conflict, match="no longer in your programs"):
        edits.apply(store, bo, plan, NOW)
