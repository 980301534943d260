"""The secret that both ends of a line know, kept for each line in a file sealed under the journal's key.

It comes from the private pairing key (LINE 18), which is not needed afterwards and is not kept. So does what
the recognition words of the line begin with, which stand beside it (line_words).
"""

from __future__ import annotations

from pathlib import Path

from wideberth.errors import Refused
from wideberth.node import files
from wideberth.node.line_words import LineWords
from wideberth.store.cipher import Cipher


class LineSecrets:
    """Those in one folder; `words` are the recognition words."""

    def __init__(self, folder: Path, sealing: Cipher) -> None:
        """`sealing` is the journal's (Kept.sealing)."""
        self.sealing = sealing
        self._folder, self.words = folder, LineWords(folder, sealing)

    def keep(self, line: str, secret: bytes, root: bytes, now_ms: int) -> None:
        """The secret, and the words from `root` on, as of now. Durable when this returns. Raises: OSError."""
        files.replace(self._path(line), [self.sealing.seal(secret, self._place(line))])
        self.words.begin(line, root, now_ms)

    def read(self, line: str) -> bytes:
        """Raises: Refused (`line.no_secret`), OSError."""
        path = self._path(line)
        found = self.sealing.open(path.read_bytes(), self._place(line)) if path.exists() else None
        if found is None:
            raise Refused(
                "line.no_secret", f"{path} is not there or damaged; accepted: as it was, from a backup"
            )
        return found

    def _path(self, line: str) -> Path:
        return self._folder / f"{line}.secret"

    def _place(self, line: str) -> bytes:
        return b"secret\n" + line.encode()
