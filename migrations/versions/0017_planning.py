"""Proposals of timetables: what an organisation wants, who teaches what, runs of the search and what they found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_planning"
down_revision = "0016_session_address"


def upgrade() -> None:
    op.create_table(
        "planning_settings",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("times", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_planning_settings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_planning_settings")),
    )
    op.create_table(
        "planning_run",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "stopped",
                "done",
                "failed",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("levels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moving", sa.Boolean(), nullable=False),
        sa.Column("again_of_id", sa.BigInteger(), nullable=True),
        sa.Column("stop_wanted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent", sa.Double(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("situation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("curve", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_planning_run_days")),
        sa.CheckConstraint("seconds BETWEEN 1 AND 3600", name=op.f("ck_planning_run_seconds")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_planning_run_asked_by_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_planning_run_course_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_planning_run_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_run")),
    )
    op.create_index(op.f("ix_planning_run_again_of_id"), "planning_run", ["again_of_id"], unique=False)
    op.create_index(op.f("ix_planning_run_asked_by_id"), "planning_run", ["asked_by_id"], unique=False)
    op.create_index("ix_planning_run_course", "planning_run", ["course_id", "id"], unique=False)
    op.create_index("ix_planning_run_organisation", "planning_run", ["organisation_id", "id"], unique=False)
    op.create_index(
        "uq_planning_run_open_course",
        "planning_run",
        ["course_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index(
        "uq_planning_run_open_organisation",
        "planning_run",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running') AND course_id IS NULL"),
    )
    op.create_table(
        "module_lecturer",
        sa.Column("course_module_id", sa.BigInteger(), nullable=False),
        sa.Column("lecturer_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"],
            ["course_module.id"],
            name=op.f("fk_module_lecturer_course_module_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lecturer_id"], ["lecturer.id"], name=op.f("fk_module_lecturer_lecturer_id")
        ),
        sa.PrimaryKeyConstraint("course_module_id", "lecturer_id", name=op.f("pk_module_lecturer")),
        sa.UniqueConstraint(
            "course_module_id", "position", name=op.f("uq_module_lecturer_course_module_id_position")
        ),
    )
    op.create_index(op.f("ix_module_lecturer_lecturer_id"), "module_lecturer", ["lecturer_id"], unique=False)
    op.create_table(
        "planning_proposal",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "emphasis",
            sa.Enum(
                "balanced",
                "trainees",
                "lecturers",
                name="emphasis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("costs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unplaced", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (taken_by_id IS NULL)", name=op.f("ck_planning_proposal_taken_by_somebody")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)",
            name=op.f("ck_planning_proposal_undone_by_somebody"),
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_planning_proposal_number")),
        sa.CheckConstraint(
            "undone_at IS NULL OR taken_at IS NOT NULL", name=op.f("ck_planning_proposal_undone_after_taken")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["planning_run.id"], name=op.f("fk_planning_proposal_run_id")),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["person.id"], name=op.f("fk_planning_proposal_taken_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_planning_proposal_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_proposal")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_planning_proposal_run_id_number")),
    )
    op.create_index(
        op.f("ix_planning_proposal_taken_by_id"), "planning_proposal", ["taken_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_planning_proposal_undone_by_id"), "planning_proposal", ["undone_by_id"], unique=False
    )
    op.create_index(
        "uq_planning_proposal_taken",
        "planning_proposal",
        ["run_id"],
        unique=True,
        postgresql_where=sa.text("taken_at IS NOT NULL AND undone_at IS NULL"),
    )
    op.create_foreign_key(
        op.f("fk_planning_run_again_of_id"), "planning_run", "planning_proposal", ["again_of_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_planning_run_again_of_id"), "planning_run", type_="foreignkey")
    op.drop_table("planning_proposal")
    op.drop_table("module_lecturer")
    op.drop_table("planning_run")
    op.drop_table("planning_settings")
