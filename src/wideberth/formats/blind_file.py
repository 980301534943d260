"""Files of a blind check that people carry, and what a side keeps between them.

A file that is handed over:

    "wideberth/blind/file/v1" ‖ newline ‖ session (16) ‖ form (1: 0 level by level, 1 one-shot) ‖ number (2)
    length (4, big-endian) ‖ message        for each, as wideberth.blind.messages has them
    signature (64)

Numbers count from 1 through the whole run: the odd ones are of the side that began it. The signature is
Ed25519, by the officer who hands it over, over SIGNED and everything before it.

What a side keeps is one object of JSON, for its owner only: it holds the plans and the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from wideberth.blind import messages
from wideberth.blind.messages import SESSION, SIGNATURE, Message
from wideberth.blind.rules import Form, Role
from wideberth.errors import Invalid
from wideberth.ledger import keys

HEADING: Final = b"wideberth/blind/file/v1\n"
SIGNED: Final = b"wideberth/blind/file/signature/v1\n"
STATE: Final = "wideberth.blind-state/1"
_FORMS: Final[tuple[Form, ...]] = ("descent", "one-shot")
_LENGTH: Final = 4


class HandOver(Struct, frozen=True):
    """One file: which of a run, and its messages."""

    session: bytes
    form: Form
    number: int
    messages: tuple[Message, ...]

    @property
    def role(self) -> Role:
        """Whose it is."""
        return "a" if self.number % 2 else "b"


class Kept(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a side keeps between two files: from it all that it ever says is made again, byte by byte.

    Attributes:
        session: 16 bytes; `seed`: 32 random ones.
        from_ms: where the horizon begins, POSIX ms.
        own, peer: public keys of both officers; `key`: where the own key file was.
        agreement: the bytes of the file of the terms.
        document: the plans, native JSON.
        received: the files of the other side, in order.
    """

    schema: Literal["wideberth.blind-state/1"] = STATE
    role: Role
    form: Form
    session: bytes
    seed: bytes
    from_ms: int
    own: bytes
    peer: bytes
    key: str
    agreement: bytes
    document: bytes
    received: tuple[bytes, ...] = ()

    @property
    def first(self) -> bool:
        """Whether nothing that this side says has been answered: it may begin anew."""
        return len(self.received) == (0 if self.role == "a" else 1)


def write(file: HandOver, sign: Callable[[bytes], bytes]) -> bytes:
    """The bytes of a file; `sign` makes the signature."""
    body = HEADING + file.session + bytes([_FORMS.index(file.form)]) + file.number.to_bytes(2, "big")
    for each in map(messages.write, file.messages):
        body += len(each).to_bytes(_LENGTH, "big") + each
    return body + sign(SIGNED + body)


def read(data: bytes) -> HandOver:
    """What a file says; who has signed it `signed_by` tells.

    Raises: Invalid (`blind.file`, `blind.message`).
    """
    head = len(HEADING) + SESSION
    if not data.startswith(HEADING) or len(data) < head + 3 + SIGNATURE:
        raise Invalid(
            "blind.file", "", "something else", "a file of a blind check, as `wideberth blind` wrote it"
        )
    number = int.from_bytes(data[head + 1 : head + 3], "big")
    if data[head] >= len(_FORMS) or not number:
        raise Invalid("blind.file", "", f"form {data[head]}, number {number}", "form 0 or 1, numbers from 1")
    found, at, end = [], head + 3, len(data) - SIGNATURE
    while at < end:
        size = int.from_bytes(data[at : at + _LENGTH], "big")
        at += _LENGTH + size
        if at > end:
            raise Invalid("blind.file", "", f"{len(data):,} bytes", "the whole file: copy it again")
        found.append(messages.read(data[at - size : at]))
    return HandOver(data[len(HEADING) : head], _FORMS[data[head]], number, tuple(found))


def signed_by(data: bytes, key: bytes) -> bool:
    """Whether this officer has signed the file."""
    return keys.verifies(key, SIGNED + data[:-SIGNATURE], data[-SIGNATURE:])


def write_kept(kept: Kept) -> bytes:
    """The bytes of what a side keeps."""
    return msgspec.json.encode(kept) + b"\n"


def read_kept(data: bytes) -> Kept:
    """What a side has kept. Raises: Invalid (`blind.file_state`), without what the file holds."""
    try:
        kept = msgspec.json.decode(data, type=Kept)
    except (msgspec.MsgspecError, ValueError):
        kept = None
    if kept is None or not _whole((kept.session, SESSION), (kept.seed, keys.KEY), (kept.peer, keys.KEY)):
        # it holds plans and a seed: nothing of it is in a message
        raise Invalid("blind.file_state", "", "something else", f"the state of a blind check ({STATE})")
    return kept


def _whole(*sized: tuple[bytes, int]) -> bool:
    return all(len(data) == size for data, size in sized)


def total(rounds: int) -> int:
    """How many files a run of so many rounds takes."""
    return 4 * rounds + 1


def place(role: Role, number: int) -> int:
    """Which of the files that side `role` receives, from 0, the one of this number is."""
    return (number - (2 if role == "a" else 1)) // 2


def due(role: Role, received: Sequence[bytes]) -> int:
    """The number of the next file that side `role` needs."""
    return 2 * len(received) + (2 if role == "a" else 1)
