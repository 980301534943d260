"""Alerts of a node between its record and its views: what is entered of one, and what an entry comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import structs

from wideberth.desk import watched
from wideberth.desk.watched import Kept, Raised
from wideberth.formats.times import to_rfc3339
from wideberth.model.alert import KINDS, WHY, Why
from wideberth.model.published import Warned
from wideberth.model.track import Whose
from wideberth.node.config_watch import Source
from wideberth.node.watch_known import Compared
from wideberth.node.watch_shown import Named, alert_view
from wideberth.node.watch_views import AlertHereView, CalledView, SourceView, WatchView
from wideberth.space.units import METRE, SECOND
from wideberth.watch.alerts import Alert

NEAR: Final = 500 * METRE
"""How wide the place of an alert is drawn on a map: about as far as a track goes in some seconds."""
NOTHING: Final = "no known conflict of what is reported"


def raised(alert: Alert) -> Raised:
    """What is entered of an alert."""
    key, found, other = alert.key, alert.finding, alert.other or Whose()
    lon, lat = found.point
    return Raised(
        alert=alert.id,
        kind=key.kind,
        track=watched.named(key.track),
        other=watched.named(key.other),
        party=alert.whose.party,
        plan=alert.whose.plan,
        other_party=other.party,
        other_plan=other.plan,
        callsign=watched.shown(alert.callsign),
        other_name=watched.named(alert.other_name),
        first_ms=alert.first_ms,
        at_ms=found.at_ms,
        lat_e7=lat,
        lon_e7=lon,
        nominal=found.nominal,
        closest_ms=found.closest_ms,
        h=found.h,
        v=found.v,
        required_h=found.required_h,
        required_v=found.required_v,
        turning=found.turning,
        code=found.code,
    )


def warned(kept: Kept) -> Warned:
    """An alert as a map needs it."""
    said = kept.raised
    name = " and ".join(dict.fromkeys(each for each in _names(said) if each))
    words = f"{KINDS[said.kind]}; from {to_rfc3339(said.at_ms)}"
    return Warned(said.alert, said.kind, (said.lon_e7, said.lat_e7), NEAR, said.at_ms, name, words)


def _names(said: Raised) -> tuple[str, str]:
    return said.callsign or said.track, said.other_name or said.other


def alert_of(kept: Kept) -> Alert:
    """An alert as it stands on record: held, until it is found again or its time is up."""
    said, found = kept.raised, kept.raised.finding
    over = kept.cleared_ms is not None
    why: Why | None = next((each for each in WHY if each == kept.code), None)
    return Alert(
        said.alert,
        found.key,
        "cleared" if over else "held",
        said.first_ms,
        kept.at_ms,
        found,
        found,
        found,
        kept.at_ms,
        kept.at_ms,
        raised_ms=kept.at_ms,
        held_ms=None if over else kept.at_ms,
        cleared_ms=kept.cleared_ms,
        why=why if over else None,
        whose=Whose(said.party, said.plan),
        other=Whose(said.other_party, said.other_plan) if said.other else None,
        callsign=said.callsign,
        other_name=said.other_name,
        acknowledged_by=kept.role,
        acknowledged_ms=kept.taken_ms,
    )


def of_kept(
    kept: Kept, live: Alert | None, party: Named, heard: Callable[[str], int | None], line: Named
) -> AlertHereView:
    """An alert on record, as it is found now where it is (`live`)."""
    alert = alert_of(kept)
    if live is not None:
        alert = structs.replace(live, acknowledged_by=kept.role, acknowledged_ms=kept.taken_ms)
    shown = alert_view(alert, party, heard)
    called = tuple(CalledView(line=line(each.line), call=each.call, why=each.why) for each in kept.called)
    return AlertHereView(**structs.asdict(shown), called=called)


def source_view(said: Source, now: SourceView | None) -> SourceView:
    """A source as it is set up and stands; `now` None: nothing is known of it yet."""
    if now is not None:
        return structs.replace(now, url=said.url, party=said.whose)
    return SourceView(
        name=said.name,
        url=said.url,
        party=said.whose,
        state="waiting",
        since="",
        heard=None,
        reports=0,
        faults=0,
        dropped=0,
        words="this node does not run: nothing is asked of it",
    )


def whole(
    some: Sequence[Kept], tracks: int, now_ms: int, by: str, dropped: int, found: Compared | None
) -> WatchView:
    """How the watch stands."""
    waiting = sum(each.role is None for each in some)
    alerts = f"{len(some)} alert{'s' if len(some) != 1 else ''} open, {waiting} that nobody has taken"
    return WatchView(
        words=f"{alerts if some else NOTHING}, as of {to_rfc3339(now_ms)}",
        compared=by,
        tracks=tracks,
        zones=0 if found is None else len(found.zones),
        open=len(some),
        waiting=waiting,
        dropped=dropped,
        look_ahead_s=0 if found is None else found.terms.look_ahead_ms // SECOND,
    )
