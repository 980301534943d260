"""What every reader returns: plans, where each volume stood in the file, and what must be told."""

from __future__ import annotations

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.model.plan import Plan


class Filed(Struct, frozen=True):
    """A plan with each volume's place in the file (`features[3]`, `Placemark "North" line 41`)."""

    plan: Plan
    where: tuple[str, ...]


class Reading(Struct, frozen=True):
    """The plans of one file and its notes (each default or reading that was chosen, told once).

    `faults` are the records (rows, notices, areas) that could not be read, one error for each fault,
    in order; a format whose file stands or falls as a whole raises instead. A file with faults is
    refused unless the user asks to keep what is good.
    """

    filed: tuple[Filed, ...]
    notes: tuple[str, ...] = ()
    faults: tuple[Invalid, ...] = ()


class Options(Struct, frozen=True):
    """What the user said about how files are to be read; `file` is the path as given, for defaults."""

    file: str
    as_of: int
    zone: str | None = None
    wrap: bool = False
    half_width: int | None = None
    vertical_tolerance: int | None = None
    time_tolerance: int | None = None
    top_speed: float | None = None
    radius: int | None = None
    """Of places that state none, in 0.1 mm."""
    keep_good: bool = False
    """Take the good records of a file some of whose records cannot be read."""
