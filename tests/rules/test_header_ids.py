"""Message-IDs are short, unlike each other, the same when made again, and cannot be guessed without the key."""

from email import message_from_string, policy

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.header_ids import LONGEST, header_ids

NUMBERS = st.integers(1, 2**40)
DOMAINS = st.from_regex(r"[a-z]{1,30}(-[a-z0-9]{1,20})?(\.[a-z]{1,20}){1,10}", fullmatch=True)


@given(NUMBERS, st.integers(1, 10**7), DOMAINS)
def test_every_one_fits_on_a_line_and_is_read_back(message: int, number: int, domain: str) -> None:
    made = header_ids("key", message, domain)(number)
    assert len(made) <= LONGEST
    assert made == header_ids("key", message, domain)(number)
    parsed = message_from_string(f"Message-ID: {made}\n\n", policy=policy.default)["Message-ID"]
    assert (str(parsed), parsed.defects) == (made, ())
    assert domain.endswith(made[:-1].partition("@")[2])


def test_each_mail_and_each_store_has_its_own() -> None:
    made = {header_ids(key, message, "x.example")(number) for key in "ab" for message in (1, 11) for number in (1, 11)}
    assert len(made) == 8


def test_the_guard_needs_the_key() -> None:
    ours, theirs = (header_ids(key, 7, "x.example")(3) for key in ("secret", "guess"))
    assert ours.split(".")[:2] == theirs.split(".")[:2]
    assert ours.split(".")[2] != theirs.split(".")[2]
