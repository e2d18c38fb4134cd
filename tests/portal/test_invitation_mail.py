"""What a program's invitation says: its own words, the organization's, or the built-in ones; changed and previewed."""

import pytest

from tui_admin.portal import journal, program_settings
from tui_admin.portal.inviting import invitation_mail
from tui_admin.portal.mail.audiences import Moments
from tui_admin.rules.errors import BadInput, NotAllowed

from .conftest import NOW, Organization
from .invite_lists import HEADER, invite, request
from .mail_facts import mails, set_up, the_message

AT = Moments(NOW, NOW)


def test_a_program_has_its_own_words_else_the_usual_ones(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    usual = invitation_mail.show(store, ana, "data")
    assert (usual.own_subject, usual.own_body) == (False, False)
    set_up(store, default_invitation="Welcome to {{ organization }}.")
    assert invitation_mail.show(store, ana, "data").text.body == "Welcome to {{ organization }}."
    said = invitation_mail.change(
        store, organization.bo, "data", usual.text.subject, "Dear {{ name }},\n\n**Come!**", NOW
    )
    assert said == "Changed the invitation of program data"
    own = invitation_mail.show(store, ana, "data")
    assert (own.text.body, own.own_subject, own.own_body) == ("Dear {{ name }},\n\n**Come!**", False, True)
    assert not invitation_mail.show(store, ana, "teams").own_body
    entry = journal.entries(store, ana)[0]
    assert (entry.action, entry.program_id, entry.details["before"]) == (
        "change program",
        1,
        {"invitation_body": None, "invitation_subject": None},
    )
    again = invitation_mail.change(store, ana, "data", "", "Dear {{ name }},\n\n**Come!**", NOW)
    assert again == "The invitation of program data was so already"
    invitation_mail.change(store, ana, "data", "", "", NOW)
    assert invitation_mail.show(store, ana, "data").text.body == "Welcome to {{ organization }}."


def test_the_mails_say_what_the_program_wrote(organization: Organization) -> None:
    store = organization.store
    set_up(store)
    invitation_mail.change(store, organization.ana, "data", "Come, {{ name }}", "Now.", NOW)
    invite(organization, request(HEADER + "Jo Li,jo@x.example,\n", mail=True))
    (mail,) = mails(store)
    message = the_message(store, mail["message_id"])
    assert (message["subject"], message["body"]) == ("Come, {{ name }}", "Now.")


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("Hello {{ nmae }}", "Now.", "nmae"),
        ("", "Hello {{ name", "name"),
        ("Hello\nthere", "Now.", "cannot be shown"),
    ],
)
def test_what_is_wrong_with_it_is_told_before_any_mail(
    organization: Organization, subject: str, body: str, said: str
) -> None:
    store, ana = organization.store, organization.ana
    before = invitation_mail.show(store, ana, "data")
    with pytest.raises(BadInput, match=said):
        invitation_mail.change(store, ana, "data", subject, body, NOW)
    assert invitation_mail.show(store, ana, "data") == before


def test_a_preview_is_filled_for_a_pending_person(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    set_up(store)
    found = invitation_mail.preview(store, bo, "data", ("Come, {{ name }}", ""), 4, AT)
    assert (found.name, found.address, found.subject) == ("Person 4", "person4@northwind.example", "Come, Person 4")
    assert "Data Foundations" in found.text
    assert "<" in found.html
    with pytest.raises(BadInput, match="no such member"):
        invitation_mail.preview(store, bo, "data", ("", ""), 8, AT)
    with pytest.raises(BadInput, match="nmae"):
        invitation_mail.preview(store, bo, "data", ("{{ nmae }}", ""), 4, AT)


def test_the_settings_of_a_program_hold_it_too(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    program_settings.change(store, ana, "data", "invitation-subject", "Come, {{ name }}", NOW)
    program_settings.change(store, ana, "data", "invitation-body", "Line one.\n\nLine two.", NOW)
    text = invitation_mail.show(store, ana, "data").text
    assert (text.subject, text.body) == ("Come, {{ name }}", "Line one.\n\nLine two.")
    with pytest.raises(BadInput, match="nmae"):
        program_settings.change(store, ana, "data", "invitation-body", "{{ nmae }}", NOW)


def test_only_who_has_the_program_sees_and_changes_it(organization: Organization) -> None:
    store = organization.store
    for act in (
        lambda: invitation_mail.show(store, organization.bo, "teams"),
        lambda: invitation_mail.change(store, organization.bo, "teams", "", "x", NOW),
        lambda: invitation_mail.preview(store, organization.bo, "teams", ("", ""), 8, AT),
    ):
        with pytest.raises(NotAllowed):
            act()
