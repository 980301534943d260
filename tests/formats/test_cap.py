"""Drafts of CAP alerts: valid against the schema, and holding at least what was there."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from tests.formats.cap_schema import schema
from tests.formats.made_plans import volumes
from tests.space.test_flatten import edge_points
from wideberth.errors import Invalid
from wideberth.formats import cap
from wideberth.formats.cap import CAP, COVERED, LEVELS, NOTE, PADS, UNKNOWN, Alert
from wideberth.formats.times import parse_time
from wideberth.model.communique import Text
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Frequencies, Pad, Volume

NOW = parse_time("2026-07-17T10:16:30Z")
START, END = parse_time("2026-07-20T22:45:30.500Z"), parse_time("2026-07-21T00:55:10.001Z")
TEXTS = (
    Text("en", "Hours & areas <agreed>", "Keep clear of the area.\n\nOf all of it."),
    Text("ar", "مواعيد متفق عليها", "ابتعدوا عن المنطقة."),
)
ROUND = Volume(circle(33.0, 34.0, 5_000 * METRE), start=START, end=END)
SQUARE = polygon([[(33.0, 34.0), (33.1, 34.0), (33.1, 34.1), (33.0, 34.1)]], "lonlat", closed=False)
SCHEMA = schema()


def alert(*found: Volume, texts: tuple[Text, ...] = TEXTS, exercise: bool = False) -> Alert:
    return Alert("q-abc.1", "wideberth:north", NOW, ("North", "South"), texts, found, exercise)


def written(*found: Volume, exercise: bool = False) -> tuple[etree._Element, tuple[str, ...]]:
    data, notes = cap.write(alert(*found, exercise=exercise))
    root = etree.fromstring(data)
    SCHEMA.assertValid(root)
    return root, notes


def texts(root: etree._Element, name: str) -> list[str]:
    return [each.text or "" for each in root.iter(f"{{{CAP}}}{name}")]


def one(root: etree._Element, name: str) -> str:
    [found] = dict.fromkeys(texts(root, name))
    return found


def test_a_draft_says_what_is_public_and_leaves_the_rest_to_the_authority() -> None:
    root, notes = written(ROUND)
    assert (one(root, "status"), one(root, "msgType"), one(root, "scope")) == ("Draft", "Alert", "Public")
    assert (one(root, "identifier"), one(root, "sender")) == ("q-abc.1", "wideberth:north")
    assert one(root, "sent") == "2026-07-17T10:16:30-00:00"
    assert one(root, "note") == NOTE and "no permission and no guarantee" in NOTE
    assert texts(root, "language") == ["en", "ar"]
    assert texts(root, "headline") == texts(root, "event") == [each.title for each in TEXTS]
    assert texts(root, "description") == [each.body for each in TEXTS]
    assert one(root, "senderName") == "North, South"
    assert {one(root, name) for name in ("urgency", "severity", "certainty")} == {"Unknown"}
    assert one(root, "onset") == "2026-07-20T22:45:30-00:00"
    assert one(root, "expires") == "2026-07-21T00:55:11-00:00"
    assert one(root, "circle") == "34.0000000,33.0000000 5.000"
    assert texts(root, "areaDesc") == ["Area 1", "منطقة 1"]
    assert any(UNKNOWN in each for each in notes)


def test_an_exercise_is_one() -> None:
    root, _ = written(ROUND, exercise=True)
    assert one(root, "status") == "Exercise" and one(root, "note").startswith("EXERCISE")


def test_a_polygon_closes_and_has_latitude_first() -> None:
    root, notes = written(structs.replace(ROUND, ground=SQUARE))
    pairs = one(root, "polygon").split()
    assert pairs[0] == pairs[-1] == "34.0000000,33.0000000" and len(pairs) == 5
    assert not any(COVERED in each for each in notes)


def test_each_time_is_an_info_block_of_its_own_in_each_language() -> None:
    later = structs.replace(ROUND, start=END, end=None)
    root, _ = written(ROUND, structs.replace(ROUND, ground=SQUARE), later)
    assert texts(root, "language") == ["en", "en", "ar", "ar"]
    assert len(texts(root, "areaDesc")) == 6 and len(texts(root, "expires")) == 2


@pytest.mark.parametrize(
    ("lower", "upper", "levels", "told"),
    [
        (Altitude("MSL", 1_001 * METRE), Altitude("MSL", 2_000 * METRE), ["3284", "6562"], False),
        (Altitude("MSL", -10 * FOOT), Altitude("MSL", 100 * FOOT), ["-10", "100"], False),
        (Altitude("MSL", 0), Altitude("UNL"), [], True),
        (Altitude("SFC"), Altitude("AGL", 400 * FOOT), [], True),
        (Altitude("SFC"), Altitude("UNL"), [], False),
        (Altitude("FL", 10_000 * FOOT), Altitude("FL", 20_000 * FOOT), [], True),
    ],
)
def test_levels_are_feet_above_mean_sea_level_or_none(
    lower: Altitude, upper: Altitude, levels: list[str], told: bool
) -> None:
    root, notes = written(structs.replace(ROUND, lower=lower, upper=upper))
    found = [each for name in ("altitude", "ceiling") for each in dict.fromkeys(texts(root, name))]
    assert found == levels
    assert any(LEVELS in each for each in notes) is told


def test_pads_grow_what_is_written() -> None:
    band = structs.replace(ROUND, lower=Altitude("MSL", 1_000 * FOOT), upper=Altitude("MSL", 2_000 * FOOT))
    root, notes = written(structs.replace(band, pad=Pad(100 * METRE, 10 * FOOT, 60_000)))
    assert one(root, "circle").endswith(" 5.100") and one(root, "onset") == "2026-07-20T22:44:30-00:00"
    assert (one(root, "altitude"), one(root, "ceiling")) == ("990", "2010")
    assert any(PADS in each for each in notes)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("cap.identifier", {"identifier": "a b"}),
        ("cap.identifier", {"identifier": ""}),
        ("cap.identifier", {"sender": "a,b"}),
        ("cap.identifier", {"sender": "<"}),
        ("cap.empty", {"volumes": ()}),
        ("cap.empty", {"texts": ()}),
        ("cap.cannot_say", {"volumes": (structs.replace(ROUND, band=Frequencies(1_000, 2_000)),)}),
        (
            "cap.cannot_say",
            {"volumes": (Volume(corridor([(179.9, 10.0), (-179.9, 10.0)], 1_000 * METRE, "geodesic")),)},
        ),
        ("geometry.radius", {"volumes": (Volume(circle(0.0, 0.0, 5_000_000 * METRE), pad=Pad(h=1)),)}),
    ],
)
def test_what_it_has_no_words_for_is_refused(code: str, change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as raised:
        cap.write(structs.replace(alert(ROUND), **change))
    assert raised.value.code == code


@given(volumes(), st.booleans())
def test_whatever_is_written_is_valid_and_holds_what_was_there(volume: Volume, exercise: bool) -> None:
    try:
        root, _ = written(volume, exercise=exercise)
    except Invalid as error:
        assert error.code in {
            "cap.cannot_say",
            "geometry.not_a_polygon",
            "geometry.radius",
            "geometry.pole_edge",
        }
        return
    ground = volume.ground
    if isinstance(ground, Circle):
        radius = float(one(root, "circle").split()[1]) * 1_000
        assert radius * METRE >= ground.radius + ground.slack + volume.pad.h
        return
    pairs = [tuple(map(float, each.split(","))) for each in one(root, "polygon").split()]
    assert len(pairs) >= 4 and pairs[0] == pairs[-1]
    assert all(re.fullmatch(r"-?\d+\.\d{7},-?\d+\.\d{7}", each) for each in one(root, "polygon").split())
    drawn = shapely.Polygon([(lon, lat) for lat, lon in pairs])
    points = edge_points(ground if isinstance(ground, Corridor) else Polygon(ground.rings[:1], ground.edges))
    points = points[:: max(1, len(points) // 40)]
    # drawn straight on a map, as its readers draw it
    away = shapely.distance(drawn, shapely.points(np.asarray(points)))
    assert float(away.max()) < 1e-6
