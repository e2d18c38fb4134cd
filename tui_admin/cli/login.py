"""The program as sshd runs it for an administrator who logged in (I5): who they are and on which store stands in the
line that their key forces; their own words come from the environment and are given to the same command line.

No shell sees these words, and nothing of the environment that could choose another store or administrator is kept.
"""

import os
import shlex
import signal
import sys
from collections.abc import Sequence

from ..rules.errors import UsageError
from .context import LOGIN_OPTION, Login, Surroundings
from .errors import carry_out
from .main import root

_WORDS = "SSH_ORIGINAL_COMMAND"
_OURS = ("TUI_ADMIN_", "_TUI_ADMIN_")
_OPTIONS = {LOGIN_OPTION: "key", "--as": "email", "--store": "store", "--config": "config"}


def line(program: Sequence[str], login: Login) -> str:
    """The command that a key forces: words for a shell, which only ever sees this line."""
    words = list(program)
    for option, name in _OPTIONS.items():
        if (value := getattr(login, name)) is not None:
            words += [option, value]
    return shlex.join(words)


def main() -> None:
    """Do what the client asked, as the administrator that the line of this process names."""
    asked: tuple[Login, list[str]] | None = None

    def read() -> None:
        nonlocal asked
        asked = _login(sys.argv[1:]), _split(os.environ.get(_WORDS, ""))

    code = carry_out(read)
    if asked is None:
        raise SystemExit(code)
    login, words = asked
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    # What was asked for is done whole, whether somebody is still there to hear of it. The console sees to itself.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    root.main(words, "tui-admin", obj=Surroundings(login=login))


def _login(words: Sequence[str]) -> Login:
    given = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or len(given) * 2 != len(words) or not {LOGIN_OPTION, "--as"} <= given.keys() <= _OPTIONS.keys():
        raise UsageError(f"{LOGIN_OPTION} stands in the lines that tui-admin ssh-keys gives to sshd, and nowhere else.")
    return Login(**{_OPTIONS[option]: value for option, value in given.items()})


def _split(command: str) -> list[str]:
    """The words as a POSIX shell would part them; nothing in them is expanded."""
    try:
        return shlex.split(command)
    except ValueError as error:
        reason = "a quote is not closed" if "quotation" in str(error) else "a backslash stands at its end"
        raise UsageError(f"The command cannot be read: {reason}. Nothing was done.") from None
