"""The environment is read whole, and refused whole."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from config import ConfigurationError, Mode, Settings, is_loopback

SAFE = {
    "RONDO_SECRET_KEY": "q7Jx0vLr2TzW9mKd4YbN8sHf6GcP1aUe",
    "DATABASE_URL": "postgresql+psycopg://app@db.example.org/training",
    "RONDO_BASE_URL": "https://training.example.org",
    "RONDO_HOSTS": "training.example.org",
}


def problems_of(changes: Mapping[str, str | None]) -> tuple[str, ...]:
    environ = {name: value for name, value in {**SAFE, **changes}.items() if value is not None}
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment(environ)
    return raised.value.problems


def test_a_safe_environment_gives_settings_with_documented_defaults() -> None:
    settings = Settings.from_environment(SAFE)

    assert settings == Settings(
        mode=Mode.PRODUCTION,
        secret_key=SAFE["RONDO_SECRET_KEY"],
        database_url=SAFE["DATABASE_URL"],
        owner_database_url=SAFE["DATABASE_URL"],
        base_url="https://training.example.org",
        hosts=("training.example.org",),
        trusted_proxies=0,
        mail_url=None,
        mail_from="rondo@localhost",
        var_directory=Path("var"),
        default_locale="vi",
        default_time_zone="Asia/Ho_Chi_Minh",
        session_idle_minutes=30,
        session_absolute_hours=10,
        argon2_time_cost=3,
        argon2_memory_kib=65536,
        argon2_parallelism=4,
        max_body_bytes=16 * 1024 * 1024,
    )


def test_every_setting_can_be_given() -> None:
    settings = Settings.from_environment(
        {
            **SAFE,
            "RONDO_MODE": "development",
            "RONDO_OWNER_DATABASE_URL": "postgresql://owner@db/training",
            "RONDO_BASE_URL": "http://127.0.0.1:8000/",
            "RONDO_HOSTS": " 127.0.0.1 , Localhost,",
            "RONDO_TRUSTED_PROXIES": "1",
            "RONDO_MAIL_URL": "smtps://mail.example.org:465",
            "RONDO_MAIL_FROM": "training@example.org",
            "RONDO_VAR_DIRECTORY": "/srv/rondo",
            "RONDO_DEFAULT_LOCALE": "en",
            "RONDO_DEFAULT_TIME_ZONE": "Asia/Tokyo",
            "RONDO_SESSION_IDLE_MINUTES": "15",
            "RONDO_SESSION_ABSOLUTE_HOURS": "8",
            "RONDO_ARGON2_TIME_COST": "2",
            "RONDO_ARGON2_MEMORY_KIB": "19456",
            "RONDO_ARGON2_PARALLELISM": "1",
            "RONDO_MAX_BODY_BYTES": "1024",
        }
    )

    assert settings == Settings(
        mode=Mode.DEVELOPMENT,
        secret_key=SAFE["RONDO_SECRET_KEY"],
        database_url=SAFE["DATABASE_URL"],
        owner_database_url="postgresql+psycopg://owner@db/training",
        base_url="http://127.0.0.1:8000",
        hosts=("127.0.0.1", "localhost"),
        trusted_proxies=1,
        mail_url="smtps://mail.example.org:465",
        mail_from="training@example.org",
        var_directory=Path("/srv/rondo"),
        default_locale="en",
        default_time_zone="Asia/Tokyo",
        session_idle_minutes=15,
        session_absolute_hours=8,
        argon2_time_cost=2,
        argon2_memory_kib=19456,
        argon2_parallelism=1,
        max_body_bytes=1024,
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"RONDO_SECRET_KEY": None}, "RONDO_SECRET_KEY is missing"),
        ({"RONDO_SECRET_KEY": "q7Jx0vLr2TzW9mKd"}, "RONDO_SECRET_KEY is too short"),
        ({"RONDO_SECRET_KEY": "change-me-" * 5}, "RONDO_SECRET_KEY is guessable"),
        ({"RONDO_SECRET_KEY": "ab" * 20}, "RONDO_SECRET_KEY is guessable"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
        ({"RONDO_HOSTS": None}, "RONDO_HOSTS is missing"),
        ({"RONDO_HOSTS": "training.example.org,*.example.org"}, "RONDO_HOSTS names '*.example.org'"),
        ({"RONDO_HOSTS": "training.example.org,.example.org"}, "RONDO_HOSTS names '.example.org'"),
        ({"RONDO_HOSTS": "other.example.org"}, "RONDO_HOSTS must contain 'training.example.org'"),
        ({"RONDO_BASE_URL": None}, "RONDO_BASE_URL is missing"),
        ({"RONDO_BASE_URL": "training.example.org"}, "RONDO_BASE_URL is missing or no web address"),
        ({"RONDO_BASE_URL": "http://training.example.org"}, "RONDO_BASE_URL must begin with https://"),
        ({"DATABASE_URL": None}, "DATABASE_URL is missing"),
        ({"DATABASE_URL": "sqlite:///rondo.db"}, "DATABASE_URL must begin with postgresql+psycopg://"),
        (
            {"DATABASE_URL": "postgresql+psycopg2://db/x"},
            "DATABASE_URL must begin with postgresql+psycopg://",
        ),
        ({"RONDO_OWNER_DATABASE_URL": "mysql://db/x"}, "RONDO_OWNER_DATABASE_URL must begin with"),
        ({"RONDO_MODE": "staging"}, "RONDO_MODE must be one of production, development, test"),
        ({"RONDO_MAIL_URL": "mail.example.org"}, "RONDO_MAIL_URL must look like"),
        ({"RONDO_TRUSTED_PROXIES": "-1"}, "RONDO_TRUSTED_PROXIES must be a whole number of at least 0"),
        (
            {"RONDO_SESSION_IDLE_MINUTES": "0"},
            "RONDO_SESSION_IDLE_MINUTES must be a whole number of at least 1",
        ),
        ({"RONDO_DEFAULT_LOCALE": "fr"}, "RONDO_DEFAULT_LOCALE must be one of vi, en, ja"),
        ({"RONDO_DEFAULT_TIME_ZONE": "Hanoi"}, "RONDO_DEFAULT_TIME_ZONE must be an IANA time zone"),
    ],
)
def test_one_fault_gives_one_problem(changes: Mapping[str, str | None], told: str) -> None:
    (problem,) = problems_of(changes)

    assert problem.startswith(told)


def test_all_faults_are_told_at_once() -> None:
    problems = problems_of(
        {"RONDO_SECRET_KEY": "short", "DATABASE_URL": None, "RONDO_HOSTS": "*", "FLASK_DEBUG": "true"}
    )

    assert [problem.split()[0] for problem in problems] == [
        "DATABASE_URL",
        "RONDO_HOSTS",
        "RONDO_HOSTS",
        "RONDO_SECRET_KEY",
        "FLASK_DEBUG",
    ]


def test_an_empty_environment_names_everything_that_is_needed() -> None:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment({})

    for name in SAFE:
        assert name in str(raised.value)


def test_plain_http_and_a_short_secret_are_for_this_machine_alone() -> None:
    settings = Settings.from_environment(
        {
            **SAFE,
            "RONDO_MODE": "development",
            "RONDO_SECRET_KEY": "short",
            "RONDO_BASE_URL": "http://localhost",
            "RONDO_HOSTS": "localhost",
            "FLASK_DEBUG": "1",
        }
    )

    assert (settings.mode, settings.is_secure) == (Mode.DEVELOPMENT, False)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


WELL = {
    "server_version_num": "150004",
    "server_version": "15.4",
    "server_encoding": "UTF8",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}


def in_mode(mode: Mode) -> Settings:
    return replace(Settings.from_environment(SAFE), mode=mode)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_well_set_database_is_accepted(mode: Mode) -> None:
    in_mode(mode).refuse_unsafe_database(WELL.__getitem__)


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
@pytest.mark.parametrize("mode", [Mode.PRODUCTION, Mode.DEVELOPMENT])
def test_a_database_that_forgets_is_refused_outside_tests(name: str, mode: Mode) -> None:
    forgetful = {**WELL, name: "off"}

    with pytest.raises(ConfigurationError, match=f"{name} is off"):
        in_mode(mode).refuse_unsafe_database(forgetful.__getitem__)
    in_mode(Mode.TEST).refuse_unsafe_database(forgetful.__getitem__)


def test_everything_wrong_with_a_database_is_told_at_once() -> None:
    bad = {
        **WELL,
        "server_version_num": "140009",
        "server_version": "14.9",
        "server_encoding": "SQL_ASCII",
        "fsync": "off",
        "synchronous_commit": "off",
    }

    with pytest.raises(ConfigurationError) as raised:
        in_mode(Mode.PRODUCTION).refuse_unsafe_database(bad.__getitem__)

    assert len(raised.value.problems) == 4
