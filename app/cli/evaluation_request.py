"""From the options of `evaluation statistics` to what is asked of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.cells import MISSING, NOT_APPLICABLE, Codes, Scale, comparable, parse_scale
from app.evaluation.figures.changes import Form
from app.evaluation.figures.request import Comparison, Pair, Ratings, Request, expand_columns
from app.evaluation.figures.table import Table, read_table


def request_of(table: Table, asked: Mapping[str, Any]) -> Request:
    """Return what the options ask; a contradiction among them is refused as a wrong use of the command."""
    items = expand_columns(table, asked["items"])
    everywhere, by_column = _scales(table, asked["scales"])
    _refuse_what_needs_items(asked, items)
    if asked["changed_at"] and not asked["time"]:
        raise click.UsageError("--changed-at names a period; say with --time which column holds the periods.")
    return Request(
        items=items,
        scales={name: scale for name in items if (scale := by_column.get(name, everywhere)) is not None},
        reversed_items=expand_columns(table, asked["reversed_items"]),
        recommendation=expand_columns(table, asked["recommend"]),
        bipolar=_bipolar(asked["bipolar"]),
        choices=expand_columns(table, asked["choices"]),
        multi_select=_multi_select(table, asked["multi_select"]),
        group=asked["group"],
        paired_by=asked["paired_by"],
        pairs=_pairs(asked["pairs"], asked["forms"], same=asked["same_form"]),
        unpaired=asked["unpaired"],
        key=_key(asked["keys"]),
        scored=expand_columns(table, asked["scored"]),
        blank_answers=asked["blank_answers"],
        ratings=_ratings(table, asked, everywhere),
        comparison=(
            Comparison(column=asked["compare"], crossed=asked["crossed"], respondent=asked["respondent"])
            if asked["compare"]
            else None
        ),
        time=asked["time"],
        changed_at=asked["changed_at"],
        comments=expand_columns(table, asked["comments"]),
        codes=_codes(asked),
        blanks=asked["blanks"],
    )


def _codes(asked: Mapping[str, Any]) -> Codes:
    read_as = _named(asked["read_as"], "--read-as")
    return Codes(
        (*MISSING, *asked["missing_code"]),
        (*NOT_APPLICABLE, *asked["not_applicable_code"]),
        {comparable(word): meant for word, meant in read_as.items()},
    )


def _refuse_what_needs_items(asked: Mapping[str, Any], items: Sequence[str]) -> None:
    if items:
        return
    for option, word in (("compare", "--compare"), ("time", "--time"), ("paired_by", "--paired-by")):
        if asked[option]:
            raise click.UsageError(f"{word} compares the mean of the items; name them with --items.")
    if asked["changed_at"]:
        raise click.UsageError("--changed-at tells before from after on the items; name them with --items.")
    if asked["group"] and not asked["pairs"]:
        raise click.UsageError("--group compares items or pairs; name them with --items or --pair.")
    if asked["reversed_items"]:
        raise click.UsageError("--reversed names items; name all of them with --items.")


def _scale(text: str) -> Scale:
    try:
        return parse_scale(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _scales(table: Table, texts: Sequence[str]) -> tuple[Scale | None, dict[str, Scale]]:
    everywhere: Scale | None = None
    by_column: dict[str, Scale] = {}
    for text in texts:
        columns, named, scale = text.rpartition("=")
        if named:
            by_column |= dict.fromkeys(expand_columns(table, [columns]), _scale(scale))
        elif everywhere is not None:
            raise click.UsageError("--scale without columns stands twice; say which columns each is for.")
        else:
            everywhere = _scale(scale)
    return everywhere, by_column


def _named(texts: Sequence[str], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, between, value = text.partition("=")
        if not (between and name.strip() and value.strip()):
            raise click.UsageError(f"{option} {text}: write NAME=VALUE.")
        found[name.strip()] = value.strip()
    return found


def _bipolar(texts: Sequence[str]) -> dict[str, Scale]:
    scales = {name: _scale(scale) for name, scale in _named(texts, "--bipolar").items()}
    for name, scale in scales.items():
        if len(scale.points) < 3 or len(scale.points) % 2 == 0:
            raise click.UsageError(
                f"--bipolar {name}: a scale with a best middle has an odd number of points."
            )
    return scales


def _multi_select(table: Table, texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {
        name: expand_columns(table, [columns]) for name, columns in _named(texts, "--multi-select").items()
    }


def _pairs(
    pairs: Sequence[tuple[str, str]], forms: Sequence[tuple[str, str]], *, same: bool
) -> tuple[Pair, ...]:
    if same and forms:
        raise click.UsageError("Say --same-form, or the --form of each column, not both.")
    known = {column: _form(text) for column, text in forms}
    strange = known.keys() - {column for pair in pairs for column in pair}
    if strange:
        raise click.UsageError(f"--form {min(strange)}: this column is in no --pair.")
    one = Form("the same") if same else None
    return tuple(
        Pair(before, after, known.get(before, one), known.get(after, one)) for before, after in pairs
    )


def _form(text: str) -> Form:
    name, between, highest = text.rpartition("/")
    if not between:
        return Form(text.strip())
    try:
        return Form(name.strip(), float(highest))
    except ValueError:
        raise click.UsageError(f"--form {text}: after the / stands the highest score.") from None


def _key(texts: Sequence[str]) -> dict[str, str]:
    """The right answers, given one by one or as a CSV with the columns question and answer."""
    parts = [part for text in texts for part in text.split(",")] if all("=" in text for text in texts) else []
    if parts or not texts:
        return _named(parts, "--key")
    if len(texts) > 1:
        raise click.UsageError(
            "--key takes COLUMN=ANSWER, or one CSV file with the columns question and answer."
        )
    path = Path(texts[0])
    if not path.is_file():
        raise click.UsageError(f"--key {texts[0]}: there is no such file, and it is no COLUMN=ANSWER.")
    table = read_table(path.read_bytes())
    if set(table.names) != {"question", "answer"}:
        raise UnfitData(f"{path.name} needs exactly two columns, question and answer.")
    return dict(zip(table.cells("question"), table.cells("answer"), strict=True))


def _ratings(table: Table, asked: Mapping[str, Any], scale: Scale | None) -> Ratings | None:
    raters = expand_columns(table, asked["raters"])
    listed = [asked[word] for word in ("subject", "rater", "rating")]
    if not raters and not any(listed):
        return None
    if raters and any(listed):
        raise click.UsageError("Give --raters, or --subject with --rater and --rating, not both.")
    if not raters and not all(listed):
        raise click.UsageError("Ratings in a list need --subject, --rater and --rating.")
    return Ratings(raters=raters, subject=listed[0], rater=listed[1], rating=listed[2], scale=scale)
