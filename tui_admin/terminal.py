"""What has to be settled before Textual is imported, because it reads the environment then. Imports nothing heavy."""

import gc
from collections.abc import MutableMapping

_SSH_FRAMES = "15"
_OVER_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")


def prepare(environ: MutableMapping[str, str]) -> None:
    """Set up the environment for a console: no animations, and over SSH fewer frames a second.

    What a person has set themselves stays. Garbage is not collected until `settled`: half a million objects come into
    being on the way to the first row, all of them to stay, and looking through them again and again costs a tenth of
    the start.
    """
    gc.disable()
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if any(environ.get(name) for name in _OVER_SSH):
        environ.setdefault("TEXTUAL_FPS", _SSH_FRAMES)


def settled() -> None:
    """The first screen stands: collect garbage from now on, leaving out all that the start has brought."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
