"""Where mail goes, from settings file and environment; and no password in any sentence."""

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from tui_admin.mail.credentials import Password, TokenCommand
from tui_admin.mail.maildir import MaildirTransport
from tui_admin.mail.providers import PROVIDERS
from tui_admin.mail.server import mail_folder, to_know_before, transport, where_mail_goes
from tui_admin.mail.settings import KEYS, MailSettings, mail_settings
from tui_admin.mail.signing_in import Security
from tui_admin.mail.smtp import SmtpTransport
from tui_admin.mail.transport import Limits, Timeouts
from tui_admin.rules.errors import BadInput, MailError

SECRET = "s3cret/w\u00f6rd#1"
SERVER = "smtp+starttls://ana@mail.example"


class Desk(KeyringBackend):
    """A keyring with one password in it."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        return "from the keyring" if (service, username) == ("tui-admin:mail.example", "ana") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing can be added."""
        raise NotImplementedError


@pytest.fixture(autouse=True)
def headless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the keyring of the person who runs it."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", NoKeyring())  # type: ignore[no-untyped-call]


async def password(table: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    """The password that a connection would use."""
    server = mail_settings({"server": SERVER, **table}, environ).server
    assert server and isinstance(server.credential, Password)
    return await server.credential.secret()


@pytest.mark.parametrize(
    ("url", "host", "port", "security", "user"),
    [
        ("smtp://localhost", "localhost", 25, Security.PLAIN, None),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Security.PLAIN, None),
        ("smtp://[::1]", "::1", 25, Security.PLAIN, None),
        ("smtp+starttls://mail.example", "mail.example", 587, Security.STARTTLS, None),
        ("SMTPS://Mail.Example/", "mail.example", 465, Security.TLS, None),
        (
            "smtps://ana@northwind.example@mail.example:4650",
            "mail.example",
            4650,
            Security.TLS,
            "ana@northwind.example",
        ),
        ("smtps://ana%2Bx@mail.example", "mail.example", 465, Security.TLS, "ana+x"),
    ],
)
def test_a_server_is_read_from_its_url(url: str, host: str, port: int, security: Security, user: str | None) -> None:
    for found in (mail_settings({"server": url}, {}), mail_settings({}, {"TUI_ADMIN_SMTP_URL": url})):
        assert found.server is not None
        assert (found.server.host, found.server.port, found.server.security) == (host, port, security)
        assert (found.server.credential.user if found.server.credential else None) == user


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example", "is no mail server: write smtp+starttls://"),
        ("http://mail.example", "is no mail server"),
        ("smtps://", "is no mail server"),
        ("smtps://mail.example:port", "is no mail server"),
        ("smtps://mail.example/inbox", "is no mail server"),
        ("smtps://ana:s3cret/w\u00f6rd#1@mail.example", "is no mail server"),
        ("smtps://mail\n.example", "is no mail server"),
        ("smtp://mail.example", "can be read by anybody between"),
        ("smtp://10.0.0.1", "can be read by anybody between"),
        ("smtp://ana@localhost", "nobody signs in over smtp://"),
        ("smtp://ana:s3cret@localhost", "nobody signs in over smtp://"),
    ],
)
def test_what_is_no_safe_server_is_refused_without_repeating_it(url: str, said: str) -> None:
    for table, environ in (({"server": url}, {}), ({}, {"TUI_ADMIN_SMTP_URL": url})):
        with pytest.raises(BadInput) as caught:
            mail_settings(table, environ)
        if "s3cret" not in url:
            assert said in str(caught.value)
        assert "s3cret" not in str(caught.value)


def test_a_password_in_the_file_is_refused_and_one_in_the_environment_is_not() -> None:
    url = "smtps://ana:s3cret@mail.example"
    with pytest.raises(BadInput, match="does not belong into a file") as caught:
        mail_settings({"server": url}, {})
    assert "s3cret" not in str(caught.value)
    found = mail_settings({}, {"TUI_ADMIN_SMTP_URL": url})
    assert "s3cret" not in f"{found} {transport(found, Path()).label}"


def test_plain_lines_need_a_word_for_it() -> None:
    found = mail_settings({"server": "smtp://10.0.0.1", "allow_plain": True}, {})
    assert found.server and found.server.security is Security.PLAIN


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"conections": 3}, '[mail] of the settings file has an unknown key "conections": did you mean "connections"?'),
        ({"connections": 0}, '"connections" must be a whole number above 0'),
        ({"connections": True}, '"connections" must be a whole number above 0'),
        ({"per_second": "many"}, '"per_second" must be a number above 0'),
        ({"server": 5}, '"server" must be a text in quotes'),
        ({"only_domains": "example.org"}, "must be a list of domains"),
        (
            {"timeouts": {"finale": 1}},
            '[mail.timeouts] of the settings file has an unknown key "finale": did you mean "final"?',
        ),
        ({"timeouts": {"final": -1}}, '"final" must be a number above 0'),
        ({"server": "smtps://mail.example", "token_command": "token"}, "names no user"),
        ({"server": "smtps://mail.example", "local_name": "my host"}, '"local_name" must be a host name'),
    ],
)
def test_what_cannot_be_followed_is_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        mail_settings(table, {})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("machine", "given", "said"),
    [
        ("console.northwind.example", None, "console.northwind.example"),
        ("laptop", None, "[127.0.0.1]"),
        ("my_host.example", None, "[127.0.0.1]"),
        ("laptop", "console.example", "console.example"),
    ],
)
def test_a_machine_introduces_itself_by_a_name_that_servers_take(
    machine: str, given: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: machine)
    found = mail_settings({"server": SERVER, **({"local_name": given} if given else {})}, {})
    assert found.server and found.server.local_name == said


