"""How often what lies between two rounds of a year was begun, so that a year cannot hang on it."""

import sqlalchemy as sa
from alembic import op

revision = "0023_year_attempts"
down_revision = "0022_item_kinds"


def upgrade() -> None:
    op.add_column("year_run", sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("year_run", "attempts")
