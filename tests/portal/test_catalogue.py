"""The catalogue as it is listed and searched."""

import pytest

from tests import catalogue_rows
from tui_admin.portal import catalogue_search
from tui_admin.portal.catalogue_search import Catalogue
from tui_admin.rules.errors import BadInput, NotAllowed

from .conftest import Organization


@pytest.fixture
def filled(organization: Organization) -> Organization:
    """The organization with a catalogue."""
    catalogue_rows.fill(organization.store)
    return organization


def names(catalogue: Catalogue, typed: str) -> list[str]:
    """What a search finds."""
    return [catalogue.entries[position].key for position in catalogue.search(typed)]


def test_courses_and_specializations_are_found_by_name_partner_and_skill(filled: Organization) -> None:
    catalogue = catalogue_search.read(filled.store, filled.ana, "data")
    assert names(catalogue, "python") == ["py-1", "py", "py-2", "stat", "jp"]
    assert names(catalogue, "ecole prob") == ["stat"]
    assert names(catalogue, "早稲田") == ["jp"]
    assert names(catalogue, "kopavogur") == ["old"]
    assert len(names(catalogue, "")) == len(catalogue.entries) == 9


def test_an_entry_says_all_that_is_known(filled: Organization) -> None:
    catalogue = catalogue_search.read(filled.store, filled.ana, "data")
    known = {entry.key: entry for entry in catalogue.entries}
    assert known["stat"].skills == ("Probability", "Data Analysis")
    assert known["stat"].collections == ("Start", "Start › Python Path", "Further [b]on[/b] › Python Path")
    assert known["py-1"].collections == ("Start › Python Path", "Further [b]on[/b] › Python Path")
    assert known["jp"].collections == ()
    assert (known["stat"].level, known["stat"].workload_hours) == ("Intermediate", 30.0)
    path = known["py"]
    assert path.item == ("specialization", 101)
    assert path.courses == ("Python for Everybody", "Advanced Python", "Statistics with Python")
    assert path.skills == ("Python", "Data Analysis", "Probability")
    assert (path.workload_hours, path.collections) == (62.5, ("Start", "Further [b]on[/b]"))
    assert (known["bare"].courses, known["bare"].workload_hours, known["bare"].in_catalogue) == ((), None, False)
    assert not known["old"].in_catalogue
    assert "\x1b" not in known["hostile"].name + known["hostile"].partner + known["hostile"].skills[0]


def test_what_a_curriculum_holds_is_told_to_its_administrators_only(filled: Organization) -> None:
    assert not any(entry.collections for entry in catalogue_search.read(filled.store, filled.cy).entries)
    assert not any(entry.collections for entry in catalogue_search.read(filled.store, filled.cy, "teams").entries)
    with pytest.raises(NotAllowed):
        catalogue_search.read(filled.store, filled.cy, "data")
    with pytest.raises(BadInput, match="nearest is 'data'"):
        catalogue_search.read(filled.store, filled.ana, "dat")
