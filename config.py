"""The settings of one Rondo process, read from the environment and from nowhere else.

`Settings.from_environment` either returns a complete, safe set of settings or raises one
`ConfigurationError` that lists everything that is missing or unsafe, so that an operator
mends it in one go. `Settings.refuse_unsafe_database` does the same for what only the database knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

DRIVER_SCHEME = "postgresql+psycopg"
MINIMUM_SERVER_VERSION = 150000
MINIMUM_SECRET_LENGTH = 32
LOCALES = ("vi", "en", "ja")
# Words people paste from examples. A secret containing one of them is no secret.
WELL_KNOWN_SECRETS = ("change", "secret", "default", "example", "password", "please", "rondo", "development")


class Mode(StrEnum):
    """What a process is for: the safety demands depend on it."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class ConfigurationError(SystemExit):
    """Rondo cannot start; `problems` holds every reason, the message shows them all.

    It ends the process that does not catch it, with the message and without a stack of calls:
    whoever reads it has settings to mend, not code.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"Rondo did not start. To be mended first:\n{lines}")


class DatabaseFacts(Protocol):
    """What a database answers when asked about itself: `SHOW name` as text."""

    def __call__(self, name: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process may be told from outside."""

    secret_key: str
    database_url: str
    base_url: str
    hosts: tuple[str, ...]
    owner_database_url: str = ""
    mode: Mode = Mode.PRODUCTION
    trusted_proxies: int = 0
    mail_url: str | None = None
    mail_from: str = "rondo@localhost"
    var_directory: Path = Path("var")
    default_locale: str = "vi"
    default_time_zone: str = "Asia/Ho_Chi_Minh"
    session_idle_minutes: int = 30
    session_absolute_hours: int = 10
    argon2_time_cost: int = 3
    argon2_memory_kib: int = 65536
    argon2_parallelism: int = 4
    max_body_bytes: int = 16 * 1024 * 1024

    def __post_init__(self) -> None:
        if not self.owner_database_url:
            object.__setattr__(self, "owner_database_url", self.database_url)

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach this installation over TLS, so cookies may demand it."""
        return urlsplit(self.base_url).scheme == "https"

    def refuse_unsafe_database(self, show: DatabaseFacts) -> None:
        """Raise a `ConfigurationError` with everything about the database that would lose work."""
        problems = []
        if int(show("server_version_num")) < MINIMUM_SERVER_VERSION:
            problems.append(f"PostgreSQL {show('server_version')} is too old: 15 or later is needed.")
        if show("server_encoding") != "UTF8":
            problems.append("The database does not store UTF8: make one with ENCODING 'UTF8'.")
        if self.mode is not Mode.TEST:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                if show(name) == "off":
                    problems.append(
                        f"{name} is off: saved work would be lost in a power cut. Set {name} = on."
                    )
        if problems:
            raise ConfigurationError(problems)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read all settings; raise one `ConfigurationError` naming all that is wrong."""
        reader = _Reader(environ)
        settings = reader.settings()
        # A half-read configuration is judged too, so that one start shows both lists.
        problems = [*reader.problems, *_unsafe(settings, environ)]
        if problems:
            raise ConfigurationError(problems)
        return settings


