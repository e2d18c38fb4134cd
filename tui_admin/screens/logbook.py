"""Where the console writes down what nobody foresaw."""

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path


def logbook(path: Path) -> logging.Logger:
    """A log in a file, which is made when there is something to write; without one where its folder cannot be made."""
    logger = logging.Logger("tui_admin.console")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        logger.addHandler(RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, delay=True))
    return logger
