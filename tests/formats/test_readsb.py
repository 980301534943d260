"""aircraft.json: ages, names of two programs, what positions may be wrong by, and whatever else comes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.formats import adsb, readsb
from wideberth.formats.decoded import Decoded
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import ROUNDING
from wideberth.space.units import FOOT, METRE

NOW = 1_700_000_000_000
ONE = {
    "hex": "4b1815",
    "type": "adsb_icao",
    "flight": "SWR12A  ",
    "alt_baro": 35_000,
    "alt_geom": 36_000,
    "gs": 450.0,
    "track": 90.0,
    "track_rate": -0.5,
    "baro_rate": -640,
    "squawk": "1000",
    "emergency": "none",
    "lat": 47.5,
    "lon": 8.25,
    "nic": 8,
    "rc": 186,
    "nac_p": 9,
    "seen_pos": 1.2,
    "seen": 0.1,
}


def document(*aircraft: object, now: object = NOW / 1_000 - 1) -> bytes:
    return json.dumps({"now": now, "messages": 1, "aircraft": aircraft}).encode()


def changed(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**ONE, **changes}.items() if value is not ...}


def one(**changes: Any) -> Report:
    found, faults = readsb.opened("north")(document(changed(**changes)), NOW)
    assert (len(found), faults) == (1, 0)
    return found[0]


def test_an_aircraft() -> None:
    assert one() == Report(
        "north",
        "icao:4b1815",
        NOW - 2_200,
        (82_500_000, 475_000_000),
        186 * METRE + 1_157_500 + ROUNDING,
        Altitude("FL", 35_000 * FOOT),
        adsb.STEP // 2,
        Velocity(231_500, 900_000_000, round(-640 * 304.8 / 60)),
        -5_000_000,
        "SWR12A",
        "aircraft",
    )


def test_the_names_of_dump1090_mutability() -> None:
    old = changed(
        alt_baro=...,
        gs=...,
        baro_rate=...,
        rc=...,
        nic=...,
        nac_p=...,
        altitude=35_000,
        speed=450,
        vert_rate=-640,
        nucp=7,
    )
    found, _ = readsb.opened("north")(document(old), NOW)
    assert (found[0].altitude, found[0].velocity) == (one().altitude, one().velocity)
    assert found[0].doubt == 1_852_000 + 1_157_500 + ROUNDING


@pytest.mark.parametrize(
    ("said", "contained"),
    [
        ({}, 186 * METRE),
        ({"rc": 0}, 1_852_000),
        ({"rc": 0, "nic": 0}, 90 * METRE),
        ({"rc": 0, "nic": 0, "nac_p": 0}, adsb.UNKNOWN),
        ({"rc": ..., "nic": ..., "nac_p": ...}, adsb.UNSTATED),
        ({"rc": ..., "type": "mlat"}, adsb.MULTILATERATED),
        ({"rc": ..., "mlat": ["lat", "lon"]}, adsb.MULTILATERATED),
        ({"rc": ..., "nic": ..., "nac_p": ..., "nucp": 2}, adsb.UNKNOWN),
        ({"rc": -5, "nic": "x", "nac_p": 8}, 3 * 926_000),
    ],
)
def test_how_far_it_may_be_wrong(said: dict[str, Any], contained: int) -> None:
    assert one(**said).doubt == contained + 1_157_500 + ROUNDING


def test_altitudes() -> None:
    assert one(alt_baro=..., alt_geom=36_000).altitude == Altitude("HAE", 36_000 * FOOT)
    assert one(alt_baro=..., alt_geom=...).altitude is None
    ground = one(alt_baro="ground")
    assert (ground.grounded, ground.altitude) == (True, SURFACE)


def test_what_it_is_and_whose_address() -> None:
    assert one(category="C2").kind == "vehicle"
    assert one(hex="~2B1815").id == "north:~2b1815"
    assert one(flight="@@@@@@@@").callsign == ""
    assert one(flight=7).callsign == ""
    assert one(track_rate=100).turn is None
    assert one(gs=...).velocity is None


@pytest.mark.parametrize(
    ("said", "doubts"),
    [
        ({"squawk": "7600"}, ("emergency",)),
        ({"emergency": "unlawful"}, ("emergency",)),
        ({"emergency": "lifeguard"}, ()),
        ({"emergency": ["unlawful"]}, ()),
        ({"squawk": 7600}, ("emergency",)),
    ],
)
def test_distress(said: dict[str, Any], doubts: tuple[str, ...]) -> None:
    assert one(**said).doubts == doubts


def test_the_time_is_that_of_the_document() -> None:
    for none in (None, "x", True, -1, 12):
        found, _ = readsb.opened("north")(document(ONE, now=none), NOW)
        assert found[0].at_ms == NOW - 1_200
    # one that nobody writes any more is old, whenever it is read
    decoder = readsb.opened("north")
    assert decoder(document(ONE, now=NOW / 1_000 - 3_600), NOW).reports[0].at_ms == NOW - 3_601_200


def test_a_position_is_told_once() -> None:
    decoder = readsb.opened("north")
    assert len(decoder(document(ONE), NOW).reports) == 1
    # the same a second later, its age rounded otherwise
    again = changed(seen_pos=2.1)
    assert decoder(document(again, now=NOW / 1_000), NOW + 1_000).reports == []
    moved = changed(seen_pos=0.1, lon=8.26)
    assert len(decoder(document(moved, now=NOW / 1_000), NOW + 1_000).reports) == 1
    # what does not move is told again and again
    stands = changed(seen_pos=0.1, lon=8.26)
    assert len(decoder(document(stands, now=NOW / 1_000 + 5), NOW + 6_000).reports) == 1


def test_no_position_and_an_old_one_are_no_report() -> None:
    for said in (changed(lat=..., lon=..., seen_pos=...), changed(seen_pos=121)):
        assert readsb.opened("north")(document(said), NOW) == Decoded([], 0)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {"hex": "xyz"},
        {**ONE, "lat": 91},
        {**ONE, "lon": 1e300},
        {**ONE, "lat": "47"},
        {**ONE, "lat": 0, "lon": 0},
        {**ONE, "seen_pos": -1},
        {**ONE, "seen_pos": None},
    ],
)
def test_what_is_wrong_is_counted_and_the_others_are_read(said: object) -> None:
    found, faults = readsb.opened("north")(document(said, ONE), NOW)
    assert (len(found), faults) == (1, 1)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"aircraft": 1}', b"[" * 90_000, b"\xff", b'{"aircraft"']
)
def test_documents_that_are_none(data: bytes) -> None:
    assert readsb.opened("north")(data, NOW) == Decoded([], 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(ONE)), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(
    st.lists(st.dictionaries(st.sampled_from(sorted([*ONE, "category", "mlat", "nucp"])), JSON), max_size=4),
    JSON,
)
def test_any_values_end_nothing(some: list[dict[str, Any]], now: object) -> None:
    decoder = readsb.opened("north")
    for each in some:
        for report in decoder(document({**ONE, **each}, now=now), NOW).reports:
            assert abs(report.point[0]) <= 1_800_000_000
            assert abs(report.point[1]) <= 900_000_000
