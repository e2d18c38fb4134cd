"""What the model can be set to, and how that is written."""

import re
from dataclasses import dataclass, fields

from ..errors import BadInput


@dataclass(frozen=True, slots=True)
class Steps:
    """How far one outcome moves a rating that n outcomes moved before: by a / (1 + b n) of the surprise."""

    a: float
    b: float

    def __str__(self) -> str:
        return f"{self.a:g}/{self.b:g}"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Steps of learners (over all skills and in each) and of assessments, where a score is known; the same where only
    a verdict is, passed or failed; and what share of a step an attempt at the same assessment again makes."""

    learner: Steps = Steps(2.0, 0.5)
    assessment: Steps = Steps(1.0, 0.05)
    verdict_learner: Steps = Steps(0.4, 0.03)
    verdict_assessment: Steps = Steps(1.0, 0.1)
    again: float = 0.25

    def __str__(self) -> str:
        """`learner=2/0.5 assessment=1/0.05 verdict-learner=0.4/0.03 verdict-assessment=1/0.1 again=0.25`"""
        return " ".join(f"{_word(name)}={_told(getattr(self, name))}" for name in _NAMES)


_NAMES = tuple(field.name for field in fields(Parameters))
_NUMBER = r"(\d{1,4}(?:\.\d{1,9})?)"
_STEPS = re.compile(rf"{_NUMBER}/{_NUMBER}")
_SHARE = re.compile(_NUMBER)


def parse(text: str) -> Parameters:
    """The parameters of a text as they are written, those it leaves out as usual.

    Raises BadInput for what is none of them, and for numbers that make no model.
    """
    values: dict[str, Steps | float] = {}
    for part in text.split():
        word, _, value = part.partition("=")
        name = next((name for name in _NAMES if _word(name) == word.casefold()), None)
        if name is None:
            raise BadInput(f"{part!r} is no parameter of skills; write them as {Parameters()}.")
        values[name] = _share(word, value) if name == "again" else _steps(word, value)
    return Parameters(**values)  # type: ignore[arg-type]  # each is what its name asks


def _steps(word: str, text: str) -> Steps:
    match = _STEPS.fullmatch(text)
    if match is None or not 0 < float(match[1]) <= 10 or float(match[2]) > 10:
        raise BadInput(f"{word} is A/B, as in 2/0.5: A above 0 and up to 10, B from 0 to 10; not {text!r}.")
    return Steps(float(match[1]), float(match[2]))


def _share(word: str, text: str) -> float:
    if _SHARE.fullmatch(text) is None or float(text) > 1:
        raise BadInput(f"{word} is a share from 0 to 1, not {text!r}.")
    return float(text)


def _word(name: str) -> str:
    return name.replace("_", "-")


def _told(value: Steps | float) -> str:
    return str(value) if isinstance(value, Steps) else f"{value:g}"
