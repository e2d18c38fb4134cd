"""Commands run in this process, on a store, a clock and answers of the test's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.portal.conftest import NOW, Organization, organization
from tui_admin.cli.context import Surroundings
from tui_admin.cli.main import root

__all__ = ["organization"]


@dataclass
class Console:
    """A person at a shell. `answer` is typed when something is asked; without it nobody is there."""

    store: str
    environ: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *args: str, answer: str | None = None, code: int | None = 0, store: str | None = None) -> Result:
        """Run a command on the store ("": on none named), and hold it to its exit code (None: any)."""
        around = Surroundings(self.environ, lambda: NOW, lambda: answer is not None)
        address = self.store if store is None else store
        given = [*(["--store", address] if address else []), *args]
        result = CliRunner().invoke(root, given, input=answer, obj=around)
        said = f"{args}\n--- stdout\n{result.stdout}\n--- stderr\n{result.stderr}"
        assert code is None or result.exit_code == code, said
        return result

    @property
    def path(self) -> Path:
        """The file of an embedded store."""
        return Path(self.store.removeprefix("sqlite:///"))

    def json(self, *args: str, **how: Any) -> Any:
        """The document a command prints."""
        return json.loads(self(*args, **how).stdout)

    def count(self, *args: str) -> int:
        """The number a listing prints."""
        return int(self(*args, "--count").stdout)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the folders of the person who runs it."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in ("TUI_ADMIN_STORE", "TUI_ADMIN_AS", "TUI_ADMIN_NOW"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """A console on an embedded store that does not exist yet."""
    return Console(f"sqlite:///{tmp_path / 'new.db'}")


@pytest.fixture
def northwind(organization: Organization) -> Console:
    """A console for ana, organization admin of the small organization, on SQLite and on PostgreSQL."""
    address = organization.store.url.render_as_string(hide_password=False)
    return Console(address, {"TUI_ADMIN_AS": organization.ana.email})
