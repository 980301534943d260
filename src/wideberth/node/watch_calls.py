"""Alerts that call the other party by themselves, where the agreement says so. Part of the node.

Which alerts call, how exact they are about what is ours, and how many calls a day: the `[watch]` of the terms
in force (model.agreement.Watch). An alert calls once on a line. What it may not say, or what gives rise to
doubts that a person has to weigh, is not said: then the record says why, and it is for people to call.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from wideberth.desk import call_entries, site_cases, site_lists, watched
from wideberth.desk.call_entries import CALL
from wideberth.desk.watched import Called, Kept, Raised
from wideberth.errors import Invalid, Refused, shorten
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import Step, Watch, WatchCall
from wideberth.model.site import Listed
from wideberth.model.track import Kind
from wideberth.node import watch_known
from wideberth.node.calls import Asked
from wideberth.node.open_line import OpenLine
from wideberth.node.phrases import shipped
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Point
from wideberth.space.lattice import middle
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, METRE
from wideberth.watch.looking import Looking
from wideberth.watch.picture import Track

if TYPE_CHECKING:
    from wideberth.node.node import Node

TO: Final = "duty officer"
OURS: Final[dict[Kind, str]] = {
    "aircraft": "our_aircraft",
    "vessel": "our_vessel",
    "vehicle": "our_convoy",
    "unknown": "our_unit",
}
THEIRS: Final[dict[Kind, str]] = {
    "aircraft": "aircraft",
    "vessel": "vessel",
    "vehicle": "vehicles",
    "unknown": "not_known",
}
CODES: Final[dict[WatchCall, str]] = {
    "closing": "CHECK",
    "entry": "STRAY-ENTRY",
    "unplanned": "PRESENT",
    "nonconforming": "PRESENT",
    "lost": "LOST-CONTACT",
    "unknown": "CLAIM-QUERY",
}
"""What is said of each; of one of theirs that comes to a site that was told, it is SITE-IN-DANGER."""
DEGREES: Final = 360
SPARED: Final = frozenset({"words_unchecked"})
"""Of the doubts about a place: the words are of this module, and name no place."""


class ToSay(NamedTuple):
    """A call that an alert gives rise to: on which line, under what of the agreement, with which fields."""

    line: OpenLine
    kind: WatchCall
    code: str
    fields: dict[str, Value]


class WatchCalls:
    """Of one node, whose lock all of it holds."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def settle(self, looking: Looking) -> None:
        """Call, for each alert that is open and has not called where it is to. Raises: as Private.write."""
        for kept in list(self._node.private.watched.open):
            for line in self._node.all_lines():
                if all(each.line != line.id for each in kept.called):
                    self._call(kept, line, looking)

    def _call(self, kept: Kept, line: OpenLine, looking: Looking) -> None:
        bound = self._node.desk.bound(line.id)
        agreed = None if bound is None else bound.rules.watch
        if bound is None or agreed is None:
            return
        said = _said(self._node, kept.raised, line, looking, agreed, bound.rules.coarse)
        if said is None:
            return
        alert, now_ms = kept.raised.alert, self._node.clock.now()
        if self._node.private.watched.called_on(line.id, now_ms) >= agreed.a_day:
            self._enter(
                Called(alert, line.id, None, f"{agreed.a_day} calls a day are agreed, and made: call")
            )
            return
        language = bound.rules.languages[0] if bound.rules.languages else "en"
        asked = Asked(said.code, said.fields, TO, shipped().phrases[said.code].precedence, language)
        name, calls = call_id(alert, line.id), self._node.room.calls
        try:
            # who was killed before this was on record has called, and does not call again
            with suppress(Invalid):
                calls.one(name, mine=True)
                self._enter(Called(alert, line.id, name, ""))
                return
            calls.call(line.id, asked, name, SPARED)
        except (Invalid, Refused) as error:
            self._enter(Called(alert, line.id, None, shorten(error.message, 300)))
        else:
            self._enter(Called(alert, line.id, name, ""))

    def _enter(self, said: Called) -> None:
        with self._node.recording() as private:
            private.write([(said.TYPE, watched.write(said))], self._node.clock.now())


def call_id(alert: str, line: str) -> str:
    """The id of the call that an alert makes on a line: one, whatever was killed in between."""
    return call_entries.new_call(hashlib.sha256(f"{alert}\n{line}".encode()).digest()[:CALL])


