"""`rondo.py evaluation statistics FILE`: the figures of the product for any plain CSV."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from app.cli.evaluation_request import request_of
from app.cli.figures_in_words import lines_of
from app.evaluation.figures.analysis import analyse, as_json
from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.table import UnreadableTable, read_table


# A plain group: the statistics of a file need neither the application nor its database.
@click.group("evaluation", help="Figures of evaluations.")
def evaluation() -> None:
    """Gather the words below."""


HELP = """Compute the figures of a plain CSV with a header row.

COLUMNS are names of the header: one, several with commas, or FIRST..LAST in the file's order. Options that take
COLUMNS may be given again. Without any option every column of numbers is summarised.

\b
Items on a scale, as one scale (alpha, omega) and by group:
  statistics answers.csv --items Q1..Q28 --scale 1-5 --reversed Q3 --group instr
  statistics survey.csv --items Worth,Recommend
      --scale "Strongly Disagree|Disagree|Neutral|Agree|Strongly Agree"
Recommendation from 0 to 10, an item whose best answer is the middle, several choices:
  statistics survey.csv --recommend LikelyToRecommend
      --bipolar "Pace=Too slow|Slightly slow|Just right|Slightly fast|Too fast"
      --multi-select Tools=Git..Shell
A test with its key, before and after, and assessors:
  statistics test.csv --key Q1=B,Q2=D        statistics test.csv --scored Q1..Q5
  statistics tests.csv --pair before after --same-form --group method
  statistics ratings.csv --raters J1..J4     (one row a subject)
  statistics ratings.csv --subject ID --rater NAME --rating SCORE

\b
Levels compared by partial pooling, items over time, comments:
  statistics ratings.csv --items y --compare lecturer --respondent student
  statistics terms.csv --items effectiveness --time year,term --changed-at "2020 Fall"
  statistics survey.csv --comments Best,Change

A gain from before to after is refused unless both are said to be the same form of the test.

Errors go to the standard error, with row (the header is row 1) and column. Exit code 0: done; 1: the file cannot be
used as it is; 2: the options cannot.
"""


@evaluation.command("statistics", help=HELP)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_machine", is_flag=True, help="Write JSON instead of text.")
@click.option(
    "--items", multiple=True, metavar="COLUMNS", help="Items on a scale; together they form one scale."
)
@click.option(
    "--scale",
    "scales",
    multiple=True,
    metavar="[COLUMNS=]SCALE",
    help="1-5 (whole points), 0..100 (any number between) or words with | between, the lowest first. "
    "Without COLUMNS for all items and ratings.",
)
@click.option(
    "--reversed", "reversed_items", multiple=True, metavar="COLUMNS", help="Items worded the other way."
)
@click.option("--recommend", multiple=True, metavar="COLUMNS", help="Recommendation from 0 to 10.")
@click.option("--bipolar", multiple=True, metavar="COLUMN=SCALE", help="The middle of the scale is best.")
@click.option("--choice", "choices", multiple=True, metavar="COLUMNS", help="One choice in words.")
@click.option(
    "--multi-select", multiple=True, metavar="NAME=COLUMNS", help="Several choices, one column an option."
)
@click.option(
    "--group", metavar="COLUMN", help="Compare groups; with --pair adjusted for the earlier measure."
)
@click.option(
    "--paired-by", metavar="COLUMN", help="Who is who in two groups of measures of the same people."
)
@click.option("--pair", "pairs", multiple=True, nargs=2, metavar="BEFORE AFTER", help="Two measures in time.")
@click.option("--same-form", is_flag=True, help="All pairs are of one form of the test or measure.")
@click.option(
    "--form",
    "forms",
    multiple=True,
    nargs=2,
    metavar="COLUMN FORM",
    help="Which form a column of a pair is of, as NAME or NAME/HIGHEST.",
)
@click.option("--unpaired", is_flag=True, help="The rows of a pair are not the same people.")
@click.option(
    "--key", "keys", multiple=True, metavar="COLUMN=ANSWER", help="Right answers, or a CSV of both."
)
@click.option("--scored", multiple=True, metavar="COLUMNS", help="Questions already scored 1 and 0.")
@click.option(
    "--blank-answers",
    type=click.Choice(["wrong", "left out"]),
    default="wrong",
    show_default=True,
    help="What a blank in a test is: wrong, or its person left out.",
)
@click.option("--raters", multiple=True, metavar="COLUMNS", help="One column a rater, one row a subject.")
@click.option("--subject", metavar="COLUMN", help="Who was rated, with --rater and --rating.")
@click.option("--rater", metavar="COLUMN", help="Who rated.")
@click.option("--rating", metavar="COLUMN", help="The rating.")
@click.option(
    "--compare", metavar="COLUMN", help="Compare its levels by partial pooling on the mean of the items."
)
@click.option(
    "--crossed", multiple=True, metavar="COLUMN", help="Crossed with --compare, as respondents are."
)
@click.option("--respondent", metavar="COLUMN", help="Who answered, where one answers more than once.")
@click.option(
    "--time",
    metavar="COLUMN",
    help="Periods, for a run chart and an XmR chart of the items; several columns with commas are put together.",
)
@click.option(
    "--changed-at", metavar="PERIOD", help="With --time: the items from this period on against before."
)
@click.option("--comments", multiple=True, metavar="COLUMNS", help="Free text, for counts and themes.")
@click.option(
    "--alpha-blanks",
    "blanks",
    type=click.Choice(["complete", "pairwise"]),
    default="complete",
    show_default=True,
    help="Alpha of rows without a blank, or of all pairs.",
)
@click.option("--missing-code", multiple=True, metavar="TEXT", help="Stands for a blank, beside NA.")
@click.option("--not-applicable-code", multiple=True, metavar="TEXT", help="Stands for 'not applicable'.")
@click.option(
    "--read-as", multiple=True, metavar="WORD=WORD", help="Read a word as another, as Never=Rarely."
)
@click.option("--encoding", metavar="NAME", help="utf-8, utf-16, cp1258, ...; found out if not given.")
@click.option("--separator", metavar="CHARACTER", help="Between cells; found out if not given.")
def statistics(
    file: Path, as_machine: bool, encoding: str | None, separator: str | None, **asked: object
) -> None:
    """Compute what was asked and print it."""
    try:
        table = read_table(_content(file), encoding=encoding, separator=separator)
        figures = analyse(table, request_of(table, asked))
    except UnreadableTable as error:
        _refuse(file, list(map(str, error.problems)), error.total - len(error.problems))
    except UnfitData as error:
        _refuse(file, [str(error)], 0)
    if as_machine:
        click.echo(json.dumps(as_json(figures), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo("\n".join(lines_of(figures)))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _refuse(file, [f"It cannot be read: {error.strerror}."], 0)


def _refuse(file: Path, told: Sequence[str], untold: int) -> NoReturn:
    more = [f"... and {untold} more of this kind. Nothing was computed."] if untold else []
    click.echo("\n".join([f"rondo: {file.name} cannot be used as it is:", *told, *more]), err=True)
    sys.exit(1)


if __name__ == "__main__":
    evaluation(prog_name="rondo.py evaluation")
