"""Who may do what, by the command line: every command as organization admin, as program admin of `data`, of another
program, and as nobody."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.benchmark_samples import as_json, document
from tests.faults.conftest import Console
from tests.portal.conftest import NOW
from tests.portal.report_files import member, write
from tests.rules.test_public_keys import ED25519, line
from tui_admin.cli.main import root
from tui_admin.portal.reports import fulfilling
from tui_admin.store.engine import Store

ANA, BO, CY, EVE = PEOPLE = tuple(f"{name}@northwind.example" for name in ("ana", "bo", "cy", "eve"))
ALL, OWN, ORGANIZATION, IN_USE = (0, 0, 0, 3), (0, 0, 3, 3), (0, 3, 3, 3), (5, 5, 5, 5)
"""Exit codes for an organization admin, the admin of `data`, the admin of `teams`, and nobody. IN_USE: refused to
everybody, since the store is not empty. That there is an entry of somebody else's to undo is not told: 4. Nor that
there is a key of somebody else's: 2; a key that bo has just added is not added again: 2. Nothing is served at an
address that is not this machine's: 2."""

COMMANDS: dict[str, tuple[tuple[str, ...], tuple[int, int, int, int]]] = {
    "init": (("--org", "Other", "--admin", EVE, "--yes"), (2, 2, 2, 2)),
    "demo": (("--members", "5", "--no-open"), IN_USE),
    "import": (("MEMBERS", "--yes"), ALL),
    "programs": (("--format", "json"), ALL),
    "programs create": (("new", "--name", "New", "--yes"), ORGANIZATION),
    "programs set": (("data", "tagline", "Numbers", "--yes"), OWN),
    "programs remove": (("data", "--archive", "NEW FILE", "--dry-run"), OWN),
    "members": (("--program", "data", "--format", "json"), OWN),
    "users": (("--format", "json"), ALL),
    "analytics": (("activity", "--json"), ORGANIZATION),
    "benchmark": (("--format", "json"), ORGANIZATION),
    "benchmark import": (("BENCHMARK", "--yes"), ORGANIZATION),
    "benchmark export": (("--out", "NEW FILE"), (4, 3, 3, 3)),  # nobody is rated
    "people export": (("person1@northwind.example", "--out", "NEW FILE"), ORGANIZATION),
    "people erase": (("person1@northwind.example", "--yes"), ORGANIZATION),
    "people merge": (("person1@northwind.example", "person6@northwind.example", "--yes"), ORGANIZATION),
    "people readmit": (("person1@northwind.example", "--yes"), (4, 3, 3, 3)),
    "people unlist": (("person2@northwind.example", "--yes"), ORGANIZATION),
    "people relist": (("person2@northwind.example", "--yes"), (4, 3, 3, 3)),
    "people change-address": (("person2@northwind.example", "moved@x.example", "--yes"), ORGANIZATION),
    "contracts": (("--format", "json"), ALL),
    "contracts create": (("New", "--yes"), ORGANIZATION),
    "contracts set": (("Year 2", "licenses", "9", "--yes"), ORGANIZATION),
    "admins": (("--format", "json"), ORGANIZATION),
    "admins add": (("new@x.example", "--program", "data", "--yes"), ORGANIZATION),
    "admins remove": ((CY, "--yes"), ORGANIZATION),
    "admins keys add": ((BO, "KEY", "--yes"), (2, 0, 3, 3)),
    "admins keys list": ((BO, "--format", "json"), OWN),
    "admins keys remove": (("FINGERPRINT", "--yes"), (0, 2, 2, 3)),
    "ssh-keys": (("ssh-ed25519", "unknown"), (0, 0, 0, 0)),
    "ssh-setup": ((), (0, 0, 0, 0)),
    "catalogue": (("--format", "json"), ALL),
    "catalogue list": (("--specializations", "--format", "json"), ALL),
    "catalogue import": (("CATALOGUE", "--yes"), ALL),
    "curriculum show": (("--program", "data", "--format", "json"), OWN),
    "curriculum export": (("-", "--program", "data"), OWN),
    "curriculum import": (("CURRICULUM", "--program", "data", "--yes"), OWN),
    "settings show": (("--format", "json"), ORGANIZATION),
    "settings set": (("name", "Other", "--yes"), ORGANIZATION),
    "invite": (("LIST", "--program", "data", "--contract", "Year 1", "--no-mail"), OWN),
    "invite-template": ((), (0, 0, 0, 0)),
    "roster plan": (("LIST", "--program", "data"), OWN),
    "roster apply": (("LIST", "--program", "data", "--allow-change", "1000", "--no-mail", "--yes"), OWN),
    "invitations": (("--format", "json"), ALL),
    "invitations list": (("--program", "data", "--format", "json"), OWN),
    "invitations resend": (("--program", "data", "--where", "email:nobody@", "--yes"), OWN),
    "invitations withdraw": (("--program", "data", "--where", "email:nobody@", "--yes"), OWN),
    "remove": (("--program", "data", "--where", "email:person2@", "--yes"), OWN),
    "undo": (("ENTRY", "--yes"), (0, 4, 4, 3)),
    "journal list": (("--format", "json"), ALL),
    "journal verify": ((), ORGANIZATION),
    "report email": (("--program", "data", "--out", "-"), OWN),
    "report gradebook": (("--course", "c1", "--program", "data", "--out", "-"), (4, 4, 3, 3)),  # no such course
    "report members": (("--program", "data", "--out", "-"), OWN),
    "reports": (("--format", "json"), ALL),
    "reports list": (("--format", "csv"), ALL),
    "reports download": (("1", "--out", "-"), (0, 0, 4, 3)),
    "skills rate": ((), ORGANIZATION),
    "skills validate": ((), (4, 3, 3, 3)),  # too few attempts
    "skills tune": ((), (4, 3, 3, 3)),
    "backup": (("NEW FILE",), ORGANIZATION),
    "restore": (("BACKUP", "--dry-run"), ORGANIZATION),
    "doctor": ((), ORGANIZATION),
    "suppress list": (("--format", "json"), ORGANIZATION),
    "suppress add": (("gone@x.example", "--yes"), ORGANIZATION),
    "suppress remove": (("stopped@x.example", "--yes"), ORGANIZATION),
    "bounces import": (("BOUNCE", "--yes"), ORGANIZATION),
    "mail test": ((), ORGANIZATION),
    "worker": (("--once",), ORGANIZATION),
    "serve": (("--host", "192.0.2.1"), (2, 3, 3, 3)),
    "message send": (("LETTER", "--yes"), (0, 0, 4, 3)),
    "message list": (("--format", "json"), ALL),
    "message show": (("1",), (0, 4, 4, 3)),
    "message pause": (("1", "--yes"), (0, 4, 4, 3)),
    "message resume": (("1", "--yes"), (2, 4, 4, 3)),
    "message cancel": (("1", "--yes"), (0, 4, 4, 3)),
    "messages": (("--format", "json"), ALL),
    "outbox list": (("--format", "json"), ALL),
    "outbox resolve": (("--decide", "drop", "--yes"), ALL),
}
LISTINGS = ("programs", "users", "contracts", "catalogue", "journal list")


