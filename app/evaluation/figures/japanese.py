"""Japanese text into content words, by its scripts.

Nouns are written in runs of Han or katakana characters, particles and endings in hiragana. So a run is a word; an
adjective is a run with the ending that follows, taken to its plain form. Runs of four Han characters and more, mostly
words of two, are cut. No dictionary is used: what is written in hiragana alone counts only if it stands in the short
list.
"""

import re

_RUN = re.compile(
    "(?P<han>[\u3400-\u9fff々]+)(?P<ending>[\u3041-\u309f]*)"
    "|(?P<katakana>[\u30a1-\u30ffー]{2,})|(?P<latin>[A-Za-z][A-Za-z0-9]+)"
)
_HIRAGANA_WORDS = {
    "わかりやす": "分かりやすい", "わかりにく": "分かりにくい", "むずかし": "難しい", "たのし": "楽しい",
    "おもしろ": "面白い", "やさし": "優しい", "ためにな": "ためになる", "つまらな": "つまらない",
    "ありがた": "ありがたい",
}  # fmt: skip
_ADJECTIVE = re.compile("^(し|かし)?(い|く|かった|くて|ければ|さ|すぎ|そう)")
_EASE = re.compile("^(.{0,2}?)(やす|づら|にく)(?=い|く|かった|くて|さ|そう)")
_STOP = frozenset(
    re.findall(
        r"\S+",
        """
        今回 今後 今 私 自分 方 点 事 時 中 前 後 上 下 人 等 的 為 様 達 一 二 三 本当 全体 全部 全て 部分 場合 感じ
        思い 思う 非常 大変 特 少 多 何 良 出来 色々 皆 皆様 方々 際 間 内 他 毎回 毎日 以上 以下 必要 可能 一番
        最後 最初 程度
        気 良い 多い 少ない
        """,
    )
)


def split_words(text: str) -> list[str]:
    """Return the content words in their order."""
    found: list[str] = []
    place = 0
    while place < len(text):
        start = next((start for start in _HIRAGANA_WORDS if text.startswith(start, place)), None)
        run = _RUN.match(text, place)
        if start is not None:
            found.append(_HIRAGANA_WORDS[start])
            place += len(start)
        elif run is not None:
            found += _words_of(run)
            place = run.end("han") if run.group("han") else run.end()
        else:
            place += 1
    return [word for word in found if word not in _STOP]


def _words_of(run: re.Match[str]) -> list[str]:
    if run.group("katakana"):
        return [run.group("katakana")]
    if run.group("latin"):
        return [run.group("latin").casefold()]
    han, ending = run.group("han"), run.group("ending")
    ease = _EASE.match(ending)
    if ease is not None and len(han) <= 2:
        return [han + ease.group(1) + ease.group(2) + "い"]
    adjective = _ADJECTIVE.match(ending)
    if adjective is not None and len(han) == 1:
        return [han + (adjective.group(1) or "") + "い"]
    if len(han) == 1:
        return []
    return _halves(han)


def _halves(han: str) -> list[str]:
    """Cut long runs into words of two characters; an odd one keeps three at its end."""
    if len(han) < 4:
        return [han]
    words = [han[place : place + 2] for place in range(0, len(han), 2)]
    if len(words[-1]) == 1:
        words[-2:] = [words[-2] + words[-1]]
    return words
