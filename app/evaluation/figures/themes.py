"""Suggested themes of comments: words that stand together, and the comments that use them.

1. Comments become vectors of their words, weighted by tf-idf, each word once in a comment. Long ones are shortened to
   the middle length, lest they outweigh the others; short ones stay short, lest a lone word make a theme.
2. Non-negative matrix factorisation (Lee and Seung 1999, Nature 401, 788-791), started from the singular vectors
   (Boutsidis and Gallopoulos 2008, NNDSVD) and descended by hierarchical alternating least squares (Cichocki and Phan
   2009), finds groups of words. Nothing in it is drawn at random and comments are put in order first, so the same
   comments give the same themes however they are ordered.
3. A theme is the words for which its group stands out, each word in one theme only. A comment belongs to a theme if it
   uses one of its words: the count can be checked by searching for them. A comment may belong to several themes.

A theme is a suggestion to read, no finding, and says nothing about whether it is praise or complaint.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import linalg, sparse, special
from scipy.sparse.linalg import svds

from app.evaluation.figures.arrays import Floats

MOST_THEMES, MOST_WORDS, MOST_BESIDE = 12, 6, 4
_COMMENTS_A_THEME = 12
_MOST_TERMS = 2_000
# A word in more than this share of the comments tells none of them from the others, where comments are many.
_COMMONEST, _MANY = 0.4, 40
_SWEEPS = 80
# A word belongs to a theme if it weighs at least this share of the theme's heaviest word.
_LIGHTEST = 0.2
_SMALL = 40
# The likelihood ratio above which a word stands beside a theme: one in a thousand by chance.
_SURE = 10.83


@dataclass(frozen=True, slots=True)
class WordTheme:
    """The words of a theme, the heaviest first, and the comments that use them, the most typical first.

    ``beside`` are words that stand in those comments oftener than elsewhere. They explain and are not counted.
    """

    words: tuple[str, ...]
    beside: tuple[str, ...]
    comments: tuple[int, ...]


def find_themes(comments: Sequence[Sequence[str]], *, minimum: int) -> tuple[WordTheme, ...]:
    """Return themes of at least ``minimum`` comments each, those of most comments first.

    ``comments`` holds the words of each comment. Comments without words belong to no theme.
    """
    order = sorted(range(len(comments)), key=lambda place: (sorted(set(comments[place])), place))
    sets = [frozenset(comments[place]) for place in order if comments[place]]
    places = [place for place in order if comments[place]]
    terms = _terms(sets, minimum)
    if not terms:
        return ()
    vectors = _vectors(sets, terms)
    count = min(number_of_themes(len(sets)), len(terms), min(vectors.shape))
    loadings = _factorise(vectors, count)
    themes = [_theme(group, loadings, vectors, terms, places) for group in range(count)]
    kept = [theme for theme in themes if len(theme.comments) >= minimum]
    return tuple(sorted(kept, key=lambda theme: (-len(theme.comments), theme.words)))


def number_of_themes(comments: int) -> int:
    """Return how many themes so many comments are sorted into: two for ten, twelve from 1,700 on."""
    return max(2, min(MOST_THEMES, round(sqrt(comments / _COMMENTS_A_THEME))))


def _terms(sets: Sequence[frozenset[str]], minimum: int) -> list[str]:
    """The words in enough comments and not in nearly all, the commonest up to a bound, in the order of the alphabet."""
    counts = Counter(word for words in sets for word in words)
    most = _COMMONEST * len(sets) if len(sets) >= _MANY else len(sets)
    usable = [word for word, count in counts.items() if minimum <= count <= most]
    return sorted(sorted(usable, key=lambda word: (-counts[word], word))[:_MOST_TERMS])


def _vectors(sets: Sequence[frozenset[str]], terms: Sequence[str]) -> sparse.csr_array:
    places = {term: place for place, term in enumerate(terms)}
    cells = [
        (row, places[word]) for row, words in enumerate(sets) for word in sorted(words) if word in places
    ]
    rows, columns = np.array(cells, dtype=np.int64).T
    uses = np.bincount(columns, minlength=len(terms))
    weights = (np.log((1 + len(sets)) / (1 + uses)) + 1)[columns]
    lengths = np.sqrt(np.bincount(rows, weights**2, minlength=len(sets)))
    lengths = np.maximum(lengths, np.median(lengths[lengths > 0]))
    return sparse.csr_array((weights / lengths[rows], (rows, columns)), shape=(len(sets), len(terms)))


def _factorise(vectors: sparse.csr_array, count: int) -> Floats:
    """The weights of the words in each group, each group's heaviest being one."""
    left, right = _start(vectors, count)
    for _ in range(_SWEEPS):
        right = _descend(right, left.T @ left, np.asarray((vectors.T @ left).T))
        left = _descend(left.T, right @ right.T, np.asarray((vectors @ right.T).T)).T
    return np.asarray(right / np.maximum(right.max(axis=1, keepdims=True), 1e-12))


