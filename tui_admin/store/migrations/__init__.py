"""Alembic migrations: forward only, one per change of the schema."""
