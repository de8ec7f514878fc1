"""The rows of the main pages, asked for in as few plain statements as they can be."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, func, select

from app.kernel.db import Base

Statement = Select[*tuple[Any, ...]]
FIFTY = 50


def table_of(name: str) -> Table:
    """Return the table with the name."""
    return Base.metadata.tables[name]


def course_rows(search: str) -> Statement:
    """The courses that a word finds, by title."""
    course, organisation, held = table_of("course"), table_of("organisation"), table_of("course_session")
    version, curriculum = table_of("curriculum_version"), table_of("curriculum")
    sessions = (
        select(func.count())
        .where(held.c.course_id == course.c.id, held.c.state != "cancelled")
        .scalar_subquery()
    )
    return (
        select(
            course.c.id, course.c.code, course.c.title, organisation.c.name, curriculum.c.code,
            course.c.starts_on, course.c.ends_on, course.c.capacity, sessions,
        )
        .join(organisation, organisation.c.id == course.c.organisation_id)
        .join(version, version.c.id == course.c.curriculum_version_id)
        .join(curriculum, curriculum.c.id == version.c.curriculum_id)
        .where(course.c.search_text.contains(search))
        .order_by(course.c.title, course.c.id)
    )  # fmt: skip


def person_rows(search: str) -> Statement:
    """The people that a word finds, by day of birth."""
    person, organisation = table_of("person"), table_of("organisation")
    return (
        select(
            person.c.id, person.c.full_name, person.c.birth_date, person.c.gender, organisation.c.name,
            person.c.email, person.c.phone, person.c.staff_code,
        )
        .join(organisation, organisation.c.id == person.c.organisation_id)
        .where(person.c.search_text.contains(search))
        .order_by(person.c.birth_date, person.c.id)
    )  # fmt: skip


def organisation_rows() -> Statement:
    """The organisations by code, with how many rooms they have."""
    organisation, campus, room = table_of("organisation"), table_of("campus"), table_of("room")
    parent = organisation.alias()
    rooms = (
        select(func.count(room.c.id))
        .join(campus, campus.c.id == room.c.campus_id)
        .where(campus.c.organisation_id == organisation.c.id)
        .scalar_subquery()
    )
    return (
        select(
            organisation.c.id, organisation.c.code, organisation.c.name, organisation.c.kind, parent.c.name,
            rooms,
        )
        .outerjoin(parent, parent.c.id == organisation.c.parent_id)
        .order_by(organisation.c.code)
    )  # fmt: skip


def timetable_rows(course_id: int) -> Statement:
    """The sessions of a course by time, with room and lecturers."""
    held, room, engagement, person = (
        table_of("course_session"), table_of("room"), table_of("engagement"), table_of("person"),
    )  # fmt: skip
    names = (
        select(func.string_agg(person.c.full_name, ", "))
        .join(engagement, engagement.c.person_id == person.c.id)
        .where(engagement.c.course_session_id == held.c.id, engagement.c.kind == "lecturer")
        .scalar_subquery()
    )
    return (
        select(
            held.c.id, held.c.title, func.lower(held.c.during).label("starts"),
            func.upper(held.c.during).label("ends"), room.c.name.label("room"), held.c.method, held.c.state,
            names.label("further"),
        )
        .outerjoin(room, room.c.id == held.c.room_id)
        .where(held.c.course_id == course_id)
        .order_by(func.lower(held.c.during), held.c.id)
    )  # fmt: skip


def own_rows(person_id: int) -> Statement:
    """The sessions that a person teaches, by time."""
    assignment, lecturer, held = table_of("assignment"), table_of("lecturer"), table_of("course_session")
    course, room, campus = table_of("course"), table_of("room"), table_of("campus")
    return (
        select(
            assignment.c.id, assignment.c.changed_at, func.lower(held.c.during).label("starts"),
            func.upper(held.c.during).label("ends"), held.c.title, room.c.name.label("room"), campus.c.name,
            course.c.title.label("further"), held.c.method, assignment.c.state,
        )
        .join(lecturer, lecturer.c.id == assignment.c.lecturer_id)
        .join(held, held.c.id == assignment.c.course_session_id)
        .join(course, course.c.id == held.c.course_id)
        .outerjoin(room, room.c.id == held.c.room_id)
        .outerjoin(campus, campus.c.id == room.c.campus_id)
        .where(lecturer.c.person_id == person_id)
        .order_by(func.lower(held.c.during), assignment.c.id)
    )  # fmt: skip


def counted_answers(wave_id: int) -> Statement:
    """How often each answer was given to each question of a wave: one statement over all answers."""
    response = table_of("response")
    pair = func.jsonb_each_text(response.c.answers).table_valued("key", "value")
    return (
        select(pair.c.key, pair.c.value, func.count())
        .select_from(response.join(pair, response.c.wave_id == response.c.wave_id))
        .where(response.c.wave_id == wave_id)
        .group_by(pair.c.key, pair.c.value)
    )


def kept_results(wave_id: int) -> Statement:
    """The questions of a wave with the counts that were kept when it closed, a row for each."""
    wave, item = table_of("wave"), table_of("instrument_item")
    return (
        select(item.c.position, item.c.code, item.c.text, wave.c.results["items"][item.c.code])
        .join(wave, wave.c.instrument_id == item.c.instrument_id)
        .where(wave.c.id == wave_id)
        .order_by(item.c.position)
    )


def questions_of(wave_id: int) -> Statement:
    """The questions of a wave in order."""
    wave, item = table_of("wave"), table_of("instrument_item")
    return (
        select(item.c.code, item.c.text, item.c.options)
        .join(wave, wave.c.instrument_id == item.c.instrument_id)
        .where(wave.c.id == wave_id)
        .order_by(item.c.position)
    )


def cycle_rows(course_id: int) -> Sequence[Statement]:
    """A cycle with what hangs on it: four statements."""
    cycle = table_of("cycle")
    parts = [table_of(name) for name in ("objective", "indicator", "finding", "action")]
    return [
        select(part).join(cycle, cycle.c.id == part.c.cycle_id).where(cycle.c.course_id == course_id)
        for part in parts
    ]


def managed_rows(person_id: int) -> Statement:
    """The courses that a person manages, with places and sessions counted."""
    course, manager, cycle = table_of("course"), table_of("course_manager"), table_of("cycle")
    enrolment, held = table_of("enrolment"), table_of("course_session")
    seats = select(func.count()).where(enrolment.c.course_id == course.c.id).scalar_subquery()
    sessions = select(func.count()).where(held.c.course_id == course.c.id).scalar_subquery()
    return (
        select(
            course.c.id, course.c.code, course.c.title, course.c.starts_on, course.c.ends_on,
            course.c.capacity, cycle.c.state, seats, sessions,
        )
        .join(manager, manager.c.course_id == course.c.id)
        .outerjoin(cycle, cycle.c.course_id == course.c.id)
        .where(manager.c.person_id == person_id)
        .order_by(course.c.starts_on)
        .limit(30)
    )  # fmt: skip


def coverage_rows(program_id: int) -> Statement:
    """Every school with how many people and courses of the program came from it."""
    organisation, enrolment, course = table_of("organisation"), table_of("enrolment"), table_of("course")
    version, curriculum = table_of("curriculum_version"), table_of("curriculum")
    return (
        select(
            organisation.c.id, organisation.c.code, organisation.c.name,
            func.count(enrolment.c.person_id.distinct()), func.count(course.c.id.distinct()),
            func.max(course.c.ends_on),
        )
        .join(enrolment, enrolment.c.home_organisation_id == organisation.c.id)
        .join(course, course.c.id == enrolment.c.course_id)
        .join(version, version.c.id == course.c.curriculum_version_id)
        .join(curriculum, curriculum.c.id == version.c.curriculum_id)
        .where(curriculum.c.program_id == program_id, enrolment.c.state.in_(("attending", "completed")))
        .group_by(organisation.c.id)
        .order_by(organisation.c.code)
        .limit(FIFTY)
    )  # fmt: skip
