"""The third kind of message: a piece of something large that is no entry and is kept in no feed.

A `Content` without a leaf, as a status, but with a body: the piece. Its note is signed like a status, under
the name of the author's main feed with its log key; the heading tells it from a status and a checkpoint.

    wideberth/side/v1
    {"from":…,"id":…,"line":…,"part":…,"parts":…,"piece":…,"session":…,"sha256":…,"size":…,"subject":…}

Each piece says the whole that it is of, and which of its parts it is, so that pieces may come in any order
and twice, and none fits another whole. All but the last have `PIECE` bytes. The salt is 16 zeros.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import body, canonical, certificate, ids, note, seal
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Origin
from wideberth.ledger.seal import Content

HEADING = "wideberth/side/v1"
ID = 16
"""Bytes of the id of a whole, random."""
PIECE = 62 * 1024
"""Bytes of a piece: with its note it is padded to 64 KiB, and not to the double."""
WHOLE = 64 * 1024 * 1024
"""The most bytes of a whole: 1,058 pieces."""
SIZE = 1024
"""Bytes of the JSON."""
NOTE = 4 * 1024
"""Bytes of the note."""
SALT = bytes(body.SALT)
FIELDS = ("from", "id", "line", "part", "parts", "piece", "session", "sha256", "size", "subject")

_SUBJECT = re.compile("[a-z][a-z0-9_]{0,31}")


class Whole(Struct, frozen=True):
    """What pieces are of.

    `sender`: the author's main feed; `session`: 16 random bytes of its node's start. `subject` says which
    part of the reader's node it is for, `id` (16 bytes) which of all it is. `size`: of all of it, in bytes;
    `sha256`: of all of it.
    """

    sender: Origin
    session: bytes
    subject: str
    id: bytes
    size: int
    sha256: bytes

    @property
    def parts(self) -> int:
        """How many pieces it has."""
        return parts(self.size)

    def length(self, part: int) -> int:
        """Bytes of a piece; none, or fewer, where there is no such piece."""
        return min(PIECE, self.size - part * PIECE)


class Piece(NamedTuple):
    """Piece number `part` (from 0) of a whole."""

    whole: Whole
    part: int
    data: bytes


def parts(size: int) -> int:
    """How many pieces so many bytes have."""
    return -(-size // PIECE)


def whole(sender: Origin, session: bytes, subject: str, number: bytes, data: bytes) -> Whole:
    """What is said in each piece of `data`; `number` is its id. Raises: Invalid (`line.side`)."""
    said = Whole(sender, session, subject, number, len(data), hashlib.sha256(data).digest())
    if len(number) != ID:
        raise Invalid("line.side", "id", f"{len(number)} bytes", f"{ID} bytes")
    _check(said)
    return said


def write(said: Whole, part: int, data: bytes, *log_seeds: bytes) -> Content:
    """Piece number `part` of all the `data`, signed with each of these.

    Raises: Invalid (`ledger.key`, and as canonical.write).
    """
    piece = data[part * PIECE : part * PIECE + PIECE]
    value: dict[str, Value] = {
        "from": said.sender.text,
        "id": ids.base32(said.id),
        "line": said.sender.line,
        "part": part,
        "parts": said.parts,
        "piece": ids.base32(hashlib.sha256(piece).digest()),
        "session": ids.base32(said.session),
        "sha256": ids.base32(said.sha256),
        "size": said.size,
        "subject": said.subject,
    }
    text = f"{HEADING}\n{canonical.write(value, SIZE).decode()}\n"
    signed = [note.sign(text, said.sender.text, seed) for seed in log_seeds]
    lines = tuple(line for each in signed for line in each.signatures)
    return Content(b"", SALT, piece, note.write(note.Note(text, lines)), said.session)


def read(content: Content, sender: Origin, size: int, papers: Papers) -> Piece:
    """A piece, signed with a log key of `sender`, the author's main feed, of which I hold `size` entries.

    Bounds first, then the signature, then what it says, then the hash of the piece. That of the whole is for
    whoever puts the pieces together (`join`).
    Raises: Invalid (`line.side`, and as note.parse, canonical.accept), NotTrusted (`ledger.signature`,
    `ledger.unsigned`, `ledger.key_not_valid`).
    """
    leaf, salt, data, signed, session = content
    bounded = 0 < len(data) <= PIECE and len(signed) <= NOTE and len(session) == seal.SESSION
    if leaf or salt != SALT or not bounded:
        found = f"{len(leaf):,}, {len(data):,}, {len(signed):,} bytes"
        raise Invalid("line.side", "", found, f"no header, a piece to {PIECE:,}, a note to {NOTE:,} bytes")
    parsed = note.parse(signed)
    signers = {each.verifier for each in note.verify(parsed, certificate.certified("log", sender, papers))}
    first, _, rest = parsed.text.partition("\n")
    if first != HEADING or not rest.endswith("\n"):
        raise Invalid("line.side", "line 1", first, f"{HEADING}, and a line of JSON")
    found_piece, hashed = _parsed(canonical.accept(rest[:-1].encode(), SIZE), data)
    said = found_piece.whole
    if (said.sender, said.session) != (sender, session):
        raise Invalid("line.side", "from", said.sender.text, f"{sender.text}, in the session it came with")
    if not any(each in certificate.logs(sender, max(size - 1, 0), papers) for each in signers):
        raise NotTrusted("ledger.key_not_valid", f"signed with a key that does not count at size {size}")
    if len(data) != said.length(found_piece.part) or hashlib.sha256(data).digest() != hashed:
        raise Invalid("line.side", "piece", f"{len(data):,} other bytes", "the piece that was signed")
    return found_piece


def join(said: Whole, pieces: dict[int, bytes]) -> bytes:
    """The whole of all its pieces. Raises: Invalid (`line.side`): they are not what was signed."""
    data = b"".join(pieces[part] for part in range(said.parts))
    if hashlib.sha256(data).digest() != said.sha256:
        raise Invalid("line.side", "sha256", f"{len(data):,} other bytes", "the whole that was signed")
    return data


def _parsed(found: dict[str, Value], data: bytes) -> tuple[Piece, bytes]:
    """The piece, and the hash that it must have."""
    if tuple(found) != FIELDS:
        raise Invalid("line.side", "line 2", sorted(found), f"the fields {', '.join(FIELDS)}")
    subject = found["subject"]
    said = Whole(
        sender=ids.origin(found["from"], "from"),
        session=ids.unbase32(found["session"], seal.SESSION, "session"),
        subject=subject if isinstance(subject, str) else "",
        id=ids.unbase32(found["id"], ID, "id"),
        size=_number(found["size"], "size"),
        sha256=ids.unbase32(found["sha256"], ids.HASH, "sha256"),
    )
    _check(said)
    if (found["line"], _number(found["parts"], "parts")) != (said.sender.line, said.parts):
        raise Invalid("line.side", "parts", found["parts"], f"{said.parts} parts, on the line of the feed")
    return Piece(said, _number(found["part"], "part"), data), ids.unbase32(found["piece"], ids.HASH, "piece")


def _check(said: Whole) -> None:
    if not _SUBJECT.fullmatch(said.subject):
        raise Invalid("line.side", "subject", said.subject, "up to 32 of a-z, 0-9 and _, a letter first")
    if not 0 < said.size <= WHOLE:
        raise Invalid("line.side", "size", f"{said.size:,} bytes", f"1 to {WHOLE:,} bytes")


def _number(found: Value, path: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise Invalid("line.side", path, found, "a whole number from 0")
    return found
