"""Two themes made for the console, dark and light, and the terminal's own colors.

A color means one thing everywhere: `cursor` where the cursor is, `warning` attention, `error` danger, `muted` what
matters less, `place` where one is (the organization's brand color, moved until it can be read). Every pair in
`TEXT_PAIRS` has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3).
"""

from textual.theme import BUILTIN_THEMES, Theme

from ..rules.colors import parse, readable

DARK, LIGHT, ANSI = "console-dark", "console-light", "console-ansi"

TEXT_PAIRS = (
    ("text", "background"),
    ("muted", "background"),
    ("warning", "background"),
    ("error", "background"),
    ("success", "background"),
    ("place", "background"),
    ("key", "background"),
    ("text", "panel"),
    ("muted", "panel"),
    ("key", "panel"),
    ("warning", "panel"),
    ("cursor-text", "cursor"),
    ("mark-text", "background"),
)

_DARK = {
    "background": "#14171c",
    "panel": "#1f242c",
    "text": "#dce0e6",
    "muted": "#9aa4b2",
    "warning": "#e6b450",
    "error": "#ff8077",
    "success": "#7fc98f",
    "place": "#8ab8ff",
    "key": "#8ab8ff",
    "cursor": "#2b5c94",
    "cursor-text": "#ffffff",
    "mark-text": "#8fd6ff",
}
_LIGHT = {
    "background": "#fbfaf7",
    "panel": "#ece9e2",
    "text": "#1f2328",
    "muted": "#5b6472",
    "warning": "#7d5200",
    "error": "#b3261e",
    "success": "#24693a",
    "place": "#1c4f9c",
    "key": "#1c4f9c",
    "cursor": "#1c4f9c",
    "cursor-text": "#ffffff",
    "mark-text": "#0b5a8a",
}
_ANSI = {
    "background": "ansi_default",
    "panel": "ansi_default",
    "text": "ansi_default",
    "muted": "ansi_default",
    "warning": "ansi_yellow",
    "error": "ansi_red",
    "success": "ansi_green",
    "place": "ansi_cyan",
    "key": "ansi_cyan",
    "cursor": "ansi_blue",
    "cursor-text": "ansi_bright_white",
    "mark-text": "ansi_cyan",
}


def themes(brand: str = "") -> list[Theme]:
    """The three themes; `brand` is the organization's color as `#rrggbb`, or empty."""
    return [
        _theme(DARK, branded(_DARK, brand), dark=True),
        _theme(LIGHT, branded(_LIGHT, brand), dark=False),
        _theme(ANSI, _ANSI, dark=True, ansi=True),
    ]


def branded(colors: dict[str, str], brand: str) -> dict[str, str]:
    """The colors with the brand as `place`, lightened or darkened until it reads on the background."""
    color = parse(brand)
    return colors if color is None else {**colors, "place": readable(color, colors["background"])}


def _theme(name: str, colors: dict[str, str], dark: bool, ansi: bool = False) -> Theme:
    return Theme(
        name=name,
        primary=colors["key"],
        secondary=colors["place"],
        accent=colors["cursor"],
        warning=colors["warning"],
        error=colors["error"],
        success=colors["success"],
        foreground=colors["text"],
        background=colors["background"],
        surface=colors["background"],
        panel=colors["panel"],
        boost=colors["panel"],
        dark=dark,
        ansi=ansi,
        variables={
            **(BUILTIN_THEMES["ansi-dark"].variables if ansi else {}),
            "console-text": colors["text"],
            "console-muted": colors["muted"],
            "console-key": colors["key"],
            "console-place": colors["place"],
            "console-cursor": colors["cursor"],
            "console-cursor-text": colors["cursor-text"],
            "console-mark-text": colors["mark-text"],
            "console-warning": colors["warning"],
            "console-error": colors["error"],
            "console-success": colors["success"],
            "console-panel": colors["panel"],
            "block-cursor-background": colors["cursor"],
            "block-cursor-foreground": colors["cursor-text"],
            "block-cursor-blurred-background": colors["panel"],
            "block-cursor-blurred-foreground": colors["text"],
            "input-cursor-background": colors["text"] if not ansi else "ansi_white",
            "input-cursor-foreground": colors["background"] if not ansi else "ansi_black",
            "input-selection-background": colors["cursor"],
            "input-selection-foreground": colors["cursor-text"],
            "border": colors["key"],
            "border-blurred": colors["muted"],
            "footer-background": colors["background"],
        },
    )
