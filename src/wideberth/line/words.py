"""Recognition words: by voice, each end of a line finds out that the other has this line's words of the day.

Whoever asks says a challenge of 48 random bits, and the other end's node answers with 48 bits that only the
two ends of the line can make. Both are three groups of 16 bits, each a word (ledger.quints) and five digits
that mean the same. What they are made of (docs/words.md has the bytes) is bound to the day, to who asks whom,
and to the purpose, so that nothing said in one of them is an answer in another.

The key of a day is made of the key of the day before by a step that nobody can go back, and the earlier one
is erased: who takes a node today does not learn yesterday's words. Days are those of UTC. Nothing here knows
the time; it is passed in.
"""

from __future__ import annotations

import hmac
import re
from datetime import date, timedelta
from typing import Final, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids, quints
from wideberth.ledger.ids import HASH

Purpose = Literal["voice", "unit"]
Stage = Literal["open", "locked"]
Signal = Literal["right", "wrong", "wrong for the third time", "an officer unlocks"]

PURPOSES: Final[dict[Purpose, str]] = {
    "voice": "between the desks of the two parties",
    "unit": "between units, also those that have only a day table",
}
FIRST: Final = 20_089
"""The day of UTC since 1970 at which every line's words begin: 1 January 2025."""
LAST: Final = 2_932_896
"""31 December 9999, after which calendars have no day."""
DAY_MS: Final = 86_400_000
NEAR_MS: Final = 3_600_000
"""So near to midnight the words of the neighbouring day are right too: nobody's clock is exact."""
LEAP: Final = 3
"""Days that may be skipped without an officer's word: a clock that is wrong would erase all up to its own."""
AHEAD: Final = 7
"""Days for which a day table may be made in advance."""
SAID: Final = 6
"""Bytes of a challenge and of a reply: 48 bits. A guess is right once in 10^14."""
TRIES: Final = 3
ROWS: Final = 16
"""Rows of a day table for each direction: as many as fit on a page."""
TABLES: Final = 99

TABLE: Final[dict[tuple[Stage, Signal], Stage]] = {
    ("open", "right"): "open",
    ("open", "wrong"): "open",
    ("open", "wrong for the third time"): "locked",
    ("open", "an officer unlocks"): "open",
    ("locked", "an officer unlocks"): "open",
}
"""What becomes of asking the other party for one purpose. While it is locked no reply is looked at."""

_BEGAN: Final = date(1970, 1, 1)
_STEP: Final = b"wideberth/words/v1/step\n"
_WAY: Final = b"wideberth/words/v1/way\n"
_REPLY: Final = b"wideberth/words/v1/reply\n"
_ROW: Final = b"wideberth/words/v1/row\n"
_FIGURES: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
"""Digits as Arabic and Persian keyboards write them."""
_APART: Final = re.compile(r"[\s,.\-\u2010-\u2015/]+")
_DIGITS: Final = re.compile("[0-9]{5}")


class Key(Struct, frozen=True):
    """The key of a day (days of UTC since 1970), of which those of later days are made; 32 bytes."""

    day: int
    secret: bytes

    def __repr__(self) -> str:
        """Without the secret: what is printed ends in a log."""
        return f"Key({self.day})"


class Way(Struct, frozen=True):
    """Who asks whom, by their names, and for what. The other way round is another way."""

    asks: str
    answers: str
    purpose: Purpose


class Count(Struct, frozen=True):
    """Replies of one way that were wrong one after the other."""

    wrong: int = 0

    @property
    def stage(self) -> Stage:
        """Locked after three."""
        return "locked" if self.wrong >= TRIES else "open"

    @property
    def left(self) -> int:
        """Tries until it is locked."""
        return max(0, TRIES - self.wrong)


def begin(root: bytes) -> Key:
    """The key of the first day, from what a pairing has come to (pairing.words): 32 bytes.

    Raises: Invalid (`words.root`).
    """
    if len(root) != HASH:
        raise Invalid("words.root", "", f"{len(root)} bytes", f"{HASH} bytes that a pairing has come to")
    return Key(FIRST, root)


def day(now_ms: int) -> int:
    """The day of UTC (ms POSIX UTC), since 1970."""
    return now_ms // DAY_MS


def days(now_ms: int) -> tuple[int, ...]:
    """The days whose words are right now: today, and within an hour of midnight the neighbouring day."""
    return tuple(dict.fromkeys((day(now_ms), day(now_ms - NEAR_MS), day(now_ms + NEAR_MS))))


def date_of(day: int) -> str:
    """A day as people write it, 2027-01-15; what no calendar has is its first or last day."""
    return (_BEGAN + timedelta(days=min(max(day, 0), LAST))).isoformat()


