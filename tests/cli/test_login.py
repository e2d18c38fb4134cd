"""The command line as sshd runs it: who acts and on what is not the client's to say, and no file is theirs to name."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import Console
from tests.portal.conftest import NOW, Organization
from tests.portal.report_files import member, write
from tests.rules.test_public_keys import ED25519, FINGERPRINT
from tui_admin.cli.context import Login, Surroundings
from tui_admin.cli.login import line
from tui_admin.cli.main import AT_THE_MACHINE, root
from tui_admin.portal import keys
from tui_admin.store.engine import Store

ANA = "ana@northwind.example"
STDIN = ("/dev/stdin", "/proc/self/fd/0", "/dev/fd/0", "./-")


@pytest.fixture
def login(organization: Organization) -> Login:
    """Ana, logged in with her key."""
    keys.add(organization.store, organization.ana, ANA, f"{ED25519} desk", NOW)
    return Login(FINGERPRINT, ANA, organization.store.url.render_as_string(hide_password=False))


def over_ssh(login: Login, *words: str, given: str | bytes | None = None, code: int | None = 0) -> Result:
    """What the words of a client do, with nobody there to answer."""
    around = Surroundings({}, lambda: NOW, lambda: False, login)
    result = CliRunner().invoke(root, words, input=given, obj=around)
    assert code is None or result.exit_code == code, f"{words}\n{result.stdout}\n{result.stderr}"
    return result


def test_commands_act_for_the_administrator_of_the_line(login: Login) -> None:
    assert over_ssh(login, "members", "--count").stdout == "5\n"
    over_ssh(login, "programs", "set", "data", "tagline", "Numbers", "--yes")
    newest = json.loads(over_ssh(login, "journal", "list", "--format", "json", "--limit", "1").stdout)[0]
    assert (newest["actor"], newest["key"]) == (ANA, FINGERPRINT)
    (key,) = json.loads(over_ssh(login, "admins", "keys", "list", "--format", "json").stdout)
    assert key["last_used_at"] is not None
    over_ssh(login, "journal", "verify")


def test_a_removed_key_opens_nothing(login: Login) -> None:
    over_ssh(login, "admins", "keys", "remove", FINGERPRINT, "--yes")
    assert "was removed" in over_ssh(login, "members", code=3).stderr


@pytest.mark.parametrize(
    "words",
    [
        *(
            tuple(word.format(option, value) for word in spelled)
            for option, value in (("--store", "sqlite:///x.db"), ("--as", "bo@x.example"), ("--config", "/etc/passwd"))
            for spelled in (
                ("{0}", "{1}", "members"),
                ("{0}={1}", "members"),
                ("members", "{0}", "{1}"),
                ("members", "{0}={1}"),
                ("{0}=", "members"),
                ("journal", "{0}={1}", "list"),
                ("journal", "list", "--limit", "1", "{0}={1}", "{0}={1}"),
                ("{0}={1}",),
            )
        ),
        ("--stor=sqlite:///x.db", "members"),
        ("--conf", "x", "members"),
        ("--ssh-key", FINGERPRINT, "members"),
        ("members", f"--ssh-key={FINGERPRINT}"),
    ],
    ids=" ".join,
)
def test_the_client_chooses_neither_store_nor_administrator(login: Login, words: tuple[str, ...]) -> None:
    refused = over_ssh(login, *words, code=2)
    assert refused.stdout == "" and refused.stderr
    assert not Path("x.db").exists()


def test_what_is_done_is_dated_by_the_machine(login: Login) -> None:
    over_ssh(login, "programs", "set", "data", "tagline", "Numbers", "--yes", "--now", "2001-01-01")
    newest = json.loads(over_ssh(login, "journal", "list", "--format", "json", "--limit", "1").stdout)[0]
    assert newest["at"] == "2026-05-01T12:00:00.000Z"


@pytest.mark.parametrize("name", sorted(AT_THE_MACHINE))
def test_what_is_for_the_machine_is_not_done(login: Login, name: str) -> None:
    assert "not done over SSH" in over_ssh(login, name, "--yes", code=3).stderr
    assert f"\n  {name} " not in over_ssh(login, "--help").stdout.split("Commands:")[1].split("Examples:")[0]


def commands(command: click.Command = root, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of everything that can be run over SSH."""
    if path and (not isinstance(command, click.Group) or command.invoke_without_command):
        yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if path or name not in AT_THE_MACHINE:
                found = command.get_command(context, name)
                assert found is not None
                yield from commands(found, (*path, name))


_WATCHED: list[str] = []
_SEEN: list[str] = []


def _watch(event: str, args: tuple[object, ...]) -> None:
    if _WATCHED and event in ("open", "os.listdir", "os.scandir", "os.rename", "os.remove", "sqlite3.connect"):
        _SEEN.extend(str(arg) for arg in args if isinstance(arg, str | bytes | Path) and _WATCHED[0] in str(arg))


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """The paths below a folder that anything in this process touches."""
    if not hasattr(sys, "_paths_are_watched"):
        sys.addaudithook(_watch)
        sys._paths_are_watched = True  # type: ignore[attr-defined]  # a hook stays for as long as the process
    _SEEN.clear()
    _WATCHED.append(str(folder))
    try:
        yield _SEEN
    finally:
        _WATCHED.clear()


