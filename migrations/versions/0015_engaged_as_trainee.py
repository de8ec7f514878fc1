"""That a lecturer of a session is its trainee too is kept: who no longer teaches in it stays bound as a trainee."""

import sqlalchemy as sa
from alembic import op

revision = "0015_engaged_as_trainee"
down_revision = "0014_improvement"


def upgrade() -> None:
    op.add_column(
        "engagement", sa.Column("as_trainee", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(
        """
        UPDATE engagement
        SET as_trainee = engagement.kind = 'trainee' OR EXISTS (
            SELECT FROM enrolment
            JOIN course_session ON course_session.course_id = enrolment.course_id
            WHERE course_session.id = engagement.course_session_id
              AND enrolment.person_id = engagement.person_id
              AND enrolment.state IN ('confirmed', 'attending', 'completed', 'not_completed')
        )
        """
    )


def downgrade() -> None:
    op.drop_column("engagement", "as_trainee")
