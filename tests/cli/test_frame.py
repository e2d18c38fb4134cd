"""What holds for every command: options anywhere, exit codes, one sentence instead of a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Console
from tui_admin import __version__
from tui_admin.cli.main import PLACES, root
from tui_admin.store.engine import Store


def every_command() -> list[tuple[str, ...]]:
    """The words of every command and group."""
    found: list[tuple[str, ...]] = []

    def walk(words: tuple[str, ...], command: click.Command) -> None:
        found.append(words)
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                walk((*words, name), command.get_command(context, name))

    walk((), root)
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_tells_what_it_does_and_how_to_call_it(console: Console, words: tuple[str, ...]) -> None:
    told = console(*words, "--help").stdout

    assert told.startswith("Usage: tui-admin")
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    assert lines[1][0].isupper() and "." in told, "a sentence says what it does"
    assert "--store" in told
    assert "...\n" not in told.partition("Commands:")[2], "what a command does fits its line"


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_example_in_the_help_is_a_command_that_exists(words: tuple[str, ...]) -> None:
    command: click.Command = root
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)  # type: ignore[assignment]

    for example in command.examples:
        assert example.startswith("tui-admin")
        following = [word for word in example.split()[1:] if not word.startswith("-")]
        assert not words or following[: len(words)] == list(words)


def test_options_may_stand_before_and_after_the_command(console: Console, tmp_path: Path) -> None:
    assert console("--version", code=0).stdout == f"tui-admin {__version__}\n"
    assert console("journal", "list", "--version").stdout == f"tui-admin {__version__}\n"
    empty = f"sqlite:///{tmp_path / 'other.db'}"
    for args in (["--as", "a@b.example", "journal", "list"], ["journal", "list", "--as", "a@b.example"]):
        assert "a@b.example is no administrator" in console(*args, code=3, store=empty).stderr
    for args in (["--now", "noon", "journal", "list"], ["journal", "--now", "noon", "list"]):
        assert '"noon" is no moment' in console(*args, code=2).stderr
    console.environ = {"TUI_ADMIN_NOW": "noon"}
    assert 'TUI_ADMIN_NOW is "noon"' in console("init", "--org", "O", "--admin", "a@b.example", "--yes", code=2).stderr


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["memers"], 2, "Did you mean members?"),
        (["journal", "lst"], 2, "Did you mean list?"),
        (["journal", "list", "--limit", "0"], 2, "--limit"),
        (["journal", "list", "--formt", "json"], 2, "--format"),
        (["journal", "list", "--store", "mysql://x/y"], 2, "is no store address"),
        (["journal", "list", "--as", "nobody@example.com"], 3, "is no administrator of this store"),
        (["journal", "list", "--config", "/nowhere/settings.toml"], 2, "There is no settings file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_its_exit_code(
    console: Console, args: list[str], code: int, says: str
) -> None:
    result = console(*args, code=code)

    assert says in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_settings_file_names_the_store_and_who_acts(console: Console, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('as = "nobody@example.com"\n')
    assert "nobody@example.com" in console("journal", "list", "--config", str(settings), code=3).stderr

    settings.write_text("stoer = 'x'\n")
    assert 'did you mean "store"?' in console("journal", "list", "--config", str(settings), code=4).stderr

    settings.write_text("store = 5\n")
    assert "must be a text in quotes" in console("journal", "list", "--config", str(settings), code=4).stderr

    settings.write_text("store = \n")
    assert "is not TOML" in console("journal", "list", "--config", str(settings), code=4).stderr


def test_the_option_counts_before_the_environment_before_the_settings(console: Console, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('as = "settings@example.com"\n')
    args = ["journal", "list", "--config", str(settings)]
    assert "settings@example.com" in console(*args, code=3).stderr

    console.environ = {"TUI_ADMIN_AS": "environment@example.com"}
    assert "environment@example.com" in console(*args, code=3).stderr
    assert "option@example.com" in console(*args, "--as", "option@example.com", code=3).stderr


def test_what_nobody_foresaw_goes_to_the_log_and_not_to_the_terminal(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui_admin.config import log_file
    from tui_admin.portal import journal

    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(journal, "entries", broken)

    result = console("journal", "list", code=70)

    assert "Traceback" not in result.stderr and str(log_file()) in result.stderr
    assert "a fault of ours" in log_file().read_text()
    assert log_file().stat().st_mode & 0o077 == 0


def test_ctrl_c_ends_with_130(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_admin.portal import journal

    def interrupted(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "entries", interrupted)

    assert "Interrupted" in console("journal", "list", code=130).stderr


LOADED = """
import json, sys
sys.argv = ["tui-admin", *json.loads(sys.stdin.readline())]
from tui_admin.__main__ import main
try:
    main()
except SystemExit as ending:
    print("\\n" + json.dumps([ending.code, sorted(sys.modules)]))
"""


def modules_of(*args: str) -> set[str]:
    """The top-level packages a command loads, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], input=json.dumps(args) + "\n", capture_output=True, text=True, timeout=60
    )
    code, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    return {name.partition(".")[0] for name in loaded} | {name for name in loaded if name.startswith("tui_admin")}


def test_help_and_version_load_no_database_and_no_screens() -> None:
    for args in (["--help"], ["--version"], ["members", "--help"], ["import", "--help"]):
        assert not modules_of(*args) & {"sqlalchemy", "textual", "rich", "lark", "pydantic", "psycopg", "alembic"}


def test_sshd_is_answered_with_the_database_alone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    store.create()
    store.close()
    loaded = modules_of("ssh-keys", "--store", f"sqlite:///{tmp_path / 'store.db'}", "ssh-ed25519", "AAAA")

    assert "sqlite3" in loaded
    assert not loaded & {"sqlalchemy", "textual", "rich", "lark", "pydantic", "psycopg", "alembic", "tui_admin.portal"}


@pytest.mark.parametrize("words", [["journal", "list"], ["journal", "verify"], ["members"], ["programs"], ["users"]])
def test_commands_never_load_the_console(tmp_path: Path, words: list[str]) -> None:
    loaded = modules_of("--store", f"sqlite:///{tmp_path / 'none.db'}", *words)

    assert not loaded & {"textual", "tui_admin.app", "tui_admin.screens", "tui_admin.widgets", "alembic", "psycopg"}


def test_only_the_module_of_the_command_that_runs_is_loaded(tmp_path: Path) -> None:
    loaded = modules_of("--store", f"sqlite:///{tmp_path / 'none.db'}", "journal", "verify")

    others = {f"tui_admin.cli.{place.partition(':')[0]}" for place in PLACES.values()} - {"tui_admin.cli.journal"}
    assert "tui_admin.cli.journal" in loaded
    assert not loaded & others


def test_a_reader_that_leaves_early_ends_it_quietly(tmp_path: Path) -> None:
    command = f"{sys.executable} -m tui_admin --help | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
