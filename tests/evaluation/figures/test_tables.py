"""Reading a CSV: what is understood, and what is refused with row, column and remedy."""

import unicodedata
from functools import partial

import numpy as np
import pytest

from app.evaluation.figures.cells import Codes, NumberScale, Reader, WordScale, parse_scale
from app.evaluation.figures.table import MOST_TOLD, TableProblem, UnreadableTable, decode, read_table

VIETNAMESE = "tên,ý kiến\nNguyễn Thị Ước,Giảng viên rất tốt\n"


def problems(content: bytes, **options: str) -> tuple[TableProblem, ...]:
    with pytest.raises(UnreadableTable) as refused:
        read_table(content, **options)
    return refused.value.problems


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_are_found_out(encoding: str, found: str) -> None:
    assert decode(VIETNAMESE.encode(encoding)) == (VIETNAMESE, found)


def test_vietnamese_of_windows_is_found_out_and_composed() -> None:
    # Code page 1258 writes tones as marks of their own, after letters that keep their hats and horns.
    marks = "\u0300\u0301\u0303\u0309\u0323"
    loose = "".join(
        unicodedata.normalize("NFC", "".join(part for part in parts if part not in marks))
        + "".join(part for part in parts if part in marks)
        for parts in map(partial(unicodedata.normalize, "NFD"), VIETNAMESE)
    )

    assert decode(loose.encode("cp1258")) == (VIETNAMESE, "cp1258")


def test_an_unknown_encoding_is_refused_with_its_place() -> None:
    (problem,) = problems(b"name,answer\nJos\xe9,4\n")

    assert problem.row == 2
    assert "0xE9" in problem.message
    assert "CSV UTF-8" in problem.remedy


def test_a_named_encoding_is_used() -> None:
    assert read_table(b"name,answer\nJos\xe9,4\n", encoding="latin-1").cells("name") == ("José",)


def test_a_wrongly_named_encoding_is_refused() -> None:
    assert "no encoding called klingon" in problems(b"a\n1\n", encoding="klingon")[0].message
    assert "is not ascii" in problems("a\né\n".encode(), encoding="ascii")[0].message


@pytest.mark.parametrize("start", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7"])
def test_other_kinds_of_files_are_named(start: bytes) -> None:
    assert "not a CSV" in problems(start)[0].message


def test_a_nul_in_the_text_is_refused() -> None:
    assert problems(b"a,b\n1,2\n3,\x00\n")[0].row == 3


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found_out(separator: str) -> None:
    table = read_table(f'"a, or; b"{separator}c\n1{separator}2\n'.encode())

    assert table.separator == separator
    assert table.columns == {"a, or; b": ("1",), "c": ("2",)}


def test_ragged_rows_are_told_with_their_numbers() -> None:
    found = problems(b"a,b,c\n1,2,3\n1,2\n1,2,3\n1,2,3,4\n")

    assert [(each.row, each.message) for each in found] == [
        (3, "This row has 2 cells; the header has 3."),
        (5, "This row has 4 cells; the header has 3."),
    ]
    assert "a comma into quotes" in found[0].remedy


def test_an_empty_row_is_told_as_such() -> None:
    (problem,) = problems(b"a,b\n1,2\n\n3,4\n")

    assert (problem.row, problem.message, problem.remedy) == (3, "This row is empty.", "Delete it.")


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    found = problems(b'a,b\n"two\nlines",1\n1\n')

    assert [each.row for each in found] == [3]


def test_no_more_problems_are_told_than_can_be_read() -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_table(b"a,b\n" + b"1\n" * 500)

    assert len(refused.value.problems) == MOST_TOLD
    assert refused.value.total == 500


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no names of columns"),
        (b"\n\n", "no names of columns"),
        (b"a,b\n", "a header and no row"),
        (b"a,a\n1,2\n", "Columns 1 and 2 are both called this."),
        (b'a,b\n"x"y,1\n', "cannot be read"),
        (b'a,b\n"never closed,1\n', "cannot be read"),
    ],
)
def test_files_that_are_no_tables(content: bytes, told: str) -> None:
    assert told in str(problems(content)[0])


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(UnreadableTable, match=r"There is no column Q9. The columns are: Q1, Q2."):
        read_table(b"Q1,Q2\n1,2\n").cells("Q9")


