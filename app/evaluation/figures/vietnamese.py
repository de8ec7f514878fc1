"""Vietnamese text into words. A word is one syllable or several; the blanks stand between syllables, not words.

Words of several syllables are found by the longest match in the list below, which holds what is written about courses.
What the list does not know is found later as a collocation of the texts themselves (see ``collocations``).
"""

import re
import unicodedata
from collections.abc import Sequence

_SYLLABLE = re.compile(r"[^\W_]+")
_LONGEST = 4

# Two ways of placing the tone mark on the same syllable: the newer one is taken to the older.
_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_SHORT_FORMS = {
    "gv": "giảng viên", "hv": "học viên", "sv": "sinh viên", "hs": "học sinh", "ko": "không", "kh": "không",
    "hok": "không", "khum": "không", "đc": "được", "dc": "được", "đk": "được", "nd": "nội dung", "pp": "phương pháp",
    "tl": "tài liệu", "cv": "công việc", "vs": "với", "mn": "mọi người", "ntn": "như thế nào", "lđ": "lãnh đạo",
}  # fmt: skip

WORDS = frozenset(
    word.strip()
    for word in """
    giảng viên, giáo viên, học viên, sinh viên, học sinh, thầy giáo, cô giáo, thầy cô, trợ giảng, giảng
    dạy, dạy học, học tập, bài giảng, bài học, bài tập, bài kiểm tra, bài thi, bài thực hành, bài tập
    nhóm, bài tập tình huống, câu hỏi, câu trả lời, khóa học, khóa đào tạo, lớp học, buổi học, môn học,
    tiết học, giờ học, phòng học, hội trường, chương trình, giáo trình, nội dung, tài liệu, sách giáo
    khoa, tham khảo, slide bài giảng, phương pháp, kiến thức, kỹ năng, kĩ năng, lý thuyết, lí thuyết,
    thực hành, thực tế, thực tiễn, tình huống, ví dụ, minh họa, thảo luận, làm việc nhóm, hoạt động
    nhóm, hoạt động, trao đổi, chia sẻ, kinh nghiệm, tương tác, phản hồi, góp ý, ý kiến, đề xuất, kiến
    nghị, đánh giá, kiểm tra, thi cử, kỳ thi, điểm số, chứng chỉ, chứng nhận, tốt nghiệp, đào tạo, bồi
    dưỡng, tập huấn, huấn luyện, hướng dẫn, giải thích, giải đáp, thắc mắc, trình bày, truyền đạt, diễn
    đạt, dẫn dắt, tổ chức, sắp xếp, bố trí, quản lý, quản lí, lãnh đạo, cán bộ, công chức, viên chức,
    nhân viên, đơn vị, cơ quan, ủy ban, nhân dân, địa phương, chính quyền, nhà nước, pháp luật, văn bản,
    nghị định, thông tư, quy định, quy trình, thủ tục, hành chính, chính sách, chuyên môn, nghiệp vụ,
    chuyên sâu, cơ bản, nâng cao, tổng quan, chi tiết, cụ thể, rõ ràng, dễ hiểu, khó hiểu, ngắn gọn, súc
    tích, đầy đủ, phong phú, đa dạng, sinh động, hấp dẫn, thú vị, nhàm chán, buồn ngủ, bổ ích, hữu ích,
    hiệu quả, thiết thực, thiết yếu, phù hợp, hợp lý, hợp lí, cần thiết, quan trọng, nhiệt tình, tận
    tình, tận tâm, chu đáo, thân thiện, vui vẻ, vui tính, gần gũi, nghiêm túc, nghiêm khắc, công bằng,
    khách quan, linh hoạt, chủ động, tích cực, sáng tạo, tự học, tự giác, thời gian, thời lượng, thời
    khóa biểu, lịch học, lịch trình, kế hoạch, tiến độ, đúng giờ, muộn giờ, giờ giấc, giải lao, nghỉ
    giải lao, giữa giờ, buổi sáng, buổi chiều, buổi tối, cuối tuần, cuối khóa, đầu khóa, hằng ngày, hàng
    ngày, cơ sở vật chất, cơ sở, vật chất, trang thiết bị, thiết bị, máy chiếu, máy tính, máy lạnh, điều
    hòa, âm thanh, ánh sáng, micro, bàn ghế, chỗ ngồi, nhà vệ sinh, vệ sinh, bãi xe, chỗ đỗ xe, căng
    tin, bữa ăn, bữa trưa, ăn trưa, ăn uống, nước uống, chỗ ở, ký túc xá, đi lại, đường truyền, kết nối,
    mạng internet, trực tuyến, trực tiếp, từ xa, phần mềm, ứng dụng, công nghệ thông tin, công nghệ,
    thông tin, dữ liệu, hệ thống, tài khoản, đăng ký, đăng kí, đăng nhập, thông báo, nhắc nhở, hỗ trợ,
    giúp đỡ, tư vấn, phục vụ, ban tổ chức, ban giám hiệu, nhà trường, trường học, học viện, trung tâm,
    phòng ban, tiếng anh, ngoại ngữ, tin học, kế toán, tài chính, ngân sách, kinh tế, xã hội, văn hóa,
    giáo dục, y tế, nông nghiệp, môi trường, chuyển đổi số, chuyển đổi, cải cách, cải tiến, cải thiện,
    khắc phục, điều chỉnh, thay đổi, bổ sung, cập nhật, rút ngắn, kéo dài, tăng cường, giảm bớt, mở
    rộng, duy trì, phát huy, phát triển, xây dựng, áp dụng, vận dụng, thực hiện, công việc, công tác,
    nhiệm vụ, vị trí việc làm, việc làm, nghề nghiệp, tương lai, cơ hội, khó khăn, thuận lợi, hạn chế,
    nhược điểm, ưu điểm, điểm mạnh, điểm yếu, vấn đề, giải pháp, kết quả, mục tiêu, yêu cầu, chất lượng,
    số lượng, trình độ, đối tượng, nhu cầu, mong muốn, nguyện vọng, kỳ vọng, hài lòng, hạnh phúc, thoải
    mái, căng thẳng, áp lực, mệt mỏi, quá tải, dàn trải, lan man, trùng lặp, lặp lại, lạc hậu, mới mẻ,
    hiện đại, tham quan, thực địa, đi thực tế, khảo sát, báo cáo, chuyên đề, hội thảo, tọa đàm, diễn
    giả, báo cáo viên, chuyên gia, đồng nghiệp, bạn bè, mọi người, gia đình, cá nhân, tập thể, tinh
    thần, thái độ, trách nhiệm, ý thức, kỷ luật, nội quy, giao tiếp, ứng xử, lắng nghe, quan tâm, động
    viên, khuyến khích, khen thưởng, truyền cảm hứng, cảm hứng, ấn tượng, yêu thích, ưa thích, tiếp thu,
    ghi nhớ, ghi chép, suy nghĩ, tư duy, phân tích, tổng hợp, nghiên cứu, tìm hiểu, củng cố, ôn tập,
    chuẩn bị, tham gia, tham dự, vắng mặt, điểm danh, chấm điểm, chấm bài, trả bài, nộp bài, đề thi, đáp
    án, trắc nghiệm, tự luận, luận văn, tiểu luận, đề tài, sĩ số, đông người, ồn ào, yên tĩnh, sạch sẽ,
    rộng rãi, chật chội, nóng bức, tiện nghi, tiện lợi, thuận tiện, xa xôi, chi phí, học phí, kinh phí,
    miễn phí, lệ phí, hồ sơ, giấy tờ, sức khỏe, an toàn, bảo vệ, nguồn lực, nhân lực, nhân sự, bản thân,
    cuộc sống, thế giới, đất nước, việt nam, thành phố, nông thôn, vùng sâu, vùng xa, dân tộc, cộng
    đồng, người dân, chúng tôi, chúng em, chúng ta, mỗi người, một số, một chút, một ít, rất nhiều, khá
    nhiều, tuy nhiên, bởi vì, cho nên, vì vậy, do đó, ngoài ra, bên cạnh đó, ví dụ như, chẳng hạn, đặc
    biệt, nói chung, nhìn chung, thật sự, thực sự, hoàn toàn, tương đối, có thể, không thể, không có, có
    lẽ, hy vọng, hi vọng, mong rằng, cảm ơn, cám ơn, xin cảm ơn, trân trọng, như thế nào, thế nào, như
    vậy, như thế, bao nhiêu, bây giờ, hiện nay, hiện tại, thỉnh thoảng, thường xuyên, đôi khi, luôn
    luôn, ngày càng, càng ngày càng, bất cứ, tất cả, toàn bộ, hầu hết, đa số, phần lớn, liên quan, liên
    hệ, đối với, so với, theo dõi
    """.replace("\n", " ").split(",")
    if word.strip()
)  # fmt: skip

STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        và là của có cho các những một này kia đó thì mà ở với về từ đến trong ngoài trên dưới khi nếu
        vì nên để do bởi tại theo như cũng còn lại ra vào lên xuống được bị rất quá lắm khá hơn nhất
        nhiều ít đã đang sẽ vẫn cứ rồi chỉ không chưa chẳng phải hay hoặc nhưng tôi em mình bạn anh chị
        ông bà họ chúng ta nó ai gì nào đâu sao bao mấy cái con người việc sự cách điều lúc ngày giờ
        thật đều mọi mỗi từng cùng nhau thêm nữa luôn à ạ ơi nhé nha dạ vâng vậy thế thôi đi làm thấy
        biết nghĩ muốn cần mong hy_vọng hi_vọng mong_rằng tuy_nhiên bởi_vì cho_nên vì_vậy do_đó ngoài_ra
        bên_cạnh_đó ví_dụ_như chẳng_hạn đặc_biệt nói_chung nhìn_chung thật_sự thực_sự hoàn_toàn
        tương_đối có_thể không_thể không_có có_lẽ cảm_ơn cám_ơn xin_cảm_ơn trân_trọng như_thế_nào
        thế_nào như_vậy như_thế bao_nhiêu bây_giờ hiện_nay hiện_tại chúng_tôi chúng_em chúng_ta một_số
        một_chút một_ít rất_nhiều khá_nhiều tất_cả toàn_bộ hầu_hết đa_số phần_lớn đối_với so_với
        mọi_người xin hãy bằng qua sau trước giữa hết cả thầy cô hai ba bốn năm
        """,
    )
)


def split_syllables(text: str) -> list[str]:
    """Return the syllables in lower case, spelt in one way, short forms written out."""
    found: list[str] = []
    for syllable in _SYLLABLE.findall(unicodedata.normalize("NFC", text).casefold()):
        found += _SHORT_FORMS.get(syllable, _one_spelling(syllable)).split()
    return found


def split_words(text: str) -> list[str]:
    """Return the words, the syllables of one word joined by an underscore.

    A text without any mark is matched without marks too, and comes back with them where the list leaves no doubt.
    """
    syllables = split_syllables(text)
    known = _PLAIN if text.isascii() else _MARKED
    words: list[str] = []
    place = 0
    while place < len(syllables):
        length, word = _longest(syllables, place, known)
        words.append(word)
        place += length
    return words


def has_marks(text: str) -> bool:
    """Whether any letter is one that only Vietnamese text has."""
    return bool(_VIETNAMESE.search(unicodedata.normalize("NFC", text).casefold()))


def without_marks(text: str) -> str:
    """Return the text in plain Latin letters, as it is typed without a Vietnamese keyboard."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _longest(syllables: Sequence[str], place: int, known: dict[str, str]) -> tuple[int, str]:
    for length in range(min(_LONGEST, len(syllables) - place), 1, -1):
        found = known.get(" ".join(syllables[place : place + length]))
        if found is not None:
            return length, found.replace(" ", "_")
    return 1, syllables[place]


def _one_spelling(syllable: str) -> str:
    return syllable[:-2] + _TONES.get(syllable[-2:], syllable[-2:])


def _spelt(word: str) -> str:
    return " ".join(map(_one_spelling, word.split()))


def _without_doubt() -> dict[str, str]:
    """Words by their spelling without marks, where only one word is spelt so."""
    found: dict[str, str] = {}
    doubtful = set()
    for word in sorted(WORDS):
        plain = without_marks(word)
        if plain in found:
            doubtful.add(plain)
        found[plain] = _spelt(word)
    return {plain: word for plain, word in found.items() if plain not in doubtful}


_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")
_MARKED = {_spelt(word): _spelt(word) for word in WORDS if " " in word}
_PLAIN = {plain: word for plain, word in _without_doubt().items() if " " in plain}
