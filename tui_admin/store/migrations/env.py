"""What Alembic runs: the migrations, on the connection it was handed."""

from alembic import context

from tui_admin.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
