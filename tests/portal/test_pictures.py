"""Pictures that settings name: kept once, named in what is said, gone once nothing names them."""

import pytest
from sqlalchemy import select

from tests.portal.conftest import NOW, Organization
from tests.reports.test_pictures import drawn
from tui_admin.portal import program_settings, settings, undo
from tui_admin.portal.conflicts import Overtaken
from tui_admin.reports.pictures import Picture, examine
from tui_admin.rules.errors import BadInput
from tui_admin.store.tables import pictures


def _picture(name: str, width: int = 160) -> Picture:
    return examine(name, drawn(size=(width, 40)))


def _kept(organization: Organization) -> set[str]:
    with organization.store.read() as connection:
        return set(connection.execute(select(pictures.c.name)).scalars())


def _banner(organization: Organization, given: Picture | str, seen: str | None = None) -> str:
    return program_settings.change(organization.store, organization.bo, "data", "banner", given, NOW, seen=seen)


def test_a_banner_is_set_told_and_taken_away(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    beach = _picture("beach.png")
    told = f"beach.png, 160 x 40, {round(len(beach.content) / 1000)} KB"
    assert _banner(organization, beach) == f"Set banner of program data to {told}"
    assert "already" in _banner(organization, beach)
    assert program_settings.show(store, bo, "data")["banner"] == beach.digest
    assert program_settings.show(store, bo, "data", tell=True)["banner"] == told
    assert _banner(organization, "") == "Set banner of program data to none"
    undo.undo(store, bo, None, NOW)
    assert program_settings.show(store, bo, "data")["banner"] == beach.digest
    with pytest.raises(BadInput, match="given as a file"):
        _banner(organization, "beach.png")


def test_pictures_that_nothing_names_are_dropped(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    _banner(organization, _picture("a.png", 100))
    _banner(organization, _picture("b.png", 120))
    assert _kept(organization) == {"a.png", "b.png"}, "what was before can be put back"
    undo.undo(store, bo, None, NOW)
    assert _kept(organization) == {"a.png"}
    undo.undo(store, bo, None, NOW)
    assert _kept(organization) == set()


def test_the_organizations_logo_and_banner(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    logo = _picture("logo.png")
    assert settings.change(store, ana, "logo", logo, NOW).startswith("Set logo to logo.png, 160 x 40")
    _banner(organization, examine("again.png", logo.content))
    assert _kept(organization) == {"logo.png"}, "one picture is kept once"
    assert settings.show(store, ana)["logo"] == logo.digest
    undo.undo(store, ana, None, NOW)
    assert settings.show(store, ana)["logo"] is None and _kept(organization) == {"logo.png"}
    with pytest.raises(BadInput, match="given as a file"):
        settings.change(store, ana, "banner", "logo.png", NOW)


def test_who_sets_a_banner_over_anothers_is_told_which(organization: Organization) -> None:
    theirs = _picture("theirs.png")
    _banner(organization, theirs)
    with pytest.raises(Overtaken, match=r"set to theirs.png, 160 x 40, .* by bo@northwind.example") as found:
        _banner(organization, _picture("mine.png", 200), seen="")
    assert found.value.theirs == theirs.digest
    assert _kept(organization) == {"theirs.png"}, "what was refused is not kept"
