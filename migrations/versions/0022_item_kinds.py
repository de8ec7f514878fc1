"""Questions with several choices or a best middle, and questions worded against the others of their scale."""

import sqlalchemy as sa
from alembic import op

revision = "0022_item_kinds"
down_revision = "0021_absences"


def upgrade() -> None:
    op.add_column(
        "instrument_item", sa.Column("is_reversed", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_instrument_item_reversed_scale"), "instrument_item", "NOT is_reversed OR kind = 'likert'"
    )
    _allow("'likert', 'choice', 'middle', 'several', 'number', 'text'", "'likert', 'choice', 'middle', 'several'")


def downgrade() -> None:
    # What has no place in the older tables becomes what comes nearest; answers stay as they are.
    op.execute("UPDATE instrument_item SET kind = 'choice' WHERE kind IN ('middle', 'several')")
    op.drop_column("instrument_item", "is_reversed")
    _allow("'likert', 'choice', 'number', 'text'", "'likert', 'choice'")


def _allow(kinds: str, with_options: str) -> None:
    op.drop_constraint(op.f("ck_instrument_item_itemkind"), "instrument_item")
    op.create_check_constraint(op.f("ck_instrument_item_itemkind"), "instrument_item", f"kind IN ({kinds})")
    op.drop_constraint(op.f("ck_instrument_item_has_options"), "instrument_item")
    op.create_check_constraint(
        op.f("ck_instrument_item_has_options"),
        "instrument_item",
        f"kind NOT IN ({with_options}) OR jsonb_array_length(options) BETWEEN 2 AND 20",
    )
