"""Comments are counted without those that say nothing; themes are suggestions that can be checked by searching."""

import json

import numpy as np
import pytest

from app.evaluation.figures.comments import Comments, Theme, summarise_comments
from app.evaluation.figures.outcomes import InsufficientData
from app.evaluation.figures.themes import find_themes, number_of_themes
from app.evaluation.figures.words import Language

ENGLISH = [
    "The video lectures were too long",
    "Shorter videos, please",
    "Watching videos at my own pace was great",
    "Videos could be captioned",
    "I liked the recorded videos",
    "The videos froze a lot",
    "More practice problems before the exam",
    "Practice problems helped me for the exam",
    "The exam was harder than the practice problems",
    "Please post practice problems with answers",
    "Exam questions were fair",
    "The exam came too early",
    "The room was cold",
    "A bigger room is needed",
    "The room had no air",
]
VIETNAMESE = [
    "Giảng viên nhiệt tình, giải thích dễ hiểu",
    "Giảng viên rất nhiệt tình",
    "Giảng viên dạy hay và nhiệt tình",
    "Cảm ơn giảng viên đã nhiệt tình hướng dẫn",
    "GV nhiệt tình trả lời câu hỏi",
    "Thời gian thực hành còn ít",
    "Cần tăng thời gian thực hành",
    "Thời gian thực hành quá ngắn",
    "Nên thêm thời gian cho phần thực hành",
    "Ít thực hành",
    "Phòng học nóng, máy chiếu mờ",
    "Phòng học chật",
    "Máy chiếu ở phòng học bị hỏng",
    "Phòng học ồn ào",
]
JAPANESE = [
    "講義資料が分かりやすかった",
    "資料がとても分かりやすい",
    "講義資料をもっと早くほしい",
    "資料が多すぎる",
    "資料の字が小さい",
    "実習の時間が短い",
    "実習をもっと増やしてほしい",
    "実習が楽しかった",
    "実習の時間が足りなかった",
    "実習が役に立った",
]
NOTHING = ["n/a", "Không có ý kiến", "特になし", "-", "None."]


def themes_of(found: Comments) -> tuple[Theme, ...]:
    assert not isinstance(found.themes, InsufficientData)
    return found.themes


def test_answers_that_say_nothing_are_left_out_of_every_count() -> None:
    plain = summarise_comments(ENGLISH)
    padded = summarise_comments([*ENGLISH, *NOTHING, "", "   ", None])

    assert (padded.n, padded.missing, padded.saying_nothing) == (len(ENGLISH), 3, 5)
    assert padded.themes == plain.themes
    assert padded.without_theme == plain.without_theme


def test_themes_are_found_in_each_language_by_itself() -> None:
    found = summarise_comments([*ENGLISH, *VIETNAMESE, *JAPANESE, *NOTHING])
    words = {language: set[str]() for language in Language}
    for theme in themes_of(found):
        words[theme.language] |= set(theme.words)

    assert found.languages == {Language.ENGLISH: 15, Language.VIETNAMESE: 14, Language.JAPANESE: 10}
    assert {"videos", "exam"} <= words[Language.ENGLISH]
    assert {"nhiệt tình", "thực hành", "phòng học"} & words[Language.VIETNAMESE]
    assert {"資料", "実習"} <= words[Language.JAPANESE]
    assert not words[Language.VIETNAMESE] & {
        "giảng",
        "viên",
        "thực",
        "hành",
        "phòng",
        "thời",
        "gian",
        "nhiệt",
        "tình",
    }


def test_a_count_is_what_a_search_for_the_words_finds() -> None:
    comments = [*VIETNAMESE, "Không ạ"]
    for theme in themes_of(summarise_comments(comments)):
        full = [text.replace("GV", "giảng viên").casefold() for text in comments]
        found = sum(any(word in text for word in theme.words) for text in full)
        assert theme.count == found
        assert theme.share == pytest.approx(found / 14)


def test_examples_are_word_for_word_and_belong_to_their_theme() -> None:
    for theme in themes_of(summarise_comments(ENGLISH)):
        assert 1 <= len(theme.examples) <= 3
        for example in theme.examples:
            assert ENGLISH[example.place] == example.text
            assert any(word.split()[0][:-1] in example.text.casefold() for word in theme.words)


