"""Programs, curricula, versions and modules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_curriculum"
down_revision = "0007_accounts"

_PUBLISHED_IS_FROZEN = """
CREATE FUNCTION refuse_changed_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' AND (TG_OP = 'DELETE' OR
        (NEW.curriculum_id, NEW.number, NEW.state, NEW.note, NEW.published_at)
        IS DISTINCT FROM (OLD.curriculum_id, OLD.number, OLD.state, OLD.note, OLD.published_at)) THEN
        RAISE EXCEPTION 'version % is published and never changes', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_curriculum_version_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER published_is_frozen BEFORE UPDATE OR DELETE ON curriculum_version
    FOR EACH ROW EXECUTE FUNCTION refuse_changed_version();
CREATE FUNCTION refuse_changed_module() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    touched := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.curriculum_version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.curriculum_version_id]
        ELSE ARRAY[OLD.curriculum_version_id, NEW.curriculum_version_id] END;
    -- A lock, so that nobody publishes the version while its modules are being written.
    PERFORM 1 FROM curriculum_version WHERE id = ANY (touched) FOR SHARE;
    IF EXISTS (SELECT FROM curriculum_version WHERE id = ANY (touched) AND state = 'published') THEN
        RAISE EXCEPTION 'a module of a published version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_curriculum_version_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER published_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON curriculum_module
    FOR EACH ROW EXECUTE FUNCTION refuse_changed_module();
"""


def upgrade() -> None:
    op.create_table(
        "program",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("first_year", sa.BigInteger(), nullable=True),
        sa.Column("last_year", sa.BigInteger(), nullable=True),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("code <> '' AND title <> ''", name=op.f("ck_program_named")),
        sa.CheckConstraint("first_year <= last_year", name=op.f("ck_program_years")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_program_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
        sa.UniqueConstraint("code", name=op.f("uq_program_code")),
    )
    op.create_index(op.f("ix_program_organisation_id"), "program", ["organisation_id"], unique=False)
    op.create_table(
        "curriculum",
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("code <> '' AND title <> ''", name=op.f("ck_curriculum_named")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_curriculum_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum")),
        sa.UniqueConstraint("code", name=op.f("uq_curriculum_code")),
    )
    op.create_index(op.f("ix_curriculum_program_id"), "curriculum", ["program_id"], unique=False)
    op.create_index(
        "ix_curriculum_search",
        "curriculum",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_table(
        "curriculum_version",
        sa.Column("curriculum_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_curriculum_version_published_is_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curriculum.id"], name=op.f("fk_curriculum_version_curriculum_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_version")),
        sa.UniqueConstraint(
            "curriculum_id", "number", name=op.f("uq_curriculum_version_curriculum_id_number")
        ),
    )
    op.create_index(
        "uq_curriculum_version_one_draft",
        "curriculum_version",
        ["curriculum_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "curriculum_module",
        sa.Column("curriculum_version_id", sa.BigInteger(), nullable=False),
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
        sa.CheckConstraint("title <> ''", name=op.f("ck_curriculum_module_named")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_curriculum_module_hours")),
        sa.ForeignKeyConstraint(
            ["curriculum_version_id"],
            ["curriculum_version.id"],
            name=op.f("fk_curriculum_module_curriculum_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_module")),
        sa.UniqueConstraint(
            "curriculum_version_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_curriculum_module_curriculum_version_id_position"),
        ),
    )
    op.execute(_PUBLISHED_IS_FROZEN)


def downgrade() -> None:
    op.drop_table("curriculum_module")
    op.drop_index(
        "uq_curriculum_version_one_draft",
        table_name="curriculum_version",
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_table("curriculum_version")
    op.execute("DROP FUNCTION refuse_changed_module(); DROP FUNCTION refuse_changed_version()")
    op.drop_index(
        "ix_curriculum_search",
        table_name="curriculum",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_curriculum_program_id"), table_name="curriculum")
    op.drop_table("curriculum")
    op.drop_index(op.f("ix_program_organisation_id"), table_name="program")
    op.drop_table("program")
