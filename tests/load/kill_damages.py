"""The control of the kills: damages done on purpose, each of which the check must find."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, text

from tests.load.kill_checks import Findings

# Statements, and what the check must call it.
Damages = Mapping[str, tuple[str, str]]

DAMAGES: Damages = {
    "an acknowledged answer is taken out": (
        "DELETE FROM sealed_answer WHERE id = (SELECT min(id::text)::uuid FROM sealed_answer)",
        "lost",
    ),
    "an acknowledged answer is forgotten with its mark": (
        "WITH gone AS (DELETE FROM sealed_answer WHERE id = (SELECT min(id::text)::uuid FROM sealed_answer))"
        " UPDATE invitation SET answered = false WHERE id = (SELECT min(id) FROM invitation WHERE answered)",
        "lost",
    ),
    "an answer is there twice": (
        "INSERT INTO sealed_answer (id, wave_id, sealed)"
        " SELECT gen_random_uuid(), wave_id, sealed FROM sealed_answer LIMIT 1",
        "doubled",
    ),
    "a place is missing from a list": (
        "DELETE FROM enrolment WHERE id = (SELECT max(id) FROM enrolment)",
        "half",
    ),
    "an import that was done is not on record": (
        "UPDATE trainee_import SET state = 'checked' WHERE id = (SELECT max(id) FROM trainee_import"
        " WHERE state = 'done')",
        "half",
    ),
    "a list is gone with its import": (
        "WITH gone AS (DELETE FROM trainee_import WHERE state = 'done' RETURNING course_id)"
        " DELETE FROM enrolment USING gone WHERE enrolment.course_id = gone.course_id",
        "lost",
    ),
}

DAMAGES_TO_RESULTS: Damages = {
    "an answer was not stored at the closing": (
        "DELETE FROM comment WHERE id = (SELECT min(id::text)::uuid FROM comment)",
        "lost",
    ),
    "an answer was stored twice at the closing": (
        "INSERT INTO comment (id, wave_id, item_code, text)"
        " SELECT gen_random_uuid(), wave_id, item_code, text FROM comment LIMIT 1",
        "doubled",
    ),
    "a response was not stored at the closing": (
        "DELETE FROM response WHERE id = (SELECT min(id::text)::uuid FROM response)",
        "half",
    ),
}


def overlooked(connection: Connection, damages: Damages, check: Callable[[], Findings]) -> list[str]:
    """Do each damage, check, and undo it; return those that the check did not find."""
    missed = []
    for damage, (statement, kind) in damages.items():
        with connection.begin_nested() as damaged:
            done = connection.execute(text(statement)).rowcount
            found = getattr(check(), kind)
            damaged.rollback()
        if not done or not found:
            missed.append(damage)
    return missed
