"""The real answers to the Carpentries' survey: the instrument they were given to, and how the files are read."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from app.evaluation.import_plan import ImportSettings
from app.evaluation.types import ItemKind, Option, Question

DATA: Final = Path(__file__).resolve().parent / "data" / "carpentries-instructor-training"
# The report of February 2018 is about the first file, of which the last answer came on this day.
REPORT_UNTIL: Final = date(2018, 3, 4)
CODE: Final = "CARPENTRIES-POST"
TITLE: Final = "Instructor training: post-workshop survey (The Carpentries, CC BY 4.0)"


def _options(*words: str) -> tuple[Option, ...]:
    return tuple(map(Option, words))


_AGREEMENT = _options(
    "Strongly Disagree", "Disagree", "Neither Agree nor Disagree", "Agree", "Strongly Agree"
)
# The survey also offered “Never”; its own report counts it with “Rarely”.
_FREQUENCY = _options("Rarely", "Sometimes", "Often", "All of the time")


def _agree(code: str, text: str) -> Question:
    return Question(code, ItemKind.LIKERT, text, options=_AGREEMENT)


def _often(code: str, text: str) -> Question:
    return Question(code, ItemKind.LIKERT, text, options=_FREQUENCY)


QUESTIONS: Final = (
    _agree("Worth", "The training was worth my time."),
    _agree("Recommend", "I would recommend this training to others."),
    _agree("Material", "The material was well organised."),
    _agree("LearnedSkills", "I learned skills that I will be able to use."),
    _agree("InformationReasonableTime", "The amount of information was reasonable for the time."),
    _agree("AtmosphereWelcoming", "The atmosphere was welcoming."),
    _often("TrainersEnthusiastic", "The trainers were enthusiastic."),
    _often("TrainersConsiderate", "The trainers were considerate."),
    _often("TrainersCommunicators", "The trainers were good communicators."),
    _often("TrainersClearAnswers", "The trainers gave clear answers."),
    Question(
        "Pace",
        ItemKind.MIDDLE,
        "The pace of the training was",
        options=_options("Too slow", "Slightly slow", "Just right", "Slightly fast", "Too fast"),
    ),
    Question(
        "HandsOn",
        ItemKind.MIDDLE,
        "The balance of lecture and hands-on work was",
        options=_options(
            "Too much lecture",
            "Slightly too much lecture",
            "Balanced (lecture/hands-on)",
            "Slightly too much hands-on",
            "Too much hands-on",
        ),
    ),
    Question(
        "LikelyToRecommend",
        ItemKind.NUMBER,
        "How likely are you to recommend this training to a colleague?",
        minimum=1,
        maximum=10,
    ),
)

_SETTINGS: Final = ImportSettings(
    event_column="MemberSite",
    other_event_column="MemberSiteOther",
    date_column="Date",
    unnamed_event="Event not named",
    words={"Never": "Rarely"},
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One file of answers and how it is read."""

    path: Path
    period: str
    settings: ImportSettings


BATCHES: Final = (
    Batch(DATA / "post_survey_2016-06_2018-03-04.csv", "June 2016 – February 2018", _SETTINGS),
    Batch(
        DATA / "post_survey_2018-03-05_2018-09.csv",
        "March – September 2018",
        replace(_SETTINGS, earliest_close=REPORT_UNTIL + timedelta(days=1)),
    ),
)
