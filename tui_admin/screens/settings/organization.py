"""The organization's settings: what it is called and how it looks, its days, its mail, its reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from zoneinfo import available_timezones

from rich.style import Style
from textual.suggester import Suggester

from tui_admin.portal import settings
from tui_admin.reports.pictures import Picture
from tui_admin.rules import colors
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.text import fit

from ..place import Place
from .listing import NameSuggester, SettingRow, SettingsScreen

_COLOR, _INVITATION, _PICTURES = "brand-color", "default-invitation", ("logo", "banner")
_SWATCH = "  Aa  "

_TITLES = {
    "name": ("Name", "What the organization is called, in the console and in mails."),
    "brand-color": ("Brand color", "#rrggbb, for the console's first line and for mails; blank for none."),
    "logo": ("Logo", "A PNG, JPEG, GIF or WebP picture of at most 2 MB; a blank path for none."),
    "banner": ("Banner", "A wide picture, the same kinds; a blank path for none."),
    "time-zone": ("Time zone", "Where days begin and reports go out, such as Europe/Berlin; tab completes."),
    "support-contact": ("Support contact", "Whom to ask: an address, a page or a sentence. It stands in mails."),
    "public-url": ("Public URL", "Where the learner-facing pages are, https://…; blank for none."),
    "sender-name": ("Sender name", "Who mails come from; blank for the organization's name."),
    "sender-address": ("Sender address", "The address mails come from, such as learning@example.org."),
    "reply-to": ("Replies to", "The address answers go to; blank for the sender's."),
    "unsubscribe-url": ("Unsubscribe page", "A page of your own for it, https://…{token}…; blank for ours."),
    "quiet-period": ("Quiet period", "Days in which nobody gets a second reminder, 0 to 365."),
    "deadline-mails": ("Deadline mails", "Days before a deadline that members are reminded, 1 to 90; off for never."),
    "license-alerts": (
        "License alerts",
        "Whether you are mailed when 75, 90 and 100 % of a contract are taken: on or off.",
    ),
    _INVITATION: ("Invitation mail", "What invitations say where a program has no words of its own."),
    "removed-learners": ("Removed learners", "Whether reports keep or hide them."),
    "report-retention": ("Reports are kept", "Days after which the file of a made report goes, 1 to 3650."),
}
"""The settings in their order, with what is said of them."""

_UNSET = {"deadline-mails": "off", "sender-name": "the organization's name", "reply-to": "the sender's address"}
"""What holds where a setting is not set."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The settings as they are typed, and as they are read."""

    typed: Mapping[str, str | None]
    told: Mapping[str, str | None]


class SwatchTable(FigureTable):
    """Settings, with the brand color beside its value."""

    color: str | None = None

    def _runs(self, position: int) -> list[tuple[str, str]]:
        runs = super()._runs(position)
        row: SettingRow = self.rows[position]
        if row.key != _COLOR or self.color is None:
            return runs
        text, style = runs[-1]
        return [*runs[:-1], (_SWATCH, "swatch"), (fit(f"  {text}", len(text) - len(_SWATCH)), style)]

    def _rich_styles(self) -> dict[str, Style]:
        styles = super()._rich_styles()
        if self.color is not None:
            styles["swatch"] = Style(color=colors.text_on(self.color), bgcolor=self.color)
        return styles


class SettingsTabScreen(SettingsScreen):
    """`settings`."""

    HELP_TEXT = "The organization's settings; enter changes what the cursor stands on."
    TABLE: ClassVar = SwatchTable

    def crumbs(self) -> tuple[str, ...]:
        """Settings."""
        return ("Settings",)

    def read(self) -> _Found:
        """All of them."""
        by = self.session.store, self.session.actor
        return _Found(settings.show(*by), settings.show(*by, tell=True))

    def show_read(self, found: object) -> None:
        """Show them."""
        assert isinstance(found, _Found)
        self.query_one(SwatchTable).color = found.typed[_COLOR]
        rows = [self._row(key, found) for key in _TITLES]
        schedule = Place(("settings", "schedule"))
        help = "On which days the report of each program goes out."
        rows.append(SettingRow("schedule", "Report schedule", "", help, "days by programs", opens=schedule))
        self.show_rows(rows)

    def _row(self, key: str, found: _Found) -> SettingRow:
        title, help = _TITLES[key]
        typed, shown = found.typed[key] or "", found.told[key] or ""
        if key == _INVITATION:
            own = "the organization's own words" if typed else "the usual words"
            return SettingRow(key, title, "", help, own, opens=Place(("settings", "+invitation")))
        if key == _COLOR and typed:
            means = settings.contrast_of(typed).removeprefix("; ")
            help = f"{means[:1].upper()}{means[1:]}. {help}"
        return SettingRow(key, title, typed, help, shown or _UNSET.get(key, ""))

    def suggester(self, key: str) -> Suggester | None:
        """Time zones are completed."""
        return NameSuggester(available_timezones()) if key == "time-zone" else None

    async def edit(self, row: SettingRow) -> None:
        """A picture comes from a file."""
        if row.key in _PICTURES:
            words = f"settings set {row.key} - --yes < picture.png"
            await self.ask_picture(row.title, row.typed, partial(self.write, row.key), words)
            self.explain(row.help)
        else:
            await super().edit(row)

    def write(self, key: str, given: str | Picture, seen: str) -> str:
        """Set it."""
        by = self.session.store, self.session.actor
        return settings.change(*by, key, given, self.session.clock(), seen=seen)
