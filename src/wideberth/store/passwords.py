"""Names, passwords and tokens: what is accepted, and what of them is kept.

A password is kept as its argon2id hash (RFC 9106, 64 MiB, 3 passes, 4 lanes), a token as its SHA-256: it is
32 random bytes, which nobody can guess. No message holds any part of either. Every login costs one argon2id,
whether the name exists or not.
"""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids

FEWEST, MOST = 12, 1_024
"""Characters of a new password; bytes of any."""
NAME = 64
"""The most characters of a name."""
NAME_WANTED: Final = f"1 to {NAME} letters, digits and . - _ @, such as duty-1"
TOKEN = 32
MARK: Final = "wbt-"
"""So that people and scanners know a token when they see one."""
AT_ONCE = 2
"""Hashes computed at the same time, each in 64 MiB; others wait, so that logins cannot take the memory."""


class Cost(NamedTuple):
    """Of argon2id: passes over so many KiB of memory, in lanes. Less only in tests."""

    passes: int = 3
    memory: int = 64 * 1024
    lanes: int = 4


COST = Cost()

_NOBODYS = "$uBORKt5YCfxg7CdQqIheDQ$RI9vojoNEK8Aaq5dqAEMps6mQmYnKflFkYlfLo1kMkw"
"""Salt and hash that are compared where nobody has a name: random bytes, the hash of nothing."""

_slots = threading.BoundedSemaphore(AT_ONCE)


def name(text: str, path: str = "name") -> str:
    """A login name in the form in which names are compared. Raises: Invalid (`accounts.name`)."""
    # an É typed in two ways, or a capital, is no other person
    short = text if len(text) <= 4 * NAME else ""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", short).casefold())
    if not 1 <= len(plain) <= NAME or not all(_in_a_name(each) for each in plain):
        raise Invalid("accounts.name", path, text, NAME_WANTED)
    return plain


def hashed(password: str, cost: Cost = COST) -> str:
    """What is kept of a new password. Raises: Invalid (`accounts.password`), without the password."""
    plain = _plain(password)
    if len(plain) < FEWEST or len(plain.encode("utf-8", "surrogatepass")) > MOST:
        wanted = f"{FEWEST} characters or more, at most {MOST} bytes; four words nobody would guess are good"
        raise Invalid("accounts.password", "password", "a shorter or longer one", wanted)
    with _slots:
        return _hasher(cost).hash(plain.encode("utf-8", "surrogatepass"))


def matches(kept: str | None, password: str, cost: Cost = COST) -> bool:
    """Is it the password that was kept? Takes as long where nothing was kept, because nobody has the name."""
    plain = _plain(password).encode("utf-8", "surrogatepass")[: MOST + 1]
    with _slots:
        try:
            _hasher(cost).verify(nobodys(cost) if kept is None else kept, plain)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as error:
            message = "what is kept of a password cannot be read (or memory is short); accepted: set it again"
            raise Refused("accounts.damaged", message) from error
    return kept is not None


def nobodys(cost: Cost) -> str:
    """What is compared where nobody has the name: as dear as a hash of somebody's."""
    return f"$argon2id$v=19$m={cost.memory},t={cost.passes},p={cost.lanes}{_NOBODYS}"


def new_token() -> tuple[str, bytes]:
    """A new token as its user sees it, once; and what is kept of it."""
    secret = os.urandom(TOKEN)
    return MARK + ids.base32(secret), _kept(secret)


def token(text: str) -> bytes | None:
    """What would be kept of this token; None for a text that is none."""
    if not text.startswith(MARK):
        return None
    try:
        return _kept(ids.unbase32(text.removeprefix(MARK), TOKEN, ""))
    except Invalid:
        return None


def _kept(secret: bytes) -> bytes:
    return hashlib.sha256(b"wideberth/token/v1\n" + secret).digest()


def _in_a_name(each: str) -> bool:
    return each in ".-_@" or unicodedata.category(each)[0] in "LNM"


def _plain(password: str) -> str:
    # one keyboard writes é as one character, another as two
    return unicodedata.normalize("NFC", password)


@cache
def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(cost.passes, cost.memory, cost.lanes)
