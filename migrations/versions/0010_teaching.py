"""Lecturers, assignments and calendar feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_teaching"
down_revision = "0009_scheduling"


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(
        "uq_calendar_feed_person",
        "calendar_feed",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "lecturer",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("specialities", sa.Text(), server_default="", nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("weekly_hours_limit", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("weekly_hours_limit > 0", name=op.f("ck_lecturer_weekly_hours_limit")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lecturer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer")),
        sa.UniqueConstraint("person_id", name=op.f("uq_lecturer_person_id")),
    )
    op.create_table(
        "assignment",
        sa.Column("course_session_id", sa.BigInteger(), nullable=False),
        sa.Column("lecturer_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "lead",
                "co_lecturer",
                "facilitator",
                "interpreter",
                "assessor",
                name="lecturerpart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "accepted",
                "declined",
                "withdrawn",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'declined') OR answered_at IS NOT NULL",
            name=op.f("ck_assignment_answered_is_dated"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('declined', 'withdrawn') OR reason IS NOT NULL", name=op.f("ck_assignment_reason")
        ),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_assignment_course_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["lecturer_id"], ["lecturer.id"], name=op.f("fk_assignment_lecturer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "course_session_id", "lecturer_id", name=op.f("uq_assignment_course_session_id_lecturer_id")
        ),
    )
    op.create_index("ix_assignment_lecturer", "assignment", ["lecturer_id", "state"], unique=False)
    op.create_index(
        "ix_assignment_unanswered",
        "assignment",
        ["course_session_id"],
        unique=False,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "ix_assignment_untold",
        "assignment",
        ["lecturer_id"],
        unique=False,
        postgresql_where=sa.text("state = 'proposed' AND told_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_assignment_untold",
        table_name="assignment",
        postgresql_where=sa.text("state = 'proposed' AND told_at IS NULL"),
    )
    op.drop_index(
        "ix_assignment_unanswered", table_name="assignment", postgresql_where=sa.text("state = 'proposed'")
    )
    op.drop_index("ix_assignment_lecturer", table_name="assignment")
    op.drop_table("assignment")
    op.drop_table("lecturer")
    op.drop_index(
        "uq_calendar_feed_person", table_name="calendar_feed", postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.drop_table("calendar_feed")
