"""Comments come apart into words, not syllables and not characters."""

import pytest

from app.evaluation.figures.japanese import split_words as split_japanese
from app.evaluation.figures.vietnamese import WORDS, split_words, without_marks
from app.evaluation.figures.words import Language, language_of, split_comments

# Cut by hand; the syllables of one word are joined.
CUT_BY_HAND = """
giảng_viên rất nhiệt_tình và giải_thích dễ_hiểu
nội_dung bài_giảng phong_phú nhưng thời_gian thực_hành còn ít
phòng_học chật_chội máy_chiếu bị mờ âm_thanh không tốt
em mong có thêm bài_tập tình_huống sát với thực_tế công_việc
tài_liệu phát muộn nên chưa kịp chuẩn_bị trước buổi_học
thầy dạy hay có nhiều ví_dụ thực_tiễn
lớp đông quá nên ít cơ_hội trao_đổi với giảng_viên
ban_tổ_chức hỗ_trợ học_viên rất chu_đáo
cần điều_chỉnh lịch_học cho phù_hợp với cán_bộ ở xa
khóa_học bổ_ích giúp tôi nâng_cao kỹ_năng lãnh_đạo
phương_pháp giảng_dạy sinh_động không nhàm_chán
nên tăng thời_lượng thảo_luận và làm_việc_nhóm
kiến_thức về pháp_luật và thủ_tục hành_chính rất thiết_thực
đề_xuất tổ_chức lớp trực_tuyến vào buổi_tối
bài_kiểm_tra cuối_khóa hơi khó so_với nội_dung đã học
cơ_sở_vật_chất của trung_tâm đầy_đủ sạch_sẽ
chuyên_gia chia_sẻ kinh_nghiệm về chuyển_đổi_số ở địa_phương
học_phí hợp_lý nhưng chỗ_ở hơi xa
giờ giải_lao ngắn học_viên mệt_mỏi vào buổi_chiều
slide nhiều chữ khó theo_dõi
mong nhà_trường cập_nhật giáo_trình theo quy_định mới
cô giáo tận_tâm lắng_nghe ý_kiến của học_viên
phần lý_thuyết dài_dòng phần thực_hành lại quá nhanh
đường_truyền mạng yếu nên học trực_tuyến hay bị gián_đoạn
""".strip().splitlines()


def spans(words: list[str]) -> set[tuple[int, int]]:
    found, place = set(), 0
    for word in words:
        length = word.count("_") + 1
        found.add((place, place + length))
        place += length
    return found


def test_vietnamese_words_are_those_cut_by_hand() -> None:
    right = ours = theirs = 0
    for line in CUT_BY_HAND:
        gold = spans(line.split())
        found = spans(split_words(line.replace("_", " ")))
        right, ours, theirs = right + len(gold & found), ours + len(found), theirs + len(gold)
    precision, recall = right / ours, right / theirs
    syllables = sum(len(line.replace("_", " ").split()) for line in CUT_BY_HAND)

    assert 2 * precision * recall / (precision + recall) > 0.95
    assert ours < 0.8 * syllables


def test_tone_marks_may_stand_in_either_place_and_short_forms_are_written_out() -> None:
    assert split_words("Minh hoạ") == split_words("minh họa") == ["minh_họa"]
    assert split_words("GV ko giải thích") == ["giảng_viên", "không", "giải_thích"]
    assert split_words("hoàn toàn") == ["hoàn_toàn"]


def test_decomposed_letters_are_the_same_letters() -> None:
    assert split_words("thơ\u0300i gian") == ["thời_gian"]


def test_text_without_marks_is_read_where_there_is_no_doubt() -> None:
    assert split_words("giang vien nhiet tinh") == ["giảng_viên", "nhiệt_tình"]
    assert all(without_marks(word).isascii() for word in WORDS)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The lectures were clear", Language.ENGLISH),
        ("Giảng viên nhiệt tình", Language.VIETNAMESE),
        ("giang vien day hay nhung thoi gian hoc it", Language.VIETNAMESE),
        ("Recitation with the TAs", Language.ENGLISH),
        ("説明が丁寧でした", Language.JAPANESE),
        ("講義内容充実", Language.JAPANESE),
        ("Excelの使い方", Language.JAPANESE),
        ("Slide đẹp", Language.VIETNAMESE),
        ("", Language.ENGLISH),
    ],
)
def test_the_language_is_told_by_the_letters(text: str, language: Language) -> None:
    assert language_of(text) is language


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("講義資料が分かりやすかったです", ["講義", "資料", "分かりやすい"]),
        ("説明が難しくて、わかりにくい", ["説明", "難しい", "分かりにくい"]),
        ("実習の時間がもっと長いとよい", ["実習", "時間", "長い"]),
        ("グループワークが楽しかった", ["グループワーク", "楽しい"]),
        ("教室が寒かった。パソコンの台数が足りない", ["教室", "寒い", "パソコン", "台数"]),
        ("とてもよかったです", []),
    ],
)
def test_japanese_is_cut_by_its_scripts(text: str, words: list[str]) -> None:
    assert split_japanese(text) == words


def test_english_plurals_are_one_word_and_read_as_they_are_mostly_written() -> None:
    words, written = split_comments(
        ["The videos were long", "A video!", "More videos, please"], Language.ENGLISH
    )
    assert [word for each in words for word in each] == ["video", "long", "video", "video"]
    assert written["video"] == "videos"


def test_what_stands_together_oftener_than_by_chance_is_one_word() -> None:
    comments = [
        "hỏi bộ môn trước",
        "bộ môn trả lời chậm",
        "gặp bộ môn khó",
        "bộ môn đông",
        "bộ môn xa",
        "lịch của bộ môn",
    ]
    comments += [
        "phòng nóng",
        "máy cũ",
        "đường xa",
        "bàn nhỏ",
        "ghế cứng",
        "mạng yếu",
        "cửa hỏng",
        "đèn tối",
        "nước thiếu",
    ]
    words, written = split_comments(comments, Language.VIETNAMESE)

    assert sum("bộ+môn" in each for each in words) == 6
    assert written["bộ+môn"] == "bộ môn"


def test_a_sentence_does_not_run_into_the_next() -> None:
    ends = ["vary", "fit", "clash", "suit", "end", "start", "differ"]
    apart, _ = split_comments([f"Good office. Hours {end}" for end in ends], Language.ENGLISH)
    together, _ = split_comments([f"Good office hours {end}" for end in ends], Language.ENGLISH)
    assert apart[0][:2] == ["office", "hour"]
    assert together[0][0] == "office+hour"


def test_a_dash_between_letters_joins_and_one_between_blanks_parts() -> None:
    comments = ["in–person labs", "in-person labs", "labs – person"]
    words, _ = split_comments(comments, Language.ENGLISH)
    assert words == [["person", "lab"], ["person", "lab"], ["lab", "person"]]
