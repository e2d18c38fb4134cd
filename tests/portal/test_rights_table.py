"""The table "who may do what", walked: every portal function, as organization admin, as program admin of the program,
of another, and as nobody. A function that takes a store and stands in no row fails the test."""

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress as suppress_error
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

import pytest
from pyroaring import FrozenBitMap
from sqlalchemy import insert, select, update

from tests.benchmark_samples import as_json, document
from tests.rules.test_public_keys import line
from tests.store.plain_triage import stored_totals
from tests.store.plain_triage import totals as added_up
from tui_admin import portal
from tui_admin.mail.settings import MailSettings
from tui_admin.mail.smtp import unheard
from tui_admin.mail.transport import Limits
from tui_admin.portal import (
    administrators,
    backup,
    benchmarks,
    catalogue,
    catalogue_search,
    contract_changes,
    contracts,
    counts,
    doctor,
    edits,
    home,
    journal,
    journal_pages,
    keys,
    learner,
    learner_history,
    learner_skills,
    licenses_taken,
    members,
    names,
    preferences,
    program_figures,
    program_page,
    program_removal,
    program_settings,
    programs,
    receipts,
    removal,
    settings,
    undo,
    users,
    views,
)
from tui_admin.portal.analytics import reading as charts
from tui_admin.portal.analytics.benchmarks import aggregates
from tui_admin.portal.curriculum import collections, importing, items, reading, writing
from tui_admin.portal.curriculum.history import Action
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import ImportRequest
from tui_admin.portal.inviting import invitation_acts, invitation_mail, invitations
from tui_admin.portal.inviting.inviting import open_inviting
from tui_admin.portal.inviting.places import Usual
from tui_admin.portal.inviting.plan import InviteRequest
from tui_admin.portal.inviting.roster import open_roster
from tui_admin.portal.mail import (
    audiences,
    bounces,
    delivery,
    doubts,
    drafts,
    holding,
    messages,
    previews,
    sending,
    suppressions,
)
from tui_admin.portal.mail import check as mail_check
from tui_admin.portal.mail.doubts import Decision
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.pages import serving
from tui_admin.portal.person import addresses, erasing, exporting, listing, merging
from tui_admin.portal.program_removal import ProgramRemoval
from tui_admin.portal.ratings import tuning, validating
from tui_admin.portal.reports import asked as asked_reports
from tui_admin.portal.reports import covering, fulfilling, making, requests
from tui_admin.portal.users import UsersQuery
from tui_admin.reports.benchmark_files import BenchmarkFile, read_benchmark
from tui_admin.reports.curriculum_files import CurriculumFile, FileCollection
from tui_admin.reports.limits import Limits as FileLimits
from tui_admin.reports.people_files import Given
from tui_admin.reports.program_archives import Archive
from tui_admin.rules.benchmarks import Group
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.rules.filters import parse
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.positions import END
from tui_admin.rules.public_keys import parse_key
from tui_admin.rules.roles import Actor, Role
from tui_admin.store import totals
from tui_admin.store.engine import Store
from tui_admin.store.mail import delivery as store_delivery
from tui_admin.store.rehearsal import Rehearsal
from tui_admin.store.tables import (
    course_results,
    courses,
    enrollments,
    learners,
    memberships,
    outbox,
    program_contracts,
)

from .conftest import NOW, Organization
from .mail_facts import set_up, suppress


@dataclass(frozen=True)
class Asked:
    """Who asks, and a membership of the program `data` that nobody before them touched (its learner has its number)."""

    store: Store
    actor: Actor
    row: int
    folder: Path

    @property
    def who(self) -> str:
        return self.actor.email.partition("@")[0]


EVERYBODY = (True, True, True, False)
OWN_PROGRAMS = (True, True, False, False)
ORGANIZATION = (True, False, False, False)
NO_PEOPLE = (True, True, True, True)
"""Organization admin, program admin of `data`, of another program, nobody: whether the call reaches `data`."""

Reaches = Callable[[Asked], object]

DATA = MembersQuery("data")
PENDING = invitations.pending(None, parse("program:data"))
WITHIN_DATA = MembersQuery(None, parse("program:data"))
PEOPLE = UsersQuery(parse("program:data"))

ANA = Actor("ana@northwind.example", Role.ORGANIZATION)
BO = Actor("bo@northwind.example", Role.PROGRAM, frozenset({1}))
AT = audiences.Moments(NOW, NOW)
ON_DATA = asked_reports.Asked(asked_reports.ReportKind.MEMBERS, "data")
CUSTOM = Purpose.CUSTOM
WRITTEN_TO = audiences.Selected(FrozenBitMap([2, 3, 10]))
TO_DATA = drafts.Draft(WRITTEN_TO, "Hello", "Hello {{ name }}")


def removed(asked: Asked) -> removal.RemovalPlan:
    return removal.plan(asked.store, asked.actor, None, (asked.row,), NOW)


def report_rows(asked: Asked, kind: asked_reports.ReportKind) -> int:
    wanted = asked_reports.Asked(kind, where="program:data")
    return sum(making.make(asked.store, asked.actor, wanted, AT, io.BytesIO()).rows.values())


def edited(asked: Asked) -> edits.EditPlan:
    return edits.plan(asked.store, asked.actor, (asked.row,), {"city": asked.who})


