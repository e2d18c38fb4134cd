"""What a person's settings file says, and where the program keeps things on this machine.

The settings are read with the standard library: a library for them would cost every command 0.2 s.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .rules.errors import BadInput, UsageError

_NAME = "tui-admin"
_KEYS = {"as": "acting"}
_THEMES = ("dark", "light", "ansi")
Expected = tuple[Callable[[Any], bool], str]
"""Whether a value is what it must be, and what that is in words."""

TEXT: Expected = (lambda value: isinstance(value, str), "a text in quotes")
_EXPECTED: dict[str, Expected] = {
    "mouse": (lambda value: isinstance(value, bool), "true or false"),
    "keymap": (lambda value: isinstance(value, dict), "a table"),
    "mail": (lambda value: isinstance(value, dict), "a table"),
    "archive_gb": (lambda value: type(value) in (int, float) and 0 < value < 1e9, "a number above 0, such as 16"),
    "archive_ratio": (lambda value: type(value) is int and 0 < value < 1e9, "a whole number above 0, such as 500"),
}
"""What the value of a key must be, where it is no text, in words too."""


@dataclass(frozen=True, slots=True)
class Config:
    """A settings file (TOML). Every key may be left out.

    `store` is the address of the store, `acting` (written `as`) the administrator; `theme` is dark, light or ansi;
    `mouse` switches the mouse on; `folder` is where the console saves lists; `keymap` gives commands other keys.
    Imported files are refused when they unpack to more than `archive_gb` gigabytes (10^9 bytes) together, or to more
    than `archive_ratio` times the size of their archive. `mail` says how mail leaves, in the words of `mail.settings`,
    which reads it.
    """

    store: str | None = None
    acting: str | None = None
    theme: str = "dark"
    mouse: bool = True
    folder: str | None = None
    keymap: Mapping[str, str] = field(default_factory=dict)
    archive_gb: float = 8
    archive_ratio: int = 200
    mail: Mapping[str, Any] = field(default_factory=dict)


def load_config(path: Path | None = None, environ: Mapping[str, str] = MappingProxyType({})) -> Config:
    """The settings in a file; without a path those in the person's own file, which need not exist. What the
    environment says of archives (`TUI_ADMIN_ARCHIVE_GB`, `TUI_ADMIN_ARCHIVE_RATIO`) counts before the file.

    Raises UsageError where a named file is not there, BadInput where its content or the environment's cannot be
    followed.
    """
    return Config(**(_from_file(path) | _from_environment(environ)))


def _from_file(path: Path | None) -> dict[str, Any]:
    chosen = path or own_file()
    try:
        content = chosen.read_bytes()
    except FileNotFoundError:
        if path is None:
            return {}
        raise UsageError(f"There is no settings file {path}.") from None
    except OSError as error:
        raise UsageError(f"The settings file {chosen} cannot be read: {error.strerror}.") from None
    return _checked(_parsed(content, chosen), chosen)


def _parsed(content: bytes, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The settings file {path} is not TOML: {error}.") from None


def check_table(
    values: Mapping[str, Any], known: Collection[str], expected: Mapping[str, Expected], where: str
) -> None:
    """Hold a table of settings to its keys and to what their values must be: a text unless `expected` says otherwise.

    Raises BadInput that begins with `where`.
    """
    for key in values:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            way_out = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sorted(known))}."
            raise BadInput(f'{where} has an unknown key "{key}": {way_out}')
    for key, value in values.items():
        fits, wanted = expected.get(key, TEXT)
        if not fits(value):
            raise BadInput(f'{where}: "{key}" must be {wanted}.')


def _checked(values: Mapping[str, Any], path: Path) -> dict[str, Any]:
    known = {field_.name for field_ in fields(Config)} - set(_KEYS.values()) | set(_KEYS)
    check_table(values, known, _EXPECTED, f"The settings file {path}")
    if any(not isinstance(value, str) for value in values.get("keymap", {}).values()):
        raise BadInput(f'The settings file {path}: every key under "keymap" must be a text in quotes.')
    if (theme := values.get("theme", "dark")) not in _THEMES:
        raise BadInput(f'The settings file {path}: "theme" must be one of {", ".join(_THEMES)}, not "{theme}".')
    return {_KEYS.get(key, key): value for key, value in values.items()}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, float] = {}
    for key, number in (("archive_gb", float), ("archive_ratio", int)):
        if text := environ.get(name := f"TUI_ADMIN_{key.upper()}"):
            fits, wanted = _EXPECTED[key]
            with suppress(ValueError):
                found[key] = number(text)
            if not fits(found.get(key)):
                raise BadInput(f'{name} is "{text}"; it must be {wanted}.')
    return found


def own_file() -> Path:
    """The person's own settings file, which need not exist."""
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
