"""Programs, curricula, versions and modules for tests."""

from decimal import Decimal
from itertools import count
from typing import Any

from app.curriculum.models import Curriculum, CurriculumModule, CurriculumVersion, Program
from app.curriculum.types import TeachingMethod, VersionState
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.text import fold
from app.organisations.models import Organisation
from tests.factories.organisations import make_organisation

_numbers = count(1)


def make_program(organisation: Organisation | None = None, **values: Any) -> Program:
    """Return a stored program."""
    number = next(_numbers)
    program = Program(
        **{
            "organisation": organisation or make_organisation(),
            "code": f"PRG{number}",
            "title": f"Program {number}",
            **values,
        }
    )
    program.search_text = fold(f"{program.code} {program.title}")
    session.add(program)
    session.flush()
    return program


def make_curriculum(program: Program | None = None, **values: Any) -> Curriculum:
    """Return a stored curriculum without versions."""
    number = next(_numbers)
    curriculum = Curriculum(
        **{
            "program": program or make_program(),
            "code": f"CUR{number}",
            "title": f"Curriculum {number}",
            **values,
        }
    )
    curriculum.search_text = fold(f"{curriculum.code} {curriculum.title}")
    session.add(curriculum)
    session.flush()
    return curriculum


def make_draft_version(
    curriculum: Curriculum | None = None, *, modules: int = 3, number: int = 1, **values: Any
) -> CurriculumVersion:
    """Return a stored draft with modules of 4 hours, by turns lecture and group discussion."""
    version = CurriculumVersion(
        curriculum=curriculum or make_curriculum(), number=number, state=VersionState.DRAFT, **values
    )
    session.add(version)
    session.flush()
    for position in range(1, modules + 1):
        make_module(version, position=position)
    return version


def make_published_version(
    curriculum: Curriculum | None = None, *, modules: int = 3, number: int = 1, **values: Any
) -> CurriculumVersion:
    """Return a stored published version with modules as in a draft."""
    version = make_draft_version(curriculum, modules=modules, number=number, **values)
    version.state = VersionState.PUBLISHED
    version.published_at = now()
    session.flush()
    return version


def make_module(version: CurriculumVersion, **values: Any) -> CurriculumModule:
    """Return a stored module of a draft version."""
    position = values.setdefault("position", len(version.modules) + 1)
    method = TeachingMethod.LECTURE if position % 2 else TeachingMethod.GROUP_DISCUSSION
    module = CurriculumModule(
        **{
            "curriculum_version": version,
            "title": f"Module {position}",
            "objectives": f"Objective {position}",
            "hours": Decimal(4),
            "method": method,
            **values,
        }
    )
    session.add(module)
    session.flush()
    return module
