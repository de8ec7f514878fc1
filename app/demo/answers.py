"""What trainees of the demonstration say at the end of a course, given through the sealed way that everybody takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.demo.courses import voice
from app.demo.staff import Staff
from app.enrolment.queries import list_trainees
from app.evaluation.commands import close_wave, give_answer, open_wave, plan_wave
from app.evaluation.queries import get_instrument, get_my_invitation, get_wave, list_my_evaluations
from app.kernel.transaction import unit_of_work
from app.scheduling.queries import get_course

KEPT = (
    "Các buổi tranh luận rất sôi nổi, nên giữ lại.",
    "Giảng thử có góp ý giúp tôi tiến bộ rõ rệt.",
    "Tài liệu gọn, dùng được ngay ở trường.",
    "Giảng viên lắng nghe và trả lời cụ thể.",
    "Khảo sát thực tế gắn với công việc của địa phương.",
    "Không khí lớp học cởi mở.",
)
CHANGED = (
    "Phần lý thuyết còn dài, khó áp dụng ngay.",
    "Cần thêm thời gian giảng thử cho từng người.",
    "Nên gửi tài liệu trước khóa học một tuần.",
    "Tình huống nên lấy từ thực tiễn các tỉnh miền núi.",
    "Phòng học hơi chật khi chia nhóm.",
    "Nên có buổi theo dõi sau ba tháng.",
)


@dataclass(frozen=True, slots=True)
class Mood:
    """How the trainees of a course see it: the middle of their answers by item, and how many of them answer."""

    usefulness: float
    application: float
    rest: float
    recommend: float
    answering: float

    def middle(self, code: str) -> float:
        """Return the middle of the answers to an item of agreement."""
        return {"usefulness": self.usefulness, "application": self.application}.get(code, self.rest)


AGREEMENT = ("usefulness", "objectives", "methods", "lecturers", "materials", "organisation", "application")


def plan_end_wave(
    course_id: int,
    instrument_id: int,
    staff: Staff,
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    at: datetime,
) -> int:
    """Plan a collection about the course and return its number."""
    with unit_of_work():
        wave = plan_wave(
            course=get_course(course_id),
            instrument=get_instrument(instrument_id),
            title=title,
            opens_at=opens_at,
            closes_at=closes_at,
            actor=staff.quality,
            at=at,
        )
    return wave.id


def open_for_answers(wave_id: int, staff: Staff, secret: str, at: datetime) -> None:
    """Invite the trainees; nobody is mailed, since nobody of them exists."""
    with unit_of_work():
        open_wave(wave=get_wave(wave_id), secret=secret, mail=False, actor=staff.quality, at=at)


def answer_wave(
    course_id: int,
    wave_id: int,
    mood: Mood,
    chance: Random,
    at: datetime,
    *,
    never: frozenset[int] = frozenset(),
) -> None:
    """Let so many of the trainees answer as the mood says; those in ``never`` do not."""
    with unit_of_work():
        wave = get_wave(wave_id)
        people = sorted(list_trainees(course_id), key=lambda person: person.id)
        people = [person for person in people if person.id not in never]
        for person in chance.sample(people, round(len(people) * mood.answering)):
            evaluations = list_my_evaluations(person.id)
            invited = next(one for one in evaluations if one.title == wave.title and not one.answered)
            give_answer(
                invitation=get_my_invitation(invited.invitation_id, voice(person)),
                answers=_sheet(mood, chance),
                at=at,
            )


def close(wave_id: int, staff: Staff, secret: str, at: datetime) -> None:
    """Close the collection when its window has ended, with its results."""
    with unit_of_work():
        close_wave(wave=get_wave(wave_id), secret=secret, actor=staff.quality, at=at)


def _sheet(mood: Mood, chance: Random) -> Mapping[str, object]:
    sheet: dict[str, object] = {code: _drawn(chance, mood.middle(code), 0.7, 1, 5) for code in AGREEMENT}
    sheet["pace"] = _drawn(chance, 3.2, 0.7, 1, 5)
    sheet["recommend"] = _drawn(chance, mood.recommend, 1.4, 0, 10)
    if chance.random() < 0.4:
        sheet["kept"] = chance.choice(KEPT)
    if chance.random() < 0.4:
        sheet["changed"] = chance.choice(CHANGED)
    return sheet


def _drawn(chance: Random, middle: float, spread: float, low: int, high: int) -> int:
    return min(high, max(low, round(chance.gauss(middle, spread))))
