"""Where what nobody foresaw is written down: a log in a file that does not grow without end."""

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path


def logbook(path: Path, form: str | None = None) -> logging.Logger:
    """A log in a file, which is made when there is something to write; without one where its folder cannot be made.
    `form` is how a line is written (`logging.Formatter`), without it the message alone."""
    logger = logging.Logger(path.stem, logging.INFO)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, delay=True)
        handler.setFormatter(logging.Formatter(form))
        logger.addHandler(handler)
    return logger
