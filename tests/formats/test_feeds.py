"""Feeds for maps: what is written holds what was published, says when it is old, and can be read again."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from tests.formats import made_plans
from wideberth.errors import Invalid, Refused
from wideberth.formats import feed_shape, geojson, geojson_feed, kml, kml_link
from wideberth.formats.feed_shape import Feed
from wideberth.formats.reading import Options
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import Plan
from wideberth.model.published import KINDS, PERMITS, Published
from wideberth.model.site import NOTICE
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Polygon
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, FOOT, METRE, SECOND
from wideberth.space.volume import YEARS, Pad, Volume
from wideberth.space.within import within

NOW = 1_800_000_000_000
KML = "{http://www.opengis.net/kml/2.2}"
OPTIONS = Options(file="feed", as_of=NOW)
MADE = st.one_of(
    st.builds(circle, st.floats(-170, 170), st.floats(-80, 80), st.integers(0, 50_000 * METRE)),
    st.builds(
        lambda x, y, dx, dy, w: corridor([(x, y), (x + dx, y + dy)], w, "geodesic"),
        st.floats(-170, 170),
        st.floats(-80, 79),
        st.floats(0.01, 1),
        st.floats(0.01, 1),
        st.integers(METRE, 20_000 * METRE),
    ),
    st.builds(
        lambda x, y, d, geodesic: polygon(
            [[(x, y), (x + d, y), (x + d, y + d), (x, y)]], edges="geodesic" if geodesic else "lonlat"
        ),
        st.floats(-170, 170),
        st.floats(-80, 79),
        st.floats(0.01, 1),
        st.booleans(),
    ),
)
MARGINS = st.sampled_from([0, 1, 5_000, 80_000, 5_000_000, 30_000_000])


def published(*volumes: Volume, uid: str = "wideberth.a", **more: Any) -> Published:
    said: dict[str, Any] = {
        "kind": "plan",
        "level": "full",
        "party": "ours",
        "name": "heron 1",
        "words": "survey, accepted.",
        "start_ms": None,
        "stale_ms": NOW + 3_600_000,
        "activity": "survey",
        "state": "accepted",
    }
    return Published(uid=uid, volumes=volumes, **(said | more))


def feed(*items: Published, **more: Any) -> Feed:
    return Feed(items, "full", NOW, **more)


def both(found: Feed) -> list[Plan]:
    """The plans that are read again, the same from either format."""
    one = [each.plan for each in kml.read(kml_link.write(found), OPTIONS).filed]
    other = [each.plan for each in geojson.read(geojson_feed.write(found), OPTIONS).filed]
    assert [normal(each) for each in one] == [normal(each) for each in other]
    return one


def normal(plan: Plan) -> Plan:
    """Whichever way its rings are listed: RFC 7946 wants one, and KML has none."""
    grounds = [
        structs.replace(each.ground, rings=tuple(tuple(sorted(ring)) for ring in each.ground.rings))
        if isinstance(each.ground, Polygon)
        else each.ground
        for each in plan.volumes
    ]
    volumes = zip(plan.volumes, grounds, strict=True)
    return structs.replace(
        plan, volumes=tuple(structs.replace(each, ground=ground) for each, ground in volumes)
    )


@settings(max_examples=15, deadline=None)
@given(MADE, MARGINS, MARGINS)
def test_what_is_drawn_holds_what_was_published(ground: Any, pad: int, slack: int) -> None:
    ground = structs.replace(ground, slack=slack)
    volume = Volume(
        ground, SURFACE, Altitude("AGL", 100 * METRE), NOW, NOW + 1_000, None, Pad(pad, 7, 60_000)
    )
    [plan] = both(feed(published(volume)))
    [found] = plan.volumes
    assert isinstance(found.ground, Polygon)
    # with the pad that is left the polygon holds the ground and what is around it
    whole = structs.replace(ground, slack=0)
    same = isinstance(ground, Polygon) and pad + slack <= METRE
    if not same:
        assert found.pad.h == 0 and within(structs.replace(ground, slack=slack + pad), found.ground)
    else:
        assert pad + slack <= found.pad.h <= pad + slack + METRE and within_or_same(whole, found.ground)
    assert (found.lower, found.upper, found.pad.v) == (volume.lower, volume.upper, 7)
    assert (found.start, found.end, found.pad.t) == (NOW - 60_000, NOW + 61_000, 0)
    assert (plan.party, plan.id, plan.activity, plan.label) == ("ours", "wideberth.a", "survey", "heron 1")


def within_or_same(ground: Any, drawn: Polygon) -> bool:
    """Vertices of the original are among those drawn: only edges between them were said otherwise."""
    return all(set(one) <= set(other) for one, other in zip(ground.rings, drawn.rings, strict=True))


@settings(max_examples=20, deadline=None)
@given(st.lists(made_plans.volumes(), min_size=1, max_size=3))
def test_whatever_was_told_can_be_written_and_read(volumes: list[Volume]) -> None:
    found = feed(published(*volumes))
    for data in (kml_link.write(found), geojson_feed.write(found)):
        assert data
    said = json.loads(geojson_feed.write(found))
    assert len(said["features"]) + said["not_shown"] == len(volumes)
    if said["not_shown"]:
        assert any(each.startswith("NOT SHOWN") for each in said["words"])
        assert b"NOT SHOWN" in kml_link.write(found)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(-1_790_000_000, 1_790_000_000),
    st.integers(-800_000_000, 800_000_000),
    st.integers(0, 100_000 * METRE) | st.integers(0, 50 * METRE) | st.just(100_000 * METRE),
)
def test_what_is_drawn_around_a_circle_holds_it_and_little_more(lon: int, lat: int, radius: int) -> None:
    drawn = feed_shape.as_polygon(Volume(Circle((lon, lat), radius), pad=Pad(0))).ground
    assert isinstance(drawn, Polygon) and drawn.slack == 0
    assert within(Circle((lon, lat), radius), drawn)
    x, y = (np.array(each) / DEGREE for each in zip(*drawn.rings[0], strict=True))
    _, _, away = GEOD.inv(np.full(len(x), lon / DEGREE), np.full(len(x), lat / DEGREE), x, y)
    assert max(away) <= radius / METRE * 1.02 + 2


def test_windows_at_the_end_of_time_become_unbounded() -> None:
    [plan] = both(feed(published(Volume(circle(33, 34, METRE), start=YEARS[0], end=YEARS[1], pad=Pad(t=1)))))
    assert (plan.volumes[0].start, plan.volumes[0].end) == (None, None)


def test_what_is_too_large_to_be_drawn_is_a_point_and_says_how_large() -> None:
    [plan] = both(feed(published(Volume(circle(33, 34, 4_000_000 * METRE), pad=Pad(5)))))
    [found] = plan.volumes
    assert isinstance(found.ground, Circle)
    assert (found.ground.radius, found.pad.h) == (4_000_000 * METRE, 5)


def test_an_alert_is_a_spot_with_its_doubt() -> None:
    spot = Volume(circle(33, 34, 70 * METRE))
    found = feed(published(spot, kind="alert", activity="", state="", party=""))
    assert [plan.volumes for plan in both(found)] == [(spot,)]
    [point] = json.loads(geojson_feed.write(found))["features"]
    assert point["geometry"] == {"type": "Point", "coordinates": [33, 34]}
    assert (point["properties"]["radius_m"], point["properties"]["party"]) == (70, "nobody's")


def test_it_says_as_of_when_it_is_and_that_it_permits_nothing() -> None:
    site = published(Volume(circle(33, 34, METRE)), kind="site", notice=NOTICE, grade="verified", state="")
    found = feed(site, kinds=("site",))
    said = json.loads(geojson_feed.write(found))
    assert (said["as_of"], said["stale"]) == (to_rfc3339(NOW), to_rfc3339(NOW + 300_000))
    assert PERMITS in said["words"] and said["notice"] == NOTICE and said["kinds"] == ["site"]
    [feature] = said["features"]
    assert (
        feature["properties"].items()
        >= {
            "as_of": to_rfc3339(NOW),
            "stale": to_rfc3339(NOW + 3_600_000),
            "notice": NOTICE,
            "grade": "verified",
            "kind": "site",
            "level": "full",
        }.items()
    )
    assert "state" not in feature["properties"]
    root = etree.fromstring(kml_link.write(found))
    [document] = root
    name, about = document.findtext(f"{KML}name"), str(document.findtext(f"{KML}description"))
    assert name == "Wideberth, full, as of 2027-01-15 08:00Z"
    assert PERMITS in about and NOTICE in about and "not to be believed after 2027-01-15 08:05Z" in about
    [place] = document.iter(f"{KML}Placemark")
    assert place.findtext(f"{KML}name") == "SITE heron 1"
    assert NOTICE in str(place.findtext(f"{KML}description"))
    marked = kml_link.write(feed(site, exercise="EXERCISE: nothing here is real."))
    assert b"<name>EXERCISE: nothing here is real. Wideberth" in marked


def test_nothing_published_is_a_feed_without_features() -> None:
    said = json.loads(geojson_feed.write(feed()))
    assert said["features"] == [] and PERMITS in said["words"]
    assert etree.fromstring(kml_link.write(feed())).find(f".//{KML}Placemark") is None


ORDER = ["name", "description", "TimeSpan", "styleUrl", "ExtendedData", "Polygon"]
"""As the schema of KML has it."""


def test_elements_stand_in_the_order_of_the_schema_and_styles_are_there() -> None:
    box = polygon([[(33, 34), (33.5, 34), (33.5, 34.5), (33, 34)]], edges="lonlat")
    upper = Altitude("AGL", 1_000 * FOOT)
    found = feed(published(Volume(box, SURFACE, upper, NOW, NOW + 1, pad=Pad(v=METRE))))
    root = etree.fromstring(kml_link.write(found))
    [place] = root.iter(f"{KML}Placemark")
    assert [etree.QName(each).localname for each in place] == ORDER
    styles = {f"#{each.get('id')}" for each in root.iter(f"{KML}Style")}
    assert place.findtext(f"{KML}styleUrl") in styles and len(styles) == len(KINDS)
    [drawn] = place.iter(f"{KML}Polygon")
    assert [etree.QName(each).localname for each in drawn] == ["extrude", "altitudeMode", "outerBoundaryIs"]
    assert drawn.findtext(f"{KML}altitudeMode") == "relativeToGround"
    # 304.8 m and a metre, upwards
    assert ",306 " in str(drawn.findtext(f".//{KML}coordinates"))


@pytest.mark.parametrize(
    ("upper", "wide", "mode"),
    [
        (Altitude("MSL", 100 * METRE), 0.5, "absolute"),
        (Altitude("MSL", 100 * METRE), 5, None),
        (Altitude("FL", 10_000 * FOOT), 0.5, None),
        (Altitude("ALT", 10_000 * FOOT), 0.5, None),
        (Altitude("HAE", 100 * METRE), 0.5, None),
    ],
)
def test_a_top_is_drawn_only_where_kml_knows_its_height(upper: Altitude, wide: float, mode: Any) -> None:
    box = polygon([[(33, 34), (33 + wide, 34), (33 + wide, 34.5), (33, 34)]], edges="lonlat")
    root = etree.fromstring(kml_link.write(feed(published(Volume(box, SURFACE, upper)))))
    assert root.findtext(f".//{KML}altitudeMode") == mode
    assert (root.find(f".//{KML}extrude") is None) == (mode is None)


def test_words_of_others_are_text_wherever_a_map_shows_them() -> None:
    item = published(Volume(circle(33, 34, METRE)), words="<img src=x> & <script>", name="a & b")
    root = etree.fromstring(kml_link.write(feed(item)))
    [place] = root.iter(f"{KML}Placemark")
    shown = str(place.findtext(f"{KML}description"))
    assert "<img" not in shown and "&lt;img src=x&gt; &amp;" in shown
    balloons = {each.findtext(f"{KML}text") for each in root.iter(f"{KML}BalloonStyle")}
    assert balloons == {"<b>$[name]</b><br/>$[description]"}


def test_limits_are_said_with_their_pads() -> None:
    volume = Volume(circle(33, 34, METRE), Altitude("FL", 9_000 * FOOT), Altitude("ALT", 3_000 * FOOT))
    assert feed_shape.limits(volume) == "FL090 to 3,000 ft ALT, until further notice"
    padded = structs.replace(volume, pad=Pad(v=10 * METRE), start=NOW, end=NOW + 60 * SECOND)
    assert feed_shape.limits(padded) == (
        "2,733 m FL to 925 m ALT, from 2027-01-15 08:00Z to 2027-01-15 08:01Z"
    )
    ground = structs.replace(padded, lower=SURFACE, upper=SURFACE, start=None)
    assert feed_shape.limits(ground) == "SFC to 10 m AGL, to 2027-01-15 08:01Z"
    assert feed_shape.limits(Volume(circle(33, 34, METRE))) == "SFC to UNL, until further notice"


def test_more_than_a_map_can_hold_is_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_shape, "MOST", 2)
    some = [Volume(circle(33, 34 + k, METRE)) for k in range(3)]
    for write in (kml_link.write, geojson_feed.write):
        assert write(feed(published(*some[:2])))
        with pytest.raises(Refused) as caught:
            write(feed(published(*some)))
        assert caught.value.code == "feed.too_many"


def test_a_link_loads_the_feed_again_and_again() -> None:
    root = etree.fromstring(
        kml_link.link("http://127.0.0.1:7878/v1/feeds/zones.kml?level=full&what=a", "W", 30)
    )
    assert root.findtext(f".//{KML}href") == "http://127.0.0.1:7878/v1/feeds/zones.kml?level=full&what=a"
    assert root.findtext(f".//{KML}refreshMode") == "onInterval"
    assert root.findtext(f".//{KML}refreshInterval") == "30"
    for wrong in (4, 3_601, -1):
        with pytest.raises(Invalid) as caught:
            kml_link.link("x", "W", wrong)
        assert caught.value.code == "feed.refresh"
