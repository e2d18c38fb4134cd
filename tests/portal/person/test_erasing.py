"""Erasing a person: nothing of them is left anywhere, counts stay, the journal holds, and nobody brings them back."""

from io import BytesIO

import pytest
from sqlalchemy import Table, Text, update

from tests.outbox_rows import mails
from tests.portal.conftest import NOW, Organization
from tests.portal.invite_lists import HEADER, judged, request
from tests.portal.mail_facts import set_up
from tests.portal.report_files import Importer, member, usage
from tests.portal.test_roster import changes
from tui_admin.portal import (
    edits,
    home,
    journal,
    journal_pages,
    learner,
    learner_history,
    members,
    removal,
    undo,
    users,
)
from tui_admin.portal.imports.plan import Counts
from tui_admin.portal.mail import suppressions
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.person import addresses, erasing, exporting
from tui_admin.portal.person.acts import Done
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.reports.making import make
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.errors import BadInput, Conflict, NotAllowed
from tui_admin.rules.filters import All, parse
from tui_admin.rules.remarks import Verdict
from tui_admin.store.person.erasure import MENTIONS
from tui_admin.store.tables import (
    administrators,
    erasures,
    journal_rows,
    learner_addresses,
    learners,
    memberships,
    messages,
    metadata,
    outbox,
    saved_views,
)
from tui_admin.store.tables import journal as journal_table

from .facts import COMMENT, FIRST, NAME, NOW_AT, OLD, SECRETS, everything, known_person, mail, stored

GONE = "(erased)"


def erased(organization: Organization, email: str = NOW_AT) -> Done:
    store, ana = organization.store, organization.ana
    return erasing.erase(store, ana, erasing.plan_erase(store, ana, email), NOW)


@pytest.fixture
def known(organization: Organization) -> Organization:
    known_person(organization)
    return organization


def leftovers(organization: Organization) -> set[str]:
    secrets = [secret.casefold() for secret in SECRETS]
    return {
        f"{place}: {secret}"
        for place, text in everything(organization.store)
        for secret in secrets
        if secret in text.casefold()
    }


def test_nothing_of_them_is_left_in_any_table(known: Organization) -> None:
    with known.store.write() as connection:
        text = {"state": "sent", "body": f"Dear {NAME}, {NOW_AT.lower()}", "expression": f"email:{OLD}"}
        connection.execute(update(messages).values(text))
        view = {"owner": "ana", "screen": "users", "name": NAME, "expression": f"email:{NOW_AT}"}
        connection.execute(saved_views.insert().values(view))
    assert leftovers(known)
    undo.undo(known.store, known.ana, None, NOW + 1)
    erased(known)
    assert leftovers(known) == set()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_of_them_is_left_in_the_files_of_a_store(known: Organization) -> None:
    assert known.store.path is not None
    erased(known)
    known.store.close()
    beside = known.store.path.parent.glob(f"{known.store.path.name}*")
    content = b"".join(path.read_bytes() for path in beside).lower()
    assert len(content) > 100_000
    assert [secret for secret in SECRETS if secret.lower().encode() in content] == []


def test_memberships_and_facts_stay_as_they_were(known: Organization) -> None:
    store, facts = known.store, ("enrollments", "attempts", "activity", "course_results", "skill_ratings")
    before = {name: stored(store, metadata.tables[name]) for name in (*facts, "learner_totals", "contracts")}
    overview = home.overview(store, known.ana, NOW)
    counts = [members.count(store, known.ana, MembersQuery(slug), NOW) for slug in ("data", "teams")]
    erased(known)
    assert before == {name: stored(store, metadata.tables[name]) for name in before}
    assert home.overview(store, known.ana, NOW) == overview
    assert [members.count(store, known.ana, MembersQuery(slug), NOW) for slug in ("data", "teams")] == counts


def test_the_journal_verifies_and_keeps_the_acts(known: Organization) -> None:
    before = [(entry["id"], entry["action"], entry["hash"]) for entry in stored(known.store, journal_table)]
    done = erased(known)
    after = stored(known.store, journal_table)
    assert [(entry["id"], entry["action"], entry["hash"]) for entry in after[:-1]] == before
    assert after[-1]["id"] == done.entry_id
    assert journal.verify(known.store, known.ana).whole


