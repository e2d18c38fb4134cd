"""E-mail addresses: the one canonical form by which a learner is known."""

import re
import unicodedata
from collections.abc import Sequence

from tui_admin.rules.errors import BadInput

# What nearly every address looks like: dot-atoms of unremarkable ASCII, a domain without `--` (that is IDNA's).
_DOTTED = r"[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@(?:[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+\.)++[A-Za-z]{2,24}"
_ORDINARY = re.compile(_DOTTED).fullmatch
_ORDINARY_LINES = re.compile(rf"(?:{_DOTTED}\n)*+").fullmatch
_LONGEST_ORDINARY = 64  # shorter than every limit of RFC 5321: local part 64, label 63, address 254
_UNWRAP = re.compile(r"(?:mailto:)?\s*(?:[^<>@]*<\s*(?:mailto:)?\s*([^<>]*?)\s*>|([^<>]*))", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;,\s]")


def _visible(text: str) -> str:
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cf")


def _fold(local: str) -> str:
    """Case-folded and NFC at once; folding can undo NFC and the other way round, so until nothing moves."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).casefold())
    return folded if folded == local else _fold(folded)


def bare(text: str) -> str:
    """The address inside `mailto:…` or `Name <…>`, without invisible marks and surrounding spaces."""
    inside = unicodedata.normalize("NFC", _visible(text)).strip()
    match = _UNWRAP.fullmatch(inside)
    return (match[1] if match[1] is not None else match[2]).strip() if match else inside


def _judged(bare: str) -> str:
    # Imported here: only unusual addresses need it, and the console opens without it.
    from email_validator import EmailNotValidError, validate_email
    from email_validator.syntax import split_email

    if not bare:
        raise BadInput("the e-mail address is blank")
    if bare.count("@") > 1 and _SEPARATORS.search(bare):
        raise BadInput(f"{bare!r} holds more than one e-mail address; give each its own row")
    try:
        found = validate_email(bare, strict=True, check_deliverability=False, globally_deliverable=False)
        _, local, _, quoted, _ = split_email(found.normalized)
    except EmailNotValidError as error:
        raise BadInput(f"{bare!r} is no e-mail address: {error}") from error
    domain = found.ascii_domain
    if quoted or not local or not domain or "." not in domain:
        raise BadInput(f"{bare!r} is no e-mail address: the part after @ needs a dot, as in example.org")
    if domain.rpartition(".")[2].isdigit():
        raise BadInput(f"{bare!r} is no e-mail address: no domain ends in digits alone")
    return f"{_fold(local)}@{domain.lower()}"


def canonical(text: str) -> str:
    """The form two addresses are compared by: trimmed, invisible (Cf) characters removed, NFC, the domain as IDNA
    A-labels, the local part case-folded; `mailto:` and `Name <a@b>` are unwrapped.

    Special-use domains (`.example`, `.test`, `.local`) are let through: whether mail arrives is not judged here.
    Plus-tags and dots stay, since they may be different people. Raises BadInput saying what is wrong.
    """
    if len(text) <= _LONGEST_ORDINARY and _ORDINARY(text):
        return text.lower()
    address = _judged(bare(text))
    return address if address == text else canonical(address)


def masked(address: str) -> str:
    """An address that its owner knows again and a stranger does not learn: `a***@d***`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def canonical_all(texts: Sequence[str]) -> list[str] | None:
    """`canonical` of many unremarkable addresses, all at once; None where any of them must be looked at alone."""
    lines = "\n".join((*texts, ""))
    if max(map(len, texts), default=0) > _LONGEST_ORDINARY or not _ORDINARY_LINES(lines):
        return None
    found = lines.lower().split("\n")[:-1]
    return found if len(found) == len(texts) else None
