"""Learners: names in their own scripts, addresses, places, jobs and managers."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from ..rules.profile import PROFILE
from ..rules.text import fold
from .calendar import Calendar
from .cultures import CULTURES, Culture
from .positions import JOB_TYPES, UNITS

COLUMNS = (
    "id",
    "email",
    "email_shown",
    "name",
    "search_key",
    "external_id",
    *PROFILE,
    "opted_out",
    "opted_out_at",
)
"""The order of the fields of a learner's row."""

LearnerRow = tuple[
    int, str, str, str, str, str | None, str | None, str | None, str, str, str, str, str, str, str, bool, int | None
]

_LATIN = str.maketrans(
    {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ł": "l", "đ": "d", "ı": "i", "ø": "o", "æ": "ae", "'": "", " ": ""}
)
_MANAGERS_KEPT = 400
_ONE_IN_MANAGES = 14
_MIDDLE_SHARE = 3


@dataclass(frozen=True, slots=True)
class _Part:
    """A given or family name: as written, folded for search, and spelled for an address."""

    shown: str
    folded: str
    spelled: str


class People:
    """Makes learners one after another, remembering which addresses are taken and who manages whom."""

    def __init__(self, rng: Random, calendar: Calendar) -> None:
        self._rng = rng
        self._calendar = calendar
        self._names = [_Names(culture) for culture in CULTURES]
        self._name_weights = list(accumulate(culture.weight for culture in CULTURES))
        self._unit_weights = list(accumulate(unit.weight for unit in UNITS))
        self._taken: dict[str, int] = {}
        self._managers: list[list[tuple[str, str]]] = [[] for _ in UNITS]

    def make(self, first: int, count: int) -> Iterator[LearnerRow]:
        """Rows of the learners `first` to `first + count - 1`, in the order of `COLUMNS`."""
        rng = self._rng
        names = rng.choices(self._names, cum_weights=self._name_weights, k=count)
        units = rng.choices(range(len(UNITS)), cum_weights=self._unit_weights, k=count)
        for number, (culture, unit) in enumerate(zip(names, units, strict=True), first):
            yield self._learner(number, culture, unit, rng.getrandbits(96))

    def _learner(self, number: int, culture: "_Names", unit_number: int, bits: int) -> LearnerRow:
        name, folded, local = culture.pick(bits)
        address = self._address(local, culture.domain)
        unit = UNITS[unit_number]
        managers = self._managers[unit_number]
        manages = not managers or bits >> 48 & 0xFFFF < 0x10000 // _ONE_IN_MANAGES
        manager = managers[(bits >> 64) % len(managers)] if managers else (None, None)
        if manages:
            if len(managers) < _MANAGERS_KEPT:
                managers.append((name, address))
            title = unit.managers[(bits >> 50) % len(unit.managers)]
        else:
            title = unit.titles[(bits >> 50) % len(unit.titles)]
        city, country, region = culture.places[(bits >> 56) % len(culture.places)]
        opted_out = bits >> 60 & 63 == 0
        return (
            number,
            address,
            _capitalised(address) if bits >> 66 & 31 == 0 else address,
            name,
            f"{folded}\x1f{address}",
            _external_id(number, bits >> 70),
            *manager,
            title,
            "Full-time" if manages else JOB_TYPES[(bits >> 74) % len(JOB_TYPES)],
            unit.name,
            unit.parts[(bits >> 78) % len(unit.parts)],
            city,
            country,
            region,
            opted_out,
            self._calendar.moment(self._calendar.today - 1 - (bits >> 80) % 200, bits) if opted_out else None,
        )

    def _address(self, local: str, domain: str) -> str:
        base = f"{local}@{domain}"
        times = self._taken.get(base, 0) + 1
        self._taken[base] = times
        return base if times == 1 else f"{local}{times}@{domain}"


class _Names:
    """A culture's names, taken apart once."""

    def __init__(self, culture: Culture) -> None:
        self.domain = culture.domain
        self.places = culture.places
        umlauts = culture.domain.endswith("-de.example")
        self._given = (_parts(culture.men, umlauts), _parts(culture.women, umlauts))
        men = _parts(culture.families, umlauts)
        self._family = (men, _parts(culture.families_of_women, umlauts) or men)
        self._middles = _parts(culture.middles, umlauts)
        self._family_first = culture.family_first
        self._separator = culture.separator

    def pick(self, bits: int) -> tuple[str, str, str]:
        """A name as its culture writes it, the same folded, and the local part of an address."""
        gender = bits & 1
        given = self._given[gender][(bits >> 1 & 0xFFFF) % len(self._given[gender])]
        family = self._family[gender][(bits >> 17 & 0xFFFF) % len(self._family[gender])]
        parts = [given, family]
        if self._middles and (bits >> 33 & 0xFF) % _MIDDLE_SHARE == 0:
            parts.insert(1, self._middles[(bits >> 41 & 0xFF) % len(self._middles)])
        if self._family_first:
            parts.reverse()
        separator = self._separator
        return (
            separator.join(part.shown for part in parts),
            separator.join(part.folded for part in parts),
            f"{given.spelled}.{family.spelled}",
        )


def _parts(names: str, umlauts: bool) -> tuple[_Part, ...]:
    found = []
    for entry in names.split():
        shown, _, spelled = entry.partition(":")
        found.append(_Part(shown, fold(shown), spelled or _spell(shown, umlauts)))
    return tuple(found)


def _spell(name: str, umlauts: bool) -> str:
    """As an address writes a Latin name: German umlauts as two letters, others without their marks."""
    lower = unicodedata.normalize("NFC", name).lower()
    if umlauts:
        lower = lower.translate(_LATIN)
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(mark))
    return bare.translate(_LATIN)


def _capitalised(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local.title()}@{domain}"


def _external_id(number: int, bits: int) -> str | None:
    """Personnel numbers, some with leading zeros, some with a prefix; a few people have none."""
    kind = bits & 15
    if kind == 0:
        return None
    return f"NW-{number + 10_000}" if kind < 5 else f"{number * 7 + 1:08d}"
