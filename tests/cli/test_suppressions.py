"""`suppress`: the list in every format, adding and removing."""

from tests.cli.conftest import Console


def test_adding_listing_and_removing(northwind: Console) -> None:
    plan = northwind("suppress", "add", "Ana@X.example", "--reason", "asked us", "--dry-run").stdout
    assert plan == "Plan: Put ana@x.example on the suppression list.\n"
    assert northwind.count("suppress", "list") == 0
    done = northwind.json("suppress", "add", "Ana@X.example", "--reason", "asked us", "--yes", "--json")
    assert (done["applied"], done["email"]) == (True, "Ana@X.example")
    assert northwind.json("suppress", "list", "--format", "json") == [
        {
            "email": "ana@x.example",
            "reason": "added",
            "detail": "asked us",
            "added_at": "2026-05-01T12:00:00.000Z",
            "added_by": "ana@northwind.example",
        }
    ]
    assert northwind("suppress", "list", "--format", "csv").stdout.splitlines()[1].startswith("ana@x.example,added,")
    assert northwind("suppress", "list").stdout.split()[:2] == ["E-mail", "Reason"]
    kept = northwind("suppress", "remove", "ana@x.example", answer="n\n", code=1)
    assert "Nothing was changed" in kept.stderr and northwind.count("suppress", "list") == 1
    northwind("suppress", "remove", "ana@x.example", "--yes")
    assert northwind.count("suppress", "list") == 0


def test_what_cannot_be_is_refused_with_its_code(northwind: Console) -> None:
    northwind("suppress", "add", "nobody", "--yes", code=4)
    northwind("suppress", "remove", "nobody@x.example", "--yes", code=2)
    northwind("suppress", "add", "a@x.example", code=2)
