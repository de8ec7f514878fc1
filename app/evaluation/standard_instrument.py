"""The questionnaire that an organisation starts with, in Vietnamese, English and Japanese."""

from collections.abc import Mapping

from app.evaluation.types import ItemKind, Option, Question

CODE = "COURSE-END"
TITLE = "Đánh giá cuối khóa"
TITLES: Mapping[str, str] = {"en": "End-of-course evaluation", "ja": "研修終了時評価"}
INTRODUCTION = (
    "Ý kiến của anh/chị quyết định khóa học sau sẽ thay đổi những gì. "
    "Trả lời mất khoảng năm phút, một lần duy nhất."
)
INTRODUCTIONS: Mapping[str, str] = {
    "en": "What you say decides what the next course does differently. It takes about five minutes, once.",
    "ja": "ご意見をもとに次回の研修を改善します。回答は一度だけ、5分ほどで終わります。",
}


def _words(*rows: tuple[str, str, str]) -> tuple[Option, ...]:
    return tuple(Option(vi, {"en": en, "ja": ja}) for vi, en, ja in rows)


AGREEMENT = _words(
    ("Rất không đồng ý", "Strongly disagree", "全くそう思わない"),
    ("Không đồng ý", "Disagree", "そう思わない"),
    ("Phân vân", "Neither agree nor disagree", "どちらともいえない"),
    ("Đồng ý", "Agree", "そう思う"),
    ("Rất đồng ý", "Strongly agree", "強くそう思う"),
)

PACE = _words(
    ("Quá chậm", "Too slow", "遅すぎる"),
    ("Hơi chậm", "Slightly slow", "やや遅い"),
    ("Vừa phải", "Just right", "ちょうどよい"),
    ("Hơi nhanh", "Slightly fast", "やや速い"),
    ("Quá nhanh", "Too fast", "速すぎる"),
)


def _agree(code: str, vi: str, en: str, ja: str) -> Question:
    return Question(code, ItemKind.LIKERT, vi, {"en": en, "ja": ja}, required=True, options=AGREEMENT)


QUESTIONS: tuple[Question, ...] = (
    _agree(
        "usefulness",
        "Nội dung khóa học hữu ích cho công việc của tôi.",
        "What I learned is useful for my work.",
        "学んだ内容は自分の仕事に役立つ。",
    ),
    _agree(
        "objectives",
        "Khóa học đạt được các mục tiêu đã đề ra.",
        "The course reached its stated objectives.",
        "研修は掲げた目標を達成した。",
    ),
    _agree(
        "methods",
        "Phương pháp giảng dạy giúp tôi tham gia tích cực.",
        "The teaching methods made me take part actively.",
        "教え方は積極的な参加を促すものだった。",
    ),
    _agree(
        "lecturers",
        "Giảng viên giải thích rõ ràng và trả lời câu hỏi.",
        "The lecturers explained clearly and answered questions.",
        "講師の説明は明確で、質問に答えてくれた。",
    ),
    _agree(
        "materials",
        "Tài liệu rõ ràng và dùng được sau khóa học.",
        "The materials are clear and of use after the course.",
        "教材は分かりやすく、研修後も使える。",
    ),
    _agree(
        "organisation",
        "Công tác tổ chức (lịch học, phòng học, hỗ trợ) tốt.",
        "Timetable, rooms and support were well organised.",
        "日程・教室・支援はよく整っていた。",
    ),
    _agree(
        "application",
        "Tôi tự tin áp dụng những điều đã học.",
        "I feel able to apply what I learned.",
        "学んだことを実践できる自信がある。",
    ),
    Question(
        "pace",
        ItemKind.MIDDLE,
        "Tiến độ của khóa học như thế nào?",
        {"en": "How was the pace of the course?", "ja": "研修の進度はいかがでしたか。"},
        required=True,
        options=PACE,
    ),
    Question(
        "recommend",
        ItemKind.NUMBER,
        "Anh/chị sẵn sàng giới thiệu khóa học này cho đồng nghiệp ở mức nào?",
        {
            "en": "How likely are you to recommend this course to a colleague?",
            "ja": "この研修を同僚に薦める可能性はどのくらいですか。",
        },
        required=True,
        minimum=0,
        maximum=10,
    ),
    Question(
        "kept",
        ItemKind.TEXT,
        "Điều gì nên được giữ lại?",
        {"en": "What should stay as it is?", "ja": "今後も続けるべきことは何ですか。"},
    ),
    Question(
        "changed",
        ItemKind.TEXT,
        "Điều gì nên được làm khác đi?",
        {"en": "What should be done differently?", "ja": "改善すべきことは何ですか。"},
    ),
)