@pytest.mark.parametrize("what", ["summary", "rows", "vouched", "hash"])
def test_what_is_changed_after_an_erasure_shows(known: Organization, what: str) -> None:
    done = erased(known)
    redacted = next(row["id"] for row in stored(known.store, journal_table) if GONE in row["summary"])
    with known.store.write() as connection:
        of_entry = journal_table.c.id == redacted
        match what:
            case "summary":
                connection.execute(update(journal_table).where(of_entry).values(summary="Gave nobody anything"))
            case "hash":
                connection.execute(update(journal_table).where(of_entry).values(hash="0" * 64))
            case "rows":
                block = {"content": journal.packed([(1, {"city": "Paris"}, {"city": "Rome"})])}
                connection.execute(update(journal_rows).where(journal_rows.c.entry_id == redacted).values(block))
            case "vouched":
                block = {"content": journal.packed([(redacted, "0" * 64, "0" * 64)])}
                connection.execute(update(journal_rows).where(journal_rows.c.entry_id == done.entry_id).values(block))
    assert not journal.verify(known.store, known.ana).whole


def test_two_erasures_of_people_in_one_entry_verify(known: Organization) -> None:
    erased(known)
    erased(known, "person2@northwind.example")
    assert journal.verify(known.store, known.ana).whole


def test_what_was_redacted_is_not_undone_and_says_so(known: Organization) -> None:
    store, ana = known.store, known.ana
    entries = {entry.id: entry for entry in journal.entries(store, ana)}
    bulk = next(entry.id for entry in entries.values() if entry.row_count == 2)
    single = next(entry.id for entry in entries.values() if entry.action == edits.EDIT and entry.row_count == 1)
    erased(known)
    assert "erased since" in undo.obstacle(journal.entry(store, ana, single))
    receipt = undo.undo(store, ana, bulk, NOW + 1)
    assert (receipt.applied, receipt.verdicts.reasons()) == (1, f"1 skipped: {undo.OF_ERASED}")
    assert [row["city"] for row in stored(store, learners)[:2]] == [None, None]


def test_mail_stops_and_one_that_is_leaving_is_waited_for(known: Organization) -> None:
    mail(known.store, "queued", NOW_AT)
    mail(known.store, "claimed", NOW_AT)
    mail(known.store, "inflight", NOW_AT)
    plan = erasing.plan_erase(known.store, known.ana, NOW_AT)
    assert plan.goes["waiting mails"] == 2
    with pytest.raises(Conflict, match="leaving at this moment"):
        erasing.erase(known.store, known.ana, plan, NOW)
    assert [row.state for row in mails(known.store)] == ["sent", "queued", "claimed", "inflight"]
    with known.store.write() as connection:
        connection.execute(update(outbox).where(outbox.c.state == "inflight").values(state="sent"))
    erased(known)
    assert [row.state for row in mails(known.store)] == ["sent", "cancelled", "cancelled", "sent"]
    assert {(row.address, row.fields, row.attachment) for row in mails(known.store)} == {("", None, None)}


def test_reports_that_name_them_are_refused_by_line(importer: Importer) -> None:
    importer([member("ada@x.example"), member("bob@x.example")])
    organization = Organization(importer.store, importer.actor, importer.actor, importer.actor)
    changed = addresses.plan_change(importer.store, importer.actor, "ada@x.example", "ada@new.example")
    addresses.change(importer.store, importer.actor, changed, NOW)
    erased(organization, "ada@new.example")
    files = ([member("bob@x.example"), member("Ada@x.example")], [usage("ada@new.example")])
    receipt = importer(*files, name="again")
    assert receipt.totals == Counts(unchanged=1, refused=2)
    refused = [(one.line, one.column, one.value) for file in receipt.files for one in file.refusals]
    assert refused == [(3, "Email", "ada@x.example"), (2, "Email", "ada@new.example")]
    assert receipt.files[0].refusals[0].reason.endswith("tui-admin people readmit")
    assert importer.all(learners, "email") == [None, "bob@x.example"]
    erasing.readmit(importer.store, importer.actor, "Ada@X.example", NOW)
    assert importer(*files, name="once more").totals == Counts(new=1, unchanged=1, refused=1)


