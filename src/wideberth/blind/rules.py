"""What both parties of a blind check must hold alike, and the hash by which they see that they do."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec
from msgspec import Struct

from wideberth.model.agreement import Blind
from wideberth.model.separation import SeparationTable
from wideberth.space.reference import VerticalReference

Role = Literal["a", "b"]
"""Who begins, and who answers."""
Mode = Literal["cells", "count", "escalate"]
Form = Literal["descent", "one-shot"]
"""Level by level, or one exchange with cells of several levels."""

VERSION: Final = 1
"""Of tree, growing, messages and order of rounds together: what differs in any of them has another number."""
STEP: Final = 4
"""Levels between two rounds: each halves every axis once."""
_HEADING: Final = b"wideberth/blind/rules/v1\n"


class Agreed(Struct, frozen=True):
    """The terms of one run.

    Attributes:
        terms: SHA-256 of the agreement's terms, one for each version that binds, sorted.
        channel: what the run is bound to: the 32 bytes of the line's id; zeros for files.
        table, reference: as conflict.find takes them.
        blind: what is agreed of the check itself.
        from_ms, until_ms: the horizon, POSIX ms: plans are compared as far as they touch it.
        form: level by level, or in one exchange.
    """

    terms: tuple[bytes, ...]
    channel: bytes
    table: SeparationTable
    reference: VerticalReference
    blind: Blind
    from_ms: int
    until_ms: int
    form: Form = "descent"

    @property
    def levels(self) -> tuple[int, ...]:
        """The level of each round."""
        if self.form == "one-shot" or self.blind.mode == "count":
            return (self.blind.floor_level,)
        return tuple(range(self.blind.start_level, self.blind.floor_level + 1, STEP))

    @property
    def sha256(self) -> bytes:
        """The hash of all of it: where it differs, nothing is compared."""
        reference = self.reference
        said = {
            "version": VERSION,
            "terms": [each.hex() for each in self.terms],
            "channel": self.channel.hex(),
            "form": self.form,
            "levels": self.levels,
            "blind": self.blind,
            "rows": self.table.rows,
            "ground": reference.terrain,
            "qnh": reference.qnh,
            "atmosphere": reference.atmosphere,
            "geoid": hashlib.sha256(reference.geoid.nodes.tobytes()).hexdigest(),
            "from_ms": self.from_ms,
            "until_ms": self.until_ms,
        }
        return hashlib.sha256(_HEADING + msgspec.json.encode(said, order="sorted")).digest()
