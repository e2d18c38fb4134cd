"""The server setting: where mail goes, as whom, how fast. From `TUI_ADMIN_SMTP_URL` and the table `[mail]`.

With none set, mail goes nowhere but into a folder on this machine (see `server`).
"""

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from ..config import Expected, check_table
from ..rules.errors import BadInput
from .credentials import Credential, Password, TokenCommand
from .passwords import PasswordPlaces
from .providers import Provider, provider_of
from .signing_in import Security, Server
from .transport import Limits, Timeouts

VARIABLE = "TUI_ADMIN_SMTP_URL"
PORTS = {Security.PLAIN: 25, Security.STARTTLS: 587, Security.TLS: 465}

_HOST_NAME = re.compile(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")
_WHERE = "The table [mail] of the settings file"
_FORMS = "write smtp+starttls://USER@HOST, smtps://USER@HOST, or smtp://localhost for a server on this machine"


def _positive(kinds: tuple[type, ...]) -> Any:
    return lambda value: type(value) in kinds and 0 < value < 1e9


_WHOLE: Expected = (_positive((int,)), "a whole number above 0")
_NUMBER: Expected = (_positive((int, float)), "a number above 0")
_LIMITS: dict[str, Expected] = {
    "connections": _WHOLE,
    "per_connection": _WHOLE,
    "connection_age": _NUMBER,
    "refusals_in_row": _WHOLE,
    "per_second": _NUMBER,
    "per_minute": _WHOLE,
    "per_day": _WHOLE,
}
_SECONDS = {item.name: _NUMBER for item in fields(Timeouts)}
_TEXTS = ("server", "credential_file", "token_command", "ca_file", "local_name")
_EXPECTED: dict[str, Expected] = {
    **_LIMITS,
    "allow_plain": (lambda value: isinstance(value, bool), "true or false"),
    "only_domains": (
        lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        'a list of domains, such as ["example.org"]',
    ),
    "timeouts": (lambda value: isinstance(value, dict), "a table"),
}
KEYS = frozenset({*_TEXTS, *_EXPECTED})
"""What the table may hold; those that are no numbers, lists or tables are texts."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves. Without a `server` it stays on this machine. `only_domains`: mails to others are refused here,
    for installations that try things out; empty means any."""

    server: Server | None = None
    limits: Limits = field(default_factory=Limits)
    only_domains: frozenset[str] = frozenset()
    provider: Provider | None = None


def mail_settings(table: Mapping[str, Any], environ: Mapping[str, str]) -> MailSettings:
    """Read the table `[mail]` of the settings file and the environment, which counts first.

    Raises BadInput naming what cannot be followed, never with a password in it.
    """
    check_table(table, KEYS, _EXPECTED, _WHERE)
    timeouts = table.get("timeouts", {})
    check_table(timeouts, _SECONDS, _SECONDS, "The table [mail.timeouts] of the settings file")
    server = _server(table, environ)
    provider = provider_of(server.host) if server else None
    chosen = {**(provider.limits if provider else {}), **{key: table[key] for key in _LIMITS if key in table}}
    domains = frozenset(domain.lower().removeprefix("@") for domain in table.get("only_domains", ()))
    return MailSettings(server, Limits(**chosen, timeouts=Timeouts(**timeouts)), domains, provider)


def _server(table: Mapping[str, Any], environ: Mapping[str, str]) -> Server | None:
    given = environ.get(VARIABLE)
    address, where = (given, VARIABLE) if given else (table.get("server"), f'{_WHERE}: "server"')
    if not address:
        return None
    url, security, port = _parted(address, where)
    host = url.hostname or ""
    if url.password and not given:
        raise BadInput(f"{where} holds a password, which does not belong into a file; see tui-admin mail test --help.")
    if security is Security.PLAIN:
        _may_be_plain(url, host, where, allowed=table.get("allow_plain", False))
    ca_file = table.get("ca_file")
    return Server(
        host,
        port,
        security,
        _ehlo_name(table.get("local_name")),
        _credential(url, host, table, environ),
        _path(ca_file) if ca_file else None,
    )


def _parted(address: str, where: str) -> tuple[SplitResult, Security, int]:
    try:
        url = urlsplit(address.strip())
        security = Security(url.scheme)
        port = url.port or PORTS[security]
    except ValueError:
        raise BadInput(f"{where} is no mail server: {_FORMS}.") from None
    if not url.hostname or url.path.strip("/") or url.query or url.fragment or not address.isprintable():
        raise BadInput(f"{where} is no mail server: {_FORMS}.")
    return url, security, port


def _may_be_plain(url: SplitResult, host: str, where: str, *, allowed: bool) -> None:
    if url.username:
        raise BadInput(f"{where}: nobody signs in over smtp://, where anybody can read along; {_FORMS}.")
    if not (allowed or _on_this_machine(host)):
        raise BadInput(
            f"{where}: mail to {host} over smtp:// can be read by anybody between; use smtp+starttls:// or smtps://, "
            "or set allow_plain = true under [mail] where the network is your own."
        )


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _credential(url: SplitResult, host: str, table: Mapping[str, Any], environ: Mapping[str, str]) -> Credential | None:
    user, command, file = unquote(url.username or ""), table.get("token_command"), table.get("credential_file")
    if not user:
        if command or file:
            raise BadInput(f"{_WHERE} has a password or token, but its server names no user: {_FORMS}.")
        return None
    if command:
        return TokenCommand(user, command)
    from_url = unquote(url.password) if url.password else None
    return Password(user, PasswordPlaces(user, host, _path(file) if file else None, environ, from_url).look_up)


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _ehlo_name(given: str | None) -> str:
    """How this machine introduces itself. A name without a domain is refused by some servers, an address by none."""
    if given and not _HOST_NAME.fullmatch(given):
        raise BadInput(f'{_WHERE}: "local_name" must be a host name, such as console.example.org.')
    name = given or socket.gethostname()
    return name if _HOST_NAME.fullmatch(name) else "[127.0.0.1]"
