"""Reports that are asked for: made once with the rights of that moment, mailed, kept, fetched again, let go."""

import io
import json
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import insert, select, update

from tests.portal.conftest import NOW, Organization
from tests.portal.mail_facts import mails, set_up, settle, the_message
from tui_admin.mail.links import LinkPurpose, Links
from tui_admin.portal import administrators, journal, settings
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.person import erasing
from tui_admin.portal.reports import covering, fulfilling, making, posting, requests
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import BadInput, Cancelled, NotAllowed, StoreError, UsageError
from tui_admin.rules.filters.errors import FilterError
from tui_admin.rules.mailing import MailState
from tui_admin.rules.reporting import PAUSES, RequestState
from tui_admin.rules.times import DAY, HOUR, MINUTE
from tui_admin.store import report_requests as store_requests
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses, programs, report_parts

AT = Moments(NOW, NOW)
MEMBERS = Asked(ReportKind.MEMBERS)
DATA = Asked(ReportKind.MEMBERS, "data")


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The organization, with mail set up."""
    set_up(organization.store)
    return organization


def clock() -> int:
    return NOW + MINUTE


def fetched(organization: Organization, number: int) -> str:
    stream = io.BytesIO()
    requests.download(organization.store, organization.ana, number, stream)
    return stream.getvalue().decode()


def newest(organization: Organization) -> requests.Request:
    return requests.history(organization.store, organization.ana)[0]


def parts(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(report_parts.c.block)).all())


def test_a_report_is_made_mailed_and_kept(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    asked = requests.ask(store, ana, DATA, AT)
    assert (asked.state, asked.recipient, asked.title) == (RequestState.ASKED, ana.email, "member report")
    with pytest.raises(BadInput, match="still to be made"):
        fetched(mailing, asked.id)

    said = make_next(store, clock)
    assert said == f"Made the member report on Data Foundations for {ana.email}: 5 rows."
    made = newest(mailing)
    assert (made.state, made.rows, made.file, made.made_at) == (RequestState.MADE, 5, "member-report.csv", clock())
    assert (made.programs, made.mail, made.note) == (("data",), MailState.QUEUED, "")
    assert (asked.kept_until, made.kept_until) == (None, clock() + 90 * DAY)
    assert covering.count(store, ana, MembersQuery("data"), NOW) == 5
    everywhere = making.make(store, ana, MEMBERS, AT, io.BytesIO()).rows["member-report"]
    assert covering.count(store, ana, MembersQuery(), NOW) == everywhere > 5
    text = fetched(mailing, made.id)
    assert len(text.encode()) == made.size and text.count("@northwind.example") >= 5

    (mail,) = mails(store)
    assert (mail["address"], mail["purpose"], mail["attachment"].decode()) == (ana.email, "list", text)
    fields = json.loads(mail["fields"])
    assert (fields["list"], fields["people"], fields["program"]) == ("all members", "5", "Data Foundations")
    assert fields["delivery"] == "It is attached: member-report.csv." and "report_url" not in fields
    assert [entry.action for entry in journal.entries(store, ana)[:2]] == ["make report", "ask for report"]
    assert make_next(store, clock) is None and len(mails(store)) == 1


def test_a_large_report_comes_with_a_link_or_says_how_to_fetch_it(
    mailing: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ana = mailing.store, mailing.ana
    monkeypatch.setattr(posting, "LARGEST_ATTACHED", 100)
    monkeypatch.setattr(store_requests, "BLOCK", 100)
    number = requests.ask(store, ana, DATA, AT).id
    make_next(store, clock)
    assert parts(store) > 5 and fetched(mailing, number).count("\n") == 6
    delivery = json.loads(mails(store)[0]["fields"])["delivery"]
    assert delivery.endswith(f"Save it with tui-admin reports download {number} --out member-report.csv.")

    set_up(store, public_url="https://learn.northwind.example")
    number = requests.ask(store, ana, DATA, AT).id
    make_next(store, clock)
    mail = mails(store)[1]
    assert mail["attachment"] is None and mail["attachment_name"] is None
    url = json.loads(mail["fields"])["report_url"]
    token = url.removeprefix("https://learn.northwind.example/reports/")
    assert Links("key").read(token, LinkPurpose.REPORT, clock() + DAY - 1) == number
    with pytest.raises(BadInput, match="ended"):
        Links("key").read(token, LinkPurpose.REPORT, clock() + DAY)


def test_a_gradebook_is_mailed_under_its_courses_name(mailing: Organization) -> None:
    with mailing.store.write() as connection:
        connection.execute(insert(courses).values(id=1, key="c1", name="Statistics I"))
    asked = requests.ask(mailing.store, mailing.bo, Asked(ReportKind.GRADEBOOK, course="c1"), AT)
    assert asked.title == "gradebook of c1"
    make_next(mailing.store, clock)
    (mail,) = mails(mailing.store)
    assert (mail["purpose"], mail["attachment_name"]) == ("gradebook", "gradebook-c1.zip")
    fields = json.loads(mail["fields"])
    assert (fields["course"], fields["program"]) == ("Statistics I", "Data Foundations")


def test_what_can_never_be_made_is_refused_at_once(mailing: Organization) -> None:
    store, ana, bo = mailing.store, mailing.ana, mailing.bo
    for actor, asked, to, error in (
        (ana, Asked(ReportKind.MEMBERS, "date"), None, BadInput),
        (ana, Asked(ReportKind.MEMBERS, where="status:nope"), None, FilterError),
        (ana, Asked(ReportKind.GRADEBOOK, "data", course="none"), None, BadInput),
        (bo, Asked(ReportKind.MEMBERS, "teams"), None, NotAllowed),
        (ana, DATA, "eve@x.example", BadInput),
        (ana, DATA, mailing.cy.email, BadInput),
        (ana, MEMBERS, bo.email, BadInput),
    ):
        with pytest.raises(error):
            requests.ask(store, actor, asked, AT, to)
    set_up(store, sender_address=None)
    with pytest.raises(UsageError, match="sender-address"):
        requests.ask(store, ana, DATA, AT)
    assert requests.history(store, ana) == []


def test_program_admins_see_and_fetch_what_is_theirs(mailing: Organization) -> None:
    store, ana, bo, cy = mailing.store, mailing.ana, mailing.bo, mailing.cy
    by_bo = requests.ask(store, bo, MEMBERS, AT).id
    to_bo = requests.ask(store, ana, DATA, AT, "Bo@northwind.example").id
    whole = requests.ask(store, ana, MEMBERS, AT).id
    while make_next(store, clock):
        pass
    assert [one.id for one in requests.history(store, bo)] == [to_bo, by_bo]
    assert [one.id for one in requests.walk(store, ana)] == [whole, to_bo, by_bo]
    assert (requests.count(store, bo), requests.count(store, ana), requests.count(store, cy)) == (2, 3, 0)
    assert "Person 6" not in fetched(mailing, by_bo) and "Person 6" in fetched(mailing, whole)
    for number in (by_bo, to_bo):
        requests.download(store, bo, number, io.BytesIO())
        with pytest.raises(BadInput, match="no report"):
            requests.download(store, cy, number, io.BytesIO())
    with pytest.raises(BadInput, match="no report"):
        requests.find(store, bo, whole)
    administrators.add(store, ana, bo.email, NOW, programs=("teams",))
    administrators.remove(store, ana, bo.email, NOW, programs=("data",))
    with pytest.raises(NotAllowed, match="no longer"):
        requests.download(store, sign_in(store, bo.email), by_bo, io.BytesIO())


def remove_bo(mailing: Organization) -> None:
    administrators.remove(mailing.store, mailing.ana, mailing.bo.email, NOW)


def remove_program(mailing: Organization) -> None:
    with mailing.store.write() as connection:
        connection.execute(update(programs).where(programs.c.slug == "data").values(slug="other"))


def demote(mailing: Organization) -> None:
    administrators.add(mailing.store, mailing.ana, mailing.bo.email, NOW, programs=("teams",))
    administrators.remove(mailing.store, mailing.ana, mailing.bo.email, NOW, programs=("data",))


@pytest.mark.parametrize(
    ("change", "said"),
    [(remove_bo, "is no administrator"), (remove_program, "is not allowed"), (demote, "is not allowed")],
)
def test_rights_are_those_of_the_moment_it_is_made(
    mailing: Organization, change: Callable[[Organization], None], said: str
) -> None:
    requests.ask(mailing.store, mailing.bo, DATA, AT)
    change(mailing)
    assert make_next(mailing.store, clock) is not None
    request = newest(mailing)
    assert request.state is RequestState.REFUSED and said in request.note
    assert not mails(mailing.store) and not parts(mailing.store)
    with pytest.raises(BadInput, match="refused"):
        fetched(mailing, request.id)


def test_who_lost_a_program_gets_the_rest_and_a_reader_who_lost_it_nothing(mailing: Organization) -> None:
    store, ana, bo = mailing.store, mailing.ana, mailing.bo
    administrators.add(store, ana, bo.email, NOW, programs=("teams",))
    requests.ask(store, sign_in(store, bo.email), MEMBERS, AT)
    requests.ask(store, ana, DATA, AT, bo.email)
    administrators.remove(store, ana, bo.email, NOW, programs=("data",))
    while make_next(store, clock):
        pass
    to_reader, own = requests.history(store, ana)
    assert (own.state, own.programs) == (RequestState.MADE, ("teams",)) and "Person 2" not in fetched(mailing, own.id)
    assert to_reader.state is RequestState.REFUSED and "may not see these people" in to_reader.note


def test_a_person_erased_while_it_is_made_is_not_in_what_is_kept(
    mailing: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ana, real = mailing.store, mailing.ana, making.make
    number = requests.ask(store, ana, DATA, AT).id

    def overtaken(*args, **options):  # type: ignore[no-untyped-def]
        made = real(*args, **options)
        erasing.erase(store, ana, erasing.plan_erase(store, ana, "person2@northwind.example"), NOW)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(making, "make", overtaken)
        assert "people were changed while it was made. It is tried again." in str(make_next(store, clock))
    assert not mails(store) and not parts(store)
    make_next(store, lambda: clock() + MINUTE)
    assert "Person 2" not in fetched(mailing, number) and len(mails(store)) == 1


def test_rights_that_change_while_it_is_made_have_it_made_again(
    mailing: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, real = mailing.store, making.make
    administrators.add(store, mailing.ana, mailing.bo.email, NOW, programs=("teams",))
    requests.ask(store, sign_in(store, mailing.bo.email), MEMBERS, AT)

    def overtaken(*args, **options):  # type: ignore[no-untyped-def]
        made = real(*args, **options)
        monkeypatch.setattr(making, "make", real)
        administrators.remove(store, mailing.ana, mailing.bo.email, NOW, programs=("data",))
        return made

    monkeypatch.setattr(making, "make", overtaken)
    assert "It is tried again" in str(make_next(store, clock))
    assert not mails(store) and not parts(store)
    make_next(store, lambda: clock() + MINUTE)
    assert newest(mailing).programs == ("teams",) and len(mails(store)) == 1


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), StoreError("The store is busy.")])
def test_a_fault_has_it_tried_again_until_it_fails_with_the_reason(
    mailing: Organization, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    store, now = mailing.store, [NOW]
    requests.ask(store, mailing.ana, DATA, AT)

    def broken(*args, **options):  # type: ignore[no-untyped-def]
        args[4].write(b"half of it")
        raise fault

    monkeypatch.setattr(making, "make", broken)
    for pause in PAUSES:
        assert "It is tried again" in str(make_next(store, lambda: now[0]))
        now[0] += pause - 1
        assert make_next(store, lambda: now[0]) is None
        now[0] += 1
    assert newest(mailing).state is RequestState.ASKED
    assert str(make_next(store, lambda: now[0])).startswith("Failed: report")
    request = newest(mailing)
    assert (request.state, request.tries) == (RequestState.FAILED, len(PAUSES) + 1)
    assert request.note in ("It cannot be written: No space left on device.", "The store is busy.")
    assert make_next(store, lambda: now[0] + DAY) is None and not parts(store) and not mails(store)


def test_a_clock_that_was_years_ahead_keeps_no_report_waiting(
    mailing: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests.ask(mailing.store, mailing.ana, DATA, AT)
    with monkeypatch.context() as patch:
        patch.setattr(making, "make", lambda *_, **__: 1 / 0)
        assert "ZeroDivisionError" in str(make_next(mailing.store, lambda: NOW + 3_650 * DAY))
    assert make_next(mailing.store, lambda: NOW + HOUR) is not None
    assert newest(mailing).state is RequestState.MADE


def test_a_maker_that_is_stopped_leaves_it_as_it_was(mailing: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args, **options):  # type: ignore[no-untyped-def]
        options["progress"](1)

    def stop(rows: int) -> None:
        raise Cancelled("stopped")

    requests.ask(mailing.store, mailing.ana, DATA, AT)
    with monkeypatch.context() as patch:
        patch.setattr(making, "make", stopped)
        for _ in range(2 * len(PAUSES)):
            with pytest.raises(Cancelled):
                make_next(mailing.store, clock, stop)
    assert (newest(mailing).state, newest(mailing).tries) == (RequestState.ASKED, 0)
    make_next(mailing.store, clock)
    assert newest(mailing).state is RequestState.MADE


@pytest.mark.parametrize(
    "scope", ["", "[]", "{}", '{"kind": "all", "form": "csv"}', '{"kind": "email", "form": "csv", "x": 1}']
)
def test_one_that_cannot_be_read_keeps_no_other_waiting(mailing: Organization, scope: str) -> None:
    number = requests.ask(mailing.store, mailing.ana, MEMBERS, AT).id
    requests.ask(mailing.store, mailing.ana, DATA, AT)
    with mailing.store.write() as connection:
        store_requests.change(connection, number, scope=scope)
    assert "cannot be read; ask for it anew" in str(make_next(mailing.store, clock))
    assert make_next(mailing.store, clock) is not None
    made, unreadable = requests.history(mailing.store, mailing.ana)
    assert (made.state, unreadable.state) == (RequestState.MADE, RequestState.REFUSED)
    assert "cannot be read" in unreadable.note and unreadable.title == "member report"


def test_one_that_ends_its_maker_each_time_is_given_up(mailing: Organization) -> None:
    number = requests.ask(mailing.store, mailing.ana, DATA, AT).id
    for _ in range(len(PAUSES) + 1):
        with mailing.store.write() as connection:
            store_requests.begin(connection, number)
    assert "ended in the middle each time" in str(make_next(mailing.store, clock))
    assert newest(mailing).state is RequestState.FAILED


def test_makers_at_once_make_each_report_once(mailing: Organization) -> None:
    """Each with a store of its own, beginning together, until nobody finds any."""
    store = mailing.store
    for _ in range(6):
        requests.ask(store, mailing.ana, DATA, AT)
    gate = Barrier(3)

    def make_all() -> None:
        mine = Store(store.url)
        gate.wait()
        while any(one.state is RequestState.ASKED for one in requests.history(mine, mailing.ana)):
            make_next(mine, clock)
        mine.close()

    threads = [Thread(target=make_all) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.state for one in requests.history(store, mailing.ana)} == {RequestState.MADE}
    assert len(mails(store)) == 6 and parts(store) == 6
    if store.dialect == "postgresql":
        assert {one.tries for one in requests.history(store, mailing.ana)} == {1}


def test_a_report_that_cannot_be_mailed_any_more_is_kept(mailing: Organization) -> None:
    requests.ask(mailing.store, mailing.ana, DATA, AT)
    set_up(mailing.store, sender_address=None)
    make_next(mailing.store, clock)
    request = newest(mailing)
    assert (request.state, request.mail) == (RequestState.MADE, None) and request.note.startswith("Not mailed.")
    assert "Person 1" in fetched(mailing, request.id)


def test_files_go_when_the_organization_keeps_them_no_longer(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    settings.change(store, ana, "report-retention", "2", NOW)
    number = requests.ask(store, ana, DATA, AT).id
    make_next(store, clock)
    assert fulfilling.drop_old(store, clock() + 2 * DAY) == 0 and parts(store) == 1
    assert fulfilling.drop_old(store, clock() + 2 * DAY + 1) == 1 and parts(store) == 0
    request = newest(mailing)
    assert (request.state, request.note, request.rows) == (RequestState.EXPIRED, "Reports are kept for 2 days.", 5)
    assert mails(store)[0]["attachment"] is not None  # it is still to be sent
    with pytest.raises(BadInput, match=rf"no file of report {number} \(expired\). Reports are kept"):
        fetched(mailing, number)
    settle(store, "sent", clock())
    assert fulfilling.drop_old(store, clock() + 3 * DAY) == 0 and mails(store)[0]["attachment"] is None


def test_an_erased_person_is_in_no_file_that_is_kept(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    number = requests.ask(store, ana, DATA, AT).id
    make_next(store, clock)
    settle(store, "sent", clock())
    plan = erasing.plan_erase(store, ana, "person2@northwind.example")
    erasing.erase(store, ana, plan, clock())
    assert parts(store) == 0 and mails(store)[0]["attachment"] is None
    with pytest.raises(BadInput, match="was erased"):
        fetched(mailing, number)


def test_the_mail_is_the_organizations_and_the_message_that_of_who_asked(mailing: Organization) -> None:
    requests.ask(mailing.store, mailing.bo, DATA, AT)
    make_next(mailing.store, clock)
    (mail,) = mails(mailing.store)
    assert the_message(mailing.store, mail["message_id"])["created_by"] == mailing.bo.email


def test_a_store_without_an_organization_has_nothing_to_do(store: Store) -> None:
    assert make_next(store, clock) is None and fulfilling.drop_old(store, NOW) == 0


def test_a_file_may_be_larger_than_two_gigabytes(mailing: Organization) -> None:
    asked = requests.ask(mailing.store, mailing.ana, DATA, AT)
    with mailing.store.write() as connection:
        store_requests.change(connection, asked.id, size=3 * 2**30)
    with mailing.store.read() as connection:
        found = store_requests.find(connection, asked.id)
    assert found is not None and found.size == 3 * 2**30