def _descend(factor: Floats, gram: Floats, product: Floats) -> Floats:
    """One sweep over the rows of a factor, each set to its best value that is not negative."""
    swept = factor.copy()
    for row in range(len(swept)):
        step = (product[row] - gram[row] @ swept) / max(float(gram[row, row]), 1e-12)
        swept[row] = np.maximum(swept[row] + step, 1e-12)
    return swept


def _start(vectors: sparse.csr_array, count: int) -> tuple[Floats, Floats]:
    """The larger of the positive and the negative part of each singular pair."""
    if count >= min(vectors.shape) or max(vectors.shape) <= _SMALL:
        u, s, vt = linalg.svd(vectors.toarray(), full_matrices=False)
    else:
        u, s, vt = svds(vectors, k=count, v0=np.ones(min(vectors.shape)))
    heaviest = np.argsort(-s, kind="stable")[:count]
    left, right = np.empty((vectors.shape[0], count)), np.empty((count, vectors.shape[1]))
    for place, group in enumerate(heaviest):
        sides = [(np.maximum(sign * u[:, group], 0), np.maximum(sign * vt[group], 0)) for sign in (1, -1)]
        one, other = max(sides, key=lambda side: float(linalg.norm(side[0]) * linalg.norm(side[1])))
        size = float(linalg.norm(one) * linalg.norm(other))
        scale = sqrt(float(s[group]) * size)
        left[:, place] = scale * one / max(float(linalg.norm(one)), 1e-12)
        right[place] = scale * other / max(float(linalg.norm(other)), 1e-12)
    return left + 1e-6, right + 1e-6


def _theme(
    group: int, loadings: Floats, vectors: sparse.csr_array, terms: Sequence[str], places: Sequence[int]
) -> WordTheme:
    rounded = np.round(loadings, 6)
    own = [int(term) for term in np.flatnonzero(rounded.argmax(axis=0) == group)]
    heavy = [term for term in own if rounded[group, term] >= _LIGHTEST]
    chosen = sorted(heavy, key=lambda term: (-rounded[group, term], terms[term]))[:MOST_WORDS]
    scores = np.asarray(vectors[:, chosen] @ rounded[group, chosen]).ravel()
    typical = [int(row) for row in np.flatnonzero(scores > 0)]
    typical.sort(key=lambda row: (-round(float(scores[row]), 6), row))
    return WordTheme(
        words=tuple(terms[term] for term in chosen),
        beside=tuple(terms[term] for term in _beside(vectors, chosen, typical)),
        comments=tuple(places[row] for row in typical),
    )


def _beside(vectors: sparse.csr_array, chosen: Sequence[int], members: Sequence[int]) -> list[int]:
    """Words oftener in these comments than in all, by the likelihood ratio (Dunning 1993)."""
    if not members:
        return []
    used = sparse.csr_array((vectors > 0).astype(np.float64))
    everywhere = np.asarray(used.sum(axis=0)).ravel()
    here = np.asarray(used[members].sum(axis=0)).ravel()
    expected = everywhere * len(members) / vectors.shape[0]
    elsewhere, rest = everywhere - here, everywhere - expected
    ratio = 2 * (
        special.xlogy(here, here / expected) + special.xlogy(elsewhere, elsewhere / np.maximum(rest, 1e-12))
    )
    strong = [
        int(term)
        for term in np.flatnonzero((here > expected) & (here >= 2) & (ratio >= _SURE))
        if term not in chosen
    ]
    return sorted(strong, key=lambda term: (-round(float(ratio[term]), 6), term))[:MOST_BESIDE]