def oldest(now_ms: int) -> int:
    """The oldest of them: what was before is to be erased."""
    return day(now_ms - NEAR_MS)


def on(key: Key, to: int) -> Key:
    """The key of a later day, or of the same.

    Raises: Refused (`words.past` for an earlier one, whose key is gone; `words.day` for one beyond all
    calendars).
    """
    if to < key.day:
        raise Refused(
            "words.past",
            f"the words stand at {date_of(key.day)}, and this is {date_of(to)}: what is past is erased; "
            "accepted: a clock that is right",
        )
    if to > LAST:
        raise Refused("words.day", "there is no such day; accepted: a day up to the year 9999")
    secret = key.secret
    for each in range(key.day + 1, to + 1):
        secret = _derived(secret, _STEP + each.to_bytes(4, "big"))
    return Key(to, secret)


def reply(key: Key, way: Way, challenge: bytes) -> bytes:
    """What the end that is asked says to a challenge on this day: 6 bytes. Raises: Invalid (`words.text`)."""
    return _said(_of(key, way), _REPLY, _long(challenge))


def row(key: Key, way: Way, table: int, n: int) -> tuple[bytes, bytes]:
    """Row `n` (from 1) of a day table: a challenge, and the reply to it, which a node would give as well.

    Raises: Invalid (`words.table`).
    """
    if not (1 <= table <= TABLES and 1 <= n <= ROWS):
        raise Invalid("words.table", "table", f"row {n} of table {table}", f"tables 1 to {TABLES}")
    challenge = _said(_of(key, way), _ROW, bytes((table, n)))
    return challenge, reply(key, way, challenge)


def right(key: Key, way: Way, challenge: bytes, said: bytes, now_ms: int) -> bool:
    """Whether a reply is right by one of the days that count now.

    `key` is that of the oldest of them, or of one before. It takes as long whatever was said. Raises: as
    `on`, and as `reply`.
    """
    found = False
    for each in sorted(days(now_ms)):
        key = on(key, each)
        found |= hmac.compare_digest(reply(key, way, challenge), said)
    return found


def check_open(count: Count) -> None:
    """Raises: Refused (`words.locked`)."""
    if count.stage == "locked":
        raise Refused(
            "words.locked",
            f"{TRIES} replies were wrong: nothing is looked at until an officer unlocks it; accepted: "
            "another way to find out who speaks, then wideberth words unlock",
        )


def counted(count: Count, signal: Signal) -> Count:
    """One step of TABLE. Raises: Refused (`words.locked`)."""
    if (count.stage, signal) not in TABLE:
        check_open(count)
    return Count(count.wrong + 1) if signal.startswith("wrong") else Count()


def wrong(count: Count) -> Count:
    """One more wrong reply. Raises: as `counted`."""
    return counted(count, "wrong for the third time" if count.left == 1 else "wrong")


def shown(data: bytes) -> tuple[str, str]:
    """As three words, and as three groups of five digits: either is right, and so is a mixture."""
    groups = (int.from_bytes(data[i : i + 2], "big") for i in range(0, SAID, 2))
    return quints.words(data), " ".join(f"{each:05}" for each in groups)


def read(text: str, path: str) -> bytes:
    """What was heard and typed: words or digits, in large or small letters, with anything usual between.

    `path`: where it stands. Raises: Invalid (`words.text`).
    """
    groups = [each for each in _APART.split(text[:200].translate(_FIGURES).strip().lower()) if each]
    try:
        if len(groups) == SAID // 2:
            return b"".join(_group(each) for each in groups)
    except Invalid:
        pass
    raise Invalid("words.text", path, text, "three groups: each a word such as lusab, or five digits")


def _group(text: str) -> bytes:
    if _DIGITS.fullmatch(text):
        if int(text) >= 1 << 16:
            raise Invalid("words.text", "", text, "five digits up to 65535")
        return int(text).to_bytes(2, "big")
    return quints.unwords(text)


def _of(key: Key, way: Way) -> bytes:
    """The key of a way on a day."""
    ends = b"".join(ids.unbase32(each, HASH, "party") for each in (way.asks, way.answers))
    return _derived(key.secret, _WAY + ends + way.purpose.encode())


def _said(key: bytes, use: bytes, data: bytes) -> bytes:
    return hmac.digest(key, use + data, "sha256")[:SAID]


def _derived(secret: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 without salt."""
    return HKDF(SHA256(), HASH, salt=None, info=info).derive(secret)


def _long(challenge: bytes) -> bytes:
    if len(challenge) != SAID:
        raise Invalid("words.text", "challenge", f"{len(challenge)} bytes", f"{SAID} bytes")
    return challenge
