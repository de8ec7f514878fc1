"""Answers sealed while a wave is open: to a key of the wave, whose private half is itself sealed.

The key that seals the private half is derived from the installation's secret, which the edge passes in and
which the database never holds. Without it the sealed answers say nothing, not even their length.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from app.evaluation.rules import COMMENT_LENGTH
from app.evaluation.types import Answer, Item, ItemKind

_LENGTH_BYTES = 4
_BLOCK = 512
# A character takes at most four bytes; a line break or a quotation mark, escaped, two.
_BYTES_PER_CHARACTER = 4
_BYTES_PER_CLOSED_ANSWER = 24
# A number of two digits and what stands between it and the next.
_BYTES_PER_CHOICE = 4
_TOKEN_BYTES = 24


class CannotUnseal(ValueError):
    """The key does not fit: the installation's secret is not the one that the wave was opened with."""


@dataclass(frozen=True, slots=True)
class WaveKeys:
    """The two halves of a wave's key; the private one sealed."""

    public: bytes
    sealed_private: bytes


def make_keys(secret: str) -> WaveKeys:
    """Return a fresh pair for one wave."""
    private = PrivateKey.generate()
    sealed = SecretBox(_derived(secret, b"wave key")).encrypt(bytes(private))
    return WaveKeys(bytes(private.public_key), bytes(sealed))


def sheet_size(items: Iterable[Item]) -> int:
    """Return how many bytes a sheet of these items is padded to, whatever is answered."""
    size = _LENGTH_BYTES + 2
    for item in items:
        size += len(json.dumps(item.code)) + _BYTES_PER_CLOSED_ANSWER
        if item.kind is ItemKind.SEVERAL:
            size += len(item.options) * _BYTES_PER_CHOICE
        if item.kind is ItemKind.TEXT:
            size += COMMENT_LENGTH * _BYTES_PER_CHARACTER
    return -(-size // _BLOCK) * _BLOCK


def seal(public_key: bytes, answers: Mapping[str, Answer], *, size: int) -> bytes:
    """Seal a sheet to the wave's key; every sheet of the wave gets the same length."""
    packed = json.dumps(dict(answers), ensure_ascii=False, separators=(",", ":")).encode()
    if len(packed) + _LENGTH_BYTES > size:
        raise ValueError("The sheet is larger than its items allow.")
    padded = (len(packed).to_bytes(_LENGTH_BYTES, "big") + packed).ljust(size, b"\0")
    return bytes(SealedBox(PublicKey(public_key)).encrypt(padded))


def unseal(secret: str, sealed_private: bytes, sheets: Iterable[bytes]) -> list[dict[str, Answer]]:
    """Open the sheets of a wave; raises CannotUnseal when the secret is another one by now."""
    try:
        private = SecretBox(_derived(secret, b"wave key")).decrypt(sealed_private)
        box = SealedBox(PrivateKey(private))
        return [_unpacked(box.decrypt(sheet)) for sheet in sheets]
    except CryptoError as error:
        raise CannotUnseal from error


def answer_token(secret: str, *, wave_id: int, invitation_id: int) -> str:
    """Return the token of a personal link. It is made anew for a reminder, so that both links are the same."""
    digest = hmac.digest(_derived(secret, b"answer link"), f"{wave_id}:{invitation_id}".encode(), sha256)
    return urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode()


def token_hash(token: str) -> bytes:
    """Return what the database keeps of a token."""
    return sha256(token.encode()).digest()


def _unpacked(padded: bytes) -> dict[str, Answer]:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    answers: dict[str, Answer] = json.loads(padded[_LENGTH_BYTES : _LENGTH_BYTES + length])
    return answers


def _derived(secret: str, purpose: bytes) -> bytes:
    # The secret goes through a hash first: a keyed blake2b takes at most 64 bytes of it.
    return blake2b(purpose, key=sha256(secret.encode()).digest(), digest_size=SecretBox.KEY_SIZE).digest()
