"""Each hour the main feed of a line shows, without showing it, what the private feed was (LINE 16).

Once after each start: what this start goes on from is fixed before anything is added to it, so that nobody
who had the disk meanwhile can change what was there. Later only where the private feed has changed: the
former commitment says already what it still is, and a line over a thin link is spared. What opens it is in
the private feed before it is said; that alone counts as no change, or there would never be an end of it.
"""

from __future__ import annotations

import secrets
from typing import Final

from wideberth.ledger import body, commitment, entries
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Commitment, Opening
from wideberth.node.private import Private

HOUR_MS: Final = 60 * 60_000


class Hourly:
    """When a line is owed the next one."""

    def __init__(self) -> None:
        self._last_ms: int | None = None
        self._size = 0

    def due(self, private: Private, boot_ms: int) -> bool:
        """Whether to say one now."""
        if private.changed == 0:
            return False
        if self._last_ms is None:
            return True
        return boot_ms >= self._last_ms + HOUR_MS and private.changed > self._size

    def commit(self, private: Private, wall_ms: int, boot_ms: int) -> dict[str, Value]:
        """The body of the entry that is to be said; its opening is durable. Raises: as Private.write."""
        opening = Opening(private.head.checkpoint.text, secrets.token_bytes(body.SALT))
        self._size = private.changed
        private.write([(Opening.TYPE, entries.write(opening))], wall_ms)
        self._last_ms = boot_ms
        return entries.write(commitment.commit(opening))


TYPE: Final = Commitment.TYPE
