"""`invitations`: the listing, `resend` and `withdraw`."""

from tests.cli.conftest import Console, Organization
from tests.portal.invite_lists import HEADER, invite, people, request
from tests.portal.mail_facts import mails, set_up, settle
from tui_admin.rules.times import HOUR

from ..portal.conftest import NOW

OLD = ("--program", "data", "--where", "email:jo@")


def invited(organization: Organization) -> None:
    """Jo, two hours ago, by a mail that was sent."""
    set_up(organization.store)
    invite(organization, request(HEADER + "Jo Li,jo@x.example,7\n", mail=True), at=NOW - 2 * HOUR)
    settle(organization.store, "sent", NOW - 2 * HOUR)


def test_the_listing_in_every_format(northwind: Console, organization: Organization) -> None:
    invited(organization)
    table = northwind("invitations", "--program", "data").stdout.splitlines()
    assert table[0].split() == [
        "Name",
        "E-mail",
        "Program",
        "Contract",
        "Invited",
        "By",
        "Sent",
        "Last",
        "sent",
        "Delivery",
    ]
    assert table[1].split()[:3] == ["Jo", "Li", "jo@x.example"]
    first, second = northwind.json("invitations", "list", "--program", "data", "--format", "json")
    assert first == {
        "name": "Jo Li",
        "email": "jo@x.example",
        "external_id": "7",
        "program": "data",
        "contract": "Year 1",
        "invited_at": "2026-05-01T10:00:00.000Z",
        "invited_by": "ana@northwind.example",
        "sent": 1,
        "last_sent_at": "2026-05-01T10:00:00.000Z",
        "delivery": "sent",
        "reply": None,
    }
    assert (second["name"], second["sent"], second["delivery"]) == ("Person 4", 0, None)
    assert northwind.count("invitations") == 3
    assert northwind.count("invitations", "list", "--where", "delivery:sent") == 1


def test_mailing_again_and_withdrawing(northwind: Console, organization: Organization, tmp_path: object) -> None:
    invited(organization)
    assert northwind("invitations", "resend", *OLD, "--dry-run").stdout == "1 invitation would be mailed again.\n"
    done = northwind.json("invitations", "resend", *OLD, "--yes", "--json")
    assert (done["applied"], done["mailed"], done["skipped"], done["refused"]) == (True, 1, 0, 0)
    assert len(mails(organization.store)) == 2
    again = northwind("invitations", "resend", *OLD, "--yes").stdout
    assert again == "0 invitations would be mailed again (1 skipped: a mail is on its way already).\n"
    said = northwind("invitations", "withdraw", *OLD, "--receipt", f"{tmp_path}/gone.csv", "--yes").stdout
    assert said.splitlines()[:2] == ["Withdrew 1 invitation.", "1 mail not sent any more"]
    assert people(organization.store)["jo@x.example 1"]["state"] == "DELETED_MEMBER"
    northwind("undo", "--yes")
    assert people(organization.store)["jo@x.example 1"]["state"] == "INVITED"


def test_nobody_is_asked_in_vain(northwind: Console, organization: Organization) -> None:
    invited(organization)
    northwind("invitations", "withdraw", *OLD, code=2)
    kept = northwind("invitations", "withdraw", *OLD, answer="n\n", code=1)
    assert "1 invitation would be withdrawn." in kept.stderr
    assert people(organization.store)["jo@x.example 1"]["state"] == "INVITED"
    assert "^" in northwind("invitations", "resend", "--program", "data", "--where", "nmae:x", "--yes", code=4).stderr
