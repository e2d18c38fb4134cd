"""What stands on every page for learners: who it is from, in which color, and whom to ask."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ..rules.colors import parse
from ..rules.text import clean
from ..rules.web import contact_link
from ..store.engine import Store
from ..store.tables import organization, pictures


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its digest; `name` is that of the file it came from, width and height are pixels."""

    digest: str
    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Masthead:
    """The organization as learners see it. `color` is `#rrggbb`; texts are blank and pictures None where there are
    none."""

    organization: str = ""
    color: str = ""
    logo: Picture | None = None
    banner: Picture | None = None
    support: str = ""

    @property
    def support_link(self) -> str | None:
        """Where the support contact leads, if it is an address or a page."""
        return contact_link(self.support)


def read(store: Store) -> Masthead:
    """The masthead, whoever asks; blank where there is no organization yet."""
    with store.read() as connection:
        return of_organization(connection)


def of_organization(connection: Connection) -> Masthead:
    """The masthead, within a transaction."""
    row = connection.execute(select(organization)).one_or_none()
    if row is None:
        return Masthead()
    return Masthead(
        organization=clean(row.name),
        color=parse(row.brand_color or "") or "",
        logo=picture(connection, row.logo),
        banner=picture(connection, row.banner),
        support=clean(row.support_contact or ""),
    )


def picture(connection: Connection, digest: str | None) -> Picture | None:
    """What is told of a picture; None where there is none."""
    columns = (pictures.c.digest, pictures.c.name, pictures.c.width, pictures.c.height)
    found = connection.execute(select(*columns).where(pictures.c.digest == digest)).one_or_none()
    return None if found is None else Picture(found.digest, clean(found.name), found.width, found.height)
