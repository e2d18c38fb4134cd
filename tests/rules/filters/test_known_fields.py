"""Fields that tell of analytics are none for those who may not see them."""

import pytest

from tui_admin.rules.filters import FIELDS, FilterError, check_fields, complete, known_to, parse, unfinished
from tui_admin.rules.roles import Actor, Role

BO = known_to(Actor("bo@northwind.example", Role.PROGRAM, frozenset({1})))
HIDDEN = {"skill", "band", "first-band", "reached", "submitted", "learning", "stars", "recommend", "answered"}


def test_an_organization_admin_has_every_field_and_a_program_admin_those_about_people() -> None:
    assert known_to(Actor("ana@northwind.example", Role.ORGANIZATION)) == FIELDS
    assert FIELDS.keys() - BO.keys() == HIDDEN


@pytest.mark.parametrize(
    "term",
    ["skill:python", "band:advanced", "band:", "reached<1y", "submitted<1y", "learning:sql", "stars>3", "recommend!=9"],
)
@pytest.mark.parametrize("text", ["{}", "ann -{}", "unit:Sales or (ann not {})"])
def test_they_are_refused_as_any_unknown_word_is(text: str, term: str) -> None:
    expression = text.format(term)
    with pytest.raises(FilterError, match="Unknown field") as parsed:
        parse(expression, BO)
    with pytest.raises(FilterError) as checked:
        check_fields(parse(expression), BO)
    assert str(parsed.value) == str(checked.value)
    assert parsed.value.nearest not in HIDDEN
    assert HIDDEN.isdisjoint(parsed.value.expected.replace(",", "").split())


@pytest.mark.parametrize(
    "typed", ["ski", "skill:", "skill:p", "ban", "band:a", "sta", "stars", "reco", "reac", "subm", "first-", "learn"]
)
def test_they_are_not_completed(typed: str) -> None:
    offered = complete(typed, len(typed), BO)
    names = {option.text.rstrip(":") for option in offered.options} if offered else set()
    assert HIDDEN.isdisjoint(names) and (offered is None or offered.request is None)
    assert unfinished(typed, len(typed), BO) == (typed == "sta")
