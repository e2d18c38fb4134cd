"""What OpenSSH's server is told of the login that administrators share, and whether an installation holds to it."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..portal.checks import Check, Finding

SETTINGS: Mapping[str, str] = {
    "AuthenticationMethods": "publickey",
    "AuthorizedKeysFile": "none",
    "AuthorizedPrincipalsFile": "none",
    "TrustedUserCAKeys": "none",
    "PubkeyAuthentication": "yes",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
    "HostbasedAuthentication": "no",
    "DisableForwarding": "yes",
    "AllowTcpForwarding": "no",
    "AllowStreamLocalForwarding": "no",
    "AllowAgentForwarding": "no",
    "X11Forwarding": "no",
    "PermitTunnel": "no",
    "GatewayPorts": "no",
    "PermitUserRC": "no",
    "PermitTTY": "yes",
}
"""sshd_config(5), within `Match User`. No ForceCommand: it would stand in the place of the line that says whose key it
was. Subsystems (sftp) run that line as well, which knows no such command."""

_EVERYWHERE = {"PermitUserEnvironment": "no"}
"""What sshd takes for all logins only; it is the default."""

_ACCEPTED = ("LANG", "LC_*")
"""The only variables a client may set; what sshd accepts for everybody cannot be taken back for one."""

_ANSWERS_WITHIN = 30
_NO_SHELL = ("nologin", "false")


def match_block(user: str, command: Sequence[str]) -> list[str]:
    """The lines of sshd_config for a login: `command` are the words that sshd asks for a key's line."""
    asked = " ".join([*map(_word, command), "%t", "%k"])
    lines = [f"Match User {user}", f"    AuthorizedKeysCommand {asked}", f"    AuthorizedKeysCommandUser {user}"]
    return [*lines, *(f"    {keyword} {value}" for keyword, value in SETTINGS.items()), "Match all"]


