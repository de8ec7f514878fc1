"""The base of all forms: what was typed is kept, what is wrong stands at its field, nothing is overwritten."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Form, HiddenField

from app.kernel import transaction
from app.kernel.errors import DomainError, StaleVersion
from app.web.conflicts import FieldConflict, conflicts_between, with_choices
from app.web.form_limits import hold_within_limits, missing_words
from app.web.form_messages import OUR_WORDS
from app.web.saying import say
from app.web.wording import reader_language

_FIELD_NAME = re.compile(r"[a-z_]\w*(?:-(?:[0-9]{1,4}|[a-z_]\w*))*", re.ASCII | re.IGNORECASE)


class _Translations:
    """WTForms' own messages in our words and the reader's language."""

    def gettext(self, string: str) -> str:
        return str(gettext(OUR_WORDS.get(string, string)))

    def ngettext(self, singular: str, _plural: str, _n: int) -> str:
        return str(gettext(OUR_WORDS.get(singular, singular)))


class BaseForm(Form):
    """A form over the request's own fields.

    After a stale version ``is_stale`` is set and ``conflict`` holds, for each differing field, what is stored now
    and what was typed; the form then carries the new version, so that sending it again is a decision, for each
    field one of its own.
    """

    is_stale: bool = False
    conflict: tuple[FieldConflict, ...] = ()

    class Meta:
        """How WTForms is to behave."""

        csrf: ClassVar[bool] = False

        def get_translations(self, _form: Form) -> _Translations:
            """Give WTForms our catalogue."""
            return _Translations()

        def bind_field(self, form: Form, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Bind the field; text is stripped before it is looked at."""
            filters = list(unbound_field.kwargs.get("filters", ()))
            if unbound_field.field_class.__name__ in (
                "StringField",
                "TextAreaField",
                "EmailField",
                "SearchField",
            ):
                filters.append(_stripped)
            return unbound_field.bind(form=form, **{**options, "filters": filters} if filters else options)

    def process(  # type: ignore[override]  # values are given by name only
        self, formdata: Any = None, obj: object | None = None, **values: Any
    ) -> None:
        """Fill the fields; translations come out of the mapping of the thing that holds them."""
        for name, field in self._fields.items():
            source = getattr(field, "source", None)
            if source is not None and obj is not None:
                values.setdefault(name, getattr(obj, source).get(getattr(field, "locale", "")))
        super().process(formdata, obj, **values)

    @classmethod
    def from_request(cls, obj: object | None = None, **values: Any) -> Any:
        """Return the form filled from a POST, else from the thing it edits."""
        if request.method == "POST":
            return cls(_submitted(), obj=obj, **values)
        return cls(obj=obj, **values)

    def accepts(self) -> bool:
        """Tell whether this is a POST whose fields are all well-formed."""
        return request.method == "POST" and self.validate()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields by their own rules, and by what no field of any form may hold."""
        is_valid = super().validate(extra_validators)
        for field in self._fields.values():
            error = hold_within_limits(field) or missing_words(field)
            if error is None:
                continue
            is_valid = False
            if isinstance(field, HiddenField):
                self.form_errors = [*self.form_errors, say(error)]
            elif not field.errors:
                field.errors = [say(error)]
        return is_valid

    @property
    def is_refused(self) -> bool:
        """Whether the form was sent and not taken."""
        return bool(self.errors) or self.is_stale

    @contextmanager
    def refusals(self, subject: object | None = None) -> Iterator[None]:
        """Put what the domain refuses inside on the form, with nothing changed.

        Use as ``with form.refusals(course): command(...); return redirect(...)`` and answer ``form_page`` after it.
        """
        try:
            yield
        except StaleVersion as error:
            transaction.undo()
            self.is_stale = True
            self.conflict = self._differences(subject) if subject is not None else ()
            if not self.conflict:
                self.form_errors = [say(error)]
        except DomainError as error:
            transaction.undo()
            self._attach(error)

    def _attach(self, error: DomainError) -> None:
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors = [*self.form_errors, say(error)]
        else:
            field.errors = [*field.errors, say(error)]

    def _differences(self, subject: object) -> tuple[FieldConflict, ...]:
        values = self._stored_values(subject)
        stored = type(self)(**values)
        for name, field in self._fields.items():
            other: Any = stored._fields[name]
            if hasattr(field, "choices") and not other.choices:
                other.choices = field.choices
        if "version" in self._fields:
            self._fields["version"].data = str(getattr(subject, "version", ""))
        known = {name: field for name, field in stored._fields.items() if name in values}
        return tuple(conflicts_between(self._fields, known))

    def _stored_values(self, subject: object) -> dict[str, Any]:
        values = {}
        for name, field in self._fields.items():
            source = getattr(field, "source", None)
            if source is not None:
                values[name] = getattr(subject, source).get(getattr(field, "locale", ""))
            elif hasattr(subject, name):
                values[name] = getattr(subject, name)
        return values


class VersionedForm(BaseForm):
    """A form that edits a thing with a version."""

    version = HiddenField()

    @property
    def expected_version(self) -> int:
        """The version the page was made from; 0, which no row has, when it was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _submitted() -> CombinedMultiDict[str, Any]:
    """Return what was sent under names that fields can have; rows of lists are numbered by the name."""
    named = [(name, value) for name, value in request.form.items(multi=True) if _FIELD_NAME.fullmatch(name)]
    return CombinedMultiDict([with_choices(MultiDict(named)), request.files])


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def locale_code() -> str:
    """Return the language the page is shown in."""
    return reader_language() or "vi"
