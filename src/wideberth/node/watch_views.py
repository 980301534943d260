"""What the watch over live tracks shows its people: tracks, alerts, sources. Times RFC 3339, UTC, with ms."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from wideberth.model.agreement import Precedence
from wideberth.model.alert import Kind, Phase
from wideberth.model.track import Doubt, How
from wideberth.model.track import Kind as TrackKind


class TrackView(Struct, frozen=True, kw_only=True):
    """A track as it is known now.

    Attributes:
        track: its id.
        party: the name of whose it is (`own`: the own party's); empty: nobody's. `how`: by what it is known.
        plan: the own plan, or the notice of theirs, that it is on.
        state: `live`, `stale` or `lost`.
        at, lon, lat: the newest position that is believed; `heard`: when it came.
        doubt_m: it was certainly within so much of it.
        altitude: {value, unit, datum}; None: not said.
        sources: who tells of it. `doubts`: model.track.DOUBTS.
    """

    track: str
    callsign: str
    kind: TrackKind
    party: str
    how: How
    plan: str
    state: str
    at: str
    heard: str
    lon: float
    lat: float
    doubt_m: float
    altitude: Mapping[str, float | str] | None
    speed_m_s: float | None
    course_deg: float | None
    climb_m_s: float | None
    sources: tuple[str, ...]
    doubts: tuple[Doubt, ...]


class AlertView(Struct, frozen=True, kw_only=True):
    """An alert as it stands.

    Attributes:
        alert: its id.
        words: what its kind means (model.alert.KINDS).
        track, callsign, party: what it is about; `party` is the name of whose it is, empty: nobody's.
        other, other_name, other_party: the other track, or what it comes into; empty: there is none.
        first, raised, last: when it was found first, when people were told, when it was found last.
        acknowledged, acknowledged_by: when, and by which role. That permits nothing.
        cleared, why: when it was over, and why that is said (model.alert.WHY).
        at, lon, lat: when it is so at the earliest, and where the track is then.
        nominal: whether it is so even without any doubt.
        closest: when the two are nearest, as they report.
        gap_m, gap_v_m: how far apart then; `required_m`, `required_v_m` what is not kept; None: not known,
            or at every distance.
        least_m, least_v_m: the least gaps that were foreseen or seen since it was found.
        turning: found only because a track goes on turning. `code`: see watch.findings.
        heard, other_heard: when each track was heard last.
    """

    alert: str
    kind: Kind
    words: str
    phase: Phase
    precedence: Precedence
    track: str
    callsign: str
    party: str
    other: str
    other_name: str
    other_party: str
    first: str
    raised: str | None
    last: str
    acknowledged: str | None
    acknowledged_by: str | None
    cleared: str | None
    why: str | None
    at: str
    lon: float
    lat: float
    nominal: bool
    closest: str | None
    gap_m: float | None
    gap_v_m: float | None
    required_m: float | None
    required_v_m: float | None
    least_m: float | None
    least_v_m: float | None
    turning: bool = False
    code: str = ""
    heard: str | None = None
    other_heard: str | None = None


class SourceView(Struct, frozen=True, kw_only=True):
    """A source of reports and how it stands.

    Attributes:
        url: without what may be secret in it.
        party: whose units it reports, if only theirs; empty: anybody's.
        state: `live`, `connecting`, `silent`, `down` (it is asked again), or `file`.
        since: since when it is so. `heard`: when something came last.
        reports, faults, dropped: so many reports, messages that could not be read, and reports that nobody
            took in time, since it began.
        words: what is wrong; empty: nothing.
    """

    name: str
    url: str
    party: str
    state: str
    since: str
    heard: str | None
    reports: int
    faults: int
    dropped: int
    words: str = ""


class CalledView(Struct, frozen=True, kw_only=True):
    """A call that an alert made by itself, or why it made none.

    Attributes:
        line: what it is called. `call`: the id; None: it made none, for which `why` is the reason.
    """

    line: str
    call: str | None
    why: str


class AlertHereView(AlertView, frozen=True, kw_only=True):
    """An alert of a node, with whom it called."""

    called: tuple[CalledView, ...]


class WatchView(Struct, frozen=True, kw_only=True):
    """How the watch of a node stands.

    Attributes:
        words: what it comes to now, as of when: never more than that nothing is known.
        compared: by which minima tracks are compared with each other.
        tracks, zones: how many. `open`: alerts; `waiting`: those that nobody has taken.
        dropped: reports that there was no room for, since the node began.
        look_ahead_s: how far ahead it looks.
    """

    words: str
    compared: str
    tracks: int
    zones: int
    open: int
    waiting: int
    dropped: int
    look_ahead_s: int
