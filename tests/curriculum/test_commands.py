"""Changing programs, curricula and their versions, and what the database itself refuses."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.curriculum import commands
from app.curriculum.errors import (
    CodeTaken,
    DraftExists,
    NothingToPublish,
    TitleMissing,
    VersionFrozen,
    YearsBackwards,
)
from app.curriculum.models import CurriculumModule, CurriculumVersion, Program
from app.curriculum.queries import (
    find_draft,
    get_version,
    list_version_choices,
    list_versions,
)
from app.curriculum.types import ModuleDraft, TeachingMethod, VersionState
from app.kernel.access import SYSTEM
from app.kernel.errors import StaleVersion
from app.organisations.models import Organisation
from tests.factories.curriculum import (
    make_curriculum,
    make_draft_version,
    make_program,
    make_published_version,
)
from tests.factories.organisations import make_organisation

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _database(app: Flask, db: Session) -> None:
    """Everything here is about rows, and needs to know what their constraints mean."""


def draft_of(title: str, *, id: int | None = None, position: int | None = None) -> ModuleDraft:
    return ModuleDraft(title, Decimal("2.5"), TeachingMethod.DEBATE, id=id, position=position)


def change(version: CurriculumVersion, *modules: ModuleDraft, expected_version: int | None = None) -> None:
    commands.change_version(
        version=version,
        expected_version=expected_version or version.version,
        note="",
        modules=modules,
        actor=SYSTEM,
        at=AT,
    )


def add_program(organisation: Organisation, **values: object) -> Program:
    described = {"code": "TOT", "title": "Training of trainers", "titles": {}, "purpose": ""}
    years = {"first_year": 2013, "last_year": None}
    return commands.add_program(
        organisation=organisation,
        actor=SYSTEM,
        at=AT,
        **{**described, **years, **values},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"code": "TAKEN"}, CodeTaken),
        ({"title": "  "}, TitleMissing),
        ({"last_year": 2012}, YearsBackwards),
    ],
)
def test_program_is_refused_in_words(values: dict[str, object], refusal: type[Exception]) -> None:
    make_program(code="TAKEN")

    with pytest.raises(refusal):
        add_program(make_organisation(), **values)


def test_curriculum_begins_with_an_empty_draft() -> None:
    curriculum = commands.add_curriculum(
        program=make_program(), code="C1", title="Đào tạo", titles={"en": "Training"}, actor=SYSTEM, at=AT
    )

    draft = find_draft(curriculum.id)
    assert draft is not None
    assert (draft.number, draft.state) == (1, VersionState.DRAFT)
    assert curriculum.search_text == "c1 dao tao training"


def test_draft_consists_of_exactly_the_modules_given(db: Session) -> None:
    version = make_draft_version(modules=3)
    first, second, _third = version.modules

    change(
        version,
        draft_of("Kept", id=second.id, position=1),
        draft_of("Moved", id=first.id, position=2),
        draft_of("New"),
    )
    db.commit()
    db.expire_all()

    modules = get_version(version.id).modules
    assert [(module.position, module.title) for module in modules] == [(1, "Kept"), (2, "Moved"), (3, "New")]
    assert [module.id for module in modules[:2]] == [second.id, first.id]


def test_module_of_another_version_is_not_taken_away() -> None:
    other = make_draft_version()
    version = make_draft_version(modules=0)

    change(version, draft_of("Copied", id=other.modules[0].id))

    assert other.modules[0].title == "Module 1"
    assert version.modules[0].id != other.modules[0].id


def test_changed_module_makes_the_page_of_somebody_else_stale() -> None:
    version = make_draft_version()
    seen = version.version
    change(version, draft_of("Mine"))

    with pytest.raises(StaleVersion):
        change(version, draft_of("Theirs"), expected_version=seen)


def test_published_version_is_changed_no_more() -> None:
    version = make_draft_version()
    commands.publish_version(version=version, expected_version=version.version, actor=SYSTEM, at=AT)

    assert (version.state, version.published_at) == (VersionState.PUBLISHED, AT)
    with pytest.raises(VersionFrozen):
        change(version, draft_of("Late"))
    with pytest.raises(VersionFrozen):
        commands.publish_version(version=version, expected_version=version.version, actor=SYSTEM, at=AT)


def test_empty_draft_is_not_published() -> None:
    version = make_draft_version(modules=0)

    with pytest.raises(NothingToPublish):
        commands.publish_version(version=version, expected_version=version.version, actor=SYSTEM, at=AT)


def test_next_version_is_a_copy_and_there_is_only_one_draft() -> None:
    published = make_published_version(modules=2)

    draft = commands.start_next_version(curriculum=published.curriculum, actor=SYSTEM, at=AT)

    assert (draft.number, [m.title for m in draft.modules]) == (2, ["Module 1", "Module 2"])
    assert {m.id for m in draft.modules}.isdisjoint(m.id for m in published.modules)
    with pytest.raises(DraftExists):
        commands.start_next_version(curriculum=published.curriculum, actor=SYSTEM, at=AT)


def test_totals_of_versions_are_counted_by_the_database() -> None:
    curriculum = make_published_version(modules=3).curriculum
    make_draft_version(curriculum, modules=0, number=2)

    rows = list_versions(curriculum)
    assert [(row.number, row.modules) for row in rows] == [(2, 0), (1, 3)]
    assert [(row.totals.hours, row.totals.active_hours) for row in rows] == [
        (Decimal(0), Decimal(0)),
        (Decimal(12), Decimal(4)),
    ]


def test_courses_are_made_from_the_newest_published_version_of_own_and_higher_bodies() -> None:
    head = make_organisation()
    academy = make_organisation(head)
    curriculum = make_curriculum(make_program(head))
    make_published_version(curriculum, number=1)
    newest = make_published_version(curriculum, number=2)
    make_draft_version(curriculum, number=3)
    make_published_version(make_curriculum(make_program(make_organisation(head))))

    assert [choice.id for choice in list_version_choices([academy.id])] == [newest.id]


def broken(db: Session, statement: object) -> str | None:
    with pytest.raises(IntegrityError) as refused, db.begin_nested():
        db.execute(statement)  # type: ignore[call-overload]
    name: str | None = refused.value.orig.diag.constraint_name  # type: ignore[union-attr]
    return name


def test_database_refuses_to_touch_what_is_published(db: Session) -> None:
    version = make_published_version()
    module = select(CurriculumModule.id).where(CurriculumModule.curriculum_version_id == version.id).limit(1)
    new = {
        "curriculum_version_id": version.id,
        "position": 9,
        "title": "Late",
        "hours": 1,
        "method": TeachingMethod.LECTURE,
    }
    statements = [
        update(CurriculumVersion).where(CurriculumVersion.id == version.id).values(note="x"),
        update(CurriculumVersion)
        .where(CurriculumVersion.id == version.id)
        .values(state="draft", published_at=None),
        update(CurriculumModule).where(CurriculumModule.id.in_(module)).values(title="x"),
        delete(CurriculumModule).where(CurriculumModule.id.in_(module)),
        insert(CurriculumModule).values(**new),
    ]

    assert {broken(db, one.execution_options(synchronize_session=False)) for one in statements} == {
        "ck_curriculum_version_frozen"
    }


def test_database_refuses_nonsense_by_name(db: Session) -> None:
    version = make_draft_version(modules=2)
    program = make_program()
    of_version = CurriculumModule.curriculum_version_id == version.id
    second_draft = {"curriculum_id": version.curriculum_id, "number": 2, "state": VersionState.DRAFT}
    statements = {
        "ck_program_years": update(Program).values(first_year=2020, last_year=2019),
        "ck_program_named": update(Program).where(Program.id == program.id).values(title=""),
        "uq_program_code": insert(Program).values(
            organisation_id=program.organisation_id, code=program.code, title="x"
        ),
        "ck_curriculum_module_hours": update(CurriculumModule).where(of_version).values(hours=0),
        "ck_curriculum_module_named": update(CurriculumModule).where(of_version).values(title=""),
        "uq_curriculum_version_one_draft": insert(CurriculumVersion).values(**second_draft),
        "uq_curriculum_version_curriculum_id_number": insert(CurriculumVersion).values(
            **{**second_draft, "number": 1, "state": VersionState.PUBLISHED, "published_at": AT}
        ),
        "ck_curriculum_version_published_is_dated": update(CurriculumVersion).values(state="published"),
    }

    for name, statement in statements.items():
        assert broken(db, statement.execution_options(synchronize_session=False)) == name
