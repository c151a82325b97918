"""Alembic's entry: the connection is handed in by `upgrade`, never configured here."""

from alembic import context

from storage.tables import Source

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Source.metadata, render_as_batch=True)
# The transaction belongs to the caller, which checks foreign keys before it commits.
context.run_migrations()
