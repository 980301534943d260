"""The watch over live tracks: what is tracked, what is about to be too near, and reports that are pushed."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats import cot_report, report_lines
from wideberth.node.watch_views import AlertHereView, SourceView, TrackView, WatchView
from wideberth.render.encounter import svg
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER, PLANNING, SITES
from wideberth.web.route import ANYBODY, JSON, LARGE, Route

WATCH: Final = "/v1/watch"
ALERT: Final = f"{WATCH}/alerts/{{alert}}"


SVG: Final = "image/svg+xml"


class TakeAlert(Struct, frozen=True, forbid_unknown_fields=True):
    """In which role an alert is taken; never a name."""

    role: str


class ClaimTrack(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose a track is.

    `party` is `own`, `nobody`, or what a line is called; nothing: nobody says so any more. `plan`: the own
    plan that it is on, if any.
    """

    track: str
    party: str = ""
    plan: str = ""


class PushedView(Struct, frozen=True):
    """How many reports were taken in, to be looked at within a second; `faults`: events that were none."""

    reports: int
    faults: int


def watch(call: Call) -> WatchView:
    """How the watch stands."""
    return call.node.room.watch.view()


def tracks(call: Call) -> list[TrackView]:
    """All tracks."""
    return call.node.room.watch.tracks()


def alerts(call: Call) -> list[AlertHereView]:
    """Alerts that are open; with `over=yes` the last that are over as well."""
    return call.node.room.watch.alerts(over=call.asked.get("over") == "yes")


def alert(call: Call) -> AlertHereView:
    """One of them. Raises: as Watch.alert."""
    return call.node.room.watch.alert(call.named["alert"])


def encounter(call: Call) -> bytes:
    """What its picture is drawn from. Raises: as Watch.encounter."""
    return msgspec.json.encode(call.node.room.watch.encounter(call.named["alert"]))


def picture(call: Call) -> bytes:
    """The picture of an alert: map, altitude, gap and what happened when, as SVG.

    Raises: Invalid (`api.query`), and as Watch.alert and Watch.encounter.
    """
    units = call.asked.get("units", "aviation")
    if units not in ("aviation", "metric"):
        raise Invalid("api.query", "units", units, "aviation, metric")
    view = call.node.room.watch.alert(call.named["alert"])
    found = call.node.room.watch.encounter(view.alert)
    named = {found.alert.whose.party: view.party}
    if found.alert.other is not None:
        named[found.alert.other.party] = view.other_party
    parties = {party: name for party, name in named.items() if party and name}
    return svg(found, parties, metric=units == "metric").encode()


def take(call: Call) -> AlertHereView:
    """Take an alert. Raises: as Watch.acknowledge."""
    return call.node.room.watch.acknowledge(call.named["alert"], call.body.role)


def claim(call: Call) -> None:
    """Say whose a track is. Raises: as Watch.claim."""
    call.node.room.watch.claim(call.body.track, call.body.party, call.body.plan)


def push(call: Call) -> PushedView:
    """Reports, as JSON lines or as events. Raises: Invalid (`api.query`, and as report_lines.read)."""
    source = call.asked.get("source", PUSHED)
    if not 0 < len(source) <= 60 or not source.isprintable():
        raise Invalid("api.query", "source", source, "a name of up to 60 characters")
    if source in {each.name for each in call.node.settings.watch.sources}:
        # whose a source of node.toml is, its connection says, and nobody who has a token
        raise Invalid("api.query", "source", source, "a name that no source of node.toml has")
    if call.body.lstrip()[:1] == b"<":
        found = cot_report.opened(source)(call.body, call.node.clock.now())
        reports, faults = found.reports, found.faults
    else:
        named = report_lines.read(call.body, source)
        reports, faults = [structs.replace(each, source=source) for each in named], 0
    call.node.room.watch.take(reports)
    return PushedView(len(reports), faults)


def sources(call: Call) -> list[SourceView]:
    """Where reports come from."""
    return call.node.room.watch.sources()


PUSHED: Final = "pushed"
"""The source of what is pushed, where it is not named."""
# who may see alerts may see lists of sites: an alert names what a track comes to
ROUTES: Final = (
    Route("GET", WATCH, ANYBODY, None, WatchView, watch,
          "How the watch over live tracks stands: alerts, tracks, by which minima.", present=True),
    Route("GET", f"{WATCH}/tracks", ANYBODY, None, list[TrackView], tracks,
          "All tracks as they are known now, own ones first.", present=True),
    Route("GET", f"{WATCH}/alerts", SITES, None, list[AlertHereView], alerts,
          "Alerts that are open, the nearest first; with `over=yes` the newest that are over as well.",
          query=("over",)),
    Route("GET", ALERT, SITES, None, AlertHereView, alert, "One of them."),
    Route("GET", f"{ALERT}/encounter", SITES, None, bytes, encounter,
          "What the picture of an alert is drawn from: trails, zone and times, as integers (0.1 mm, 1e-7 "
          "degrees, ms). Of an alert that is over, for 30 days.", media=JSON, present=True),
    Route("GET", f"{ALERT}/picture", SITES, None, bytes, picture,
          "The picture of an alert as SVG; `units`: aviation, metric. Of an alert that is over, for 30 days.",
          media=SVG, query=("units",), present=True),
    Route("POST", f"{ALERT}/take", OFFICER, TakeAlert, AlertHereView, take,
          "A person in this role has it before them: it rings no more. It permits nothing.",
          act="watch.take"),
    Route("POST", f"{WATCH}/tracks/claim", OFFICER, ClaimTrack, None, claim,
          "Say whose a track is.", act="watch.claim"),
    Route("POST", f"{WATCH}/reports", PLANNING, bytes, PushedView, push,
          "Reports, one JSON object a line (`wideberth.reports/1`), or one Cursor on Target event; `source` "
          "names who sends them.", query=("source",), most=LARGE),
    Route("GET", f"{WATCH}/sources", ANYBODY, None, list[SourceView], sources,
          "Where reports come from, and how each source stands.", present=True),
)  # fmt: skip
"""What of the API is about live tracks."""
