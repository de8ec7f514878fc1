"""Planning, opening and closing waves, and reminding those who have not answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from app.enrolment.queries import list_trainees
from app.evaluation import events
from app.evaluation.commands.closing import store_results
from app.evaluation.commands.instruments import freeze
from app.evaluation.errors import EndHasPassed, KeyLost, WaveBackwards, WaveIsOpen, WaveRefused
from app.evaluation.models import Instrument, Invitation, SealedAnswer, Wave
from app.evaluation.queries.instruments import list_questions
from app.evaluation.queries.invitations import list_locales
from app.evaluation.queries.waves import count_answered
from app.evaluation.rules import may_close, may_open
from app.evaluation.sealing import CannotUnseal, answer_token, make_keys, token_hash, unseal
from app.evaluation.types import WaveProblem, WaveState
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.messaging.commands import send_letter
from app.people.models import Person
from app.scheduling.models import Course


def plan_wave(
    *,
    course: Course,
    instrument: Instrument,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    at: datetime,
) -> Wave:
    """Plan a collection about a course; nobody is invited yet. Raises WaveBackwards."""
    wave = Wave(course=course, instrument=instrument, state=WaveState.PLANNED, created_at=at)
    _describe(wave, title, opens_at, closes_at)
    session.add(wave)
    # The trail names the wave by the number that the database gives.
    flush()
    record(
        events.WavePlanned(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=wave.id,
            course_id=course.id,
        )
    )
    return wave


def change_wave(
    *,
    wave: Wave,
    expected_version: int,
    instrument: Instrument,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    at: datetime,
) -> Wave:
    """Change a planned wave, or the end of an open one. Raises WaveIsOpen, EndHasPassed or WaveBackwards."""
    check_version(wave, expected_version)
    if wave.state is not WaveState.PLANNED:
        _require_end_only(wave, instrument, opens_at, closes_at, at)
        title = wave.title
    wave.instrument = instrument
    _describe(wave, title, opens_at, closes_at)
    record(
        events.WaveChanged(
            actor=actor,
            at=at,
            organisation_id=wave.organisation_id,
            subject_id=wave.id,
            course_id=wave.course_id,
        )
    )
    flush()
    return wave


def open_wave(
    *, wave: Wave, secret: str, actor: Actor, at: datetime, early: bool = False, mail: bool = True
) -> Wave:
    """Freeze the instrument, make the wave's key, and invite every trainee of the course by a personal link.

    ``early`` opens it before its planned hour; without ``mail`` nobody is written to. Raises WaveRefused.
    """
    wave = lock_wave(wave)
    trainees = list_trainees(wave.course_id)
    if early and wave.state is WaveState.PLANNED:
        wave.opens_at = min(wave.opens_at, at)
    refuse(
        wave,
        may_open(
            wave.state,
            opens_at=wave.opens_at,
            closes_at=wave.closes_at,
            items=len(list_questions(wave.instrument)),
            invited=len(trainees),
            now=at,
        ),
    )
    freeze(wave.instrument)
    keys = make_keys(secret)
    wave.state, wave.invited_count = WaveState.OPEN, len(trainees)
    wave.public_key, wave.sealed_private_key = keys.public, keys.sealed_private
    flush()
    invited = _invite(wave, [person.id for person in trainees], secret)
    record(
        events.WaveOpened(
            actor=actor,
            at=at,
            organisation_id=wave.organisation_id,
            subject_id=wave.id,
            course_id=wave.course_id,
            invited=len(trainees),
            closes_at=wave.closes_at,
        )
    )
    if mail:
        _mail(wave, [(invited[person.id], person) for person in trainees], secret, "invitation", at)
    return wave


def remind(*, wave: Wave, secret: str, actor: Actor, at: datetime) -> None:
    """Write once more to all who have not answered, at most once a day. Who they are is shown to nobody."""
    if wave.state is not WaveState.OPEN:
        refuse(wave, may_close(wave.state, closes_at=wave.closes_at, answered=0, invited=0, now=at))
    waiting = session.execute(
        select(Invitation.id, Person)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.wave_id == wave.id, ~Invitation.answered)
        .order_by(Person.id)
    )
    _mail(wave, [(number, person) for number, person in waiting], secret, "reminder", at)
    record(
        events.TraineesReminded(
            actor=actor,
            at=at,
            organisation_id=wave.organisation_id,
            subject_id=wave.id,
            course_id=wave.course_id,
        )
    )


def close_wave(*, wave: Wave, secret: str, actor: Actor, at: datetime, early: bool = False) -> Wave:
    """Open the sealed answers, shuffle them, store them with their results, and destroy the key; all or nothing.

    ``early`` ends the window now. Raises WaveRefused or KeyLost.
    """
    wave = lock_wave(wave)
    if early and wave.state is WaveState.OPEN and at < wave.closes_at:
        # A window has a length, also when it is opened and closed in one moment.
        wave.closes_at = max(at, wave.opens_at + timedelta(seconds=1))
        at = max(at, wave.closes_at)
    refuse(
        wave,
        may_close(
            wave.state,
            closes_at=wave.closes_at,
            answered=count_answered(wave),
            invited=wave.invited_count or 0,
            now=at,
        ),
    )
    sealed = session.scalars(select(SealedAnswer.sealed).where(SealedAnswer.wave_id == wave.id)).all()
    try:
        sheets = unseal(secret, wave.sealed_private_key or b"", sealed)
    except CannotUnseal as error:
        raise KeyLost() from error
    store_results(wave, sheets, closed_at=at, counted_at=at)
    record(
        events.WaveClosed(
            actor=actor,
            at=at,
            organisation_id=wave.organisation_id,
            subject_id=wave.id,
            course_id=wave.course_id,
            invited=wave.invited_count,
            responses=len(sheets),
        )
    )
    flush()
    return wave


def lock_wave(wave: Wave) -> Wave:
    """Hold the wave against every answer that is being given; none can come in between."""
    locked = session.scalars(
        select(Wave)
        .where(Wave.id == wave.id)
        .with_for_update(of=Wave)
        .execution_options(populate_existing=True)
    )
    return locked.one()


def refuse(wave: Wave, problems: tuple[WaveProblem, ...]) -> None:
    """Raise the first of the problems, its instants in the course's zone; return if there is none."""
    for problem in problems:
        zone = ZoneInfo(wave.course.time_zone)
        shown = {
            name: f"{value.astimezone(zone):%d/%m/%Y %H:%M}" if isinstance(value, datetime) else value
            for name, value in problem.parameters.items()
        }
        raise WaveRefused(problem, shown)


