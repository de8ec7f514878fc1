"""Places in courses and imports of trainees."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_enrolment"
down_revision = "0010_teaching"

# Counting and refusing must see each other's rows, so both lock the course first.
_SEATS = """
CREATE FUNCTION refuse_too_many_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    full_course bigint;
BEGIN
    PERFORM 1 FROM course WHERE id IN (SELECT course_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    SELECT course.id INTO full_course
    FROM course JOIN enrolment ON enrolment.course_id = course.id
    WHERE course.id IN (SELECT course_id FROM changed)
      AND enrolment.state IN ('offered', 'confirmed', 'attending', 'completed', 'not_completed')
    GROUP BY course.id HAVING count(*) > course.capacity
    LIMIT 1;
    IF full_course IS NOT NULL THEN
        RAISE EXCEPTION 'course % has no seat left', full_course
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_enrolment_capacity', TABLE = 'enrolment';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER seats_on_insert AFTER INSERT ON enrolment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_too_many_seats();
CREATE TRIGGER seats_on_update AFTER UPDATE ON enrolment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_too_many_seats();
CREATE FUNCTION refuse_smaller_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM enrolment WHERE course_id = NEW.id
        AND state IN ('offered', 'confirmed', 'attending', 'completed', 'not_completed')) > NEW.capacity THEN
        RAISE EXCEPTION 'course % has more places taken', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_course_capacity_taken', TABLE = 'course';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER seats_on_capacity AFTER UPDATE OF capacity ON course
    FOR EACH ROW WHEN (NEW.capacity < OLD.capacity) EXECUTE FUNCTION refuse_smaller_capacity();
"""
_NO_SEATS = """
DROP TRIGGER seats_on_capacity ON course;
DROP FUNCTION refuse_smaller_capacity();
DROP TRIGGER seats_on_update ON enrolment;
DROP TRIGGER seats_on_insert ON enrolment;
DROP FUNCTION refuse_too_many_seats();
"""


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("home_organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "nominated",
                "waiting",
                "offered",
                "confirmed",
                "attending",
                "completed",
                "not_completed",
                "withdrawn",
                "transferred",
                name="enrolmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_enrolment_course_id")),
        sa.ForeignKeyConstraint(
            ["home_organisation_id"], ["organisation.id"], name=op.f("fk_enrolment_home_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("course_id", "person_id", name=op.f("uq_enrolment_course_id_person_id")),
    )
    op.create_index("ix_enrolment_course", "enrolment", ["course_id", "state"], unique=False)
    op.create_index(
        op.f("ix_enrolment_home_organisation_id"), "enrolment", ["home_organisation_id"], unique=False
    )
    op.create_index(op.f("ix_enrolment_person_id"), "enrolment", ["person_id"], unique=False)
    op.create_table(
        "trainee_import",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checking",
                "checked",
                "running",
                "done",
                "failed",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("rows_total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failure", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("rows_done <= rows_total", name=op.f("ck_trainee_import_progress")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_trainee_import_course_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_trainee_import_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainee_import")),
    )
    op.create_index(op.f("ix_trainee_import_course_id"), "trainee_import", ["course_id"], unique=False)
    op.create_index(op.f("ix_trainee_import_made_by_id"), "trainee_import", ["made_by_id"], unique=False)
    op.create_table(
        "enrolment_step",
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "nominated",
                "waiting",
                "offered",
                "confirmed",
                "attending",
                "completed",
                "not_completed",
                "withdrawn",
                "transferred",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "nominated",
                "waiting",
                "offered",
                "confirmed",
                "attending",
                "completed",
                "not_completed",
                "withdrawn",
                "transferred",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_enrolment_step_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_step_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_step")),
    )
    op.create_index(op.f("ix_enrolment_step_by_id"), "enrolment_step", ["by_id"], unique=False)
    op.create_index(op.f("ix_enrolment_step_enrolment_id"), "enrolment_step", ["enrolment_id"], unique=False)
    op.execute(_SEATS)


def downgrade() -> None:
    op.execute(_NO_SEATS)
    op.drop_index(op.f("ix_enrolment_step_enrolment_id"), table_name="enrolment_step")
    op.drop_index(op.f("ix_enrolment_step_by_id"), table_name="enrolment_step")
    op.drop_table("enrolment_step")
    op.drop_index(op.f("ix_trainee_import_made_by_id"), table_name="trainee_import")
    op.drop_index(op.f("ix_trainee_import_course_id"), table_name="trainee_import")
    op.drop_table("trainee_import")
    op.drop_index(op.f("ix_enrolment_person_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_home_organisation_id"), table_name="enrolment")
    op.drop_index("ix_enrolment_course", table_name="enrolment")
    op.drop_table("enrolment")
