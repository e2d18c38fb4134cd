"""The canonical form of e-mail addresses."""

import ast
import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.addresses import canonical, canonical_all
from tui_admin.rules.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "known_as"),
    [
        ("ada@uni.example", "ada@uni.example"),
        ("  Ada@UNI.Example\t", "ada@uni.example"),
        ("\u00a0ada@uni.example\u00a0", "ada@uni.example"),
        ("\u200eada\u200d@uni.example\ufeff", "ada@uni.example"),
        ("mailto:ada@uni.example", "ada@uni.example"),
        ("Ada Lovelace <Ada@uni.example>", "ada@uni.example"),
        ("Lovelace, Ada <ada@uni.example>", "ada@uni.example"),
        ("<mailto:ada@uni.example>", "ada@uni.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("Jose\u0301@uni.example", "josé@uni.example"),
        ("JOSÉ@uni.example", "josé@uni.example"),
        ("STRASSE@uni.example", "strasse@uni.example"),
        ("o'neil+tag@uni.example", "o'neil+tag@uni.example"),
        ("a.d.a@uni.example", "a.d.a@uni.example"),
        ("ada@corp.local", "ada@corp.local"),
        ("ada@host.test", "ada@host.test"),
        ("a" * 64 + "@uni.example", "a" * 64 + "@uni.example"),
        ("ı@uni.example", "ı@uni.example"),
    ],
)
def test_different_writings_of_an_address_are_one(typed: str, known_as: str) -> None:
    assert canonical(typed) == known_as


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "blank"),
        (" \u200b ", "blank"),
        ("ada", "@-sign"),
        ("ada@", "after the @-sign"),
        ("@uni.example", "before the @-sign"),
        ("ada@uni", "dot"),
        ("ada@192.0.2.1", "digits"),
        ("ada@@uni.example", "@"),
        ("ada@uni.example; bob@uni.example", "more than one"),
        ("ada@uni.example,bob@uni.example", "more than one"),
        ("ada@uni.example\nbob@uni.example", "more than one"),
        ("ada@uni.example.", "period"),
        ("ada lovelace@uni.example", "SPACE"),
        ('"ada lovelace"@uni.example', "Quoting"),
        ("ada@[192.0.2.1]", "bracketed"),
        ("a" * 65 + "@uni.example", "too long"),
        ("ada@" + "u" * 64 + ".example", "so many characters"),
        ("ada@" + ".".join(["u" * 60] * 4) + ".example", "too long"),
        ("ada..l@uni.example", "two periods"),
        ("ada@-uni.example", "hyphen"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(typed: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        canonical(typed)


_LOCAL = st.text(min_size=1, max_size=12)
_DOMAINS = st.sampled_from(["uni.example", "BÜCHER.example", "xn--bcher-kva.example", "例え.test", "a-b.c.example"])


@given(st.one_of(st.emails(), st.text(), st.builds("{}@{}".format, _LOCAL, _DOMAINS)))
def test_the_canonical_form_is_its_own_canonical_form(typed: str) -> None:
    try:
        known_as = canonical(typed)
    except BadInput:
        return
    assert canonical(known_as) == known_as
    assert canonical(f"  {known_as} ") == known_as


def rows_of(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_taken(address: str) -> bool:
    try:
        canonical(address)
    except BadInput:
        return False
    return True


@pytest.mark.real_data
@pytest.mark.parametrize(("corpus", "size"), [("isemail-tests", 164), ("isemail-tests-original", 279)])
def test_the_public_corpus_is_judged_alike_but_for_what_is_justified(shared_data: Path, corpus: str, size: int) -> None:
    """Taken is what the corpus calls valid, with or without a DNS record; refused what the standard calls wrong, and
    what it knows but a mail to one person cannot be sent to by its address alone: quotes, comments, literals."""
    justified = rows_of(Path(__file__).parent / "isemail_disagreements.tsv")
    assert all(row["why"] for row in justified)
    rows = rows_of(shared_data / "email" / f"{corpus}.tsv")
    assert len(rows) == size
    disagree = {
        row["id"]: row["diagnosis"]
        for row in rows
        if is_taken(ast.literal_eval(row["address_json"]))
        is not (row["category"] in ("ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"))
    }
    assert disagree == {row["id"]: row["diagnosis"] for row in justified if row["corpus"] == corpus}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], []),
        (["Ada@X.example", "b.c@y.example"], ["ada@x.example", "b.c@y.example"]),
        (["ada@x.example", " b@y.example"], None),
        (["ada@x.example\nb@y.example"], None),
        (["a" * 60 + "@x.example"], None),
        (["ada@x.example", ""], None),
    ],
)
def test_unremarkable_addresses_all_at_once(texts: list[str], found: list[str] | None) -> None:
    assert canonical_all(texts) == found