def moved(asked: Asked) -> contract_changes.ContractPlan:
    return contract_changes.plan(asked.store, asked.actor, (asked.row,), "Year 2")


def public_key(number: int) -> str:
    return line("ssh-ed25519", number.to_bytes(32, "big"))


def registered(asked: Asked, number: int) -> str:
    """The fingerprint of a key that ana gives bo."""
    with suppress_error(UsageError):
        keys.add(asked.store, Actor("ana@northwind.example", Role.ORGANIZATION), BO.email, public_key(number), NOW)
    return parse_key(public_key(number)).fingerprint


def too_few(ask: Callable[[], object]) -> bool:
    """That whoever asks is let in and told that there are too few attempts."""
    try:
        ask()
    except BadInput as error:
        return "too few" in str(error)
    return False


def one_attempt(asked: Asked) -> Path:
    path = asked.folder / "attempts.csv"
    path.write_text("learner,assessment,order,passed\na,b,1,1\n")
    return path


def own_entry(asked: Asked) -> int:
    """Bo's own entry, the first that changed a row."""
    ana = Actor("ana@northwind.example", Role.ORGANIZATION)
    return min(entry.id for entry in journal.entries(asked.store, ana) if entry.actor.startswith("bo"))


def imported(asked: Asked) -> int:
    path = asked.folder / "members.csv"
    path.write_text(f"Name,Email,Program Slug,Member State\nNew,new-{asked.who}@x.example,data,MEMBER\n")
    with open_import(asked.store, asked.actor, ImportRequest([path])) as found:
        return found.apply(NOW).totals.new


def invited(asked: Asked) -> int:
    given = Given.person("New", f"new-{asked.who}@x.example", "")
    with open_inviting(asked.store, asked.actor, InviteRequest(given, Usual("data", "Year 2"), mail=False)) as found:
        return found.apply(NOW).count


def reconciled(asked: Asked) -> int:
    """Everybody leaves but one who is new."""
    given = Given.person("New", f"newer-{asked.who}@x.example", "")
    request = InviteRequest(given, Usual("data", "Year 2"), mail=False)
    with open_roster(asked.store, asked.actor, request, allow_change=1_000) as found:
        return found.apply(NOW).count


def withdrawing(asked: Asked, row: int = 4) -> invitation_acts.InvitationPlan:
    """Of the pending invitation, or of a row that is made one."""
    if row != 4:
        with asked.store.write() as connection:
            connection.execute(update(memberships).where(memberships.c.id == row).values(state="INVITED"))
    return invitation_acts.plan_withdraw(asked.store, asked.actor, None, [row], NOW)


def restored(asked: Asked) -> object:
    path = asked.folder / f"{asked.who}.db"
    backup.backup(asked.store, Actor("ana@northwind.example", Role.ORGANIZATION), path)
    target = Store(f"sqlite:///{asked.folder / 'restored' / asked.who}.db")
    try:
        return backup.restore(target, asked.actor.email, path, NOW).learners
    finally:
        target.close()


def saved_view(asked: Asked) -> object:
    return views.save(asked.store, asked.actor, "members", views.View(asked.who, "status:at-risk"))


def forgotten_view(asked: Asked) -> bool:
    saved_view(asked)
    views.remove(asked.store, asked.actor, "members", asked.who)
    return True


def chosen(asked: Asked) -> bool:
    return preferences.keep(asked.store, asked.actor, "members", {"columns": [asked.who]})


def used(a: Asked) -> bool:
    """Whether somebody of the program `data` is counted who uses a license."""
    with a.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 1).values(enrolled=1))
        totals.derive(connection)
    return any(contracts.utilized(a.store, a.actor).values())


def drafted(asked: Asked) -> drafts.Saved:
    """A draft of whoever asks, to `data`."""
    return drafts.save(asked.store, asked.actor, TO_DATA, NOW)


def planned(asked: Asked) -> sending.SendPlan:
    return sending.plan(asked.store, asked.actor, drafted(asked).id, AT, Limits())


def sent(asked: Asked) -> int:
    return sending.send(asked.store, asked.actor, planned(asked), AT).message_id


def exported(asked: Asked) -> bool:
    """Whether one's own aggregates may be asked for; there are none."""
    with suppress_error(BadInput):
        aggregates.export(asked.store, asked.actor, Group(), charts.Moments(NOW, NOW))
    return True


def benchmark(asked: Asked) -> BenchmarkFile:
    """A benchmark that somebody publishes."""
    path = as_json(asked.folder / "benchmark.json", document())
    return read_benchmark(path, "benchmark.json", FileLimits())


def bos_draft(asked: Asked) -> int:
    return drafted(replace(asked, actor=BO)).id


def bos_report(a: Asked) -> int:
    """A report on `data` that bo asked for and that was made."""
    number = requests.ask(a.store, BO, ON_DATA, AT).id
    fulfilling.make_next(a.store, lambda: NOW)
    return number


def bos_message(asked: Asked) -> int:
    """A message that bo sent to `data`."""
    return sent(replace(asked, actor=BO))


def found_again(asked: Asked) -> bool:
    message = bos_message(asked)
    last = messages.mails(asked.store, BO, message)[-1]
    return messages.position(asked.store, asked.actor, message, last.id) is not None


