"""`worker` at a shell, and the sender that is started in the background."""

import subprocess
import sys
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from pyroaring import BitMap

from tests.cli.conftest import Console
from tests.mail.fault_script import Script
from tests.mail.fault_server import accepted, separate
from tests.portal.conftest import NOW, Organization
from tests.portal.deadline_facts import add_deadlines
from tests.portal.mail_facts import mails, set_up
from tui_admin.mail.message import MessageText
from tui_admin.mail.server import mail_folder
from tui_admin.portal.mail.mailing import mail_administrator, mail_members
from tui_admin.portal.organization import initialise
from tui_admin.portal.rights import sign_in
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.times import HOUR, format_iso
from tui_admin.store.engine import Store
from tui_admin.store.mail import delivery, senders
from tui_admin.worker import background


@pytest.fixture
def queued(organization: Organization) -> Organization:
    """The small organization with a mail to each of three members waiting."""
    set_up(organization.store)
    with organization.store.write() as connection:
        mail_members(connection, organization.ana, Purpose.REMINDER, BitMap([1, 2, 3]), NOW, program_id=1)
    return organization


def states(store: Store) -> list[str]:
    """How far the mails got."""
    return [row["state"] for row in mails(store)]


def test_what_is_due_is_sent_and_counted(queued: Organization, northwind: Console, tmp_path: Path) -> None:
    with separate(Script(), tmp_path / "accepted") as port:
        at_server = Console(northwind.store, {**northwind.environ, "TUI_ADMIN_SMTP_URL": f"smtp://127.0.0.1:{port}"})
        result = at_server("worker", "--until-idle")
    assert result.stdout == "3 sent.\n"
    assert "Mails go to smtp://127.0.0.1" in result.stderr
    assert states(queued.store) == ["sent"] * 3
    assert set(accepted(tmp_path / "accepted")) == {row["header_id"] for row in mails(queued.store)}


def test_without_a_server_mails_stay_on_this_machine(queued: Organization, northwind: Console) -> None:
    done = northwind.json("worker", "--once", "--json")
    assert done == {"sent": 3}


def _moved(organization: Organization) -> None:
    """Let the store have been elsewhere when its mail was sent last, then queue one mail more."""
    with organization.store.write() as connection:
        delivery.change(connection, machine="another place")
        text = MessageText("A list", "It is attached.")
        mail_administrator(connection, organization.ana, Purpose.LIST, "ana@northwind.example", text, NOW)


def test_26_what_was_queued_after_a_move_is_sent(queued: Organization, northwind: Console) -> None:
    assert northwind.json("worker", "--until-idle", "--json") == {"sent": 3}
    _moved(queued)
    assert northwind.json("worker", "--until-idle", "--json") == {"sent": 1}


def test_26_what_waited_when_a_store_was_moved_is_asked_about(queued: Organization, northwind: Console) -> None:
    _moved(queued)
    told = northwind("worker", "--until-idle", code=6).stderr
    assert "4 mails wait here that may have been sent already" in told
    assert states(queued.store) == ["queued"] * 4


def test_what_is_not_due_yet_waits(organization: Organization, northwind: Console) -> None:
    set_up(organization.store)
    with organization.store.write() as connection:
        later, ids = NOW + HOUR, BitMap([1])
        mail_members(connection, organization.ana, Purpose.REMINDER, ids, NOW, program_id=1, send_at=later)
    assert northwind("worker", "--once").stdout == "Nothing was due.\n"
    assert states(organization.store) == ["queued"]


def test_the_moment_given_is_when_mail_is_due(organization: Organization, northwind: Console) -> None:
    set_up(organization.store)
    with organization.store.write() as connection:
        later, ids = NOW + HOUR, BitMap([1])
        mail_members(connection, organization.ana, Purpose.REMINDER, ids, NOW, program_id=1, send_at=later)
    assert northwind("worker", "--once", "--now", format_iso(later)).stdout == "1 sent.\n"


def test_delivery_that_was_paused_says_so_and_goes_on_when_told(queued: Organization, northwind: Console) -> None:
    with queued.store.write() as connection:
        delivery.pause(connection, delivery.BY_ITSELF, "The server refuses the password.", NOW)
    told = northwind("worker", "--until-idle", code=6).stderr
    assert "Delivery is paused: The server refuses the password." in told
    assert states(queued.store) == ["queued"] * 3
    assert northwind("worker", "--until-idle", "--resume").stdout == "3 sent.\n"
    assert "There is nothing to resume" in northwind("worker", "--resume", code=2).stderr.replace(": t", ". T")


