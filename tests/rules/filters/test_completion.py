import pytest

from tui_admin.rules.filters import FIELDS, ValueRequest, complete, unfinished


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
        ("st|", "st", ["status:", "stars"]),
        ("-ST|", "ST", ["status:", "stars"]),
        ("a (un|", "un", ["unit:", "unit2:"]),
        ("a un|it b", "unit", ["unit:", "unit2:"]),
        ("un|it:Sales", "unit:", ["unit:", "unit2:"]),
        ("enr|", "enr", ["enrolled"]),
        ("band:in|", "in", ["intermediate"]),
        ("delivery:sent,de|", "de", ["deferred"]),
        ('delivery:"bo|un" x', '"boun"', ["bounced"]),
        ("delivery:in|,sent", "in", ["in-doubt", "invalid"]),
        ("opted-out:|", "", ["yes", "no"]),
    ],
)
def test_names_and_fixed_values(marked: str, replaced: str, options: list[str]) -> None:
    assert completed(marked) == (replaced, options, None)


def test_statuses_are_offered_at_once_and_counted_by_the_store() -> None:
    assert completed("status:at|") == ("at", ["at-risk", "at-risk-ever"], ValueRequest("status", "at"))


@pytest.mark.parametrize(
    "marked", ["s|", "ann sta|", "-status|", "status:|", "ann (active|", "active<|)", "id|", "unit:=| ann", "-region:|"]
)
def test_a_field_just_being_typed_is_unfinished(marked: str) -> None:
    assert unfinished(marked.replace("|", ""), marked.index("|"))


@pytest.mark.parametrize(
    "marked",
    [
        "|",
        "sta ann|",
        "sty|",
        "status:a|",
        "region: |",
        "active<30|",
        '"sta|',
        "sta|tus",
        "|status:",
        "foo:|",
        "status| ann x|",
    ],
)
def test_what_is_whole_or_a_word_is_not_unfinished(marked: str) -> None:
    assert not unfinished(marked.replace("|", ""), marked.rindex("|") - marked.count("|") + 1)


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