def resumed(asked: Asked) -> str:
    message = bos_message(asked)
    holding.pause(asked.store, Actor("ana@northwind.example", Role.ORGANIZATION), message, NOW)
    return holding.resume(asked.store, asked.actor, message, NOW)


def doubted(asked: Asked) -> list[doubts.Doubt]:
    mails_of_bo(asked)
    return doubts.in_doubt(asked.store, asked.actor)


def mails_of_bo(asked: Asked) -> list[int]:
    """Mails of a message of bo's, in doubt; their ids."""
    message = bos_message(asked)
    with asked.store.write() as connection:
        mine = outbox.c.message_id == message
        connection.execute(update(outbox).where(mine).values(state="unknown"))
        return list(connection.scalars(select(outbox.c.id).where(mine).order_by(outbox.c.id)))


def resumed_delivery(asked: Asked) -> str:
    with asked.store.write() as connection:
        store_delivery.pause(connection, store_delivery.BY_ITSELF, "copied", NOW)
    return delivery.resume(asked.store, asked.actor, NOW)


def notice(asked: Asked) -> Path:
    path = asked.folder / "notice.eml"
    path.write_text("Subject: Undeliverable\n\nNobody there.\n")
    return path


def bounced() -> bounces.BouncePlan:
    """Of an address that is believed for itself."""
    return bounces.BouncePlan(1, (bounces.Bounce("notice.eml", "back@x.example", "5.1.1", "", bounces.Fate.NOBODY),))


def shelf(asked: Asked, name: str = "Shelf") -> int:
    """A new collection of the program `data`, made by bo."""
    return collections.create(asked.store, BO, "data", f"{name} for {asked.who}", NOW).made[0]


def taught(asked: Asked) -> int:
    """A new item of the program `data`, put there by bo."""
    return items.add(asked.store, BO, "data", [("course", 1)], [shelf(asked, "More")], NOW).made[0]


def taught_by(asked: Asked) -> CurriculumFile:
    """A file of a collection that is not there yet."""
    return CurriculumFile("file", [FileCollection("line 2", asked.who, None)])


def undone(asked: Asked) -> int:
    removal.apply(asked.store, asked.actor, removed(asked), NOW)
    return undo.undo(asked.store, asked.actor, None, NOW).applied


def readdressing(asked: Asked) -> addresses.AddressPlan:
    return addresses.plan_change(asked.store, asked.actor, f"p{asked.row}@x.example", "moved@x.example")


def merging_two(asked: Asked) -> merging.MergePlan:
    return merging.plan_merge(asked.store, asked.actor, "p10@x.example", "p9@x.example", NOW)


def relisted(asked: Asked) -> str:
    with suppress_error(BadInput):
        listing.unlist(asked.store, ANA, "p10@x.example", NOW)
    return listing.relist(asked.store, asked.actor, "p10@x.example", NOW)


def erased(asked: Asked) -> int:
    plan = erasing.plan_erase(asked.store, asked.actor, "p10@x.example")
    return erasing.erase(asked.store, asked.actor, plan, NOW).entry_id


def doomed(a: Asked) -> ProgramRemoval:
    """The removal of the first program, planned by somebody who may."""
    return program_removal.plan(a.store, Actor("ana@northwind.example", Role.ORGANIZATION), "data")


def archived(a: Asked) -> Archive:
    """Its archive, written by the actor."""
    return program_removal.archive(a.store, a.actor, doomed(a), a.folder / f"{a.who}.zip", NOW)


