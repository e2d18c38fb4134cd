import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.licenses import Licenses

counts = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("licenses", "text", "free", "seats", "over_by"),
    [
        (Licenses(None, 4_120, 10), "4,120 / ?", None, None, 0),
        (Licenses(5_500, 4_120, 380), "4,120 / 5,500", 1_000, 1_380, 0),
        (Licenses(3_000, 2_990, 20), "2,990 / 3,000", 0, 10, 0),
        (Licenses(1_200, 1_212), "1,212 / 1,200 over by 12", 0, 0, 12),
        (Licenses(0, 0), "0 / 0", 0, 0, 0),
        (Licenses(5_500, 4_120, 380, shared=True), "4,120 / 5,500", None, None, 0),
    ],
)
def test_the_arithmetic(licenses: Licenses, text: str, free: int | None, seats: int | None, over_by: int) -> None:
    assert (str(licenses), licenses.free, licenses.seats, licenses.over_by) == (text, free, seats, over_by)


@given(counts, counts, counts)
def test_inviting_into_what_is_free_never_exceeds_what_was_purchased(
    purchased: int, occupied: int, reserved: int
) -> None:
    licenses = Licenses(purchased, occupied, reserved)
    free, seats = licenses.free, licenses.seats
    assert free is not None
    assert seats is not None
    assert 0 <= free <= seats
    if free:
        assert Licenses(purchased, occupied + free + reserved).over_by == 0
    assert Licenses(purchased, occupied + seats).over_by == licenses.over_by
