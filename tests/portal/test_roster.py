"""A full roster against a program: who joins, who leaves, what changes; the threshold; taking it back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import insert, select, update

from tui_admin.portal import journal, undo
from tui_admin.portal.inviting.places import Usual
from tui_admin.portal.inviting.plan import InviteRequest
from tui_admin.portal.inviting.roster import ACTION, Roster, open_roster
from tui_admin.portal.inviting.roster_plan import RosterPlan
from tui_admin.reports.people_files import Given
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY
from tui_admin.store.tables import contracts, learners

from .conftest import NOW, Organization
from .invite_lists import change_learner, people
from .mail_facts import mails, set_up

LATER = NOW + DAY
HEADER = "Full Name,Email,External ID,Job Title\n"
SAME = "Person 1,person1@northwind.example,,\nPerson 2,person2@northwind.example,,\n"
REST = "Person 3,person3@northwind.example,,\nPerson 4,person4@northwind.example,,\n"
"""The program has members 1, 2, 3, one invited (4), and one former (5)."""


@pytest.fixture(autouse=True)
def licenses_to_spare(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=100))


@contextmanager
def opened(
    organization: Organization, rows: str, *, allow: float = 1_000.0, mail: bool = False, actor: Actor | None = None
) -> Iterator[Roster]:
    request = InviteRequest(Given.text("hr.csv", HEADER + rows), Usual("data"), mail)
    asking = actor or organization.ana
    with open_roster(organization.store, asking, request, allow_change=allow) as found:
        yield found


def apply(organization: Organization, rows: str, **how: object) -> RosterPlan:
    with opened(organization, rows, **how) as found:  # type: ignore[arg-type]
        return found.apply(LATER)


def changes(organization: Organization, rows: str, **how: object) -> list[tuple[int | None, str, str, str]]:
    """Line, name, outcome and reason of everybody the roster changes."""
    with opened(organization, rows, **how) as found:  # type: ignore[arg-type]
        found.plan(NOW)
        return [(row.line, row.name, row.outcome, row.reason) for row in found.changes()]


def states(organization: Organization) -> dict[str, str]:
    return {key.split("@")[0]: row["state"] for key, row in people(organization.store).items() if key.endswith(" 1")}


def test_a_roster_that_says_what_is_known_changes_nothing(organization: Organization) -> None:
    before = people(organization.store)
    assert changes(organization, SAME + REST) == []
    done = apply(organization, SAME + REST, allow=0)
    assert (done.applied, done.count, done.share, done.entry) == (True, 0, 0.0, None)
    assert people(organization.store) == before


def test_joins_leavers_and_changes(organization: Organization) -> None:
    rows = SAME.replace("Person 1,person1@northwind.example,,", "Person One,person1@northwind.example,7,Engineer")
    rows += "New One,new@x.example,8,Analyst\nPerson 5,person5@northwind.example,,\n"
    assert changes(organization, rows) == [
        (4, "New One", "joins", ""),
        (5, "Person 5", "joins", "was removed from the program before; comes back with history"),
        (
            2,
            "Person One",
            "changed",
            "name: Person 1 -> Person One; external id: none -> 7; job title: none -> Engineer",
        ),
        (None, "Person 3", "leaves", ""),
        (None, "Person 4", "withdrawn", ""),
    ]
    with opened(organization, rows) as found:
        plan = found.plan(NOW)
        assert plan.summary == "2 join, 1 leave, 1 withdrawn, 1 changed: 125.0 % of 4 people of data"
        assert (plan.people, plan.rows, plan.count) == (4, 4, 5)
        done = found.apply(LATER)
    assert states(organization) == {
        "person1": "MEMBER",
        "person2": "MEMBER",
        "person3": "DELETED_MEMBER",
        "person4": "DELETED_MEMBER",
        "person5": "INVITED",
        "new": "INVITED",
    }
    found_people = people(organization.store)
    assert found_people["person3@northwind.example 1"]["removed_at"] == LATER
    assert found_people["person1@northwind.example 1"]["search_key"] == "person one\x1fperson1@northwind.example"
    with organization.store.read() as connection:
        query = select(learners.c.name, learners.c.external_id, learners.c.job_title, learners.c.moment)
        one = connection.execute(query.where(learners.c.id == 1)).one()
        new = connection.execute(query.where(learners.c.email == "new@x.example")).one()
    assert tuple(one) == ("Person One", "7", "Engineer", LATER)
    assert tuple(new) == ("New One", "8", "Analyst", LATER)
    entry = journal.entries(organization.store, organization.ana)[0]
    assert (entry.id, entry.action, entry.program_id, len(entry.details["parts"])) == (done.entry, ACTION, 1, 4)


def test_more_change_than_allowed_is_refused_with_the_numbers(organization: Organization) -> None:
    before = people(organization.store)
    rows = SAME + "New One,new@x.example,,\n"
    with opened(organization, rows, allow=10) as found:
        assert found.plan(NOW).refusal == (
            "hr.csv would change 75.0 % of the 4 people of data (1 join, 1 leave, 1 withdrawn, 0 changed), more than "
            "the 10 % allowed. Is it the whole roster, and the right one? Then add --allow-change 75."
        )
        with pytest.raises(BadInput, match="--allow-change 75"):
            found.apply(LATER)
    assert people(organization.store) == before
    assert apply(organization, rows, allow=75).applied


def test_exactly_the_allowed_share_is_allowed(organization: Organization) -> None:
    rows = SAME + REST + "New One,new@x.example,,\n"
    with pytest.raises(BadInput):
        apply(organization, rows, allow=24.99)
    assert apply(organization, rows, allow=25).count == 1


def test_an_empty_program_changes_whole(organization: Organization) -> None:
    with organization.store.write() as connection:
        from tui_admin.store.tables import memberships

        connection.execute(memberships.delete().where(memberships.c.program_id == 1))
    with pytest.raises(BadInput, match=r"100\.0 % of the 0 people"):
        apply(organization, SAME, allow=99)
    assert apply(organization, SAME, allow=100).count == 2


def test_blanks_say_nothing(organization: Organization) -> None:
    change_learner(organization.store, 1, external_id="7", job_title="Engineer")
    assert changes(organization, SAME + REST) == []


def test_a_refused_row_protects_whom_it_may_be(organization: Organization) -> None:
    change_learner(organization.store, 3, external_id="00417")
    rows = SAME + "P3,person3@,00417,\nPerson 4,,,\n"
    assert changes(organization, rows) == [
        (
            4,
            "P3",
            "refused",
            "Email «person3@» is no e-mail address: There must be something after the @-sign.",
        ),
        (5, "Person 4", "refused", "Email is empty"),
        (None, "Person 3", "stays", "line 4, which is refused, may be theirs"),
        (None, "Person 4", "stays", "line 5, which is refused, may be theirs"),
    ]
    assert apply(organization, rows, allow=0).count == 0


def test_a_new_address_of_a_known_id_is_nobody_new(organization: Organization) -> None:
    change_learner(organization.store, 3, external_id="00417")
    assert changes(organization, SAME + "Person 3,new3@x.example,00417,\nPerson 4,person4@northwind.example,,\n") == [
        (
            4,
            "Person 3",
            "refused",
            "Email «new3@x.example» is new, but External ID belongs to Person 3 <person3@northwind.example>: "
            "change that person's address first",
        ),
        (None, "Person 3", "stays", "line 4, which is refused, may be theirs"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("#REF!,person1@northwind.example,,", "Full Name «#REF!» is a spreadsheet's error, not a name"),
        ("N/A,person1@northwind.example,,", "Full Name «N/A» would overwrite the known name; correct it first"),
        (",person1@northwind.example,,", "Full Name is empty; a person needs a name"),
        (
            "Person 1,person1@northwind.example,1.2E+10,",
            "External ID «1.2E+10» would overwrite the known one; correct it first",
        ),
        (
            "Person 1,person1@northwind.example,00417,",
            "External ID «00417» belongs to Person 6 <person6@northwind.example> already",
        ),
    ],
)
def test_what_is_odd_overwrites_nothing(organization: Organization, row: str, reason: str) -> None:
    change_learner(organization.store, 1, external_id="00001")
    change_learner(organization.store, 6, external_id="00417")
    rows = f"{row}\nPerson 2,person2@northwind.example,,\n{REST}"
    ((line, _, outcome, said),) = changes(organization, rows)
    assert (line, outcome, said) == (2, "refused", reason)
    assert apply(organization, rows, allow=0).count == 0


def test_an_odd_id_that_is_known_so_may_stay(organization: Organization) -> None:
    change_learner(organization.store, 1, external_id="417.0")
    assert (
        changes(organization, SAME.replace("person1@northwind.example,", "person1@northwind.example,417.0") + REST)
        == []
    )


def test_a_person_listed_twice_is_changed_once(organization: Organization) -> None:
    rows = SAME + REST + "Person 1,person1@northwind.example,,Engineer\n"
    rows = "Person 1,person1@northwind.example,,Engineer\n" + rows.replace("Person 1,", "Other,", 1)
    found = changes(organization, rows)
    assert [(line, outcome) for line, _, outcome, _ in found] == [(3, "refused"), (2, "changed")]


def test_profile_cells_are_looked_at(organization: Organization) -> None:
    header = "Full Name,Email,External ID,Manager Email,Job Title\n"
    rows = "Person 1,person1@northwind.example,,nobody,\nPerson 2,person2@northwind.example,,Boss@x.example,#N/A\n" + (
        "Person 3,person3@northwind.example,,,\x1b[31mred\nPerson 4,person4@northwind.example,,," + "x" * 10_001 + "\n"
    )
    request = InviteRequest(Given.text("hr.csv", header + rows), Usual("data"), False)
    with open_roster(organization.store, organization.ana, request, allow_change=100) as found:
        found.plan(NOW)
        told = [(row.line, row.outcome, row.reason) for row in found.changes()]
    assert told == [
        (2, "refused", "Manager Email 'nobody' is no e-mail address: An email address must have an @-sign."),
        (5, "refused", "Job Title is too long; shorten it"),
        (3, "changed", "manager e-mail: none -> Boss@x.example"),
        (4, "changed", "job title: none -> \ufffd[31mred"),
    ]


def test_joins_are_mailed_and_need_a_license(organization: Organization) -> None:
    set_up(organization.store)
    with organization.store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=5))
    rows = SAME + REST + "A,a@x.example,,\nB,b@x.example,,\n"
    with opened(organization, rows, mail=True) as found:
        done = found.apply(LATER)
    assert (done.counts["joins"], done.counts["refused"], done.queued) == (1, 1, 1)
    assert [mail["address"] for mail in mails(organization.store)] == ["a@x.example"]


def test_undo_takes_all_of_it_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    change_learner(store, 1, job_title="Clerk")
    before = states(organization)
    rows = SAME.replace("Person 1,person1@northwind.example,,", "Person One,person1@northwind.example,7,Engineer")
    done = apply(organization, rows + "New One,new@x.example,8,\n")
    last = undo.last_undoable(store, ana)
    assert last is not None
    assert last.id == done.entry
    receipt = undo.undo(store, ana, None, LATER)
    assert receipt.applied == 3
    assert len(receipt.notes) == 4
    assert states(organization) == {**before, "new": "DELETED_MEMBER"}
    with store.read() as connection:
        query = select(learners.c.name, learners.c.external_id, learners.c.job_title).where(learners.c.id == 1)
        assert tuple(connection.execute(query).one()) == ("Person 1", None, "Clerk")
    assert journal.verify(store, ana).whole
    assert undo.last_undoable(store, ana) is None


def test_what_was_undone_in_part_is_not_undone_again(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    done = apply(organization, SAME + "New One,new@x.example,8,\n")
    removal = journal.entry(store, ana, done.entry or 0).details["parts"][0]
    undo.undo(store, ana, removal, LATER)
    receipt = undo.undo(store, ana, done.entry, LATER)
    assert len(receipt.notes) == 2
    assert states(organization)["person3"] == "MEMBER"


def test_a_program_admin_reconciles_their_own_program(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    change_learner(store, 6, external_id="00417")
    rows = SAME.replace("person1@northwind.example,", "person1@northwind.example,00417") + REST
    found = changes(organization, rows, actor=bo)
    assert found == [(2, "Person 1", "refused", "External ID «00417» belongs to somebody else already")]
    request = InviteRequest(Given.text("hr.csv", HEADER + SAME), Usual("teams"), False)
    with pytest.raises(NotAllowed, match="teams"), open_roster(store, bo, request):
        pass
    request = InviteRequest(Given.text("hr.csv", HEADER + SAME), Usual("dada"), False)
    with pytest.raises(BadInput, match="nearest is 'data'"), open_roster(store, organization.ana, request):
        pass


def test_what_somebody_changed_since_the_plan_counts(organization: Organization) -> None:
    from tui_admin.portal import removal

    store, ana = organization.store, organization.ana
    with opened(organization, SAME + REST + "New One,new@x.example,,\n", allow=25) as found:
        assert found.plan(NOW).refusal == ""
        removal.apply(store, ana, removal.plan(store, ana, "data", (3,), NOW), NOW)
        with pytest.raises(BadInput, match=r"66\.7 %"):
            found.apply(LATER)


def test_several_contracts_need_one_named_for_joins_only(organization: Organization) -> None:
    from tui_admin.store.tables import program_contracts

    with organization.store.write() as connection:
        connection.execute(insert(program_contracts).values(program_id=1, contract_id=2, position=1))
    assert changes(organization, SAME + REST) == []
    found = changes(organization, SAME + REST + "New One,new@x.example,,\n")
    assert [(line, outcome) for line, _, outcome, _ in found] == [(6, "refused")]