TABLE: dict[str, tuple[tuple[bool, bool, bool, bool], Reaches]] = {
    # Home, program tabs, members, invitations, users and their pages
    "home.overview": (
        OWN_PROGRAMS,
        lambda a: 1 in [row.id for row in home.overview(a.store, a.actor, NOW).programs],
    ),
    "home.licenses": (OWN_PROGRAMS, lambda a: 1 in home.licenses(a.store, a.actor, NOW)),
    "licenses_taken.taken": (ORGANIZATION, lambda a: licenses_taken.taken(a.store, a.actor, NOW) is not None),
    "home.summary": (OWN_PROGRAMS, lambda a: home.summary(a.store, a.actor, NOW, UTC).enrollments.total),
    "program_figures.main": (OWN_PROGRAMS, lambda a: program_figures.main(a.store, a.actor, "data", NOW)),
    "program_figures.courses": (OWN_PROGRAMS, lambda a: program_figures.courses(a.store, a.actor, "data")),
    "contracts.utilized": (OWN_PROGRAMS, used),
    "programs.listing": (OWN_PROGRAMS, lambda a: "data" in [p.slug for p in programs.listing(a.store, a.actor, NOW)]),
    "names.program_names": (OWN_PROGRAMS, lambda a: "data" in names.program_names(a.store, a.actor)),
    "contracts.listing": (
        OWN_PROGRAMS,
        lambda a: any("data" in contract.slugs for contract in contracts.listing(a.store, a.actor)),
    ),
    "members.page": (OWN_PROGRAMS, lambda a: members.page(a.store, a.actor, DATA, NOW, 0, 9)),
    "members.page_ids": (OWN_PROGRAMS, lambda a: members.page_ids(a.store, a.actor, WITHIN_DATA, NOW, 0, 9)),
    "members.count": (OWN_PROGRAMS, lambda a: members.count(a.store, a.actor, WITHIN_DATA, NOW)),
    "members.counted": (OWN_PROGRAMS, lambda a: members.counted(a.store, a.actor, WITHIN_DATA, NOW, 9)[0]),
    "members.position": (OWN_PROGRAMS, lambda a: members.position(a.store, a.actor, DATA, NOW, 1) is not None),
    "members.ids": (OWN_PROGRAMS, lambda a: members.ids(a.store, a.actor, WITHIN_DATA, NOW)),
    "members.stream": (OWN_PROGRAMS, lambda a: list(members.stream(a.store, a.actor, WITHIN_DATA, NOW))),
    "members.rows": (OWN_PROGRAMS, lambda a: list(members.rows(a.store, a.actor, [1], NOW))),
    "members.values": (OWN_PROGRAMS, lambda a: members.values(a.store, a.actor, None, "city", "Alpha", NOW)),
    "reports.covering.count": (OWN_PROGRAMS, lambda a: covering.count(a.store, a.actor, WITHIN_DATA, NOW)),
    "reports.making.make": (OWN_PROGRAMS, lambda a: report_rows(a, asked_reports.ReportKind.EMAIL)),
    "users.page": (OWN_PROGRAMS, lambda a: users.page(a.store, a.actor, PEOPLE, NOW, 0, 9)),
    "users.page_ids": (OWN_PROGRAMS, lambda a: users.page_ids(a.store, a.actor, PEOPLE, NOW, 0, 9)),
    "users.count": (OWN_PROGRAMS, lambda a: users.count(a.store, a.actor, PEOPLE, NOW)),
    "users.counted": (OWN_PROGRAMS, lambda a: users.counted(a.store, a.actor, PEOPLE, NOW, 9)[0]),
    "users.position": (OWN_PROGRAMS, lambda a: users.position(a.store, a.actor, PEOPLE, NOW, 2) is not None),
    "users.ids": (OWN_PROGRAMS, lambda a: users.ids(a.store, a.actor, PEOPLE, NOW)),
    "users.memberships": (OWN_PROGRAMS, lambda a: users.memberships(a.store, a.actor, [2])),
    "users.stream": (OWN_PROGRAMS, lambda a: list(users.stream(a.store, a.actor, PEOPLE, NOW))),
    "users.rows": (OWN_PROGRAMS, lambda a: list(users.rows(a.store, a.actor, [2], NOW))),
    "learner.page": (OWN_PROGRAMS, lambda a: learner.page(a.store, a.actor, NOW, membership_id=2)),
    "learner_skills.skills": (ORGANIZATION, lambda a: learner_skills.skills(a.store, a.actor, 2) == ()),
    "learner_history.events": (OWN_PROGRAMS, lambda a: learner_history.events(a.store, a.actor, 9, 9)),
    "catalogue.courses": (NO_PEOPLE, lambda a: list(catalogue.courses(a.store, a.actor))),
    "catalogue.count": (NO_PEOPLE, lambda a: catalogue.count(a.store, a.actor)),
    "catalogue.specializations": (NO_PEOPLE, lambda a: catalogue.specializations(a.store, a.actor) == []),
    "program_page.read": (OWN_PROGRAMS, lambda a: program_page.read(a.store, a.actor, "data").name),
    "catalogue_search.read": (OWN_PROGRAMS, lambda a: catalogue_search.read(a.store, a.actor, "data").entries),
    "views.views": (EVERYBODY, lambda a: saved_view(a) and views.views(a.store, a.actor, "members")),
    "views.save": (EVERYBODY, saved_view),
    "views.remove": (EVERYBODY, forgotten_view),
    "preferences.keep": (EVERYBODY, chosen),
    "preferences.load": (EVERYBODY, lambda a: chosen(a) and preferences.load(a.store, a.actor)),
    "analytics.reading.read": (
        ORGANIZATION,
        lambda a: charts.read(a.store, a.actor, charts.Asked("activity"), charts.Moments(NOW, NOW)),
    ),
    "benchmarks.plan": (ORGANIZATION, lambda a: benchmarks.plan(a.store, a.actor, benchmark(a), NOW)),
    "benchmarks.apply": (
        ORGANIZATION,
        lambda a: benchmarks.apply(a.store, a.actor, benchmarks.BenchmarkPlan(benchmark(a), False, ()), NOW),
    ),
    "benchmarks.listing": (ORGANIZATION, lambda a: list(benchmarks.listing(a.store, a.actor)) is not None),
    "ratings.validating.validate": (ORGANIZATION, lambda a: too_few(lambda: validating.validate(a.store, a.actor))),
    "ratings.validating.of_store": (
        ORGANIZATION,
        lambda a: not validating.of_store(a.store, a.actor, lambda *_: None, lambda: False)[1],
    ),
    "ratings.validating.validate_file": (
        ORGANIZATION,
        lambda a: too_few(lambda: validating.validate_file(a.store, a.actor, one_attempt(a), None)),
    ),
    "ratings.tuning.tune": (ORGANIZATION, lambda a: too_few(lambda: tuning.tune(a.store, a.actor))),
    "analytics.benchmarks.aggregates.export": (ORGANIZATION, exported),
    "counts.newest": (ORGANIZATION, lambda a: counts.newest(a.store, a.actor)),
    "analytics.reading.refresh": (ORGANIZATION, lambda a: charts.refresh(a.store, a.actor, NOW)),
    # Invite, remove, edit profile, undo own actions
    "removal.plan": (OWN_PROGRAMS, lambda a: removed(a).count),
    "removal.apply": (OWN_PROGRAMS, lambda a: removal.apply(a.store, a.actor, removed(a), NOW).applied),
    "removal.RemovalPlan.rows": (OWN_PROGRAMS, lambda a: any(row.name for row in removed(a).rows(a.store, a.actor))),
    "edits.plan": (OWN_PROGRAMS, lambda a: edited(a).count),
    "edits.apply": (OWN_PROGRAMS, lambda a: edits.apply(a.store, a.actor, edited(a), NOW).applied),
    "edits.EditPlan.rows": (OWN_PROGRAMS, lambda a: any(row.name for row, _ in edited(a).rows(a.store, a.actor))),
    "undo.undo": (OWN_PROGRAMS, undone),
    "undo.last_done": (
        OWN_PROGRAMS,
        lambda a: removal.apply(a.store, a.actor, removed(a), NOW) and undo.last_done(a.store, a.actor),
    ),
    "undo.last_undoable": (
        OWN_PROGRAMS,
        lambda a: removal.apply(a.store, a.actor, removed(a), NOW) and undo.last_undoable(a.store, a.actor),
    ),
    "receipts.Verdicts.rows": (
        OWN_PROGRAMS,
        lambda a: any(row.name for row in removed(a).verdicts.rows(a.store, a.actor)),
    ),
    "receipts.table": (
        OWN_PROGRAMS,
        lambda a: any(
            row[0] for row in receipts.table(removal.apply(a.store, a.actor, removed(a), NOW), a.store, a.actor)
        ),
    ),
    # Messages to members: audiences within own programs
    "mail.audiences.reach": (OWN_PROGRAMS, lambda a: audiences.reach(a.store, a.actor, WRITTEN_TO, CUSTOM, AT).people),
    "mail.previews.addressees": (OWN_PROGRAMS, lambda a: previews.addressees(a.store, a.actor, TO_DATA, AT)),
    "mail.previews.preview": (OWN_PROGRAMS, lambda a: previews.preview(a.store, a.actor, TO_DATA, a.row, AT)),
    "mail.previews.send_test": (OWN_PROGRAMS, lambda a: previews.send_test(a.store, a.actor, TO_DATA, a.row, AT)),
    "reports.requests.ask": (OWN_PROGRAMS, lambda a: requests.ask(a.store, a.actor, ON_DATA, AT).id),
    "reports.requests.history": (
        OWN_PROGRAMS,
        lambda a: bos_report(a) in [one.id for one in requests.history(a.store, a.actor)],
    ),
    "reports.requests.walk": (
        OWN_PROGRAMS,
        lambda a: bos_report(a) in [one.id for one in requests.walk(a.store, a.actor)],
    ),
    "reports.requests.count": (OWN_PROGRAMS, lambda a: bos_report(a) and requests.count(a.store, a.actor)),
    "reports.requests.find": (OWN_PROGRAMS, lambda a: requests.find(a.store, a.actor, bos_report(a)).id),
    "reports.requests.download": (
        OWN_PROGRAMS,
        lambda a: requests.download(a.store, a.actor, bos_report(a), io.BytesIO()).size,
    ),
    "mail.drafts.save": (EVERYBODY, drafted),
    "mail.drafts.load": (OWN_PROGRAMS, lambda a: drafts.load(a.store, a.actor, bos_draft(a))),
    "mail.drafts.discard": (OWN_PROGRAMS, lambda a: drafts.discard(a.store, a.actor, bos_draft(a), NOW) is None),
    "mail.sending.plan": (OWN_PROGRAMS, lambda a: planned(a).count),
    "mail.sending.send": (OWN_PROGRAMS, sent),
    "mail.holding.pause": (OWN_PROGRAMS, lambda a: holding.pause(a.store, a.actor, bos_message(a), NOW)),
    "mail.holding.resume": (OWN_PROGRAMS, resumed),
    "mail.holding.cancel": (OWN_PROGRAMS, lambda a: holding.cancel(a.store, a.actor, bos_message(a), NOW)),
    "mail.doubts.in_doubt": (OWN_PROGRAMS, doubted),
    "mail.doubts.resolve": (
        OWN_PROGRAMS,
        lambda a: doubts.resolve(a.store, a.actor, mails_of_bo(a), Decision.DROP, NOW),
    ),
    "mail.delivery.allow": (ORGANIZATION, lambda a: delivery.allow(a.store, a.actor) is None),
    "pages.serving.allow": (ORGANIZATION, lambda a: serving.allow(a.store, a.actor) is None),
    "mail.delivery.standing": (NO_PEOPLE, lambda a: delivery.standing(a.store, a.actor)),
    "mail.delivery.resume": (ORGANIZATION, resumed_delivery),
    "mail.messages.under_way": (NO_PEOPLE, lambda a: messages.under_way(a.store, NOW) is not None),
    "mail.messages.listing": (
        OWN_PROGRAMS,
        lambda a: bos_message(a) in [m.id for m in messages.listing(a.store, a.actor)],
    ),
    "mail.messages.show": (OWN_PROGRAMS, lambda a: messages.show(a.store, a.actor, bos_message(a))),
    "mail.messages.mails": (OWN_PROGRAMS, lambda a: messages.mails(a.store, a.actor, bos_message(a))),
    "mail.messages.all_mails": (OWN_PROGRAMS, lambda a: list(messages.all_mails(a.store, a.actor, bos_message(a)))),
    "mail.messages.position": (OWN_PROGRAMS, found_again),
    "inviting.inviting.open_inviting": (OWN_PROGRAMS, invited),
    "inviting.roster.open_roster": (OWN_PROGRAMS, reconciled),
    "inviting.invitation_mail.show": (OWN_PROGRAMS, lambda a: invitation_mail.show(a.store, a.actor, "data")),
    "inviting.invitation_mail.change": (
        OWN_PROGRAMS,
        lambda a: invitation_mail.change(a.store, a.actor, "data", "", f"Come, says {a.who}.", NOW),
    ),
    "inviting.invitation_mail.preview": (
        OWN_PROGRAMS,
        lambda a: invitation_mail.preview(a.store, a.actor, "data", ("", ""), 4, AT),
    ),
    "inviting.invitations.page": (OWN_PROGRAMS, lambda a: invitations.page(a.store, a.actor, PENDING, NOW, 0, 9)),
    "inviting.invitations.stream": (OWN_PROGRAMS, lambda a: list(invitations.stream(a.store, a.actor, PENDING, NOW))),
    "inviting.invitations.rows": (OWN_PROGRAMS, lambda a: list(invitations.rows(a.store, a.actor, [4], NOW))),
    "inviting.invitation_acts.plan_resend": (
        OWN_PROGRAMS,
        lambda a: invitation_acts.plan_resend(a.store, a.actor, None, [4], NOW).count,
    ),
    "inviting.invitation_acts.plan_withdraw": (OWN_PROGRAMS, lambda a: withdrawing(a).count),
    "inviting.invitation_acts.apply": (
        OWN_PROGRAMS,
        lambda a: invitation_acts.apply(a.store, a.actor, withdrawing(a, a.row), NOW).applied,
    ),
    "inviting.invitation_acts.InvitationPlan.rows": (
        OWN_PROGRAMS,
        lambda a: any(row.name for row in withdrawing(a).rows(a.store, a.actor)),
    ),
    # Curriculum, program settings
    "program_settings.show": (OWN_PROGRAMS, lambda a: program_settings.show(a.store, a.actor, "data")["name"]),
    "program_removal.plan": (OWN_PROGRAMS, lambda a: program_removal.plan(a.store, a.actor, "data").held.members),
    "program_removal.archive": (OWN_PROGRAMS, lambda a: archived(a).size),
    "program_removal.apply": (
        OWN_PROGRAMS,
        lambda a: program_removal.apply(Rehearsal(a.store.url), a.actor, doomed(a), archived(a), NOW),
    ),
    "program_settings.scheduled": (
        OWN_PROGRAMS,
        lambda a: "data" in [row.slug for row in program_settings.scheduled(a.store, a.actor)],
    ),
    "program_settings.above_limit": (
        OWN_PROGRAMS,
        lambda a: not program_settings.above_limit(a.store, a.actor, "data"),
    ),
    "program_settings.change": (
        OWN_PROGRAMS,
        lambda a: program_settings.change(a.store, a.actor, "data", "tagline", a.who, NOW),
    ),
    "curriculum.reading.read": (OWN_PROGRAMS, lambda a: reading.read(a.store, a.actor, "data").slug),
    "curriculum.writing.perform": (
        OWN_PROGRAMS,
        lambda a: (
            writing.perform(a.store, a.actor, "data", NOW, Action.ADD, lambda _: writing.Told("", "None")).summary
        ),
    ),
    "curriculum.collections.create": (OWN_PROGRAMS, lambda a: collections.create(a.store, a.actor, "data", a.who, NOW)),
    "curriculum.collections.change": (
        OWN_PROGRAMS,
        lambda a: collections.change(a.store, a.actor, "data", shelf(a), NOW, description="Words"),
    ),
    "curriculum.collections.delete": (
        OWN_PROGRAMS,
        lambda a: collections.delete(a.store, a.actor, "data", [shelf(a)], NOW).entry,
    ),
    "curriculum.collections.move": (
        OWN_PROGRAMS,
        lambda a: collections.move(a.store, a.actor, "data", [shelf(a)], END, NOW),
    ),
    "curriculum.items.add": (
        OWN_PROGRAMS,
        lambda a: items.add(a.store, a.actor, "data", [("course", 1)], [shelf(a)], NOW).entry,
    ),
    "curriculum.items.remove": (OWN_PROGRAMS, lambda a: items.remove(a.store, a.actor, "data", [taught(a)], NOW).entry),
    "curriculum.items.move": (
        OWN_PROGRAMS,
        lambda a: items.move(a.store, a.actor, "data", [taught(a)], [shelf(a)], NOW).entry,
    ),
    "curriculum.items.copy": (
        OWN_PROGRAMS,
        lambda a: items.copy(a.store, a.actor, "data", [taught(a)], [shelf(a)], NOW).entry,
    ),
    "curriculum.importing.plan": (
        OWN_PROGRAMS,
        lambda a: importing.plan(a.store, a.actor, "data", taught_by(a)).count,
    ),
    "curriculum.importing.apply": (
        OWN_PROGRAMS,
        lambda a: importing.apply(a.store, a.actor, importing.plan(a.store, BO, "data", taught_by(a)), NOW).entry,
    ),
    # Creating programs; contracts and their licenses; a membership's contract
    "programs.create": (ORGANIZATION, lambda a: programs.create(a.store, a.actor, "new", "New", NOW)),
    "contracts.create": (ORGANIZATION, lambda a: contracts.create(a.store, a.actor, "New", NOW)),
    "contracts.show": (ORGANIZATION, lambda a: contracts.show(a.store, a.actor, "Year 1")),
    "contracts.change": (ORGANIZATION, lambda a: contracts.change(a.store, a.actor, "Year 1", "licenses", "9", NOW)),
    "contract_changes.plan": (OWN_PROGRAMS, lambda a: moved(a).count),
    "contract_changes.apply": (OWN_PROGRAMS, lambda a: contract_changes.apply(a.store, a.actor, moved(a), NOW).applied),
    # Import
    "imports.importing.open_import": (OWN_PROGRAMS, imported),
    # Permissions, global settings, backup, whole journal; own entries of the journal
    "person.addresses.plan_change": (ORGANIZATION, readdressing),
    "person.addresses.change": (
        ORGANIZATION,
        lambda a: addresses.change(a.store, a.actor, readdressing(a), NOW).entry_id,
    ),
    "person.merging.plan_merge": (ORGANIZATION, merging_two),
    "person.merging.merge": (ORGANIZATION, lambda a: merging.merge(a.store, a.actor, merging_two(a), NOW).entry_id),
    "person.erasing.plan_erase": (ORGANIZATION, lambda a: erasing.plan_erase(a.store, a.actor, "p10@x.example")),
    "person.erasing.erase": (ORGANIZATION, erased),
    "person.erasing.readmit": (
        ORGANIZATION,
        lambda a: erased(a) and erasing.readmit(a.store, a.actor, "p10@x.example", NOW),
    ),
    "person.exporting.plan_export": (
        ORGANIZATION,
        lambda a: exporting.plan_export(a.store, a.actor, "p10@x.example").rows["memberships"],
    ),
    "person.exporting.export": (ORGANIZATION, lambda a: exporting.export(a.store, a.actor, "p10@x.example", NOW)),
    "person.listing.unlist": (ORGANIZATION, lambda a: listing.unlist(a.store, a.actor, "p10@x.example", NOW)),
    "person.listing.relist": (ORGANIZATION, relisted),
    "administrators.listing": (ORGANIZATION, lambda a: administrators.listing(a.store, a.actor)),
    "administrators.add": (ORGANIZATION, lambda a: administrators.add(a.store, a.actor, "new@x.example", NOW)),
    "administrators.remove": (
        ORGANIZATION,
        lambda a: administrators.remove(a.store, a.actor, "fay@northwind.example", NOW),
    ),
    "administrators.assign": (
        ORGANIZATION,
        lambda a: administrators.assign(a.store, a.actor, "cy@northwind.example", ("data",), NOW),
    ),
    # Everybody has keys of their own: here they are bo's
    "keys.listing": (OWN_PROGRAMS, lambda a: keys.listing(a.store, a.actor, BO.email) if registered(a, 1) else ()),
    "keys.add": (OWN_PROGRAMS, lambda a: keys.add(a.store, a.actor, BO.email, public_key(a.row), NOW)),
    "keys.remove": (OWN_PROGRAMS, lambda a: keys.remove(a.store, a.actor, registered(a, a.row), NOW)),
    "settings.show": (ORGANIZATION, lambda a: settings.show(a.store, a.actor)),
    "settings.change": (ORGANIZATION, lambda a: settings.change(a.store, a.actor, "name", "New", NOW)),
    "mail.bounces.plan": (ORGANIZATION, lambda a: bounces.plan(a.store, a.actor, notice(a))),
    "mail.bounces.apply": (ORGANIZATION, lambda a: bounces.apply(a.store, a.actor, bounced(), NOW).suppressed),
    "mail.suppressions.listing": (ORGANIZATION, lambda a: list(suppressions.listing(a.store, a.actor))),
    "mail.suppressions.page": (ORGANIZATION, lambda a: suppressions.page(a.store, a.actor, "", 0, 9)),
    "mail.suppressions.count": (ORGANIZATION, lambda a: suppressions.count(a.store, a.actor)),
    "mail.suppressions.add": (ORGANIZATION, lambda a: suppressions.add(a.store, a.actor, "new@x.example", NOW)),
    "mail.suppressions.remove": (ORGANIZATION, lambda a: suppressions.remove(a.store, a.actor, "gone@x.example", NOW)),
    "backup.backup": (ORGANIZATION, lambda a: backup.backup(a.store, a.actor, a.folder / a.who)),
    "backup.contents": (ORGANIZATION, lambda a: backup.contents(a.store, a.actor)),
    "backup.restore": (ORGANIZATION, restored),
    "doctor.examine": (ORGANIZATION, lambda a: doctor.examine(a.store, a.actor.email, NOW, {}, MailSettings)),
    "mail.check.check_mail": (
        ORGANIZATION,
        lambda a: mail_check.check_mail(
            a.store, a.actor, MailSettings(), a.folder / "mail", "eve@x.example", NOW, unheard
        ),
    ),
    "journal.verify": (ORGANIZATION, lambda a: journal.verify(a.store, a.actor)),
    "journal.entries": (
        OWN_PROGRAMS,
        lambda a: any(entry.actor.startswith("bo") for entry in journal.entries(a.store, a.actor)),
    ),
    "journal_pages.page": (OWN_PROGRAMS, lambda a: journal_pages.page(a.store, a.actor, "bo@", 0, 9)),
    "journal_pages.count": (OWN_PROGRAMS, lambda a: journal_pages.count(a.store, a.actor, "bo@")),
    "journal_pages.changes": (OWN_PROGRAMS, lambda a: journal_pages.changes(a.store, a.actor, own_entry(a), 0, 9)),
    "journal.entry": (OWN_PROGRAMS, lambda a: journal.entry(a.store, a.actor, own_entry(a))),
}

