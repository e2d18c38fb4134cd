"""Which filters only narrow others."""

import pytest

from tui_admin.rules.filters import narrows, parse


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("anna", ""),
        ("anna", "ann"),
        ("anna", "ÁNN"),
        ("anna status:at-risk", "nn"),
        ("status:at-risk anna", "anna status:at-risk"),
        ("unit:sales", "unit:s"),
        ("unit:sales,lease", "unit:se,al"),
        ('unit:="Sales North"', "unit:north"),
        ("-anna kov", "-anna"),
        ("enrolled>2 (anna or kov)", "(anna or kov)"),
        ("skill:python band:advanced enrolled>2", "band:advanced skill:python"),
        ("course:python band:advanced", "band:advanced"),
        ("band:advanced (skill:python reached<30d)", "band:advanced"),
    ],
)
def test_it_narrows(new: str, old: str) -> None:
    assert narrows(parse(new), parse(old))


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("", "a"),
        ("ann", "anna"),
        ("anna", "hanna kov"),
        ("-anna", "-ann"),
        ("-ann", "-anna"),
        ("anna or kov", "anna"),
        ("unit:sales", "city:sales"),
        ("unit:sales,it", "unit:sal"),
        ("unit:sales", 'unit:="sales"'),
        ("enrolled>3", "enrolled>2"),
        ("name:anna", "anna"),
        ("risk:quiz", "risk:qu"),
        ("band:advanced reached<30d", "band:advanced"),
        ("stars:5 answered<30d", "stars:5"),
        ("begun<30d learning:python", "begun<30d"),
    ],
)
def test_it_cannot_be_told(new: str, old: str) -> None:
    assert not narrows(parse(new), parse(old))
