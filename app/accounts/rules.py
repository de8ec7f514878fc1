"""Decisions of the accounts: what a good password is, how often one may try, whose network an address is."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import pairwise

from app.accounts.errors import GuessablePassword, LongPassword, ShortPassword
from app.kernel.text import fold

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 1000
FRESH_CHARACTERS = 8
SHORTEST_CONTEXT_WORD = 3

# What people type first, wherever they are, and what this house is called. Folded, without spaces.
_COMMON = (
    "administrator admin academy bangkok batkhuatphuc canbo changeme chinhtri daotao default dragon football"
    " giangvien hanoi hochiminh hocvien iloveyou khongcomatkhau lecturer letmein lophoc master matkhau monkey"
    " password passwort princess quocgia quantri rondo secret sunshine superman thaygiao tinh trainee training"
    " truong vietnam welcome xinchao"
)
COMMON_WORDS = frozenset(_COMMON.split())
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "azertyuiop", "qwertzuiop")
_NEXT_KEYS = frozenset(pair for row in _ROWS for a, b in pairwise(row) for pair in (a + b, b + a))

FREE_FAILURES = 10
FAILURE_MEMORY = timedelta(hours=24)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
NETWORK_FAILURES = 50
NETWORK_WINDOW = timedelta(minutes=15)

ACCOUNT_MAILS = 3
NETWORK_MAILS = 20
MAIL_WINDOW = timedelta(hours=1)

INVITATION_LIFE = timedelta(days=3)
RESET_LIFE = timedelta(hours=1)
TOUCH_EVERY = timedelta(minutes=5)


def require_good_password(password: str, *, context: Iterable[str]) -> None:
    """Raise if the password is short, or made of what anybody would try first.

    There are no rules of composition. ``context`` holds the person's name and address.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ShortPassword(field="password", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise LongPassword(field="password", most=LONGEST_PASSWORD)
    if fresh_characters(password, context) < FRESH_CHARACTERS:
        raise GuessablePassword(field="password")


def fresh_characters(password: str, context: Iterable[str]) -> int:
    """Count the characters left without well-known words, repetitions and neighbours on the keyboard."""
    rest = "".join(fold(password).split())
    rest = rest[: _period(rest)]
    for word in sorted({*COMMON_WORDS, *_context_words(context)}, key=len, reverse=True):
        rest = rest.replace(word, "\0")
    return sum(
        1
        for before, character in zip("\0" + rest, rest, strict=False)
        if character != "\0" and not _follows(before, character)
    )


def _context_words(context: Iterable[str]) -> Iterable[str]:
    for text in context:
        folded = fold(text)
        yield from (
            word
            for word in "".join(c if c.isalnum() else " " for c in folded).split()
            if len(word) >= SHORTEST_CONTEXT_WORD
        )


def _period(text: str) -> int:
    """Return the length of the shortest part of which the text is a repetition."""
    return next((size for size in range(1, len(text)) if text[size:] == text[: len(text) - size]), len(text))


def _follows(before: str, character: str) -> bool:
    return (
        before == character
        or (before.isalnum() and abs(ord(before) - ord(character)) == 1)
        or before + character in _NEXT_KEYS
    )


# The first that a browser's own words contain; the broader words stand last, since others contain them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return which browser on which device that is, as its owner would say it; what is unknown as it came."""
    known = [
        next((name for sign, name in signs if sign in user_agent), "") for signs in (_BROWSERS, _DEVICES)
    ]
    return ", ".join(name for name in known if name) or user_agent[:60]


def wait_after_failures(failures: Sequence[datetime], at: datetime) -> timedelta:
    """Return how long an account must wait, given its failures since the last success: never for ever.

    The first ten within a day are free; each further one doubles the delay, up to a quarter of an hour.
    """
    recent = [failure for failure in failures if failure > at - FAILURE_MEMORY]
    excess = len(recent) - FREE_FAILURES
    if excess < 0:
        return timedelta()
    # Thirty seconds doubled five times is more than the longest delay already.
    delay = min(FIRST_DELAY * (1 << min(excess, 5)), LONGEST_DELAY)
    return max(max(recent) + delay - at, timedelta())


def wait_for_quota(times: Sequence[datetime], at: datetime, *, most: int, window: timedelta) -> timedelta:
    """Return how long until there were fewer than ``most`` within the window."""
    recent = sorted(time for time in times if time > at - window)
    if len(recent) < most:
        return timedelta()
    return recent[-most] + window - at


def network_of(address: str | None) -> str:
    """Return the network that a client's address stands for: itself in IPv4, its /64 in IPv6."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed), 64), strict=False))
    return str(parsed)
