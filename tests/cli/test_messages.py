"""`message`, `messages` and `outbox` at a shell."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Console
from tests.portal.conftest import Organization
from tests.portal.mail_facts import mails, set_up, settle

FILE = "---\nsubject: Hello\naudience: custom\nwhere: program:data\n---\nHello {{ name }}, go on in {{ program }}."


@pytest.fixture
def letter(organization: Organization, tmp_path: Path) -> str:
    """A message file, and an organization that can send it."""
    set_up(organization.store)
    path = tmp_path / "hello.md"
    path.write_text(FILE)
    return str(path)


def test_a_dry_run_says_what_would_be_sent_and_writes_nothing(
    organization: Organization, northwind: Console, letter: str
) -> None:
    result = northwind("message", "send", letter, "--dry-run")
    assert "“Hello” to 3 people" in result.stdout
    assert mails(organization.store) == []
    assert northwind("messages", "--count").stdout == "0\n"


def test_a_message_is_queued_listed_and_called_back(
    organization: Organization, northwind: Console, letter: str
) -> None:
    done = northwind.json("message", "send", letter, "--yes", "--json")
    assert (done["applied"], done["queued"]) == (True, 3)
    number = str(done["message"])
    assert {row["state"] for row in mails(organization.store)} == {"queued"}
    (listed,) = northwind.json("messages", "--format", "json")
    assert (listed["subject"], listed["mails"], listed["waiting"], listed["state"]) == ("Hello", 3, 3, "sending")
    assert northwind.json("message", "list", "--format", "json") == [listed]
    assert "Hello {{ name }}" in northwind("message", "show", number).stdout
    northwind("message", "pause", number, "--yes")
    northwind("message", "resume", number, "--yes")
    northwind("message", "cancel", number, "--yes")
    rows = northwind.json("outbox", "list", "--message", number, "--format", "json")
    assert {row["state"] for row in rows} == {"cancelled"}


@pytest.mark.parametrize("at", ["2026-06-01T09:00:00Z", "2026-06-01T11:00", "2026-06-01 11:00"])
def test_a_message_waits_for_its_time(organization: Organization, northwind: Console, letter: str, at: str) -> None:
    northwind("settings", "set", "time-zone", "Europe/Berlin", "--yes")
    northwind("message", "send", letter, "--at", at, "--yes")
    (listed,) = northwind.json("messages", "--format", "json")
    assert (listed["state"], listed["send_at"]) == ("scheduled", "2026-06-01T09:00:00.000Z")


@pytest.mark.parametrize(("at", "said"), [("noon", "noon is no moment"), ("2001-01-01 09:00", "is past")])
def test_a_message_is_sent_at_no_other_time(northwind: Console, letter: str, at: str, said: str) -> None:
    assert said in northwind("message", "send", letter, "--at", at, "--yes", code=4).stderr
    assert northwind.json("messages", "--format", "json") == []


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (FILE.replace("name }}", "nmae }}"), 4, "nmae"),
        (FILE.replace("program:data", "program:nowhere"), 4, "nowhere"),
        (FILE.replace("custom", "everybody"), 4, "there is no audience 'everybody'"),
        (FILE.replace("{{ name }}", "{{ city }}"), 4, "city"),
        ("no head", 4, "line 1"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_stays(
    organization: Organization, northwind: Console, letter: str, text: str, code: int, said: str
) -> None:
    Path(letter).write_text(text)
    assert said in northwind("message", "send", letter, "--yes", code=code).stderr
    assert northwind("messages", "--count").stdout == "0\n"


def test_mails_in_doubt_are_resolved_by_a_log_and_by_word(
    organization: Organization, northwind: Console, letter: str, tmp_path: Path
) -> None:
    northwind("message", "send", letter, "--yes")
    settle(organization.store, "unknown", 0)
    log = tmp_path / "mail.log"
    log.write_text(mails(organization.store)[0]["header_id"] + "\n")
    plan = json.loads(northwind("outbox", "resolve", "--log", str(log), "--dry-run", "--json").stdout)
    assert (plan["applied"], plan["proven_sent"], plan["left"]) == (False, 1, 2)
    assert [row["state"] for row in mails(organization.store)] == ["unknown"] * 3
    northwind("outbox", "resolve", "--log", str(log), "--yes")
    assert [row["state"] for row in mails(organization.store)] == ["sent", "unknown", "unknown"]
    northwind("outbox", "resolve", "--decide", "drop", "--yes")
    assert [row["state"] for row in mails(organization.store)] == ["sent", "dropped", "dropped"]
    assert northwind("outbox", "list", "--state", "in-doubt", "--count").stdout == "0\n"


def test_resolving_needs_to_be_told_how(northwind: Console) -> None:
    assert "Say how to decide" in northwind("outbox", "resolve", "--yes", code=2).stderr
