"""Forms of the evaluation."""

from app.evaluation.forms.answering import AnswerForm, answer_form
from app.evaluation.forms.editing import (
    EvaluationImportForm,
    InstrumentForm,
    InstrumentStartForm,
    PeriodForm,
    StoredInstrument,
    WaveForm,
)

__all__ = [
    "AnswerForm",
    "EvaluationImportForm",
    "InstrumentForm",
    "InstrumentStartForm",
    "PeriodForm",
    "StoredInstrument",
    "WaveForm",
    "answer_form",
]
