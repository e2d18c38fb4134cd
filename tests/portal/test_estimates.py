"""The time a message takes is that of the limit that holds it up most."""

import pytest

from tui_admin.mail.transport import Limits
from tui_admin.portal.mail.estimates import estimate


@pytest.mark.parametrize(
    ("mails", "limits", "found", "said"),
    [
        (300_000, Limits(per_minute=30), None, "6.9 days at the least (30 a minute)"),
        (300_000, Limits(per_minute=30, per_day=10_000), None, "29 days at the least (10,000 a day)"),
        (9_000, Limits(per_minute=30, per_day=10_000), None, "5 hours at the least (30 a minute)"),
        (90, Limits(per_second=0.5), None, "3 minutes at the least (0.5 a second)"),
        (3_600, Limits(per_second=10), 1.0, "1 hour at the least (as fast as it was found to go)"),
        (1, Limits(per_second=10), None, "under a minute at the least (10 a second)"),
        (10**6, Limits(), None, "as fast as the server takes them: no limit of it is known"),
    ],
)
def test_the_narrowest_limit_decides(mails: int, limits: Limits, found: float | None, said: str) -> None:
    assert str(estimate(mails, limits, found)) == said
