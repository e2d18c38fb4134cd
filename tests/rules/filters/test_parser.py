from datetime import date

import pytest

from tui_admin.rules.errors import BadInput
from tui_admin.rules.filters import FIELDS, FilterError, Kind, parse
from tui_admin.rules.filters.parser import MOST_NESTED, MOST_TERMS
from tui_admin.rules.filters.tree import (
    Age,
    All,
    And,
    Blank,
    Choice,
    Moment,
    Named,
    Node,
    Not,
    Number,
    Op,
    Or,
    Text,
    Word,
    leaves,
)

MEANINGS: list[tuple[str, Node]] = [
    ("", All()),
    ("  \t\n ", All()),
    ("kovacs", Word("kovacs")),
    ("o'neil-smith", Word("o'neil-smith")),
    ("jo@example.com", Word("jo@example.com")),
    ("O'Neill,", Word("O'Neill,")),
    ("田中", Word("田中")),
    ('"new york"', Word("new york")),
    (r'"a \"b\" \\ c"', Word(r'a "b" \ c')),
    ("a b", And((Word("a"), Word("b")))),
    ("a or b", Or((Word("a"), Word("b")))),
    ("a OR b", Or((Word("a"), Word("b")))),
    ("a b or c", Or((And((Word("a"), Word("b"))), Word("c")))),
    ("a (b or c)", And((Word("a"), Or((Word("b"), Word("c")))))),
    ("((a b) c)", And((Word("a"), Word("b"), Word("c")))),
    ("not a b", And((Not(Word("a")), Word("b")))),
    ("-a", Not(Word("a"))),
    ("- a", Not(Word("a"))),
    ("-(a b)", Not(And((Word("a"), Word("b"))))),
    ("NOT(a or b)", Not(Or((Word("a"), Word("b"))))),
    ("--a", Not(Not(Word("a")))),
    ("or", Word("or")),
    ("Not", Word("Not")),
    ('"or"', Word("or")),
    ("orlando", Word("orlando")),
    ("nothing", Word("nothing")),
    ("status:at-risk", Choice("status", ("at-risk",))),
    ("STATUS:At-Risk", Choice("status", ("at-risk",))),
    ("status:invited,removed", Choice("status", ("invited", "removed"))),
    ("status=invited", Choice("status", ("invited",))),
    ("status!=invited", Not(Choice("status", ("invited",)))),
    ("-status:invited", Not(Choice("status", ("invited",)))),
    ("opted-out:yes", Choice("opted-out", ("yes",))),
    ("unit:Sales", Text("unit", ("Sales",))),
    ('unit:"North America"', Text("unit", ("North America",))),
    ('unit:="Sales"', Text("unit", ("Sales",), exact=True)),
    ("unit:=Sales", Text("unit", ("Sales",), exact=True)),
    ("unit=Sales", Text("unit", ("Sales",), exact=True)),
    ("unit!=Sales", Not(Text("unit", ("Sales",), exact=True))),
    ('unit:Sales,"R, D" , Board', Text("unit", ("Sales", "R, D", "Board"))),
    ("unit:a..b", Text("unit", ("a..b",))),
    ("unit:", Blank("unit")),
    ("-unit:", Not(Blank("unit"))),
    ("(unit:)", Blank("unit")),
    ('unit:""', Blank("unit")),
    ('unit!=""', Not(Blank("unit"))),
    ("unit: Sales", And((Blank("unit"), Word("Sales")))),
    ("program:leading-teams", Named("program", ("leading-teams",))),
    ('course:"Statistics I"', Named("course", ("Statistics I",))),
    ("enrolled:3", Number("enrolled", Op.EQ, (3,))),
    ("enrolled:1,2", Number("enrolled", Op.EQ, (1, 2))),
    ("enrolled=0", Number("enrolled", Op.EQ, (0,))),
    ("enrolled!=1,2", Number("enrolled", Op.NE, (1, 2))),
    ("enrolled >= 3", Number("enrolled", Op.GE, (3,))),
    ("progress<12.5", Number("progress", Op.LT, (12.5,))),
    ("grade:50..60", Number("grade", Op.BETWEEN, (50, 60))),
    ("grade=50..60", Number("grade", Op.BETWEEN, (50, 60))),
    ("grade!=50..60", Not(Number("grade", Op.BETWEEN, (50, 60)))),
    ("grade:1..2,5", Or((Number("grade", Op.BETWEEN, (1, 2)), Number("grade", Op.EQ, (5,))))),
    ("active<30d", Moment("active", Op.LT, (Age(30, "d"),))),
    ("active>6M", Moment("active", Op.GT, (Age(6, "m"),))),
    ("active:1w..2w", Moment("active", Op.BETWEEN, (Age(1, "w"), Age(2, "w")))),
    ("joined>=2026-01-01", Moment("joined", Op.GE, (date(2026, 1, 1),))),
    (
        "joined:2026-01-01..2026-02-01",
        Moment("joined", Op.BETWEEN, (date(2026, 1, 1), date(2026, 2, 1))),
    ),
    ("joined:", Blank("joined")),
    (
        "status:at-risk (unit:Sales or -country:) kov",
        And(
            (
                Choice("status", ("at-risk",)),
                Or((Text("unit", ("Sales",)), Not(Blank("country")))),
                Word("kov"),
            )
        ),
    ),
]


