"""Instruments, waves, invitations and closed evaluations for tests."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.evaluation.commands.closing import store_results
from app.evaluation.commands.instruments import add_instrument
from app.evaluation.figure_types import DocumentState
from app.evaluation.import_plan import ImportSettings
from app.evaluation.models import EvaluationImport, Instrument, Invitation, ResultsDocument, Wave
from app.evaluation.sealing import answer_token, make_keys, token_hash
from app.evaluation.types import Answer, ImportState, InstrumentState, ItemKind, Option, Question, WaveState
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.events import take_recorded
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course

# The secret of the test application's settings.
SECRET = "only for tests, never anywhere else"

AGREEMENT = tuple(Option(word) for word in ("No", "Rather not", "Undecided", "Rather", "Yes"))
QUESTIONS = (
    Question("usefulness", ItemKind.LIKERT, "It was useful.", required=True, options=AGREEMENT),
    Question("pace", ItemKind.CHOICE, "The pace was", options=tuple(map(Option, ("slow", "right", "fast")))),
    Question("recommend", ItemKind.NUMBER, "Would you recommend it?", minimum=0, maximum=10),
    Question("changed", ItemKind.TEXT, "What should change?"),
)

_numbers = count(1)


def make_instrument(
    organisation: Organisation | None = None, questions: Sequence[Question] = QUESTIONS, **values: Any
) -> Instrument:
    """Return a stored draft with one question of each kind."""
    number = next(_numbers)
    state = values.pop("state", InstrumentState.DRAFT)
    instrument = add_instrument(
        **{
            "organisation": organisation or make_organisation(),
            "code": f"INS{number}",
            "title": f"Instrument {number}",
            "titles": {},
            "questions": questions,
            "actor": SYSTEM,
            "at": now(),
            **values,
        }
    )
    take_recorded()
    instrument.state = state
    session.flush()
    return instrument


def make_wave(
    course: Course | None = None,
    instrument: Instrument | None = None,
    *,
    state: WaveState = WaveState.PLANNED,
    **values: Any,
) -> Wave:
    """Return a stored wave whose window is from yesterday to tomorrow; an open one has its key."""
    course = course or make_course()
    wave = Wave(
        **{
            "course": course,
            "instrument": instrument or make_instrument(course.organisation),
            "title": f"End of course {next(_numbers)}",
            "state": WaveState.OPEN if state is WaveState.CLOSED else state,
            "opens_at": now() - timedelta(days=1),
            "closes_at": now() + timedelta(days=1),
            **values,
        }
    )
    if wave.state is WaveState.OPEN:
        keys = make_keys(SECRET)
        wave.public_key, wave.sealed_private_key = keys.public, keys.sealed_private
        wave.instrument.state = InstrumentState.FROZEN
    session.add(wave)
    session.flush()
    if state is WaveState.CLOSED:
        _close(wave, ())
    return wave


def make_invitation(wave: Wave | None = None, person: Person | None = None, **values: Any) -> Invitation:
    """Return a stored invitation that can be answered by the link of ``link_of``."""
    wave = wave or make_wave(state=WaveState.OPEN)
    invitation = Invitation(
        **{"wave_id": wave.id, "person_id": (person or make_person()).id, "token_hash": b"", **values}
    )
    session.add(invitation)
    session.flush()
    invitation.token_hash = token_hash(_token(invitation))
    wave.invited_count = (wave.invited_count or 0) + 1
    session.flush()
    return invitation


def link_of(invitation: Invitation) -> str:
    """Return the address of the personal link."""
    return f"/answer/{_token(invitation)}"


def make_closed_wave(
    course: Course | None = None,
    sheets: Sequence[Mapping[str, Answer]] = (),
    *,
    invited: int | None = None,
    **values: Any,
) -> Wave:
    """Return a closed wave with these answers and its results."""
    wave = make_wave(course, state=WaveState.OPEN, **values)
    wave.invited_count = len(sheets) if invited is None else invited
    _close(wave, sheets)
    return wave


def make_trainee(course: Course, person: Person | None = None) -> Person:
    """Return a person with a confirmed place in the course."""
    person = person or make_person()
    session.add(Enrolment(course=course, person=person, state=EnrolmentState.CONFIRMED, changed_at=now()))
    session.flush()
    return person


def sheets_of(*usefulness: int) -> list[dict[str, Answer]]:
    """Return one answer sheet for each given answer to the item ``usefulness``."""
    return [{"usefulness": value} for value in usefulness]


def _close(wave: Wave, sheets: Sequence[Mapping[str, Answer]]) -> None:
    store_results(wave, sheets, closed_at=now(), counted_at=now())


def _token(invitation: Invitation) -> str:
    return answer_token(SECRET, wave_id=invitation.wave_id, invitation_id=invitation.id)


def make_evaluation_import(organisation: Organisation | None = None, **values: Any) -> EvaluationImport:
    """Return a stored import of one past answer that was looked through and not run."""
    organisation = organisation or make_organisation()
    program = make_program(organisation)
    upload = EvaluationImport(
        **{
            "organisation": organisation,
            "curriculum_version": make_published_version(make_curriculum(program)),
            "instrument": make_instrument(organisation),
            "period": "2016-2018",
            "file_name": "past.csv",
            "content": b"Event,usefulness\nSpring,Yes\n",
            "settings": ImportSettings(event_column="Event").to_json(),
            "digest": f"digest {next(_numbers)}",
            "state": ImportState.CHECKED,
            **values,
        }
    )
    session.add(upload)
    session.flush()
    return upload


def make_results_document(wave: Wave, person: Person) -> ResultsDocument:
    """Return stored results on paper that were written already."""
    document = ResultsDocument(
        organisation_id=wave.organisation_id,
        wave=wave,
        asked_by_id=person.id,
        asked_at=now(),
        state=DocumentState.WRITTEN,
        content=b"%PDF-1.7",
    )
    session.add(document)
    session.flush()
    return document
