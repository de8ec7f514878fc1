"""Pages of the attendance: registers, the overview of a course, and what is one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.attendance import exports, queries, rules
from app.attendance.commands import keep_register
from app.attendance.events import AttendanceExported
from app.attendance.forms import StoredRegister, register_form
from app.attendance.policies import AttendancePermission
from app.attendance.types import Mark, RegisterState
from app.kernel.clock import now
from app.kernel.reading import Leaves
from app.scheduling.queries import get_course, get_session
from app.web.access import SignedIn
from app.web.blueprint import FeatureBlueprint
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated, write_place

if TYPE_CHECKING:
    from app.attendance.types import OwnCourse
    from app.scheduling.models import Course, CourseSession

blueprint = FeatureBlueprint("attendance", __name__)

# What the button pressed says is to become of the register.
_STATES = {"complete": RegisterState.COMPLETE, "incomplete": RegisterState.INCOMPLETE}


@blueprint.get("/courses/<int:course_id>/attendance", access=AttendancePermission.VIEW, subject=get_course)
def register_list(course: Course) -> ResponseReturnValue:
    """Show the registers of a course, and who was at which session."""
    sessions = queries.list_registers(course.id)
    present, expected = queries.attendance_share(course.id)
    at = now()
    return list_page(
        "attendance/register_list.html",
        listed=queries.list_trainee_rows(course.id, page_request()),
        columns=exports.matrix_columns(sessions, course.time_zone),
        shown=exports.matrix_columns(sessions, course.time_zone, titles=False),
        file_name=f"attendance-{course.code}",
        leaves=Leaves(AttendanceExported, (course.organisation_id,), course.id),
        course=course,
        sessions=sessions,
        present=present,
        expected=expected,
        closed_states=rules.CLOSED_STATES,
        may_keep_from=at + rules.EARLIEST,
        may_keep=current_actor().may(AttendancePermission.KEEP, course.organisation_id),
    )


@blueprint.form("/sessions/<int:session_id>/register", access=AttendancePermission.KEEP, subject=get_session)
def register_edit(course_session: CourseSession) -> ResponseReturnValue:
    """Keep the register of a session."""
    back = url_for(".register_list", course_id=course_session.course_id)
    return _keep(course_session, back)


@blueprint.form(
    "/my/sessions/<int:session_id>/register",
    access=SignedIn("The lecturers of a session keep its register."),
    subject=queries.get_own_session,
)
def own_register_edit(course_session: CourseSession) -> ResponseReturnValue:
    """Keep the register of a session in which one teaches."""
    return _keep(course_session, url_for("teaching.my_assignments"))


@blueprint.get("/my/courses", access=SignedIn("Everybody sees the courses they have a place in."))
def own_course_list() -> ResponseReturnValue:
    """Show one's own courses, and what is on today."""
    actor = current_actor()
    return page(
        "attendance/own_course_list.html",
        courses=queries.list_own_courses(actor),
        today=queries.list_sessions_of_day(actor, now()),
        day=now(),
    )


@blueprint.get(
    "/my/courses/<int:course_id>",
    access=SignedIn("Whoever has a place in the course sees its released timetable and their own marks."),
    subject=queries.find_own_course,
)
def own_course_show(course: OwnCourse) -> ResponseReturnValue:
    """Show one of one's own courses: the released timetable with one's own marks."""
    sessions = [
        replace(one, title=translated(one.title, one.titles), room=write_place(one.room, one.online_url))
        for one in queries.list_own_sessions(course.id, current_actor())
    ]
    return page("attendance/own_course_show.html", course=course, sessions=sessions)


def _keep(course_session: CourseSession, back: str) -> ResponseReturnValue:
    sheet = queries.read_sheet_of(course_session)
    stored = StoredRegister(sheet)
    form = register_form(sheet, {mark: _(mark.label) for mark in Mark}).from_request(stored)
    pressed = request.form.get("then", "")
    if form.accepts():
        entries = form.entries()
        with form.refusals(stored):
            keep_register(
                course_session=course_session,
                expected_version=form.expected_version,
                entries=rules.others_present(entries) if pressed == "all_present" else entries,
                state=_STATES.get(pressed, RegisterState.OPEN),
                reason=(form.reason.data or "") if pressed == "incomplete" else "",
                actor=current_actor(),
                at=now(),
            )
            return _kept(pressed, back)
    return form_page(
        "attendance/register_edit.html",
        form=form,
        sheet=sheet,
        course_session=course_session,
        course=course_session.course,
        back=back,
    )


def _kept(pressed: str, back: str) -> ResponseReturnValue:
    if pressed in _STATES:
        flash(_("The register was closed."), "success")
        return redirect(back)
    flash(_("The register was saved."), "success")
    return redirect(request.path)
