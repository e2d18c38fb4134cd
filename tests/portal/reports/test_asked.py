"""What was asked for comes back as it was from where it is kept."""

import pytest

from tui_admin.portal.reports.asked import Asked, Form, ReportKind


@pytest.mark.parametrize(
    "asked",
    [
        Asked(ReportKind.EMAIL),
        Asked(ReportKind.GRADEBOOK, "data", "name:'Zoë \"Z\"'\n", "c~1", Form.XLSX, raw=True),
    ],
)
def test_what_was_asked_for_can_be_kept(asked: Asked) -> None:
    assert Asked.from_json(asked.to_json()) == asked
    assert "\n" not in asked.to_json()
