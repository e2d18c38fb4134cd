"""The Markdown of a message, slots kept as marks: CommonMark without HTML or pictures, links only where they may go."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from ..rules.errors import BadInput
from ..rules.message_fields import Source
from ..rules.text import clean
from .marks import LINK, TEXT, URL_PART, Marks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MAY_LEAD = re.compile(r"https://[^/?#\s]+(?:[/?#].*)?|mailto:[^?\s]+(?:\?.*)?", re.DOTALL).fullmatch
_BEFORE_FIELDS = re.compile(r"https://[^/?#]+[/?#]|mailto:[^?]+\?").match

_making = Lock()

_BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
_TAGS = _BLOCKS | {"a", "br", "code", "em", "strong"}


def parse(text: str, marks: Marks) -> list["Token"]:
    """The tokens of a marked text; marks within links are of the kind that a link needs.

    Raises BadInput with the line for a picture, and for a link that leads elsewhere than `https:` or `mailto:`.
    """
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type == "inline":
            where = f"The body, line {token.map[0] + 1 if token.map else 1}"
            token.children = list(_inline(token.children or [], marks, where))
    return tokens


def to_html(tokens: Sequence["Token"]) -> str:
    """The HTML of tokens: plain tags with no attribute but where links lead and lists start."""
    import nh3

    parser = _parser()
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "mailto"},
        link_rel=None,
    )


def link(href: str, marks: Marks, where: str) -> str:
    """Where a link leads, its marks of the kinds that a link needs. Raises BadInput where it may not lead there."""
    href = _parser().normalizeLink(href)
    first = marks.pattern.match(href)
    if first is not None and marks.slot(first).field.source is Source.LINK:
        return marks.as_kind(first[0], LINK) + marks.as_kind(href[first.end() :], URL_PART)
    plain = marks.pattern.split(href)[0]
    if not _MAY_LEAD(href):
        shown = clean(marks.written(href))
        raise BadInput(f"{where}: {shown!r} is no link for a mail. Write https://… or mailto:… or a field of a link.")
    if plain != href and not _BEFORE_FIELDS(plain):
        raise BadInput(f"{where}: a field cannot stand where a link names its host; put it behind https://host/.")
    return marks.as_kind(href, URL_PART)


def _parser() -> "MarkdownIt":
    with _making:
        return _made()


@lru_cache(maxsize=1)
def _made() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable("linkify")
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
    parser.validateLink = _let_through  # type: ignore[method-assign]
    # At the first use it and what it is made of fill tables, of which another thread would see but a part.
    parser.parse("[all](https://example.org/%C3%A9) <https://example.org/%C3%A9>")
    return parser


def _let_through(url: str) -> bool:
    """Every link becomes one, so that `link` can refuse it with a sentence."""
    return True


def _inline(children: Sequence["Token"], marks: Marks, where: str) -> Iterator["Token"]:
    within_link = False
    for token in children:
        if token.type == "image":
            raise BadInput(f"{where}: a message holds no pictures. Link to it: [text](https://…).")
        if token.type == "link_open":
            within_link = True
            token.attrSet("href", link(str(token.attrGet("href")), marks, where))
        if token.type == "link_close":
            within_link = False
        if token.type == "text" and not within_link:
            yield from _links_made(token, marks)
        else:
            yield token


def _links_made(text: "Token", marks: Marks) -> Iterator["Token"]:
    """A text with the link fields that stand bare in it made links, as a web address would be."""
    from markdown_it.token import Token

    end = 0
    for match in marks.pattern.finditer(text.content):
        if marks.slot(match).field.source is Source.LINK:
            yield text.copy(content=text.content[end : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": marks.as_kind(match[0], LINK)}, markup="linkify")
            yield text.copy(content=marks.as_kind(match[0], TEXT))
            yield Token("link_close", "a", -1, markup="linkify")
            end = match.end()
    yield text.copy(content=text.content[end:])
