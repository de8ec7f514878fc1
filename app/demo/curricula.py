"""The programs of the demonstration and what is taught in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from app.curriculum.commands import (
    add_curriculum,
    add_program,
    change_version,
    publish_version,
    start_next_version,
)
from app.curriculum.queries import get_curriculum
from app.curriculum.types import ModuleDraft, TeachingMethod
from app.kernel.transaction import unit_of_work
from app.organisations.queries import get_organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.curriculum.models import CurriculumVersion
    from app.kernel.access import Actor

HALF_DAY = Decimal("3.5")
_M = TeachingMethod


@dataclass(frozen=True, slots=True)
class Curricula:
    """The published versions that courses are made from, by their numbers."""

    program_id: int
    curriculum_id: int
    first_id: int
    second_id: int
    renewal_program_id: int
    renewal_id: int


def _module(
    vi: str, en: str, ja: str, method: TeachingMethod, objectives: str, half_days: int = 1
) -> ModuleDraft:
    return ModuleDraft(
        title=vi,
        titles={"en": en, "ja": ja},
        hours=HALF_DAY * half_days,
        method=method,
        objectives=objectives,
    )


_PDCA = _module(
    "Quản lý đào tạo theo chu trình PDCA",
    "Managing training as a PDCA cycle",
    "PDCAサイクルによる研修管理",
    _M.LECTURE,
    "Trình bày được bốn bước của chu trình và lập được kế hoạch cho một khóa học.",
)
_NEEDS = _module(
    "Xác định nhu cầu và mục tiêu đào tạo",
    "Training needs and objectives",
    "研修ニーズと目標の設定",
    _M.GROUP_DISCUSSION,
    "Viết được mục tiêu đo được ở mức học tập và mức hành vi.",
)
_THEORY = _module(
    "Lý luận dạy học cho người lớn",
    "Theory of teaching adults",
    "成人教育の理論",
    _M.LECTURE,
    "Nêu được các nguyên tắc dạy học cho cán bộ có kinh nghiệm.",
)
_ACTIVE = _module(
    "Phương pháp giảng dạy tích cực",
    "Active teaching methods",
    "参加型の教授法",
    _M.LECTURE,
    "Chọn được phương pháp phù hợp với mục tiêu của bài học.",
)
_DEBATE = _module(
    "Tranh luận và thảo luận nhóm",
    "Debate and group discussion",
    "ディベートとグループ討議",
    _M.DEBATE,
    "Điều hành được một buổi tranh luận và rút ra kết luận.",
)
_CASE = _module(
    "Dạy học bằng tình huống",
    "Teaching with cases",
    "事例による教授",
    _M.CASE_STUDY,
    "Soạn được một tình huống từ thực tiễn địa phương.",
)
_SURVEY = _module(
    "Khảo sát thực tế",
    "Field survey",
    "現地調査",
    _M.FIELD_SURVEY,
    "Thiết kế được phiếu khảo sát và báo cáo kết quả.",
)
_DESIGN = _module(
    "Thiết kế bài giảng",
    "Designing a lesson",
    "授業の設計",
    _M.PRESENTATION,
    "Trình bày được kế hoạch bài giảng có hoạt động của học viên.",
)
_PRACTICE = _module(
    "Giảng thử và góp ý",
    "Practice teaching with feedback",
    "模擬授業と講評",
    _M.PRACTICE_TEACHING,
    "Giảng thử 20 phút và nhận xét đồng nghiệp theo tiêu chí.",
)
_EVALUATION = _module(
    "Đánh giá và cải tiến khóa học",
    "Evaluating and improving a course",
    "研修の評価と改善",
    _M.GROUP_DISCUSSION,
    "Đọc được kết quả đánh giá và đề xuất hành động cải tiến.",
)
_ONLINE = _module(
    "Giảng dạy kết hợp trực tuyến",
    "Blended and online teaching",
    "オンラインとの併用",
    _M.ONLINE,
    "Tổ chức được một buổi học trực tuyến có tương tác.",
)

FIRST = (_PDCA, _NEEDS, _THEORY, _ACTIVE, _DEBATE, _CASE, _SURVEY, _DESIGN, _PRACTICE, _EVALUATION)
# Less theory, twice the practice: what the first turns had shown to be missing.
SECOND = (
    _PDCA,
    _NEEDS,
    _ACTIVE,
    _DEBATE,
    _CASE,
    _SURVEY,
    _DESIGN,
    replace(_PRACTICE, hours=2 * HALF_DAY),
    _EVALUATION,
)
RENEWAL = (
    _PDCA,
    _NEEDS,
    _ACTIVE,
    replace(_DEBATE, hours=2 * HALF_DAY),
    replace(_CASE, hours=2 * HALF_DAY),
    _ONLINE,
    replace(_SURVEY, hours=2 * HALF_DAY),
    _DESIGN,
    replace(_PRACTICE, hours=4 * HALF_DAY),
    _EVALUATION,
)

TITLES = {
    "en": "Training of trainers: training method and management",
    "ja": "指導者研修:教授法と研修管理",
}


def enter_curricula(headquarters_id: int, author: Actor) -> Curricula:
    """Enter both programs; the first one's curriculum has two versions."""
    with unit_of_work():
        program_id, curriculum_id, first_id = _enter(
            headquarters_id,
            code="TOT",
            title="Bồi dưỡng giảng viên: phương pháp giảng dạy và quản lý đào tạo",
            titles=TITLES,
            purpose="Giảng viên của toàn hệ thống dạy bằng phương pháp tích cực và quản lý khóa học theo PDCA.",
            years=(2013, 2018),
            modules=FIRST,
            note="Bản đầu tiên, dùng từ năm 2013.",
            author=author,
            at=datetime(2013, 5, 20, 3, 0, tzinfo=UTC),
        )
        renewal_program_id, _, renewal_id = _enter(
            headquarters_id,
            code="TOT-DM",
            title="Bồi dưỡng giảng viên: đổi mới phương pháp",
            titles={"en": "Training of trainers: renewal", "ja": "指導者研修:刷新"},
            purpose="Tiếp nối chương trình 2013-2018, thêm giảng dạy trực tuyến và nhiều giờ thực hành hơn.",
            years=(2024, None),
            modules=RENEWAL,
            note="Một nửa thời lượng là thực hành.",
            author=author,
            at=datetime(2024, 1, 15, 3, 0, tzinfo=UTC),
        )
    with unit_of_work():
        at = datetime(2016, 4, 18, 3, 0, tzinfo=UTC)
        version = start_next_version(curriculum=get_curriculum(curriculum_id), actor=author, at=at)
        _publish(
            version,
            SECOND,
            "Bớt một buổi lý luận, thêm một buổi giảng thử theo góp ý của học viên.",
            author,
            at,
        )
    return Curricula(program_id, curriculum_id, first_id, version.id, renewal_program_id, renewal_id)


def _enter(
    organisation_id: int,
    *,
    code: str,
    title: str,
    titles: dict[str, str],
    purpose: str,
    years: tuple[int, int | None],
    modules: Sequence[ModuleDraft],
    note: str,
    author: Actor,
    at: datetime,
) -> tuple[int, int, int]:
    program = add_program(
        organisation=get_organisation(organisation_id),
        code=code,
        title=title,
        titles=titles,
        purpose=purpose,
        first_year=years[0],
        last_year=years[1],
        actor=author,
        at=at,
    )
    curriculum = add_curriculum(program=program, code=code, title=title, titles=titles, actor=author, at=at)
    version = curriculum.versions[0]
    _publish(version, modules, note, author, at)
    return program.id, curriculum.id, version.id


def _publish(
    version: CurriculumVersion, modules: Sequence[ModuleDraft], note: str, author: Actor, at: datetime
) -> None:
    change_version(
        version=version,
        expected_version=version.version,
        note=note,
        modules=modules,
        actor=author,
        at=at,
    )
    publish_version(version=version, expected_version=version.version, actor=author, at=at)
