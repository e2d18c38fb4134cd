"""Text that came from somebody else: made harmless to show, and folded to search and sort by."""

import re
import unicodedata

_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001]"
)
_BLANKS = re.compile(r"[\t\n\r\v\f\u2028\u2029]+")
_COMBINING = re.compile("[\u0300-\u036f]")


def clean(text: str) -> str:
    """One line that no terminal can be steered by: line breaks and tabs become a space; other control characters,
    invisible marks and direction overrides become U+FFFD, so that a person sees something stood there."""
    if not _HARMFUL.search(text):
        return text
    return _HARMFUL.sub("\ufffd", _BLANKS.sub(" ", text))


def stripped(text: str) -> str:
    """One line as `clean` makes it, with what is harmful left out rather than shown: for texts that leave the portal,
    where a mark for it would help nobody."""
    if not _HARMFUL.search(text):
        return text.strip()
    return _HARMFUL.sub("", _BLANKS.sub(" ", text)).strip()


def fold(text: str) -> str:
    """The form that search and sorting compare: no case, no accents on letters, single spaces.

    Both the stored text and what a person types go through it, so `kovacs` finds Kovács and `STRASSE` Straße.
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = _COMBINING.sub("", unicodedata.normalize("NFKD", text)).casefold()
        folded = unicodedata.normalize("NFC", folded)
    return " ".join(folded.split())


def search_key(name: str, email: str) -> str:
    """What a learner is found and sorted by: the folded name, a unit separator, the folded address."""
    return f"{fold(name)}\x1f{fold(email)}"
