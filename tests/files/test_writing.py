import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from app.files.spreadsheets import Table, write_csv, write_xlsx

HALF_PAST_EIGHT = datetime.combine(date(2026, 3, 2), time(8, 30))
FORMULAS = [
    "=1+1",
    "+84912",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\u00a0=cmd|'/C calc'!A0",
    "\ttext",
    "＝1",
]
HARMLESS = ["Nguyễn An", "a=b", "", "2026-03-02", "1-2", "http://example.org", "'quoted'"]


def csv_cells(*values: object) -> list[str]:
    content = b"".join(write_csv([f"h{place}" for place in range(len(values))], [values]))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1]


def workbook_parts(*values: object, title: str = "List") -> tuple[list[object], str]:
    """The cells as read again, and the XML of the sheet."""
    with write_xlsx(title, [f"h{place}" for place in range(len(values))], [values]) as file:
        content = file.read()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return list(sheet.to_python()[1]), parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_csv_file_begins_with_a_byte_order_mark_and_its_headings() -> None:
    assert b"".join(write_csv(["Tên", "Số"], [])) == "\ufeffTên,Số\r\n".encode()


@pytest.mark.parametrize("text", FORMULAS)
def test_text_never_becomes_a_formula(text: str) -> None:
    assert csv_cells(text) == ["'" + text]
    assert csv_cells("x") == ["x"]
    cells, xml = workbook_parts(text)
    assert str(cells[0]).startswith("'")
    assert "<f>" not in xml
    assert b"".join(write_csv([text], [])).decode("utf-8-sig").lstrip('"').startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert csv_cells(text) == [text]
    assert workbook_parts(text, "x")[0] == [text, "x"]


def test_numbers_and_dates_stay_what_they_are() -> None:
    assert csv_cells(-5, -1.5, Decimal("2.50"), date(2026, 3, 2), None, True, float("nan")) == [
        "-5", "-1.5", "2.50", "2026-03-02", "", "TRUE", "",
    ]  # fmt: skip
    cells, xml = workbook_parts(-5, -1.5, date(2026, 3, 2), HALF_PAST_EIGHT, True, float("inf"), 10**17)
    assert cells == [-5, -1.5, date(2026, 3, 2), HALF_PAST_EIGHT, True, "", str(10**17)]
    assert "<f>" not in xml


def test_an_instant_keeps_its_zone_and_an_early_day_its_year() -> None:
    instant = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert csv_cells(instant) == ["2026-03-02 08:30+00:00"]
    assert workbook_parts(instant, date(1890, 5, 19))[0] == ["2026-03-02 08:30+00:00", "1890-05-19"]


def test_addresses_do_not_become_links() -> None:
    assert "hyperlink" not in workbook_parts("http://example.org", "mailto:a@example.org")[1]


def test_a_cell_holds_as_much_as_spreadsheet_programs_take() -> None:
    text = str(workbook_parts("ă" * 40_000)[0][0])
    assert (len(text), text[-1]) == (32_767, "…")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Danh sách lớp [TOT] 1/2", "Danh sách lớp TOT 1 2"),
        ("'" * 5, "1"),
        ("", "1"),
        ("History", "1"),
        ("x" * 50, "x" * 31),
    ],
)
def test_a_sheet_is_called_after_the_list_as_far_as_allowed(title: str, name: str) -> None:
    with write_xlsx(title, ["a"], []) as file, zipfile.ZipFile(file) as parts:
        found = re.search(r'<sheet name="([^"]*)"', parts.read("xl/workbook.xml").decode())
    assert found is not None
    assert found[1] == name


def test_further_lists_get_sheets_of_their_own() -> None:
    further = [Table("More", ["a", "b"], [[1, "=x"]]), Table("more", ["c"], iter([[2.5]]))]
    with write_xlsx("List", ["h"], [["first"]], further) as file:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))

    assert book.sheet_names == ["List", "More", "3"]
    assert book.get_sheet_by_name("More").to_python() == [["a", "b"], [1.0, "'=x"]]
    assert book.get_sheet_by_name("3").to_python() == [["c"], [2.5]]
