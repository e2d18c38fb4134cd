"""Routes: which tabs there are, for whom, and the way up."""

import pytest

from tui_admin.rules.errors import NotAllowed, UsageError
from tui_admin.rules.roles import Actor, Right, Role
from tui_admin.screens.place import Place, parse_place
from tui_admin.screens.routes import ROUTES, Route, Routes

ANA = Actor("ana@northwind.example", Role.ORGANIZATION)
BO = Actor("bo@northwind.example", Role.PROGRAM, frozenset({1}))
FEW = Routes(
    (
        Route(("home",), "Home", "x:Home"),
        Route(("programs",), "Programs", "x:Programs"),
        Route(("programs", "*", "main"), "Main", "x:Main"),
        Route(("programs", "*", "members"), "Members", "x:Members"),
        Route(("programs", "*", "members", "*"), "Learner", "x:Learner", tab=False),
        Route(("charts",), "Charts", "x:Charts"),
        Route(("charts", "effort"), "Effort", "x:Chart"),
        Route(("charts", "*", "*"), "Chart", "x:Chart", tab=False),
        Route(("settings",), "Settings", "x:Settings", Right.SETTINGS),
    )
)


def test_a_program_opens_on_its_first_tab() -> None:
    place, _ = FEW.resolve(parse_place("programs/data?status:at-risk"), ANA)
    assert str(place) == "programs/data/main?status:at-risk"


def test_tabs_are_those_beside_a_place_and_only_those_one_may_open() -> None:
    titles = [title for _, title in FEW.tabs(parse_place("programs/data/members/17"), ANA)]
    assert titles == ["Main", "Members"]
    assert [title for _, title in FEW.tabs(Place(), ANA)] == ["Home", "Programs", "Charts", "Settings"]
    assert [title for _, title in FEW.tabs(Place(), BO)] == ["Home", "Programs", "Charts"]


def test_a_place_one_may_not_open_is_refused() -> None:
    with pytest.raises(NotAllowed, match="not allowed to see or change the organization's settings"):
        FEW.resolve(parse_place("settings"), BO)


def test_a_place_there_is_not_says_where_places_begin() -> None:
    with pytest.raises(UsageError, match="Places begin with: home, programs, charts, settings"):
        FEW.resolve(parse_place("nowhere/at/all"), ANA)


@pytest.mark.parametrize(
    ("place", "above"),
    [
        ("programs/data/members/17", "programs/data/members"),
        ("programs/data/members", "programs"),
        ("programs/data/main", "programs"),
        ("programs", None),
        ("charts/effort/hours", "charts"),
    ],
)
def test_up_is_where_one_came_from_and_never_a_tab_beside(place: str, above: str | None) -> None:
    found = FEW.above(parse_place(place), ANA)
    assert (str(found) if found else None) == above


def test_every_route_of_the_console_loads() -> None:
    for route in ROUTES:
        assert route.load().__module__ == "tui_admin.screens." + route.screen.partition(":")[0]
