"""What a person's settings file says, and where the program keeps things on this machine.

The settings are read with the standard library: a library for them would cost every command 0.2 s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .rules.errors import BadInput, UsageError

_NAME = "tui-admin"
_KEYS = {"as": "acting"}
_THEMES = ("dark", "light", "ansi")


@dataclass(frozen=True, slots=True)
class Config:
    """A settings file (TOML). Every key may be left out.

    `store` is the address of the store, `acting` (written `as`) the administrator; `theme` is dark, light or ansi;
    `mouse` switches the mouse on; `folder` is where the console saves lists; `keymap` gives commands other keys.
    """

    store: str | None = None
    acting: str | None = None
    theme: str = "dark"
    mouse: bool = True
    folder: str | None = None
    keymap: Mapping[str, str] = field(default_factory=dict)


def load_config(path: Path | None = None) -> Config:
    """The settings in a file; without a path those in the person's own file, which need not exist.

    Raises UsageError where a named file is not there, BadInput where its content cannot be followed.
    """
    chosen = path or _own_file()
    try:
        content = chosen.read_bytes()
    except FileNotFoundError:
        if path is None:
            return Config()
        raise UsageError(f"There is no settings file {path}.") from None
    except OSError as error:
        raise UsageError(f"The settings file {chosen} cannot be read: {error.strerror}.") from None
    return _config(_parsed(content, chosen), chosen)


def _parsed(content: bytes, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The settings file {path} is not TOML: {error}.") from None


def _config(values: Mapping[str, Any], path: Path) -> Config:
    known = {field_.name for field_ in fields(Config)} - set(_KEYS.values()) | set(_KEYS)
    for key in values:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            way_out = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sorted(known))}."
            raise BadInput(f'The settings file {path} has an unknown key "{key}": {way_out}')
    for key, value in values.items():
        expected = {"mouse": bool, "keymap": dict}.get(key, str)
        if not isinstance(value, expected):
            wanted = {bool: "true or false", dict: "a table", str: "a text in quotes"}[expected]
            raise BadInput(f'The settings file {path}: "{key}" must be {wanted}.')
    if any(not isinstance(value, str) for value in values.get("keymap", {}).values()):
        raise BadInput(f'The settings file {path}: every key under "keymap" must be a text in quotes.')
    if (theme := values.get("theme", "dark")) not in _THEMES:
        raise BadInput(f'The settings file {path}: "theme" must be one of {", ".join(_THEMES)}, not "{theme}".')
    return Config(**{_KEYS.get(key, key): value for key, value in values.items()})


def _own_file() -> Path:
    import platformdirs

    return platformdirs.user_config_path(_NAME, appauthor=False) / "config.toml"


def data_folder() -> Path:
    """The folder of embedded stores: the organization's own and the demo."""
    import platformdirs

    return platformdirs.user_data_path(_NAME, appauthor=False)


def log_file() -> Path:
    """Where what nobody foresaw is written down."""
    import platformdirs

    return platformdirs.user_log_path(_NAME, appauthor=False) / "tui-admin.log"


def state_file() -> Path:
    """Where the console remembers a person's choices between runs."""
    import platformdirs

    return platformdirs.user_state_path(_NAME, appauthor=False) / "console.json"
