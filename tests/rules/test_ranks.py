"""Ranks in an order in which some stand equal."""

from tui_admin.rules.ranks import shared_ranks


def test_equal_ones_share_the_rank_of_the_first_and_the_next_rank_counts_them() -> None:
    assert list(shared_ranks("aabccd")) == [1, 1, 3, 4, 4, 6]
    assert list(shared_ranks([None, None, 0])) == [1, 1, 3]
    assert list(shared_ranks([])) == []
