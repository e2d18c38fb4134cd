"""Judging the cells of a list of people: addresses, names, external ids, a column at a time.

What can be told from the cells alone; the store tells the rest. Nothing is corrected: what is odd is kept and told.
"""

import re
import unicodedata
from collections.abc import Sequence

from .addresses import bare, canonical, canonical_all
from .errors import BadInput
from .lookalikes import passes_for
from .mail_domains import DISPOSABLE, SHARED, likely, one_mailbox
from .remarks import Found, Remark
from .text import clean

LONGEST_NAME = 200
LONGEST_ID = 100

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›"
_TYPOGRAPHIC = frozenset("‘’‚‛“”„‟«»‹›´")
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]")
_ORDINARY = re.compile(r"[A-Za-z]++(?: [A-Za-z.'-]++)*+").fullmatch
_GARBLED = re.compile("[\u00c2\u00c3\u00c4\u00c5\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]").search
_FORMULA = ("=", "+", "-", "@")
_ERRORS = frozenset(("#n/a", "#ref!", "#name?", "#value!", "#null!", "#div/0!", "#num!", "#spill!", "#calc!"))
_PLACEHOLDERS = frozenset(
    ("n/a", "na", "n.a.", "null", "none", "nil", "nan", "unknown", "undefined", "tbd", "test", "xxx", "(blank)")
)
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?e\+\d+", re.IGNORECASE).fullmatch
_DECIMAL = re.compile(r"\d+[.,]0+").fullmatch


class AddressColumn:
    """Judges e-mail addresses. `own` is that of who asks; its domain counts as well known. Remembers what it found of
    each domain."""

    def __init__(self, own: str) -> None:
        self._own, self._own_domain = own, own.rpartition("@")[2]
        self._domains: dict[str, list[tuple[Remark, str]]] = {}

    def judge(self, cells: Sequence[str]) -> tuple[list[str | None], list[Found]]:
        """The canonical addresses, None where a cell holds none, and what is said of them."""
        found: list[Found] = []
        known: Sequence[str | None] | None = canonical_all(cells)
        addresses = [self._read(at, cell, found) for at, cell in enumerate(cells)] if known is None else list(known)
        for at, address in enumerate(addresses):
            if address is not None:
                self._look(at, address, found)
        return addresses, found

    def _read(self, at: int, cell: str, found: list[Found]) -> str | None:
        typed = cell.strip(" \t\r\n")
        inside = bare(typed)
        if not inside:
            found.append((at, Remark.EMAIL_EMPTY, ""))
            return None
        quotes = _TYPOGRAPHIC.intersection(inside) | {mark for mark in (inside[0], inside[-1]) if mark in _QUOTES}
        if quotes:
            found.append((at, Remark.IN_QUOTES, "".join(sorted(quotes))))
            return None
        try:
            address = canonical(typed)
        except BadInput as error:
            found.append((at, Remark.NO_ADDRESS, str(error).removeprefix(f"{inside!r} ")))
            return None
        if any(not mark.isprintable() for mark in typed.replace("\n", " ")):
            found.append((at, Remark.INVISIBLE, ""))
        if unicodedata.normalize("NFC", typed) != inside and ("<" in typed or ":" in typed):
            found.append((at, Remark.READ_AS, inside))
        return address

    def _look(self, at: int, address: str, found: list[Found]) -> None:
        local, _, domain = address.rpartition("@")
        if not local.isascii():
            found.append((at, Remark.NOT_ASCII, ""))
            if looks := passes_for(local):
                found.append((at, Remark.LOOKS_LIKE, f"{looks}@{domain}"))
        if "+" in local and (plain := one_mailbox(address)) != address:
            found.append((at, Remark.SAME_MAILBOX, plain))
        if local.startswith(_FORMULA):
            found.append((at, Remark.EMAIL_FORMULA, ""))
        if local in SHARED:
            found.append((at, Remark.SHARED, ""))
        if address == self._own:
            found.append((at, Remark.OWN, ""))
        for remark, detail in self._of_domain(domain):
            found.append((at, remark, detail))

    def _of_domain(self, domain: str) -> list[tuple[Remark, str]]:
        known = self._domains.get(domain)
        if known is None:
            known = self._domains[domain] = list(_domain_remarks(domain, self._own_domain))
        return known


