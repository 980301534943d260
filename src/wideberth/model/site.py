"""Standing protected places (hospital, camp, school, water point), movements, and lists of both. Nouns only.

Which entries count is in desk.sites (own lists) and desk.site_lists (what the two parties of a line tell each
other).
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.space.ground import Ground
from wideberth.space.volume import Volume

Grade = Literal["verified", "single_source", "unverified"]
GRADES: Final[tuple[Grade, ...]] = ("verified", "single_source", "unverified")
Kind = Literal["site", "movement"]
KINDS: Final[tuple[Kind, ...]] = ("site", "movement")

NOTICE: Final = (
    "Notification gives no permission and no guarantee. Absence from this list removes no protection under"
    " international humanitarian law."
)
"""On every list, slip and export of sites and movements."""


class Site(Struct, frozen=True):
    """`review` (POSIX ms) is when the place must be validated again; `source` says who gave it."""

    id: str
    name: str
    ground: Ground
    kind: str = ""
    grade: Grade = "unverified"
    source: str = ""
    review: int | None = None


class Listed(Struct, frozen=True):
    """A row of a list of sites and movements.

    Attributes:
        id: unique in its list, whoever keeps it.
        name: what it is called.
        volumes: to be kept clear: of a site from the ground up and without end, of a movement along its way.
        of: what it is in one word: hospital, camp, convoy.
        grade: how sure the place is.
        source: who gave it; never told to another party.
        photo: SHA-256 of a picture that shows the place; None where there is none.
        review: POSIX ms, when the place must be validated again.
        activity: of a movement.
        callsign: of a movement; chosen by its party.
    """

    id: str
    kind: Kind
    name: str
    volumes: tuple[Volume, ...]
    of: str = ""
    grade: Grade = "unverified"
    source: str = ""
    photo: bytes | None = None
    review: int | None = None
    activity: str = ""
    callsign: str = ""


Stage = Literal["stated", "once", "verified"]
Check = Literal["verified by one person", "verified by another person", "revalidated", "given a new version"]
STAGES: Final[dict[Stage, str]] = {
    "stated": "as its list states it; nobody here has verified the place",
    "once": "one person has verified the place; it waits for another person",
    "verified": "two persons have verified the place, each by themselves",
}
VERIFICATION: Final[dict[Stage, dict[Check, Stage]]] = {
    "stated": {
        "verified by one person": "once",
        "revalidated": "stated",
        "given a new version": "stated",
    },
    "once": {
        "verified by another person": "verified",
        "revalidated": "once",
        "given a new version": "stated",
    },
    "verified": {"revalidated": "verified", "given a new version": "stated"},
}
"""What becomes of the verification of a row. What is not here is refused."""


Status = Literal["received", "acknowledged", "no_objection_stated", "objection", "unclear"]
Standing = Literal["none"] | Status
STATUSES: Final[dict[Standing, str]] = {
    "none": "nothing was said: that means nothing, and is never consent",
    "received": "received: it came, and can be read",
    "acknowledged": "acknowledged: somebody has read it; that is never permission",
    "no_objection_stated": "no objection stated",
    "objection": "objection",
    "unclear": "unclear: send again",
}
SAID: Final[tuple[Status, ...]] = (
    "received",
    "acknowledged",
    "no_objection_stated",
    "objection",
    "unclear",
)
TRANSITIONS: Final[dict[Standing, tuple[Status, ...]]] = {
    "none": SAID,
    "received": ("acknowledged", "no_objection_stated", "objection", "unclear"),
    "acknowledged": ("no_objection_stated", "objection", "unclear"),
    "no_objection_stated": ("acknowledged", "objection", "unclear"),
    "objection": ("acknowledged", "no_objection_stated", "unclear"),
    "unclear": ("received", "acknowledged", "no_objection_stated", "objection"),
}
"""What the other party may say of a row of a version, and what it replaces. The next version begins at none.

What is not here changes nothing: that somebody has read a row is not taken back by the word that it came.
"""


def verification_table() -> str:
    """How a row is verified as a table in Markdown, for docs/sites.md."""
    rows = ["| row | then | is |", "|---|---|---|"]
    rows += [
        f"| {stage} | {check} | {after} |"
        for stage, checks in VERIFICATION.items()
        for check, after in checks.items()
    ]
    return "\n".join(rows) + "\n"


def status_table() -> str:
    """What the other party may say of a row as a table in Markdown, for docs/sites.md."""
    rows = ["| status | what it says | may become |", "|---|---|---|"]
    rows += [
        f"| {status} | {STATUSES[status]} | {', '.join(after)} |" for status, after in TRANSITIONS.items()
    ]
    return "\n".join(rows) + "\n"
