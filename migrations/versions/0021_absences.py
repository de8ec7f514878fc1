"""Absences of lecturers and rooms, and runs that mend what they strike."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_absences"
down_revision = "0020_year_documents"

_OPEN = "state IN ('waiting', 'running')"


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (room_id IS NULL)", name=op.f("ck_absence_person_or_room")
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL",
            name=op.f("ck_absence_bounded"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_absence_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_absence_recorded_by_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_absence_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_organisation", "absence", ["organisation_id", "id"], unique=False)
    op.create_index(
        "ix_absence_person", "absence", ["person_id", sa.literal_column("lower(during)")], unique=False
    )
    op.create_index(
        "ix_absence_room", "absence", ["room_id", sa.literal_column("lower(during)")], unique=False
    )
    op.create_index(op.f("ix_absence_recorded_by_id"), "absence", ["recorded_by_id"], unique=False)
    _change_runs()


def _change_runs() -> None:
    kind = sa.Enum("search", "repair", name="runkind", native_enum=False, create_constraint=True, length=40)
    op.add_column("planning_run", sa.Column("kind", kind, server_default="search", nullable=False))
    op.add_column("planning_run", sa.Column("absence_id", sa.BigInteger(), nullable=True))
    op.add_column("planning_run", sa.Column("course_session_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "planning_run",
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_planning_run_absence_id"), "planning_run", "absence", ["absence_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_planning_run_course_session_id"),
        "planning_run",
        "course_session",
        ["course_session_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_planning_run_absence_id"), "planning_run", ["absence_id"], unique=False)
    op.create_index(
        op.f("ix_planning_run_course_session_id"), "planning_run", ["course_session_id"], unique=False
    )
    _open_indexes(f"{_OPEN} AND kind = 'search'")


def _open_indexes(those: str) -> None:
    """One search at a time for a course, and one for an organisation."""
    for column, name, where in (
        ("course_id", "uq_planning_run_open_course", those),
        ("organisation_id", "uq_planning_run_open_organisation", f"{those} AND course_id IS NULL"),
    ):
        op.drop_index(name, table_name="planning_run")
        op.create_index(name, "planning_run", [column], unique=True, postgresql_where=sa.text(where))


def downgrade() -> None:
    # Where repairs are not known, an open one would stand in the way of every search.
    op.execute(
        "UPDATE planning_run SET state = 'failed' WHERE kind = 'repair' AND state IN ('waiting', 'running')"
    )
    _open_indexes(_OPEN)
    op.drop_column("planning_run", "outcome")
    op.drop_column("planning_run", "course_session_id")
    op.drop_column("planning_run", "absence_id")
    op.drop_column("planning_run", "kind")
    op.drop_table("absence")
