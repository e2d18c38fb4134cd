"""Weekly schedules: what people write, in one form; what cannot be, with the way out."""

import pytest

from tui_admin.rules.errors import BadInput
from tui_admin.rules.schedules import parse, told


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("", ""),
        ("mon 7", "mon 07:00"),
        ("Thursday, MON 07:00", "mon thu 07:00"),
        ("mon 15 fri 7", "fri 07:00, mon 15:00"),
        ("tue 0; wed thu 23:00", "tue 00:00, wed thu 23:00"),
        ("daily 6", "mon tue wed thu fri sat sun 06:00"),
        ("weekdays 6, sat 9", "mon tue wed thu fri 06:00, sat 09:00"),
    ],
)
def test_what_people_write_has_one_form(text: str, usual: str) -> None:
    assert told(parse(text)) == usual
    assert parse(usual) == parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mon", "mon without an hour: write weekdays and an hour, such as mon thu 07:00"),
        ("7", "'7' has no weekday before it"),
        ("mon 7 mon 8", "mon stands twice"),
        ("daily 7 sun 8", "sun stands twice"),
        ("mon 24", "'24' is no full hour"),
        ("mon 7:30", "'7:30' is no full hour"),
        ("mo 7", "'mo' is no weekday; the nearest is 'mon'"),
        ("xyz 7", "'xyz' is no weekday; write weekdays"),
        ("mon\x1b 7", "is no weekday"),
    ],
)
def test_what_cannot_be_says_what_can(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse(text)
