"""Alerts and tracks of the watch as they are shown: model values into views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wideberth.formats.times import to_rfc3339
from wideberth.model.alert import KINDS, PRECEDENCE, WHY
from wideberth.model.track import Whose
from wideberth.node.watch_views import AlertView, TrackView
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.watch.alerts import Alert
from wideberth.watch.picture import Track

MILLIMETRE: Final = 1_000
"""mm in a metre."""
Named = Callable[[str], str]
"""What people call a party; nothing for nobody."""


def alert_view(alert: Alert, party: Named, heard: Callable[[str], int | None]) -> AlertView:
    """An alert. `heard` says when a track was heard last (POSIX ms); None: it is no track, or not known."""
    finding, worst = alert.finding, alert.worst
    lon, lat = (value / DEGREE for value in finding.point)
    return AlertView(
        alert=alert.id,
        kind=alert.key.kind,
        words=KINDS[alert.key.kind],
        phase=alert.phase,
        precedence=PRECEDENCE[alert.key.kind],
        track=alert.key.track,
        callsign=alert.callsign,
        party=_party(alert.whose, party),
        other=alert.key.other,
        other_name=alert.other_name,
        other_party=_party(alert.other, party),
        first=to_rfc3339(alert.first_ms),
        raised=_time(alert.raised_ms),
        last=to_rfc3339(alert.last_ms),
        acknowledged=_time(alert.acknowledged_ms),
        acknowledged_by=alert.acknowledged_by,
        cleared=_time(alert.cleared_ms),
        why=None if alert.why is None else WHY[alert.why],
        at=to_rfc3339(finding.at_ms),
        lon=lon,
        lat=lat,
        nominal=finding.nominal,
        closest=_time(finding.closest_ms),
        gap_m=_metres(finding.h),
        gap_v_m=_metres(finding.v),
        required_m=_metres(finding.required_h),
        required_v_m=_metres(finding.required_v),
        least_m=_metres(worst.h),
        least_v_m=_metres(worst.v),
        turning=finding.turning,
        code=finding.code,
        heard=_time(heard(alert.key.track)),
        other_heard=_time(heard(alert.key.other)) if alert.key.other else None,
    )


def _party(whose: Whose | None, party: Named) -> str:
    return party(whose.party) if whose is not None and whose.party else ""


def _time(instant: int | None) -> str | None:
    return None if instant is None else to_rfc3339(instant)


def _metres(value: int | None) -> float | None:
    return None if value is None else value / METRE


def track_view(track: Track, party: Named) -> TrackView:
    """A track of the picture."""
    report, velocity = track.report, track.velocity
    lon, lat = (value / DEGREE for value in report.point)
    climb = None if velocity is None or velocity.climb is None else velocity.climb / MILLIMETRE
    return TrackView(
        track=track.id,
        callsign=track.callsign,
        kind=track.kind,
        party=_party(track.whose, party),
        how=track.whose.how,
        plan=track.whose.plan,
        state=track.state,
        at=to_rfc3339(track.at_ms),
        heard=to_rfc3339(track.heard_ms),
        lon=lon,
        lat=lat,
        doubt_m=track.doubt / METRE,
        altitude=None if report.altitude is None else _altitude(report.altitude),
        speed_m_s=None if velocity is None else velocity.speed / MILLIMETRE,
        course_deg=None if velocity is None else velocity.course / DEGREE,
        climb_m_s=climb,
        sources=track.sources,
        doubts=track.doubts,
    )


def _altitude(altitude: Altitude) -> dict[str, float | str]:
    """In feet where pilots have it so, in metres above the ellipsoid and the ground."""
    unit, size = ("ft", FOOT) if altitude.datum in ("FL", "ALT", "MSL/ALT") else ("m", METRE)
    return {"value": altitude.value / size, "unit": unit, "datum": altitude.datum}
