"""How far an import is, seen from outside while its one transaction is still open."""

from sqlalchemy import update

from app.enrolment.models import TraineeImport
from app.enrolment.types import ImportState
from app.kernel.db import session


def begin_attempt(import_id: int) -> None:
    """Count an attempt and put the progress to nothing done, visible at once."""
    _write_now(import_id, attempts=TraineeImport.attempts + 1, rows_done=0)


def show_progress(import_id: int, rows_done: int) -> None:
    """Let everybody see how many rows are done."""
    _write_now(import_id, rows_done=rows_done)


def _write_now(import_id: int, **values: object) -> None:
    # A connection of its own: the import's transaction becomes visible only as a whole. It must not have
    # touched the row of the import before its last statement, or the two would wait for each other.
    with session.get_bind().engine.begin() as connection:
        connection.execute(
            update(TraineeImport.__table__)  # type: ignore[arg-type]  # always a table
            .where(
                TraineeImport.__table__.c.id == import_id,
                TraineeImport.__table__.c.state == ImportState.RUNNING,
            )
            .values(**values)
        )
