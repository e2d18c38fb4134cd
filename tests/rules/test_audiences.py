"""Audiences are filters: each preset finds whom its status finds, and places narrow it."""

import pytest

from tui_admin.rules.audiences import PRESETS, Audience
from tui_admin.rules.errors import BadInput
from tui_admin.rules.filters import FilterError, format_filter
from tui_admin.rules.triage import Status


@pytest.mark.parametrize(
    ("preset", "expression"),
    [
        ("inactive", "status:inactive"),
        ("no-enrollment", "status:no-enrollment"),
        ("none-completed", "status:enrolled"),
        ("at-risk", "status:at-risk"),
        ("completed", "status:completed"),
        ("invited", "status:invited"),
        ("custom", ""),
    ],
)
def test_each_preset_is_a_status(preset: str, expression: str) -> None:
    assert format_filter(Audience(preset).filter()) == expression


def test_presets_leave_out_only_the_removed_and_the_literal_at_risk() -> None:
    told = {status for _, statuses in PRESETS.values() for status in statuses}
    assert set(Status) - told == {Status.REMOVED, Status.AT_RISK_EVER}


def test_a_filter_narrows_it() -> None:
    audience = Audience("at-risk", expression='contract:"Year 1","B, C" course:stat (-unit:Board or anna)')
    assert format_filter(audience.filter()) == (
        'status:at-risk contract:"Year 1","B, C" course:stat (-unit:Board or anna)'
    )
    assert format_filter(Audience("at-risk", "ann or bo").filter()) == "status:at-risk (ann or bo)"


def test_it_is_kept_and_read_back() -> None:
    audience = Audience("invited", "program:data city:Győr")
    assert Audience.from_json(audience.to_json()) == audience
    assert Audience.from_json(None) == Audience()


def test_what_cannot_be_followed_is_refused() -> None:
    with pytest.raises(BadInput, match="no audience 'all'; choose one of inactive"):
        Audience("all").filter()
    with pytest.raises(FilterError):
        Audience(expression="status:nowhere").filter()
