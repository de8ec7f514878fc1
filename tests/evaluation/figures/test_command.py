"""`evaluation statistics`: the published digits through the command, JSON and text, and errors that help."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import rondo
from app.cli.evaluation import evaluation
from app.demo.carpentries import BATCHES
from tests.architecture.source import ROOT
from tests.evaluation.figures.published import DATA
from tests.evaluation.figures.published_surveys import AGREEMENT

Run = Callable[..., Result]


def run(file: Path | str, *words: str) -> Result:
    return CliRunner().invoke(evaluation, ["statistics", str(file), *words])


def figures(file: Path | str, *words: str) -> Any:
    done = run(file, *words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_scale_by_the_names_of_its_first_and_last_item() -> None:
    scale = figures(DATA / "attitude.csv", "--items", "rating..advance")["scale"]["of_all"]

    assert round(scale["alpha"]["value"], 5) == 0.84314
    assert round(scale["omega"]["value"], 4) == 0.8510
    assert scale["alpha"]["interval"]["method"] == "Feldt"
    assert [round(item["item_rest"], 4) for item in scale["items"]][:2] == [0.6713, 0.7421]


def test_words_with_a_recommendation_and_a_best_middle() -> None:
    found = figures(
        BATCHES[0].path,
        *("--items", "Worth,Recommend,Material", "--scale", AGREEMENT),
        *("--recommend", "LikelyToRecommend"),
        *("--bipolar", "Pace=Too slow|Slightly slow|Just right|Slightly fast|Too fast"),
    )

    assert round(found["items"]["Worth"]["of_all"]["mean"], 4) == 4.3881
    score = found["recommendation"]["LikelyToRecommend"]
    assert (score["detractors"], score["passives"], score["promoters"]) == (35, 179, 314)
    assert round(score["score"], 2) == 52.84
    pace = found["bipolar"]["Pace"]
    assert "mean" not in pace
    assert [point["share"]["count"] for point in pace["points"]] == [17, 151, 302, 65, 3]
    assert pace["just_right"]["count"] == 302


def test_a_word_read_as_another() -> None:
    found = figures(
        BATCHES[0].path,
        *("--items", "TrainersEnthusiastic", "--scale", "Rarely|Sometimes|Often|All of the time"),
        *("--read-as", "Never=Rarely"),
    )

    assert found["items"]["TrainersEnthusiastic"]["of_all"]["n"] == 538


def test_choices_and_several_choices() -> None:
    found = figures(
        DATA / "carpentries_longterm_2017.csv",
        *("--choice", "Contributed-To-Writing", "--multi-select", "Behaviours=Behaviour 1..Behaviour 9"),
    )
    choice = found["choices"]["Contributed-To-Writing"]

    assert [each["share"]["count"] for each in choice["options"]] == [193, 123, 118]
    several = {each["option"]: each["share"] for each in found["multi_select"]["Behaviours"]["options"]}
    assert several["automate repetitive tasks"]["count"] == 260
    assert several["automate repetitive tasks"]["n"] == 392


def test_pairs_in_long_form() -> None:
    found = figures(DATA / "sleep.csv", "--items", "extra", "--group", "group", "--paired-by", "ID")
    pair = found["paired"]["1 - 2"]

    assert round(pair["test"]["statistic"], 4) == -4.0621
    assert round(pair["difference"]["interval"]["low"], 3) == -2.460
    assert round(pair["difference"]["interval"]["high"], 3) == -0.700
    assert [size["variant"].partition(":")[0] for size in pair["sizes"]] == ["g_av", "g_z"]


def test_a_gain_is_refused_and_groups_are_compared_instead() -> None:
    asked = (DATA / "baumann_prepost.csv", "--pair", "pretest.1", "post.test.1", "--group", "group")
    (unknown,) = figures(*asked)["pairs"].values()
    forms = ("--form", "pretest.1", "A/16", "--form", "post.test.1", "B/18")
    (different,) = figures(*asked, *forms)["pairs"].values()

    assert unknown["gain"]["kind"] == different["gain"]["kind"] == "Refused"
    assert (unknown["gain"]["reason"], different["gain"]["reason"]) == ("forms_unknown", "different_forms")
    assert round(unknown["adjusted"]["test"]["statistic"], 2) == 12.17
    assert unknown["adjusted"]["test"]["degrees"] == [2, 62]


def test_a_gain_on_one_form(written: Callable[[str], Path]) -> None:
    path = written("before,after\n3,5\n4,6\n2,5\n5,6\n3,4\n")
    (pair,) = figures(path, "--pair", "before", "after", "--same-form")["pairs"].values()
    (unpaired,) = figures(path, "--pair", "before", "after", "--same-form", "--unpaired")["pairs"].values()

    assert pair["gain"]["difference"]["value"] == pytest.approx(1.8)
    assert pair["gain"]["variant"] == "pairs"
    assert unpaired["gain"]["variant"] == "independent groups, unequal variances"


def test_a_score_above_the_highest_of_its_form(written: Callable[[str], Path]) -> None:
    path = written("before,after\n3,5\n4,26\n")
    done = run(path, "--pair", "before", "after", "--form", "before", "A/20", "--form", "after", "A/20")

    assert done.exit_code == 1
    assert "A score of 26 is above the highest of form A, 20." in done.stderr


def test_a_test_scored_already_and_one_with_a_key(written: Callable[[str], Path]) -> None:
    scored = figures(DATA / "lsat6.csv", "--scored", "Q1..Q5")["test"]
    keyed = figures(written("Q1,Q2\na,B\nA,C\n,B\n"), "--key", "Q1=A,Q2=b")["test"]

    assert [question["difficulty"]["value"] for question in scored["questions"]] == [
        0.924,
        0.709,
        0.553,
        0.763,
        0.870,
    ]
    assert round(scored["kr20"]["value"], 3) == 0.295
    assert [question["difficulty"]["count"] for question in keyed["questions"]] == [2, 2]
    assert keyed["questions"][0]["difficulty"]["missing"] == 1


def test_a_key_in_a_file(written: Callable[[str], Path], tmp_path: Path) -> None:
    key = tmp_path / "key.csv"
    key.write_text("question,answer\nQ1,A\nQ2,B\n", encoding="utf-8")

    assert figures(written("Q1,Q2\nA,B\nB,B\n"), "--key", str(key))["test"]["n"] == 2


def test_assessors_in_columns_and_in_a_list(written: Callable[[str], Path]) -> None:
    wide = figures(DATA / "shrout_fleiss_1979.csv", "--raters", "J1..J4")["assessors"]
    lines = (DATA / "shrout_fleiss_1979.csv").read_text(encoding="utf-8").replace('"', "").split()
    names = lines[0].split(",")[1:]
    listed = [
        f"{cells[0]},{name},{score}"
        for cells in (line.split(",") for line in lines[1:])
        for name, score in zip(names, cells[1:], strict=True)
    ]
    path = written("\n".join(["who,by,score", *reversed(listed)]))
    long = figures(path, "--subject", "who", "--rater", "by", "--rating", "score")["assessors"]

    values = [round(form["estimate"]["value"], 2) for form in wide["agreement"]["forms"]]
    assert values == [0.17, 0.44, 0.29, 0.62, 0.71, 0.91]
    assert [round(form["estimate"]["value"], 2) for form in long["agreement"]["forms"]] == values
    assert len(wide["kappa_quadratic"]) == 6


def test_groups_with_reversed_items_and_codes(written: Callable[[str], Path]) -> None:
    rows = ["Q1,Q2,place"] + [f"{1 + n % 5},{5 - n % 5},{'AB'[n % 2]}" for n in range(40)] + ["99,-,A"]
    found = figures(
        written("\n".join(rows)),
        *("--items", "Q1,Q2", "--scale", "1-5", "--reversed", "Q2", "--group", "place"),
        *("--missing-code", "99", "--not-applicable-code", "-"),
    )

    assert found["scale"]["of_all"]["alpha"]["value"] == pytest.approx(1)
    item = found["items"]["Q2"]["of_all"]
    assert (item["n"], item["missing"], item["not_applicable"]) == (40, 0, 1)
    assert list(found["groups"]["pairs"]) == ["A - B"]
    # Items stand as they were answered; the score is of items turned around.
    first = found["groups"]["groups"][0]
    assert first["items"]["Q1"]["value"] + first["items"]["Q2"]["value"] == pytest.approx(6)
    assert first["score"]["value"] == pytest.approx(first["items"]["Q1"]["value"])


def test_straight_lined_sheets_stand_beside(written: Callable[[str], Path]) -> None:
    rng = np.random.default_rng(3)
    rows = ["Q1,Q2,Q3", *["4,4,4"] * 30, *(",".join(map(str, row)) for row in rng.integers(1, 6, (30, 3)))]
    found = figures(written("\n".join(rows)), "--items", "Q1..Q3", "--scale", "1-5")
    scale = found["scale"]

    assert found["patterns"]["straight_lined"]["count"] >= 30
    assert scale["without_straight_lined"]["n"] <= 30
    assert scale["of_all"]["alpha"]["value"] > scale["without_straight_lined"]["alpha"]["value"]


def test_lecturers_compared(written: Callable[[str], Path]) -> None:
    rng = np.random.default_rng(4)
    rows = ["Q1,Q2,lecturer,student"] + [
        f"{rng.integers(1, 6)},{rng.integers(1, 6)},L{n % 12},S{n % 25}" for n in range(300)
    ]
    asked = ("--items", "Q1,Q2", "--scale", "1-5", "--compare", "lecturer", "--crossed", "student")
    found = figures(written("\n".join(rows)), *asked)["comparison"]

    assert found["n"] == 300
    assert found["method"].startswith("partial pooling")


def test_without_a_question_all_numbers_are_described(written: Callable[[str], Path]) -> None:
    found = figures(written("a,b\n1,x\n2,y\n"))

    assert list(found["items"]) == ["a"]
    assert found["table"] == {"rows": 2, "columns": 2, "encoding": "utf-8"}


def test_a_column_with_a_few_words_is_left_out_and_named(written: Callable[[str], Path]) -> None:
    found = figures(written("a,b,c\n1,2,x\n2,NaN,y\n"))

    assert list(found["items"]) == ["a"]
    assert list(found["left_out"]) == ["b"]
    assert found["left_out"]["b"].startswith('row 3, column b: "NaN" is no answer.')


def test_words_among_the_numbers_of_all_columns_are_refused(written: Callable[[str], Path]) -> None:
    done = run(written("a,b\n1,NaN\ninf,2\n"))

    assert done.exit_code == 1
    assert 'row 3, column a: "inf" is no answer.' in done.stderr
    assert 'row 2, column b: "NaN" is no answer.' in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--items", "rating..advance", "--group", "rating"),
        ("--pair", "rating", "advance", "--same-form"),
        ("--raters", "rating..raises"),
    ],
)
def test_text_says_what_json_says(words: tuple[str, ...]) -> None:
    done = run(DATA / "attitude.csv", *words)

    assert done.exit_code == 0
    assert "n = 30" in done.stdout or "n: 30" in done.stdout
    assert "{" not in done.stdout


def test_text_says_why_there_is_no_figure(written: Callable[[str], Path]) -> None:
    text = run(written("Q1,Q2\n3,3\n"), "--items", "Q1,Q2", "--scale", "1-5").stdout

    assert "no interval, too few (1, 2 needed)" in text
    assert "omega: no figure, too few items (2 items, 3 needed)" in text


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        (
            "Q1,Q2\n3,9\n",
            ("--items", "Q1,Q2", "--scale", "1-5"),
            "row 2, column Q2: 9 lies outside the scale",
        ),
        ("Q1,Q2\n3\n", ("--items", "Q1"), "row 2: This row has 1 cells; the header has 2."),
        ("Q1,Q2\n3,NaN\n", ("--items", "Q2"), 'row 2, column Q2: "NaN" is no answer.'),
        ("Q1,Q2\n3,4\n", ("--items", "Q3"), "There is no column Q3. The columns are: Q1, Q2."),
        ("Q1,Q2\n3,4\n", ("--items", "Q2..Q1"), "column Q1 stands before column Q2"),
        ("Q1,Q2\n3,4\n", ("--items", "Q1,Q1"), "Column Q1 is named twice."),
        ("Q1,Q2\n3,4\n", ("--items", "Q1", "--reversed", "Q1"), "say on which scale"),
        ("Q1\nx\n", (), "No column holds numbers."),
        (
            "who,by,score\na,b,1\na,b,2\n",
            ("--subject", "who", "--rater", "by", "--rating", "score"),
            "more than once",
        ),
        (
            "v,g,id\n1,a,x\n2,a,x\n3,b,x\n",
            ("--items", "v", "--group", "g", "--paired-by", "id"),
            "x stands twice",
        ),
    ],
)
def test_a_file_that_cannot_be_used(
    written: Callable[[str], Path], text: str, words: tuple[str, ...], told: str
) -> None:
    done = run(written(text), *words)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert told in done.stderr
    assert "answers.csv cannot be used as it is" in done.stderr


def test_many_mistakes_are_told_up_to_a_bound(written: Callable[[str], Path]) -> None:
    done = run(written("Q1\n" + "9\n" * 80), "--items", "Q1", "--scale", "1-5")

    assert done.stderr.count("lies outside") == 50
    assert "... and 30 more" in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path / "none.csv")

    assert done.exit_code == 1
    assert "It cannot be read: No such file or directory." in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--scale", "5-1", "--items", "Q1"), "is no scale"),
        (("--scale", "1-5", "--scale", "1-7", "--items", "Q1"), "stands twice"),
        (("--compare", "Q2"), "name them with --items"),
        (("--group", "Q2"), "name them with --items or --pair"),
        (("--reversed", "Q2"), "name all of them with --items"),
        (("--bipolar", "Q1=1-4"), "an odd number of points"),
        (("--bipolar", "Q1"), "write NAME=VALUE"),
        (("--key", "nowhere.csv"), "there is no such file"),
        (("--rater", "Q1"), "need --subject, --rater and --rating"),
        (("--raters", "Q1,Q2", "--rater", "Q1"), "not both"),
        (("--form", "Q1", "A"), "this column is in no --pair"),
        (("--pair", "Q1", "Q2", "--form", "Q1", "A/x"), "after the / stands the highest score"),
        (("--pair", "Q1", "Q2", "--same-form", "--form", "Q1", "A"), "not both"),
    ],
)
def test_options_that_contradict_each_other(
    written: Callable[[str], Path], words: tuple[str, ...], told: str
) -> None:
    done = run(written("Q1,Q2\n3,4\n2,1\n"), *words)

    assert done.exit_code == 2
    assert told in done.stderr


def test_help_tells_every_option() -> None:
    done = CliRunner().invoke(evaluation, ["statistics", "--help"])

    assert done.exit_code == 0
    for option in ("--items", "--scale", "--reversed", "--group", "--pair", "--key", "--subject", "--json"):
        assert option in done.stdout


def test_neither_application_nor_database_is_loaded() -> None:
    """The command works on files alone, also where no installation is."""
    told = "import sys, app.cli.evaluation; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env={}, capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.split())
    assert {"numpy", "app.evaluation.figures.analysis"} <= loaded
    assert not {"sqlalchemy", "flask", "app.factory", "app.kernel.db"} & loaded


def test_rondo_hands_the_command_over() -> None:
    module = importlib.import_module(rondo.ON_FILES["evaluation"])

    assert module.evaluation is evaluation
