"""What of a chart can be chosen, asked for on the status line."""

from collections.abc import Sequence

from textual.suggester import SuggestFromList

from tui_admin.rules.charts import Choice
from tui_admin.rules.errors import UsageError
from tui_admin.widgets.status_line import Answer, StatusLine

_MOST = 9
"""Values that are answered by a digit; of more, one is typed."""
_LEAVE = Answer("q", "as it is", safe=True)


def chosen_words(choices: Sequence[Choice]) -> list[str]:
    """`by month`, `removed no`: what is chosen now; nothing of a choice that takes any text and has none."""
    return [f"{choice.name} {choice.chosen}" for choice in choices if choice.chosen]


async def ask_choice(status: StatusLine, choices: Sequence[Choice]) -> tuple[str, str] | None:
    """Ask what to choose, then which value; the choice's name and the value, None where all stays as it is. One of two
    values needs no second question."""
    choice = choices[0] if len(choices) == 1 else await _which(status, choices)
    if choice is None:
        return None
    if len(choice.values) == 2:
        return choice.name, next(value for value in choice.values if value != choice.chosen)
    value = await _value(status, choice)
    return None if value is None or value == choice.chosen else (choice.name, value)


async def _which(status: StatusLine, choices: Sequence[Choice]) -> Choice | None:
    told = tuple(Answer(str(at), _offered(choice)) for at, choice in enumerate(choices, 1))
    reply = await status.ask("Choose", (*told, _LEAVE))
    return choices[int(reply) - 1] if reply.isdecimal() else None


def _offered(choice: Choice) -> str:
    other = next((value for value in choice.values if value != choice.chosen), "")
    return f"{choice.name}: {other}" if len(choice.values) == 2 else f"{choice.name} ({choice.chosen or 'any'})"


async def _value(status: StatusLine, choice: Choice) -> str | None:
    if 0 < len(choice.values) <= _MOST:
        told = tuple(Answer(str(at), value) for at, value in enumerate(choice.values, 1))
        reply = await status.ask(f"{choice.name.capitalize()}", (*told, _LEAVE))
        return choice.values[int(reply) - 1] if reply.isdecimal() else None
    suggester = SuggestFromList(choice.values, case_sensitive=False) if choice.values else None
    typed = await status.ask_text(f"{choice.name.capitalize()}:", choice.chosen, suggester, blank=True)
    if typed is None or not choice.values:
        return typed
    found = next((value for value in choice.values if value.casefold() == typed.casefold()), None)
    if found is None:
        raise UsageError(f"{choice.name.capitalize()} is none of its values: {typed}.")
    return found
