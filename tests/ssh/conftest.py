"""Administrators with keys of their own, and a real sshd with the lines that `ssh-setup` prints."""

import getpass
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import own_folders
from tests.portal.conftest import NOW, Organization, organization
from tui_admin.cli.sshd import match_block
from tui_admin.portal import administrators, keys
from tui_admin.store.engine import Store

from .harness import SSHD, Server, make_key, serving

__all__ = ["organization", "own_folders"]

EMAILS = {name: f"{name}@northwind.example" for name in ("ana", "dora", "bo", "eve")}
COMMENTS = {"ana": 'desk "1" $(touch x)`touch x`', "dora": "it's", "bo": "bo\u202e laptop"}


@dataclass(frozen=True)
class Northwind(Server):
    """Who may log in: `ana` and `dora` are organization admins, `bo` is the program admin of `data`; `eve` has a key
    that nobody registered."""

    organization: Organization

    @property
    def store(self) -> Store:
        """The store they log in to."""
        return self.organization.store


@pytest.fixture
def sshd() -> str:
    """The path of sshd. Skips only where there is none: `.ci/run` installs it where it can."""
    if SSHD is None:
        pytest.skip("no sshd on this machine (Debian: apt-get install openssh-server)")
    return SSHD


@pytest.fixture
def server(organization: Organization, tmp_path: Path, own_folders: Path, sshd: str) -> Iterator[Northwind]:
    """The server, on each database."""
    store, ana = organization.store, organization.ana
    administrators.add(store, ana, EMAILS["dora"], NOW)
    for name in EMAILS:
        make_key(tmp_path / name, COMMENTS.get(name, name))
        if name in COMMENTS:
            keys.add(store, ana, EMAILS[name], (tmp_path / f"{name}.pub").read_text(), NOW)
    # sshd asks only what root alone can change, and a checkout is not; /usr/bin/env is.
    address = store.url.render_as_string(hide_password=False)
    asked = ["/usr/bin/env", sys.executable, "-m", "tui_admin", "ssh-keys", "--store", address]
    folders = " ".join(f"{name}={value}" for name, value in os.environ.items() if name.startswith("XDG_"))
    lines = [
        "Subsystem sftp internal-sftp",
        # Taken from clients though nobody should: the program itself must not listen to it.
        "AcceptEnv LANG LC_* TUI_ADMIN_* _TUI_ADMIN_*",
        f"SetEnv {folders}",
        *match_block(getpass.getuser(), asked),
    ]
    with serving(tmp_path, lines) as running:
        yield Northwind(running.folder, running.port, organization)
