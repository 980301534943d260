"""A document to be released, and copies of it."""

from __future__ import annotations

import hashlib

from wideberth.formats.release_told import Told
from wideberth.model.agreement import Step
from wideberth.model.marked import Choose
from wideberth.model.release import Caveats, Document, Record
from wideberth.render import release_sheet
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.volume import Pad, Volume

MADE = 1_800_000_000_000
HOUR = 3_600_000
OURS, THEIRS = "a" * 52, "b" * 52
ROUTE = Volume(
    Corridor(((333000000, 345000000), (334000000, 346000000), (335500000, 346200000)), 9_260_000),
    Altitude("FL", 30_480_000),
    Altitude("FL", 73_152_000),
    MADE,
    MADE + 2 * HOUR,
    pad=Pad(10_000),
)
CLINIC = Volume(Circle((333523456, -349012345), 5_000_000), SURFACE, Altitude("AGL", 1_200_000), MADE, None)
CELL = Volume(
    Polygon(
        (((340000000, 330000000), (340166667, 330000000), (340166667, 330166667), (340000000, 330166667)),),
        "lonlat",
    ),
    SURFACE,
    Altitude("ALT", 30_480_000),
    MADE,
    MADE + HOUR,
)
GRID = Step(18_520_000, 3_048_000, 900_000)
RECORDS = (
    Record(1, "plan", "CEDAR 1", OURS, "Alfa", (ROUTE,), facts=(("activity", "crewed aircraft"),)),
    Record(2, "sites", "مستشفى الأمل – Hope Clinic", OURS, "Alfa", (CLINIC,), facts=(("grade", "A"),)),
    Record(3, "notice", "", THEIRS, "Charlie", (CELL, CELL), "coarse", GRID),
    Record(4, "statement", "", OURS, "Alfa", text="We keep the line open.\nהקו נשאר פתוח 24 שעות.\n=1+1"),
)


CAVEATS = Caveats(("Delta monitors",), expires_ms=MADE + 72 * HOUR)


def document(
    recipient: str = "Bravo mission",
    caveats: Caveats = CAVEATS,
    records: tuple[Record, ...] = RECORDS,
    *,
    exercise: bool = False,
) -> Document:
    return Document(
        "r-abcdefghijklmnopqrstuvwxyz", OURS, "Alfa", recipient, MADE, caveats, "Weekly", records, exercise
    )


def choices(of: str) -> Choose:
    """Choices as even as those of a copy."""

    def choose(name: str, variants: int) -> int:
        return int.from_bytes(hashlib.sha256(f"{of} {name}".encode()).digest()[:8]) % variants

    return choose


def copy(of: str, made: Document | None = None, *, turned: bool = False) -> Told:
    made = made or document()
    order = list(range(len(made.records)))
    return release_sheet.told(made, choices(of), order[::-1] if turned else order, f"token{of}")
