"""What the watch over live tracks says to people: an alert in a line, what to do next, by when; a headline.

Nothing is ever called more than "no known conflict, as of TIME"; where nothing is heard, that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from wideberth.errors import shorten
from wideberth.formats.times import parse_time, show_time
from wideberth.model.track import DOUBTS
from wideberth.node.watch_views import AlertView
from wideberth.render.words import counted, duration, height, length, position
from wideberth.space.units import METRE, SECOND
from wideberth.watch.alerts import What

RECOVER: Final = 60 * SECOND
"""A unit outside its plan is to be back within so much (ASTM F3548-21)."""
NAME: Final = 30
OWN: Final = "ours"
"""What a node calls its own party."""
WORDS: Final[dict[What, str]] = {
    "raised": "RAISED",
    "changed": "changed",
    "held": "held",
    "cleared": "cleared",
    "acknowledged": "acknowledged",
}


class Heard(NamedTuple):
    """How many tracks are live, stale and lost, how many sources give nothing now, and how much is found that
    is not yet an alert.
    """

    live: int
    stale: int
    lost: int
    silent: int = 0
    pending: int = 0


def clock(instant: int) -> str:
    """`10:12:01Z` of POSIX ms."""
    shown = show_time(instant // SECOND * SECOND)[11:]
    return shown if shown.count(":") == 2 else f"{shown.rstrip('Z')}:00Z"


def day_clock(instant: int) -> str:
    """`2026-11-28 10:12:01Z` of POSIX ms."""
    return f"{show_time(instant)[:10]} {clock(instant)}"


def headline(alerts: Sequence[AlertView], heard: Heard, now_ms: int) -> str:
    """How it stands, in a sentence."""
    when = f"as of {day_clock(now_ms)}"
    raised = [each for each in alerts if each.phase == "raised"]
    quiet = f"; {counted(heard.silent, 'source')} {_gives(heard.silent)} nothing" if heard.silent else ""
    if raised:
        # what is so already, and is less urgent, hides nothing that is about to be
        flash = [each for each in raised if each.precedence == "flash"]
        first = min(parse_time(each.at) for each in flash or raised)
        return f"{counted(len(raised), 'alert')}, the nearest {due(first, now_ms)}, {when}{quiet}"
    held = sum(each.phase == "held" for each in alerts)
    if held:
        return f"{counted(held, 'alert')} held, not found at the moment, {when}{quiet}"
    if not heard.live:
        return f"nothing is heard, {when}: nothing can be known{quiet}"
    if heard.pending:
        return (
            f"{counted(heard.pending, 'conflict')} found, for too short a time to be an alert, {when}{quiet}"
        )
    return f"no known conflict, {when}{quiet}"


def due(at_ms: int, now_ms: int) -> str:
    """`in 1 min 20 s`, `now`."""
    left = at_ms - now_ms
    return f"in {duration(left // SECOND * SECOND)}" if left >= SECOND else "now"


def age(at: str | None, now_ms: int) -> str:
    """How old something is; `–` where there is nothing."""
    if at is None:
        return "–"
    return duration(max(0, now_ms - parse_time(at)) // SECOND * SECOND)


def who(name: str, track: str, party: str) -> str:
    """`HERON 21 (Blue Heron)`."""
    return f"{shorten(name or track, NAME)} ({shorten(party, NAME) if party else 'nobody’s'})"


def subject(view: AlertView) -> str:
    """The track that it is about."""
    return who(view.callsign, view.track, view.party)


def other(view: AlertView) -> str:
    """The other track, or what it comes into; empty: there is none."""
    if not view.other:
        return ""
    if view.kind == "closing":
        return who(view.other_name, view.other, view.other_party)
    name = shorten(view.other_name or view.other, 2 * NAME)
    return f"{name} ({shorten(view.other_party, NAME)})" if view.other_party else name


def gap(metres: float | None, required: float | None, metric: bool, *, vertical: bool = False) -> str:
    """`1.02 NM of 3 NM`; `–` where nothing is required or known."""
    figure = height if vertical else length
    if metres is None:
        return "–" if required is None else f"? of {figure(round(required * METRE), metric, True)}"
    shown = figure(int(metres * METRE), metric)
    return shown if not required else f"{shown} of {figure(round(required * METRE), metric, True)}"


def both(h: float | None, v: float | None, metric: bool, *, up: bool = False) -> str:
    """`3 NM and 3,000 ft`; what is not known, or not required, is left out."""
    parts = [] if h is None else [length(int(h * METRE), metric, up)]
    parts += [] if v is None else [height(int(v * METRE), metric, up)]
    return " and ".join(parts)


def what(view: AlertView, now_ms: int, metric: bool) -> str:
    """What is so, or is about to be, in a clause."""
    at_ms = parse_time(view.at)
    when = "now" if at_ms <= now_ms else f"{due(at_ms, now_ms)}, at {clock(at_ms)}"
    doubted = "" if view.nominal else " (if their doubts are the worst)"
    if view.kind == "closing":
        needed = both(view.required_m or None, view.required_v_m or None, metric, up=True)
        found = f"closer than {needed or 'is agreed'} {when}{doubted}"
        nearest = both(view.gap_m, view.gap_v_m, metric)
        if view.closest is not None and nearest:
            found += f"; nearest {nearest} at {clock(parse_time(view.closest))}"
        return found + (" if it goes on turning" if view.turning else "")
    if view.kind in ("entry", "unplanned") and view.other:
        return f"{'is in it, or may be,' if at_ms <= now_ms else 'comes in,'} {when}{doubted}"
    if view.kind == "doubtful":
        return next((words for code, words in DOUBTS.items() if code == view.code), view.words)
    if view.kind in ("nonconforming", "contingent") and view.gap_m:
        return f"{view.words}, by at least {length(int(view.gap_m * METRE), metric)}"
    return view.words


def line(said: What, view: AlertView, now_ms: int, metric: bool) -> str:
    """One change of an alert, in a line."""
    names = " – ".join(each for each in (subject(view), other(view)) if each)
    head = f"{clock(now_ms)} {WORDS[said]:<12} {view.alert[:10]} {view.kind}: {names}"
    if said == "acknowledged":
        return f"{head}: by {shorten(view.acknowledged_by or '', NAME)}; that permits nothing"
    if said == "held":
        return f"{head}: not found at the moment"
    if said == "cleared":
        least = both(view.least_m, view.least_v_m, metric) if view.kind == "closing" else ""
        return f"{head}: {view.why or 'over'}{f'; the least foreseen was {least}' if least else ''}"
    return f"{head}: {what(view, now_ms, metric)}"


def next_step(view: AlertView, now_ms: int, own: str = OWN) -> str:
    """What to do about it, and by when; `own` is what this party is called."""
    name, at_ms = shorten(view.callsign or view.track, NAME), parse_time(view.at)
    before = "now" if at_ms <= now_ms else f"before {clock(at_ms)}"
    party = shorten(view.party, NAME)
    if view.kind == "closing":
        return _apart(view, before, own)
    if view.kind == "entry" and party == own:
        zone = shorten(view.other_name or view.other, NAME)
        told = f", and tell {shorten(view.other_party, NAME)}" if view.other_party else ""
        return f"have {name} keep clear of {zone}, {before}{told}"
    if view.kind == "entry":
        ask = f"call {party}, CHECK" if party else f"CHECK to every party that may have {name}"
        return f"{ask}, {before}: {name} is to keep clear of {shorten(view.other_name or view.other, NAME)}"
    if view.kind == "unplanned":
        if not view.other:
            return f"find out which plan {name} is on: file it, or have {name} called back"
        inside = shorten(view.other_name or view.other, NAME)
        return f"ask every party whose {name} is (wideberth say claim), and warn {inside}, {before}"
    if view.kind == "nonconforming":
        back = clock(parse_time(view.first) + RECOVER)
        return f"call {name}: back into its plan before {back}; if it cannot, CHECK to the other parties"
    if view.kind == "contingent":
        return f"CHECK to every other party, now: {name} is not where its plan says"
    if view.kind == "lost":
        where = position((view.lon, view.lat))
        heard = "" if view.heard is None else f" at {clock(parse_time(view.heard))}"
        return f"call {name} by voice; tell the others where it was last: {where}{heard}"
    return f"ask {party or 'every party'} by voice where {name} is; do not go by its position alone"


def _apart(view: AlertView, before: str, own: str) -> str:
    name, second = (
        shorten(one or two, NAME) for one, two in ((view.callsign, view.track), (view.other_name, view.other))
    )
    parties = [shorten(each, NAME) for each in (view.party, view.other_party) if each]
    if len(parties) == 2:
        others = [each for each in parties if each != own]
        whom = f"with {others[0]}" if len(others) == 1 else f"between {parties[0]} and {parties[1]}"
        return f"CHECK {whom}, {before}: {name} or {second} gives way"
    strange = [each for each, party in ((name, view.party), (second, view.other_party)) if not party]
    whose = " and ".join(strange)
    if parties:
        known = second if not view.party else name
        return f"ask every party whose {whose} is; {parties[0]} has {known} keep clear, {before}"
    return f"ask every party whose {whose} are, {before}"


def _gives(number: int) -> str:
    return "gives" if number == 1 else "give"
