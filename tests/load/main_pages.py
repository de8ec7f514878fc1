"""The main pages: where they are in a scene, what is their floor, who asks for them, how much more they may cost."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.load.scenes import Scene

Address = Callable[[Scene], str]


@dataclass(frozen=True, slots=True)
class Measured:
    """A page: its address and the floor's in a scene, whose sign-in it needs, and how much more it may cost."""

    name: str
    address: Address
    floor: Address
    asked_by: Callable[[Scene], str | None]
    target: float | None


def _manager(scene: Scene) -> str | None:
    return scene.manager


def _lecturer(scene: Scene) -> str | None:
    return scene.lecturer


def _nobody(_scene: Scene) -> str | None:
    return None


PAGES: tuple[Measured, ...] = (
    Measured(
        "Courses, searched and sorted",
        lambda scene: "/courses?q=khoa+boi+duong&sort=title",
        lambda scene: "/courses?q=boi+duong",
        _manager,
        4,
    ),
    Measured(
        "People, searched and sorted",
        lambda scene: "/people?q=nguoi&sort=birth_date",
        lambda scene: "/people?q=nguoi",
        _manager,
        4,
    ),
    Measured("Organisations", lambda scene: "/organisations", lambda scene: "/organisations", _manager, 4),
    Measured(
        "Timetable, 200 sessions",
        lambda scene: f"/courses/{scene.course_id}/timetable",
        lambda scene: f"/timetable/{scene.course_id}",
        _manager,
        2,
    ),
    Measured(
        "iCalendar, 200 sessions",
        lambda scene: f"/calendar/{scene.feed}.ics",
        lambda scene: f"/calendar/{scene.lecturer_person_id}",
        _nobody,
        2,
    ),
    Measured(
        "Results of 20 questions",
        lambda scene: f"/evaluation/waves/{scene.closed_wave_id}/results",
        lambda scene: f"/results/{scene.closed_wave_id}",
        _manager,
        3,
    ),
    Measured(
        "the same, floor reads the kept counts",
        lambda scene: f"/evaluation/waves/{scene.closed_wave_id}/results",
        lambda scene: f"/kept/{scene.closed_wave_id}",
        _manager,
        None,
    ),
    Measured(
        "Lecturer's own page, 200 assignments",
        lambda scene: "/my/assignments",
        lambda scene: f"/mine/{scene.lecturer_person_id}",
        _lecturer,
        4,
    ),
    Measured(
        "Cycle",
        lambda scene: f"/courses/{scene.course_id}/cycle",
        lambda scene: f"/cycle/{scene.course_id}",
        _manager,
        None,
    ),
    Measured(
        "Manager's start page",
        lambda scene: "/start/manager",
        lambda scene: f"/start/{scene.manager_person_id}",
        _manager,
        None,
    ),
    Measured(
        "Coverage report",
        lambda scene: f"/reports/coverage/{scene.program_id}",
        lambda scene: f"/coverage/{scene.program_id}",
        _manager,
        None,
    ),
)
