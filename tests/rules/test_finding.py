"""Finding by words: all of them, the best matches first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.finding import find, findable
from tui_admin.rules.text import fold

THINGS = [
    findable("Advanced Python", ("Aarhus", "Programming")),
    findable("Monty's pythonics", ("Zürich",)),
    findable("Python for Everybody", ("Aarhus", "Data Analysis")),
    findable("Statistics", ("École Normale", "Python")),
    findable("Über Straßen", ("Cycling",)),
    findable("Xpython", ()),
]


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("python", [2, 0, 1, 3, 5]),  # begins the name, begins a word in it, begins a skill, is inside
        ("PYTHON aar", [0, 2]),
        ("aar python", [0, 2]),
        ("python for", [2]),
        ("for python", [2]),
        ("ecole", [3]),
        ("uber strasse", [4]),
        ("STRASSEN", [4]),
        ("data nalysis", [2]),
        ("nothing", []),
        ("  ", [0, 1, 2, 3, 4, 5]),
        ("statistics everybody", []),
        ("aarhus programming", [0]),
    ],
)
def test_every_word_counts_and_the_best_come_first(typed: str, positions: list[int]) -> None:
    assert find(THINGS, typed) == positions


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=8), st.text(max_size=6))
def test_what_is_found_holds_the_words_and_nothing_else_does(texts: list[tuple[str, str]], typed: str) -> None:
    found = find([findable(name, (about,)) for name, about in texts], typed)
    assert len(set(found)) == len(found)
    words = fold(typed).split()
    holding = [n for n, (name, about) in enumerate(texts) if all(w in fold(name) or w in fold(about) for w in words)]
    assert sorted(found) == holding
