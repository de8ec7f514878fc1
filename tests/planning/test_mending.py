"""Where no way is found for all who have to move, they are mended one after the other, and nobody is lost."""

from typing import Any

import pytest

from app.planning import mending
from app.planning.mending import Mended, mend
from app.planning.standing import present_places, struck_by
from app.planning.types import DEFAULT_LEVELS, Away, Place, Situation
from app.scheduling.optimiser.checker import find_violations
from app.scheduling.optimiser.neighbourhood import find_damage
from app.scheduling.optimiser.problem import Plan, Problem
from app.scheduling.optimiser.repair import Limits, NoRepair, Repair, repair
from tests.planning.situations import at, booking, meeting, place, situation

DAY = Away(7, None, at("2026-03-02 00:00"), at("2026-03-03 00:00"))
TOGETHER = 1.0


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No way for all together is ever found in time."""

    def hurried(problem: Problem, plan: Plan, *, limits: Limits) -> Repair | NoRepair:
        broken = find_damage(find_violations(problem, plan)).sessions
        if broken and limits.seconds == TOGETHER:
            return NoRepair(broken=tuple(sorted(broken)), proven=False, explanation=None, seconds=TOGETHER)
        return repair(problem, plan, limits=limits)

    monkeypatch.setattr(mending, "repair", hurried)


def standing(key: str, when: str, lecturer: int = 7) -> dict[str, Any]:
    return {
        "key": key,
        "session_id": int(key[1:]),
        "start": at(when),
        "room_id": 1,
        "lecturer_ids": (lecturer,),
    }


def told(*meetings: dict[str, Any], **values: object) -> Situation:
    return situation(meetings=tuple(meeting(**one) for one in meetings), away=(DAY,), **values)


def mended(of: Situation) -> Mended:
    struck = struck_by([DAY], of.meetings, present_places(of))
    return mend(of, DEFAULT_LEVELS, present_places(of), {one.key for one, _away in struck}, seconds=TOGETHER)


def test_one_after_the_other_they_find_their_places() -> None:
    found = mended(
        told(
            standing("s1", "2026-03-02 08:00"),
            standing("s2", "2026-03-02 10:00"),
            standing("s3", "2026-03-04 08:00", 8),
        )
    )

    assert {one.key for one in found.moves} == {"s1", "s2"}
    assert (found.left, found.answers) == ((), ())
    assert all(one.start >= at("2026-03-03 08:00") for one in found.moves)


def test_whoever_finds_none_is_left_with_the_reasons_and_the_others_move() -> None:
    # Another course has the only room from Tuesday on, but for two hours.
    taken = tuple(
        booking(90 + day, f"2026-03-0{day} {from_}", f"2026-03-0{day} 17:00", room_id=1)
        for day, from_ in ((3, "08:00"), (4, "08:00"), (5, "10:00"), (6, "08:00"))
    )

    found = mended(
        told(standing("s1", "2026-03-02 08:00"), standing("s2", "2026-03-02 10:00"), bookings=taken)
    )

    assert [one.start for one in found.moves] == [at("2026-03-05 08:00")]
    (left,) = found.left
    assert {left, found.moves[0].key} == {"s1", "s2"}
    answers: list[Any] = list(found.answers)
    (answer,) = answers
    assert answer["proven"] is True
    # Of itself nobody says that it has to take place as well.
    blamed = {reason["session"] for reason in answer["reasons"] if reason["kind"] == "presence"}
    assert blamed == {f"Meeting {found.moves[0].key}"}


def test_what_is_known_of_one_session_is_told_of_those_just_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def at_leisure(problem: Problem, plan: Plan, *, limits: Limits) -> Repair | NoRepair:
        asked.append(limits)
        return repair(problem, plan, limits=Limits(seconds=20))

    monkeypatch.setattr(mending, "repair", at_leisure)
    taken = tuple(
        booking(90 + day, f"2026-03-0{day} 08:00", f"2026-03-0{day} 17:00", room_id=1) for day in range(3, 7)
    )

    found = mended(
        told(standing("s1", "2026-03-02 08:00"), standing("s2", "2026-03-02 10:00"), bookings=taken)
    )

    assert (found.moves, found.left, len(asked)) == ((), ("s1", "s2"), 1)
    answers: list[Any] = list(found.answers)
    first, second = answers
    assert [reason["kind"] for reason in first["reasons"]] == [reason["kind"] for reason in second["reasons"]]
    assert (second["key"], second["proven"], second["minimal"]) == ("s2", True, True)
    assert second["reasons"]


def test_nobody_is_lost_where_there_is_no_time_for_one_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "_SECONDS_ALL", 0.0)

    found = mended(told(standing("s1", "2026-03-02 08:00")))

    assert (found.moves, found.left) == ((), ("s1",))
    (answer,) = found.answers
    assert isinstance(answer, dict)
    assert (answer["proven"], answer["reasons"]) == (False, [])


def test_a_place_is_left_as_it_is_where_nothing_is_broken() -> None:
    quiet = situation(meetings=(meeting(**standing("s1", "2026-03-04 08:00")),))
    given: list[Place] = [place("s1", "2026-03-04 08:00")]

    assert mend(quiet, DEFAULT_LEVELS, given, set(), seconds=TOGETHER).moves == ()
