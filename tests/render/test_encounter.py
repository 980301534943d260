"""The after-action picture: right about who was how near when, legible, self-contained."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from lxml import etree
from msgspec import structs

from tests.render.flown import BEGIN, closing, entry, way
from wideberth.errors import Refused
from wideberth.model.alert import KINDS
from wideberth.render.encounter import svg
from wideberth.render.picture import png_maker
from wideberth.render.scene import apart, scene
from wideberth.space.ellipsoid import GEOD
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE
from wideberth.watch.encounter import Encounter, Way
from wideberth.watch.findings import Key
from wideberth.watch.trail import Spot

SVG = "{http://www.w3.org/2000/svg}"


def texts(document: str) -> list[str]:
    """Every text that is shown, halos left out."""
    found = etree.fromstring(document.encode()).iter(f"{SVG}text")
    return ["".join(map(str, t.itertext())) for t in found if t.get("aria-hidden") != "true"]


def test_two_tracks_are_named_measured_and_marked() -> None:
    shown = texts(svg(closing()))
    head = shown[0]
    assert head.startswith("HERON 21 (Blue Heron) and KITE 7 (Red Kite): 1.05 NM and 541 ft apart at ")
    for wanted in (
        "Altitude, flight level",
        "Horizontal gap to the other track, NM",
        "3 NM minimum",
        "KITE 7",
        "within 3,000 ft of HERON 21",
        "acknowledged by deputy",
        "the minima were no longer kept",
        "cleared: not found any more, as far as is known",
        "10 NM",
        "N",
    ):
        assert wanted in shown, wanted
    assert any(each.startswith("raised, 2 min ") and each.endswith(" before") for each in shown)
    assert [each for each in shown if re.search(r"\b(safe|target|enemy|threat)\b", each, re.IGNORECASE)] == []
    # each mark is numbered at both panels and in the list; the nearest also on the map
    assert [shown.count(number) for number in "1234"] == [3, 3, 3, 4]


def test_the_gap_that_is_written_is_the_geodesic_one() -> None:
    encounter = closing()
    found = scene(encounter, {}, False)
    one, other = encounter.ways
    for k in range(0, 100, 7):
        (a, b), (c, d) = one.spots[k].point, other.spots[k].point
        _, _, metres = GEOD.inv(a / 1e7, b / 1e7, c / 1e7, d / 1e7)
        at = int(np.flatnonzero(found.times == one.spots[k].at_ms)[0])
        assert found.gaps[at] / METRE == pytest.approx(metres, abs=0.01)
    assert found.closest is not None
    assert found.closest.h <= np.nanmin(found.gaps) + 0.2 * NAUTICAL_MILE
    under = (found.gaps < 3 * NAUTICAL_MILE) & (found.vertical < 3_000 * FOOT)
    assert found.lost_ms == found.times[np.flatnonzero(under)[0]]


def test_a_loss_that_did_not_come_says_nearest_and_shades_nothing() -> None:
    drawn = svg(closing(lat=33.7))
    assert "nearest" in texts(drawn)[0] and 'fill="url(#short)"' not in drawn
    assert "the minima were no longer kept" not in texts(drawn)


def test_levels_of_different_datums_are_never_subtracted() -> None:
    found = scene(closing(datum="HAE"), {}, False)
    assert np.isnan(found.vertical).all() and found.closest is not None and found.closest.v is None
    shown = texts(svg(closing(datum="HAE")))
    assert "Altitude, ft as reported" in shown
    assert "HERON 21 (FL)" in shown and "KITE 7 (HAE)" in shown
    assert not any(each.startswith("within ") for each in shown)


def test_a_zone_is_drawn_with_its_name_band_and_distance() -> None:
    shown = texts(svg(entry(), metric=True))
    assert shown[0].startswith("HERON 21 (Blue Heron) in Field hospital 3 at ")
    for wanted in (
        "Horizontal gap to Field hospital 3, km",
        "SFC – FL160",
        "too near",
        "nearest: inside",
        "inside",
        "10 km",
    ):
        assert wanted in shown, wanted


def test_a_unit_outside_its_plan_is_told_by_how_far_it_is_away() -> None:
    full = entry()
    alert = structs.replace(full.alert, key=Key("nonconforming", "icao:4b1815", "z1"))
    bare = structs.replace(alert.worst, required_h=None, required_v=None)
    alert = structs.replace(alert, worst=bare, finding=bare)
    drawn = svg(structs.replace(full, alert=alert))
    shown = texts(drawn)
    assert shown[0].startswith("HERON 21 (Blue Heron): outside Field hospital 3, by ")
    assert "already: left it" in shown and any(each.startswith("furthest: ") for each in shown)
    assert 'fill="url(#short)"' not in drawn


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_also_with_next_to_nothing_known(kind: str) -> None:
    full = entry()
    key = Key(kind, "icao:4b1815")  # type: ignore[arg-type]  # a kind by its name
    alert = structs.replace(full.alert, key=key)
    for ways in ((), (Way("icao:4b1815"),), (way("a", "", "", spots=1),), full.ways, (Way("a"), Way("b"))):
        for zone in (None, full.zone):
            drawn = svg(Encounter(alert, ways, zone, BEGIN, BEGIN))
            assert texts(drawn)


def test_names_are_escaped_and_nothing_is_fetched() -> None:
    bad = way("icao:1", '<script>"&\x1b', "</text>")
    drawn = svg(structs.replace(closing(), ways=(bad, closing().ways[1])))
    assert set(re.findall(r"https?://[^\"' >]*", drawn)) == {"http://www.w3.org/2000/svg"}
    etree.fromstring(drawn.encode())
    for word in ("<script", "<image", "@import", "href", "\x1b"):
        assert word not in drawn


def test_parties_have_the_names_that_are_given() -> None:
    shown = texts(svg(closing(), {"Red Kite": "South"}))
    assert "KITE 7 (South)" in shown[0] and "HERON 21 (Blue Heron)" in shown[0]


@pytest.mark.parametrize(("lon", "lat"), [(179.9, 10.0), (-179.9, 70.0), (0.0, 89.95), (20.0, -89.9)])
def test_it_is_drawn_at_the_rims_of_maps(lon: float, lat: float) -> None:
    ways = tuple(
        Way(
            name,
            spots=tuple(
                Spot(BEGIN + k * 5_000, _point(*GEOD.fwd(lon, lat, course, 900.0 * k)[:2]), None)
                for k in range(60)
            ),
        )
        for name, course in (("a", 90.0), ("b", 80.0))
    )
    drawn = svg(structs.replace(closing(), ways=ways))
    assert "nan" not in drawn and "inf" not in drawn
    found = scene(structs.replace(closing(), ways=ways), {}, False)
    assert np.nanmax(found.gaps) < 60_000 * METRE


def _point(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * 1e7), round(lat * 1e7)


def test_labels_stay_on_the_sheet() -> None:
    for document in (svg(closing()), svg(entry())):
        root = etree.fromstring(document.encode())
        wide, high = float(root.get("width", "0")), float(root.get("height", "0"))
        for element in root.iter(f"{SVG}text"):
            x, y = float(element.get("x", "0")), float(element.get("y", "0"))
            assert 0 <= x <= wide and 0 < y <= high


def test_gaps_in_words() -> None:
    assert apart(NAUTICAL_MILE, 500 * FOOT, False) == "1 NM and 500 ft"
    assert apart(None, None, False) == ""
    assert apart(3 * NAUTICAL_MILE, 0, False, up=True) == "3 NM"


def test_a_png_is_made_or_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(Refused, match="picture"):
        png_maker()
