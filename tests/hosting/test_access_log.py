"""What the web server writes down of requests: nothing of who answers an evaluation."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from gunicorn.config import Config

from app.hosting import webserver
from app.hosting.access_log import DiscreetLogger, is_private
from tests.architecture.source import ROOT

TOKEN = "s3cret-token"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Hears what gunicorn writes."""
    for name in ("gunicorn.access", "gunicorn.error"):
        logging.getLogger(name).addHandler(caplog.handler)
    yield caplog
    for name in ("gunicorn.access", "gunicorn.error"):
        logging.getLogger(name).removeHandler(caplog.handler)


@pytest.fixture
def logger() -> DiscreetLogger:
    config = Config()
    config.set("accesslog", "-")
    return DiscreetLogger(config)


def ask(logger: DiscreetLogger, path: str, referrer: str = "") -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "RAW_URI": path, "HTTP_REFERER": referrer}
    environ["SERVER_PROTOCOL"] = "HTTP/1.1"
    answer = SimpleNamespace(status="200 OK", sent=7, headers=[])
    logger.access(answer, SimpleNamespace(headers=[]), environ, timedelta(milliseconds=3))


@pytest.mark.parametrize(
    ("path", "private"),
    [
        (f"/answer/{TOKEN}", True),
        (f"//answer/{TOKEN}", True),
        (f"/%61nswer/{TOKEN}?x=1", True),
        (f"https://rondo.example.org/answer/{TOKEN}", True),
        ("/my/evaluations", True),
        ("/my/evaluations/7", True),
        ("/my//evaluations/7", True),
        ("/", False),
        ("/answers", False),
        ("/my/courses", False),
        ("/evaluation/waves/7/results", False),
        ("/courses?back=/answer/", False),
        ("https://[broken/answer/x", True),
    ],
)
def test_private_is_where_somebody_answers(path: str, private: bool) -> None:
    assert is_private(path) is private


def test_answers_leave_no_line(logger: DiscreetLogger, log: pytest.LogCaptureFixture) -> None:
    for path in ("/courses", f"/answer/{TOKEN}", "/my/evaluations/7"):
        ask(logger, path)

    assert ["/courses" in line for line in set(log.messages)] == [True]


def test_parts_of_a_private_page_do_not_tell_which(
    logger: DiscreetLogger, log: pytest.LogCaptureFixture
) -> None:
    ask(logger, "/static/base.css", f"https://rondo.example.org/answer/{TOKEN}")
    ask(logger, "/static/base.css", "https://rondo.example.org/courses")

    assert TOKEN not in " ".join(log.messages)
    assert {"rondo.example.org/courses" in line for line in log.messages} == {False, True}


def test_a_broken_connection_does_not_tell_either(
    logger: DiscreetLogger, log: pytest.LogCaptureFixture
) -> None:
    logger.exception("Error handling request %s", f"/answer/{TOKEN}")
    logger.exception("Error handling request %s", "/courses")

    assert set(log.messages) == {"Error handling request -", "Error handling request /courses"}


def test_every_address_at_which_one_answers_is_private(app: Flask) -> None:
    answering = {"evaluation.answer_by_link", "evaluation.my_evaluations", "evaluation.my_evaluation"}
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in answering}

    assert set(rules) == answering
    assert all(is_private(rule) for rule in rules.values())


def test_gunicorn_writes_by_it_and_nginx_is_told_the_same() -> None:
    assert webserver.logger_class is DiscreetLogger
    told = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    patterns = re.findall(r"~ ?(\^\S*answer\S*)", told)
    assert len(patterns) == 2
    for pattern in patterns:
        assert re.match(pattern, "/answer/x")
        assert re.match(pattern, "/my/evaluations")
        assert not re.match(pattern, "/my/courses")
