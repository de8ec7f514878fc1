"""The planning of a year: a run with its rounds, and a part for each of its schools."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_yearplan"
down_revision = "0018_figures"


def upgrade() -> None:
    op.create_table(
        "year_run",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "incomplete",
                "failed",
                name="yearstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("rounds", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("round_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sharing", sa.LargeBinary(), nullable=False),
        sa.Column("demands", sa.LargeBinary(), nullable=True),
        sa.Column("grudges", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_year_run_seconds")),
        sa.CheckConstraint("rounds >= 1", name=op.f("ck_year_run_rounds")),
        sa.CheckConstraint("(state = 'running') = (finished_at IS NULL)", name=op.f("ck_year_run_finished")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_year_run_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_run")),
    )
    op.create_index(op.f("ix_year_run_organisation_id"), "year_run", ["organisation_id"], unique=False)
    op.create_table(
        "year_part",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=False),
        sa.Column("allotted", sa.LargeBinary(), nullable=True),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        sa.Column("wanted_round", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("planned_round", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unplaced", sa.BigInteger(), nullable=True),
        sa.Column("costs", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("spent", sa.Double(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("planned_round <= wanted_round", name=op.f("ck_year_part_rounds")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_year_part_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["year_run.id"], name=op.f("fk_year_part_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_part")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_year_part_run_id_number")),
    )
    op.create_index(op.f("ix_year_part_organisation_id"), "year_part", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("year_part")
    op.drop_table("year_run")
