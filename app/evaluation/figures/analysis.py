"""Everything that was asked of a table, by name of the part: what the command line prints and the worker stores."""

from collections.abc import Iterator, Mapping

from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.cells import Reader
from app.evaluation.figures.items import scale_item
from app.evaluation.figures.measure_parts import (
    assessor_parts,
    comparison_parts,
    knowledge_parts,
    pair_parts,
)
from app.evaluation.figures.outcomes import METHOD_VERSION, Json, to_json
from app.evaluation.figures.request import Request
from app.evaluation.figures.survey_parts import choice_parts, item_parts, read_items
from app.evaluation.figures.table import Table, UnreadableTable
from app.evaluation.figures.trend_parts import comment_parts, time_parts


def analyse(table: Table, request: Request) -> dict[str, object]:
    """Return the figures that were asked for, by part.

    Raises ``UnreadableTable`` with all cells that cannot be read, and ``UnfitData`` where the table cannot be what it
    is said to be. Without any question every column of numbers is summarised as an item.
    """
    reader = Reader(table, request.codes)
    parts = _described(reader) if request.asks_nothing else _asked(reader, request)
    return {
        "method_version": METHOD_VERSION,
        "table": {"rows": table.rows, "columns": len(table.columns), "encoding": table.encoding},
        **dict(parts),
    }


def as_json(figures: Mapping[str, object]) -> Json:
    """Return the figures as plain values."""
    return to_json(figures)


def _described(reader: Reader) -> Iterator[tuple[str, object]]:
    looks = {name: reader.looks_like_numbers(name) for name in reader.table.names}
    names = [name for name, (some, problem) in looks.items() if some and problem is None]
    left_out = {name: problem for name, (some, problem) in looks.items() if some and problem is not None}
    if not names and left_out:
        raise UnreadableTable(list(left_out.values()))
    if not names:
        raise UnfitData(
            "No column holds numbers. Say with --items which columns are items, and with --scale how."
        )
    columns = [reader.numbers(name) for name in names]
    yield (
        "items",
        {each.name: scale_item(each.values, not_applicable=each.not_applicable_count) for each in columns},
    )
    if left_out:
        yield "left_out", {name: str(problem) for name, problem in left_out.items()}


def _asked(reader: Reader, request: Request) -> Iterator[tuple[str, object]]:
    items = read_items(reader, request)
    if items is not None:
        yield from item_parts(reader, request, items)
        yield from comparison_parts(reader, request.comparison, items.turned)
        yield from time_parts(reader, request, items)
    yield from choice_parts(reader, request)
    yield from pair_parts(reader, request)
    yield from knowledge_parts(reader, request)
    yield from assessor_parts(reader, request)
    yield from comment_parts(reader, request)
