"""The texts of system mails: each compiles for its kind of mail and says what it should."""

import pytest

from tests.mail.samples import FROZEN, VALUES, parsed, recipient
from tui_admin.mail.compose import compile_message
from tui_admin.mail.system import default_text
from tui_admin.rules.mailing import TO_ADMINISTRATORS, Purpose

SYSTEM = [purpose for purpose in Purpose if purpose is not Purpose.CUSTOM]


@pytest.mark.parametrize("purpose", SYSTEM)
def test_a_system_text_makes_a_mail(purpose: Purpose) -> None:
    message = compile_message(default_text(purpose), FROZEN, purpose)
    assert message.lacking(VALUES) == set()
    shown = message.render(VALUES)
    assert parsed(message.mail(recipient()))["Subject"] == shown.subject
    assert "{{" not in shown.subject + shown.text
    assert "Questions? help@northwind.example" in shown.text


@pytest.mark.parametrize("purpose", SYSTEM)
def test_a_learner_is_greeted_by_name_or_in_general(purpose: Purpose) -> None:
    message = compile_message(default_text(purpose), FROZEN, purpose)
    greeted = message.render(VALUES).text.partition("\n")[0]
    assert greeted == ("Hello," if purpose in TO_ADMINISTRATORS else "Hello Ágnes Kovács,")
    assert message.render(VALUES | {"name": None}).text.startswith(("Hello there,", "Hello,"))


def test_an_invitation_says_how_to_join_and_a_reminder_can_go_without_the_programs_page() -> None:
    invitation = compile_message(default_text(Purpose.INVITATION), FROZEN, Purpose.INVITATION)
    assert invitation.lacking(VALUES | {"join_url": None}) == {"join_url"}
    reminder = compile_message(default_text(Purpose.REMINDER), FROZEN, Purpose.REMINDER)
    assert reminder.lacking(VALUES | {"program_url": None}) == set()


def test_an_invitation_without_pages_names_the_programs_own_and_the_address_to_sign_in_with() -> None:
    message = compile_message(default_text(Purpose.INVITATION, pages=False), FROZEN, Purpose.INVITATION)
    assert "join_url" not in message.fields
    shown = message.render(VALUES).text
    assert f"Open the program: {VALUES['program_url']}" in shown and str(VALUES["email"]) in shown
    assert message.lacking({"name": "Jo", "program": "Data", "email": "jo@x.example"}) == set()


def test_a_custom_message_has_no_text_of_ours() -> None:
    with pytest.raises(KeyError):
        default_text(Purpose.CUSTOM)
