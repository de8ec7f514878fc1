"""Real evaluations beside the made-up academy: the Carpentries' survey, brought in by the product's own import."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.curriculum.commands import add_curriculum, add_program, change_version, publish_version
from app.curriculum.queries import get_version
from app.curriculum.types import ModuleDraft, TeachingMethod
from app.demo.carpentries import BATCHES, CODE, QUESTIONS, TITLE
from app.demo.staff import Staff
from app.evaluation.commands import add_instrument, check_evaluations, import_evaluations
from app.evaluation.queries import get_import, get_instrument, list_courses_by_title
from app.improvement.commands import cancel_with_course
from app.kernel.transaction import unit_of_work
from app.organisations.queries import get_organisation

CREDIT = (
    "Survey answers: Carpentries instructor training, 2016-2018. Copyright (c) The Carpentries. Licensed under "
    "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), from github.com/carpentries/assessment, commit "
    "84a42af. Changed here: columns dropped, rows put in the order of their dates and divided into two files."
)
NO_TURN = "Held by The Carpentries; only its evaluation was brought in here."
_MODULES = (
    ("How learning works: memory, cognitive load, motivation", TeachingMethod.GROUP_DISCUSSION, 5),
    ("Building skill with feedback: live coding and practice teaching", TeachingMethod.PRACTICE_TEACHING, 5),
    ("Lesson design, and how The Carpentries work", TeachingMethod.PRESENTATION, 4),
)


def enter_past_evaluations(organisation_id: int, staff: Staff, at: datetime) -> int:
    """Import both files into a course for each event; return the curriculum's number."""
    curriculum_id, version_id, instrument_id = _prepare(organisation_id, staff, at)
    for batch in BATCHES:
        with unit_of_work():
            upload = check_evaluations(
                content=batch.path.read_bytes(),
                file_name=batch.path.name,
                settings=batch.settings,
                period=batch.period,
                organisation=get_organisation(organisation_id),
                version=get_version(version_id),
                instrument=get_instrument(instrument_id),
                actor=staff.observer,
                at=at,
            )
        with unit_of_work():
            kept = get_import(upload.id)
            import_evaluations(upload=kept, expected_version=kept.version, actor=staff.observer, at=at)
    with unit_of_work():
        # Nobody here plans or closes a turn of these courses.
        for course in list_courses_by_title(curriculum_id, get_organisation(organisation_id)).values():
            cancel_with_course(course_id=course.id, reason=NO_TURN, actor=staff.observer, at=at)
    return curriculum_id


def _prepare(organisation_id: int, staff: Staff, at: datetime) -> tuple[int, int, int]:
    with unit_of_work():
        organisation = get_organisation(organisation_id)
        program = add_program(
            organisation=organisation,
            code="TTT-CARPENTRIES",
            title="Instructor training (The Carpentries)",
            titles={},
            purpose=f"A real training of trainers, to compare with. {CREDIT}",
            first_year=2012,
            last_year=None,
            actor=staff.observer,
            at=at,
        )
        curriculum = add_curriculum(
            program=program,
            code="INSTRUCTOR",
            title="Instructor training: survey answers of The Carpentries, CC BY 4.0",
            titles={},
            actor=staff.observer,
            at=at,
        )
        version = curriculum.versions[0]
        change_version(
            version=version,
            expected_version=version.version,
            note=CREDIT,
            modules=[
                ModuleDraft(title=title, hours=Decimal(hours), method=method)
                for title, method, hours in _MODULES
            ],
            actor=staff.observer,
            at=at,
        )
        publish_version(version=version, expected_version=version.version, actor=staff.observer, at=at)
        instrument = add_instrument(
            organisation=organisation,
            code=CODE,
            title=TITLE,
            titles={},
            introduction=CREDIT,
            questions=QUESTIONS,
            actor=staff.observer,
            at=at,
        )
    return curriculum.id, version.id, instrument.id
