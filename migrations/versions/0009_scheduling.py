"""Courses, sessions, engagements and releases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_scheduling"
down_revision = "0008_curriculum"


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("campus_id", sa.BigInteger(), nullable=True),
        sa.Column("curriculum_version_id", sa.BigInteger(), nullable=False),
        sa.Column("previous_course_id", sa.BigInteger(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code <> '' AND title <> ''", name=op.f("ck_course_named")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_course_cancelled_with_reason")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_course_capacity")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_course_dates")),
        sa.ForeignKeyConstraint(["campus_id"], ["campus.id"], name=op.f("fk_course_campus_id")),
        sa.ForeignKeyConstraint(
            ["curriculum_version_id"], ["curriculum_version.id"], name=op.f("fk_course_curriculum_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_course_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["previous_course_id"], ["course.id"], name=op.f("fk_course_previous_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    op.create_index(op.f("ix_course_campus_id"), "course", ["campus_id"], unique=False)
    op.create_index(
        op.f("ix_course_curriculum_version_id"), "course", ["curriculum_version_id"], unique=False
    )
    op.create_index("ix_course_organisation", "course", ["organisation_id", "starts_on", "id"], unique=False)
    op.create_index(op.f("ix_course_previous_course_id"), "course", ["previous_course_id"], unique=False)
    op.create_index(
        "ix_course_search",
        "course",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_course_starts_on", "course", ["starts_on", "id"], unique=False)
    op.create_table(
        "course_manager",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_manager_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_course_manager_person_id")),
        sa.PrimaryKeyConstraint("course_id", "person_id", name=op.f("pk_course_manager")),
    )
    op.create_index(op.f("ix_course_manager_person_id"), "course_manager", ["person_id"], unique=False)
    op.create_table(
        "course_module",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("objectives", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "lecture",
                "debate",
                "group_discussion",
                "presentation",
                "case_study",
                "simulation",
                "field_survey",
                "panel",
                "practice_teaching",
                "online",
                "self_study",
                name="teachingmethod",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("hours > 0", name=op.f("ck_course_module_hours")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_module_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_module")),
        sa.UniqueConstraint("course_id", "position", name=op.f("uq_course_module_course_id_position")),
    )
    op.create_table(
        "timetable_release",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.BigInteger(), nullable=True),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_timetable_release_named")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_timetable_release_course_id")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_timetable_release_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_release")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_timetable_release_course_id_number")),
    )
    op.create_index(
        op.f("ix_timetable_release_released_by_id"), "timetable_release", ["released_by_id"], unique=False
    )
    op.create_table(
        "course_session",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("course_module_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("online_url", sa.Text(), nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "lecture",
                "debate",
                "group_discussion",
                "presentation",
                "case_study",
                "simulation",
                "field_survey",
                "panel",
                "practice_teaching",
                "online",
                "self_study",
                name="teachingmethod",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "held",
                "cancelled",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("room_clash_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("room_id"), "="),
            (sa.literal_column("during"), "&&"),
            where=sa.text("room_id IS NOT NULL AND state <> 'cancelled' AND room_clash_reason IS NULL"),
            using="gist",
            name="room_twice",
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR state_reason IS NOT NULL",
            name=op.f("ck_course_session_cancelled_with_reason"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_course_session_named")),
        sa.CheckConstraint(
            "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL",
            name=op.f("ck_course_session_half_open"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_session_course_id")),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_course_session_course_module_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_course_session_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_session")),
        sa.UniqueConstraint("id", "during", name=op.f("uq_course_session_id_during")),
    )
    op.create_index(
        "ix_course_session_course",
        "course_session",
        ["course_id", sa.literal_column("lower(during)")],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_session_course_module_id"), "course_session", ["course_module_id"], unique=False
    )
    op.create_index(
        "ix_course_session_during", "course_session", ["during"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "allowed_clash",
        sa.Column("course_session_id", sa.BigInteger(), nullable=False),
        sa.Column("other_session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("allowed_by_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_allowed_clash_reason")),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (room_id IS NULL)", name=op.f("ck_allowed_clash_person_or_room")
        ),
        sa.CheckConstraint(
            "course_session_id <> other_session_id", name=op.f("ck_allowed_clash_two_sessions")
        ),
        sa.ForeignKeyConstraint(
            ["allowed_by_id"], ["person.id"], name=op.f("fk_allowed_clash_allowed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_allowed_clash_course_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_session_id"],
            ["course_session.id"],
            name=op.f("fk_allowed_clash_other_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_allowed_clash_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_allowed_clash_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowed_clash")),
    )
    op.create_index(op.f("ix_allowed_clash_allowed_by_id"), "allowed_clash", ["allowed_by_id"], unique=False)
    op.create_index(
        op.f("ix_allowed_clash_course_session_id"), "allowed_clash", ["course_session_id"], unique=False
    )
    op.create_index(
        op.f("ix_allowed_clash_other_session_id"), "allowed_clash", ["other_session_id"], unique=False
    )
    op.create_index(op.f("ix_allowed_clash_person_id"), "allowed_clash", ["person_id"], unique=False)
    op.create_index(op.f("ix_allowed_clash_room_id"), "allowed_clash", ["room_id"], unique=False)
    op.create_table(
        "engagement",
        sa.Column("course_session_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lecturer",
                "trainee",
                name="engagementkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("clash_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("person_id"), "="),
            (sa.literal_column("during"), "&&"),
            where=sa.text("clash_reason IS NULL"),
            using="gist",
            name="person_twice",
        ),
        sa.ForeignKeyConstraint(
            ["course_session_id", "during"],
            ["course_session.id", "course_session.during"],
            name="fk_engagement_session_during",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_engagement_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
        sa.UniqueConstraint(
            "course_session_id", "person_id", name=op.f("uq_engagement_course_session_id_person_id")
        ),
    )
    op.create_index(
        "ix_engagement_person", "engagement", ["person_id", sa.literal_column("lower(during)")], unique=False
    )
    op.create_table(
        "session_material",
        sa.Column("course_session_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("url ~ '^https?://'", name=op.f("ck_session_material_web_address")),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_session_material_course_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_material")),
    )
    op.create_index(
        op.f("ix_session_material_course_session_id"), "session_material", ["course_session_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_session_material_course_session_id"), table_name="session_material")
    op.drop_table("session_material")
    op.drop_index("ix_engagement_person", table_name="engagement")
    op.drop_table("engagement")
    op.drop_index(op.f("ix_allowed_clash_room_id"), table_name="allowed_clash")
    op.drop_index(op.f("ix_allowed_clash_person_id"), table_name="allowed_clash")
    op.drop_index(op.f("ix_allowed_clash_other_session_id"), table_name="allowed_clash")
    op.drop_index(op.f("ix_allowed_clash_course_session_id"), table_name="allowed_clash")
    op.drop_index(op.f("ix_allowed_clash_allowed_by_id"), table_name="allowed_clash")
    op.drop_table("allowed_clash")
    op.drop_index("ix_course_session_during", table_name="course_session", postgresql_using="gist")
    op.drop_index(op.f("ix_course_session_course_module_id"), table_name="course_session")
    op.drop_index("ix_course_session_course", table_name="course_session")
    op.drop_table("course_session")
    op.drop_index(op.f("ix_timetable_release_released_by_id"), table_name="timetable_release")
    op.drop_table("timetable_release")
    op.drop_table("course_module")
    op.drop_index(op.f("ix_course_manager_person_id"), table_name="course_manager")
    op.drop_table("course_manager")
    op.drop_index("ix_course_starts_on", table_name="course")
    op.drop_index(
        "ix_course_search",
        table_name="course",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_course_previous_course_id"), table_name="course")
    op.drop_index("ix_course_organisation", table_name="course")
    op.drop_index(op.f("ix_course_curriculum_version_id"), table_name="course")
    op.drop_index(op.f("ix_course_campus_id"), table_name="course")
    op.drop_table("course")
