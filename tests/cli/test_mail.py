"""`mail test` at a shell."""

import json
from contextlib import closing
from pathlib import Path

from sqlalchemy import update

from tests.cli.conftest import Console
from tests.mail.fault_script import Fault, Script
from tests.mail.fault_server import accepted, separate
from tui_admin.store.engine import Store
from tui_admin.store.tables import organization


def test_each_step_is_shown_and_a_mail_sent(console: Console, tmp_path: Path) -> None:
    console("init", "--org", "Northwind", "--admin", "ana@northwind.example", "--yes")
    with closing(Store(console.store)) as store, store.write() as connection:
        connection.execute(update(organization).values(sender_address="learning@northwind.example"))
    log = tmp_path / "accepted"
    with separate(Script(), log) as port:
        at_server = Console(console.store, {"TUI_ADMIN_SMTP_URL": f"smtp://127.0.0.1:{port}"})
        assert at_server("mail", "test").stdout.splitlines()[-1] == "The way is open; nothing was sent."
        lines = at_server("mail", "test", "--to", "ana@northwind.example").stdout.splitlines()
        document = at_server.json("mail", "test", "--json")
    assert lines[0] == f"Mails go to smtp://127.0.0.1:{port}, over at most 4 connections."
    assert [line.split()[0] for line in lines[1:4]] == ["connect", "hello", "body"]
    assert lines[4:] == ["The test mail to ana@northwind.example was taken."]
    assert len(accepted(log)) == 1
    assert document["way"] == lines[0]
    assert [step["step"] for step in document["steps"]] == ["connect", "hello"]


def test_what_fails_is_exit_6_with_what_to_do(console: Console, tmp_path: Path) -> None:
    with separate(Script((Fault("ehlo", "farewell", "550 5.7.1 not \x1b[31myou"),)), tmp_path / "accepted") as port:
        at_server = Console(console.store, {"TUI_ADMIN_SMTP_URL": f"smtp://127.0.0.1:{port}"})
        result = at_server("mail", "test", code=6)
    assert result.stdout.splitlines()[1].startswith("connect  220 ")
    assert "550 5.7.1 not \ufffd[31myou" in result.stderr
    assert "\x1b" not in result.output


def test_settings_that_cannot_be_followed_are_exit_4(console: Console) -> None:
    environ = {"TUI_ADMIN_SMTP_URL": "smtps://ana:hunter2@mail.example/x"}
    result = Console(console.store, environ)("mail", "test", code=4)
    assert "TUI_ADMIN_SMTP_URL is no mail server" in result.stderr
    assert "hunter2" not in result.output


def test_without_a_server_it_says_where_mails_stay(console: Console) -> None:
    said = console("mail", "test").stdout
    assert "No mail server is set" in said and str(console.path.with_suffix(".mail")) in said


def test_the_settings_file_sets_server_and_limits(console: Console, tmp_path: Path) -> None:
    with separate(Script(), tmp_path / "accepted") as port:
        config = tmp_path / "config.toml"
        config.write_text(f'[mail]\nserver = "smtp://127.0.0.1:{port}"\nconnections = 2\nper_day = 500\n')
        document = json.loads(console("mail", "test", "--json", "--config", str(config)).stdout)
    assert document["way"].endswith("over at most 2 connections, 500 a day.")
