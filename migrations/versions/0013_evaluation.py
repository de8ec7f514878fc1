"""Instruments, waves, invitations and responses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_evaluation"
down_revision = "0012_attendance"


def upgrade() -> None:
    op.create_table(
        "instrument",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("introduction", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "introductions", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "frozen",
                name="instrumentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code <> '' AND title <> ''", name=op.f("ck_instrument_named")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_instrument_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint(
            "organisation_id", "code", "number", name=op.f("uq_instrument_organisation_id_code_number")
        ),
    )
    op.create_table(
        "instrument_item",
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "likert",
                "choice",
                "number",
                "text",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(kind = 'number') = (minimum IS NOT NULL AND maximum IS NOT NULL AND minimum < maximum)",
            name=op.f("ck_instrument_item_number_has_range"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('likert', 'choice') OR jsonb_array_length(options) BETWEEN 2 AND 20",
            name=op.f("ck_instrument_item_has_options"),
        ),
        sa.CheckConstraint("text <> '' AND code <> ''", name=op.f("ck_instrument_item_named")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_item_instrument_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_item")),
        sa.UniqueConstraint("instrument_id", "code", name=op.f("uq_instrument_item_instrument_id_code")),
        sa.UniqueConstraint(
            "instrument_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_instrument_item_instrument_id_position"),
        ),
    )
    op.create_table(
        "evaluation_import",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("curriculum_version_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checked",
                "done",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responses", sa.BigInteger(), nullable=True),
        sa.Column("waves", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (content IS NULL)", name=op.f("ck_evaluation_import_done_is_erased")
        ),
        sa.ForeignKeyConstraint(
            ["curriculum_version_id"],
            ["curriculum_version.id"],
            name=op.f("fk_evaluation_import_curriculum_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name=op.f("fk_evaluation_import_instrument_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_evaluation_import_made_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_import_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_import")),
    )
    for column in ("organisation_id", "curriculum_version_id", "instrument_id", "made_by_id"):
        op.create_index(op.f(f"ix_evaluation_import_{column}"), "evaluation_import", [column], unique=False)
    op.create_index(
        "uq_evaluation_import_digest",
        "evaluation_import",
        ["organisation_id", "digest"],
        unique=True,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_table(
        "wave",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "open",
                "closed",
                name="wavestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evaluation_import_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_count", sa.BigInteger(), nullable=True),
        sa.Column("response_count", sa.BigInteger(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=True),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_wave_closed_is_dated")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (counted_at IS NOT NULL)", name=op.f("ck_wave_closed_is_counted")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (sealed_private_key IS NOT NULL)", name=op.f("ck_wave_key_only_while_open")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_wave_window")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_wave_course_id")),
        sa.ForeignKeyConstraint(
            ["evaluation_import_id"], ["evaluation_import.id"], name=op.f("fk_wave_evaluation_import_id")
        ),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_wave_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
    )
    op.create_index(op.f("ix_wave_course_id"), "wave", ["course_id"], unique=False)
    op.create_index(op.f("ix_wave_evaluation_import_id"), "wave", ["evaluation_import_id"], unique=False)
    op.create_index(op.f("ix_wave_instrument_id"), "wave", ["instrument_id"], unique=False)
    op.create_index("ix_wave_state", "wave", ["state", "closes_at"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_comment_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_wave", "comment", ["wave_id", "item_code", "id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answered", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_invitation_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        sa.UniqueConstraint("wave_id", "person_id", name=op.f("uq_invitation_wave_id_person_id")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_response_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    op.create_index(op.f("ix_response_wave_id"), "response", ["wave_id"], unique=False)
    op.create_table(
        "sealed_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_sealed_answer_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_answer")),
    )
    op.create_index(op.f("ix_sealed_answer_wave_id"), "sealed_answer", ["wave_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sealed_answer_wave_id"), table_name="sealed_answer")
    op.drop_table("sealed_answer")
    op.drop_index(op.f("ix_response_wave_id"), table_name="response")
    op.drop_table("response")
    op.drop_index(op.f("ix_invitation_person_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index("ix_comment_wave", table_name="comment")
    op.drop_table("comment")
    op.drop_index("ix_wave_state", table_name="wave")
    op.drop_index(op.f("ix_wave_instrument_id"), table_name="wave")
    op.drop_index(op.f("ix_wave_evaluation_import_id"), table_name="wave")
    op.drop_index(op.f("ix_wave_course_id"), table_name="wave")
    op.drop_table("wave")
    op.drop_table("evaluation_import")
    op.drop_table("instrument_item")
    op.drop_table("instrument")
