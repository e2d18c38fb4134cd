"""`ssh-setup`: the lines it prints are what sshd then has in force, and what is wrong with an installation is named."""

import getpass
import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Console, northwind, own_folders
from tests.portal.conftest import organization
from tui_admin.cli.sshd import examine, match_block
from tui_admin.portal.checks import Check, Finding

from .harness import make_key

__all__ = ["northwind", "organization", "own_folders"]

ME = getpass.getuser()


def test_it_prints_what_sshd_asks_for_and_how_to_make_the_login(northwind: Console) -> None:
    told = northwind("ssh-setup", "--user", "learning").stdout
    assert "Match User learning\n" in told and "AuthorizedKeysCommandUser learning\n" in told
    assert "useradd" in told and told.endswith("Match all\n")
    (asked,) = [line.split(None, 1)[1] for line in told.splitlines() if "AuthorizedKeysCommand " in line]
    assert asked.startswith("/") and "ssh-keys" in asked and asked.endswith("%t %k")


@pytest.fixture
def checked(northwind: Console, tmp_path: Path, sshd: str) -> "list[str]":
    """The words sshd asks, on a path that root alone can change."""
    make_key(tmp_path / "host", "host")
    return ["/usr/bin/env", sys.executable, "-m", "tui_admin", "ssh-keys", "--store", northwind.store]


def findings(command: list[str], folder: Path, lines: list[str]) -> dict[str, Check]:
    config = folder / "sshd_config"
    config.write_text("\n".join([f"HostKey {folder / 'host'}", *lines]) + "\n")
    return {check.name: check for check in examine(ME, command, 1, config)}


def test_the_printed_lines_are_in_force(checked: list[str], tmp_path: Path) -> None:
    found = findings(checked, tmp_path, match_block(ME, checked))
    assert found["sshd"].finding is Finding.OK, found["sshd"]
    assert found["store"].finding is Finding.OK, found["store"]
    assert "environment" not in found


def test_what_is_wrong_is_named(checked: list[str], tmp_path: Path) -> None:
    lines = match_block(ME, checked)
    weak = [line.replace("DisableForwarding yes", "DisableForwarding no") for line in lines]
    found = findings(checked, tmp_path, ["AcceptEnv LANG TUI_ADMIN_STORE", "PermitUserEnvironment yes", *weak])
    assert found["sshd"].found == "DisableForwarding is no; PermitUserEnvironment is yes"
    assert found["environment"].found == "clients may set TUI_ADMIN_STORE"
    assert "AuthorizedKeysCommand is none" in findings(checked, tmp_path, [])["sshd"].found
    missing = [*checked[:-1], f"sqlite:///{tmp_path}"]
    assert findings(missing, tmp_path, match_block(ME, missing))["store"].finding is Finding.FAIL


def test_a_program_that_others_could_change_is_not_run(checked: list[str], tmp_path: Path) -> None:
    program = tmp_path / "tui-admin"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o777)
    found = {check.name: check for check in examine("nobody-at-all", [str(program)], 0)}
    assert found["program"].found == f"{program} is not root's alone to change"
    assert found["login"].found == "There is no user nobody-at-all" and "useradd" in found["login"].advice
    assert found["keys"].finding is Finding.WARN


def test_a_check_that_fails_is_exit_1(northwind: Console) -> None:
    told = northwind("ssh-setup", "--check", "--user", "nobody-at-all", "--format", "json", code=1)
    assert "There is no user nobody-at-all" in told.stdout
    assert os.environ["HOME"]  # nothing was written to the person's own folders
