"""Where the password of the mail server is kept: never in the settings file, never in the store."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..rules.errors import MailError

FILE = "tui-admin-smtp"
"""The name of the credential a systemd unit passes."""

VARIABLE = "TUI_ADMIN_SMTP_PASSWORD"
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class PasswordPlaces:
    """Where to look for a user's password: the credentials of the systemd unit, a file of the administrator's own, the
    keyring, the environment, in this order."""

    user: str
    host: str
    file: Path | None
    environ: Mapping[str, str] = field(repr=False)
    from_url: str | None = field(default=None, repr=False)

    def look_up(self) -> str:
        """The password. Raises MailError where none is kept, or where the file named for it cannot be used."""
        places = (self._of_unit, self._of_file, self._of_keyring, self._of_environment)
        found = next((password for place in places if (password := place())), None)
        if found is None:
            raise MailError(
                f"No password is kept for {self.user}: run keyring set {self.service} {self.user}, name a file under "
                f"[mail] (credential_file), or set {VARIABLE}."
            )
        return found

    @property
    def service(self) -> str:
        """What the password is filed under in a keyring."""
        return f"tui-admin:{self.host}"

    def _of_unit(self) -> str | None:
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(folder) / FILE if folder else None
        return _first_line(path) if path is not None and path.exists() else None

    def _of_file(self) -> str | None:
        if self.file is None:
            return None
        try:
            shared = os.name == "posix" and self.file.stat().st_mode & _OTHERS
        except OSError as error:
            raise MailError(f"The credential file {self.file} cannot be read: {error.strerror}.") from None
        if shared:
            raise MailError(f"Others may read the credential file {self.file}: chmod 600 {self.file}.")
        return _first_line(self.file)

    def _of_keyring(self) -> str | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(self.service, self.user)
        except KeyringError:
            # A machine without a desktop has no keyring, and a locked one is none: the next place may know.
            return None

    def _of_environment(self) -> str | None:
        return self.environ.get(VARIABLE) or self.from_url


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"The credential file {path} cannot be read: {getattr(error, 'strerror', error)}.") from None
