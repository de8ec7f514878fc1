"""What comments are about: how many say something, and suggested themes with examples and counts.

No sentiment is shown: a program that counts kind and unkind words is wrong too often to be shown as a fact about
somebody's teaching. Themes are suggestions to read further; their examples are the respondents' own words, so who sees
them needs the right to read comments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.evaluation.figures.arrays import caution, too_few
from app.evaluation.figures.no_comment import says_nothing
from app.evaluation.figures.outcomes import InsufficientData, Outcome
from app.evaluation.figures.themes import find_themes
from app.evaluation.figures.words import Language, language_of, split_comments

METHOD = "themes of comments"
VARIANT = "tf-idf, NMF, comments counted by word"
# Fewer comments in a language give no themes; a theme needs so many comments.
MINIMUM_COMMENTS, MINIMUM_IN_THEME = 10, 3
EXAMPLES = 3
_SHORT, _LONG = 20, 300


@dataclass(frozen=True, slots=True)
class Example:
    """A comment word for word, and its place among those given, counted from 0."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that stand together, how many comments use one of them, and some of those, word for word.

    ``beside`` are words often in those comments, which are not counted by. ``share`` is of the comments that say
    something in that language.
    """

    language: Language
    words: tuple[str, ...]
    beside: tuple[str, ...]
    count: int
    share: float
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments(Outcome):
    """``n`` comments say something; ``missing`` are empty; ``saying_nothing`` hold "n/a", "không" and the like.

    ``without_theme`` counts those that say something and belong to no theme.
    """

    saying_nothing: int
    languages: Mapping[Language, int]
    themes: tuple[Theme, ...] | InsufficientData
    without_theme: int


def summarise_comments(
    texts: Sequence[str | None],
    *,
    language: Language | None = None,
    minimum: int = MINIMUM_IN_THEME,
    needed: int = MINIMUM_COMMENTS,
) -> Comments:
    """Count the comments and suggest themes, in each language by itself.

    The language of each comment is told by its letters unless given. No theme comes from fewer than ``minimum``
    comments, and none at all from fewer than ``needed``.
    """
    given = {place: text.strip() for place, text in enumerate(texts) if text is not None and text.strip()}
    saying = {place: text for place, text in given.items() if not says_nothing(text)}
    by_language = _by_language(saying, language)
    themes = [
        (theme, place_list)
        for each, places in by_language.items()
        if len(places) >= needed
        for theme, place_list in _themes(each, places, saying, minimum)
    ]
    themed = {place for _, members in themes for place in members}
    enough = any(len(places) >= needed for places in by_language.values())
    return Comments(
        n=len(saying),
        missing=len(texts) - len(given),
        method=METHOD,
        variant=VARIANT,
        cautions=(caution("themes_are_suggestions"), caution("verbatim_examples")) if themes else (),
        saying_nothing=len(given) - len(saying),
        languages={each: len(places) for each, places in by_language.items()},
        themes=tuple(theme for theme, _ in themes) if enough else too_few(len(saying), needed, METHOD),
        without_theme=len(saying) - len(themed),
    )


def _by_language(saying: Mapping[int, str], language: Language | None) -> dict[Language, list[int]]:
    found: dict[Language, list[int]] = {}
    for place, text in saying.items():
        found.setdefault(language or language_of(text), []).append(place)
    return {each: found[each] for each in Language if each in found}


def _themes(
    language: Language, places: Sequence[int], saying: Mapping[int, str], minimum: int
) -> list[tuple[Theme, tuple[int, ...]]]:
    ordered = sorted(places, key=lambda place: (saying[place], place))
    words, written = split_comments([saying[place] for place in ordered], language)
    found = []
    for each in find_themes(words, minimum=minimum):
        members = tuple(ordered[place] for place in each.comments)
        theme = Theme(
            language=language,
            words=tuple(written[word] for word in each.words),
            beside=tuple(written[word] for word in each.beside),
            count=len(members),
            share=len(members) / len(places),
            examples=_examples(members, saying),
        )
        found.append((theme, members))
    return found


def _examples(members: Sequence[int], saying: Mapping[int, str]) -> tuple[Example, ...]:
    """The most typical comments, those of a readable length first, none twice."""
    readable = [place for place in members if _SHORT <= len(saying[place]) <= _LONG]
    chosen: dict[str, Example] = {}
    for place in (*readable, *members):
        chosen.setdefault(saying[place].casefold(), Example(place, saying[place]))
        if len(chosen) == EXAMPLES:
            break
    return tuple(chosen.values())
