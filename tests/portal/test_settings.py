"""Settings: what each may be, what is said of it, and that it is kept and journaled as it was read."""

import pytest
from sqlalchemy import select

from tests.portal.conftest import Organization
from tui_admin.cli.organization import set_value
from tui_admin.portal import settings
from tui_admin.portal.setting_values import KEYS
from tui_admin.rules.errors import BadInput, UsageError
from tui_admin.rules.times import parse_iso
from tui_admin.store.tables import journal

NOW = parse_iso("2026-06-01T12:00:00Z")

INVITATION = "Hello {{ name }},\n\njoin **{{ program }}**: {{ join_url }}\n\n- {{ organization }}"


def _change(organization: Organization, key: str, value: str) -> str:
    return settings.change(organization.store, organization.ana, key, value, NOW)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("brand-color", "1C4F9C", "#1c4f9c"),
        ("brand-color", "#0af", "#00aaff"),
        ("sender-name", " Ana from Learning ", "Ana from Learning"),
        ("sender-address", "mailto:Learning@Bücher.example", "learning@xn--bcher-kva.example"),
        ("reply-to", "Ana <ana@northwind.example>", "ana@northwind.example"),
        ("public-url", "https://learn.northwind.example/", "https://learn.northwind.example"),
        ("public-url", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("unsubscribe-url", "https://hr.example/stop?t={token}&a=1", "https://hr.example/stop?t={token}&a=1"),
        ("quiet-period", "0", "0"),
        ("quiet-period", "365", "365"),
        ("report-retention", "3650", "3650"),
        ("default-invitation", INVITATION, INVITATION),
        ("deadline-mails", "3", "3"),
        ("license-alerts", "OFF", "off"),
    ],
)
def test_a_setting_is_kept_as_it_was_read(organization: Organization, key: str, typed: str, kept: str) -> None:
    assert _change(organization, key, typed).startswith(f"Set {key} to ")
    assert settings.show(organization.store, organization.ana)[key] == kept
    assert "already" in _change(organization, key, typed)
    with organization.store.read() as connection:
        entries = connection.execute(select(journal.c.summary).where(journal.c.action == "change settings")).scalars()
    assert [entry.partition(" to ")[0] for entry in entries] == [f"Set {key}"]


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("brand-color", "#1c4f9c"),
        ("sender-name", "Ana"),
        ("sender-address", "ana@northwind.example"),
        ("reply-to", "ana@northwind.example"),
        ("unsubscribe-url", "https://hr.example/{token}"),
        ("default-invitation", "Join us"),
        ("deadline-mails", "3"),
    ],
)
def test_a_blank_value_takes_a_setting_away(organization: Organization, key: str, before: str) -> None:
    _change(organization, key, before)
    assert _change(organization, key, "  ") == f"Set {key} to none"
    assert settings.show(organization.store, organization.ana)[key] is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("brand-color", "blue", "write #rrggbb"),
        ("sender-address", "nobody", "no e-mail address"),
        ("sender-address", "bücher@northwind.example", "letters before the @"),
        ("sender-address", "a@b.example, c@d.example", "more than one"),
        ("reply-to", "ana@localhost", "no e-mail address"),
        ("sender-name", "Ana\nBcc: x@y.example", "cannot be shown"),
        ("public-url", "learn.northwind.example", "write https://"),
        ("public-url", "https://learn.northwind.example/?a=b", "leave out what follows"),
        ("public-url", "https://bücher.example", "in ASCII"),
        ("public-url", "https://a.example/" + "x" * 500, "at most 500"),
        ("unsubscribe-url", "https://hr.example/stop", "with {token} once"),
        ("unsubscribe-url", "https://hr.example/{token}{token}", "with {token} once"),
        ("unsubscribe-url", "http://hr.example/{token}", "Write https://"),
        ("unsubscribe-url", "https://{token}.hr.example/", "behind the host"),
        ("unsubscribe-url", "https://hr.example/a b/{token}", "without blanks"),
        ("quiet-period", "", "from 0 to 365"),
        ("quiet-period", "-1", "from 0 to 365"),
        ("report-retention", "0", "from 1 to 3650"),
        ("report-retention", "", "from 1 to 3650"),
        ("quiet-period", "366", "from 0 to 365"),
        ("quiet-period", "٧", "from 0 to 365"),
        ("deadline-mails", "0", "1 to 90 days before"),
        ("deadline-mails", "91", "1 to 90 days before"),
        ("license-alerts", "", "write on or off"),
        ("deadline-mails", "on", "1 to 90 days before"),
        ("default-invitation", "Hello {{ nmae }}", r"line 1: there is no field {{ nmae }}. The nearest is {{ name }}"),
        ("default-invitation", "x\n\n[go](http://a.example)", "line 3: 'http://a.example' is no link for a mail"),
        ("default-invitation", "{% if x %}", "is not allowed"),
    ],
)
def test_what_a_setting_cannot_be_is_refused_with_a_way_out(
    organization: Organization, key: str, value: str, said: str
) -> None:
    before = settings.show(organization.store, organization.ana)
    with pytest.raises(BadInput, match=said):
        _change(organization, key, value)
    assert settings.show(organization.store, organization.ana) == before


def test_the_nearest_setting_is_named(organization: Organization) -> None:
    with pytest.raises(UsageError, match="'brand-color'"):
        _change(organization, "brand-colour", "#000000")


@pytest.mark.parametrize(
    ("color", "said"),
    [
        ("#14213d", "text on it is white (contrast 16.0:1), links in it (16.0:1 on white)"),
        ("#fff3b0", "text on it is black (contrast 18.7:1), links are #726d4f (5.2:1 on white)"),
    ],
)
def test_what_a_color_means_for_reading_is_told(organization: Organization, color: str, said: str) -> None:
    assert _change(organization, "brand-color", color) == f"Set brand-color to '{color}'; {said}"


def test_a_long_value_is_told_in_short(organization: Organization) -> None:
    assert len(_change(organization, "default-invitation", "Join us. " * 500)) < 120


def test_the_help_names_every_setting() -> None:
    listed = str(set_value.help).partition("KEY is one of:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.strip()] == list(KEYS)
