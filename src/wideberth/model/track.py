"""Live tracks: what a source reports of one thing that moves, and whose it is. Nouns only.

What becomes of reports is in watch.picture. A track is never called anything but whose it is, as far as that
is known: the party's own, another party's, or nobody's.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.space.altitude import Altitude
from wideberth.space.ground import Point

Kind = Literal["aircraft", "vessel", "vehicle", "unknown"]
KINDS: Final[tuple[Kind, ...]] = ("aircraft", "vessel", "vehicle", "unknown")

Doubt = Literal["jump", "two_places", "clock", "emergency", "not_real"]
DOUBTS: Final[dict[Doubt, str]] = {
    "jump": "it moved faster than anything of its kind: its position may be false",
    "two_places": "two sources have it in two places at once: one of them is false",
    "clock": "its reports are from the future, or their times go back: its clock is wrong",
    "emergency": "it says that it is in distress, that its radio failed, or that it was seized",
    "not_real": "its source says that it is simulated, on test, or estimated",
}
"""Why a track is not to be taken as it says, in words."""


class Velocity(Struct, frozen=True, gc=False):
    """How something moves over the ground.

    Attributes:
        speed: mm/s, from 0.
        course: 1e-7 degrees clockwise from true north, from 0 to below 360°.
        climb: mm/s upwards; None: not known, which is taken as level and as uncertain.
    """

    speed: int
    course: int
    climb: int | None = None


class Report(Struct, frozen=True, gc=False):
    """What a source says of one thing at one moment.

    Attributes:
        source: the name of the source at this node.
        id: the same for the same thing, whichever source tells of it: `icao:4b1815` (24-bit address in lower
            hexadecimal), `mmsi:247320000`, `cot:UID`, or `SOURCE:NAME` of what has no public number.
        at_ms: POSIX ms (UTC) when it was there.
        point: (lon, lat) in 1e-7 degrees, WGS84.
        doubt: 0.1 mm; it was certainly within so much of `point`, rounding included.
        altitude: in its own datum; None: not said. `altitude_doubt`: 0.1 mm, to either side.
        velocity: over the ground; None: not said.
        turn: 1e-7 degrees a second, clockwise positive; None: not said.
        callsign: as it was sent, without blanks around it; nothing: not said.
        kind: what it is.
        grounded: an aircraft that says that it is on the ground.
        doubts: what the report itself gives to doubt.
    """

    source: str
    id: str
    at_ms: int
    point: Point
    doubt: int = 0
    altitude: Altitude | None = None
    altitude_doubt: int = 0
    velocity: Velocity | None = None
    turn: int | None = None
    callsign: str = ""
    kind: Kind = "unknown"
    grounded: bool = False
    doubts: tuple[Doubt, ...] = ()


How = Literal["claimed", "source", "callsign", "unknown"]
HOWS: Final[dict[How, str]] = {
    "claimed": "an officer has said so",
    "source": "its source reports only units of theirs",
    "callsign": "a plan or a notice of theirs has its callsign; anybody can send that",
    "unknown": "nobody is known to have it",
}


class Whose(Struct, frozen=True, gc=False):
    """Whose a track is.

    Attributes:
        party: the party's name (on a node its id); empty: nobody's.
        plan: the id of the own plan, or of their notice, that it is on; empty: none.
        activity: of that plan, for the table of separations; empty: not known.
        how: by what that is known.
    """

    party: str = ""
    plan: str = ""
    activity: str = ""
    how: How = "unknown"


NOBODY: Final = Whose()