def test_limits_are_those_of_a_known_service_unless_set() -> None:
    office = {"server": "smtp+starttls://ana@smtp.office365.com"}
    assert mail_settings(office, {}).limits == Limits(connections=3, per_minute=30, per_day=10_000)
    own = mail_settings({**office, "per_minute": 20, "timeouts": {"final": 60}}, {}).limits
    assert own == Limits(connections=3, per_minute=20, per_day=10_000, timeouts=Timeouts(final=60))
    assert mail_settings({"server": SERVER}, {}).limits == Limits()


def test_where_mail_goes_is_said_in_a_sentence() -> None:
    office = mail_settings(
        {"server": "smtp+starttls://ana@smtp.office365.com", "only_domains": ["@Northwind.example"]}, {}
    )
    assert where_mail_goes(office, Path("mail")) == (
        "Mails go to smtp+starttls://ana@smtp.office365.com:587 (Exchange Online), over at most 3 connections, "
        "30 a minute, 10,000 a day. Only addresses at northwind.example get any."
    )
    assert where_mail_goes(MailSettings(), Path("here.mail")) == (
        "No mail server is set: mails stay on this machine, in here.mail. TUI_ADMIN_SMTP_URL or [mail] sets one."
    )


def test_what_keeps_mail_from_people_is_to_be_known_before() -> None:
    folder, only = Path("here.mail"), {"only_domains": ["northwind.example"]}
    kept, some = "No mail server is set: mails stay on this machine, in here.mail.", "Only addresses at"
    assert to_know_before(mail_settings({"server": SERVER}, {}), folder) == ""
    assert to_know_before(MailSettings(), folder) == kept
    assert to_know_before(mail_settings({"server": SERVER} | only, {}), folder) == f"{some} northwind.example get any."
    assert to_know_before(mail_settings(only, {}), folder) == f"{kept} {some} northwind.example get any."


def test_without_a_server_mails_stay_beside_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert mail_folder(tmp_path / "northwind.db") == tmp_path / "northwind.mail"
    assert mail_folder(None) == tmp_path / "tui-admin" / "mail"
    assert isinstance(transport(mail_settings({}, {}), tmp_path), MaildirTransport)
    assert isinstance(transport(mail_settings({"server": SERVER}, {}), tmp_path), SmtpTransport)


async def test_a_password_is_looked_for_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = tmp_path / "credentials"
    unit.mkdir()
    (unit / "tui-admin-smtp").write_text("of the unit\n")
    file = tmp_path / "secret"
    file.write_text("of the file\r\nsecond line")
    file.chmod(0o600)
    environ = {
        "CREDENTIALS_DIRECTORY": str(unit),
        "TUI_ADMIN_SMTP_PASSWORD": "of the environment",
        "TUI_ADMIN_SMTP_URL": "smtps://ana:of-the-url@mail.example",
    }
    table = {"credential_file": str(file)}
    monkeypatch.setattr(keyring.core, "_keyring_backend", Desk())  # type: ignore[no-untyped-call]
    assert await password(table, environ) == "of the unit"
    del environ["CREDENTIALS_DIRECTORY"]
    assert await password(table, environ) == "of the file"
    assert await password({}, environ) == "from the keyring"
    monkeypatch.setattr(keyring.core, "_keyring_backend", NoKeyring())  # type: ignore[no-untyped-call]
    assert await password({}, environ) == "of the environment"
    del environ["TUI_ADMIN_SMTP_PASSWORD"]
    assert await password({}, environ) == "of-the-url"


async def test_no_password_says_where_one_may_be_kept() -> None:
    with pytest.raises(MailError, match=r"keyring set tui-admin:mail.example ana.*credential_file.*PASSWORD"):
        await password({}, {})


@pytest.mark.skipif(os.name != "posix", reason="permissions are told otherwise here")
async def test_a_credential_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    file.chmod(0o640)
    with pytest.raises(MailError, match="chmod 600") as caught:
        await password({"credential_file": str(file)}, {"TUI_ADMIN_SMTP_PASSWORD": "another"})
    assert SECRET not in str(caught.value)


async def test_a_credential_file_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    environ = {"TUI_ADMIN_SMTP_PASSWORD": "another"}
    with pytest.raises(MailError, match="cannot be read: No such file"):
        await password({"credential_file": str(tmp_path / "none")}, environ)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "bytes").chmod(0o600)
    with pytest.raises(MailError, match="cannot be read"):
        await password({"credential_file": str(tmp_path / "bytes")}, environ)


def test_a_token_command_takes_the_place_of_a_password() -> None:
    server = mail_settings({"server": SERVER, "token_command": "oauth mail"}, {}).server
    assert server and isinstance(server.credential, TokenCommand)
    assert server.credential.command == "oauth mail"


def test_the_page_about_mail_names_every_key_and_what_is_usual() -> None:
    page = (Path(__file__).parents[2] / "docs" / "mail.md").read_text(encoding="utf-8")
    for key in (*KEYS, *(item.name for item in fields(Timeouts))):
        assert f"`{key}" in page, key
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) \|", page, re.MULTILINE))
    assert {key: float(value) for key, value in rows.items()} == {key: getattr(Limits(), key) for key in rows}
    for provider in PROVIDERS[:2]:
        assert provider.name in page
