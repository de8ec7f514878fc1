"""What the enrolment leaves to the worker."""

from app.enrolment import commands, queries
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.transaction import unit_of_work

# Below the number of times that the queue tries: the last failure is put on record while somebody still can.
_MOST_ATTEMPTS = 4


def run_import(import_id: int, person_id: int) -> None:
    """Import a list of trainees on behalf of the person who started it. Bears being run again after any death."""
    try:
        with unit_of_work():
            commands.run_import(import_id=import_id, actor=queries.find_starter(person_id), at=now())
    except DomainError as refusal:
        with unit_of_work():
            commands.check_again(
                trainee_import=queries.get_import(import_id),
                why=refusal,
                actor=queries.find_starter(person_id),
                at=now(),
            )
    except Exception:
        _give_up_after_many(import_id, person_id)
        raise


def _give_up_after_many(import_id: int, person_id: int) -> None:
    with unit_of_work():
        trainee_import = queries.get_import(import_id)
        if trainee_import.attempts >= _MOST_ATTEMPTS:
            commands.give_up_import(
                trainee_import=trainee_import, actor=queries.find_starter(person_id), at=now()
            )
