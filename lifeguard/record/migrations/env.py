"""Run by alembic: every migration on the connection, and in the transaction, that `lifeguard.record.upgrading` gives it."""

from alembic import context

from lifeguard.record.schema import VERSION_TABLE
from lifeguard.record.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
