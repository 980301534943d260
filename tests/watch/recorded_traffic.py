"""Recorded traffic as reports: the flat JSON files of field data, without any other module of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, FOOT, METRE

KNOT = 1_852_000 / 3_600
"""mm/s."""
DOUBT = 200 * METRE


def reports(shared: Path, name: str, window: tuple[int, int] = (0, 10**12)) -> list[Report]:
    """In the order of time; `window`: ms from the first one, what lies between."""
    with gzip.open(shared / "data" / "adsb" / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        rows: Any = json.load(file)
    if isinstance(rows, dict):
        rows = [
            dict(zip(rows, each, strict=True)) for each in zip(*map(dict.values, rows.values()), strict=True)
        ]
    rows = [each for each in rows if each["latitude"] is not None]
    rows.sort(key=lambda each: each["timestamp"])
    first, last = (rows[0]["timestamp"] + each for each in window)
    return [_report(each) for each in rows if first <= each["timestamp"] <= last]


def _report(row: dict[str, Any]) -> Report:
    speed, track, climb = row.get("groundspeed"), row.get("track"), row.get("vertical_rate")
    velocity = None
    if speed is not None and track is not None:
        velocity = Velocity(
            round(speed * KNOT),
            round(track * DEGREE) % (360 * DEGREE),
            None if climb is None else round(climb * 304.8 / 60),
        )
    altitude = row.get("altitude")
    return Report(
        "adsb",
        f"icao:{row['icao24']}",
        row["timestamp"],
        (round(row["longitude"] * DEGREE), round(row["latitude"] * DEGREE)),
        DOUBT,
        None if altitude is None else Altitude("FL", round(altitude * FOOT)),
        25 * FOOT,
        velocity,
        callsign=row.get("callsign") or "",
        kind="aircraft",
        grounded=bool(row.get("onground")),
    )
