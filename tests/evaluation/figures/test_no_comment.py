"""Answers that say nothing are known in three languages, and answers that say something are kept."""

import csv
from pathlib import Path

import pytest

from app.evaluation.figures.no_comment import says_nothing

OPERATIONS = Path(__file__).parent / "data" / "operations-management" / "short_answers.csv"

NOTHING = [
    "",
    "   ",
    "-",
    "–",
    "...",
    "/",
    "n/a",
    "N/A.",
    "n.a",
    "n. a",
    "NA",
    "none",
    "None.",
    "Nothing!",
    "nope",
    "No comment",
    "no comments at this time",
    "Nothing to add.",
    "nothing comes to mind",
    "Nothing that I know of in particular!",
    "I have no further suggestions, thank you",
    "not sure",
    "idk",
    "k",
    "see above",
    "không",
    "Không ạ",
    "Dạ không có ạ",
    "ko",
    "Không có ý kiến gì thêm",
    "Em không có ý kiến ạ.",
    "Chưa có ý kiến",
    "khong co y kien gi",
    "Không có góp ý nào khác, em cảm ơn thầy cô",
    "KHÔNG CÓ Ý KIẾN",
    "なし",
    "特になし",
    "とくにありません。",
    "特にございません",
    "特に意見はありません",
    "無し",
    "今のところ特にないです。",
    "改善点は特にありません。ありがとうございました。",
    "ー",
    "Ｎ／Ａ",
    "わかりません",
    "何もない",
]
SOMETHING = [
    "Nothing, it was great",
    "no homework",
    "No time for questions",
    "There was no feedback",
    "not at all",
    "Not really",
    "Good",
    "0",
    "10/10",
    "no excel",
    "none of the lectures were in person",
    "I don't know why the test was moved",
    "yes",
    "nothing could be improved in the lab",
    "Không có thời gian thực hành",
    "không hiểu bài",
    "Không rõ ràng",
    "Tốt",
    "khong co thoi gian",
    "Không ồn",
    "không hay",
    "Em cảm ơn thầy cô",
    "Bình thường",
    "Chưa có máy chiếu",
    "時間がなかった",
    "資料が足りない",
    "特に実習が良かった",
    "説明がわからないところがあった",
    "楽しかったです",
    "難しくない",
]


@pytest.mark.parametrize("text", NOTHING)
def test_it_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", SOMETHING)
def test_it_says_something(text: str) -> None:
    assert not says_nothing(text)


# What the reference of this set counts as saying nothing: 574 empty answers and these.
PLAIN = {"", "-", "–", ".", "/", "n/a", "n.a", "na", "no", "none", "nope", "nothing"}


def test_the_published_count_of_a_real_set_is_reached_and_little_is_added() -> None:
    """1,063 of 6,487 answers are empty or say nothing by those words alone; we also know longer ways to say it."""
    with OPERATIONS.open(encoding="utf-8", newline="") as file:
        counts = {row["text"]: int(row["count"]) for row in csv.DictReader(file)}
    plain = {text for text in counts if text.casefold().rstrip(".") in PLAIN}
    found = {text for text in counts if says_nothing(text)}

    assert counts[""] == 574
    assert sum(counts[text] for text in plain) == 1063
    assert plain <= found
    assert sum(counts[text] for text in found) == 1135
    assert all(len(text) < 50 for text in found)