def test_an_invitation_to_them_is_refused(known: Organization) -> None:
    erased(known)
    (row,) = judged(known, request(f"{HEADER}Somebody,{OLD},\n")).values()
    assert (row.verdict, "people readmit" in row.reason) == (Verdict.REFUSED, True)


def test_their_address_is_nobodys_new_one(known: Organization) -> None:
    erased(known)
    with pytest.raises(BadInput, match="erased"):
        addresses.plan_change(known.store, known.ana, "person2@northwind.example", FIRST)


def test_a_suppression_outlives_them_as_a_digest(known: Organization) -> None:
    erased(known)
    assert list(suppressions.listing(known.store, known.ana)) == []
    assert sorted(row["suppressed"] or "" for row in stored(known.store, erasures)) == ["", "added", "added"]
    erasing.readmit(known.store, known.ana, NOW_AT, NOW)
    assert [row.email for row in suppressions.listing(known.store, known.ana)] == [NOW_AT.lower()]
    with pytest.raises(BadInput):
        erasing.readmit(known.store, known.ana, NOW_AT, NOW)


def test_screens_and_lists_call_them_erased_and_never_none(known: Organization) -> None:
    store, ana = known.store, known.ana
    erased(known)
    (row,) = (row for row in members.page(store, ana, MembersQuery("data"), NOW, 0, 9) if row.learner_id == 1)
    assert (row.name, row.email, row.external_id, row.job_title) == (GONE, "", "", "")
    found = learner.page(store, ana, NOW, learner_id=1)
    assert (found.member.name, [other.name for other in found.others]) == (GONE, [GONE])
    learner_history.events(store, ana, 1, 1)
    assert 1 not in [row.learner_id for row in users.page(store, ana, UsersQuery(All()), NOW, 0, 99)]
    report = BytesIO()
    make(store, ana, Asked(ReportKind.MEMBERS, "data"), Moments(NOW, NOW), report)
    (told,) = (row for row in report.getvalue().decode().splitlines() if row.startswith(f"{GONE},"))
    assert told.startswith(f"{GONE},,,") and "None" not in told
    plan = removal.plan(store, ana, None, [1], NOW)
    assert [row.name for row in plan.rows(store, ana)] == [GONE]
    for entry in journal.entries(store, ana):
        for change in journal_pages.changes(store, ana, entry.id, 0, 99):
            assert "None" not in change.who


def test_a_search_finds_them_no_more(known: Organization) -> None:
    erased(known)
    for words in (f"name:{NAME.split()[0]}", "email:secret.example", "id:ZX-99417", "title:Falconer"):
        assert members.count(known.store, known.ana, MembersQuery(None, parse(words)), NOW) == 0


def test_nobody_gives_them_anything_again(known: Organization) -> None:
    erased(known)
    plan = edits.plan(known.store, known.ana, (1, 2), {"name": "Somebody"})
    assert (plan.count, plan.verdicts.reasons()) == (1, f"1 refused: {edits.ERASED_PERSON}")


def test_a_roster_does_not_drop_them(known: Organization) -> None:
    erased(known)
    listed = "".join(f"Person {n},person{n}@northwind.example,,\n" for n in (2, 3, 4))
    assert [outcome for _, _, outcome, _ in changes(known, listed)] == []


def test_no_message_reaches_them(known: Organization) -> None:
    set_up(known.store)
    erased(known)
    plan = removal.plan(known.store, known.ana, None, [1], NOW, exit_mail=True)
    receipt = removal.apply(known.store, known.ana, plan, NOW)
    assert any("no address" in note for note in receipt.notes)


def test_records_merged_into_theirs_and_their_managing_others_go_too(known: Organization) -> None:
    erased(known)
    assert stored(known.store, learners)[2]["manager_name"] is None
    assert stored(known.store, learner_addresses) == []
    assert {row["search_key"] for row in stored(known.store, memberships) if row["learner_id"] == 1} == {"\x1f"}


