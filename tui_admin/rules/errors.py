"""The one family of errors that a person may see: a sentence they can act on, and the CLI's exit code."""


class ConsoleError(Exception):
    """Something a person can act on. `str(error)` is one clear sentence, without markup or traceback."""

    exit_code = 1


class UsageError(ConsoleError):
    """The request itself is incomplete or contradictory."""

    exit_code = 2


class NotAllowed(ConsoleError):
    """The administrator's role does not cover this."""

    exit_code = 3


class RightsChanged(NotAllowed):
    """Somebody changed the administrator's rights since they signed in."""


class BadInput(ConsoleError):
    """A whole file, value or expression is refused."""

    exit_code = 4


class StoreError(ConsoleError):
    """The store cannot be read or written as asked."""

    exit_code = 5


class Conflict(StoreError):
    """Somebody else changed the same thing first; what they changed is named."""


class MailError(ConsoleError):
    """The mail server refused or could not be reached."""

    exit_code = 6


class Cancelled(ConsoleError):
    """A person stopped long work; nothing of it was kept."""
