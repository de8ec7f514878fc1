"""The job queue: the tables and functions of procrastinate 3.10, as its library brings them."""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0002_job_queue"
down_revision = "0001_extensions"

_OBJECTS = """
SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) FROM (
    SELECT 'TABLE' AS kind, c.oid::regclass::text AS name, 1 AS rank FROM pg_class c
    WHERE c.relkind = 'r' AND c.relname LIKE 'procrastinate\\_%'
    UNION ALL
    SELECT 'FUNCTION', p.oid::regprocedure::text, 2 FROM pg_proc p WHERE p.proname LIKE 'procrastinate\\_%'
    UNION ALL
    SELECT 'TYPE', t.oid::regtype::text, 3 FROM pg_type t
    WHERE t.typname LIKE 'procrastinate\\_%' AND (t.typtype = 'e' OR (t.typtype = 'c' AND EXISTS (
        SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')))
) AS made ORDER BY rank
"""


def upgrade() -> None:
    # The library's SQL holds percent signs, which the driver must not read as parameters.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema().encode())


def downgrade() -> None:
    bind = op.get_bind()
    for statement in bind.scalars(text(_OBJECTS)).all():
        bind.execute(text(statement))
