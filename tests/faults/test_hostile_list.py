"""A thousand people on a hostile list: every verdict right line by line; repaired, it invites exactly the rest."""

import csv
import io
from collections import Counter

import pytest
from sqlalchemy import update

from tests.portal.invite_lists import invite, opened, people, request
from tests.portal.test_inviting import NOW
from tui_admin.reports.writers import write_refused
from tui_admin.rules.remarks import Verdict
from tui_admin.store.tables import contracts

from ..portal.conftest import Organization, organization

__all__ = ["organization"]

I, W, R, S, P, M = (  # noqa: E741 - one letter each, so that the table reads like one
    Verdict.INVITE,
    Verdict.WARNED,
    Verdict.REFUSED,
    Verdict.REPEATED,
    Verdict.INVITED,
    Verdict.MEMBER,
)

CASES = (
    ("Jo Li {n}", "jo{n}@x.example", "00{n}", I),
    ("O'Neill, Máire", "maire{n}@x.example", "", I),
    ("田中 花子", "hanako{n}@x.example", "", I),
    ("👩‍👩‍👧 Family", "family{n}@x.example", "", I),
    ("Li", "li{n}@bücher.example", "", I),
    ("Jo Li", " Caps{n}@X.Example ", "", I),
    ("=HYPERLINK(1)", "formula{n}@x.example", "", W),
    ("@SUM(1)", "sum{n}@x.example", "", W),
    ("N/A", "na{n}@x.example", "", W),
    ("nobody{n}@x.example", "address{n}@x.example", "", W),
    ("ZoÃ« MÃ¼ller", "garbled{n}@x.example", "", W),
    ("Jo\u200bLi", "unseen{n}@x.example", "", W),
    ("Jo Li", "jo{n}@gmial.com", "", W),
    ("Jo Li", "jo{n}@northwind.con", "", W),
    ("Jo Li", "jo{n}+tag@x.example", "", W),
    ("Jo Li", "jo{n}@mailinator.com", "", W),
    ("Jo Li", "mailto:mailto{n}@x.example", "", W),
    ("Jo Li", "Jo Li <wrapped{n}@x.example>", "", W),
    ("Jo Li", "\u00a0nbsp{n}@x.example", "", W),
    ("Jo Li", "zero{n}\u200b@x.example", "", W),
    ("Jo Li", "jos\u00e9{n}@x.example", "", W),
    ("Jo Li", "pаypal{n}@x.example", "", W),
    ("Jo Li", "rounded{n}@x.example", "{n}.23E+11", W),
    ("Jo Li", "decimal{n}@x.example", "{n}.0", W),
    ("Jo Li", "tilde{n}@x.example", "{n}~1", W),
    ("Jo Li", "swapped{n}@x.example", "other{n}@x.example", W),
    ("", "noname{n}@x.example", "", R),
    ("   ", "blank{n}@x.example", "", R),
    ("\x1b]0;pwned\x07", "escape{n}@x.example", "", R),
    ("Jo \u202eevil", "override{n}@x.example", "", R),
    ("x" * 10_000, "long{n}@x.example", "", R),
    ("#REF!", "error{n}@x.example", "", R),
    ("Jo Li", "", "", R),
    ("Jo Li", "nobody{n}", "", R),
    ("Jo Li", "jo li{n}@x.example", "", R),
    ("Jo Li", "jo{n}@@x.example", "", R),
    ("Jo Li", "jo{n}@x.example.", "", R),
    ("Jo Li", "a{n}@x.example; b{n}@x.example", "", R),
    ("Jo Li", "“quoted{n}@x.example”", "", R),
    ("Jo Li", "jo{n}@x", "", R),
    ("Jo Li", "iderror{n}@x.example", "#N/A", R),
    ("Person 1", "PERSON1@northwind.example", "", M),
    ("Person 4", "person4@northwind.example", "", P),
)
ROWS = 1_000


def listed() -> tuple[str, dict[int, Verdict]]:
    """The list, and the verdict of each of its lines; every tenth line repeats or contradicts the first."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";")
    writer.writerow(("Cost Centre", "Full Name *", "EMAIL", "External\u00a0Id"))
    expected = {}
    for number in range(ROWS):
        name, email, external_id, verdict = CASES[number % len(CASES)]
        if number % 10 == 9:
            name, email, external_id, verdict = ("Jo Li 0", "JO0@X.EXAMPLE", "000", S)
            if number % 20 == 19:
                name, verdict = "Somebody Else", R
        row = (name.format(n=number), email.format(n=number), external_id.format(n=number))
        writer.writerow((number, *row))
        expected[number + 2] = verdict
    return written.getvalue(), expected


@pytest.fixture(autouse=True)
def licenses_to_spare(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=10_000))


def test_every_line_gets_its_verdict_and_the_repaired_rest_is_invited(organization: Organization) -> None:
    content, expected = listed()
    before = len(people(organization.store))
    with opened(organization, request(content.encode("utf-8-sig"))) as found:
        done = found.apply(NOW)
        told = {row.line: (row.verdict, row.reason) for row in found.rows()}
        saved = io.StringIO(newline="")
        written = write_refused(saved, found.repair())
    wrong = {line: (told[line], verdict) for line, verdict in expected.items() if told[line][0] is not verdict}
    assert wrong == {}
    assert all(reason for verdict, reason in told.values() if verdict is not Verdict.INVITE)
    counted = Counter(expected.values())
    assert dict(done.counts) == dict(counted)
    assert done.count == counted[I] + counted[W]
    assert len(people(organization.store)) - before == done.count
    assert written == counted[R]
    rows = list(csv.DictReader(io.StringIO(saved.getvalue(), newline="")))
    assert [int(row["Cost Centre"]) + 2 for row in rows] == [line for line, verdict in expected.items() if verdict is R]
    for row in rows:
        row |= {"Full Name *": "Now Right", "EMAIL": f"right{row['Cost Centre']}@x.example", "External\u00a0Id": ""}
    repaired = io.StringIO(newline="")
    writer = csv.DictWriter(repaired, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    again = invite(organization, request(repaired.getvalue()))
    assert (again.count, again.total, again.refused) == (len(rows), len(rows), 0)
    once_more = invite(organization, request(content.encode("utf-8-sig")))
    assert once_more.count == 0
