"""Messages as files."""

import pytest

from tui_admin.reports.message_files import read_message
from tui_admin.rules.errors import BadInput

FILE = """---
subject: We miss you, {{ name }}
Audience: inactive
where: unit:Sales country:"New Zealand"
button: Go on | https://learn.example/go?a=b|c
reply-to: help@learn.example
---

Hello **{{ name }}**,

---
come back.
"""


def test_head_and_text_are_told_apart() -> None:
    found = read_message(FILE, "m.md")
    assert found.head["subject"] == "We miss you, {{ name }}"
    assert found.head["where"] == 'unit:Sales country:"New Zealand"'
    assert found.head["reply_to"] == "help@learn.example"
    assert found.body == "Hello **{{ name }}**,\n\n---\ncome back."


def test_a_button_is_its_text_and_its_link() -> None:
    found = read_message("---\nsubject: x\nbutton: Go | {{ program_url }}\n---\ny", "m.md")
    assert found.button == ("Go", "{{ program_url }}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "m.md, line 1"),
        ("---\nsubject: x\n", "not closed"),
        ("---\naudience: inactive\n---\nx", "no subject"),
        ("---\nsubject: x\nsubject: y\n---\nx", "line 3: subject is said twice"),
        ("---\nsubjct: x\n---\nx", "did you mean subject?"),
        ("---\nsubject x\n---\nx", "line 2: write key: value"),
        ("---\nsubject: x\nbutton: Go\n---\nx", "a bar and its link"),
    ],
)
def test_what_cannot_be_followed_is_named(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said.replace("?", r"\?")):
        read_message(text, "m.md")


def test_a_byte_order_mark_and_windows_lines_are_read() -> None:
    assert read_message("\ufeff---\r\nsubject: x\r\n---\r\ny\r\n", "m.md").body == "y"