def test_columns_without_a_name_and_blank_cells() -> None:
    table = read_table(b",b\n1, \n,2\n")

    assert table.names == ("column 1", "b")
    assert np.isnan(Reader(table).numbers("column 1").values[1])


def test_a_single_column_may_have_blank_lines_for_blanks() -> None:
    values = Reader(read_table(b"a\n1\n\n3\n")).numbers("a").values

    assert values[[0, 2]].tolist() == [1, 3]
    assert np.isnan(values[1])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("6", "6 lies outside the scale from 1 to 5."),
        ("0", "0 lies outside the scale from 1 to 5."),
        ("2.5", "2.5 is no point of the scale from 1 to 5."),
        ("NaN", '"NaN" is no answer.'),
        ("inf", '"inf" is no answer.'),
        ("-Infinity", '"-Infinity" is no answer.'),
        ("1e999", '"1e999" is too large a number.'),
        ("four", '"four" is no number.'),
        ("1_0", '"1_0" is no number.'),
        ("#DIV/0!", '"#DIV/0!" is no answer.'),
    ],
)
def test_cells_off_the_scale_are_told_with_row_and_column(cell: str, told: str) -> None:
    reader = Reader(read_table(f"Q1,Q2\n3,4\n5,{cell}\n".encode()))
    reader.numbers("Q1", NumberScale(1, 5))
    reader.numbers("Q2", NumberScale(1, 5))

    with pytest.raises(UnreadableTable) as refused:
        reader.refuse_problems()
    (problem,) = refused.value.problems
    assert (problem.row, problem.column, problem.message) == (3, "Q2", told)
    assert problem.remedy


def test_everything_wrong_in_all_columns_is_told_at_once() -> None:
    reader = Reader(read_table(b"Q1,Q2\n9,x\n3,4\n0,y\n"))
    for name in ("Q1", "Q2"):
        reader.numbers(name, NumberScale(1, 5))

    with pytest.raises(UnreadableTable) as refused:
        reader.refuse_problems()
    assert [(each.row, each.column) for each in refused.value.problems] == [
        (2, "Q1"),
        (4, "Q1"),
        (2, "Q2"),
        (4, "Q2"),
    ]


def test_blank_and_not_applicable_are_told_apart() -> None:
    codes = Codes(missing=("NA", "99"), not_applicable=("n/a", "không áp dụng"))
    reader = Reader(read_table("Q1\n3\nNA\n99\nN/A\nKhông  áp dụng\n4\n".encode()), codes)
    read = reader.numbers("Q1", NumberScale(1, 5))

    assert reader.total == 0
    assert read.values[[0, 5]].tolist() == [3, 4]
    assert np.isnan(read.values[1:5]).all()
    assert read.not_applicable.tolist() == [False, False, False, True, True, False]


def test_words_of_a_scale_are_compared_without_case_and_space() -> None:
    scale = parse_scale("Không bao giờ|Đôi khi| Luôn  luôn")
    reader = Reader(read_table("Q1\nluôn luôn\n ĐÔI KHI\nNever\n".encode()))

    assert isinstance(scale, WordScale)
    assert reader.numbers("Q1", scale).values[:2].tolist() == [3, 2]
    assert reader.problems[0].row == 4
    assert (
        reader.problems[0].message == '"Never" is no point of the scale Không bao giờ | Đôi khi | Luôn luôn.'
    )


def test_a_word_can_be_read_as_another() -> None:
    reader = Reader(read_table(b"Q1\nNever\nOften\n"), Codes(read_as={"never": "Rarely"}))

    assert reader.numbers("Q1", parse_scale("Rarely|Often")).values.tolist() == [1, 2]
    assert reader.words("Q1") == ("Rarely", "Often")


def test_decimal_commas_are_read_where_they_do_not_separate() -> None:
    assert Reader(read_table(b"a;b\n2,5;1\n")).numbers("a").values.tolist() == [2.5]


@pytest.mark.parametrize("text", ["5-1", "1-1", "a-b", "1,5", "one|one", "|", "1.5-3", ""])
def test_what_is_no_scale_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"scale|whole"):
        parse_scale(text)


def test_scales_are_read() -> None:
    assert parse_scale("1-5") == NumberScale(1, 5)
    assert parse_scale("-2–2").points == (-2, -1, 0, 1, 2)
    assert parse_scale("0..100") == NumberScale(0, 100, any_between=True)
