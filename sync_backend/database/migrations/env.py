"""Lets alembic run on the connection that `sync_backend.database.migrate` hands it."""

from __future__ import annotations

from alembic import context

from sync_backend.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
