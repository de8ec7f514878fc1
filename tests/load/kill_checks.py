"""What must hold in the database however often its programs were killed, compared with what people were told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection, text


@dataclass
class Findings:
    """What is wrong, in four kinds. Nothing may be."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.half or self.stuck)

    def __str__(self) -> str:
        kinds = {"lost": self.lost, "doubled": self.doubled, "half": self.half, "stuck": self.stuck}
        return "; ".join(f"{len(found)} {kind}: {found[:3]}" for kind, found in kinds.items() if found)


@dataclass(frozen=True)
class Expected:
    """What was acknowledged: links that were answered, and lists with the staff codes in them by course.

    ``started`` are the courses whose import was started, ``done`` those whose import was shown as done.
    """

    wave_id: int
    answered_links: Sequence[str]
    lists: Mapping[int, Sequence[str]]
    started: frozenset[int]
    done: frozenset[int]


def check_open_wave(connection: Connection, expected: Expected, findings: Findings) -> None:
    """Each acknowledged answer is marked; there are as many sealed answers as marks."""
    marked = {
        bytes(row)
        for row in connection.scalars(
            text("SELECT token_hash FROM invitation WHERE wave_id = :wave AND answered"),
            {"wave": expected.wave_id},
        )
    }
    for link in expected.answered_links:
        if sha256(link.rpartition("/")[2].encode()).digest() not in marked:
            findings.lost.append(f"the mark of {link}")
    sealed = connection.scalar(
        text("SELECT count(*) FROM sealed_answer WHERE wave_id = :wave"), {"wave": expected.wave_id}
    )
    if (sealed or 0) < len(marked):
        findings.lost.append(f"{len(marked)} invitations answered, {sealed} sealed answers")
    if (sealed or 0) > len(marked):
        findings.doubled.append(f"{len(marked)} invitations answered, {sealed} sealed answers")


def check_closed_wave(
    connection: Connection, wave_id: int, acknowledged: Sequence[str], findings: Findings
) -> None:
    """Closing gave one response for each answered invitation, and each acknowledged text exactly once."""
    row = connection.execute(
        text(
            "SELECT state, response_count,"
            " (SELECT count(*) FROM invitation WHERE wave_id = wave.id AND answered),"
            " (SELECT count(*) FROM response WHERE wave_id = wave.id),"
            " (SELECT count(*) FROM sealed_answer WHERE wave_id = wave.id)"
            " FROM wave WHERE id = :wave"
        ),
        {"wave": wave_id},
    ).one()
    state, counted, answered, responses, sealed = row
    if state != "closed" or sealed:
        findings.half.append(f"the wave is {state} and {sealed} answers are still sealed")
    if not counted == answered == responses:
        findings.half.append(f"{answered} answered, {responses} responses, {counted} counted")
    texts = Counter(
        connection.scalars(text("SELECT text FROM comment WHERE wave_id = :wave"), {"wave": wave_id})
    )
    findings.lost += [f"the answer {mark}" for mark in acknowledged if not texts[mark]]
    findings.doubled += [f"the answer {mark}" for mark, count in texts.items() if count > 1]


def check_imports(connection: Connection, expected: Expected, findings: Findings) -> None:
    """Every list is in its course wholly or not at all, once, with all that belongs to it."""
    for course_id, codes in expected.lists.items():
        _check_list(connection, course_id, codes, expected, findings)
    doubled = connection.execute(
        text("SELECT staff_code FROM person WHERE staff_code IS NOT NULL GROUP BY 1 HAVING count(*) > 1")
    )
    findings.doubled += [f"the person {code}" for (code,) in doubled]
    _check_queue(connection, findings)


def _check_list(
    connection: Connection, course_id: int, codes: Sequence[str], expected: Expected, findings: Findings
) -> None:
    found = Counter(_codes_in(connection, course_id))
    runs = _imports_of(connection, course_id)
    done = sum(run.state == "done" for run in runs)
    findings.doubled += [f"{code} in course {course_id}" for code, count in found.items() if count > 1]
    if found and set(found) != set(codes):
        findings.half.append(f"course {course_id}: {len(found)} of {len(codes)} rows")
    if bool(found) != bool(done) or done > 1:
        findings.half.append(f"course {course_id}: {len(found)} rows, {done} imports done")
    if course_id in expected.done and not (found and done):
        findings.lost.append(f"the list of course {course_id}")
    if course_id in expected.started and not done:
        findings.stuck.append(f"course {course_id}: started, now {[run.state for run in runs]}")
    findings.stuck += [
        f"import {run.id} is {run.state}" for run in runs if run.state in ("running", "failed")
    ]
    _check_companions(connection, course_id, len(codes) if done else 0, findings)


def _codes_in(connection: Connection, course_id: int) -> list[str]:
    return list(
        connection.scalars(
            text(
                "SELECT staff_code FROM enrolment JOIN person ON person.id = person_id"
                " WHERE course_id = :course AND staff_code IS NOT NULL"
            ),
            {"course": course_id},
        )
    )


@dataclass(frozen=True)
class _Import:
    id: int
    state: str


def _imports_of(connection: Connection, course_id: int) -> list[_Import]:
    rows = connection.execute(
        text("SELECT id, state FROM trainee_import WHERE course_id = :course ORDER BY id"),
        {"course": course_id},
    )
    return [_Import(number, state) for number, state in rows]


_COMPANIONS = {
    "places": "SELECT count(*) FROM enrolment WHERE course_id = :course",
    "steps": "SELECT count(*) FROM enrolment_step JOIN enrolment ON enrolment.id = enrolment_id"
    " WHERE course_id = :course",
    "engagements": "SELECT count(*) FROM engagement JOIN course_session ON course_session.id = course_session_id"
    " WHERE course_id = :course",
    "places on the trail": "SELECT coalesce(sum((details->>'enrolled')::int), 0) FROM audit_event"
    " WHERE action = 'trainees imported' AND (details->>'course_id')::bigint = :course",
    "posts": "SELECT count(*) FROM enrolment JOIN appointment USING (person_id) WHERE course_id = :course",
}


def _check_companions(connection: Connection, course_id: int, rows: int, findings: Findings) -> None:
    for name, statement in _COMPANIONS.items():
        count = connection.scalar(text(statement), {"course": course_id})
        if count != rows:
            findings.half.append(f"course {course_id}: {count} {name} for {rows} rows")


def _check_queue(connection: Connection, findings: Findings) -> None:
    """No import waits, runs or was set aside; none was entered on the trail more often than it was done."""
    jobs = connection.execute(
        text("SELECT id, status FROM procrastinate_jobs WHERE task_name = 'enrolment.run_import'")
    )
    findings.stuck += [f"job {number} is {status}" for number, status in jobs]
    trail = connection.execute(
        text(
            "SELECT trainee_import.id, state, count(audit_event.id) FROM trainee_import"
            " LEFT JOIN audit_event ON subject = 'trainee_import' AND subject_id = trainee_import.id"
            " AND action = 'trainees imported' GROUP BY 1, 2"
        )
    )
    findings.half += [
        f"import {number} is {state} and {count} times on the trail"
        for number, state, count in trail
        if count != (state == "done")
    ]