def commands(command: click.Command = root, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command of the program by its words."""
    if isinstance(command, click.Group):
        if path and command.invoke_without_command:
            yield " ".join(path)
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))
    else:
        yield " ".join(path)


def test_every_command_stands_in_the_table() -> None:
    assert set(commands()) == set(COMMANDS)


@pytest.fixture
def files(northwind: Console, tmp_path: Path) -> dict[str, str]:
    """What commands are given: a report of `data`, a backup, an entry of ana's."""
    northwind("backup", str(tmp_path / "saved.db"))
    northwind("remove", "--program", "data", "--where", "email:person3@", "--yes")
    entry = northwind.json("journal", "list", "--format", "json")[0]["id"]
    northwind("suppress", "add", "stopped@x.example", "--yes")
    report = write(tmp_path / "members.csv", [member("new@x.example")])
    northwind("settings", "set", "sender-address", "learning@northwind.example", "--yes")
    letter = tmp_path / "letter.md"
    letter.write_text("---\nsubject: Hello\nwhere: program:data\n---\nHello {{ name }}.\n")
    northwind("message", "send", str(letter), "--yes")
    northwind("report", "members", "--program", "data", "--to", BO, "--yes")
    fulfilling.make_next(Store(northwind.store), lambda: NOW)
    people = tmp_path / "people.csv"
    people.write_text("Full Name,Email,External ID\nNew,new@x.example,\n")
    (tmp_path / "bo.pub").write_text(ED25519)
    (tmp_path / "ana.pub").write_text(line("ssh-ed25519", bytes(32)))
    northwind("admins", "keys", "add", ANA, str(tmp_path / "ana.pub"), "--yes")
    (fingerprint,) = [key["fingerprint"] for key in northwind.json("admins", "keys", "list", "--format", "json")]
    (tmp_path / "curriculum.csv").write_text("Collection,Kind,ID\nBasics,,\n")
    (tmp_path / "bounce.eml").write_text("Subject: Undeliverable\n\nNobody there.\n")
    given = {
        "CURRICULUM": str(tmp_path / "curriculum.csv"),
        "MEMBERS": str(report),
        "LIST": str(people),
        "LETTER": str(letter),
        "ENTRY": str(entry),
    }
    given |= {"KEY": str(tmp_path / "bo.pub"), "FINGERPRINT": fingerprint}
    given["BENCHMARK"] = str(as_json(tmp_path / "benchmark.json", document()))
    given |= {"CATALOGUE": str(write(tmp_path / "courses.csv", [{"Course ID": "py", "Skills": "Python:0.9"}]))}
    return given | {
        "BACKUP": str(tmp_path / "saved.db"),
        "BOUNCE": str(tmp_path / "bounce.eml"),
        "CURRICULUM": str(tmp_path / "curriculum.csv"),
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_who_may_run_it(northwind: Console, files: dict[str, str], tmp_path: Path, name: str) -> None:
    words, expected = COMMANDS[name]
    for email, code in reversed(list(zip(PEOPLE, expected, strict=True))):
        given = files | {"NEW FILE": str(tmp_path / f"{email}.db")}
        before = northwind("members", "--format", "json").stdout
        result = northwind(*name.split(), *(given.get(word, word) for word in words), "--as", email, code=code)
        if code:
            assert result.stderr and result.stdout == "", (email, result.stdout)
            assert northwind("members", "--format", "json").stdout == before
            assert not Path(given["NEW FILE"]).exists()
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", LISTINGS)
def test_lists_tell_nothing_of_other_programs(northwind: Console, files: dict[str, str], name: str) -> None:
    told = northwind(*name.split(), *COMMANDS[name][0], "--as", CY).stdout
    for secret in ('"data"', "Data Foundations", "person2@", "person3@", "person5@"):
        assert secret not in told
    assert northwind.count(*name.split(), "--as", CY) <= northwind.count(*name.split())


def test_counts_tell_nothing_of_other_programs(northwind: Console) -> None:
    assert (northwind.count("members", "--as", BO), northwind.count("members", "--as", CY)) == (3, 2)
    assert northwind.count("users", "--as", CY) < northwind.count("users")
    for where in ("name:person", "program:data", "email:person2@ or email:person6@"):
        for command in ("members", "users"):
            found = northwind(command, "--where", where, "--format", "csv", "--as", CY, code=None)
            assert "person2@" not in found.stdout and "person3@" not in found.stdout


def test_rows_of_other_programs_are_refused_by_line(northwind: Console, files: dict[str, str]) -> None:
    done = northwind.json("import", files["MEMBERS"], "--yes", "--json", "--as", CY)
    assert done["totals"] == {"new": 0, "changed": 0, "unchanged": 0, "refused": 1}
    (refusal,) = done["files"][0]["refusals"]
    assert (refusal["line"], refusal["column"], refusal["value"]) == (2, "Program Slug", "data")
    assert "none of your programs" in refusal["reason"]
    assert northwind.count("users", "--where", "email:new@x.example") == 0


def test_own_actions_are_undone_and_no_others(northwind: Console, files: dict[str, str]) -> None:
    northwind("remove", "--program", "data", "--where", "email:person2@", "--yes", "--as", BO)
    assert [entry["actor"] for entry in northwind.json("journal", "list", "--format", "json", "--as", BO)] == [BO]
    northwind("undo", "--yes", "--as", CY, code=2)
    northwind("undo", "--yes", "--as", BO)
    assert northwind.count("members", "--program", "data") == 2