def ways(words: tuple[str, ...], path: str) -> Iterator[tuple[str, ...]]:
    """A command with a path in the place of every text it takes, one after the other."""
    command: click.Command = root
    for word in words:
        command = command.get_command(click.Context(command), word)  # type: ignore[attr-defined]
    own = [param for param in command.params if param.name not in ("store", "acting", "now", "config", "version")]
    arguments = [path if is_text(param) else "1" for param in own if isinstance(param, click.Argument)]
    yes = ["--yes"] if any("--yes" in param.opts for param in own) else []
    if arguments:
        yield (*words, *arguments, *yes)
    for param in own:
        if isinstance(param, click.Option) and is_text(param):
            yield (*words, *(["-"] * len(arguments)), *yes, param.opts[0], path)


def is_text(param: click.Parameter) -> bool:
    flag = isinstance(param, click.Option) and param.is_flag
    return not flag and not isinstance(param.type, click.Choice | click.IntRange | click.types.IntParamType)


def test_no_command_opens_a_path(login: Login, tmp_path: Path) -> None:
    folder = tmp_path / "of-the-server"
    folder.mkdir()
    secret = folder / "secret.csv"
    secret.write_text("Full Name,Email,External ID\nNew,new@x.example,\n")
    tried = 0
    for words in commands():
        for path in (secret, folder / "new.csv", folder):
            for way in ways(words, str(path)):
                with watched(folder) as seen:
                    over_ssh(login, *way, given=b"", code=None)
                assert seen == [], way
                tried += 1
    assert tried > 150
    assert [entry.name for entry in folder.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("path", [*STDIN, "/etc/passwd", "/nowhere", "."])
def test_a_file_is_refused_whether_it_is_there_or_not(login: Login, path: str) -> None:
    said = "no file of the server can be named"
    for words in (
        ("import", path, "--yes"),
        ("import", "-", path, "--yes"),
        ("import", "-", "--yes", "--refused", path),
        ("import", "-", "--yes", f"--refused={path}"),
        ("invite", path, "--program", "data"),
        ("report", "members", "--out", path),
        ("message", "send", path, "--yes"),
        ("bounces", "import", path, "--yes"),
        ("admins", "keys", "add", ANA, path, "--yes"),
    ):
        assert said in over_ssh(login, *words, code=2).stderr


def test_files_are_piped(login: Login, tmp_path: Path) -> None:
    report = write(tmp_path / "members.csv", [member("new@x.example"), member("nobody")])
    done = over_ssh(login, "import", "-", "--yes", "--json", "--refused", "-", given=report.read_bytes())
    assert json.loads(done.stderr)["totals"]["new"] == 1
    assert "nobody" in done.stdout and "new@x.example" not in done.stdout, "the refused rows, to repair"
    people = "Full Name,Email,External ID\nNew,newer@x.example,\n"
    words = ("invite", "-", "--program", "data", "--contract", "Year 1", "--no-mail", "--receipt", "-")
    assert "newer@x.example" in over_ssh(login, *words, given=people).stdout
    assert "new@x.example" in over_ssh(login, "report", "members", "--out", "-").stdout
    over_ssh(login, "bounces", "import", "-", "--dry-run", given="Subject: Undeliverable\n\nNobody there.\n")
    letter = "---\nsubject: Hello\nwhere: program:data\n---\nHello {{ name }}.\n"
    over_ssh(login, "settings", "set", "sender-address", "learning@northwind.example", "--yes")
    over_ssh(login, "message", "send", "-", "--dry-run", given=letter)


def test_more_than_may_be_imported_is_not_kept(login: Login, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("archive_gb = 0.00001\n")
    small = Login(login.key, login.email, login.store, str(settings))
    assert "More is piped in" in over_ssh(small, "import", "-", "--yes", given=b"x" * 20_000, code=4).stderr


def process(login_line: list[str], words: str | None, **environ: str) -> "subprocess.CompletedProcess[str]":
    """The program as sshd starts it."""
    around = {**os.environ, **environ} | ({} if words is None else {"SSH_ORIGINAL_COMMAND": words})
    program = [sys.executable, "-m", "tui_admin", *login_line]
    return subprocess.run(
        program, env=around, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, errors="replace"
    )


def test_the_line_and_nothing_else_says_who_acts(northwind: Console, login: Login, tmp_path: Path) -> None:
    words = shlex.split(line((), login))
    other = {"TUI_ADMIN_STORE": f"sqlite:///{tmp_path / 'x.db'}", "TUI_ADMIN_AS": "eve@x.example"}
    done = process(words, "members --count", **other, TUI_ADMIN_NOW="noon", _TUI_ADMIN_COMPLETE="bash_source")
    assert (done.returncode, done.stdout) == (0, "5\n"), done.stderr
    own = tmp_path / "home" / "config" / "tui-admin"
    own.mkdir(parents=True)
    (own / "config.toml").write_text(f'store = "{other["TUI_ADMIN_STORE"]}"\nas = "eve@x.example"\n')
    assert process(words, "members --count").stdout == "5\n"
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (None, 2, "needs a terminal"),
        ("", 2, "needs a terminal"),
        ("members 'x", 2, "a quote is not closed"),
        ("members \\", 2, "a backslash stands at its end"),
        ("sh", 2, 'no command "sh"'),
        ("members --count; id", 2, "No such option"),
        ("members --count\nid", 2, "unexpected extra argument"),
        ("members --count && id", 2, "unexpected extra argument"),
        ("members --program $(id) --count", 4, "$(id)"),
        ("members --program $(touch x) --count", 2, "unexpected extra argument"),
        ("`id`", 2, "no command"),
        ("scp -t .", 2, 'no command "scp"'),
        ("/usr/lib/openssh/sftp-server", 2, "no command"),
        ("internal-sftp", 2, "no command"),
        ("members --program \x1b[31m --count", 4, r"\x1b[31m"),
    ],
)
def test_no_shell_sees_the_words(login: Login, words: str | None, code: int, says: str) -> None:
    done = process(shlex.split(line((), login)), words)
    assert done.returncode == code and says in done.stderr, done.stderr
    assert done.stdout == "" and "Traceback" not in done.stderr and "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--ssh-key", FINGERPRINT),
        ("--ssh-key", FINGERPRINT, "--as"),
        ("--ssh-key", FINGERPRINT, "--as", ANA, "members"),
        ("--ssh-key", FINGERPRINT, "--as", ANA, "--as", ANA),
        ("--ssh-key", FINGERPRINT, "--as", ANA, "--now", "2001-01-01"),
    ],
)
def test_a_line_that_sshd_was_not_given_is_none(words: tuple[str, ...]) -> None:
    done = process(list(words), "members")
    assert done.returncode == 2 and "stands in the lines" in done.stderr


