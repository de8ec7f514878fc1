"""People who go on working while programs are killed, and who remember what they were told was done."""

import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from http.cookiejar import CookieJar
from queue import Empty, Queue
from typing import IO
from uuid import uuid4

from tests.load.kill_scene import EMAIL, PASSWORD

PATIENCE = 8.0
PAUSE = 0.25
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_VERSION = re.compile(r'action="(/imports/\d+/run)".*?name="version" value="(\d+)"', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ANSWERED = "You have answered already."
_IMPORTED = re.compile(r"trainees? (?:is|are) in the course now")


class Unknown(Exception):
    """No answer, or that something went wrong: it may have been done, or not."""


@dataclass(frozen=True)
class Reply:
    """What came back: the status, where it leads to, and the page."""

    status: int
    location: str
    html: str


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow nothing: a redirect is the acknowledgement."""


class Visitor:
    """A browser without scripts."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _Staying()
        )

    def get(self, path: str) -> Reply:
        """Ask for a page; raises Unknown."""
        return self._ask(urllib.request.Request(self._base_url + path))

    def post(self, path: str, page: Reply, values: Mapping[str, str]) -> Reply:
        """Send a page's form; raises Unknown."""
        body = urllib.parse.urlencode({"csrf_token": _token_of(page), **values}).encode()
        return self._ask(urllib.request.Request(self._base_url + path, body))

    def upload(self, path: str, page: Reply, file_name: str, content: str) -> Reply:
        """Send a file by a page's form; raises Unknown."""
        border = uuid4().hex
        parts = (
            f'--{border}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{_token_of(page)}\r\n'
            f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
            f"Content-Type: text/csv\r\n\r\n{content}\r\n--{border}--\r\n"
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={border}"}
        return self._ask(urllib.request.Request(self._base_url + path, parts.encode(), kind))

    def sign_in(self, email: str = EMAIL) -> None:
        """Sign in, by default as the training manager."""
        page = self.get("/sign-in")
        if page.status == 302:
            return  # the earlier answer got lost on its way, but not the session
        reply = self.post("/sign-in", page, {"email": email, "password": PASSWORD, "back": ""})
        assert reply.status == 302, (reply.status, reply.html[-2000:])

    def _ask(self, request: urllib.request.Request) -> Reply:
        try:
            reply = self._reply(request)
        except (OSError, HTTPException) as error:
            raise Unknown(type(error).__name__) from error
        if reply.status >= 500:
            raise Unknown(str(reply.status))
        return reply

    def _reply(self, request: urllib.request.Request) -> Reply:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return Reply(answer.status, "", answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.headers.get("Location", ""), error.read().decode())


@dataclass
class Answers:
    """What the answering people were told. A mark is the text by which an answer is recognised again."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    unknown: int = 0
    found_done: int = 0
    refused: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, link: str, mark: str, *, told: bool) -> None:
        """Remember that an answer was acknowledged: at once, or after asking again."""
        with self._lock:
            self.acknowledged[link] = mark
            self.found_done += not told

    def note_unknown(self) -> None:
        """Remember that an attempt had no known outcome."""
        with self._lock:
            self.unknown += 1


def answer_all(base_url: str, links: "Queue[str]", told: Answers, leave: threading.Event) -> None:
    """Answer by one link after the other, each until it is known to be answered."""
    visitor = Visitor(base_url)
    while not leave.is_set() or not links.empty():
        try:
            link = links.get(timeout=0.2)
        except Empty:
            continue
        try:
            _answer(visitor, link, told)
        finally:
            links.task_done()
        time.sleep(random.uniform(0, 0.1))


def _answer(visitor: Visitor, link: str, told: Answers) -> None:
    mark = f"mark {link.rpartition('/')[2]}"
    while not _answered(visitor, link, mark, told):
        time.sleep(PAUSE)


def _answered(visitor: Visitor, link: str, mark: str, told: Answers) -> bool:
    try:
        page = visitor.get(link)
        if _ANSWERED in page.html:
            told.note(link, mark, told=False)
            return True
        reply = visitor.post(link, page, {"q1": str(random.randint(1, 5)), "q2": "2", "q3": "7", "q4": mark})
    except Unknown:
        told.note_unknown()
        return False
    if reply.status == 302:
        told.note(link, mark, told=True)
        return True
    if _ANSWERED in reply.html:
        told.note(link, mark, told=False)
        return True
    told.refused.append(f"{link}: {reply.status}")
    return True


@dataclass
class ListImport:
    """One list on its way into one course, and what was said about it."""

    course_id: int
    content: str
    address: str = ""
    acknowledged_start: bool = False
    acknowledged_done: bool = False
    unknown: int = 0
    last_seen: str = "nothing"
    trouble: str = ""

    def bring_in(self, base_url: str, patience: float) -> None:
        """Upload the list, start its import and watch until it is shown as done, whatever happens meanwhile."""
        visitor = Visitor(base_url)
        end = time.monotonic() + patience
        signed_in = False
        while not self.acknowledged_done and not self.trouble and time.monotonic() < end:
            try:
                if not signed_in:
                    visitor.sign_in()
                    signed_in = True
                self._go_on(visitor)
            except Unknown as nothing:
                self.unknown += 1
                self.last_seen = f"no answer ({nothing})"
            time.sleep(PAUSE)
        if not self.acknowledged_done and not self.trouble:
            self.trouble = (
                f"course {self.course_id}: its list was not shown as imported in time, but {self.last_seen}"
            )

    def _go_on(self, visitor: Visitor) -> None:
        if not self.address:
            self._upload(visitor)
            return
        page = visitor.get(self.address)
        self.last_seen = f"{page.status} {' '.join(_TAG.sub(' ', page.html).split())[-1500:]}"
        if _IMPORTED.search(page.html):
            self.acknowledged_done = True
        elif waiting := _VERSION.search(page.html):
            reply = visitor.post(waiting[1], page, {"version": waiting[2]})
            self.acknowledged_start |= reply.status == 302
        elif page.status != 200:
            self.trouble = f"{self.address}: {page.status}"
        elif "It was not imported" in page.html:
            self.trouble = f"{self.address}: it was not imported"

    def _upload(self, visitor: Visitor) -> None:
        path = f"/courses/{self.course_id}/trainees/import"
        reply = visitor.upload(path, visitor.get(path), f"course-{self.course_id}.csv", self.content)
        if reply.status == 302:
            self.address = reply.location
        else:
            self.trouble = f"{path}: {reply.status} {reply.html[:500]}"


def _token_of(page: Reply) -> str:
    found = _TOKEN.search(page.html)
    assert found, (page.status, page.html[:500])
    return found[1]
