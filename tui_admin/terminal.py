"""What has to be settled before Textual is imported, because it reads the environment then. Imports nothing heavy."""

from collections.abc import MutableMapping

_SSH_FRAMES = "15"
_OVER_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")


def prepare(environ: MutableMapping[str, str]) -> None:
    """Set up the environment for a console: no animations, and over SSH fewer frames a second.

    What a person has set themselves stays.
    """
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if any(environ.get(name) for name in _OVER_SSH):
        environ.setdefault("TEXTUAL_FPS", _SSH_FRAMES)
