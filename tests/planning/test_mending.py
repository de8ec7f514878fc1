"""Where the fewest moves take too long to prove, few are found by search, and nothing is claimed of them."""

from typing import Any

import pytest

from app.planning import mending
from app.planning.mending import Mended, mend
from app.planning.standing import present_places, struck_by
from app.planning.types import DEFAULT_LEVELS, Away, Place, Situation
from app.scheduling.optimiser.repair import NoRepair
from tests.planning.situations import at, booking, meeting, place, situation

DAY = Away(7, None, at("2026-03-02 00:00"), at("2026-03-03 00:00"))


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof is never ready in time."""
    too_late = NoRepair(broken=(0,), proven=False, explanation=None, seconds=0.0)
    monkeypatch.setattr(mending, "repair", lambda *_args, **_options: too_late)
    monkeypatch.setattr(mending, "_SECONDS_NEAR", 2.0)


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
    return mend(of, DEFAULT_LEVELS, present_places(of), {one.key for one, _away in struck}, seconds=1.0)


def test_only_who_has_to_move_does_and_it_is_not_called_the_fewest() -> None:
    found = mended(
        told(
            standing("s1", "2026-03-02 08:00"),
            standing("s2", "2026-03-03 08:00"),
            standing("s3", "2026-03-04 08:00", 8),
        )
    )

    assert [one.key for one in found.moves] == ["s1"]
    assert (found.left, found.proven, found.best) == ((), False, False)
    assert found.moves[0].start >= at("2026-03-03 08:00")


def test_what_the_search_does_not_place_either_is_left_without_a_verdict() -> None:
    # Another course has the only room from Tuesday on.
    taken = tuple(
        booking(90 + day, f"2026-03-0{day} 08:00", f"2026-03-0{day} 17:00", room_id=1) for day in range(3, 7)
    )

    found = mended(told(standing("s1", "2026-03-02 08:00"), bookings=taken))

    assert (found.moves, found.left) == ((), ("s1",))
    (answer,) = found.answers
    assert isinstance(answer, dict)
    assert (answer["proven"], answer["reasons"]) == (False, [])


def test_a_place_is_left_as_it_is_where_nothing_is_broken() -> None:
    quiet = situation(meetings=(meeting(**standing("s1", "2026-03-04 08:00")),))
    given: list[Place] = [place("s1", "2026-03-04 08:00")]

    assert mend(quiet, DEFAULT_LEVELS, given, set(), seconds=1.0).moves == ()