@pytest.mark.parametrize(("text", "tree"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_an_expression_means(text: str, tree: Node) -> None:
    assert parse(text) == tree


FAULTS = [
    ("staus:inactive", 0, 5, "status", "one of status"),
    ("a stat:inactive", 2, 4, "status", "one of status"),
    ("zzz:1", 0, 3, None, "one of status"),
    ("staus:", 0, 5, "status", "one of status"),
    ("status:at-rsk", 7, 6, "at-risk", "one of invited"),
    ("status:inactive,enroled", 16, 7, "enrolled", "one of invited"),
    ("opted-out:maybe", 10, 5, None, "one of yes, no"),
    ("enrolled:many", 9, 4, None, "a number"),
    ("enrolled:1..x", 12, 1, None, "a number"),
    ("enrolled:1e3", 9, 3, None, "a number"),
    ("enrolled:nan", 9, 3, None, "a number"),
    ("enrolled>1,2", 11, 1, None, "one value"),
    ("grade:5..3", 9, 1, None, "5 or more"),
    ("active<30x", 7, 3, None, "an age such as 30d"),
    ("active<30", 7, 2, None, "an age such as 30d"),
    ("joined:2026-02-31", 7, 10, None, "a day such as 2026-01-31"),
    ("joined:20260101", 7, 8, None, "a day such as 2026-01-31"),
    ("joined:0001-01-01", 7, 10, None, "a day such as 2026-01-31"),
    ("joined:30d..7d", 12, 2, None, "30d or more"),
    ("active:30d,2026-01-01", 11, 10, None, "an age such as"),
    ("joined:2026-01-01..30d", 19, 3, None, "a day such as"),
    ("name<b", 4, 1, None, '"name:"'),
    ("(a b", 0, 1, None, 'a closing ")"'),
    ("a (b (c)", 2, 1, None, 'a closing ")"'),
    ("a) b", 1, 1, None, 'an opening "("'),
    ("a ()", 3, 1, None, "a term"),
    ("a or", 4, 0, None, 'a term after "or"'),
    ("or a", 0, 2, None, "a term before it"),
    ("a or or b", 5, 2, None, "a term before it"),
    ("a not", 5, 0, None, 'a term after "not"'),
    ("-", 1, 0, None, 'a term after "-"'),
    ('a "b c', 2, 4, None, "a closing quote"),
    ('unit:"b c', 5, 4, None, "a closing quote"),
    ('""', 0, 2, None, "a word between the quotes"),
    ('unit:a,""', 7, 2, None, "a value between the quotes"),
    ("unit:a,", 7, 0, None, 'a value after "unit:a,"'),
    ("enrolled >=", 11, 0, None, 'a value after "enrolled >="'),
    ("status:(a)", 7, 1, None, 'a value after "status:"'),
    (":x", 0, 1, None, "a term"),
    ("a:b:c", 0, 1, None, "one of"),
]


@pytest.mark.parametrize(
    ("text", "position", "length", "nearest", "expected"), FAULTS, ids=[fault[0] for fault in FAULTS]
)
def test_a_fault_is_named_with_its_place(
    text: str, position: int, length: int, nearest: str | None, expected: str
) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    error = caught.value
    assert (error.position, error.length, error.nearest) == (position, length, nearest)
    assert error.expected.startswith(expected) or expected in error.expected
    assert f" at {position + 1}: " in str(error)


def test_the_sentence_asks_for_the_nearest_word() -> None:
    with pytest.raises(BadInput, match=r'^Unknown field "staus" at 1: did you mean "status"\?$'):
        parse("staus:inactive")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "a" + ")" * 5_000,
        "-" * 5_000 + "a",
        "not " * 5_000 + "a",
    ],
)
def test_nesting_has_an_end(text: str) -> None:
    with pytest.raises(FilterError, match=f"at most {MOST_NESTED} brackets"):
        parse(text)


def test_nesting_that_a_person_may_reach_is_followed() -> None:
    assert parse("(" * MOST_NESTED + "a" + ")" * MOST_NESTED) == Word("a")


@pytest.mark.parametrize("text", ["a " * (MOST_TERMS + 1), "id:" + ",".join(["a"] * (MOST_TERMS + 1))])
def test_length_has_an_end(text: str) -> None:
    with pytest.raises(FilterError, match=f"at most {MOST_TERMS} terms"):
        parse(text)


def test_every_node_knows_where_it_stood() -> None:
    text = 'kov -unit:"North Am" (active>30d or enrolled:)'
    spans = [text[leaf.span.start : leaf.span.end] for leaf in leaves(parse(text)) if not isinstance(leaf, All)]
    assert spans == ["kov", 'unit:"North Am"', "active>30d", "enrolled:"]


def test_every_field_can_be_asked_for_blank_and_has_help() -> None:
    for name, field in FIELDS.items():
        assert parse(f"{name}:") == Blank(name)
        assert field.help
        assert (field.kind is Kind.CHOICE) == bool(field.choices)


def test_days_of_one_age_unit() -> None:
    assert [Age(2, unit).length // 3_600_000 for unit in "hdwmy"] == [2, 48, 336, 1_440, 17_520]


def test_brackets_keep_questions_apart_where_they_would_become_one() -> None:
    skill, other, band = Named("skill", ("a",)), Named("skill", ("b",)), Choice("band", ("advanced",))
    assert parse("skill:a (skill:b band:advanced)") == And((skill, And((other, band))))
    assert parse("(skill:a unit:) (skill:b x band:advanced)") == And(
        (skill, Blank("unit"), And((other, band)), Word("x"))
    )
    assert parse("skill:a (band:advanced)") == And((skill, And((band,))))
    assert parse("(skill:a) band:advanced") == And((And((skill,)), band))
    assert parse("(skill:a (skill:b band:advanced)) x") == And((skill, And((other, band)), Word("x")))
    for flat in ("skill:a band:advanced", "((skill:a band:advanced))", "(skill:a band:advanced) unit:"):
        assert not any(isinstance(part, And) for part in parse(flat).parts)  # type: ignore[union-attr]
