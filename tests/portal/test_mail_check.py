"""Whether mail leaves: what the doctor sees of it, and what trying it shows."""

import mailbox
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from sqlalchemy import insert, update

from tests.mail.fault_script import Fault, Script
from tests.mail.fault_server import accepted, separate
from tui_admin.mail.settings import MailSettings, mail_settings
from tui_admin.portal.checks import Check, Finding
from tui_admin.portal.mail.check import check_mail
from tui_admin.portal.mail.health import outbox_check, server_check
from tui_admin.rules.errors import BadInput, MailError, NotAllowed, UsageError
from tui_admin.rules.mailing import MailState
from tui_admin.rules.times import MINUTE
from tui_admin.store.mail import delivery
from tui_admin.store.tables import organization as organization_table
from tui_admin.store.tables import outbox, workers

from .conftest import NOW, Organization

TO = "Dora.Kovacs@Northwind.example"


class Heard(list[tuple[str, str]]):
    """What was told of the steps."""

    def __call__(self, phase: str, answer: str) -> None:
        self.append((str(phase), answer))


@pytest.fixture
def sending(organization: Organization) -> Organization:
    """The small organization, with an address its mails come from."""
    with organization.store.write() as connection:
        connection.execute(update(organization_table).values(sender_address="learning@northwind.example"))
    return organization


def tried(
    organization: Organization, folder: Path, *faults: Fault, to: str | None = TO, serve: bool = True
) -> tuple[str, Heard, list[str]]:
    """What trying the way to a server with faults (or to none) says, shows and leaves in the server's log."""
    heard, log = Heard(), folder / "accepted"
    with separate(Script(faults), log) if serve else nullcontext(0) as port:
        settings = mail_settings({"server": f"smtp://127.0.0.1:{port}"}, {}) if serve else MailSettings()
        said = check_mail(organization.store, organization.ana, settings, folder / "mail", to, NOW, heard)
    return said, heard, accepted(log)


def test_a_test_mail_shows_each_step(sending: Organization, tmp_path: Path) -> None:
    said, heard, log = tried(sending, tmp_path)
    assert said == "The test mail to dora.kovacs@northwind.example was taken."
    assert [step for step, _ in heard] == ["connect", "hello", "body"]
    assert heard[1][1].startswith("250 fault.example SIZE 52428800")
    (name,) = log
    assert name.endswith("@northwind.example>")


def test_without_an_address_only_the_way_is_tried(organization: Organization, tmp_path: Path) -> None:
    said, heard, log = tried(organization, tmp_path, to=None)
    assert said == "The way is open; nothing was sent."
    assert [step for step, _ in heard] == ["connect", "hello"]
    assert log == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("connect", "farewell", "554 5.7.1 not you"), "answered 554 5.7.1 not you"),
        (Fault("mail", "reply", "550 5.7.60 not your address"), "May this user send from the sender address?"),
        (Fault("rcpt", "reply", "550 5.1.1 unknown"), "Is the address right"),
        (Fault("dot", "reply", "554 5.7.1 spam"), "was refused: 554 5.7.1 spam"),
        (Fault("data", "close"), "was not sent: the connection broke"),
        (Fault("dot", "close"), "is not known"),
    ],
)
def test_a_failure_is_an_error_of_mail_with_what_to_do(
    fault: Fault, said: str, sending: Organization, tmp_path: Path
) -> None:
    with pytest.raises(MailError) as caught:
        tried(sending, tmp_path, fault)
    assert said in str(caught.value)
    assert caught.value.exit_code == 6


def test_without_a_server_the_test_mail_stays_here(sending: Organization, tmp_path: Path) -> None:
    tried(sending, tmp_path, serve=False)
    (mail,) = mailbox.Maildir(tmp_path / "mail", create=False)
    assert mail["To"] == "dora.kovacs@northwind.example"
    assert mail["From"].endswith("<learning@northwind.example>")
    assert mail["Subject"].startswith("Test mail of")