class _Reader:
    """Takes typed values out of the environment and collects what cannot be read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def settings(self) -> Settings:
        return Settings(
            mode=self._mode(),
            secret_key=self._text("RONDO_SECRET_KEY", ""),
            database_url=self._database_url("DATABASE_URL"),
            owner_database_url=self._database_url("RONDO_OWNER_DATABASE_URL"),
            base_url=self._text("RONDO_BASE_URL", "").rstrip("/"),
            hosts=self._hosts(),
            trusted_proxies=self._number("RONDO_TRUSTED_PROXIES", 0, minimum=0),
            mail_url=self._mail_url(),
            mail_from=self._text("RONDO_MAIL_FROM", "rondo@localhost"),
            var_directory=Path(self._text("RONDO_VAR_DIRECTORY", "var")),
            default_locale=self._one_of("RONDO_DEFAULT_LOCALE", "vi", LOCALES),
            default_time_zone=self._time_zone(),
            session_idle_minutes=self._number("RONDO_SESSION_IDLE_MINUTES", 30),
            session_absolute_hours=self._number("RONDO_SESSION_ABSOLUTE_HOURS", 10),
            argon2_time_cost=self._number("RONDO_ARGON2_TIME_COST", 3),
            argon2_memory_kib=self._number("RONDO_ARGON2_MEMORY_KIB", 65536),
            argon2_parallelism=self._number("RONDO_ARGON2_PARALLELISM", 4),
            max_body_bytes=self._number("RONDO_MAX_BODY_BYTES", 16 * 1024 * 1024),
        )

    def _text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def _number(self, name: str, default: int, *, minimum: int = 1) -> int:
        text = self._text(name, str(default))
        if not text.isdecimal() or int(text) < minimum:
            self.problems.append(f"{name} must be a whole number of at least {minimum}, not {text!r}.")
            return default
        return int(text)

    def _one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self._text(name, default)
        if text not in allowed:
            self.problems.append(f"{name} must be one of {', '.join(allowed)}, not {text!r}.")
            return default
        return text

    def _mode(self) -> Mode:
        return Mode(self._one_of("RONDO_MODE", Mode.PRODUCTION, tuple(Mode)))

    def _time_zone(self) -> str:
        text = self._text("RONDO_DEFAULT_TIME_ZONE", "Asia/Ho_Chi_Minh")
        if text not in available_timezones():
            self.problems.append(f"RONDO_DEFAULT_TIME_ZONE must be an IANA time zone, not {text!r}.")
            return "Asia/Ho_Chi_Minh"
        return ZoneInfo(text).key

    def _hosts(self) -> tuple[str, ...]:
        text = self._text("RONDO_HOSTS", "")
        return tuple(host for part in text.split(",") if (host := part.strip().lower()))

    def _database_url(self, name: str) -> str:
        text = self._text(name, "")
        if not text:
            if name == "DATABASE_URL":
                self.problems.append(
                    "DATABASE_URL is missing: the PostgreSQL address of the application role."
                )
            return ""
        scheme, separator, rest = text.partition("://")
        # Other tools write the short forms; there is only one driver, so all mean the same.
        if not separator or scheme not in {DRIVER_SCHEME, "postgresql", "postgres"}:
            self.problems.append(f"{name} must begin with {DRIVER_SCHEME}://; Rondo runs on PostgreSQL only.")
            return ""
        return f"{DRIVER_SCHEME}://{rest}"

    def _mail_url(self) -> str | None:
        text = self._text("RONDO_MAIL_URL", "")
        if text and (urlsplit(text).scheme not in {"smtp", "smtps"} or not urlsplit(text).hostname):
            self.problems.append("RONDO_MAIL_URL must look like smtp://host:port or smtps://host:port.")
            return None
        return text or None


def _unsafe(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Return what would be dangerous about running with these settings, in plain words."""
    problems = _unsafe_addresses(settings)
    if not settings.secret_key:
        problems.append("RONDO_SECRET_KEY is missing: at least 32 random characters, kept to yourself.")
    if settings.mode is not Mode.PRODUCTION:
        return problems
    if settings.secret_key:
        problems += _weak_secret(settings.secret_key)
    if environ.get("FLASK_DEBUG", "").strip().lower() not in {"", "0", "false", "no"}:
        problems.append("FLASK_DEBUG is on: a debugger on a public address runs anybody's code. Unset it.")
    return problems


def _weak_secret(secret: str) -> list[str]:
    if len(secret) < MINIMUM_SECRET_LENGTH:
        return [f"RONDO_SECRET_KEY is too short: at least {MINIMUM_SECRET_LENGTH} random characters."]
    guessable = len(set(secret)) < 10 or any(word in secret.lower() for word in WELL_KNOWN_SECRETS)
    return (
        ["RONDO_SECRET_KEY is guessable: use random characters, not words or repeats."] if guessable else []
    )


def _unsafe_addresses(settings: Settings) -> list[str]:
    problems = []
    address = urlsplit(settings.base_url)
    if not address.hostname or address.scheme not in {"http", "https"}:
        problems.append("RONDO_BASE_URL is missing or no web address: for example https://rondo.example.org.")
    elif address.scheme == "http" and not is_loopback(address.hostname) and settings.mode is Mode.PRODUCTION:
        problems.append("RONDO_BASE_URL must begin with https://; plain http is for this machine alone.")
    if not settings.hosts:
        problems.append("RONDO_HOSTS is missing: the host names people use, separated by commas.")
    for host in settings.hosts:
        if "*" in host or host.startswith("."):
            problems.append(f"RONDO_HOSTS names {host!r}: write each host name out, without a wildcard.")
    if settings.hosts and address.hostname and address.hostname not in settings.hosts:
        problems.append(f"RONDO_HOSTS must contain {address.hostname!r}, the host of RONDO_BASE_URL.")
    return problems


def is_loopback(host: str) -> bool:
    """Return whether a host name can only mean this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
