"""What an attacker types: one list for every field of every form."""

from dataclasses import dataclass

LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Hostile:
    """A value that no field expects, and what it is called in a failure."""

    name: str
    value: str


VALUES: tuple[Hostile, ...] = (
    Hostile("nothing visible", " \u200b\t "),
    Hostile("NUL byte", "Lan\x00Anh"),
    Hostile("control characters", "\x01\x02\x1b[31m\x7f" * 400),
    Hostile("lone surrogate", "Lan\udfffAnh"),
    Hostile("direction override", "\u202egnp.exe"),
    Hostile("unassigned and private", "\ue000\uffff\U0010ffff"),
    Hostile("a megabyte", "d" * 1_000_000),
    Hostile("markup", "\"'><script>alert(1)</script>{{ 7*7 }}%(name)s${7*7}"),
    Hostile("script address", "javascript:alert(document.domain)"),
    Hostile("formula", '=HYPERLINK("https://evil.example","here")'),
    Hostile("header lines", "Lan\r\nBcc: all@evil.example\r\n\r\nHello"),
    Hostile("beyond bigint", "9223372036854775808"),
    Hostile("beyond all numbers", "9" * 5000),
    Hostile("below bigint", "-9223372036854775809"),
    Hostile("digits of elsewhere", "٣١٢²"),
    Hostile("no number", "NaN"),
    Hostile("infinity", "-Infinity"),
    Hostile("exponent", "1e400"),
    Hostile("first day there is", "0001-01-01"),
    Hostile("last day there is", "9999-12-31"),
    Hostile("first hour there is", "0001-01-01T00:00"),
    Hostile("last hour there is", "9999-12-31T23:59"),
    Hostile("last minute", "23:59"),
    Hostile("path", "../../../../etc/passwd"),
    Hostile("SQL", "1); DROP TABLE person; --"),
    Hostile("pattern", "%_\\%" * 50),
)
