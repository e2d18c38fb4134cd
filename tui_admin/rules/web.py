"""Addresses of pages and mailboxes, as mails link to them."""

import re

_WHOLE = re.compile(r"(?:https?://|mailto:)[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+").fullmatch


_ADDRESS = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+").fullmatch
_PAGE = re.compile(r"https?://\S+").fullmatch


def contact_link(text: str) -> str | None:
    """Where a contact leads, if it is a mailbox or a page."""
    if _ADDRESS(text):
        return f"mailto:{text}"
    return text if _PAGE(text) else None


def is_link(text: str) -> bool:
    """Whether a text is a link as it may stand in a mail and its headers: `https:`, `http:` or `mailto:`, in ASCII,
    without blanks, quotes or angle brackets."""
    return _WHOLE(text) is not None
