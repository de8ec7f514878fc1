"""What may be found when a target was missed: the gap, why it is so, and what is done about it."""

from dataclasses import dataclass

from app.improvement.types import CauseCategory


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of an indicator with its cause and an action in answer to it."""

    text: str
    category: CauseCategory
    cause: str
    whys: tuple[str, ...]
    action: str
    done: str


# By the source of the indicator, and its item where there is one.
GAPS: dict[str, tuple[Gap, ...]] = {
    "usefulness": (
        Gap(
            "Nội dung còn nặng lý thuyết, khó áp dụng vào công việc",
            CauseCategory.METHOD,
            "Hai buổi liền chỉ thuyết trình, không có bài tập gắn với bài giảng của học viên.",
            (
                "Vì sao học viên thấy khó áp dụng? Ít làm bài tập với bài giảng của chính mình.",
                "Vì sao ít bài tập? Giảng viên chưa có ngân hàng tình huống.",
                "Vì sao chưa có? Chưa ai được giao thu thập tình huống từ các trường.",
            ),
            "Thu thập 20 tình huống từ các trường và đưa vào tài liệu",
            "Bộ 20 tình huống đã được nghiệm thu và gửi cho giảng viên.",
        ),
        Gap(
            "Ví dụ chưa sát với trường chính trị cấp tỉnh",
            CauseCategory.MATERIAL,
            "Tài liệu soạn cho học viện, chưa chỉnh cho trường tỉnh.",
            ("Vì sao ví dụ xa lạ? Tài liệu lấy từ khóa trước cho học viện khu vực.",),
            "Viết lại ví dụ của ba bài cùng giảng viên trường tỉnh",
            "Ba bài đã viết lại, có ý kiến của hai trường tỉnh.",
        ),
    ),
    "application": (
        Gap(
            "Học viên chưa tự tin áp dụng sau khóa học",
            CauseCategory.METHOD,
            "Mỗi người chỉ giảng thử một lần, chưa kịp sửa theo góp ý.",
            (
                "Vì sao chưa tự tin? Chỉ giảng thử một lần.",
                "Vì sao chỉ một lần? Thời lượng giảng thử là một buổi cho cả lớp.",
            ),
            "Chia lớp thành hai nhóm giảng thử song song để mỗi người giảng hai lần",
            "Lịch khóa sau có hai nhóm giảng thử; mỗi học viên giảng hai lần.",
        ),
        Gap(
            "Thiếu hỗ trợ khi học viên về trường",
            CauseCategory.ORGANISATION,
            "Không có người hướng dẫn tại trường sau khóa học.",
            ("Vì sao thiếu hỗ trợ? Trường chưa phân công người hướng dẫn.",),
            "Đề nghị mỗi trường cử một người hướng dẫn cho học viên trong ba tháng",
            "Các trường đã gửi danh sách người hướng dẫn.",
        ),
    ),
    "response_rate": (
        Gap(
            "Tỷ lệ trả lời đánh giá dưới chỉ tiêu",
            CauseCategory.ORGANISATION,
            "Đường dẫn gửi sau khi học viên đã ra về.",
            ("Vì sao ít người trả lời? Phiếu gửi vào buổi tối ngày cuối.",),
            "Dành 15 phút cuối buổi học cuối cùng để trả lời phiếu tại lớp",
            "Chương trình khóa sau có 15 phút trả lời phiếu.",
        ),
    ),
    "attendance": (
        Gap(
            "Chuyên cần thấp ở hai buổi đầu tuần",
            CauseCategory.ENVIRONMENT,
            "Học viên ở xa đến muộn vì tàu xe sáng thứ Hai.",
            ("Vì sao vắng buổi đầu? Tàu đêm đến nơi sau 8 giờ.",),
            "Đón tiếp từ chiều Chủ nhật và báo trước cho các trường",
            "Giấy triệu tập khóa sau ghi giờ đón tiếp chiều Chủ nhật.",
        ),
    ),
    "active_method_share": (
        Gap(
            "Giờ học tích cực ít hơn kế hoạch",
            CauseCategory.PEOPLE,
            "Giảng viên thỉnh giảng chưa quen điều hành tranh luận nên chuyển sang thuyết trình.",
            (
                "Vì sao chuyển sang thuyết trình? Giảng viên chưa được tập huấn điều hành.",
                "Vì sao chưa tập huấn? Được mời sát ngày.",
            ),
            "Tập huấn nửa ngày cho giảng viên thỉnh giảng trước khóa học",
            "Đã tập huấn; biên bản kèm danh sách giảng viên.",
        ),
    ),
}

STRENGTHS: dict[str, tuple[str, str]] = {
    "usefulness": (
        "Học viên đánh giá nội dung rất hữu ích",
        "Sổ tay quản lý đào tạo, chương 3: mỗi bài có ít nhất một tình huống từ địa phương.",
    ),
    "application": (
        "Giảng thử hai vòng giúp học viên tự tin",
        "Sổ tay quản lý đào tạo, chương 4: giảng thử hai vòng, góp ý theo tiêu chí.",
    ),
    "response_rate": (
        "Gần như mọi học viên trả lời đánh giá",
        "Sổ tay quản lý đào tạo, chương 6: 15 phút trả lời phiếu trong buổi cuối.",
    ),
    "attendance": (
        "Chuyên cần cao suốt khóa học",
        "Sổ tay quản lý đào tạo, chương 2: đón tiếp từ chiều hôm trước.",
    ),
    "active_method_share": (
        "Phần lớn thời lượng là hoạt động của học viên",
        "Sổ tay quản lý đào tạo, chương 4: ít nhất 60 % giờ học là phương pháp tích cực.",
    ),
}
