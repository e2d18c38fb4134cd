"""Addresses of people who were erased, told apart without being known."""

from sqlalchemy import BigInteger, Column, Table, Text

from .base import metadata

erasures = Table(
    "erasures",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("erased_at", BigInteger, nullable=False),
    Column("suppressed", Text),
)
"""An address of an erased person, as a keyed digest (`rules.erasures`): what names it is refused until an administrator
lets it in again. `suppressed` is why nothing was sent to it, where it was on the suppression list."""
