"""What all tables share: the declarative base, names of constraints, and the column types."""

from typing import Annotated

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only for INTEGER PRIMARY KEY, which holds 64 bits there."""

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Moment = Annotated[int, mapped_column(BigInteger)]
"""An `Instant`: milliseconds since 1970-01-01T00:00:00Z."""


class Base(DeclarativeBase):
    """The tables of one organization's store."""

    metadata = MetaData(naming_convention=NAMES)
