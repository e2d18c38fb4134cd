"""`bounces import`: the plan, the answer, the document."""

from pathlib import Path

from pyroaring import BitMap

from tests.cli.conftest import Console, Organization
from tests.mail.notices import dsn
from tests.portal.mail_facts import mails, set_up, settle
from tui_admin.portal.mail.mailing import mail_members
from tui_admin.rules.mailing import Purpose

from ..portal.conftest import NOW

GONE = "person1@northwind.example"


def returned(organization: Organization, folder: Path) -> str:
    """A folder with a bounce of a reminder, one that names no mail, and one that is none."""
    set_up(organization.store)
    with organization.store.write() as connection:
        mail_members(connection, organization.ana, Purpose.REMINDER, BitMap([1, 2]), NOW)
    settle(organization.store, "sent", NOW)
    of = {row["address"]: row["header_id"] for row in mails(organization.store)}
    (folder / "back").mkdir()
    (folder / "back" / "a.eml").write_bytes(dsn(GONE, header_id=of[GONE]))
    (folder / "back" / "b.eml").write_bytes(dsn("person2@northwind.example"))
    (folder / "back" / "c\x1b[31m.eml").write_bytes(b"Subject: Hello\n\nthere\n")
    return str(folder / "back")


def test_a_plan_then_the_change_then_nothing_more(
    northwind: Console, organization: Organization, tmp_path: Path
) -> None:
    folder = returned(organization, tmp_path)
    plan = northwind("bounces", "import", folder, "--dry-run").stdout
    assert plan.splitlines() == [
        "3 messages read.",
        "1 × no such address: nothing is sent to it any more",
        f"  a.eml  {GONE}  5.1.1",
        "1 × does not name the mail it answers",
        "  b.eml  person2@northwind.example  5.1.1",
        "1 × not understood: look at it yourself",
        "  c�[31m.eml",
        "Anybody can write a notice that names no mail: if you trust these, add --by-address.",
    ]
    northwind("bounces", "import", folder, code=2)
    kept = northwind("bounces", "import", folder, answer="n\n", code=1)
    assert "1 × no such address" in kept.stderr and northwind.count("suppress", "list") == 0
    done = northwind.json("bounces", "import", folder, "--yes", "--json")
    assert (done["applied"], done["bounced"], done["suppressed"]) == (True, 1, 1)
    assert done["counts"] == {"nobody": 1, "unproven": 1, "unclassified": 1}
    assert done["rows"][0]["address"] == GONE
    again = northwind.json("bounces", "import", folder, "--yes", "--json")
    assert (again["applied"], again["changes"], again["counts"]["known"]) == (False, 0, 1)
    believed = northwind("bounces", "import", folder, "--by-address", "--yes").stdout
    assert believed == "0 mails came back; 1 address put on the suppression list.\n"
    assert northwind.count("suppress", "list") == 2


def test_what_cannot_be_read_is_refused(northwind: Console, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    northwind("bounces", "import", str(tmp_path / "empty"), "--yes", code=4)
    northwind("bounces", "import", str(tmp_path / "missing"), "--yes", code=2)
