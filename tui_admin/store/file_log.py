"""The log that lies beside an embedded store's file."""

from . import faults
from .engine import Store


def settle(store: Store) -> bool:
    """Bring what lies beside an embedded store into it and empty the log, so that nothing which was written over stays
    there; False where somebody reads the store meanwhile. A shared store does so by itself."""
    if store.dialect != "sqlite":
        return True
    with faults.explained(store.label), store.engine.connect() as connection:
        busy, _, _ = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
