import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import N_, LabelledEnum, UnreadableCharacter, clean_name, fold, name_sort_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
VIETNAMESE_WORDS = st.text("aàảãáạăằâấbcdđeêếghiíklmnoôơớpqrstuưữvxyỳ", min_size=1, max_size=6)
VIETNAMESE_NAMES = st.lists(VIETNAMESE_WORDS, min_size=1, max_size=5).map(" ".join)


class Season(LabelledEnum):
    DRY = "dry", N_("Dry season")
    RAINY = "rainy", N_("Rainy season")


def test_a_labelled_enum_is_its_value_and_knows_its_label() -> None:
    assert Season("rainy") is Season.RAINY
    assert (str(Season.DRY), Season.DRY.value, Season.DRY.label) == ("dry", "dry", "Dry season")
    assert f"{Season.DRY}" == "dry"


def test_a_labelled_enum_demands_a_label() -> None:
    with pytest.raises(TypeError, match="needs a label"):

        class Colour(LabelledEnum):
            RED = "red"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Hồng Đào", "nguyen thi hong dao"),
        ("ĐẶNG  Văn\u00a0Lâm ", "dang van lam"),
        ("nguye\u0302\u0303n", "nguyen"),
        ("Straße", "strasse"),
        ("がくいん", "がくいん"),
        ("ກິດຕິພົງ", "ກິດຕິພົງ"),
        ("ＡＢＣ", "abc"),
        ("", ""),
    ],
)
def test_text_is_folded_for_search(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE_NAMES)
def test_composed_decomposed_and_upper_case_spellings_fold_alike(name: str) -> None:
    assert fold(unicodedata.normalize("NFD", name).upper()) == fold(name)
    assert fold(name).isascii()


def test_names_are_ordered_by_given_then_middle_then_family_name() -> None:
    in_order = [
        "Trần An",
        "Trần Bảo An",
        "Lê Văn An",
        "Nguyễn Văn An",
        "Lê Văn Anh",
        "Lê Văn Ân",
        "Phạm Thị Bình",
        "Lê Văn Dũng",
        "Lê Văn Đức",
        "Lê Hà",
        "Vũ Thị Hà",
        "Bùi Thị Hạ",
        "Lê Thị Hải",
        "Lê Thị Y",
    ]
    backwards = in_order[::-1]
    assert sorted(backwards, key=name_sort_key) == in_order


def test_letters_are_ordered_as_in_the_vietnamese_alphabet() -> None:
    backwards = LETTERS[::-1]
    assert sorted(backwards, key=name_sort_key) == list(LETTERS)


def test_tones_are_ordered_none_huyen_hoi_nga_sac_nang() -> None:
    assert sorted("ạáãảàa", key=name_sort_key) == list("aàảãáạ")
    assert name_sort_key("ac") > name_sort_key("ạ"), "a tone never outweighs a letter"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lê Hoà", "Lê Hòa"), ("LÊ HÒA", "lê hòa"), ("Lê  Hòa ", "Lê Hòa"), ("Lê Ho\u0300a", "Lê Hòa")],
)
def test_spellings_of_one_name_share_a_place(one: str, other: str) -> None:
    assert name_sort_key(one) == name_sort_key(other)


@given(VIETNAMESE_NAMES)
def test_keys_of_vietnamese_names_are_ascii(name: str) -> None:
    assert name_sort_key(name).isascii()


@given(VIETNAMESE_NAMES, VIETNAMESE_WORDS, VIETNAMESE_WORDS)
def test_the_given_name_decides_first(before: str, first: str, second: str) -> None:
    keys = name_sort_key(first), name_sort_key(second)
    if keys[0] != keys[1]:
        longer = name_sort_key(f"{before} {first}"), name_sort_key(f"zz {second}")
        assert (longer[0] < longer[1]) == (keys[0] < keys[1])


@given(st.text())
def test_no_text_breaks_the_sort_key(text: str) -> None:
    key = name_sort_key(text)
    assert key == name_sort_key(text)
    assert not any(character in key for character in "\n\t%_'")


@pytest.mark.parametrize(
    "name", ["John O’Brien-Smith", "山田太郎", "やまだ がくと", "ສົມຈິດ ພົມວິຫານ", "X Æ A-12"]
)
def test_names_of_other_scripts_have_a_place(name: str) -> None:
    assert name_sort_key(name) != ""


def test_names_are_composed_and_single_spaced() -> None:
    assert clean_name("  Nguye\u0302\u0303n\u00a0\u200bVăn\tAn\ufeff ") == "Nguyễn Văn An"


@pytest.mark.parametrize("name", ["An\x00", "\x1b[31mAn", "A\u202enA", "An\u0085", "\ud800", "\ue000"])
def test_names_with_unseen_characters_are_refused(name: str) -> None:
    with pytest.raises(UnreadableCharacter) as caught:
        clean_name(name)
    assert str(caught.value.parameters["code"]).startswith("U+")