def _said(
    node: Node, raised: Raised, line: OpenLine, looking: Looking, agreed: Watch, grid: Step
) -> ToSay | None:
    """What an alert says on a line; None: nothing, it does not concern that party or is not agreed."""
    kind = _kind(node, raised, line)
    if kind is None or kind not in agreed.call:
        return None
    seen = looking.picture.track(raised.track)
    other = looking.picture.track(raised.other) if raised.kind == "closing" else None
    ours = seen if raised.party == node.party else other
    exact = agreed.place == "true"
    if kind == "unknown":
        unknown = seen if raised.party == "" else other
        return None if unknown is None else ToSay(line, kind, CODES[kind], _unknown(unknown))
    if kind == "entry" and raised.party != node.party:
        row = _told_row(raised, line)
        ground = None if row is None else row.volumes[0].ground
        if row is None or not isinstance(ground, Circle):
            return None
        # place and row as they were told: nothing new
        fields: dict[str, Value] = {
            "place": _place(ground.centre),
            "site": row.id,
            "since": _time(raised.at_ms),
        }
        return ToSay(line, kind, "SITE-IN-DANGER", fields)
    if ours is None:
        return None
    made = _fields(CODES[kind], ours, exact=exact, grid=grid)
    return ToSay(line, kind, CODES[kind], made)


def _kind(node: Node, raised: Raised, line: OpenLine) -> WatchCall | None:
    """Under what of an agreement an alert calls on a line; None: it is no matter of that line."""
    own, peer = node.party, line.state.peer
    parties = {raised.party, raised.other_party}
    found: WatchCall | None = None
    match raised.kind:
        case "closing" if parties == {own, peer}:
            found = "closing"
        case "closing" if parties == {own, ""}:
            found = "unknown"
        case "entry" if raised.party == own and raised.other_party == peer:
            found = "entry"
        case "entry" if raised.party == peer and _told_row(raised, line) is not None:
            found = "entry"
        case "unplanned" if raised.party == own:
            found = "unplanned"
        case "unplanned" if raised.party == "":
            found = "unknown"
        case "nonconforming" | "contingent" if raised.party == own:
            found = "nonconforming"
        case "lost" if raised.party == own:
            found = "lost"
    return found


def _told_row(raised: Raised, line: OpenLine) -> Listed | None:
    """The site as it was told on the line, by either party; None where it was not: nobody is told of it."""
    key = watch_known.site(raised.other)
    if key is None or key.of not in (site_cases.OWN, line.id):
        return None
    own, state = key.of == site_cases.OWN, line.fold.all.sites
    by = line.state.party if own else line.state.peer
    name = site_lists.list_id(line.state.line, key.list) if own else key.list
    told = site_lists.in_force(state.lists.get((by, name), ()))
    return None if told is None else next((each for each in told.rows if each.id == key.row), None)


def _fields(code: str, track: Track, *, exact: bool, grid: Step) -> dict[str, Value]:
    """What is said of a track of ours; coarsely: where its cell is, and no more."""
    report = track.report
    if not exact:
        point, radius = middle(report.point, grid.h)
        km = radius // (1_000 * METRE)
        made: dict[str, Value] = {"place": _place(point, f"somewhere within {km} km of this place")}
        if code == "PRESENT":
            made["radius"] = {"unit": "km", "value_e3": km * 1_000}
        if code == "LOST-CONTACT":
            made["last_at"] = _time(report.at_ms)
        return made
    made = {"place": _place(report.point)}
    height = None if report.altitude is None else _height(report.altitude)
    course = None if track.velocity is None else round(track.velocity.course / DEGREE) % DEGREES
    if code in ("CHECK", "STRAY-ENTRY"):
        made["seen_at"] = _time(report.at_ms)
    if code == "CHECK":
        made["what"] = OURS[track.kind]
    if code == "LOST-CONTACT":
        made["last_at"] = _time(report.at_ms)
    if code in ("STRAY-ENTRY", "LOST-CONTACT") and course is not None:
        made["heading"] = {"deg": course, "north": "true"}
    if code in ("CHECK", "STRAY-ENTRY", "LOST-CONTACT") and height is not None:
        made["altitude"] = height
    return made


def _unknown(track: Track) -> dict[str, Value]:
    """Is this theirs? Where it was seen, and nothing of ours."""
    report = track.report
    made: dict[str, Value] = {
        "place": _place(report.point),
        "seen_at": _time(report.at_ms),
        "what": THEIRS[track.kind],
    }
    height = None if report.altitude is None else _height(report.altitude)
    return made if height is None else {**made, "altitude": height}


def _place(point: Point, words: str | None = None) -> Value:
    lon, lat = point
    return {"lat_e7": lat, "lon_e7": lon, "notation": None, "words": words}


def _time(at_ms: int) -> Value:
    return {"at_ms": at_ms}


def _height(altitude: Altitude) -> Value | None:
    """As a call has it, to the nearest whole unit; None of a datum that has no number."""
    if altitude.datum in ("SFC", "UNL"):
        return None
    unit, size = ("FL", FLIGHT_LEVEL) if altitude.datum == "FL" else ("m", METRE)
    return {"datum": altitude.datum, "unit": unit, "value": round(altitude.value / size)}
