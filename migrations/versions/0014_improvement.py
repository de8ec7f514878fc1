"""Cycles, indicators, findings and actions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_improvement"
down_revision = "0013_evaluation"


def upgrade() -> None:
    op.create_table(
        "cycle",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("previous_cycle_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "approved",
                "running",
                "checking",
                "acting",
                "closed",
                "verified",
                "cancelled",
                name="cyclestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trainee_summary", sa.Text(), server_default="", nullable=False),
        sa.Column("standard_changed", sa.Text(), server_default="", nullable=False),
        sa.Column("standard_none_because", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("approved_by_id <> author_id", name=op.f("ck_cycle_approver_is_not_author")),
        sa.CheckConstraint("previous_cycle_id <> id", name=op.f("ck_cycle_not_own_previous")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_cycle_approved_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_cycle_author_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_cycle_course_id")),
        sa.ForeignKeyConstraint(["previous_cycle_id"], ["cycle.id"], name=op.f("fk_cycle_previous_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("course_id", name=op.f("uq_cycle_course_id")),
    )
    op.create_index(op.f("ix_cycle_approved_by_id"), "cycle", ["approved_by_id"], unique=False)
    op.create_index(op.f("ix_cycle_author_id"), "cycle", ["author_id"], unique=False)
    op.create_index(op.f("ix_cycle_previous_cycle_id"), "cycle", ["previous_cycle_id"], unique=False)
    op.create_index("ix_cycle_state", "cycle", ["state"], unique=False)
    op.create_table(
        "cycle_transition",
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "drafted",
                "approved",
                "running",
                "checking",
                "acting",
                "closed",
                "verified",
                "cancelled",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "drafted",
                "approved",
                "running",
                "checking",
                "acting",
                "closed",
                "verified",
                "cancelled",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
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
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_cycle_transition_by_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_transition_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_transition")),
    )
    op.create_index(op.f("ix_cycle_transition_by_id"), "cycle_transition", ["by_id"], unique=False)
    op.create_index(op.f("ix_cycle_transition_cycle_id"), "cycle_transition", ["cycle_id"], unique=False)
    op.create_table(
        "objective",
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "reaction",
                "learning",
                "behaviour",
                "results",
                name="kirkpatricklevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_objective_named")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_objective_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
    )
    op.create_index(op.f("ix_objective_cycle_id"), "objective", ["cycle_id"], unique=False)
    op.create_table(
        "deviation",
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column("course_session_id", sa.BigInteger(), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_deviation_named")),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_deviation_course_session_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_deviation_cycle_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_deviation_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation")),
    )
    op.create_index(op.f("ix_deviation_course_session_id"), "deviation", ["course_session_id"], unique=False)
    op.create_index(op.f("ix_deviation_cycle_id"), "deviation", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_deviation_recorded_by_id"), "deviation", ["recorded_by_id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column("objective_id", sa.BigInteger(), nullable=True),
        sa.Column("previous_indicator_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "manual",
                "evaluation_mean",
                "response_rate",
                "attendance",
                "active_method_share",
                name="indicatorsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column(
            "direction",
            sa.Enum(
                "at_least", "at_most", name="direction", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("baseline_none_because", sa.Text(), nullable=True),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("minimum_n", sa.BigInteger(), nullable=True),
        sa.Column("actual", sa.Double(), nullable=True),
        sa.Column("actual_n", sa.BigInteger(), nullable=True),
        sa.Column("actual_low", sa.Double(), nullable=True),
        sa.Column("actual_high", sa.Double(), nullable=True),
        sa.Column("not_measurable_because", sa.Text(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_indicator_named")),
        sa.CheckConstraint(
            "source <> 'evaluation_mean' OR source_key IS NOT NULL",
            name=op.f("ck_indicator_mean_names_its_item"),
        ),
        sa.CheckConstraint(
            "actual IS NULL OR actual_n IS NOT NULL", name=op.f("ck_indicator_measured_with_n")
        ),
        sa.CheckConstraint("minimum_n > 0", name=op.f("ck_indicator_minimum_n")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_indicator_cycle_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_indicator_objective_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["previous_indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_previous_indicator_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_cycle_id"), "indicator", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_indicator_objective_id"), "indicator", ["objective_id"], unique=False)
    op.create_index(
        op.f("ix_indicator_previous_indicator_id"), "indicator", ["previous_indicator_id"], unique=False
    )
    op.create_table(
        "finding",
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column("indicator_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "gap", "strength", name="findingkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "cause_category",
            sa.Enum(
                "people",
                "method",
                "material",
                "environment",
                "organisation",
                "measurement",
                name="causecategory",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("whys", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "standardise",
                "adjust",
                "abandon",
                "accept",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_finding_named")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_finding_cycle_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_finding_indicator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_cycle_id"), "finding", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_finding_indicator_id"), "finding", ["indicator_id"], unique=False)
    op.create_table(
        "indicator_amendment",
        sa.Column("indicator_id", sa.BigInteger(), nullable=False),
        sa.Column("old_target", sa.Double(), nullable=True),
        sa.Column("new_target", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_indicator_amendment_reason")),
        sa.ForeignKeyConstraint(
            ["amended_by_id"], ["person.id"], name=op.f("fk_indicator_amendment_amended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_amendment_indicator_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_amendment")),
    )
    op.create_index(
        op.f("ix_indicator_amendment_amended_by_id"), "indicator_amendment", ["amended_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_indicator_amendment_indicator_id"), "indicator_amendment", ["indicator_id"], unique=False
    )
    op.create_table(
        "action",
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("indicator_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "verified",
                "waived",
                "taken_over",
                name="actionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("waived_because", sa.Text(), nullable=True),
        sa.Column("taken_over_from_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state <> 'waived' OR waived_because IS NOT NULL", name=op.f("ck_action_waived_with_reason")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_action_named")),
        sa.CheckConstraint("verified_by_id <> owner_id", name=op.f("ck_action_verifier_is_not_owner")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_action_cycle_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_action_finding_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_action_indicator_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_action_owner_id")),
        sa.ForeignKeyConstraint(
            ["taken_over_from_id"], ["action.id"], name=op.f("fk_action_taken_over_from_id")
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["person.id"], name=op.f("fk_action_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint(
            "cycle_id", "taken_over_from_id", name=op.f("uq_action_cycle_id_taken_over_from_id")
        ),
    )
    op.create_index("ix_action_cycle", "action", ["cycle_id", "state"], unique=False)
    op.create_index(
        "ix_action_due", "action", ["due_on"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(op.f("ix_action_finding_id"), "action", ["finding_id"], unique=False)
    op.create_index(op.f("ix_action_indicator_id"), "action", ["indicator_id"], unique=False)
    op.create_index(op.f("ix_action_owner_id"), "action", ["owner_id"], unique=False)
    op.create_index(op.f("ix_action_taken_over_from_id"), "action", ["taken_over_from_id"], unique=False)
    op.create_index(op.f("ix_action_verified_by_id"), "action", ["verified_by_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_action_verified_by_id"), table_name="action")
    op.drop_index(op.f("ix_action_taken_over_from_id"), table_name="action")
    op.drop_index(op.f("ix_action_owner_id"), table_name="action")
    op.drop_index(op.f("ix_action_indicator_id"), table_name="action")
    op.drop_index(op.f("ix_action_finding_id"), table_name="action")
    op.drop_index("ix_action_due", table_name="action", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_action_cycle", table_name="action")
    op.drop_table("action")
    op.drop_index(op.f("ix_indicator_amendment_indicator_id"), table_name="indicator_amendment")
    op.drop_index(op.f("ix_indicator_amendment_amended_by_id"), table_name="indicator_amendment")
    op.drop_table("indicator_amendment")
    op.drop_index(op.f("ix_finding_indicator_id"), table_name="finding")
    op.drop_index(op.f("ix_finding_cycle_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index(op.f("ix_indicator_previous_indicator_id"), table_name="indicator")
    op.drop_index(op.f("ix_indicator_objective_id"), table_name="indicator")
    op.drop_index(op.f("ix_indicator_cycle_id"), table_name="indicator")
    op.drop_table("indicator")
    op.drop_index(op.f("ix_deviation_recorded_by_id"), table_name="deviation")
    op.drop_index(op.f("ix_deviation_cycle_id"), table_name="deviation")
    op.drop_index(op.f("ix_deviation_course_session_id"), table_name="deviation")
    op.drop_table("deviation")
    op.drop_index(op.f("ix_objective_cycle_id"), table_name="objective")
    op.drop_table("objective")
    op.drop_index(op.f("ix_cycle_transition_cycle_id"), table_name="cycle_transition")
    op.drop_index(op.f("ix_cycle_transition_by_id"), table_name="cycle_transition")
    op.drop_table("cycle_transition")
    op.drop_index("ix_cycle_state", table_name="cycle")
    op.drop_index(op.f("ix_cycle_previous_cycle_id"), table_name="cycle")
    op.drop_index(op.f("ix_cycle_author_id"), table_name="cycle")
    op.drop_index(op.f("ix_cycle_approved_by_id"), table_name="cycle")
    op.drop_table("cycle")
