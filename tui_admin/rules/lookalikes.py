"""Letters that pass for plain Latin ones: how an address can look like somebody else's."""

import unicodedata

_CYRILLIC = dict(zip("авеѕіјкӏмнорԛстуѵԝхһԁԍ", "abesijklmhopqctyvwxhdg", strict=True))
_GREEK = dict(zip("αβγεικνορτυχω", "abyeikvoptuxw", strict=True))
_LATIN = {"ı": "i", "ɑ": "a", "ɡ": "g", "ſ": "s"}
_LOOKS = {**_CYRILLIC, **_GREEK, **_LATIN}


def passes_for(word: str) -> str:
    """The plain word that a casefolded one passes for; empty where it does not: it holds no such letter, or so many
    others that nobody takes it for Latin (`почта`)."""
    if not _LOOKS.keys() & set(word):
        return ""
    looks = "".join(_LOOKS.get(mark, mark) for mark in word)
    return looks if looks.isascii() else _mixed(word, looks)


def _mixed(word: str, looks: str) -> str:
    """Where letters stay that are no plain ones, the word passes only if the rest of it is Latin."""
    alphabets = {unicodedata.name(mark, "").partition(" ")[0] for mark in word if mark.isalpha()}
    return looks if "LATIN" in alphabets and alphabets & {"CYRILLIC", "GREEK"} else ""