def _word(text: str) -> str:
    """A word as sshd parts them (`argv_split`): in quotes where it must be, % doubled."""
    text = text.replace("%", "%%")
    if not set(text) & set(" \t\"'\\#"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def examine(user: str, command: Sequence[str], registered: int, config: Path | None = None) -> Iterator[Check]:
    """Check the program's path, the login, what sshd has in force for it (by the file that it reads, or by `config`),
    and whether the login reaches the store."""
    yield _of_paths(Path(command[0]))
    known = _account(user)
    yield _of_account(user, known)
    yield from _of_sshd(user, command, config)
    if known is not None:
        yield _of_store(known, command)
    advice = "Register one: tui-admin admins keys add EMAIL FILE"
    yield Check(
        "keys", Finding.OK if registered else Finding.WARN, f"{registered:,} registered", "" if registered else advice
    )


def _of_paths(program: Path) -> Check:
    """OpenSSH's own rule for AuthorizedKeysCommand: root's, and nobody else may write to it or above it."""
    code = Path(__file__).resolve().parents[1]
    for path in (program, *program.parents, *_real(program), code, *code.parents):
        try:
            found = path.stat()
        except OSError as error:
            return Check("program", Finding.FAIL, f"{path}: {error.strerror}", "Install the program there.")
        if found.st_uid != 0 or stat.S_IMODE(found.st_mode) & 0o022:
            advice = f"chown root {path}; chmod go-w {path}: sshd runs nothing that others could change."
            return Check("program", Finding.FAIL, f"{path} is not root's alone to change", advice)
    return Check("program", Finding.OK, f"{program} is root's alone to change")


def _real(program: Path) -> tuple[Path, ...]:
    real = program.resolve()
    return () if real == program else (real, *real.parents)


def _account(user: str) -> "pwd.struct_passwd | None":
    try:
        return pwd.getpwnam(user)
    except KeyError:
        return None


def _of_account(user: str, known: "pwd.struct_passwd | None") -> Check:
    if known is None:
        advice = f"useradd --system --create-home --shell /bin/sh {user}"
        return Check("login", Finding.FAIL, f"There is no user {user}", advice)
    if Path(known.pw_shell).name in _NO_SHELL:
        advice = f"usermod --shell /bin/sh {user}: sshd runs the line by it, and nobody else ever does."
        return Check("login", Finding.FAIL, f"{user} has the shell {known.pw_shell}, which runs nothing", advice)
    if known.pw_uid == 0:
        return Check("login", Finding.FAIL, f"{user} is root", "Give administrators a login of its own.")
    return Check("login", Finding.OK, f"{user}, shell {known.pw_shell or '/bin/sh'}")


def _of_sshd(user: str, command: Sequence[str], config: Path | None) -> Iterator[Check]:
    try:
        in_force = _in_force(user, config)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        yield Check("sshd", Finding.FAIL, f"sshd does not tell what is in force: {said.strip()}", "Run this as root.")
        return
    asked = " ".join([*map(_word, command), "%t", "%k"])
    wanted = {**SETTINGS, **_EVERYWHERE, "AuthorizedKeysCommand": asked, "AuthorizedKeysCommandUser": user}
    wrong = [f"{name} is {found}" for name, value in wanted.items() if (found := _found(in_force, name)) != value]
    if wrong:
        advice = "Put the lines of ssh-setup before any other that says so (the first counts), and reload sshd."
        yield Check("sshd", Finding.FAIL, "; ".join(wrong), advice)
    else:
        yield Check("sshd", Finding.OK, f"the lines are in force for {user}")
    if strange := [name for name in in_force.get("acceptenv", []) if name not in _ACCEPTED]:
        advice = f"Let AcceptEnv name only {' '.join(_ACCEPTED)}: others could change how the program runs."
        yield Check("environment", Finding.FAIL, f"clients may set {', '.join(strange)}", advice)


def _found(in_force: Mapping[str, list[str]], name: str) -> str:
    return " ".join(in_force.get(name.lower(), ["none"]))


def _in_force(user: str, config: Path | None) -> dict[str, list[str]]:
    """What `sshd -T` says holds for a login, by keyword in small letters."""
    sshd = shutil.which(
        "sshd", path=os.pathsep.join(["/usr/sbin", "/usr/local/sbin", "/sbin", os.environ.get("PATH", "")])
    )
    if sshd is None:
        raise FileNotFoundError("there is no sshd on this machine")
    asked = [sshd, "-T", "-C", f"user={user},host=localhost,addr=127.0.0.1", *(["-f", str(config)] if config else [])]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=_ANSWERS_WITHIN, check=True)
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        keyword, _, value = line.partition(" ")
        found.setdefault(keyword, []).append(value)
    return found


def _of_store(known: "pwd.struct_passwd", command: Sequence[str]) -> Check:
    """Ask for a key that nobody has, as the login would."""
    advice = f"Make store and settings file readable to {known.pw_name}, and the store writable."
    how: dict[str, Any] = {
        "user": known.pw_uid,
        "group": known.pw_gid,
        "extra_groups": os.getgrouplist(known.pw_name, known.pw_gid),
    }
    if os.geteuid() != 0:
        if os.geteuid() != known.pw_uid:
            return Check("store", Finding.FAIL, f"only root can try it as {known.pw_name}", "Run this as root.")
        how = {}
    try:
        done = subprocess.run(
            [*command, "ssh-ed25519", "none"],
            env={"PATH": "/usr/bin:/bin", "HOME": known.pw_dir, "USER": known.pw_name},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=_ANSWERS_WITHIN,
            **how,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Check("store", Finding.FAIL, f"it cannot be asked as {known.pw_name}: {error}", advice)
    if done.returncode or done.stdout:
        return Check("store", Finding.FAIL, done.stderr.strip() or "it answers a key that nobody has", advice)
    return Check("store", Finding.OK, f"it answers {known.pw_name}")
