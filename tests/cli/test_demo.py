"""`demo`: a store of its own, made once, the same for a seed, never over anything else."""

from pathlib import Path

from tests.cli.conftest import Console
from tui_admin.config import data_folder

SMALL = ("demo", "--members", "40", "--no-open")


def test_a_demo_is_made_once_in_a_file_of_its_own(console: Console) -> None:
    console.environ = {"TUI_ADMIN_STORE": console.store, "TUI_ADMIN_AS": "somebody@else.example"}
    assert "Made a demo organization of 40 people" in console(*SMALL, store="").stderr
    (made,) = data_folder().glob("demo*.db")

    before = made.read_bytes()
    assert "Using the demo made before" in console(*SMALL, store="").stderr
    assert made.read_bytes() == before
    assert "Made" in console(*SMALL, "--seed", "2", store="").stderr
    assert len(list(data_folder().glob("demo*.db"))) == 2
    assert not console.path.exists(), "the organization's own store is never touched"


def test_the_same_seed_gives_the_same_people(console: Console, tmp_path: Path) -> None:
    listed = []
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        store = f"sqlite:///{tmp_path / name}.db"
        console(*SMALL, "--seed", seed, store=store)
        listed.append(console("users", "--format", "json", store=store).stdout)

    assert listed[0] == listed[1] != listed[2]
    assert listed[0].count('"email"') == 40


def test_a_named_store_must_be_empty(northwind: Console) -> None:
    assert "is not empty" in northwind(*SMALL, code=5).stderr
    assert northwind.count("users") == 8


def test_a_demo_can_be_made_in_any_empty_store(console: Console) -> None:
    console(*SMALL)
    assert console.count("users") == 40
    console(*SMALL, code=5)
    console("demo", "--members", "0", code=2)
    console(*SMALL, "--read-only", store=f"sqlite:///{console.path.parent / 'other.db'}", code=5)
    assert not (console.path.parent / "other.db").exists()


def test_without_a_terminal_the_console_says_so(console: Console) -> None:
    for args in ((), ("--at", "users"), ("demo", "--members", "5")):
        assert "needs a terminal" in console(*args, code=2).stderr
