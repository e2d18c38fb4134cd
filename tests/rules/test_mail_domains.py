"""Mistyped domains are told, others are not; what one mailbox may be called."""

import pytest

from tui_admin.rules.lookalikes import passes_for
from tui_admin.rules.mail_domains import WELL_KNOWN, likely, one_mailbox


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("exmaple.com", "example.com"),
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmsil.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("gmal.con", "gmail.com"),
        ("fmail.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahoo.co", "yahoo.com"),
        ("northwind.con", "northwind.com"),
        ("northwind.ogr", "northwind.org"),
        ("nortwind.example", "northwind.example"),
        ("northwind.exmaple", "northwind.example"),
    ],
)
def test_a_near_miss_is_told(typed: str, meant: str) -> None:
    assert likely(typed, ["northwind.example"]) == meant


@pytest.mark.parametrize(
    "domain",
    ["northwind.example", "mail.com", "aon.com", "line.com", "gmail.de", "uni.example", "example.co.uk", "a.co"],
)
def test_other_domains_are_let_be(domain: str) -> None:
    assert likely(domain, ["northwind.example"]) == ""


def test_no_well_known_domain_is_told_to_be_another() -> None:
    assert [domain for domain in WELL_KNOWN if likely(domain)] == []


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("jo.li@x.example", "jo.li@x.example"),
        ("jo+tag@x.example", "jo@x.example"),
        ("+jo@x.example", "+jo@x.example"),
        ("j.o.l.i+tag@gmail.com", "joli@gmail.com"),
        ("jo.li@googlemail.com", "joli@gmail.com"),
    ],
)
def test_tags_and_dots_do_not_make_another_mailbox(address: str, plain: str) -> None:
    assert one_mailbox(address) == plain


@pytest.mark.parametrize(
    ("word", "looks"),
    [
        ("раураl", "paypal"),
        ("jо", "jo"),
        ("сосо", "coco"),
        ("jörgоn", "jörgon"),
        ("alı", "ali"),
        ("paypal", ""),
        ("müller", ""),
        ("почта", ""),
        ("ελλάδα", ""),
        ("田中", ""),
    ],
)
def test_letters_that_pass_for_others_are_told(word: str, looks: str) -> None:
    assert passes_for(word) == looks
