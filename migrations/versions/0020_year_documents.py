"""Results on paper of an organisation's year too, and not only of a wave."""

import sqlalchemy as sa
from alembic import op

revision = "0020_year_documents"
down_revision = "0019_yearplan"


def upgrade() -> None:
    op.add_column("results_document", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.add_column("results_document", sa.Column("year", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE results_document SET organisation_id = course.organisation_id "
        "FROM wave JOIN course ON course.id = wave.course_id WHERE wave.id = results_document.wave_id"
    )
    op.alter_column("results_document", "organisation_id", nullable=False)
    op.alter_column("results_document", "wave_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_results_document_organisation_id"),
        "results_document",
        "organisation",
        ["organisation_id"],
        ["id"],
    )
    op.create_index(
        op.f("ix_results_document_organisation_id"), "results_document", ["organisation_id"], unique=False
    )
    op.create_check_constraint(
        op.f("ck_results_document_of_wave_or_year"),
        "results_document",
        "(wave_id IS NULL) <> (year IS NULL)",
    )


def downgrade() -> None:
    op.execute("DELETE FROM results_document WHERE wave_id IS NULL")
    op.drop_constraint(op.f("ck_results_document_of_wave_or_year"), "results_document")
    op.drop_index(op.f("ix_results_document_organisation_id"), "results_document")
    op.alter_column("results_document", "wave_id", nullable=False)
    op.drop_column("results_document", "year")
    op.drop_column("results_document", "organisation_id")
