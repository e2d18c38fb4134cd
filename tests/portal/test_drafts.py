"""Drafts are kept as they are typed, by whoever writes them, and nothing else is."""

import pytest
from pyroaring import FrozenBitMap
from sqlalchemy import event

from tui_admin.portal import journal
from tui_admin.portal.home import LEAKS
from tui_admin.portal.mail import drafts
from tui_admin.portal.mail.audiences import Moments, Selected, reach
from tui_admin.portal.mail.drafts import QUICK, Draft, quick
from tui_admin.portal.receipts import Subject
from tui_admin.portal.users import UsersQuery, ids
from tui_admin.rules.audiences import Audience
from tui_admin.rules.errors import BadInput, Conflict, UsageError
from tui_admin.rules.filters import parse
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.roles import Actor, Role
from tui_admin.store.engine import Store

from .. import small_organization
from .conftest import NOW, Organization

WRITTEN = Draft(
    Audience("at-risk", "program:data"), "Hé", "Dear {{ na", "Go", "https://x.example", "Ana", "ana@x.example"
)


def test_a_draft_is_kept_as_it_is_typed(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    saved = drafts.save(store, ana, Draft(), NOW)
    for draft in (WRITTEN, Draft(subject="{{ broken"), Draft(Selected(FrozenBitMap([1, 4]), Subject.LEARNER))):
        saved = drafts.save(store, ana, draft, NOW, saved)
        found = drafts.load(store, ana, saved.id)
        assert (found, found.draft) == (saved, draft)
    assert len(journal.entries(store, ana)) == 1  # no word of it in the journal


def test_what_no_database_takes_is_left_out(organization: Organization) -> None:
    saved = drafts.save(organization.store, organization.ana, Draft(body="a\x00b\ud800c\n\td"), NOW)
    assert drafts.load(organization.store, organization.ana, saved.id).draft.body == "ab?c\n\td"


def test_a_save_writes_one_row_and_never_the_people_again(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    many = Selected(FrozenBitMap(range(0, 300_000, 3)))
    saved = drafts.save(store, ana, Draft(many), NOW)
    said: list[tuple[str, object]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    drafts.save(store, ana, Draft(many, subject="W"), NOW, saved)
    written = [(text, values) for text, values in said if text.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert len(written) == 1
    assert "selection" not in written[0][0]


def test_two_who_type_do_not_overwrite_each_other(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    saved = drafts.save(store, ana, Draft(), NOW)
    drafts.save(store, ana, Draft(subject="one"), NOW, saved)
    with pytest.raises(Conflict):
        drafts.save(store, ana, Draft(subject="other"), NOW, saved)
    assert drafts.load(store, ana, saved.id).draft.subject == "one"


def test_a_draft_is_its_writers_and_the_organizations(organization: Organization) -> None:
    store = organization.store
    saved = drafts.save(store, organization.bo, WRITTEN, NOW)
    assert drafts.load(store, organization.ana, saved.id).created_by == organization.bo.email
    for act in (drafts.load, lambda *given: drafts.discard(*given, NOW)):
        with pytest.raises(BadInput, match="no message"):
            act(store, organization.cy, saved.id)
    drafts.discard(store, organization.bo, saved.id, NOW)
    with pytest.raises(BadInput):
        drafts.load(store, organization.bo, saved.id)
    with pytest.raises(BadInput):
        drafts.save(store, organization.bo, WRITTEN, NOW, saved)


def test_what_was_sent_is_no_draft(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    saved = drafts.save(store, ana, WRITTEN, NOW)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE messages SET state = 'sent'")
    for act in (
        lambda: drafts.load(store, ana, saved.id),
        lambda: drafts.save(store, ana, WRITTEN, NOW, saved),
        lambda: drafts.discard(store, ana, saved.id, NOW),
    ):
        with pytest.raises(UsageError, match="no draft any more: it is sent"):
            act()


@pytest.mark.parametrize("name", sorted(QUICK))
def test_quick_acts_reach_exactly_who_leaks_at_the_stage(store: Store, name: str) -> None:
    small_organization.fill(store)
    leak = {"remind": LEAKS[1], "nudge": LEAKS[2]}[name]
    draft = quick(name)
    for actor in (Actor("ana@northwind.example", Role.ORGANIZATION), Actor("bo", Role.PROGRAM, frozenset({1}))):
        at = Moments(small_organization.NOW, small_organization.NOW)
        found = reach(store, actor, draft.whom, draft.purpose, at)
        listed = ids(store, actor, UsersQuery(parse(leak[1])), small_organization.NOW)
        assert sorted(found.people) == sorted(listed) != []
    assert draft.purpose is {"remind": Purpose.REMINDER, "nudge": Purpose.NUDGE}[name]
    assert "{{ program }}" in draft.subject