OPEN = {
    "ratings.rating.parameters",
    "ratings.rating.rate",
    "analytics.refreshing.keep_anew",
    "analytics.refreshing.refresh",
    "clock.data_as_of",
    "counts.is_under_way",
    "clock.resolve_now",
    "journal.newest",
    "keys.note_login",
    "keys.registered",
    "organization.facts",
    "mail.license_alerts.look",
    "masthead.read",
    "organization.initialise",
    "pages.asking.ask",
    "pages.asking.is_possible",
    "pages.joining.join",
    "pages.joining.join_all",
    "pages.joining.look",
    "pictures.shown",
    "pages.downloads.fetch",
    "pages.downloads.look",
    "pages.feedback.give",
    "pages.feedback.look",
    "pages.opting_out.look",
    "pages.opting_out.opt_in",
    "pages.opting_out.opt_out",
    "program_page.public",
    "reports.fulfilling.drop_old",
    "reports.fulfilling.make_next",
    "reports.scheduled.look",
    "rights.alone",
    "rights.hold_to",
    "rights.sign_in",
}
"""What needs nobody: it tells nothing of people or programs, or what every learner may read, is done by whom a link
proves or by a sender with the rights of those who get it, or is how somebody comes to act at all."""


def functions() -> Iterator[str]:
    """Every public function or method of the portal that takes a store."""
    for found in pkgutil.walk_packages(portal.__path__, f"{portal.__name__}."):
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(thing):
                owned = [(name, thing)]
            elif inspect.isclass(thing):
                methods = inspect.getmembers(thing, inspect.isfunction)
                owned = [(f"{name}.{method}", code) for method, code in methods if not method.startswith("_")]
            else:
                continue
            for called, code in owned:
                if "store" in inspect.signature(code).parameters:
                    yield f"{found.name.removeprefix(portal.__name__)[1:]}.{called}"


