"""Answers that say nothing: a dash, "n/a", "nothing", "không có ý kiến", "特になし".

Only a whole answer counts. "Nothing, it was great" says something, and so does "không có thời gian thực hành".
"""

import re
import unicodedata

from app.evaluation.figures.vietnamese import has_marks, without_marks

_LATIN_WORD = re.compile(r"[^\W\d_]+")
_NOT_APPLICABLE = re.compile(r"\bn\s*[/.?\\]\s*a\b")
_SIGNIFICANT = re.compile(r"[^\W_]")
_NOT_JAPANESE_TEXT = re.compile(r"[\s、。，．・…！!？?「」『』（）()ー―–—~～\-_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


# An answer of these words alone says nothing, if at least one of the first set is among them.
_NOTHING = _words(
    """
    nothing nothng nothin none non no nope nah na nil null nada nonee noope nan naa
    """
)
_AROUND_NOTHING = _words(
    """
    a absolutely add additional all am and any anything applicable as at be can change changed come comes
    comment comments concern concerns could different differently do else feedback further have honest
    honestly i in is it just know known m mind more much my not of on opinion other particular
    particularly point question questions really say see single so specific specifically suggest
    suggestion suggestions thank thanks that there thing think to want ve would write you thought thoughts
    """
)
_FOR_NOW = re.compile(
    r"\b(at|for|right|so) (this time|the time|this point|this moment|the moment|present|now|far)\b"
)
# Whole answers, in plain letters, that say nothing without any of those words.
_WHOLE = frozenset(
    [
        "i do not know", "i don t know", "i dont know", "don t know", "dont know", "idk", "not sure", "i am not sure",
        "i m not sure", "im not sure", "unsure", "not applicable", "not a thing",
        "not a single thing", "no idea", "nm", "nvm", "never mind", "ditto", "same",
        "same as above", "same as before", "see above", "as above", "refer to other post", "as previously mentioned",
        "already mentioned", "skip", "pass", "tbd", "blank", "asdf", "x", "xx", "xxx",
        "nhu tren", "tuong tu", "tuong tu nhu tren", "da neu o tren", "nhu da neu o tren", "bo qua", "trong",
    ]
)  # fmt: skip
_KHONG = _words(
    """
    không ko k kh hok hông hong khum chưa chẳng
    """
)
_AROUND_KHONG = _words(
    """
    ạ à a dạ thưa em tôi mình chúng có gì ý kiến thêm nhận xét góp đề xuất nào cả khác còn nữa hết thầy
    cô bình luận bổ sung cảm cám ơn hiện tại lúc này ở đây phản hồi nói câu hỏi thắc mắc phần mục đặc
    biệt kiến nghị mong muốn yêu cầu thay đổi điều chỉnh sửa thì là vẫn cũng về với riêng nx yk rồi
    """
)
_JAPANESE_NOTHING = re.compile(
    r"""
    ^(はい|いいえ|いえ|今のところ|現時点で|現在|これといって|この|その他|他に|ほかに|特別|とくべつ|特段|別に|べつに|
      特に|とくに|何も|なにも|なんも|意見|ご意見|コメント|感想|要望|ご要望|提案|改善点|問題点|改善すべき点|不満|不満点|
      困ったこと|気になる点|気になったこと|気になること|質問|疑問|こと|事|点|もの|書くこと|言うこと|変更点|
      は|が|も|の|に|で|という|思いつき|思い当たり|思い浮かび|見当たり|ござい|あり|感じ)*
    (なし|無し|無|ない|無い|ないです|無いです|なかった|なかったです|ありません|有りません|ございません|御座いません|
     ありませんでした|ません|ませんでした|なしです|無しです|分かりません|わかりません|わからない|不明|特に|とくに|同上|
     以上|以上です|省略|ノコメント|該当なし|未記入|空欄|いいえ)
    (です|でした|と思います|かと思います|ありがとうございました|ありがとうございます|よろしくお願いします)*$
    """,
    re.VERBOSE,
)


def says_nothing(text: str) -> bool:
    """Whether an answer, empty or not, says nothing in English, Vietnamese or Japanese."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if not _SIGNIFICANT.search(plain):
        return True
    if not plain.isascii():
        dense = _NOT_JAPANESE_TEXT.sub("", plain)
        if not dense or _JAPANESE_NOTHING.match(dense):
            return True
    if any(letter.isalnum() and not "a" <= letter <= "z" for letter in without_marks(plain)):
        return False
    return _says_nothing_in_latin(_NOT_APPLICABLE.sub("na", plain))


def _says_nothing_in_latin(plain: str) -> bool:
    words = _LATIN_WORD.findall(plain)
    if len(words) == 1 and len(words[0]) == 1:
        return True
    joined = " ".join(words)
    if without_marks(joined) in _WHOLE or _only(_FOR_NOW.sub("", joined).split(), _NOTHING, _AROUND_NOTHING):
        return True
    if has_marks(plain):
        return _only(words, _KHONG, _AROUND_KHONG)
    return _only([without_marks(word) for word in words], _PLAIN_KHONG, _PLAIN_AROUND)


def _only(words: list[str], core: frozenset[str], around: frozenset[str]) -> bool:
    """Whether there is a word of the core, and no word that is in neither set."""
    return any(word in core for word in words) and all(word in core or word in around for word in words)


_PLAIN_KHONG = frozenset(map(without_marks, _KHONG))
_PLAIN_AROUND = frozenset(map(without_marks, _AROUND_KHONG))
