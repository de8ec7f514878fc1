"""Pages of the waves of a course."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.evaluation import commands, queries
from app.evaluation.forms import WaveForm
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.routes import blueprint
from app.kernel.clock import now
from app.organisations.queries import list_ancestors
from app.scheduling.queries import get_course
from app.web.forms import BaseForm
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.evaluation.models import Wave
    from app.scheduling.models import Course


@blueprint.get("/courses/<int:course_id>/evaluation", access=EvaluationPermission.VIEW, subject=get_course)
def wave_list(course: Course) -> ResponseReturnValue:
    """Show the waves of a course."""
    actor = current_actor()
    return page(
        "evaluation/wave_list.html",
        course=course,
        waves=queries.list_waves(course.id),
        may_manage=actor.may(EvaluationPermission.MANAGE, course.organisation_id),
        may_see_results=actor.may(EvaluationPermission.VIEW_RESULTS, course.organisation_id),
    )


@blueprint.form(
    "/courses/<int:course_id>/evaluation/new", access=EvaluationPermission.MANAGE, subject=get_course
)
def wave_new(course: Course) -> ResponseReturnValue:
    """Plan a wave; by default it is open for the week from the last afternoon of the course."""
    opens_at = datetime.combine(course.ends_on, time(15), ZoneInfo(course.time_zone))
    form = WaveForm.from_request(
        title=_("End of course"), opens_at=opens_at, closes_at=opens_at + timedelta(days=7)
    )
    form.instrument.choices = _instruments(course)
    if form.accepts():
        with form.refusals():
            commands.plan_wave(course=course, actor=current_actor(), at=now(), **_described(form, course))
            flash(_("The wave was planned. Nobody is invited before it opens."), "success")
            return redirect(url_for(".wave_list", course_id=course.id))
    return form_page("evaluation/wave_form.html", form=form, course=course, wave=None)


@blueprint.form(
    "/evaluation/waves/<int:wave_id>/edit", access=EvaluationPermission.MANAGE, subject=queries.get_wave
)
def wave_edit(wave: Wave) -> ResponseReturnValue:
    """Change a planned wave, or the end of an open one."""
    course = wave.course
    form = WaveForm.from_request(WaveAsTyped(wave))
    form.instrument.choices = _instruments(course)
    if form.accepts():
        with form.refusals(WaveAsTyped(wave)):
            commands.change_wave(
                wave=wave,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
                **_described(form, course),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".wave_list", course_id=course.id))
    return form_page("evaluation/wave_form.html", form=form, course=course, wave=wave)


@blueprint.post(
    "/evaluation/waves/<int:wave_id>/open", access=EvaluationPermission.MANAGE, subject=queries.get_wave
)
def wave_open(wave: Wave) -> ResponseReturnValue:
    """Open a wave now and invite the trainees."""
    form = BaseForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.open_wave(wave=wave, secret=_secret(), actor=current_actor(), at=now(), early=True)
            flash(_("The wave is open. Every trainee of the course gets a personal link."), "success")
            return redirect(url_for(".wave_list", course_id=wave.course_id))
    return _refused(form, wave)


@blueprint.post(
    "/evaluation/waves/<int:wave_id>/remind", access=EvaluationPermission.MANAGE, subject=queries.get_wave
)
def wave_remind(wave: Wave) -> ResponseReturnValue:
    """Write once more to all who have not answered."""
    form = BaseForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.remind(wave=wave, secret=_secret(), actor=current_actor(), at=now())
            flash(_("All who have not answered are written to once more, at most once a day."), "success")
            return redirect(url_for(".wave_list", course_id=wave.course_id))
    return _refused(form, wave)


@blueprint.post(
    "/evaluation/waves/<int:wave_id>/close", access=EvaluationPermission.MANAGE, subject=queries.get_wave
)
def wave_close(wave: Wave) -> ResponseReturnValue:
    """Close a wave now; its results are stored."""
    form = BaseForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.close_wave(wave=wave, secret=_secret(), actor=current_actor(), at=now(), early=True)
            flash(_("The wave is closed, and its results are final."), "success")
            return redirect(url_for(".wave_list", course_id=wave.course_id))
    return _refused(form, wave)


class WaveAsTyped:
    """A wave as its form shows it: both hours in the course's zone."""

    def __init__(self, wave: Wave) -> None:
        self._wave = wave
        self._zone = ZoneInfo(wave.course.time_zone)

    @property
    def title(self) -> str:
        """The title."""
        return self._wave.title

    @property
    def instrument(self) -> int:
        """The number of the instrument."""
        return self._wave.instrument_id

    @property
    def version(self) -> int:
        """The version stored now."""
        return self._wave.version

    @property
    def opens_at(self) -> datetime:
        """When it opens."""
        return self._wave.opens_at.astimezone(self._zone)

    @property
    def closes_at(self) -> datetime:
        """When it closes."""
        return self._wave.closes_at.astimezone(self._zone)


def _refused(form: BaseForm, wave: Wave) -> ResponseReturnValue:
    course = wave.course
    return form_page(
        "evaluation/wave_list.html",
        form=form,
        course=course,
        waves=queries.list_waves(course.id),
        may_manage=True,
        may_see_results=current_actor().may(EvaluationPermission.VIEW_RESULTS, course.organisation_id),
    )


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _instruments(course: Course) -> list[SelectChoice]:
    """Return the instruments of the course's organisation and of those above it."""
    above = [organisation.id for organisation in list_ancestors(course.organisation)]
    return [
        SelectChoice(
            i.id, _("%(title)s, version %(number)s", title=translated(i.title, i.titles), number=i.number)
        )
        for i in queries.list_instrument_choices([*above, course.organisation_id])
    ]


def _described(form: WaveForm, course: Course) -> dict[str, Any]:
    opens_at, closes_at = form.window(course.time_zone)
    return {
        "title": form.title.data,
        "instrument": queries.get_instrument(form.instrument.data),
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
