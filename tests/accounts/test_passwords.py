"""Hashes of passwords."""

import unicodedata

import pytest

from app.accounts.passwords import Passwords

CHEAP = Passwords(time_cost=1, memory_kib=8, parallelism=1)
DEARER = Passwords(time_cost=2, memory_kib=16, parallelism=1)


def test_hash_is_argon2id_of_the_parameters_and_salted() -> None:
    first, second = CHEAP.hash("a long pass phrase"), CHEAP.hash("a long pass phrase")

    assert first.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert first != second


@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("Mật khẩu " + "x" * 200, True),
        (unicodedata.normalize("NFD", "Mật khẩu " + "x" * 200), True),
        ("Mật khẩu " + "x" * 199, False),
        ("mật khẩu " + "x" * 200, False),
        ("Mật khẩu " + "x" * 200 + " ", False),
        ("", False),
    ],
)
def test_nothing_is_cut_or_folded(typed: str, matches: bool) -> None:
    assert CHEAP.matches(typed, CHEAP.hash("Mật khẩu " + "x" * 200)) is matches


def test_hash_of_other_parameters_still_matches_but_is_outdated() -> None:
    kept = CHEAP.hash("a long pass phrase")

    assert DEARER.matches("a long pass phrase", kept)
    assert DEARER.is_outdated(kept)
    assert not CHEAP.is_outdated(kept)


def test_without_a_hash_the_same_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    verify = type(CHEAP._hasher).verify

    def spy(self: object, kept: str, password: str) -> bool:
        compared.append(kept)
        return verify(CHEAP._hasher, kept, password)

    monkeypatch.setattr(type(CHEAP._hasher), "verify", spy)

    assert not CHEAP.matches("a long pass phrase", None)
    assert compared[0].startswith("$argon2id$v=19$m=8,t=1,p=1$")
    # A hash that could not be computed would be refused at once, and so be told from a real one.
    with pytest.raises(Exception, match="does not match"):
        verify(CHEAP._hasher, compared[0], "a long pass phrase")


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$broken"])
def test_broken_hash_matches_nothing(kept: str) -> None:
    assert not CHEAP.matches("a long pass phrase", kept)