def _describe(wave: Wave, title: str, opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise WaveBackwards(field="closes_at")
    wave.title, wave.opens_at, wave.closes_at = clean_name(title), opens_at, closes_at


def _require_end_only(
    wave: Wave, instrument: Instrument, opens_at: datetime, closes_at: datetime, at: datetime
) -> None:
    if wave.state is WaveState.CLOSED or instrument is not wave.instrument or opens_at != wave.opens_at:
        raise WaveIsOpen()
    if closes_at <= at:
        raise EndHasPassed(field="closes_at")


def _invite(wave: Wave, person_ids: list[int], secret: str) -> dict[int, int]:
    """Store the invitations; return their numbers by person."""
    numbers = session.scalars(
        select(func.nextval(func.pg_get_serial_sequence("invitation", "id"))).select_from(
            func.generate_series(1, len(person_ids))
        )
    ).all()
    session.execute(
        insert(Invitation),
        [
            {
                "id": number,
                "wave_id": wave.id,
                "person_id": person_id,
                "token_hash": token_hash(answer_token(secret, wave_id=wave.id, invitation_id=number)),
            }
            for number, person_id in zip(numbers, person_ids, strict=True)
        ],
    )
    return dict(zip(person_ids, numbers, strict=True))


def _mail(wave: Wave, invited: Sequence[tuple[int, Person]], secret: str, letter: str, at: datetime) -> None:
    locales = list_locales([person.id for _, person in invited])
    for number, person in invited:
        if person.email is None:
            continue
        token = answer_token(secret, wave_id=wave.id, invitation_id=number)
        send_letter(
            letter=f"evaluation/{letter}",
            locale=locales.get(person.id),
            to_address=person.email,
            to_name=person.full_name,
            dedupe_key=f"evaluation-{letter}-{number}-{at:%Y-%m-%d}",
            at=at,
            trainee=person.full_name,
            course=wave.course,
            closes_at=wave.closes_at,
            path=f"/answer/{token}",
        )