def test_the_order_of_the_comments_does_not_matter() -> None:
    comments = [*ENGLISH, *VIETNAMESE, *JAPANESE]
    turned = [comments[place] for place in np.random.default_rng(3).permutation(len(comments))]
    plain, other = summarise_comments(comments), summarise_comments(turned)

    assert [(one.words, one.beside, one.count) for one in themes_of(plain)] == [
        (one.words, one.beside, one.count) for one in themes_of(other)
    ]
    assert [[each.text for each in one.examples] for one in themes_of(plain)] == [
        [each.text for each in one.examples] for one in themes_of(other)
    ]


def test_no_theme_comes_from_fewer_comments_than_asked() -> None:
    for minimum in (2, 3, 5, 8):
        found = summarise_comments(ENGLISH, minimum=minimum)
        assert all(theme.count >= minimum for theme in themes_of(found))
    assert themes_of(summarise_comments(ENGLISH, minimum=16)) == ()


def test_fewer_than_ten_comments_give_counts_and_no_themes() -> None:
    found = summarise_comments([*ENGLISH[:9], "n/a", ""])
    assert (found.n, found.saying_nothing, found.missing) == (9, 1, 1)
    assert isinstance(found.themes, InsufficientData)
    assert (found.themes.n, found.themes.needed) == (9, 10)
    assert found.cautions == ()


def test_a_language_with_few_comments_is_counted_and_gets_no_themes() -> None:
    found = summarise_comments([*ENGLISH, *VIETNAMESE[:4]])
    assert found.languages[Language.VIETNAMESE] == 4
    assert {theme.language for theme in themes_of(found)} == {Language.ENGLISH}
    assert found.without_theme >= 4


def test_examples_are_marked_as_the_respondents_own_words() -> None:
    codes = [one.code for one in summarise_comments(ENGLISH).cautions]
    assert codes == ["themes_are_suggestions", "verbatim_examples"]


@pytest.mark.parametrize(
    "comments",
    [
        [],
        [None] * 20,
        ["the same comment about videos"] * 20,
        ["a"] * 20,
        [f"word{place}" for place in range(20)],
        ["😀" * 5] * 20,
        ["x" * 10_000] * 12,
        ["the of and to"] * 15,
        ["\u200b", "\ufeff", "\x00"] * 10,
        ["video " * 3000] * 11,
    ],
    ids=[
        "none",
        "blank",
        "all the same",
        "letters",
        "all different",
        "pictures",
        "long",
        "stop words",
        "odd",
        "repeated",
    ],
)
def test_odd_comments_get_an_answer(comments: list[str | None]) -> None:
    found = summarise_comments(comments)
    assert found.n + found.missing + found.saying_nothing == len(comments)
    json.dumps(found.to_json(), allow_nan=False)


def test_a_result_shows_no_sentiment() -> None:
    text = json.dumps(summarise_comments(ENGLISH).to_json())
    for word in ("sentiment", "positive", "negative", "polarity"):
        assert word not in text


def test_known_groups_of_words_are_found_again() -> None:
    """Comments drawn from three vocabularies with some words of everybody's: the themes are the vocabularies."""
    generator = np.random.default_rng(5)
    vocabularies = [[f"{group}{place}" for place in range(5)] for group in "abc"]
    comments = [
        [*generator.choice(vocabularies[place % 3], 3), str(generator.choice(["u", "v", "w", "y", "z"]))]
        for place in range(300)
    ]
    found = find_themes([[str(word) for word in words] for words in comments], minimum=3)
    leading = {frozenset(word[0] for word in theme.words if word[0] in "abc") for theme in found}
    assert {frozenset("a"), frozenset("b"), frozenset("c")} <= leading
    assert not any(len(group) > 1 for group in leading)


def test_more_comments_make_more_themes_up_to_a_bound() -> None:
    counts = [number_of_themes(comments) for comments in (1, 10, 100, 500, 2_000, 10**6)]
    assert counts == sorted(counts)
    assert (counts[1], counts[-1]) == (2, 12)
