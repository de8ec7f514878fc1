"""A school that plans: a campus with two rooms, a course in March 2026 with two modules, lecturers and trainees."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.curriculum.types import TeachingMethod
from app.kernel.access import Actor, Role
from app.kernel.db import session
from app.organisations.models import Organisation, Room
from app.planning import commands, queries
from app.planning.commands import Search
from app.planning.models import ModuleLecturer, PlanningProposal, PlanningRun
from app.planning.types import DEFAULT_LEVELS, Emphasis, Place
from app.scheduling.models import Course, CourseModule
from app.teaching.models import Lecturer
from tests.factories.accounts import make_actor
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.factories.teaching import make_lecturer
from tests.planning.situations import ZONE

ASKED = datetime(2026, 2, 20, 2, 0, tzinfo=UTC)
TAKEN = datetime(2026, 2, 20, 3, 0, tzinfo=UTC)


@dataclass
class Scene:
    """What a test of the planning needs."""

    organisation: Organisation
    rooms: list[Room]
    course: Course
    lecturers: list[Lecturer]
    actor: Actor

    def ask(self, **values: Any) -> PlanningRun:
        """Ask for proposals for the course."""
        return commands.ask_for_proposals(
            **{
                "organisation": self.organisation,
                "course": self.course,
                "first": date(2026, 3, 2),
                "last": date(2026, 3, 6),
                "seconds": 20,
                "levels": DEFAULT_LEVELS,
                "moving": False,
                "actor": self.actor,
                "at": ASKED,
                **values,
            }
        )

    def proposal(
        self, run: PlanningRun, *places: Place, emphasis: Emphasis = Emphasis.BALANCED
    ) -> PlanningProposal:
        """Let the run have found these places, and be over."""
        work = begin(run)
        commands.keep_proposal(search=work, emphasis=emphasis, places=places, costs={}, facts=(), spent=1.0)
        commands.end_search(search=work, at=ASKED)
        session.flush()
        return queries.list_proposals(run)[-1]


def begin(run: PlanningRun) -> Search:
    """Take the run up as a worker does."""
    work = commands.begin_search(run_id=run.id, at=ASKED)
    assert work is not None
    return work


def make_scene(*, trainees: int = 2, hours: tuple[int, ...] = (4, 6), **course: Any) -> Scene:
    """Return a course whose modules have these hours and no sessions, and a lecturer for each module."""
    organisation = make_organisation()
    campus = make_campus(organisation)
    rooms = [make_room(campus, name="A1", capacity=40), make_room(campus, name="B2", capacity=24)]
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)}
    made = make_course(organisation, campus=campus, modules=[], **{**days, **course})
    lecturers = [make_lecturer(make_person(organisation=organisation)) for _ in hours]
    for position, (length, lecturer) in enumerate(zip(hours, lecturers, strict=True), start=1):
        module = CourseModule(
            course=made,
            position=position,
            title=f"Module {position}",
            hours=Decimal(length),
            method=TeachingMethod.LECTURE,
        )
        session.add(module)
        session.flush()
        session.add(ModuleLecturer(course_module_id=module.id, lecturer_id=lecturer.id, position=1))
    for _ in range(trainees):
        make_enrolment(made)
    session.flush()
    session.expire(made, ["modules"])
    return Scene(organisation, rooms, made, lecturers, make_actor(Role.TRAINING_MANAGER, organisation))


def on(text: str) -> datetime:
    """Return a time of the place as an instant."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
