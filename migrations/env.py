"""Runs the migrations on the connection that the caller opened."""

from alembic import context
from sqlalchemy.sql.schema import SchemaItem

from app.tables import metadata


def _is_ours(
    _item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None
) -> bool:
    # The job queue's tables are made by its own library's SQL and are none of the models' business.
    return not (name or "").startswith("procrastinate_") or kind not in ("table", "index")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_object=_is_ours,
    compare_type=True,
    compare_server_default=False,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
