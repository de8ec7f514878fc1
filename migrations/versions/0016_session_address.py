"""Where a session is held online is a web address: the database itself takes no other."""

from alembic import op

revision = "0016_session_address"
down_revision = "0015_engaged_as_trainee"


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_course_session_online_web_address"), "course_session", "online_url ~ '^https?://'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_course_session_online_web_address"), "course_session", type_="check")
