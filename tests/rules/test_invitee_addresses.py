"""Bad input of invitation files, addresses: what is taken, what is warned of, what is refused, cell by cell."""

import pytest

from tui_admin.rules.invitees import AddressColumn
from tui_admin.rules.remarks import Remark

OWN = "ana@northwind.example"
LONGEST = ".".join(["u" * 60] * 4) + ".example"
TAKEN: list[tuple[str, str, Remark | None]] = [
    ("jo@x.example", "jo@x.example", None),
    ("  Jo@X.Example ", "jo@x.example", None),
    ("jo@x.example\t", "jo@x.example", None),
    ("o'neil@x.example", "o'neil@x.example", None),
    ("a" * 64 + "@x.example", "a" * 64 + "@x.example", None),
    ("jo@" + LONGEST, "jo@" + LONGEST, None),
    ("jo@bücher.example", "jo@xn--bcher-kva.example", None),
    ("jo@xn--bcher-kva.example", "jo@xn--bcher-kva.example", None),
    ("\u00a0jo@x.example", "jo@x.example", Remark.INVISIBLE),
    ("jo@x.exam\u200bple", "jo@x.example", Remark.INVISIBLE),
    ("\u200fjo@x.example", "jo@x.example", Remark.INVISIBLE),
    ("\u200ejo@x.example", "jo@x.example", Remark.INVISIBLE),
    ("jo\u200d@x.example", "jo@x.example", Remark.INVISIBLE),
    ("\ufeffjo@x.example", "jo@x.example", Remark.INVISIBLE),
    ("mailto:jo@x.example", "jo@x.example", Remark.READ_AS),
    ("Jo Li <jo@x.example>", "jo@x.example", Remark.READ_AS),
    ('"Li, Jo" <jo@x.example>', "jo@x.example", Remark.READ_AS),
    ("jo@gmail.con", "jo@gmail.con", Remark.LIKE_DOMAIN),
    ("jo@x.cmo", "jo@x.cmo", Remark.LIKE_DOMAIN),
    ("jo@exmaple.com", "jo@exmaple.com", Remark.LIKE_DOMAIN),
    ("jo@northwind.exmaple", "jo@northwind.exmaple", Remark.LIKE_DOMAIN),
    ("josé@x.example", "josé@x.example", Remark.NOT_ASCII),
    ("jose\u0301@x.example", "josé@x.example", Remark.NOT_ASCII),
    ("alı@x.example", "alı@x.example", Remark.LOOKS_LIKE),
    ("jо@x.example", "jо@x.example", Remark.LOOKS_LIKE),
    ("jo@раураl.com", "jo@xn--l-7sba6dbr.com", Remark.LOOKS_LIKE),
    ("jo+tag@x.example", "jo+tag@x.example", Remark.SAME_MAILBOX),
    ("info@x.example", "info@x.example", Remark.SHARED),
    ("No-Reply@x.example", "no-reply@x.example", Remark.SHARED),
    ("jo@mailinator.com", "jo@mailinator.com", Remark.DISPOSABLE),
    ("=jo@x.example", "=jo@x.example", Remark.EMAIL_FORMULA),
    ("Ana@northwind.example", OWN, Remark.OWN),
]

REFUSED = [
    ("", Remark.EMAIL_EMPTY, ""),
    (" \u00a0\u200b", Remark.EMAIL_EMPTY, ""),
    ("jo", Remark.NO_ADDRESS, "must have an @-sign"),
    ("N/A", Remark.NO_ADDRESS, "must have an @-sign"),
    ("jo@@x.example", Remark.NO_ADDRESS, "'@'"),
    ("jo@a@x.example", Remark.NO_ADDRESS, "'@'"),
    ("jo li@x.example", Remark.NO_ADDRESS, "SPACE"),
    ("jo\u00a0li@x.example", Remark.NO_ADDRESS, "NO-BREAK SPACE"),
    ("jo@x.example.", Remark.NO_ADDRESS, "end with a period"),
    ("jo@x.example,", Remark.NO_ADDRESS, "','"),
    ("jo@x.example; ann@x.example", Remark.NO_ADDRESS, "more than one"),
    ("jo@x.example,ann@x.example", Remark.NO_ADDRESS, "more than one"),
    ("jo@x.example\nann@x.example", Remark.NO_ADDRESS, "more than one"),
    ("“jo@x.example”", Remark.IN_QUOTES, "“”"),
    ("o’neil@x.example", Remark.IN_QUOTES, "’"),
    ("'jo@x.example'", Remark.IN_QUOTES, "'"),
    ('"jo li"@x.example', Remark.IN_QUOTES, '"'),
    ("a" * 65 + "@x.example", Remark.NO_ADDRESS, "too long"),
    ("joe@" + LONGEST, Remark.NO_ADDRESS, "too long"),
    ("jo@x", Remark.NO_ADDRESS, "needs a dot"),
    ("jo@192.0.2.1", Remark.NO_ADDRESS, "digits"),
    ("jo@[192.0.2.1]", Remark.NO_ADDRESS, "bracketed"),
]


@pytest.mark.parametrize(("cell", "address", "remark"), TAKEN)
def test_an_address_is_taken_and_what_is_odd_is_told(cell: str, address: str, remark: Remark | None) -> None:
    addresses, found = AddressColumn(OWN).judge([cell])
    assert addresses == [address]
    assert (remark in [one for _, one, _ in found]) if remark else not found


@pytest.mark.parametrize(("cell", "remark", "said"), REFUSED)
def test_what_is_no_address_is_refused_with_the_reason(cell: str, remark: Remark, said: str) -> None:
    addresses, found = AddressColumn(OWN).judge([cell])
    ((at, one, detail),) = found
    assert (addresses, at, one) == ([None], 0, remark)
    assert said in one.told(detail)
    assert cell.strip() == "" or repr(cell.strip()) not in detail, "the value has a column of its own"


def test_upper_case_i_with_a_dot_is_not_taken_for_a_plain_one() -> None:
    addresses, _ = AddressColumn(OWN).judge(["ALİ@x.example", "ali@x.example", "ALI@x.example"])
    assert addresses[0] != addresses[1] == addresses[2]


def test_a_column_is_judged_alike_at_once_and_cell_by_cell() -> None:
    cells = [cell for cell, *_ in (*TAKEN, *REFUSED)]
    column = AddressColumn(OWN)
    together, found = column.judge(cells)
    apart = [column.judge([cell]) for cell in cells]
    assert together == [addresses[0] for addresses, _ in apart]
    assert sorted(found) == sorted((at, one, detail) for at, (_, told) in enumerate(apart) for _, one, detail in told)
