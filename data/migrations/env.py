"""Alembic's entry: runs migrations on the connection that data/ledger.py hands over."""

from alembic import context

from data.desk_schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
