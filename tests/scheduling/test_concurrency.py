"""Nobody and no room is in two places, whoever books at the same moment: on committed data, in an own database."""

from tests.load.booking_storm import ground, rage, unguarded

WORKERS, ATTEMPTS = 8, 480


def test_many_connections_book_few_rooms_without_overlap_deadlock_or_error() -> None:
    with ground("storm", workers=WORKERS) as (over, engine, _owner_url):
        report = rage(over, engine, workers=WORKERS, attempts=ATTEMPTS)

    assert report.unexpected == []
    assert (report.overlaps, report.deadlocks) == (0, 0)
    # A storm in which nobody wins, or nobody is refused, proves nothing.
    assert report.outcomes["booked"] > 20
    assert report.outcomes["moved"] > 5
    assert report.outcomes["refused"] > 100
    assert sum(report.outcomes.values()) == ATTEMPTS


def test_the_same_count_finds_overlaps_when_nothing_guards_the_bookings() -> None:
    with ground("storm_control", workers=WORKERS) as (over, engine, owner_url), unguarded(owner_url):
        report = rage(over, engine, workers=WORKERS, attempts=ATTEMPTS)

    assert report.unexpected == []
    assert report.overlaps > 100
