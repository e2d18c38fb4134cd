"""A program's page as lines of a terminal: what the learner-facing page will show, in the same order."""

from collections.abc import Iterator

from textual.content import Content

from tui_admin.portal.masthead import Picture
from tui_admin.portal.program_page import Collection, Item, ProgramPage
from tui_admin.rules.colors import text_on
from tui_admin.widgets.text import fit, number, plural, shown, width_of

Part = Content | tuple[str, str] | str

_WIDEST = 100
_LEAST = 8
"""Cells that are left of a partner's name."""
_MARGIN = "  "
_NOTHING = (
    "There are no courses here yet.",
    "This is what a learner reads until a collection holds courses: the Curriculum tab adds them.",
)


def page_content(page: ProgramPage, width: int) -> Content:
    """The page in a width: organization, banner, name, what is offered, whom to ask."""
    cells = max(min(width, _WIDEST), 20)
    lines: list[list[Part]] = [*_head(page, cells), []]
    if page.shown:
        for collection in page.shown:
            lines += [*_collection(collection, cells), []]
    else:
        lines += [[_MARGIN, (_NOTHING[0], "bold")], *_wrapped(_NOTHING[1], cells, "$console-muted"), []]
    lines += _foot(page, cells)
    return Content("\n").join(Content.assemble(*line) for line in lines)


def summary(page: ProgramPage) -> str:
    """The page in a sentence: `Learners see 3 collections, 14 courses, 2 specializations · banner.png 1,600 × 400`."""
    if not page.shown:
        return "Learners see no courses yet: add some in Curriculum"
    counted = [plural(len(page.shown), "collection"), plural(page.count("course"), "course")]
    whole = page.count("specialization")
    told = ["Learners see " + ", ".join([*counted, *([plural(whole, "specialization")] if whole else [])])]
    told += [f"at most {plural(page.enrollment_limit, 'course')} each"] if page.enrollment_limit is not None else []
    return " · ".join([*told, _picture(page.banner) if page.banner else "no banner"])


def _head(page: ProgramPage, cells: int) -> Iterator[list[Part]]:
    brand = (
        f"{text_on(page.masthead.color)} on {page.masthead.color}"
        if page.masthead.color
        else "$console-text on $console-panel"
    )
    logo = f"{page.masthead.logo.name} " if page.masthead.logo else ""
    yield [
        (
            fit(f"{_MARGIN}{shown(page.masthead.organization)}", cells - width_of(shown(logo))) + shown(logo),
            f"bold {brand}",
        )
    ]
    banner = _picture(page.banner) if page.banner else "no banner"
    for text in ("", banner, ""):
        yield [(_centered(text, cells), "$console-muted on $console-panel")]
    yield []
    yield [_MARGIN, (fit(page.name, cells - 4).rstrip(), "bold $console-place")]
    if page.tagline:
        yield from _wrapped(page.tagline, cells)
    if page.enrollment_limit is not None:
        yield from _wrapped(f"You may take up to {plural(page.enrollment_limit, 'course')}.", cells, "$console-muted")


def _collection(collection: Collection, cells: int) -> Iterator[list[Part]]:
    title = fit(collection.name, cells - 8).rstrip()
    yield [_MARGIN, (title, "bold"), (f" {'─' * (cells - width_of(title) - 5)}", "$console-muted")]
    for line in collection.description.split("\n") if collection.description else ():
        yield from _wrapped(line, cells, "$console-muted")
    for item in collection.items:
        yield _row(item, cells, "▪")
        for place, course in enumerate(item.courses, 1):
            yield _row(course, cells, f"   {place}")


def _row(item: Item, cells: int, sign: str) -> list[Part]:
    """An item on one line: its name at the left, what is known of it at the right."""
    before = f"{_MARGIN}{sign} "
    room = cells - len(before) - 2
    told = _facts(item, max(room * 2 // 5, room - width_of(shown(item.name)) - 2))
    name = fit(item.name, room - width_of(told) - 2)
    bold = "bold" if item.kind == "specialization" else ""
    return [(before, "$console-muted"), (name, bold), ("  " + told, "$console-muted")]


def _facts(item: Item, cells: int) -> str:
    """What is known of an item; where it is too long, the partner's name is cut first."""
    before = [plural(len(item.courses), "course")] if item.kind == "specialization" else []
    after = [item.level, "" if item.workload_hours is None else f"{number(item.workload_hours)} h"]
    partner = shown(item.partner)
    others = width_of(" · ".join(["", *before, *(shown(fact) for fact in after if fact)]))
    partner = fit(partner, min(width_of(partner), max(cells - others, _LEAST))).rstrip()
    facts = " · ".join(fact for fact in (*before, partner, *map(shown, after)) if fact)
    return fit(facts, min(width_of(facts), cells)).rstrip()


def _foot(page: ProgramPage, cells: int) -> Iterator[list[Part]]:
    yield [_MARGIN, ("─" * (cells - 4), "$console-muted")]
    if page.masthead.support:
        yield from _wrapped(f"Questions? {page.masthead.support}", cells, "$console-muted")
    yield from _wrapped(page.url or "This page has no address yet.", cells, "$console-muted")


def _wrapped(text: str, cells: int, style: str = "") -> Iterator[list[Part]]:
    """Text on as many lines as it takes, its words kept whole where they fit."""
    room, line = cells - 4, ""
    for word in shown(text).split():
        while width_of(word) > room:
            if line:
                yield [_MARGIN, (line, style)]
                line = ""
            head = fit(word, room).rstrip("…")
            yield [_MARGIN, (head, style)]
            word = word[len(head) :]
        if line and width_of(line) + 1 + width_of(word) > room:
            yield [_MARGIN, (line, style)]
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield [_MARGIN, (line, style)]


def _centered(text: str, cells: int) -> str:
    text = fit(text, min(width_of(shown(text)), cells)).rstrip()
    return fit(" " * ((cells - width_of(text)) // 2) + text, cells)


def _picture(picture: Picture) -> str:
    return f"{shown(picture.name)} {picture.width:,} × {picture.height:,}"
