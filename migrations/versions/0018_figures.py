"""What the worker computes of closed waves, of years and over time, and results written on paper."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_figures"
down_revision = "0017_planning"


def upgrade() -> None:
    op.create_table(
        "wave_figures",
        sa.Column("wave_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_computed(),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_wave_figures_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_wave_figures")),
    )
    op.create_index(op.f("ix_wave_figures_computed_at"), "wave_figures", ["computed_at"], unique=False)
    op.create_table(
        "year_figures",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("responses", sa.BigInteger(), nullable=False),
        *_computed(),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name=op.f("fk_year_figures_instrument_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_year_figures_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "year", "instrument_id", name=op.f("pk_year_figures")),
    )
    op.create_index(op.f("ix_year_figures_instrument_id"), "year_figures", ["instrument_id"], unique=False)
    op.create_table(
        "curriculum_figures",
        sa.Column("curriculum_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        *_computed(),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curriculum.id"], name=op.f("fk_curriculum_figures_curriculum_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_curriculum_figures_organisation_id")
        ),
        sa.PrimaryKeyConstraint("curriculum_id", "organisation_id", name=op.f("pk_curriculum_figures")),
    )
    op.create_index(
        op.f("ix_curriculum_figures_organisation_id"), "curriculum_figures", ["organisation_id"], unique=False
    )
    op.create_table(
        "results_document",
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "written",
                "failed",
                name="documentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("page", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(state = 'written') = (content IS NOT NULL)",
            name=op.f("ck_results_document_written_has_content"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_results_document_asked_by_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_results_document_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results_document")),
    )
    for column in ("wave_id", "asked_by_id", "asked_at"):
        op.create_index(op.f(f"ix_results_document_{column}"), "results_document", [column], unique=False)


def _computed() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("method", sa.BigInteger(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    )


def downgrade() -> None:
    for table in ("results_document", "curriculum_figures", "year_figures", "wave_figures"):
        op.drop_table(table)
