"""Text as people write it: marked for translation, cleaned, found without accents, sorted as in Vietnam."""

import re
import unicodedata
from enum import StrEnum
from typing import Self

from app.kernel.errors import RuleBroken
from app.kernel.marking import N_ as N_


class LabelledEnum(StrEnum):
    """An enum whose members carry an English msgid: ``PLANNED = "planned", N_("Planned")``."""

    _label: str

    # The default is for type checkers, which take a look-up such as ``State("planned")`` for a construction.
    def __new__(cls, value: str, label: str = "") -> Self:
        if not label:
            raise TypeError(f"{cls.__name__}: the member {value!r} needs a label.")
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> str:
        """The English msgid to translate and show."""
        return self._label


class UnreadableCharacter(RuleBroken):
    """A name or title holds something that no reader would see."""

    message = N_(
        "The text holds a character that cannot be shown (%(code)s, place %(position)s). "
        "Nothing was saved. Remove it or type the text anew."
    )


# Marks that only modify a Latin letter. Lao vowels and Japanese voicing are marks too, but carry the sound.
_LATIN_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]+")
_INVISIBLE_FILLERS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_DIRECTION_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(text: str) -> str:
    """The text composed (NFC) with single spaces; refuses control and direction characters.

    Fillers without width, which arrive by copying from documents, are dropped.
    """
    kept = text.translate(_INVISIBLE_FILLERS)
    for position, character in enumerate(kept, start=1):
        unseen = unicodedata.category(character) in ("Cc", "Cs", "Co") and character not in "\t\n\r"
        if unseen or character in _DIRECTION_CONTROLS:
            raise UnreadableCharacter(code=f"U+{ord(character):04X}", position=position)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def fold(text: str) -> str:
    """The text as it is searched: lower case, without accents, đ as d, single spaces.

    Folding folded text changes nothing.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed)
    bare = _LATIN_MARKS.sub("", decomposed)
    return unicodedata.normalize("NFC", " ".join(bare.replace("đ", "d").split()))


# The Vietnamese alphabet: a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y. A letter becomes its
# base letter and a digit, so that every letter is two bytes wide and ă, â follow all of a.
_LETTER_MARKS = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}
# The order of the tones: none, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_FOREIGN_MARK = "6"
# Each sorts before the next, and all before letters and digits: a shorter name comes before a longer one.
_BETWEEN_PARTS, _BETWEEN_WORDS, _BEFORE_TONES = " ", "!", "#"


def _word_sort_key(word: str) -> str:
    """Letters first, then tones; where the tone stands in the syllable (Hoà, Hòa) makes no difference."""
    letters: list[str] = []
    tones = ""
    for character in unicodedata.normalize("NFKD", word.casefold()).casefold():
        if character == "đ":
            letters.append("d1")
        elif "a" <= character <= "z":
            letters.append(character + "0")
        elif character in _LETTER_MARKS and letters:
            letters[-1] = letters[-1][0] + _LETTER_MARKS[character]
        elif _LATIN_MARKS.match(character):
            tones += _TONES.get(character, _FOREIGN_MARK)
        elif character.isalnum() or unicodedata.category(character).startswith("M"):
            letters.append(character)
    return "".join(letters) + _BEFORE_TONES + tones if letters else ""


def name_sort_key(full_name: str) -> str:
    """A string whose byte order (``COLLATE "C"``) is the Vietnamese order of full names.

    Sorted by the given name, which is the last word, then by the middle names, then by the family name.
    """
    keys = [key for key in map(_word_sort_key, full_name.split()) if key]
    if not keys:
        return ""
    *before, given = keys
    family, middle = before[:1], before[1:]
    return _BETWEEN_PARTS.join((given, _BETWEEN_WORDS.join(middle), "".join(family)))
