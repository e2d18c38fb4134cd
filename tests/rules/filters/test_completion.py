import pytest

from tui_admin.rules.filters import FIELDS, ValueRequest, complete


def completed(marked: str) -> tuple[str, list[str], ValueRequest | None] | None:
    """Complete at the `|`: the text to replace, the options, and what is asked of the store."""
    cursor = marked.index("|")
    text = marked.replace("|", "")
    completion = complete(text, cursor)
    if completion is None:
        return None
    return text[slice(*completion.span)], [option.text for option in completion.options], completion.request


@pytest.mark.parametrize(
    ("marked", "replaced", "options"),
    [
        ("st|", "st", ["status:"]),
        ("-ST|", "ST", ["status:"]),
        ("a (un|", "un", ["unit:", "unit2:"]),
        ("a un|it b", "unit", ["unit:", "unit2:"]),
        ("un|it:Sales", "unit:", ["unit:", "unit2:"]),
        ("enr|", "enr", ["enrolled"]),
        ("status:in|", "in", ["invited", "inactive"]),
        ("status:invited,at|", "at", ["at-risk", "at-risk-ever"]),
        ('status:"re|mo" x', '"remo"', ["removed"]),
        ("status:in|,removed", "in", ["invited", "inactive"]),
        ("opted-out:|", "", ["yes", "no"]),
    ],
)
def test_names_and_fixed_values(marked: str, replaced: str, options: list[str]) -> None:
    assert completed(marked) == (replaced, options, None)


def test_nothing_typed_offers_every_field_with_its_meaning() -> None:
    completion = complete("", 0)
    assert completion is not None
    assert [option.help for option in completion.options] == [field.help for field in FIELDS.values()]


@pytest.mark.parametrize(
    ("marked", "replaced", "request_made"),
    [
        ("unit:|", "", ValueRequest("unit", "")),
        ("unit:Sa|", "Sa", ValueRequest("unit", "Sa")),
        ('unit:="North A|', '"North A', ValueRequest("unit", "North A")),
        ('unit:"a\\"b|"', '"a\\"b"', ValueRequest("unit", 'a"b')),
        ('country:"a, b",Ca|', "Ca", ValueRequest("country", "Ca")),
        ("(program:da|) x", "da", ValueRequest("program", "da")),
    ],
)
def test_values_of_the_store_are_asked_for(marked: str, replaced: str, request_made: ValueRequest) -> None:
    assert completed(marked) == (replaced, [], request_made)


@pytest.mark.parametrize("marked", ["zz|", "enrolled>|", "email:jo|", "status:zz|", "foo:b|", '"a b|', "status:a) zz|"])
def test_nothing_to_offer(marked: str) -> None:
    assert completed(marked) is None
