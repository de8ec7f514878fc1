import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.files import errors
from app.files.spreadsheets import read_sheet, write_csv, write_xlsx
from app.files.spreadsheets.confined_reader import plain
from app.files.types import Limits, Row, Sheet

HEADINGS = ("Họ và tên", "Ngày sinh", "Đơn vị")
PERSON = ("Nguyễn Thị Hồng Đào", "02/09/1980", "Trường Chính trị tỉnh Hà Giang")
TABLE = "\r\n".join((";".join(HEADINGS), ";".join(PERSON)))
SHEET = Sheet(HEADINGS, (Row(2, PERSON),))


def workbook(*rows: tuple[object, ...]) -> bytes:
    with write_xlsx("Danh sách", [str(cell) for cell in rows[0]], rows[1:]) as file:
        return file.read()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with each of its parts changed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return packed.getvalue()


def windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: vowels with their hats and horns, tones apart."""
    pieces = []
    for character in text:
        decomposed = unicodedata.normalize("NFD", character)
        tones = [mark for mark in decomposed[1:] if mark in "\u0300\u0309\u0303\u0301\u0323"]
        rest = "".join(mark for mark in decomposed if mark not in tones)
        pieces.append(unicodedata.normalize("NFC", rest) + "".join(tones))
    return "".join(pieces).encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("utf-16-le"),
        ("\ufeff" + TABLE).encode("utf-16-be"),
        windows_1258(TABLE),
        unicodedata.normalize("NFD", TABLE).encode(),
        TABLE.replace(";", ",").encode(),
        TABLE.replace(";", "\t").encode(),
        TABLE.replace("\r\n", "\n").encode(),
        ("sep=;\r\n" + TABLE).encode(),
    ],
    ids=["utf8", "bom", "utf16", "be", "le", "be-bom", "1258", "nfd", "comma", "tab", "unix", "stated"],
)
def test_a_csv_file_is_read_in_every_form_met_in_practice(content: bytes) -> None:
    sheet = read_sheet(content, name="hocvien.csv")
    assert sheet.headers == HEADINGS
    assert [row.cells for row in sheet.rows] == [PERSON]


def test_windows_1258_is_told_from_utf8_by_its_bytes() -> None:
    with pytest.raises(UnicodeDecodeError):
        windows_1258(TABLE).decode()


def test_rows_are_numbered_as_the_spreadsheet_program_shows_them() -> None:
    content = b'\r\n\r\nname,remark\r\nAn,"two\r\nlines"\r\n\r\n  ,\r\nBinh\r\n'
    sheet = read_sheet(content, name="list.csv")
    assert sheet.rows == (Row(4, ("An", "two\r\nlines")), Row(7, ("Binh", "")))


def test_a_workbook_gives_text_and_dates() -> None:
    content = workbook(
        ("Tên", "Sinh", "Số", "Điểm", "Lúc", "Đạt", "Ghi chú"),
        (
            "Nguyễn An",
            date(1980, 9, 2),
            912345678,
            7.5,
            datetime.combine(date(2026, 3, 2), time(8, 30)),
            True,
            None,
        ),
        (None, None, None, None, None, None, None),
        ("Lê Bình", "02/09/1980", 0, 10.0, None, False, " =1+1"),
    )
    sheet = read_sheet(content, name="danh sach.XLSX")
    assert sheet.headers == ("Tên", "Sinh", "Số", "Điểm", "Lúc", "Đạt", "Ghi chú")
    assert sheet.rows == (
        Row(2, ("Nguyễn An", date(1980, 9, 2), "912345678", "7.5", "2026-03-02 08:30", "TRUE", "")),
        Row(4, ("Lê Bình", "02/09/1980", "0", "10", "", "FALSE", "=1+1")),
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_5000_rows_are_read_in_seconds_of_the_processor(kind: str) -> None:
    rows = [
        (f"Nguyễn Văn {number}", date(1970, 1, 1), f"a{number}@example.vn", number) for number in range(5_000)
    ]
    columns = ("Họ và tên", "Ngày sinh", "Thư điện tử", "Mã số")
    content = b"".join(write_csv(columns, rows)) if kind == "csv" else workbook(columns, *rows)
    start = process_time()
    sheet = read_sheet(content, name=f"list.{kind}")
    assert process_time() - start < 4
    assert len(sheet.rows) == 5_000
    assert sheet.rows[-1].cells[0] == "Nguyễn Văn 4999"
    assert sheet.rows[-1].number == 5_001


VISIBLE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).filter(
    lambda text: text[0] != "'"
)


@given(st.lists(st.tuples(VISIBLE, VISIBLE), min_size=1, max_size=5))
@settings(deadline=None)
def test_what_is_written_as_csv_is_read_again(rows: list[tuple[str, str]]) -> None:
    sheet = read_sheet(b"".join(write_csv(("one", "two"), rows)), name="list.csv")
    composed = [tuple(unicodedata.normalize("NFC", text) for text in row) for row in rows]
    assert [row.cells for row in sheet.rows] == composed


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_a_table_or_an_error_with_a_remedy(content: bytes) -> None:
    try:
        sheet = read_sheet(content, name="list.csv")
    except errors.UnreadableFile as problem:
        remedy = str(problem)
    else:
        remedy = "Nothing was imported." if sheet.rows else ""
    assert "Nothing was imported" in remedy


@pytest.mark.parametrize(
    ("content", "name", "error", "says"),
    [
        (b"", "list.csv", errors.EmptyFile, "no rows"),
        (b" \r\n,,\r\n", "list.csv", errors.EmptyFile, "no rows"),
        (b"name,code\r\n", "list.csv", errors.EmptyFile, "below its headings"),
        (b"name,Code,CODE\r\nAn,1,2\r\n", "list.csv", errors.DuplicateHeadings, "Code, CODE"),
        (b"name,code\r\nAn,1\r\nB,2,3,,4\r\n", "list.csv", errors.ValuesWithoutHeading, "C3, E3"),
        (b'name,code\r\nAn,"1\r\nBinh,2\r\n', "list.csv", errors.BrokenQuotes, "row 2"),
        (b'name,code\r\nAn,1\r\n"B"inh,2\r\n', "list.csv", errors.BrokenQuotes, "row 3"),
        ("tên\r\nHồng\r\n".encode()[:-3] + b"\xff\r\n", "list.csv", errors.WrongEncoding, "Row 2"),
        (b"ten\r\nNguy\xd4n V\xa8n An\r\n", "list.csv", errors.WrongEncoding, "Row 2"),
        (b"ten\r\nNguy\xea\xf2n\xf2 An\r\n", "list.csv", errors.WrongEncoding, "Row 2"),
        (b"\xff\xfea\x00b", "list.csv", errors.WrongEncoding, "Row 1"),
        (b"name\r\nA\x00\x00\x01n\r\n", "list.csv", errors.NotASpreadsheet, "list.csv"),
        (b"%PDF-1.7 ...", "list.csv", errors.NotASpreadsheet, "list.csv"),
        (b"<html><table><tr><td>An</td></tr></table>", "list.csv", errors.NotASpreadsheet, "list.csv"),
        (b"name,code\r\nAn,1\r\n", "list.doc", errors.NotASpreadsheet, "list.doc"),
        (b"name,code\r\nAn,1\r\n", "list.xlsx", errors.NameAndContentDiffer, "list.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", "list.xlsx", errors.OldExcelFile, "old Excel"),
        (b"PK\x03\x04 and then nothing", "list.xlsx", errors.DamagedFile, "damaged"),
        (b"x" * (10 * 1024 * 1024 + 1), "list.csv", errors.FileTooLarge, "10.0 MB"),
        (b"n\r\n" + b"1\r\n" * 20_001, "list.csv", errors.TooManyRows, "20000"),
        (b",".join([b"h"] * 201) + b"\r\n", "list.csv", errors.TooManyColumns, "200"),
    ],
)
def test_an_unreadable_csv_file_is_refused_with_place_and_remedy(
    content: bytes, name: str, error: type[errors.UnreadableFile], says: str
) -> None:
    with pytest.raises(error) as caught:
        read_sheet(content, name=name)
    assert says in str(caught.value)
    assert "Nothing was imported" in str(caught.value)
    assert caught.value.field == "file"


def test_an_encrypted_workbook_asks_for_one_without_password() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(errors.PasswordProtected):
        read_sheet(content, name="list.xlsx")


def test_a_truncated_workbook_is_damaged() -> None:
    content = workbook(("name", "code"), *(("An", number) for number in range(500)))
    for length in (100, len(content) // 2, len(content) - 10):
        with pytest.raises(errors.DamagedFile):
            read_sheet(content[:length], name="list.xlsx")


def test_a_workbook_called_csv_and_another_archive_are_refused() -> None:
    with pytest.raises(errors.NameAndContentDiffer):
        read_sheet(workbook(("a",), ("1",)), name="list.csv")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    with pytest.raises(errors.NotASpreadsheet):
        read_sheet(archive.getvalue(), name="list.xlsx")


def test_xml_entities_are_refused() -> None:
    def with_entity(part: str, content: bytes) -> bytes:
        laughs = b'?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">]>'
        return (
            content.replace(b"?>", laughs, 1)
            if part == "xl/sharedStrings.xml" or "sheet1" in part
            else content
        )

    with pytest.raises(errors.UnsafeFile):
        read_sheet(repacked(workbook(("a",), ("1",)), with_entity), name="list.xlsx")


def test_a_zip_bomb_is_refused_by_size_and_by_ratio() -> None:
    def swollen(megabytes: int) -> bytes:
        def swell(part: str, content: bytes) -> bytes:
            return content + b" " * megabytes * 1024**2 if "sheet1" in part else content

        return repacked(workbook(("a",), ("1",)), swell)

    for megabytes in (3, 100):
        content = swollen(megabytes)
        assert len(content) < 200_000
        with pytest.raises(errors.UnpacksTooLarge):
            read_sheet(content, name="list.xlsx")


def test_a_small_file_that_describes_a_vast_table_is_refused() -> None:
    def far_corner(part: str, content: bytes) -> bytes:
        cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return content.replace(b"</sheetData>", cell) if "sheet1" in part else content

    with pytest.raises((errors.UnpacksTooLarge, errors.TooManyRows)):
        read_sheet(repacked(workbook(("a",), ("1",)), far_corner), name="list.xlsx")


def test_an_archive_of_very_many_parts_is_refused() -> None:
    packed = io.BytesIO(workbook(("a",), ("1",)))
    with zipfile.ZipFile(packed, "a") as archive:
        for number in range(1_000):
            archive.writestr(f"xl/part{number}.bin", b"")
    with pytest.raises(errors.UnpacksTooLarge):
        read_sheet(packed.getvalue(), name="list.xlsx")


def test_an_archive_with_encrypted_parts_asks_for_one_without_password() -> None:
    content = bytearray(workbook(("a",), ("1",)))
    flags_in_directory = content.index(b"PK\x01\x02") + 8
    content[flags_in_directory] |= 1
    with pytest.raises(errors.PasswordProtected):
        read_sheet(bytes(content), name="list.xlsx")


def test_a_reader_that_does_not_come_back_is_given_up() -> None:
    with pytest.raises(errors.UnpacksTooLarge):
        read_sheet(workbook(("a",), ("1",)), name="list.xlsx", limits=Limits(seconds=0))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, "TRUE"),
        (1e20, "1e+20"),
        (2.5, "2.5"),
        (-3.0, "-3"),
        (time(8, 30), "08:30"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (datetime.combine(date(2026, 3, 2), time()), {"date": "2026-03-02"}),
        (datetime.combine(date(2026, 3, 2), time(8, 30)), "2026-03-02 08:30"),
    ],
)
def test_each_kind_of_cell_is_read_as_it_looks(value: object, read: str | dict[str, str]) -> None:
    assert plain(value) == read


def test_a_date_and_an_empty_cell_may_stand_among_the_headings() -> None:
    sheet = read_sheet(workbook(("name", "", "x"), ("An", None, 1)), name="list.xlsx")
    assert sheet.headers == ("name", "", "x")
    register = read_sheet(b"name,2026-03-02\r\nAn,x\r\n", name="list.csv")
    assert register.headers == ("name", "2026-03-02")


def test_a_cell_without_end_is_taken_for_an_open_quotation() -> None:
    with pytest.raises(errors.BrokenQuotes, match="row 1"):
        read_sheet(b"name,code\r\n".replace(b"name", b"n" * 200_000), name="list.csv")


def test_rows_and_columns_of_a_workbook_are_limited() -> None:
    limits = Limits(rows=3, columns=2)
    assert len(read_sheet(workbook(("a", "b"), *[(1, 2)] * 3), name="list.xlsx", limits=limits).rows) == 3
    with pytest.raises(errors.TooManyRows):
        read_sheet(workbook(("a", "b"), *[(1, 2)] * 4), name="list.xlsx", limits=limits)
    with pytest.raises(errors.TooManyColumns):
        read_sheet(workbook(("a", "b", "c"), (1, 2, 3)), name="list.xlsx", limits=limits)


def test_a_csv_export_of_5000_rows_comes_in_pieces() -> None:
    pieces = list(write_csv(("number",), ((number,) for number in range(5_000))))
    assert len(pieces) == 11
    assert len(list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))) == 5_001


def test_a_nul_that_a_workbook_spells_out_is_shown_and_not_passed_on() -> None:
    spelled = repacked(
        workbook(("name", "code"), ("Lan Anh", "x")),
        lambda _part, content: content.replace(b"Lan Anh", b"Lan_x0000_Anh").replace(
            b">code<", b">c_x0000_<"
        ),
    )

    sheet = read_sheet(spelled, name="list.xlsx")

    assert sheet.rows[0].cells[0] == "Lan\ufffdAnh"
    assert "\0" not in "".join(sheet.headers)
