"""What every command is given: the store, who acts, and what time it is. All of it is opened when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ..rules.errors import UsageError
from ..rules.times import Instant

if TYPE_CHECKING:
    from datetime import tzinfo

    from ..config import Config
    from ..mail.settings import MailSettings
    from ..reports.limits import Limits
    from ..rules.roles import Actor
    from ..store.engine import Store

META = "tui_admin.options"
"""Where in click's shared notes the options lie that may stand before or after the command."""

LOGIN_OPTION = "--ssh-key"
"""What the line begins with that sshd runs. No person writes it, and `tui-admin` has no such option."""

_CONTEXT = "tui_admin.context"


def system_clock() -> Instant:
    """The time of day. Nothing else on the command line reads the clock."""
    import time

    return time.time_ns() // 1_000_000


def _at_a_terminal() -> bool:
    import sys

    return sys.stdin.isatty() and sys.stderr.isatty()


def _environment() -> Mapping[str, str]:
    import os

    return os.environ


@dataclass(frozen=True, slots=True)
class Login:
    """How sshd lets an administrator in: the address and the fingerprint of the key that proved who they are, the
    store and the settings file. All of it stands in the line that sshd runs, and nothing the client says changes it."""

    key: str
    email: str
    store: str | None = None
    config: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """The outside of a command: environment, clock, whether a person is there to answer, and over SSH, who logged in.
    Tests pass their own."""

    environ: Mapping[str, str] = field(default_factory=_environment)
    clock: Callable[[], Instant] = system_clock
    interactive: Callable[[], bool] = _at_a_terminal
    login: Login | None = None


@dataclass
class Context:
    """The global options of one command as given, and what follows from them."""

    options: Mapping[str, object]
    surroundings: Surroundings
    _is_noted: bool = False
    """Whether the store knows of this login."""

    @cached_property
    def config(self) -> "Config":
        """The settings file, and what the environment says instead of it; over SSH only a file the login names."""
        from ..config import Config, load_config

        if self.login is not None and self.config_file is None:
            return Config()
        return load_config(self.config_file, self.surroundings.environ)

    @property
    def config_file(self) -> Path | None:
        """The settings file that was named."""
        path = self._given("config") if self.login is None else self.login.config
        return Path(path) if path else None

    @property
    def login(self) -> Login | None:
        """Who logged in over SSH; None for a person at this machine."""
        return self.surroundings.login

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written."""
        return bool(self.options.get("read_only"))

    @cached_property
    def store(self) -> "Store":
        """The store, not yet connected."""
        from ..store.engine import Store

        return Store(self.address, read_only=self.read_only)

    @property
    def limits(self) -> "Limits":
        """What imported files may grow to."""
        from ..reports.limits import GB, Limits

        return Limits(expanded=round(self.config.archive_gb * GB), ratio=self.config.archive_ratio)

    @cached_property
    def mail(self) -> "MailSettings":
        """Where mail goes. Raises BadInput where settings file or environment cannot be followed."""
        from ..mail.settings import mail_settings

        return mail_settings(self.config.mail, self.surroundings.environ)

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def elsewhere(self, address: str, acting: str) -> "Context":
        """The same command on another store, whatever environment and settings say of store and administrator; as
        `acting` unless the command line names somebody. Whoever asks for it closes it."""
        environ = {name: value for name, value in self.surroundings.environ.items() if name != "TUI_ADMIN_AS"}
        options = {"acting": acting, **self.options, "store": address}
        return replace(self, options=options, surroundings=replace(self.surroundings, environ=environ))

    @property
    def address(self) -> str:
        """The address of the store: the option, else the environment, else the settings, else the person's own file.

        Raises UsageError over SSH where the login names none.
        """
        if self.login is not None:
            if address := self.login.store or self.config.store:
                return address
            raise UsageError("This login names no store: whoever set it up runs tui-admin ssh-setup --check.")
        named = self._given("store") or self.surroundings.environ.get("TUI_ADMIN_STORE") or self.config.store
        return named or own_store("organization.db")

    @property
    def option_address(self) -> str | None:
        """The address named on this command line."""
        return self._given("store")

    @property
    def acting(self) -> str | None:
        """The address of the administrator who acts, None for the owner of an embedded store."""
        if self.login is not None:
            return self.login.email
        return self._given("acting") or self.surroundings.environ.get("TUI_ADMIN_AS") or self.config.acting

    @property
    def actor(self) -> "Actor":
        """Who acts, with the rights the store gives them at this moment."""
        from ..portal.rights import sign_in

        actor = sign_in(self.store, self.acting, self.login.key if self.login else None)
        if actor.key is not None and not self._is_noted:
            from ..portal.keys import note_login

            note_login(self.store, actor.key, self.surroundings.clock())
            self._is_noted = True
        return actor

    @cached_property
    def given_now(self) -> Instant | None:
        """The moment named by `--now` or the environment. Raises UsageError where the latter is none."""
        given = self.options.get("now")
        text = self.surroundings.environ.get("TUI_ADMIN_NOW")
        if isinstance(given, int) or not text:
            return given if isinstance(given, int) else None
        from ..rules.times import parse_iso

        try:
            return parse_iso(text)
        except ValueError:
            raise UsageError(f'TUI_ADMIN_NOW is "{text}", which is no moment; write 2015-05-15T00:00:00Z.') from None

    @cached_property
    def clock(self) -> Instant:
        """The time of day that writing is dated with: `--now` moves it. Read once for a command."""
        return self.surroundings.clock() if self.given_clock is None else self.given_clock

    @property
    def given_clock(self) -> Instant | None:
        """The time of day that a person set. Over SSH nobody does: what they do is dated by this machine."""
        return self.given_now if self.login is None else None

    def ticking(self) -> Instant:
        """The time of day as it goes on; `--now` sets it at the start of the command."""
        return self.clock + self.surroundings.clock() - self._started

    @cached_property
    def _started(self) -> Instant:
        return self.surroundings.clock()

    @cached_property
    def now(self) -> Instant:
        """The moment that statuses are judged at: as given, else the clock, but never after the newest fact known."""
        from ..portal.clock import resolve_now

        return resolve_now(self.store, self.given_now, self.clock)

    @cached_property
    def zone(self) -> "tzinfo":
        """The organization's time zone, which days are counted in."""
        from ..portal.organization import facts

        return facts(self.store).zone

    def _given(self, name: str) -> str | None:
        value = self.options.get(name)
        return None if value is None else str(value)


def own_store(name: str) -> str:
    """The address of a file in the person's own data folder."""
    from ..config import data_folder

    return f"sqlite:///{data_folder() / name}"


def current() -> Context:
    """The context of the command that runs."""
    command = click.get_current_context()
    surroundings = command.find_object(Surroundings) or Surroundings()
    if (context := command.meta.get(_CONTEXT)) is None:
        context = command.meta[_CONTEXT] = Context(command.meta.setdefault(META, {}), surroundings)
        command.find_root().call_on_close(context.close)
    return cast(Context, context)