def test_every_portal_function_stands_in_the_table() -> None:
    assert set(functions()) == set(TABLE) | OPEN


@pytest.fixture
def walked(organization: Organization) -> Organization:
    """The organization with what the calls look for: courses, a second contract, one more admin, an act of bo's."""
    store = organization.store
    with store.write() as connection:
        connection.execute(insert(program_contracts).values(program_id=1, contract_id=2))
        connection.execute(insert(courses).values(id=1, key="c1", name="Course"))
        for person in (9, 10):
            values = {"name": f"Person {person}", "email": f"p{person}@x.example", "search_key": f"person {person}"}
            connection.execute(insert(learners).values(id=person, email_shown=values["email"], **values))
            joined = {"contract_id": 1, "state": "MEMBER", "joined_at": NOW, "search_key": values["search_key"]}
            connection.execute(insert(memberships).values(id=person, program_id=1, learner_id=person, **joined))
        taken = {"membership_id": 9, "course_id": 1, "completed": False, "removed": False, "enrolled_at": NOW}
        connection.execute(insert(enrollments).values(taken))
        connection.execute(insert(course_results).values(membership_id=9, course_id=1, grade=50.0))
        connection.execute(update(learners).where(learners.c.id == 9).values(city="Alpha"))
        totals.derive(connection)
    set_up(store)
    suppress(store, "gone@x.example")
    administrators.add(store, organization.ana, "fay@northwind.example", NOW)
    plan = edits.plan(store, organization.bo, (9,), {"job_title": "Engineer"})
    edits.apply(store, organization.bo, plan, NOW)
    return organization


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_may_do_what(walked: Organization, tmp_path: Path, name: str) -> None:
    expected, reaches = TABLE[name]
    nobody = Actor("eve@northwind.example", Role.PROGRAM, frozenset())
    found = []
    for actor, row in ((nobody, 2), (walked.cy, 2), (walked.bo, 3), (walked.ana, 10)):
        try:
            found.append(bool(reaches(Asked(walked.store, actor, row, tmp_path))))
        except (NotAllowed, BadInput, UsageError):
            found.append(False)
    assert tuple(reversed(found)) == expected
    with walked.store.read() as connection:  # whatever was done: memberships add up to what the store says they do
        assert stored_totals(connection) == added_up(connection)
