"""Accounts, sessions, one-use links and role grants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_accounts"
down_revision = "0006_people"


def upgrade() -> None:
    op.create_table(
        "guarded_attempt",
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "mail",
                name="attemptkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarded_attempt")),
    )
    op.create_index(
        "ix_guarded_attempt_email", "guarded_attempt", ["kind", "email_hash", "at"], unique=False
    )
    op.create_index("ix_guarded_attempt_network", "guarded_attempt", ["kind", "network", "at"], unique=False)
    op.create_table(
        "account",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email LIKE '%%_@_%%'", name=op.f("ck_account_email")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_index("uq_account_email", "account", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "role_grant",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "training_manager",
                "quality_officer",
                "director",
                "registrar",
                "lecturer",
                "trainee",
                "partner_expert",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("person_id"), "="),
            (sa.literal_column("organisation_id"), "="),
            (sa.literal_column("role"), "="),
            (sa.literal_column("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="same_role_twice",
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_role_grant_validity")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_organisation_id"), "role_grant", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "account_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "first_run",
                "invitation",
                "reset",
                name="linkpurpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose = 'first_run' OR account_id IS NOT NULL", name=op.f("ck_one_time_link_for_somebody")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )
    op.create_index(op.f("ix_one_time_link_account_id"), "one_time_link", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_one_time_link_account_id"), table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index(op.f("ix_account_session_account_id"), table_name="account_session")
    op.drop_table("account_session")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_organisation_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index("uq_account_email", table_name="account")
    op.drop_table("account")
    op.drop_index("ix_guarded_attempt_network", table_name="guarded_attempt")
    op.drop_index("ix_guarded_attempt_email", table_name="guarded_attempt")
    op.drop_table("guarded_attempt")
