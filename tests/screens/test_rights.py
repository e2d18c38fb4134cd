"""Rights in consoles that are open: what is taken holds from the next action, for reading as well; over SSH there are
no files."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests import small_organization as small
from tests.rules.test_public_keys import ED25519, FINGERPRINT
from tui_admin import screens
from tui_admin.app import ConsoleApp
from tui_admin.portal import administrators, keys, rights
from tui_admin.rules.roles import Actor
from tui_admin.screens.opening import open_session
from tui_admin.screens.session import ConsoleSettings
from tui_admin.store.engine import Store

from .console import console, place, press, settle, text

ANA, BO = "ana@northwind.example", "bo@northwind.example"


@pytest.fixture
def bo_programs(small_store: Store) -> tuple[str, ...]:
    """The programs of bo's, by slug."""
    (bo,) = [row for row in administrators.listing(small_store, ana(small_store)) if row.email == BO]
    return bo.programs


def ana(store: Store) -> Actor:
    return rights.sign_in(store, ANA)


async def asked_again(pilot: Pilot[None]) -> None:
    await press(pilot, "f5")
    await settle(pilot)


async def test_a_program_taken_away_is_read_no_more(
    small_store: Store, tmp_path: Path, bo_programs: tuple[str, ...]
) -> None:
    taken, *_ = bo_programs
    other = next(slug for slug in ("data", "teams") if slug != taken)
    app, watching = (
        console(Store(small_store.url), tmp_path, f"programs/{taken}/members", BO),
        console(Store(small_store.url), tmp_path),
    )
    async with app.run_test(size=(80, 24)) as pilot, watching.run_test(size=(80, 24)) as beside:
        await settle(pilot)
        await settle(beside)
        assert "Kovács" in text(app)
        administrators.add(small_store, ana(small_store), BO, small.NOW, programs=(other,))
        administrators.remove(small_store, ana(small_store), BO, small.NOW, programs=bo_programs)
        await press(pilot, "s", "n")
        await settle(pilot)
        assert "Kovács" not in text(app)
        await press(pilot, "escape", "escape")
        await settle(pilot)
        assert app.session.actor == rights.sign_in(small_store, BO)
        assert watching.session.actor == ana(small_store) and watching.is_running


async def test_a_removed_administrator_is_shown_out(small_store: Store, tmp_path: Path) -> None:
    app = console(Store(small_store.url), tmp_path, email=BO)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        administrators.remove(small_store, ana(small_store), BO, small.NOW)
        await pilot.press("2")
        await settle(pilot)
    assert app.return_code == 3
    assert app.failure == f"{BO} is no administrator of this store."


async def test_more_rights_come_at_once_where_one_is(
    small_store: Store, tmp_path: Path, bo_programs: tuple[str, ...]
) -> None:
    app = console(Store(small_store.url), tmp_path, f"programs/{bo_programs[0]}/members", BO)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        more = next(slug for slug in ("data", "teams") if slug not in bo_programs)
        administrators.add(small_store, ana(small_store), BO, small.NOW, programs=(more,))
        await press(pilot, "s", "n")
        await settle(pilot)
        assert "Your rights were changed: you are program admin of" in text(app)
        assert place(app) == f"programs/{bo_programs[0]}/members"
        assert more in app.facts.programs


def over_ssh(store: Store, folder: Path, start: str) -> ConsoleApp:
    """A console whose administrator logged in with a key."""
    keys.add(store, ana(store), ANA, ED25519, small.NOW)

    def connect() -> object:
        own = Store(store.url)
        return open_session(own, rights.sign_in(own, ANA, FINGERPRINT), lambda: small.NOW)

    return ConsoleApp(connect, ConsoleSettings(folder=folder, log=folder / "log", start=start))  # type: ignore[arg-type]


async def test_a_removed_key_closes_the_console_it_opened(small_store: Store, tmp_path: Path) -> None:
    app = over_ssh(small_store, tmp_path, "home")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        keys.remove(small_store, ana(small_store), FINGERPRINT, small.NOW)
        await pilot.press("3")
        await settle(pilot)
    assert app.return_code == 3 and app.failure is not None and "it was removed" in app.failure


@pytest.mark.parametrize(
    ("start", "keys_pressed", "instead"),
    [
        ("import", (), "ssh HOST import - --yes < report.zip"),
        ("users", ("w",), "ssh HOST users --format csv > users.csv"),
        ("programs/data/members", ("w",), "ssh HOST members --format csv > members.csv"),
        ("messages/+bounces", ("o",), "ssh HOST bounces import - --yes < returned.mbox"),
        ("programs/data/+invite", ("o",), "ssh HOST invite - --program SLUG < people.csv"),
        ("programs/data/+roster", ("o",), "ssh HOST roster apply - --program SLUG --yes < people.csv"),
    ],
)
async def test_over_ssh_no_file_is_asked_for(
    small_store: Store, tmp_path: Path, start: str, keys_pressed: tuple[str, ...], instead: str
) -> None:
    app = over_ssh(small_store, tmp_path, start)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *keys_pressed)
        assert not app.screen.status.asking  # type: ignore[attr-defined]
        assert instead in app.last_said.plain and instead in " ".join(text(app).split())


def test_whoever_asks_for_a_path_asks_first_whether_files_are_theirs() -> None:
    asking = [
        path
        for path in Path(screens.__path__[0]).rglob("*.py")
        if path.name != "paths.py" and any(word in path.read_text() for word in ("PathSuggester", "typed_paths"))
    ]
    assert all("require_files(" in path.read_text() for path in asking)
    assert asking, "the settings' pictures"
