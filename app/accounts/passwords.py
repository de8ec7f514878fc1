"""Password hashes: Argon2id, as costly as the settings say, only a few at a time."""

import unicodedata
from base64 import b64encode
from secrets import token_bytes
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# Each hash in progress holds its memory; a burst of sign-ins must wait rather than exhaust the machine.
AT_ONCE = 2
_SALT_BYTES, _HASH_BYTES = 16, 32


class Passwords:
    """Makes and compares hashes. Comparing takes as long whether there is a hash to compare with or not."""

    def __init__(self, *, time_cost: int, memory_kib: int, parallelism: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost,
            memory_cost=memory_kib,
            parallelism=parallelism,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        self._turns = BoundedSemaphore(AT_ONCE)
        salt, digest = (_unpadded(token_bytes(size)) for size in (_SALT_BYTES, _HASH_BYTES))
        self._nobodys = f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${digest}"

    def hash(self, password: str) -> str:
        """Return what the database keeps of the password."""
        with self._turns:
            return self._hasher.hash(_composed(password))

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether the password is the one that was kept; False after the same time if none was."""
        try:
            with self._turns:
                self._hasher.verify(kept or self._nobodys, _composed(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def _composed(password: str) -> str:
    """The same letters typed on another keyboard may arrive in parts; nothing else is changed or cut."""
    return unicodedata.normalize("NFC", password)


def _unpadded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")