def test_deadline_mails_are_made_and_sent_where_they_were_switched_on(
    organization: Organization, northwind: Console, tmp_path: Path
) -> None:
    add_deadlines(organization.store)
    set_up(organization.store)
    assert northwind("worker", "--once").stdout == "Nothing was due.\n"
    said = northwind("settings", "set", "deadline-mails", "3", "--yes").stdout
    assert "Set deadline-mails to 3; tui-admin worker looks every hour" in said
    with separate(Script(), tmp_path / "accepted") as port:
        at_server = Console(northwind.store, {**northwind.environ, "TUI_ADMIN_SMTP_URL": f"smtp://127.0.0.1:{port}"})
        result = at_server("worker", "--until-idle")
        assert "Queued 2 deadline mails." in result.stderr
        assert result.stdout == "2 sent.\n"
        assert at_server("worker", "--until-idle").stdout == "Nothing was due.\n"
    assert set(accepted(tmp_path / "accepted")) == {row["header_id"] for row in mails(organization.store)}
    northwind("settings", "set", "deadline-mails", "off", "--yes")
    rows = northwind.json("settings", "show", "--format", "json")
    assert {"key": "deadline-mails", "value": None} in rows


def test_organization_admins_are_mailed_that_licenses_run_out(organization: Organization, northwind: Console) -> None:
    set_up(organization.store)
    northwind("settings", "set", "license-alerts", "off", "--yes")
    northwind("contracts", "set", "Year 1", "licenses", "4", "--yes")
    assert northwind("worker", "--once").stdout == "Nothing was due.\n"
    northwind("settings", "set", "license-alerts", "on", "--yes")
    done = northwind("worker", "--once")
    assert "Queued 1 license alert." in done.stderr and done.stdout == "1 sent.\n"
    (mail,) = mails(organization.store)
    assert (mail["address"], mail["state"]) == ("ana@northwind.example", "sent")
    assert northwind("worker", "--once").stdout == "Nothing was due.\n"


def test_a_deadline_mail_says_what_is_due_and_how_to_opt_out(organization: Organization, northwind: Console) -> None:
    add_deadlines(organization.store)
    set_up(organization.store)
    northwind("settings", "set", "deadline-mails", "3", "--yes")
    assert northwind("worker", "--once").stdout == "2 sent.\n"
    written = (mail_folder(organization.store.path) / "new").iterdir()
    found = {mail["Subject"]: mail for mail in (_mail(path) for path in written)}
    assert sorted(found) == ["Essay is due on 4 May 2026", "Quiz [1][2J is due on 3 May 2026"]
    for subject, mail in found.items():
        said = mail.get_body(("plain",)).get_content()
        assert f"*{subject.partition(' is due')[0]}*" in said and "already, there is nothing to do" in " ".join(
            said.split()
        )
        assert mail["List-Unsubscribe"] == "<mailto:learning@northwind.example?subject=unsubscribe>"


def _mail(path: Path) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())


def test_a_store_that_is_not_there_has_nothing_due(console: Console) -> None:
    assert console("worker", "--until-idle").stdout == "Nothing was due.\n"
    assert not console.path.exists()


def test_a_server_out_of_reach_is_said_and_nothing_is_touched(queued: Organization, northwind: Console) -> None:
    nowhere = Console(northwind.store, {**northwind.environ, "TUI_ADMIN_SMTP_URL": "smtp://127.0.0.1:1"})
    assert "127.0.0.1:1 cannot be reached" in nowhere("worker", "--once", code=6).stderr
    assert states(queued.store) == ["queued"] * 3


def test_waiting_for_another_ends_when_nothing_is_due(sqlite_store: Store) -> None:
    console = Console(f"sqlite:///{sqlite_store.path}", {})
    with senders.alone(sqlite_store):
        assert console("worker", "--until-idle").stdout == "Nothing was due.\n"


def test_on_a_shared_store_no_second_one_starts_in_the_background(postgres_store: Store) -> None:
    with postgres_store.write() as connection:
        senders.register(connection, "host", 1, "here", "token", NOW)
    assert background.start(postgres_store) is False


def test_both_ways_to_end_are_refused(northwind: Console) -> None:
    assert "Choose one" in northwind("worker", "--once", "--until-idle", code=2).stderr


def test_a_second_sender_on_an_embedded_store_is_refused(sqlite_store: Store) -> None:
    console = Console(f"sqlite:///{sqlite_store.path}", {})
    with senders.alone(sqlite_store) as mine:
        assert mine
        assert "Another sender is at work" in console("worker", "--once", code=5).stderr
        assert background.start(sqlite_store) is False


def test_a_sender_in_the_background_outlives_its_starter(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    initialise(sqlite_store, "Northwind", "ana@northwind.example", NOW)
    set_up(sqlite_store)
    ana = sign_in(sqlite_store, None)
    with sqlite_store.write() as connection:
        text = MessageText("Hello", "Hello")
        mail_administrator(connection, ana, Purpose.TEST, ana.email, text, _now())
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with separate(Script(), tmp_path / "accepted") as port:
        monkeypatch.setenv("TUI_ADMIN_SMTP_URL", f"smtp://127.0.0.1:{port}")
        started = f"background.start(Store({sqlite_store.url.render_as_string()!r}))"
        code = f"from tui_admin.worker import background; from tui_admin.store.engine import Store; {started}"
        subprocess.run([sys.executable, "-c", code], check=True)
        _wait_for(lambda: states(sqlite_store) == ["sent"])
    assert len(accepted(tmp_path / "accepted")) == 1


def _now() -> int:
    return int(time.time() * 1000)


def _wait_for(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)
