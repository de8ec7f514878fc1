"""The rules of the accounts as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.errors import GuessablePassword, LongPassword, ShortPassword
from app.accounts.rules import (
    FREE_FAILURES,
    device_of,
    network_of,
    require_good_password,
    wait_after_failures,
    wait_for_quota,
)
from app.kernel.errors import DomainError

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CONTEXT = ("Nguyễn Thị Hồng Ánh", "honganh.nguyen@hcma.example.vn")


@pytest.mark.parametrize(
    "password",
    [
        "bốn con trâu trắng qua sông",
        "correct horse battery staple",
        "Tr0ub4dor&3 and then some",
        "x" + "kz9Qw!fLp2#vTm7",
        "正しい馬の電池の留め金はここにある",
        "a passphrase of more than sixty-four characters, which nobody has ever cut off at its end",
        "Mật khẩu này dài, và chỉ mình tôi biết nó",
    ],
)
def test_good_passwords_need_no_special_composition(password: str) -> None:
    require_good_password(password, context=CONTEXT)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", ShortPassword),
        ("kz9Qw!fLp2#vTm", ShortPassword),
        ("x7" * 501, LongPassword),
        ("aaaaaaaaaaaaaaaaaaaa", GuessablePassword),
        ("123456789012345", GuessablePassword),
        ("abcdefghijklmnopqrstuvwxyz", GuessablePassword),
        ("qwertyuiopasdfghjkl", GuessablePassword),
        ("passwordpassword", GuessablePassword),
        ("PasswordPassword1!", GuessablePassword),
        ("abcabcabcabcabcabc", GuessablePassword),
        ("kz9Qkz9Qkz9Qkz9Q", GuessablePassword),
        ("rondo academy 2026", GuessablePassword),
        ("Học viện Chính trị quốc gia", GuessablePassword),
        ("nguyen thi hong anh 1", GuessablePassword),
        ("NguyễnThịHồngÁnh!!", GuessablePassword),
        ("honganh.nguyen@hcma.example.vn", GuessablePassword),
        ("iloveyouiloveyou", GuessablePassword),
        ("matkhaumatkhau123", GuessablePassword),
    ],
)
def test_short_and_guessable_passwords_are_refused(password: str, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        require_good_password(password, context=CONTEXT)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, 0), (9, 0), (10, 30), (11, 60), (12, 120), (13, 240), (14, 480), (15, 900), (16, 900), (60, 900)],
)
def test_wait_grows_after_ten_failures_and_never_beyond_a_quarter_of_an_hour(
    count: int, expected: int
) -> None:
    assert wait_after_failures([AT] * count, AT) == timedelta(seconds=expected)


def test_waiting_ends_by_itself_and_a_day_forgives() -> None:
    failures = [AT] * FREE_FAILURES

    assert wait_after_failures(failures, AT + timedelta(seconds=29)) == timedelta(seconds=1)
    assert wait_after_failures(failures, AT + timedelta(seconds=30)) == timedelta()
    assert wait_after_failures([AT] * 60, AT + timedelta(hours=24)) == timedelta()


def test_quota_frees_one_place_when_the_oldest_that_counts_leaves_the_window() -> None:
    times = [AT + timedelta(minutes=minute) for minute in (0, 10, 20)]
    window = timedelta(hours=1)

    assert wait_for_quota(times, AT + timedelta(minutes=30), most=3, window=window) == timedelta(minutes=30)
    assert wait_for_quota(times, AT + timedelta(minutes=60), most=3, window=window) == timedelta()
    assert wait_for_quota(times, AT + timedelta(minutes=30), most=4, window=window) == timedelta()


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 300, "x" * 60),
        ("", ""),
    ],
)
def test_browser_is_called_as_its_owner_calls_it(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_network_is_the_address_in_ipv4_and_the_subnet_in_ipv6(address: str | None, network: str) -> None:
    assert network_of(address) == network
