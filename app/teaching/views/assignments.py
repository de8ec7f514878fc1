"""Pages on which a manager finds lecturers for the sessions of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.kernel import transaction
from app.kernel.clock import now
from app.scheduling.queries import get_course, get_session, list_sessions
from app.scheduling.types import SessionState
from app.teaching import commands, queries
from app.teaching.forms import BulkProposalForm, PartForm, ProposalForm, ReasonForm
from app.teaching.policies import TeachingPermission
from app.teaching.types import AssignmentState
from app.teaching.views.routes import blueprint
from app.web.filters import write_period
from app.web.forms import BaseForm
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.scheduling.models import Course, CourseSession
    from app.teaching.models import Assignment
    from app.teaching.types import LecturerChoice


@blueprint.get(
    "/courses/<int:course_id>/lecturers", access=TeachingPermission.VIEW_ASSIGNMENTS, subject=get_course
)
def course_assignments(course: Course) -> ResponseReturnValue:
    """Show per session who was asked, and what they said."""
    unanswered = request.args.get("only") == "unanswered"
    return page(
        "teaching/course_assignments.html",
        course=course,
        sessions=queries.list_course_lecturers(course, unanswered=unanswered),
        counts=queries.count_answers(course.id),
        unanswered=unanswered,
        states=AssignmentState,
        may_assign=current_actor().may(TeachingPermission.ASSIGN, course.organisation_id),
    )


@blueprint.post(
    "/courses/<int:course_id>/lecturers/remind", access=TeachingPermission.ASSIGN, subject=get_course
)
def lecturers_remind(course: Course) -> ResponseReturnValue:
    """Remind those who owe an answer."""
    form = BaseForm()
    with form.refusals():
        count = commands.remind_lecturers(course=course, actor=current_actor(), at=now())
        flash(
            ngettext(
                "%(num)s lecturer was reminded by mail.", "%(num)s lecturers were reminded by mail.", count
            ),
            "success",
        )
    for refused in form.form_errors:
        flash(refused, "warning")
    return redirect(url_for(".course_assignments", course_id=course.id))


@blueprint.form(
    "/courses/<int:course_id>/lecturers/propose", access=TeachingPermission.ASSIGN, subject=get_course
)
def lecturer_propose(course: Course) -> ResponseReturnValue:
    """Propose one lecturer for several sessions."""
    actor = current_actor()
    planned = [one for one in list_sessions(course) if one.state is SessionState.PLANNED]
    form = BulkProposalForm.from_request()
    form.sessions.choices = [SelectChoice(one.id, _named(one, course)) for one in planned]
    form.lecturer.choices = _choices(queries.list_lecturer_choices(actor, (), search=_search()))
    if form.accepts():
        with form.refusals():
            made = commands.propose_for_sessions(
                course=course,
                sessions=[one for one in planned if one.id in form.sessions.data],
                actor=actor,
                at=now(),
                **_proposed(form),
            )
            transaction.settle()
            flash(
                ngettext("Proposed for %(num)s session.", "Proposed for %(num)s sessions.", len(made)),
                "success",
            )
            return redirect(url_for(".course_assignments", course_id=course.id))
    return form_page("teaching/lecturer_propose.html", form=form, course=course, search=_search())


@blueprint.form(
    "/sessions/<int:course_session_id>/lecturers",
    access=TeachingPermission.ASSIGN,
    subject=lambda course_session_id: get_session(course_session_id),
)
def session_lecturers(course_session: CourseSession) -> ResponseReturnValue:
    """Show who was asked to teach in a session, and propose one more."""
    actor = current_actor()
    form = ProposalForm.from_request()
    offered = queries.list_lecturer_choices(actor, (course_session,), search=_search())
    form.lecturer.choices = _choices(offered)
    if form.accepts():
        with form.refusals():
            commands.propose_assignment(
                course_session=course_session, actor=actor, at=now(), **_proposed(form)
            )
            transaction.settle()
            flash(_("The lecturer was proposed."), "success")
            return redirect(url_for(".session_lecturers", course_session_id=course_session.id))
    return _session_page(course_session, form, offered)


@blueprint.form(
    "/assignments/<int:assignment_id>/part", access=TeachingPermission.ASSIGN, subject=queries.get_assignment
)
def assignment_part(assignment: Assignment) -> ResponseReturnValue:
    """Give a lecturer another part."""
    form = PartForm.from_request(assignment)
    if form.accepts():
        with form.refusals(assignment):
            commands.change_part(
                assignment=assignment,
                expected_version=form.expected_version,
                part=form.part.data,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The part was changed."), "success")
            return _back_to_session(assignment)
    return form_page("teaching/assignment_form.html", form=form, assignment=assignment, withdrawing=False)


@blueprint.form(
    "/assignments/<int:assignment_id>/withdraw",
    access=TeachingPermission.ASSIGN,
    subject=queries.get_assignment,
)
def assignment_withdraw(assignment: Assignment) -> ResponseReturnValue:
    """Take a proposal back."""
    form = ReasonForm.from_request(version=assignment.version)
    if form.accepts():
        with form.refusals(assignment):
            commands.withdraw_assignment(
                assignment=assignment,
                reason=form.reason.data,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The assignment was withdrawn."), "success")
            return _back_to_session(assignment)
    return form_page("teaching/assignment_form.html", form=form, assignment=assignment, withdrawing=True)


def _session_page(
    course_session: CourseSession, form: ProposalForm, offered: Sequence[LecturerChoice]
) -> ResponseReturnValue:
    course = course_session.course
    found = queries.list_course_lecturers(course, session_id=course_session.id)
    asked = {one.lecturer_id for one in found[0].assignments if one.state.binds}
    return form_page(
        "teaching/session_lecturers.html",
        form=form,
        course=course,
        shown=found[0],
        free=[one for one in offered if one.is_free and one.id not in asked][:6],
        search=_search(),
    )


def _back_to_session(assignment: Assignment) -> ResponseReturnValue:
    return redirect(url_for(".session_lecturers", course_session_id=assignment.course_session_id))


def _search() -> str:
    return request.args.get("q", "").replace("\x00", "").strip()[:200]


def _choices(offered: Sequence[LecturerChoice]) -> list[SelectChoice]:
    """The free lecturers first, the busy ones named as such."""
    return [
        SelectChoice(
            one.id,
            one.full_name if one.is_free else _("%(name)s (busy)", name=one.full_name),
        )
        for one in offered
    ]


def _named(one: CourseSession, course: Course) -> str:
    when = write_period((one.starts_at, one.ends_at), course.time_zone)
    return f"{when} · {translated(one.title, one.titles)}"


def _proposed(form: ProposalForm) -> dict[str, Any]:
    return {
        "lecturer": queries.get_lecturer(form.lecturer.data),
        "part": form.part.data,
        "clash_reason": form.clash_reason.data,
    }
