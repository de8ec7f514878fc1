"""Registers of attendance."""

import sqlalchemy as sa
from alembic import op

revision = "0012_attendance"
down_revision = "0011_enrolment"


def upgrade() -> None:
    op.create_table(
        "attendance_mark",
        sa.Column("course_session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "present",
                "late",
                "excused",
                "absent",
                name="mark",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "register", "import", name="marksource", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_attendance_mark_course_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_mark_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_mark")),
        sa.UniqueConstraint(
            "course_session_id", "person_id", name=op.f("uq_attendance_mark_course_session_id_person_id")
        ),
    )
    op.create_index(op.f("ix_attendance_mark_person_id"), "attendance_mark", ["person_id"], unique=False)
    op.create_table(
        "attendance_register",
        sa.Column("course_session_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "complete",
                "incomplete",
                name="registerstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state <> 'incomplete' OR reason IS NOT NULL",
            name=op.f("ck_attendance_register_incomplete_with_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_attendance_register_closed")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_attendance_register_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_attendance_register_course_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("course_session_id", name=op.f("pk_attendance_register")),
    )
    op.create_index(
        op.f("ix_attendance_register_closed_by_id"), "attendance_register", ["closed_by_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_attendance_register_closed_by_id"), table_name="attendance_register")
    op.drop_table("attendance_register")
    op.drop_index(op.f("ix_attendance_mark_person_id"), table_name="attendance_mark")
    op.drop_table("attendance_mark")
