"""Message-IDs: short, the same at every try, telling nothing of the person, not to be guessed."""

from collections.abc import Callable
from hashlib import blake2b

LONGEST = 69
"""Characters of one, brackets included: below 70 no mail program folds the line."""

_GUARD_BYTES = 8


def header_ids(key: str, message_id: int, domain: str) -> Callable[[int], str]:
    """What makes a message's Message-IDs by number: `<{message}.{number}.{guard}@{domain}>`.

    The guard follows from the store's signing key, so that nobody can make up a bounce of a mail that another got. Of
    a very long domain only the end is kept.
    """
    keyed = blake2b(key=key.encode()[:64], digest_size=_GUARD_BYTES)

    def header_id(number: int) -> str:
        local = f"{message_id}.{number:07}"  # in the order of the index that holds them
        guard = keyed.copy()
        guard.update(local.encode())
        room = LONGEST - len(local) - 2 * _GUARD_BYTES - len("<.@>")
        return f"<{local}.{guard.hexdigest()}@{domain if len(domain) <= room else domain[-room:].lstrip('.-')}>"

    return header_id
