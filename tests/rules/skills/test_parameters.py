"""Parameters as people write them."""

import pytest

from tui_admin.rules.errors import BadInput
from tui_admin.rules.skills.parameters import Parameters, Steps, parse


def test_they_are_read_as_they_are_written() -> None:
    found = Parameters(learner=Steps(1.5, 0.25), again=0.5)
    assert parse(str(found)) == found
    assert parse("") == Parameters()
    assert parse("Learner=1.5/0.25 again=0.5") == found


@pytest.mark.parametrize(
    "text", ["learner", "learner=2", "learner=0/1", "learner=x/1", "speed=1/2", "again=1.5", "again=-1"]
)
def test_what_makes_no_model_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse(text)
