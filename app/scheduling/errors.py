"""What the timetable refuses."""

from app.kernel.errors import DomainError, RuleBroken
from app.kernel.periods import EndBeforeStart
from app.kernel.text import N_
from app.scheduling.types import Clash


class CourseCodeTaken(RuleBroken):
    """Two courses cannot share a code."""

    message = N_("Another course has this code. Nothing was saved. Choose another code.")


class VersionNotPublished(RuleBroken):
    """Courses are made from what is fixed."""

    message = N_("A course is made from a published version of a curriculum. Publish this version first.")


class FollowsLaterCourse(RuleBroken):
    """The course that it is to follow begins after it."""

    message = N_(
        "The course it follows begins later than this one. Nothing was saved. Choose an earlier course, or a later "
        "first day."
    )


class CourseEndsBeforeStart(RuleBroken):
    """It would end before it begins."""

    message = N_("The last day of the course cannot come before the first. Change one of the two.")


class NoPlaces(RuleBroken):
    """A course for nobody."""

    message = N_("A course has at least one place.")


class TitleMissing(RuleBroken):
    """Something without a name."""

    message = N_("Give it a title; without one nobody can find it again.")


class ReasonMissing(RuleBroken):
    """What is cancelled or allowed is explained."""

    message = N_("Give the reason; it stays on record.")


class CourseIsCancelled(RuleBroken):
    """A cancelled course is not planned on."""

    message = N_("This course was cancelled. Its timetable can no longer be changed.")


class SessionIsOver(RuleBroken):
    """What was held or cancelled stays as it was."""

    message = N_("This session was held or cancelled already; what happened is not changed.")


class SessionNotBegun(RuleBroken):
    """What lies ahead was not held."""

    message = N_("This session has not begun yet. It can be marked as held once it has.")


class ModuleElsewhere(RuleBroken):
    """The module belongs to another course."""

    message = N_("This module belongs to another course. Choose one of this course.")


class NotWebAddress(RuleBroken):
    """Not a link that a browser may follow."""

    message = N_("“%(address)s” is no web address. It begins with https:// or http://.")


class MaterialNotWebAddress(RuleBroken):
    """A material without a usable link."""

    message = N_("The address of a material begins with https:// or http://.")


class OnlineNotWebAddress(RuleBroken):
    """A session that is held where no browser may be sent."""

    message = N_("The address of an online session begins with https:// or http://.")


class NothingToRelease(RuleBroken):
    """A timetable without sessions."""

    message = N_("There is no session to release yet. Schedule the first one.")


class NothingChanged(RuleBroken):
    """A release like the last one."""

    message = N_("Nothing has changed since the last release, so there is nothing new to release.")


class SessionInUse(RuleBroken):
    """Something has been built upon a session that was to vanish."""

    message = N_(
        "One of these sessions is in use already, for attendance or evaluation. Nothing was removed. "
        "Cancel the sessions one by one."
    )


class ReleasedMeanwhile(RuleBroken):
    """Somebody else released the timetable at the same moment."""

    message = N_("Somebody else has just released this timetable. Look at that release first.")


class OnlyAPersonMayAllow(RuleBroken):
    """A clash is allowed by somebody who answers for it."""

    message = N_("A clash can be allowed only by a person who is signed in.")


class Busy(RuleBroken):
    """Somebody or something would be in two places at once. ``clashes`` holds what the reader may see of it.

    ``brief`` says no more than who or what it is, for a page that shows the clashes themselves.
    """

    brief = N_("%(holder)s is busy at this time.")

    def __init__(
        self,
        message: str | None = None,
        *,
        clashes: tuple[Clash, ...] = (),
        field: str | None = None,
        **parameters: object,
    ) -> None:
        super().__init__(message, field=field, **parameters)
        self.clashes = clashes


class RoomBusy(Busy):
    """The room is taken at that time."""

    brief = N_("%(holder)s is taken at this time.")
    message = N_(
        "The room was taken for this time a moment ago. Nothing was saved. Choose another room or time."
    )
    named = N_(
        "%(holder)s is taken by “%(session)s” of %(course)s, %(when)s. Nothing was saved. "
        "Choose another room or time, or allow the clash with a reason."
    )
    unnamed = N_("%(holder)s is busy at this time. Nothing was saved. Choose another room or time.")


class PersonBusy(Busy):
    """The person is elsewhere at that time."""

    message = N_(
        "Somebody of this session was engaged elsewhere for this time a moment ago. "
        "Nothing was saved. Choose another time."
    )
    named = N_(
        "%(holder)s is at “%(session)s” of %(course)s, %(when)s. Nothing was saved. "
        "Choose another time or person, or allow the clash with a reason."
    )
    unnamed = N_("%(holder)s is busy at this time. Nothing was saved. Choose another time or person.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_course_code": CourseCodeTaken,
    "ck_course_dates": CourseEndsBeforeStart,
    "ck_course_capacity": NoPlaces,
    "ck_course_named": TitleMissing,
    "ck_course_cancelled_with_reason": ReasonMissing,
    "ck_course_session_named": TitleMissing,
    "ck_course_session_online_web_address": OnlineNotWebAddress,
    "ck_course_session_half_open": EndBeforeStart,
    "ck_course_session_cancelled_with_reason": ReasonMissing,
    "room_twice": RoomBusy,
    "person_twice": PersonBusy,
    "ck_session_material_web_address": MaterialNotWebAddress,
    "ck_allowed_clash_reason": ReasonMissing,
    "ck_timetable_release_named": TitleMissing,
    "uq_timetable_release_course_id_number": ReleasedMeanwhile,
}
