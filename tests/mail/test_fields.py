"""Fields: found where they are written right, refused with their line and a way out where not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.mail import fields
from tui_admin.mail.fields import Slot
from tui_admin.rules.errors import BadInput
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.message_fields import FIELDS, known_to

KNOWN = known_to(Purpose.CUSTOM)


def _parse(text: str) -> fields.Parts:
    return fields.parse(text, KNOWN, "The body")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hi {{ name }}!", ("Hi ", Slot(FIELDS["name"]), "!")),
        ("{{name}}{{city}}", (Slot(FIELDS["name"]), Slot(FIELDS["city"]))),
        ('{{ name | default("there") }}', (Slot(FIELDS["name"], "there"),)),
        ("{{ name|default('a \"b\" \\'c\\'') }}", (Slot(FIELDS["name"], "a \"b\" 'c'"),)),
        ("{{ enrolled | default(0) }}", (Slot(FIELDS["enrolled"], "0"),)),
        ('{{ city | default("") }}', (Slot(FIELDS["city"], ""),)),
        ("a { b } }} c\n", ("a { b } }} c\n",)),
        ("", ()),
    ],
)
def test_a_text_is_its_fixed_parts_and_its_slots(text: str, parts: fields.Parts) -> None:
    assert _parse(text) == parts


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{{ nmae }}", r"there is no field \{\{ nmae \}\}. The nearest is \{\{ name \}\}"),
        ("{{ zzz }}", "Known are name, email"),
        ("{{ course }}", "not known in this kind of mail"),
        ("{{ name", "opened with {{ and not closed"),
        ("{{ name }", "not written right or not closed"),
        ('{{ name | default("there }}', "not written right or not closed"),
        ("{{ }}", "{{  }} is not allowed"),
        ("{{ name.upper() }}", "is not allowed"),
        ("{{ name.__class__ }}", "is not allowed"),
        ("{{ name | upper }}", "is not allowed"),
        ("{{ name | default(city) }}", "is not allowed"),
        ('{{ name | default("a") | default("b") }}', "is not allowed"),
        ("{{ nmae | upper }}", r"The nearest is \{\{ name \}\}"),
        ("{{ 'x' * 100000000 }}", "is not allowed"),
        ('{{ "text" }}', "is not allowed"),
        ("{{ [1] }}", "is not allowed"),
        ("{% for i in range(10) %}x{% endfor %}", "{% … %} is not allowed"),
        ("{% raw %}x{% endraw %}", "{% … %} is not allowed"),
        ("{# a comment #}", "{# … #} is not allowed"),
        ("{{ \x1b[31m }}", "not written right"),
    ],
)
def test_anything_else_is_refused_with_its_line(written: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        _parse(f"first line\nsecond {written} line")
    assert str(refused.value).startswith("The body, line 2: ")
    assert "\x1b" not in str(refused.value)


def test_a_text_too_long_is_refused() -> None:
    assert _parse("x" * fields.MOST_CHARACTERS)
    with pytest.raises(BadInput, match="shorten it"):
        _parse("x" * (fields.MOST_CHARACTERS + 1))


@pytest.mark.parametrize("nested", ["(", "[", "{", "not ", "-", "name.", "name(", '"a" ~ ', "a if b else "])
def test_no_depth_of_nesting_harms(nested: str) -> None:
    with pytest.raises(BadInput):
        _parse("{{ " + nested * 10_000)


@given(st.text(st.sampled_from("{}%#|()\"'\\ \nname default._-")))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parts = _parse(text)
    except BadInput:
        return
    assert {part.field.name for part in parts if isinstance(part, Slot)} <= set(KNOWN)
    if "{{" not in text:
        assert "".join(map(str, parts)) == text
