from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.filters import FIELDS, FilterError, Kind, complete, format_filter, parse
from tui_admin.rules.filters.tree import (
    Age,
    All,
    Blank,
    Choice,
    Moment,
    Named,
    Node,
    Not,
    Number,
    Op,
    Text,
    Word,
    conjunction,
    disjunction,
)


def named(kind: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from([field.name for field in FIELDS.values() if field.kind is kind])


words = st.text(min_size=1, max_size=12).filter(lambda text: text.strip())
values = st.lists(words, min_size=1, max_size=3).map(tuple)
numbers = st.integers(-(10**12), 10**12).map(float) | st.integers(-4_000, 4_000).map(lambda eighths: eighths / 8)
ages = st.builds(Age, st.integers(0, 99_999), st.sampled_from("hdwmy"))
days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
single = st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE])
several = st.sampled_from([Op.EQ, Op.NE])


def measured(
    node: type[Number] | type[Moment], kind: Kind, *ends: st.SearchStrategy[object]
) -> st.SearchStrategy[Node]:
    def order(pair: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(sorted(pair, key=lambda end: end.length if isinstance(end, Age) else end))  # type: ignore[arg-type, return-value]

    return st.one_of(
        *(
            st.one_of(
                st.builds(node, named(kind), single, st.tuples(end)),
                st.builds(node, named(kind), several, st.lists(end, min_size=1, max_size=3).map(tuple)),
                st.builds(node, named(kind), st.just(Op.BETWEEN), st.tuples(end, end).map(order)),
            )
            for end in ends
        )
    )


choices = st.sampled_from([field for field in FIELDS.values() if field.kind is Kind.CHOICE]).flatmap(
    lambda field: st.builds(
        Choice,
        st.just(field.name),
        st.lists(st.sampled_from([str(name) for name, _ in field.choices]), min_size=1, max_size=3).map(tuple),
    )
)
terms: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, words),
    st.builds(Text, named(Kind.TEXT), values, st.booleans()),
    st.builds(Named, named(Kind.NAMED), values),
    st.builds(Blank, st.sampled_from(list(FIELDS))),
    choices,
    measured(Number, Kind.NUMBER, numbers),
    measured(Moment, Kind.MOMENT, ages, days),
)
trees = st.just(All()) | st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: conjunction(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: disjunction(tuple(parts))),
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_written_reads_as_the_same_tree(tree: Node) -> None:
    assert parse(format_filter(tree)) == tree


@given(st.text(max_size=40) | st.text(alphabet='ab:=<>!-,.()"\\ or1d', max_size=30))
def test_any_text_parses_or_says_where_it_fails(text: str) -> None:
    try:
        tree = parse(text)
    except FilterError as error:
        assert 0 <= error.position <= len(text)
        assert error.position + error.length <= len(text)
    else:
        assert parse(format_filter(tree)) == tree


@given(st.text(alphabet='statusune:=,"()- ', max_size=20), st.integers(0, 20))
def test_a_completion_stands_around_the_cursor(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    completion = complete(text, cursor)
    if completion is not None:
        assert completion.span.start <= cursor <= completion.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('  STATUS:at-risk   AND or  unit:="Sales Team" ', 'status:at-risk AND or unit:="Sales Team"'),
        ("(a or b) not (c d)", "(a or b) -(c d)"),
        ("enrolled = 3 active > 30D", "enrolled:3 active>30d"),
        ("unit!=Sales", "-unit:=Sales"),
        ('"-x" "a:b" "or" "word"', '"-x" "a:b" "or" word'),
        ("joined = 2026-01-01..2026-02-01", "joined:2026-01-01..2026-02-01"),
    ],
)
def test_the_canonical_spelling(text: str, canonical: str) -> None:
    assert format_filter(parse(text)) == canonical