def test_a_login_without_a_store_makes_none(tmp_path: Path) -> None:
    done = process(["--ssh-key", FINGERPRINT, "--as", ANA], "members")
    assert done.returncode == 2 and "names no store" in done.stderr
    assert list((tmp_path / "home").glob("**/*.db")) == []


def ssh_keys(console: Console, *words: str, **how: object) -> str:
    return console("ssh-keys", *words, **how).stdout  # type: ignore[arg-type]


def test_sshd_gets_one_line_for_a_key_and_nothing_for_others(northwind: Console, login: Login, tmp_path: Path) -> None:
    (told,) = ssh_keys(northwind, *ED25519.split()).splitlines()
    options, _, key = told.rpartition('" ')
    assert key == ED25519
    assert options.startswith('restrict,pty,command="')
    command = options.removeprefix('restrict,pty,command="').replace('\\"', '"')
    words = subprocess.run(["sh", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True).stdout.split("\n")
    assert words[0].startswith("/") and words[1:5] == ["--ssh-key", FINGERPRINT, "--as", ANA]
    assert words[5:7] == ["--store", login.store]
    for other in (("ssh-rsa", ED25519.split()[1]), ("ssh-ed25519", "AAAA"), ("x", "'"), ("ssh-ed25519", "%")):
        assert ssh_keys(northwind, *other) == ""
    northwind("admins", "keys", "remove", FINGERPRINT, "--yes")
    assert ssh_keys(northwind, *ED25519.split()) == ""


def test_the_line_holds_no_password(northwind: Console, login: Login, tmp_path: Path) -> None:
    address = "postgresql://ana:secret@127.0.0.1:1/none"
    refused = northwind("ssh-keys", *ED25519.split(), store=address, code=2)
    assert "--config FILE" in refused.stderr and refused.stdout == "" and "secret" not in refused.stderr
    settings = tmp_path / "settings.toml"
    settings.write_text(f'store = "{address}"\n')
    failed = northwind("ssh-keys", *ED25519.split(), "--config", str(settings), store="", code=5)
    assert failed.stdout == "" and "secret" not in failed.stderr


def test_paths_with_quotes_and_blanks_stay_one_word(tmp_path: Path, organization: Organization) -> None:
    folder = tmp_path / """it's "a" $(id) \\ `b`"""
    folder.mkdir()
    store = Store(f"sqlite:///{folder / 'store.db'}")
    from tui_admin.portal.organization import initialise

    keys.add(store, initialise(store, "Northwind", ANA, NOW), ANA, ED25519, NOW)
    store.close()
    settings = folder / "settings.toml"
    settings.write_text("")
    console = Console(f"sqlite:///{folder / 'store.db'}")
    (told,) = ssh_keys(console, *ED25519.split(), "--config", str(settings)).splitlines()
    command = told[len('restrict,pty,command="') : told.rindex('" ssh-ed25519')].replace('\\"', '"')
    done = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "SSH_ORIGINAL_COMMAND": "programs --count"},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.returncode) == ("0\n", 0), done.stderr
