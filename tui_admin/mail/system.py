"""The texts of system mails, as they are where an organization has not written its own."""

from functools import lru_cache
from importlib.resources import files

from ..rules.mailing import Purpose
from .message import MessageText


@lru_cache
def default_text(purpose: Purpose, *, pages: bool = True) -> MessageText:
    """Our own text for a kind of mail; where there are no learner-facing `pages`, one that needs none. Raises KeyError
    for custom messages, which have none."""
    if purpose is Purpose.CUSTOM:
        raise KeyError(purpose)
    name = purpose.value if pages or purpose is not Purpose.INVITATION else "invitation-without-pages"
    written = files(__package__).joinpath("templates", f"{name}.md").read_text(encoding="utf-8")
    head, _, body = written.partition("\n\n")
    entries = dict(line.split(": ", 1) for line in head.splitlines())
    return MessageText(entries["subject"], body, entries.get("button"), entries.get("link"))
