"""Recorded traffic through the picture: what was spoofed is doubted, what flew as usual is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.watch.recorded_traffic import reports
from wideberth.space.reference import VerticalReference
from wideberth.watch.columns import LIVE
from wideberth.watch.motion import Heights
from wideberth.watch.picture import MOST_PLACES, Picture
from wideberth.watch.whose import Known

HOUR = 3_600_000


def played(
    shared: Path, reference: VerticalReference, name: str, window: tuple[int, int] = (0, 10**12)
) -> Counter[str]:
    """How often a report opened a new place of its track (`jump`), and was one of all (`reports`)."""
    picture = Picture(Heights(reference), Known(), ("",))
    counted: Counter[str] = Counter()
    aged = 0
    for report in reports(shared, name, window):
        if report.at_ms >= aged + 1_000:
            aged = report.at_ms
            picture.age(aged)
        before = picture.track(report.id)
        places = 0 if before is None else len(before.places)
        taken = picture.take(report, report.at_ms)
        track = picture.track(report.id)
        assert taken in ("new", "moved") and track is not None
        assert len(track.places) <= MOST_PLACES
        assert any(picture.rows[slot, LIVE] for slot in track.slots)
        counted["reports"] += 1
        counted["jump"] += 0 < places < len(track.places)
        counted["doubted"] += "jump" in track.doubts
    return counted


def test_an_airliner_under_spoofing_is_doubted_again_and_again(
    shared: Path, reference: VerticalReference
) -> None:
    counted = played(shared, reference, "noisy_spoofing")
    assert counted["reports"] > 8_000
    assert counted["jump"] >= 15
    assert counted["doubted"] >= 500


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("elal747", 0),
        ("rega_zh", 0),
        ("samu31", 0),
        ("turkish_flag", 0),
        # errors of receivers: one is said to have flown 4.2 km in a second
        ("calfire", 5),
        ("ign_mercantour", 1),
        ("inflight_refuelling", 1),
    ],
)
def test_who_flew_as_usual_is_hardly_ever_doubted(
    shared: Path, reference: VerticalReference, name: str, most: int
) -> None:
    counted = played(shared, reference, name)
    assert counted["reports"] > 300 and counted["jump"] <= most


def test_in_an_hour_of_dense_traffic_one_in_ten_thousand_is(
    shared: Path, reference: VerticalReference
) -> None:
    counted = played(shared, reference, "switzerland", (4 * HOUR, 5 * HOUR))
    assert counted["reports"] > 10_000 and counted["jump"] <= 1
