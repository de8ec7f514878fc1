"""What cannot fit by its hours alone."""

from app.planning.shortage import shortages
from app.planning.types import Away, Fact, FactKind, Meeting, Situation
from tests.planning.situations import at, booking, course, meeting, room, situation

# The week of the situations has five days of seven hours; each of these takes three and a half.
HALF_DAY = 210


def halves(count: int, **values: object) -> tuple[Meeting, ...]:
    return tuple(meeting(f"m{n}", minutes=HALF_DAY, **values) for n in range(count))


def short(**values: object) -> list[Fact]:
    told: Situation = situation(**{"courses": tuple(course(n) for n in range(1, 5)), **values})
    return list(shortages(told))


def test_a_room_that_is_full_to_the_last_hour_is_enough() -> None:
    assert short(meetings=(*halves(5), *halves(5, course_id=2))) == []


def test_one_session_more_than_the_rooms_have_hours_is_told() -> None:
    too_many = (*halves(6), *halves(5, course_id=2))

    assert short(meetings=too_many) == [
        Fact(FactKind.ROOMS_SHORT, number=11 * HALF_DAY, other=35 * 60, total=1)
    ]
    assert short(meetings=too_many, rooms=(room(1), room(2))) == []


def test_what_needs_no_room_takes_none() -> None:
    assert short(meetings=(*halves(6), *halves(5, course_id=2, method="online"))) == []
    assert short(meetings=tuple(m._replace(online=True) for m in (*halves(6), *halves(5, course_id=2)))) == []


def test_hours_that_are_taken_or_closed_are_not_there() -> None:
    full = (*halves(5), *halves(5, course_id=2))
    taken = booking(1, "2026-03-02 10:00", "2026-03-02 10:30", room_id=1)
    closed = Away(None, 1, at("2026-03-03 16:30"), at("2026-03-03 17:00"))

    assert [fact.other for fact in short(meetings=full, bookings=(taken,))] == [34 * 60 + 30]
    assert [fact.other for fact in short(meetings=full, away=(closed,))] == [34 * 60 + 30]


def test_a_lecturer_who_is_away_too_often_is_named() -> None:
    away = Away(7, None, at("2026-03-03 00:00"), at("2026-03-07 00:00"))
    lessons = halves(3, lecturer_ids=(7,))

    assert short(meetings=lessons, away=(away,)) == [Fact(FactKind.LECTURER_SHORT, "Dr A", 630, 420)]
    assert short(meetings=lessons[:2], away=(away,)) == []


def test_nobody_teaches_more_than_a_day_may_have() -> None:
    away = Away(7, None, at("2026-03-03 00:00"), at("2026-03-07 00:00"))

    found = short(meetings=halves(2, lecturer_ids=(7,)), away=(away,), hours_a_day=4)

    assert found == [Fact(FactKind.LECTURER_SHORT, "Dr A", 420, 240)]


def test_a_course_has_the_hours_of_its_own_days() -> None:
    courses = (course(1, first="2026-03-05"), course(2))

    found = short(meetings=halves(5), rooms=(room(1), room(2)), courses=courses)

    assert found == [Fact(FactKind.COURSE_SHORT, "C1", 5 * HALF_DAY, 14 * 60, total=2)]