def _domain_remarks(domain: str, own: str) -> list[tuple[Remark, str]]:
    found = []
    if domain in DISPOSABLE:
        found.append((Remark.DISPOSABLE, ""))
    if meant := likely(domain, [own]):
        found.append((Remark.LIKE_DOMAIN, meant))
    shown = _in_letters(domain)
    looks = ".".join(passes_for(label) or label for label in shown.split("."))
    if looks != shown:
        found.append((Remark.LOOKS_LIKE, looks))
    return found


def _in_letters(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def judge_names(cells: Sequence[str]) -> tuple[list[str], list[Found]]:
    """The names as they are kept, and what is said of them."""
    found: list[Found] = []
    return [_name(at, cell, found) for at, cell in enumerate(cells)], found


def _name(at: int, cell: str, found: list[Found]) -> str:
    if _ORDINARY(cell) and len(cell) <= LONGEST_NAME and cell.lower() not in _PLACEHOLDERS:
        return cell
    name = " ".join(unicodedata.normalize("NFC", cell).split())
    if not name.isprintable() or len(name) > LONGEST_NAME:
        name = _harmless_name(at, name, found)
    if remark := _name_remark(name):
        found.append((at, remark, ""))
    elif _GARBLED(name) and (meant := _regained(name)):
        found.append((at, Remark.NAME_GARBLED, meant))
    return name


def _harmless_name(at: int, name: str, found: list[Found]) -> str:
    visible = _UNSEEN.sub("", name).strip()
    if visible != name:
        found.append((at, Remark.NAME_INVISIBLE, ""))
    harmless = clean(visible)
    if harmless != visible:
        found.append((at, Remark.NAME_STEERS, ""))
    if len(harmless) > LONGEST_NAME:
        found.append((at, Remark.NAME_LONG, str(LONGEST_NAME)))
    return harmless[:LONGEST_NAME]


def _name_remark(name: str) -> Remark | None:
    folded = name.casefold()
    if not name:
        return Remark.NAME_EMPTY
    if folded in _ERRORS:
        return Remark.NAME_ERROR
    if name.startswith(_FORMULA):
        return Remark.NAME_FORMULA
    if folded in _PLACEHOLDERS or not any(map(str.isalpha, name)):
        return Remark.NAME_PLACEHOLDER
    return Remark.NAME_ADDRESS if "@" in name and " " not in name else None


def _regained(name: str) -> str:
    """UTF-8 that was read as cp1252 once, as it was meant."""
    try:
        meant = name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return clean(meant)


def judge_ids(cells: Sequence[str], addresses: Sequence[str | None]) -> tuple[list[str | None], list[Found]]:
    """The external ids as they are kept, None where blank, and what is said of them. `addresses` are the rows'."""
    found: list[Found] = []
    ids = [
        cell or None if cell.isalnum() and cell.isascii() and len(cell) <= LONGEST_ID else _id(at, cell, address, found)
        for at, (cell, address) in enumerate(zip(cells, addresses, strict=True))
    ]
    return ids, found


def _id(at: int, cell: str, address: str | None, found: list[Found]) -> str | None:
    kept = _UNSEEN.sub("", unicodedata.normalize("NFC", cell)).strip()
    harmless = clean(kept)
    if harmless != kept:
        found.append((at, Remark.ID_STEERS, ""))
    if len(harmless) > LONGEST_ID:
        found.append((at, Remark.ID_LONG, str(LONGEST_ID)))
        harmless = harmless[:LONGEST_ID]
    if remark := _id_remark(harmless, address):
        found.append((at, remark, ""))
    return harmless or None


def _id_remark(id: str, address: str | None) -> Remark | None:
    folded = id.casefold()
    tests = (
        (folded in _ERRORS, Remark.ID_ERROR),
        (id.startswith(_FORMULA), Remark.ID_FORMULA),
        (folded in _PLACEHOLDERS, Remark.ID_PLACEHOLDER),
        (bool(_ROUNDED(id)), Remark.ID_ROUNDED),
        (bool(_DECIMAL(id)), Remark.ID_DECIMAL),
        ("~" in id, Remark.ID_TILDE),
        (_is_other(id, address), Remark.ID_ADDRESS),
        (any(map(str.isspace, id)), Remark.ID_SPACED),
    )
    return next((remark for holds, remark in tests if holds), None)


def _is_other(id: str, address: str | None) -> bool:
    if "@" not in id:
        return False
    try:
        return canonical(id) != address
    except BadInput:
        return False
