"""Long lists, alike everywhere: filtered, sorted and paged by the address, exported as they are shown."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.files.spreadsheets import Table, write_csv, write_xlsx
from app.kernel.clock import now
from app.kernel.pages import Cell, Column, Page, PageRequest
from app.kernel.reading import Exported, Leaves, note_readings
from app.kernel.text import LabelledEnum
from app.web.render import page
from app.web.session import current_actor

T = TypeVar("T")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 200


def page_request(*filters: str) -> PageRequest:
    """Read which part of the list is wanted from the address; what makes no sense there counts as not given."""
    values = request.args
    number = values.get("page", "1")
    sort = values.get("sort", "")[:40]
    exporting = values.get("format") in ("csv", "xlsx")
    return PageRequest(
        number=int(number)
        if number.isascii() and number.isdigit() and 0 < len(number) < 8 and int(number)
        else 1,
        size=None if exporting else PageRequest().size,
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-") or values.get("desc") == "1",
        search=values.get("q", "").replace("\x00", "").strip()[:_LONGEST],
        filters={
            name: values[name].replace("\x00", "").strip()[:_LONGEST] for name in filters if values.get(name)
        },
    )


def list_page(
    template: str,
    *,
    listed: Page[T],
    columns: Sequence[Column[T]],
    file_name: str,
    leaves: Leaves | None = None,
    further: Sequence[Table] = (),
    **context: Any,
) -> ResponseReturnValue:
    """Answer with the list's page, or with exactly what it shows as CSV or XLSX (``?format=``).

    A list of people, or of what people wrote, says what it ``leaves`` on the audit trail when it is exported. What the
    page shows beside its list goes into the workbook as ``further`` sheets.
    """
    wanted = request.args.get("format")
    if leaves is not None and wanted in ("csv", "xlsx"):
        note_readings(_exports(leaves, wanted))
    if wanted == "csv":
        return _attachment(
            write_csv(_titles(columns), _rows(listed, columns)), f"{file_name}.csv", "text/csv"
        )
    if wanted == "xlsx":
        book = write_xlsx(file_name, _titles(columns), _rows(listed, columns), further)
        return _attachment(_parts_of(book), f"{file_name}.xlsx", _XLSX)
    return page(template, listed=listed, columns=columns, **context)


def _exports(leaves: Leaves, form: str) -> Iterator[Exported]:
    narrowed = {name: value[:_LONGEST] for name, value in request.args.items() if value and name != "format"}
    for organisation_id in leaves.organisation_ids:
        yield leaves.kind(
            actor=current_actor(),
            at=now(),
            organisation_id=organisation_id,
            subject_id=leaves.subject_id,
            format=form,
            filters=narrowed,
        )


def _titles(columns: Sequence[Column[T]]) -> list[str]:
    return [gettext(column.title) for column in columns]


def _rows(listed: Page[T], columns: Sequence[Column[T]]) -> Iterator[list[Cell]]:
    read: list[Callable[[T], Cell]] = [column.value for column in columns]
    return ([_plain(value(item)) for value in read] for item in listed.items)


def _plain(value: Cell) -> Cell:
    return gettext(value.label) if isinstance(value, LabelledEnum) else value


def _parts_of(book: BinaryIO) -> Iterator[bytes]:
    with book:
        yield from iter(lambda: book.read(65536), b"")


def _attachment(parts: Iterator[bytes], name: str, kind: str) -> Response:
    response = Response(stream_with_context(parts), mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
