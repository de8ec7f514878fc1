"""Changing programs and curricula."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.curriculum import events, rules
from app.curriculum.errors import DraftExists, TitleMissing, YearsBackwards
from app.curriculum.models import Curriculum, CurriculumModule, CurriculumVersion, Program
from app.curriculum.queries import find_draft, find_latest_published
from app.curriculum.types import ModuleDraft, VersionState
from app.kernel.access import Actor
from app.kernel.db import Translations, session
from app.kernel.errors import RuleBroken
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.organisations.models import Organisation


def add_program(
    *,
    organisation: Organisation,
    code: str,
    title: str,
    titles: Translations,
    purpose: str,
    first_year: int | None,
    last_year: int | None,
    actor: Actor,
    at: datetime,
) -> Program:
    """Begin a program of the organisation. Raises CodeTaken, TitleMissing or YearsBackwards."""
    program = Program(organisation=organisation)
    _describe_program(program, code, title, titles, purpose, first_year, last_year)
    session.add(program)
    # The trail names the program by the number that the database gives.
    flush()
    record(
        events.ProgramAdded(
            actor=actor, at=at, organisation_id=organisation.id, subject_id=program.id, code=program.code
        )
    )
    return program


def change_program(
    *,
    program: Program,
    expected_version: int,
    code: str,
    title: str,
    titles: Translations,
    purpose: str,
    first_year: int | None,
    last_year: int | None,
    actor: Actor,
    at: datetime,
) -> Program:
    """Change what is known of a program; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(program, expected_version)
    _describe_program(program, code, title, titles, purpose, first_year, last_year)
    record(
        events.ProgramChanged(
            actor=actor, at=at, organisation_id=program.organisation_id, subject_id=program.id
        )
    )
    flush()
    return program


def add_curriculum(
    *, program: Program, code: str, title: str, titles: Translations, actor: Actor, at: datetime
) -> Curriculum:
    """Begin a curriculum of the program, with version 1 as an empty draft. Raises CodeTaken or TitleMissing."""
    curriculum = Curriculum(program=program)
    _describe_curriculum(curriculum, code, title, titles)
    curriculum.versions.append(CurriculumVersion(number=1, state=VersionState.DRAFT))
    session.add(curriculum)
    # The trail names the curriculum by the number that the database gives.
    flush()
    record(
        events.CurriculumAdded(
            actor=actor,
            at=at,
            organisation_id=program.organisation_id,
            subject_id=curriculum.id,
            code=curriculum.code,
        )
    )
    return curriculum


def change_curriculum(
    *,
    curriculum: Curriculum,
    expected_version: int,
    code: str,
    title: str,
    titles: Translations,
    actor: Actor,
    at: datetime,
) -> Curriculum:
    """Rename a curriculum; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(curriculum, expected_version)
    _describe_curriculum(curriculum, code, title, titles)
    record(
        events.CurriculumChanged(
            actor=actor, at=at, organisation_id=curriculum.organisation_id, subject_id=curriculum.id
        )
    )
    flush()
    return curriculum


def change_version(
    *,
    version: CurriculumVersion,
    expected_version: int,
    note: str,
    modules: Sequence[ModuleDraft],
    actor: Actor,
    at: datetime,
) -> CurriculumVersion:
    """Let a draft consist of exactly these modules, in the order of their positions.

    Raises VersionFrozen when it is published, StaleVersion, TitleMissing or HoursNotPositive.
    """
    _refuse(rules.change_obstacles(version.state, version.number))
    check_version(version, expected_version)
    _refuse(rules.module_obstacles(modules))
    known: dict[int | None, CurriculumModule] = {module.id: module for module in version.modules}
    version.modules = [
        _described(known.get(draft.id) or CurriculumModule(), draft) for draft in rules.in_order(modules)
    ]
    version.note = note
    # Whoever changes a module changes the version: the next one to save must have seen it.
    flag_modified(version, "note")
    record(_changed(events.VersionChanged, version, actor, at))
    flush()
    return version


def publish_version(
    *, version: CurriculumVersion, expected_version: int, actor: Actor, at: datetime
) -> CurriculumVersion:
    """Publish a draft: courses are made from it, and it never changes again.

    Raises VersionFrozen, NothingToPublish or StaleVersion.
    """
    _refuse(rules.publishing_obstacles(version.state, version.number, len(version.modules)))
    check_version(version, expected_version)
    version.state = VersionState.PUBLISHED
    version.published_at = at
    record(_changed(events.VersionPublished, version, actor, at))
    flush()
    return version


def start_next_version(*, curriculum: Curriculum, actor: Actor, at: datetime) -> CurriculumVersion:
    """Begin the next version as a draft that holds the newest published one's modules. Raises DraftExists."""
    if (draft := find_draft(curriculum.id)) is not None:
        raise DraftExists(number=draft.number)
    numbers = session.scalars(
        select(CurriculumVersion.number).where(CurriculumVersion.curriculum_id == curriculum.id)
    ).all()
    latest = find_latest_published(curriculum.id)
    version = CurriculumVersion(
        curriculum=curriculum,
        number=rules.next_number(numbers),
        state=VersionState.DRAFT,
        modules=[_copied(module) for module in latest.modules] if latest else [],
    )
    session.add(version)
    # The trail names the version by the number that the database gives.
    flush()
    record(_changed(events.VersionStarted, version, actor, at))
    return version


def _describe_program(
    program: Program,
    code: str,
    title: str,
    titles: Translations,
    purpose: str,
    first_year: int | None,
    last_year: int | None,
) -> None:
    if first_year is not None and last_year is not None and last_year < first_year:
        raise YearsBackwards(field="last_year")
    program.code, program.title, program.titles = clean_name(code), _title(title), titles
    program.purpose, program.first_year, program.last_year = purpose, first_year, last_year
    program.search_text = rules.search_text(program.code, program.title, titles)


def _describe_curriculum(curriculum: Curriculum, code: str, title: str, titles: Translations) -> None:
    curriculum.code, curriculum.title, curriculum.titles = clean_name(code), _title(title), titles
    curriculum.search_text = rules.search_text(curriculum.code, curriculum.title, titles)


def _described(module: CurriculumModule, draft: ModuleDraft) -> CurriculumModule:
    module.position = draft.position or 0
    module.title, module.titles = clean_name(draft.title), dict(draft.titles)
    module.objectives, module.hours, module.method = draft.objectives, draft.hours, draft.method
    return module


def _copied(module: CurriculumModule) -> CurriculumModule:
    return CurriculumModule(
        position=module.position,
        title=module.title,
        titles=module.titles,
        objectives=module.objectives,
        hours=module.hours,
        method=module.method,
    )


def _title(text: str) -> str:
    title = clean_name(text)
    if not title:
        raise TitleMissing(field="title")
    return title


def _refuse(obstacles: Iterable[RuleBroken]) -> None:
    for obstacle in obstacles:
        raise obstacle


def _changed(
    kind: type[events.VersionChanged] | type[events.VersionPublished] | type[events.VersionStarted],
    version: CurriculumVersion,
    actor: Actor,
    at: datetime,
) -> events.VersionChanged | events.VersionPublished | events.VersionStarted:
    return kind(
        actor=actor,
        at=at,
        organisation_id=version.organisation_id,
        subject_id=version.id,
        number=version.number,
    )
