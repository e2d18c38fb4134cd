"""Settings from a file, and where this person's files lie.

Read with `tomllib` into a frozen dataclass, not with pydantic-settings: that costs every start 0.07 s, and the few keys
here need no more than their type and their choices checked. Environment variables are named in the command line's
context, which alone decides between option, environment and file.

The file is TOML:

    store = "postgresql://db.example.org/learning"
    as = "ana@example.org"
    folder = "~/lists"
    theme = "light"
    mouse = false

    [keys]
    remove = "f8"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .rules.errors import UsageError

_APP = "tui_admin"

THEMES = ("dark", "light", "ansi")


@dataclass(frozen=True, slots=True)
class Config:
    """What a person set for themselves. `keymap` maps command names to keys; None and empty mean the usual."""

    store: str | None = None
    acting: str | None = None
    folder: str | None = None
    theme: str = "dark"
    mouse: bool = True
    keymap: Mapping[str, str] = field(default_factory=dict)


_FIELDS: Mapping[str, tuple[str, type]] = {
    "store": ("store", str),
    "as": ("acting", str),
    "folder": ("folder", str),
    "theme": ("theme", str),
    "mouse": ("mouse", bool),
    "keys": ("keymap", dict),
}
"""The file's keys, the fields they fill, and what they hold."""

_KINDS = {str: "a text in quotes", bool: "true or false", dict: "a table"}


def load_config(path: Path | None = None) -> Config:
    """The settings in a file, or in the person's own where none is named; none there means the usual ones.

    Raises UsageError naming the file and the key for a file that is not there, is no TOML, or holds what it cannot.
    """
    file = path or config_file()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if path is None:
            return Config()
        raise UsageError(f"There is no settings file {file}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The settings file {file} cannot be read: {error}.") from None
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The settings file {file} is no TOML: {error}.") from None
    return Config(**{_FIELDS[key][0]: _checked(file, key, value) for key, value in found.items() if _known(file, key)})


def config_file() -> Path:
    """The person's own settings file."""
    from platformdirs import user_config_path

    return user_config_path(_APP) / "config.toml"


def data_folder() -> Path:
    """Where this person's stores lie unless named."""
    from platformdirs import user_data_path

    return user_data_path(_APP)


def log_file() -> Path:
    """Where unexpected errors are written."""
    from platformdirs import user_log_path

    return user_log_path(_APP) / "tui-admin.log"


def state_file() -> Path:
    """Where the console remembers how this person left it."""
    from platformdirs import user_state_path

    return user_state_path(_APP) / "console.json"


def _known(file: Path, key: str) -> bool:
    if key in _FIELDS:
        return True
    near = get_close_matches(key, _FIELDS, n=1)
    hint = f"; the nearest is {near[0]!r}" if near else f"; known are {', '.join(_FIELDS)}"
    raise UsageError(f"The settings file {file} has an unknown key {key!r}{hint}.")


def _checked(file: Path, key: str, value: Any) -> Any:
    kind = _FIELDS[key][1]
    if not isinstance(value, kind):
        raise UsageError(f"In the settings file {file}, {key!r} must be {_KINDS[kind]}.")
    if key == "theme" and value not in THEMES:
        raise UsageError(f"In the settings file {file}, 'theme' must be one of {', '.join(THEMES)}, not {value!r}.")
    if key == "keys" and (wrong := [name for name, pressed in value.items() if not isinstance(pressed, str)]):
        raise UsageError(f"In the settings file {file}, 'keys.{wrong[0]}' must be {_KINDS[str]}.")
    return value
