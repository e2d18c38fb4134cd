"""Orders kept as numbers with gaps: always the order a plain list would have, and few numbers written."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.positions import END, GAP, Ordered, Spot, staying


def check(ordered: Ordered, expected: list[int]) -> None:
    assert ordered.ids == expected
    assert sorted(expected, key=ordered.positions.__getitem__) == expected
    assert len(set(ordered.positions.values())) == len(expected) == len(ordered.positions)


@given(
    st.lists(st.integers(-(2**31) + 1, 2**31 - 1), max_size=12, unique=True).map(sorted),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 5)), max_size=30),
)
def test_it_stays_the_order_of_a_list(numbers: list[int], acts: list[tuple[int, int, int]]) -> None:
    ordered = Ordered(dict(enumerate(numbers)))
    plain = list(range(len(numbers)))
    for new, (taken, at, count) in enumerate(acts):
        moving = plain[taken % (len(plain) + 1) :][:count] or [1_000 + new]
        plain = [thing for thing in plain if thing not in moving]
        ordered.take(moving)
        index = at % (len(plain) + 1)
        plain[index:index] = moving
        ordered.put(moving, index)
        assert set(moving) <= ordered.placed
        check(ordered, plain)


def test_one_number_is_written_for_one_thing_moved() -> None:
    ordered = Ordered({thing: thing * GAP for thing in range(1, 1_000)})
    ordered.take([999])
    ordered.put([999], ordered.index(Spot(before=1)))
    assert ordered.placed == {999}


def test_without_room_all_are_numbered_anew() -> None:
    ordered = Ordered({1: 1, 2: 2, 3: 3})
    ordered.put([4], ordered.index(Spot(after=1)))
    check(ordered, [1, 4, 2, 3])
    assert ordered.placed == {1, 2, 3, 4}


def test_spots() -> None:
    ordered = Ordered({1: 10, 2: 20})
    assert [ordered.index(spot) for spot in (END, Spot(before=1), Spot(after=1), Spot(before=2))] == [2, 0, 1, 1]
    assert (END.named, Spot(before=1).named, Spot(after=2).named) == (None, 1, 2)


@given(st.permutations(range(9)))
def test_as_much_as_can_stays(wanted: list[int]) -> None:
    ids = list(range(9))
    found = staying(ids, wanted)
    assert [thing for thing in wanted if thing in found] == sorted(found)
    longest = max(length for length in range(10) for some in combinations(wanted, length) if list(some) == sorted(some))
    assert len(found) == longest


def test_what_is_only_in_one_order_does_not_stay() -> None:
    assert staying([1, 2, 3], [4, 3, 1]) in ({1}, {3})
    assert staying([], [1]) == staying([1], []) == set()
