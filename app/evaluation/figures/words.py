"""Comments into the words that carry what they are about, in English, Vietnamese and Japanese.

A word stands under one form (its stem, or the words of a collocation joined by underscores). Words that carry nothing
("the", "rất", "今回") are out. Nothing here judges whether a word is kind or unkind.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from math import log

from app.evaluation.figures import vietnamese
from app.evaluation.figures.japanese import split_words as split_japanese

# What a writer lists as one thing ends at a mark of punctuation.
_BREAK = re.compile(r"[.,;:!?()\[\]{}\"“”\n\r\t/|—。、！？「」（）]+|\s[-–]\s")
_ENGLISH_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_KANA_OR_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_COMMON_SYLLABLES = frozenset(
    re.findall(r"\S+", "khong va la cua cho cac nhung duoc giang vien hoc bai thay em nhieu rat ko gv hv")
)
# How much oftener than by chance two words stand together, from -1 to 1, to be one word; and how often at least.
_TOGETHER, _OFTEN = 0.45, 5
_ROUNDS = 2

# Among them words that any comment on a course may hold.
ENGLISH_STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        a able about above actually after again all also always am an and another any anything are
        aren't around as at back be became because been before being best bit both but by came can can't
        cannot class classes come could couldn't course courses did didn't didnt do does doesn't doing
        don't done dont down during each either else enjoy enjoyed enough especially etc even ever every
        everything far feel felt few first for found from further gave get gets getting give given go
        going gonna good got great had hadn't has hasn't have haven't having he he's help helped helps
        her here hers him himself his how however i i'd i'll i'm i've if im in into is isn't it it's its
        itself ive just keep kind know last learn learned learning learnt less let like liked likes
        little lol lot lots love loved made make makes making many may maybe me might more most much
        must my myself name nbsp never nice no nor not nothing now of off often on once one only onto or
        other our out over overall own part perhaps please pretty put quite rather really said same say
        see seemed seems semester semesters should shouldn't since so some something somewhat still
        student students such sure take taught teach teaches teaching term than thank thanks that that's
        the their them then there there's these they they're thing things think this those though
        thought through time times to together too took toward try trying two under until up upon us use
        used very want wanted was wasn't wasnt way we we're well went were weren't what when where which
        while who whole whom why will wish with within without won't would wouldn't year yes yet you
        your yours
        """,
    )
)


class Language(StrEnum):
    """In which language a comment is taken to be."""

    ENGLISH = "en"
    VIETNAMESE = "vi"
    JAPANESE = "ja"


def language_of(text: str) -> Language:
    """Tell Japanese by its script, Vietnamese by its letters or, typed without marks, by its commonest syllables."""
    if _KANA.search(text) or len(_KANA_OR_HAN.findall(text)) > len(text) / 3:
        return Language.JAPANESE
    if vietnamese.has_marks(text):
        return Language.VIETNAMESE
    syllables = vietnamese.split_syllables(text)
    common = sum(syllable in _COMMON_SYLLABLES for syllable in syllables)
    english = sum(syllable in ENGLISH_STOP_WORDS for syllable in syllables)
    return Language.VIETNAMESE if common >= 2 and common > english else Language.ENGLISH


def split_comments(comments: Sequence[str], language: Language) -> tuple[list[list[str]], dict[str, str]]:
    """Return the words of every comment, and how each word is written for a reader.

    What stands together in these comments far oftener than by chance becomes one word: "office hour", "bộ môn".
    """
    pieces = [[_words_of(piece, language) for piece in _BREAK.split(_normal(text))] for text in comments]
    written = _most_written(word for parts in pieces for words in parts for word in words)
    streams = [[word for word, _ in words] for parts in pieces for words in parts]
    for _ in range(_ROUNDS if language is not Language.JAPANESE else 0):
        streams = _joined(streams, _collocations(streams))
    lengths = [len(parts) for parts in pieces]
    found: list[list[str]] = []
    place = 0
    for length in lengths:
        found.append([word for stream in streams[place : place + length] for word in stream if word])
        place += length
    for word in {word for words in found for word in words} - written.keys():
        written[word] = " ".join(written.get(part, part) for part in word.split("+"))
    return found, written


def _words_of(piece: str, language: Language) -> list[tuple[str, str]]:
    """The words of a piece as they are counted and as they are written; a word that carries nothing is a gap."""
    match language:
        case Language.ENGLISH:
            return [_english(word) for word in _ENGLISH_WORD.findall(piece)]
        case Language.VIETNAMESE:
            stop = vietnamese.STOP_WORDS if vietnamese.has_marks(piece) else _STOP_WITHOUT_MARKS
            words = vietnamese.split_words(piece)
            return [
                ("", "") if word in stop or word.isdigit() else (word, word.replace("_", " "))
                for word in words
            ]
        case Language.JAPANESE:
            return [(word, word) for word in split_japanese(piece)]


def _english(word: str) -> tuple[str, str]:
    plain = word.casefold().replace("’", "'")
    if plain in ENGLISH_STOP_WORDS or len(plain) < 2 or plain.isdigit():
        return ("", "")
    plain = plain.removesuffix("'s")
    return ("", "") if plain in ENGLISH_STOP_WORDS else (_singular(plain), plain)


def _singular(word: str) -> str:
    """Take a plural to its singular, by its ending alone."""
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


def _most_written(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The spelling that stands oftenest for each word, the first in the alphabet if several do."""
    counts: dict[str, Counter[str]] = {}
    for word, spelling in words:
        if word:
            counts.setdefault(word, Counter())[spelling] += 1
    return {
        word: min(each, key=lambda spelling: (-each[spelling], spelling)) for word, each in counts.items()
    }


def _collocations(streams: Sequence[Sequence[str]]) -> frozenset[tuple[str, str]]:
    """Pairs of neighbours by normalised pointwise mutual information (Bouma 2009).

    log(p(x, y) / (p(x) p(y))) / -log p(x, y): 1 where the two only ever stand together, 0 where it is chance.
    """
    single = Counter(word for stream in streams for word in stream if word)
    pairs = Counter(pair for stream in streams for pair in pairwise(stream) if pair[0] and pair[1])
    total = max(sum(single.values()), 1)
    found = set()
    for (first, second), count in pairs.items():
        if count < _OFTEN or first == second:
            continue
        expected = single[first] * single[second] / total**2
        if log(count / total / expected) / -log(count / total) >= _TOGETHER:
            found.add((first, second))
    return frozenset(found)


def _joined(streams: Sequence[Sequence[str]], pairs: frozenset[tuple[str, str]]) -> list[list[str]]:
    if not pairs:
        return [list(stream) for stream in streams]
    return [_join(stream, pairs) for stream in streams]


def _join(stream: Sequence[str], pairs: frozenset[tuple[str, str]]) -> list[str]:
    joined: list[str] = []
    place = 0
    while place < len(stream):
        together = place + 1 < len(stream) and (stream[place], stream[place + 1]) in pairs
        joined.append("+".join(stream[place : place + 2]) if together else stream[place])
        place += 2 if together else 1
    return joined


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


_STOP_WITHOUT_MARKS = frozenset(map(vietnamese.without_marks, vietnamese.STOP_WORDS)) | vietnamese.STOP_WORDS