def test_a_test_mail_needs_a_sender_and_an_address(organization: Organization, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sender-address"):
        tried(organization, tmp_path, serve=False)
    with pytest.raises(BadInput, match="no e-mail address"):
        tried(organization, tmp_path, to="nobody", serve=False)


def test_a_password_that_is_refused_says_what_to_do_and_one_that_is_missing_where_to_keep_it(
    organization: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", NoKeyring())  # type: ignore[no-untyped-call]
    ca_file = tmp_path / "ca.pem"
    with separate(Script(tls="implicit", users={"ana": "right"}), tmp_path / "log", ca_file=ca_file) as port:
        table = {"server": f"smtps://ana@localhost:{port}", "ca_file": str(ca_file)}
        for environ, said in (
            (
                {"TUI_ADMIN_SMTP_PASSWORD": "wrong"},
                "535 5.7.8 authentication failed. Check user and password",
            ),
            ({}, "or set TUI_ADMIN_SMTP_PASSWORD."),
        ):
            settings = mail_settings(table, environ)
            with pytest.raises(MailError) as caught:
                check_mail(organization.store, organization.ana, settings, tmp_path, None, NOW, Heard())
            assert said in str(caught.value)
            assert environ or str(caught.value).endswith(said)


def test_only_an_organization_admin_tries_the_server(organization: Organization, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        check_mail(organization.store, organization.bo, MailSettings(), tmp_path, None, NOW, Heard())


def test_the_doctor_says_where_mail_goes(tmp_path: Path) -> None:
    assert server_check(MailSettings, tmp_path).finding is Finding.WARN
    assert "stay on this machine" in server_check(MailSettings, tmp_path).found
    good = server_check(lambda: mail_settings({"server": "smtps://ana@mail.example"}, {}), tmp_path)
    assert (good.finding, good.advice) == (Finding.OK, "")
    assert good.found == "Mails go to smtps://ana@mail.example:465, over at most 4 connections."
    bad = server_check(lambda: mail_settings({"server": "ftp://mail.example"}, {}), tmp_path)
    assert bad.finding is Finding.FAIL and "is no mail server" in bad.found


def queued(organization: Organization, *states: MailState) -> None:
    """Mails that got so far."""
    with organization.store.write() as connection:
        for number, state in enumerate(states):
            values: dict[str, Any] = {"purpose": "test", "address": "a@x.example", "header_date": NOW}
            keys = {"dedupe_key": f"k{number}", "header_id": f"<{number}@x>"}
            connection.execute(insert(outbox).values(state=state, **values, **keys))


def checked(organization: Organization) -> Check:
    """What the doctor finds of the outbox."""
    with organization.store.read() as connection:
        return outbox_check(connection, NOW)


def test_the_doctor_counts_what_waits_and_what_is_in_doubt(organization: Organization) -> None:
    assert checked(organization) == Check("mail", Finding.OK, "none is waiting")
    queued(organization, MailState.UNKNOWN, MailState.SENT)
    found = checked(organization)
    assert (found.finding, found.found) == (Finding.WARN, "1 in doubt")
    assert "outbox resolve" in found.advice


def test_the_doctor_says_whether_a_sender_lives(organization: Organization) -> None:
    queued(organization, MailState.QUEUED, MailState.DEFERRED, MailState.INFLIGHT, MailState.UNKNOWN)
    assert checked(organization).found == "3 waiting, 1 in doubt; no sender runs"
    with organization.store.write() as connection:
        values = {"host": "h", "pid": 1, "started_at": NOW, "heartbeat_at": NOW - 3 * MINUTE}
        connection.execute(insert(workers).values(**values))
    assert checked(organization).found == "3 waiting, 1 in doubt; a sender was last alive 3 min ago"


def test_the_doctor_says_what_holds_mail_back(organization: Organization) -> None:
    with organization.store.write() as connection:
        delivery.change(connection, broken_until=NOW + 5 * MINUTE, broken_reason="535 5.7.8 refused")
    assert checked(organization).found == "none is waiting; tried again in 5 min: 535 5.7.8 refused"
    with organization.store.write() as connection:
        delivery.pause(connection, "ana", "the store was restored elsewhere", NOW)
    assert checked(organization).found == "none is waiting; all paused: the store was restored elsewhere"
