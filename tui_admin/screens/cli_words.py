"""The command line's words typed after `:`. Those with a place in the console lead there; for all others the line to
type in a shell is told."""

import shlex
from collections.abc import Mapping, Sequence

from tui_admin.rules.errors import UsageError
from tui_admin.rules.filters import FIELDS, Fields, parse

from .analytics.groups import chart_place
from .place import Place, parse_place

PLACES: Mapping[str, tuple[str, str]] = {
    "programs": ("programs/{}", "programs"),
    "programs create": ("", "programs/+program"),
    "contracts": ("", "programs"),
    "contracts create": ("", "programs/+contract"),
    "members": ("programs/{}/members", ""),
    "users": ("", "users"),
    "people": ("", "users"),
    "invite": ("programs/{}/+invite", "users/+invite"),
    "invitations": ("programs/{}/invitations", ""),
    "invitations list": ("programs/{}/invitations", ""),
    "roster": ("programs/{}/+roster", ""),
    "roster plan": ("programs/{}/+roster", ""),
    "roster apply": ("programs/{}/+roster", ""),
    "message": ("", "messages"),
    "messages": ("", "messages"),
    "message list": ("", "messages"),
    "suppress": ("", "messages/suppressed"),
    "suppress list": ("", "messages/suppressed"),
    "bounces": ("", "messages/+bounces"),
    "bounces import": ("", "messages/+bounces"),
    "import": ("", "import"),
    "report email": ("programs/{}/members/+report", "reports/+report"),
    "report members": ("programs/{}/members/+report", "reports/+report"),
    "report gradebook": ("programs/{}/curriculum", ""),
    "reports": ("programs/{}/main/reports", "reports"),
    "reports list": ("programs/{}/main/reports", "reports"),
    "analytics": ("", "analytics"),
    "journal": ("", "journal"),
    "journal list": ("", "journal"),
}
"""Where a command leads with a program and without; empty where it has no such place."""

_FILTERED = ("members", "users", "invitations", "invitations list", "report email", "report members", "analytics")


def cli_place(text: str, known: Mapping[str, str], here: Place, fields: Fields = FIELDS) -> Place | str | None:
    """Where a line of the command line leads, else a sentence with what to type in a shell; None for no such line.

    `known` are the command line's words, each with its help, and `fields` those of filters. A program is that of
    `--program`, else the one being looked at. Raises UsageError where a program is missing, FilterError for a `--where`
    that is none.
    """
    words = _split(text.strip().removeprefix("tui-admin "))
    length = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]) in known), 0)
    if not length:
        return None
    name, rest = " ".join(words[:length]), words[length:]
    chart = chart_place(rest[0]) if name == "analytics" and rest else None
    options = _options(rest[1:] if chart is not None else rest)
    if name not in PLACES or options is None or ("where" in options and name not in _FILTERED):
        return f"In a shell: tui-admin {shlex.join(words)} · {known[name]}"
    inside, alone = PLACES[name]
    program = options.get("program", "")
    if not program and not alone and here.segments[0] == "programs" and len(here.segments) > 1:
        program = here.segments[1]
    path = inside if program and inside else alone
    if not path:
        raise UsageError(f"Say which program: {name} --program SLUG.")
    where = options.get("where", "")
    parse(where, fields)
    return (chart or parse_place(path.format(program))).filtered(where)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _options(words: Sequence[str]) -> dict[str, str] | None:
    """`--program` and `--where` with their values; None where there is anything else."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if option not in ("--program", "--where") or (not equals and not rest):
            return None
        found[option[2:]] = value if equals else rest.pop(0)
    return found