def test_the_plan_says_what_goes_and_what_stays_and_writes_nothing(known: Organization) -> None:
    before = dict(everything(known.store))
    plan = erasing.plan_erase(known.store, known.ana, NOW_AT)
    text = "\n".join(plan.lines)
    assert f"{NAME} <{NOW_AT}> would be erased for good" in text
    assert "former addresses 2" in text and "comments 1" in text and "named as manager 1" in text
    assert "memberships 2" in text and "Out of reach: backups" in text
    assert len(plan.entries) == 7
    assert dict(everything(known.store)) == before


def test_an_administrator_is_not_erased(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(administrators).where(administrators.c.id == 2).values(email=FIRST))
    with pytest.raises(BadInput, match="admins remove"):
        erasing.plan_erase(organization.store, organization.ana, FIRST)


def test_who_became_an_administrator_since_the_plan_is_not_erased(known: Organization) -> None:
    plan = erasing.plan_erase(known.store, known.ana, NOW_AT)
    with known.store.write() as connection:
        email = plan.person.email
        connection.execute(update(administrators).where(administrators.c.id == 2).values(email=email))
    with pytest.raises(BadInput, match="admins remove"):
        erasing.erase(known.store, known.ana, plan, NOW)
    assert users.page(known.store, known.ana, UsersQuery(parse(f"email:{email}")), NOW, 0, 10)


def test_a_plan_of_somebody_who_changed_meanwhile_erases_nothing(known: Organization) -> None:
    plan = erasing.plan_erase(known.store, known.ana, NOW_AT)
    moved = addresses.plan_change(known.store, known.ana, NOW_AT, "third@x.example")
    addresses.change(known.store, known.ana, moved, NOW)
    with pytest.raises(Conflict):
        erasing.erase(known.store, known.ana, plan, NOW)


def test_entries_that_came_after_the_plan_are_redacted_too(known: Organization) -> None:
    plan = erasing.plan_erase(known.store, known.ana, NOW_AT)
    edits.apply(known.store, known.ana, edits.plan(known.store, known.ana, (1,), {"region": COMMENT}), NOW)
    erasing.erase(known.store, known.ana, plan, NOW)
    assert leftovers(known) == set()


def test_only_once_and_only_for_an_organization_admin(known: Organization) -> None:
    with pytest.raises(NotAllowed):
        erasing.plan_erase(known.store, known.bo, NOW_AT)
    plan = erasing.plan_erase(known.store, known.ana, NOW_AT)
    erasing.erase(known.store, known.ana, plan, NOW)
    with pytest.raises(Conflict):
        erasing.erase(known.store, known.ana, plan, NOW)
    with pytest.raises(BadInput):
        exporting.plan_export(known.store, known.ana, NOW_AT)


SEEN_TO: dict[str, set[str]] = {
    "gone with the person": {
        "learners",
        "learner_addresses",
        "feedback",
        "outbox",
        "delivery_attempts",
        "suppressions",
        "analytics_answers",
    },
    "redacted": {"journal", "journal_head"},
    "of memberships, without a word about who": {"memberships", "enrollments", "specialization_enrollments"},
    "rated, by number": {"skill_ratings", "skill_history", "rating_runs"},
    "counted, by number": {"analytics_versions", "analytics_columns"},
    "of administrators": {"administrators", "administrator_keys", "workers", "delivery", "quotas", "organization"},
    "what is taught": {
        *("courses", "specializations", "skills", "assessments", "programs", "contracts", "collections"),
        *("pictures", "benchmark_files", "former_skill_names"),
    },
    "digests": {"erasures"},
    "days and hours": {"report_runs"},
}
"""Every table with texts, and what an erasure does about it."""


def test_every_text_of_the_store_is_seen_to() -> None:
    def has_text(table: Table) -> bool:
        return any(isinstance(column.type, Text) for column in table.c)

    swept = {column.table.name for column in MENTIONS}
    assert {table.name for table in metadata.sorted_tables if has_text(table)} == swept.union(*SEEN_TO.values())
