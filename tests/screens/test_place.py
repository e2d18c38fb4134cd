"""Places are texts that bring one back."""

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.screens.place import Place, parse_place

SEGMENT = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and text == text.strip())


@given(st.lists(SEGMENT, min_size=1, max_size=4), st.text(max_size=30))
def test_every_place_comes_back_from_its_text(segments: list[str], filter_text: str) -> None:
    place = Place(tuple(segments), filter_text.strip())
    assert parse_place(str(place)) == place


def test_reads_as_people_write_it() -> None:
    place = parse_place("programs/program-2014j/members?status:at-risk region:Scotland")
    assert place == Place(("programs", "program-2014j", "members"), "status:at-risk region:Scotland")
    assert str(place) == "programs/program-2014j/members?status:at-risk region:Scotland"
    assert place.tab == "programs"
    assert place.child("17").parent == Place(place.segments)


def test_nothing_is_home() -> None:
    assert parse_place("") == parse_place(" / ") == Place(("home",))
