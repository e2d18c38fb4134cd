"""How an erased person's address is recognised without being kept."""

import hmac

ERASED = "(erased)"
"""What stands in the place of an erased person's name, and of what the journal held of them."""

READMIT = "tui-admin people readmit"
"""The command that lets an erased address in again."""


OF_ERASED = f"belongs to somebody who was erased; an organization admin lets it in again: {READMIT}"
"""Why a row that names such an address is refused."""


def address_digest(key: str, address: str) -> str:
    """The keyed digest (HMAC-SHA-256, hexadecimal) of a canonical address; `key` is the organization's signing key."""
    return hmac.digest(key.encode(), address.encode(), "sha256").hex()
