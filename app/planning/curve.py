"""The curve of a run as a picture: the best cost by wish against time, worked out for a small SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.planning.types import Reached

WIDTH, HEIGHT = 640, 200
_MOST_PARTS = 5


@dataclass(frozen=True, slots=True)
class Band:
    """One wish: the outline of its share of the cost, as the points of a polygon, and what it costs at the end."""

    name: str
    points: str
    last: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The bands from the lowest up, the marks of new proposals, and how long all of it took."""

    bands: tuple[Band, ...]
    seconds: float
    starts: tuple[int, ...]


def picture_of(curve: Sequence[Reached]) -> Picture | None:
    """Return the curve as stacked bands, the dearest wishes by name and the rest as one; None while there is none.

    A point holds until the next one, as the best cost does. Each proposal weighs the wishes in its own way, so its
    costs have a scale of their own: its dearest point is as high as the picture. What was before all sessions were
    placed for the first time is left out: its costs say nothing beside those of whole timetables.
    """
    fewest = min((point.unplaced for point in curve), default=0)
    shown = [point for point in curve if point.unplaced == fewest] or list(curve)
    if not shown:
        return None
    sums = {name: sum(point.parts.get(name, 0) for point in shown) for name in shown[-1].parts}
    named = [name for name in sorted(sums, key=lambda one: -sums[one]) if sums[name]][:_MOST_PARTS]
    rest = [name for name in sums if name not in named and sums[name]]
    groups = [(name, [name]) for name in named] + ([("rest", rest)] if rest else [])
    heights = [[sum(point.parts.get(n, 0) for n in names) for _name, names in groups] for point in shown]
    peaks: dict[int, int] = {}
    for point, row in zip(shown, heights, strict=True):
        peaks[point.number] = max(peaks.get(point.number, 1), sum(row))
    scales = [peaks[point.number] for point in shown]
    seconds = max(shown[-1].seconds, 1.0)
    across = [round(point.seconds / seconds * WIDTH) for point in shown]
    bands, floor = [], [0] * len(shown)
    for number, (name, _names) in enumerate(groups):
        top = [below + row[number] for below, row in zip(floor, heights, strict=True)]
        bands.append(Band(name, _outline(across, floor, top, scales), heights[-1][number]))
        floor = top
    firsts = tuple(
        x
        for x, point, before in zip(across[1:], shown[1:], shown, strict=False)
        if point.number != before.number
    )
    return Picture(tuple(bands), seconds, firsts)


def _outline(across: Sequence[int], floor: Sequence[int], top: Sequence[int], scales: Sequence[int]) -> str:
    forth = _steps(across, _depths(top, scales))
    back = _steps(across, _depths(floor, scales))
    return " ".join(f"{x},{y}" for x, y in [*forth, *reversed(back)])


def _depths(values: Sequence[int], scales: Sequence[int]) -> list[int]:
    return [HEIGHT - round(value / scale * HEIGHT) for value, scale in zip(values, scales, strict=True)]


def _steps(across: Sequence[int], down: Sequence[int]) -> list[tuple[int, int]]:
    points: list[tuple[int, int]] = []
    for number, (x, y) in enumerate(zip(across, down, strict=True)):
        if number:
            points.append((x, down[number - 1]))
        points.append((x, y))
    return [*points, (WIDTH, down[-1])]
