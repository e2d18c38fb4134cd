"""Message-IDs: short, the same at every try, telling nothing of the person, not to be guessed."""

from hashlib import blake2b

LONGEST = 69
"""Characters of one, brackets included: below 70 no mail program folds the line."""

_GUARD_BYTES = 8


def header_id(key: str, message_id: int, number: int, domain: str) -> str:
    """`<{message}.{number}.{guard}@{domain}>` of a message's mail of that number, both counted from any start.

    The guard follows from the store's signing key, so that a bounce that names a mail which nobody but its reader saw
    cannot be made up. Of a very long domain only the end is kept.
    """
    local = f"{message_id}.{number}"
    guard = blake2b(local.encode(), key=key.encode()[:64], digest_size=_GUARD_BYTES).hexdigest()
    room = LONGEST - len(local) - len(guard) - len("<.@>")
    return f"<{local}.{guard}@{domain[-room:].lstrip('.-')}>"
