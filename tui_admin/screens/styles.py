"""Where the styles are: beside the package in a work tree, inside it when installed from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def style(name: str) -> Path:
    """The path of a style file, such as `style("members")` for members.tcss."""
    installed = _PACKAGE / "styles" / f"{name}.tcss"
    return installed if installed.exists() else _PACKAGE.parent / "styles" / f"{name}.tcss"
