"""Bad input of invitation files, names and external ids: what is kept, what is warned of, what is refused."""

import pytest

from tui_admin.rules.invitees import LONGEST_ID, LONGEST_NAME, judge_ids, judge_names
from tui_admin.rules.remarks import Remark, Verdict


@pytest.mark.parametrize(
    ("cell", "name", "remark"),
    [
        ("Jo Li", "Jo Li", None),
        ("Li", "Li", None),
        ("O'Neill, Máire", "O'Neill, Máire", None),
        ("Jean-Luc d'Arc Jr.", "Jean-Luc d'Arc Jr.", None),
        ("田中 花子", "田中 花子", None),
        ("محمد عبد الله", "محمد عبد الله", None),
        ("👩\u200d👩\u200d👧 Family", "👩\u200d👩\u200d👧 Family", None),
        ("Jose\u0301", "José", None),
        ("  Jo \u00a0\n Li\r", "Jo Li", None),
        ("\tJo", "Jo", None),
        ("Null Smith", "Null Smith", None),
        ("N" * LONGEST_NAME, "N" * LONGEST_NAME, None),
        ("", "", Remark.NAME_EMPTY),
        (" \u00a0\t", "", Remark.NAME_EMPTY),
        ("\u200b", "", Remark.NAME_EMPTY),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", Remark.NAME_FORMULA),
        ("+Jo", "+Jo", Remark.NAME_FORMULA),
        ("-Jo", "-Jo", Remark.NAME_FORMULA),
        ("@Jo", "@Jo", Remark.NAME_FORMULA),
        ("\x1b[31mJo", "\ufffd[31mJo", Remark.NAME_STEERS),
        ("Jo\u202eevil", "Jo\ufffdevil", Remark.NAME_STEERS),
        ("Jo\x07", "Jo\ufffd", Remark.NAME_STEERS),
        ("x" * 10_000, "x" * LONGEST_NAME, Remark.NAME_LONG),
        ("jo@x.example", "jo@x.example", Remark.NAME_ADDRESS),
        ("N/A", "N/A", Remark.NAME_PLACEHOLDER),
        ("NULL", "NULL", Remark.NAME_PLACEHOLDER),
        ("?", "?", Remark.NAME_PLACEHOLDER),
        ("123", "123", Remark.NAME_PLACEHOLDER),
        ("#REF!", "#REF!", Remark.NAME_ERROR),
        ("#N/A", "#N/A", Remark.NAME_ERROR),
        ("ZoÃ« MÃ¼ller", "ZoÃ« MÃ¼ller", Remark.NAME_GARBLED),
        ("Jo \u200bLi", "Jo Li", Remark.NAME_INVISIBLE),
        ("\ufeffJo Li", "Jo Li", Remark.NAME_INVISIBLE),
    ],
)
def test_names(cell: str, name: str, remark: Remark | None) -> None:
    names, found = judge_names([cell])
    assert names == [name]
    assert (remark in [one for _, one, _ in found]) if remark else not found


@pytest.mark.parametrize(
    ("cell", "kept", "remark"),
    [
        ("", None, None),
        ("   ", None, None),
        ("00417", "00417", None),
        (" 417\u200b", "417", None),
        ("AbC-1", "AbC-1", None),
        ("jo@x.example", "jo@x.example", None),
        ("JO@x.example", "JO@x.example", None),
        ("1.23E+11", "1.23E+11", Remark.ID_ROUNDED),
        ("1,23e+11", "1,23e+11", Remark.ID_ROUNDED),
        ("417.0", "417.0", Remark.ID_DECIMAL),
        ("a~b", "a~b", Remark.ID_TILDE),
        ("a b", "a b", Remark.ID_SPACED),
        ("=1", "=1", Remark.ID_FORMULA),
        ("N/A", "N/A", Remark.ID_PLACEHOLDER),
        ("#REF!", "#REF!", Remark.ID_ERROR),
        ("ann@x.example", "ann@x.example", Remark.ID_ADDRESS),
        ("\x1b7", "\ufffd7", Remark.ID_STEERS),
        ("x" * 101, "x" * LONGEST_ID, Remark.ID_LONG),
    ],
)
def test_external_ids(cell: str, kept: str | None, remark: Remark | None) -> None:
    ids, found = judge_ids([cell], ["jo@x.example"])
    assert ids == [kept]
    assert [one for _, one, _ in found] == ([remark] if remark else [])


def test_a_detail_is_told_in_its_sentence_whatever_it_holds() -> None:
    assert Remark.KNOWN_NAME.told("{} \\1 {0}") == "is known as {} \\1 {0}, which stays"
    assert Remark.MEMBER.told("") == "already a member"


def test_the_highest_remark_decides() -> None:
    assert Verdict.INVITE < Verdict.WARNED < Verdict.REFUSED < Verdict.REPEATED < Verdict.INVITED < Verdict.MEMBER
    assert [verdict for verdict in Verdict if verdict.invites] == [Verdict.INVITE, Verdict.WARNED]
    assert len({int(remark) for remark in Remark}) == len(Remark.__members__)
