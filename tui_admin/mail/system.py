"""The texts of system mails, as they are where an organization has not written its own."""

from functools import lru_cache
from importlib.resources import files

from ..rules.mailing import Purpose
from .message import MessageText


@lru_cache
def default_text(purpose: Purpose) -> MessageText:
    """Our own text for a kind of mail. Raises KeyError for custom messages, which have none."""
    if purpose is Purpose.CUSTOM:
        raise KeyError(purpose)
    written = files(__package__).joinpath("templates", f"{purpose.value}.md").read_text(encoding="utf-8")
    head, _, body = written.partition("\n\n")
    entries = dict(line.split(": ", 1) for line in head.splitlines())
    return MessageText(entries["subject"], body, entries.get("button"), entries.get("link"))
