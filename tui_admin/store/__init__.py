"""The store: tables, engine, migrations, and the SQL of each area. SQLite and PostgreSQL behave the same."""
