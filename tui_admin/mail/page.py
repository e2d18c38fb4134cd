"""The HTML part of a message: a page in the organization's color that reads well on a phone and on a desk, light or
dark, with all styles written into its tags once."""

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from ..rules import colors
from .footer import Footer

if TYPE_CHECKING:
    from jinja2 import Template

DEFAULT_COLOR = "#1c4f9c"
_PAPER, _DARK_PAPER = "#ffffff", "#1b1f25"


class Button(NamedTuple):
    """A call to action."""

    text: str
    link: str


class Page(NamedTuple):
    """What stands on the page. `content` is HTML; all else is text, which is escaped."""

    subject: str
    content: str
    button: Button | None
    footer: Footer


def drawn(page: Page, color: str | None, button_mark: str) -> str:
    """The page in a color (`#rrggbb`), with `button_mark` before and after the button."""
    import css_inline
    from markupsafe import Markup

    brand = color or DEFAULT_COLOR
    html = _template().render(
        page._asdict()
        | {
            "content": Markup(page.content),
            "button_mark": button_mark,
            "brand": brand,
            "on_brand": colors.text_on(brand),
            "edge": colors.readable(brand, _PAPER),
            "link": colors.readable(brand, _PAPER),
            "dark_link": colors.readable(brand, _DARK_PAPER),
        }
    )
    return css_inline.inline(html, load_remote_stylesheets=False) + "\n"


@lru_cache(maxsize=1)
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    written = files(__package__).joinpath("templates", "page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(written)
