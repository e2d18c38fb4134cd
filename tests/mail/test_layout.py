"""What recipients see: text that reads well as it is, a page in the organization's color, values as they are."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.samples import FROZEN, PAGE, VALUES, compiled
from tui_admin.mail.page import DEFAULT_COLOR
from tui_admin.mail.plain import WIDTH
from tui_admin.rules import colors
from tui_admin.rules.errors import BadInput
from tui_admin.rules.mailing import Purpose

WRITTEN = """# Welcome

Dear {{ name }}, this is a sentence that is long enough to be wrapped in a plain-text mail, *twice*, as **you** see.
A line break\\
is kept.

## Links

- A [page](https://a.example/one?id={{ external_id }}) with words
- <https://a.example/a-long-address/that-must-never-be-broken/however-far/it-goes-on-beyond/the-edge>
- https://a.example/bare and {{ program_url }}
  1. nested
  2. list

> Quoted text that is long enough to go over the edge of the lines, so that it is wrapped with its mark.
>
> - listed

7. seven

   still seven
8. eight

Run

    code  {{ name }} *as it is*

***

[mail us](mailto:help@northwind.example) &amp; smile
"""
LAID_OUT = """Welcome
=======

Dear Ágnes Kovács, this is a sentence that is long enough to be wrapped in
a plain-text mail, twice, as *you* see. A line break
is kept.

Links
-----

- A page <https://a.example/one?id=00417> with words
- https://a.example/a-long-address/that-must-never-be-broken/however-far/it-goes-on-beyond/the-edge
- https://a.example/bare and https://learn.northwind.example/data
  1. nested
  2. list

> Quoted text that is long enough to go over the edge of the lines, so that
> it is wrapped with its mark.
>
> - listed

7. seven

   still seven

8. eight

Run

    code  Ágnes Kovács *as it is*

----------------------------------------

mail us <help@northwind.example> & smile

Go on, Ágnes Kovács: https://learn.northwind.example/data

----------------------------------------
Northwind Learning
You get this mail because you take part in learning at Northwind Learning.
Questions? help@northwind.example
Unsubscribe: https://learn.northwind.example/u/eyJhbGciOi
"""


def test_the_text_part_reads_well() -> None:
    message = compiled(WRITTEN, button=("Go on, {{ name }}", "{{ program_url }}"))
    assert message.render(VALUES).text == LAID_OUT


@given(
    st.lists(
        st.text(
            st.characters(max_codepoint=382, exclude_categories=["Cc", "Cf", "Zs"]),
            min_size=1,
            max_size=30,
        ),
        min_size=1,
        max_size=60,
    )
)
def test_lines_are_wrapped_wherever_words_allow_it(words: list[str]) -> None:
    text = compiled("x: {{ reason }}").render(VALUES | {"reason": " ".join(words)}).text.partition("\n\n")[0]
    assert max(map(len, text.split("\n"))) <= WIDTH <= 78
    assert text.split() == ["x:", *" ".join(words).split()]


@pytest.mark.parametrize(
    "value",
    [
        "[x](http://evil.example)",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "**bold** _em_ `code` # head",
        "{{ email }} {% x %}",
        "&lt;b&gt; &amp;",
        "https://evil.example/",
        "zslot0t zslot1u https://zslot0l",
        "javascript:alert(1)",
    ],
)
def test_a_value_shows_as_it_is_in_both_parts(value: str) -> None:
    message = compiled("Hi {{ name }}!\n\n- `{{ name }}`\n\n[link {{ name }}](https://a.example/?q={{ name }}&z=1)")
    shown = message.render(VALUES | {"name": value})
    harmless = message.render(VALUES | {"name": "Jo"})
    assert shown.text.startswith(f"Hi {value}!\n\n- {value}\n\n")
    tags = re.compile(r"<[^>]*>")
    tag_names = [re.sub(r'href="[^"]*"', "", tag) for tag in tags.findall(shown.html)]
    assert tag_names == [re.sub(r'href="[^"]*"', "", tag) for tag in tags.findall(harmless.html)]
    assert [link.partition("?q=")[0] for link in _links(shown.html)] == [
        link.partition("?q=")[0] for link in _links(harmless.html)
    ]
    assert "alert(1)>" not in shown.html and "<script" not in shown.html


def _links(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("value", ["javascript:alert(1)", "data:text/html,x", "x y", "//a.example", "ftp://a.example"])
def test_a_link_field_links_nowhere_else_than_to_pages(value: str) -> None:
    shown = compiled("[go]({{ program_url }}) {{ program_url }}").render(VALUES | {"program_url": value})
    assert _links(shown.html)[:2] == ["", ""]


def test_unusual_characters_of_a_link_are_encoded() -> None:
    message = compiled("[go]({{ program_url }})", button=("Go", 'https://a.example/für "x"'))
    shown = message.render(VALUES | {"program_url": 'https://a.example/für" onclick="<x>?q=1&a=%20'})
    assert _links(shown.html)[:2] == [
        "https://a.example/f%C3%BCr%22%20onclick=%22%3Cx%3E?q=1&amp;a=%20",
        "https://a.example/f%C3%BCr%20%22x%22",
    ]


def test_fields_may_stand_in_links_behind_the_host() -> None:
    shown = compiled("[go]({{ join_url }}&from={{ email }}) <mailto:a@b.example?subject={{ name }}>").render(VALUES)
    assert f"{VALUES['join_url']}&amp;from=agnes.kovacs%40northwind.example" in _links(shown.html)
    assert "mailto:a@b.example?subject=%C3%81gnes%20Kov%C3%A1cs" in _links(shown.html)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("x\n\n[go](http://a.example)", "The body, line 3: 'http://a.example' is no link for a mail. Write https://"),
        ("[go](javascript:alert)", "is no link for a mail"),
        ("[go](/page)", "is no link for a mail"),
        ("[go](#top)", "is no link for a mail"),
        ("[go](data:text/html,x)", "is no link for a mail"),
        ("see http://a.example", "is no link for a mail"),
        ("<ftp://a.example>", "is no link for a mail"),
        ("[go](https://{{ name }}.example/)", "a field cannot stand where a link names its host"),
        ("[go](https://{{ name }})", "cannot stand where a link names its host"),
        ("[go](https://a.example:{{ name }}/)", "cannot stand where a link names its host"),
        ("[go](https://{{ join_url }})", "cannot stand where a link names its host"),
        ("[go](mailto:{{ email }})", "cannot stand where a link names its host"),
        ("[go]({{ name }})", "'{{ name }}' is no link for a mail"),
        ("![x](https://a.example/x.png)", "holds no pictures"),
        ("- ok\n\n[go][r]\n\n[r]: http://a.example", "The body, line 3: 'http://a.example' is no link"),
    ],
)
def test_a_link_that_may_lead_elsewhere_is_refused(body: str, said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        compiled(body)


def test_html_written_by_hand_shows_as_text() -> None:
    shown = compiled("<b>bold</b> <script>x</script>\n\n<div onclick=x>y</div>").render(VALUES)
    assert "<script>x</script>" in shown.text
    assert "&lt;script&gt;x&lt;/script&gt;" in shown.html and "<div" not in shown.html


def test_a_button_without_a_link_is_left_out_of_both_parts() -> None:
    message = compiled("Hello", button=("Go on", "{{ program_url }}"))
    with_link, without = message.render(VALUES), message.render(VALUES | {"program_url": None})
    assert f"\nGo on: {VALUES['program_url']}\n" in with_link.text and "Go on" in with_link.html
    assert "Go on" not in without.text + without.html
    assert without.text.startswith("Hello\n\n-----")


def test_the_organizations_own_words_are_no_markup() -> None:
    odd = replace(FROZEN, organization="<i>N</i> [x](https://evil.example) {{ name }}", support_contact="<u>us</u>")
    shown = compiled("From {{ organization }}", frozen=odd).render(VALUES)
    assert shown.text.startswith(f"From {odd.organization}\n")
    assert "<i>" not in shown.html and "<u>" not in shown.html and 'evil.example"' not in shown.html


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("help@northwind.example", "mailto:help@northwind.example"),
        ("https://help.northwind.example", "https://help.northwind.example"),
        ("Ana, extension 42", None),
    ],
)
def test_the_support_contact_leads_there_where_it_can(contact: str, link: str | None) -> None:
    shown = compiled("x", frozen=replace(FROZEN, support_contact=contact)).render(VALUES)
    assert f"Questions? {contact}" in shown.text and contact in shown.html
    assert [found for found in _links(shown.html) if found != VALUES["unsubscribe_url"]] == ([link] if link else [])


@pytest.mark.parametrize("color", [None, "#14213d", "#fff3b0", "#d62828", "#ffffff", "#000000", "#808080"])
def test_the_page_can_be_read_in_any_color(color: str | None) -> None:
    message = compiled("[go](https://a.example)", button=("Go", PAGE), frozen=replace(FROZEN, color=color))
    html = message.render(VALUES).html
    band = _style(html, 'class="band"')
    assert band["background-color"] == (color or DEFAULT_COLOR)
    assert colors.contrast(band["color"], band["background-color"]) >= colors.READABLE
    assert colors.contrast(_style(html, 'href="https://a.example"')["color"], "#ffffff") >= colors.READABLE
    assert colors.contrast(_style(html, f'href="{PAGE}"')["color"], color or DEFAULT_COLOR) >= colors.READABLE
    assert colors.contrast(_style(html, 'class="foot"')["color"], "#ffffff") >= colors.READABLE


def _style(html: str, tag: str) -> dict[str, str]:
    style = re.search(rf'<[^>]*{re.escape(tag)}[^>]*style="([^"]*)"', html)
    assert style is not None
    return dict(part.split(": ") for part in style[1].rstrip(";").split(";"))


def test_the_page_adapts_to_phones_and_dark_screens() -> None:
    html = compiled("x").render(VALUES).html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html[:1024]
    assert '<meta charset="utf-8">' in html[:200]
    assert "@media (prefers-color-scheme: dark)" in html and "max-width: 600px" in html
    assert "<title>We miss you, Ágnes Kovács</title>" in html


def test_a_mark_is_never_mistaken_for_what_was_written() -> None:
    shown = compiled("zslot0t {{ name }} ZSLOTQ1u zslotqq", subject="zslot0t").render(VALUES)
    assert shown.text.startswith("zslot0t Ágnes Kovács ZSLOTQ1u zslotqq\n")
    assert shown.subject == "zslot0t"


@given(st.text())
def test_any_text_compiles_or_is_refused_in_words(body: str) -> None:
    try:
        shown = compiled(body, purpose=Purpose.TEST, subject="x").render({})
    except BadInput as error:
        assert str(error).startswith("The body")
        return
    assert shown.text.endswith("\n") and "<script" not in shown.html


@pytest.mark.parametrize(
    "pattern", ["*", "_", "[", "`", ">", "![", "(", "<", "&", "\\", "- a\n", "> a\n", "[a](", "https://", "a@"]
)
def test_no_pattern_of_markdown_keeps_the_machine_busy(pattern: str) -> None:
    """Quadratic parsing would take minutes here, and the run's own limit would end it."""
    body = pattern * (20_000 // len(pattern))
    try:
        compiled(body)
    except BadInput as error:
        assert str(error).startswith("The body")
