"""The one person an act is about, by the address somebody types."""

from sqlalchemy import Connection

from ...rules.addresses import bare, canonical
from ...rules.errors import BadInput
from ...rules.text import clean
from ...store.person import people
from ...store.person.people import Found


def find(connection: Connection, email: str, *, hold: bool = False) -> Found:
    """The person who has an address; `hold` keeps them until the transaction ends.

    Raises BadInput for what is no address, for nobody's, and for one that somebody had before.
    """
    address = canonical(email)
    if found := people.by_address(connection, address, hold=hold):
        return found
    if now := people.of_former(connection, address):
        raise BadInput(f"{address} is a former address of {called(now)}: name the present one.")
    raise BadInput(f"There is nobody with the address {address}.")


def called(person: Found) -> str:
    """`Ana Li <ana@x.example>`, harmless to show; the address alone without a name."""
    address = clean(person.email_shown or person.email)
    return f"{clean(person.name)} <{address}>" if person.name else address


def as_typed(email: str) -> str:
    """An address as it is to be shown: as it was typed, without what stands around it."""
    return clean(bare(email))
