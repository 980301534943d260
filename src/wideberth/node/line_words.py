"""Where the recognition words of each line stand, in a file sealed under the journal's key.

It begins at the pairing and goes on from day to day; what it was before is overwritten. It cannot be made
again: neither of the line secret, nor of anything else that a node keeps. So who deletes it, to have three
tries more or an old day back, has no words at all.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from wideberth.errors import Refused
from wideberth.line import words
from wideberth.line.words import Count, Key, Purpose
from wideberth.node import files
from wideberth.store.cipher import Cipher


class Stands(Struct, frozen=True):
    """How the words of a line stand: the key of the oldest day that counts, and the wrong replies to us."""

    key: Key
    counts: dict[Purpose, Count] = {}

    def count(self, purpose: Purpose) -> Count:
        """The wrong replies for one purpose."""
        return self.counts.get(purpose, Count())


class LineWords:
    """Those in one folder. For one caller at a time."""

    def __init__(self, folder: Path, sealing: Cipher) -> None:
        """`sealing` is the journal's (Kept.sealing)."""
        self._folder, self._sealing = folder, sealing
        self._read: dict[str, Stands] = {}

    def begin(self, line: str, root: bytes, now_ms: int) -> None:
        """The words of a new line, from `root` (pairing.words), as of now (ms POSIX UTC).

        Durable when this returns. Raises: OSError.
        """
        to = min(max(words.FIRST, words.oldest(now_ms)), words.LAST)
        self.keep(line, Stands(words.on(words.begin(root), to)))

    def read(self, line: str) -> Stands:
        """Raises: Refused (`words.none`), OSError."""
        if line not in self._read:
            path = self._path(line)
            data = self._sealing.open(path.read_bytes(), _place(line)) if path.exists() else None
            if data is None:
                raise Refused(
                    "words.none",
                    f"{path} is not there or damaged, and cannot be made again; accepted: as it was, from a "
                    "backup, or a new pairing",
                )
            self._read[line] = msgspec.msgpack.decode(data, type=Stands)
        return self._read[line]

    def keep(self, line: str, stands: Stands) -> None:
        """Durable when this returns, and what stood there is overwritten. Raises: OSError."""
        # until it has worked, the file says what counts
        self._read.pop(line, None)
        data = self._sealing.seal(msgspec.msgpack.encode(stands), _place(line))
        files.replace(self._path(line), [data], scrub=True)
        self._read[line] = stands

    def _path(self, line: str) -> Path:
        return self._folder / f"{line}.words"


def _place(line: str) -> bytes:
    return b"words\n" + line.encode()
