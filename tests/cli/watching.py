"""Alerts, tracks and sources as a node would show them, made up."""

from __future__ import annotations

from typing import Any

from wideberth.model.alert import KINDS, PRECEDENCE, Kind
from wideberth.node.watch_views import AlertView, SourceView, TrackView

NOW = "2026-11-24T08:22:00.000Z"
NOW_MS = 1_795_508_520_000


def alert(kind: Kind = "closing", **said: Any) -> AlertView:
    """HERON 11 of Blue Heron and KITE 3 of Red Kite, too near in two minutes."""
    shown: dict[str, Any] = {
        "alert": "w-lts7ypv2aaaaaaaaaaaaaaaaaa",
        "kind": kind,
        "words": KINDS[kind],
        "phase": "raised",
        "precedence": PRECEDENCE[kind],
        "track": "icao:f00011",
        "callsign": "HERON 11",
        "party": "Blue Heron",
        "other": "icao:f00021",
        "other_name": "KITE 3",
        "other_party": "Red Kite",
        "first": "2026-11-24T08:20:00.000Z",
        "raised": "2026-11-24T08:20:04.000Z",
        "last": NOW,
        "acknowledged": None,
        "acknowledged_by": None,
        "cleared": None,
        "why": None,
        "at": "2026-11-24T08:24:00.000Z",
        "lon": 33.0,
        "lat": 34.4,
        "nominal": True,
        "closest": "2026-11-24T08:25:05.000Z",
        "gap_m": 1_000.0,
        "gap_v_m": 213.36,
        "required_m": 5_556.0,
        "required_v_m": 914.4,
        "least_m": 1_000.0,
        "least_v_m": 213.36,
        "heard": "2026-11-24T08:21:58.000Z",
        "other_heard": "2026-11-24T08:21:46.000Z",
    }
    return AlertView(**{**shown, **said})


def track(**said: Any) -> TrackView:
    """HERON 11, live."""
    shown: dict[str, Any] = {
        "track": "icao:f00011",
        "callsign": "HERON 11",
        "kind": "aircraft",
        "party": "Blue Heron",
        "how": "source",
        "plan": "",
        "state": "live",
        "at": NOW,
        "heard": NOW,
        "lon": 33.0,
        "lat": 34.4,
        "doubt_m": 145.0,
        "altitude": {"value": 15_500.0, "unit": "ft", "datum": "FL"},
        "speed_m_s": 90.0,
        "course_deg": 70.0,
        "climb_m_s": -3.0,
        "sources": ("radar",),
        "doubts": (),
    }
    return TrackView(**{**shown, **said})


def source(**said: Any) -> SourceView:
    """A receiver that is connected."""
    shown: dict[str, Any] = {
        "name": "radar",
        "url": "sbs://127.0.0.1:30003",
        "party": "",
        "state": "live",
        "since": "2026-11-24T08:00:00.000Z",
        "heard": NOW,
        "reports": 1_234,
        "faults": 2,
        "dropped": 0,
    }
    return SourceView(**{**shown, **said})
