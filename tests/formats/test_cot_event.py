"""Single events: what they say until when, in the words of clients, and that they hold what they draw."""

from __future__ import annotations

import sys

import pytest
import takproto
from hypothesis import given
from lxml import etree
from msgspec import structs

from tests.formats.made_plans import grounds
from tests.formats.test_cot import AREA, HOUR, NOW, ROUND, drawn, outside, value, volume
from wideberth.errors import Invalid, Refused
from wideberth.formats import cot_event, cot_report
from wideberth.formats.cot_event import Event
from wideberth.formats.cot_published import Events
from wideberth.formats.format import Writing
from wideberth.formats.raw import Tally
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.published import PERMITS, Published
from wideberth.model.site import NOTICE
from wideberth.space.ground import Circle, Ground, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE
from wideberth.space.volume import Pad, Volume


def zone(reference: VerticalReference, one: Volume, words: str = "") -> Event:
    return cot_event.zone(one, "W1", cot_event.uid("w1"), Writing(reference, NOW), Tally(), words=words)


def xml(event: Event, now: int = NOW) -> etree._Element:
    data = cot_event.to_xml(event, now)
    assert data.startswith(cot_event.DECLARATION + b"<event ")
    # TAK servers want the next event right behind this one
    assert data.endswith(b"</event>")
    return etree.fromstring(data)


def times(event: Event, now: int = NOW) -> tuple[str, ...]:
    root = xml(event, now)
    return tuple(root.get(name, "") for name in ("time", "start", "stale"))


def test_a_zone_is_stale_when_its_window_ends(reference: VerticalReference) -> None:
    event = zone(reference, volume(ROUND, pad=Pad(0, 0, 60_000)), "keep clear")
    later = NOW + 10 * 60_000
    assert times(event, later) == (
        to_rfc3339(later),
        to_rfc3339(NOW - 60_000),
        to_rfc3339(NOW + HOUR + 60_000),
    )
    root = xml(event)
    assert root.get("type") == "u-d-c-c"
    assert value(root, "detail/contact", "callsign") == "W1"
    assert (root.findtext("detail/remarks") or "").startswith("keep clear; 100 m HAE to 250 m HAE, from ")
    # kept by clients for good it would outlive its window
    assert root.find("detail/archive") is None


def test_without_end_it_is_stale_a_day_after_each_writing(reference: VerticalReference) -> None:
    event = zone(reference, volume(start=None, end=None))
    for now in (NOW, NOW + HOUR):
        assert times(event, now) == tuple(to_rfc3339(each) for each in (now, now, now + 24 * HOUR))
    begins = zone(reference, volume(start=NOW + HOUR, end=None))
    assert begins.until(NOW) == NOW + 25 * HOUR


@given(grounds())
def test_a_zone_holds_its_volume_after_a_server_has_rounded_it(
    reference: VerticalReference, ground: Ground
) -> None:
    try:
        root = xml(zone(reference, volume(ground)))
    except Invalid:
        return
    point = root.find("point")
    assert point is not None
    for axis in ("lat", "lon"):
        point.set(axis, f"{float(point.get(axis, '')):.6f}")
    for edges in ("lonlat", "geodesic"):
        assert outside(drawn(root, edges), ground) == 0


def test_an_alert_goes_away_by_itself() -> None:
    event = cot_event.alert(
        "A1 / B2",
        "closing",
        cot_event.uid("x"),
        (240_000_000, 480_000_000),
        doubt=123_400,
        hae=1_000_000,
        hae_doubt=5,
    )
    root = xml(event)
    assert root.get("type") == "b-m-p-s-m"
    assert times(event)[2] == to_rfc3339(NOW + 120_000)
    point = root.find("point")
    assert point is not None
    assert dict(point.attrib.items()) == {
        "lat": "48.0000000",
        "lon": "24.0000000",
        "hae": "100.0",
        "ce": "12.4",
        "le": "0.1",
    }
    assert root.find("detail/archive") is None
    unknown = xml(cot_event.alert("A1", "w", "u", (0, 0))).find("point")
    assert unknown is not None
    assert {unknown.get(name) for name in ("hae", "ce", "le")} == {"9999999.0"}


def test_what_is_withdrawn_ends_soon_and_is_deleted(reference: VerticalReference) -> None:
    event = zone(reference, volume(AREA))
    last, deletion = cot_event.gone(event, NOW)
    assert structs.replace(last, stale=event.stale) == event
    assert times(last)[2] == to_rfc3339(NOW + cot_event.GONE)
    root = xml(deletion)
    assert root.get("type") == "t-x-d-d"
    assert root.get("uid") != event.uid
    link = root.find("detail/link")
    assert link is not None
    # ATAK deletes nothing where one of the three is missing
    assert dict(link.attrib.items()) == {"uid": event.uid, "relation": "p-p", "type": "u-d-f"}
    assert root.find("detail/__forcedelete") is not None
    assert deletion.until(NOW) > NOW


@given(grounds())
def test_nothing_of_ours_comes_back_as_a_report(reference: VerticalReference, ground: Ground) -> None:
    try:
        event = zone(reference, volume(ground))
    except Invalid:
        return
    spot = cot_event.alert("A1", "w", cot_event.uid("a"), (1, 1))
    sent = [event, spot, *cot_event.gone(event, NOW), *cot_event.gone(spot, NOW)]
    data = b"".join(cot_event.to_xml(each, NOW) for each in sent) + cot_event.ping(NOW, "x")
    assert cot_report.opened("tak")(data, NOW) == ([], 0)


def test_in_binary_it_says_the_same(reference: VerticalReference) -> None:
    event = zone(reference, volume(ROUND))
    for stream, head in ((True, b"\xbf"), (False, b"\xbf\x01\xbf")):
        data = cot_event.to_protobuf(event, NOW, stream=stream)
        assert data.startswith(head)
        said = takproto.parse_proto(bytearray(data)).cotEvent
        assert (said.uid, said.type) == (event.uid, "u-d-c-c")
        assert (said.sendTime, said.startTime, said.staleTime) == (NOW, NOW, NOW + HOUR)
        assert (said.lat, said.lon, said.ce) == (48.0, 24.0, 1234.1)
        assert 'major="1234.1"' in said.detail.xmlDetail
        assert said.detail.contact.callsign == "W1"
        assert cot_report.opened("tak")(data, NOW) == ([], 0)


def test_without_takproto_there_is_no_binary_form(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "takproto", None)
    with pytest.raises(Refused) as refused:
        cot_event.to_protobuf(zone(reference, volume()), NOW, stream=True)
    assert refused.value.code == "watch.package"
    assert "wideberth[watch]" in refused.value.message


def test_uids_are_ours_and_the_same_for_the_same() -> None:
    assert cot_event.uid("a", "b") == cot_event.uid("a", "b") != cot_event.uid("ab")
    assert cot_event.uid("a").startswith("wideberth.")


def test_texts_that_mislead_are_refused(reference: VerticalReference) -> None:
    for name, words in (("a\u202eb", ""), ("a", "b\nc"), ("\ufffe", "")):
        with pytest.raises(Invalid) as invalid:
            cot_event.alert(name, words, "u", (0, 0))
        assert invalid.value.code == "text.control"
    with pytest.raises(Invalid):
        zone(reference, volume(), "a\u202eb")


def published(*volumes: Volume, **more: object) -> Published:
    plain = Published(
        uid="wideberth.x",
        kind="notice",
        level="full",
        party="B",
        name="W1",
        words="told by B.",
        volumes=volumes,
        start_ms=None,
        stale_ms=NOW,
    )
    return structs.replace(plain, **more)


def test_what_is_published_becomes_events_that_change_only_when_it_does(reference: VerticalReference) -> None:
    made = Events(reference)
    item = published(volume(ROUND), volume(end=None), kind="site", notice=NOTICE)
    first = made.of([item], NOW)
    assert first.left_out == 0
    assert [event.type for event in first.events] == ["u-d-c-c", "u-d-f"]
    assert [event.stale for event in first.events] == [NOW + HOUR, None]
    assert len({event.uid for event in first.events}) == 2
    for event, name in zip(first.events, ("W1 (B) 1/2", "W1 (B) 2/2"), strict=True):
        root = xml(event)
        assert value(root, "detail/contact", "callsign") == name
        remarks = root.findtext("detail/remarks") or ""
        assert remarks.startswith(f"told by B. {NOTICE} {PERMITS}; 100 m HAE to 250 m HAE")
    later = structs.replace(item, stale_ms=NOW + 5)
    assert made.of([later], NOW + 5).events == first.events
    assert made.of([later], NOW + 5).events[0] is first.events[0]
    changed = made.of([structs.replace(later, words="otherwise.")], NOW + 5).events
    assert [event.uid for event in changed] == [event.uid for event in first.events]
    assert changed != first.events
    assert made.of([], NOW).events == []


def test_an_alert_is_a_spot_as_wide_as_its_doubt(reference: VerticalReference) -> None:
    place = Volume(Circle((240_000_000, 480_000_000), 250 * METRE))
    (event,) = Events(reference).of([published(place, kind="alert", name="A1 / B2")], NOW).events
    assert (event.type, event.lat, event.lon, event.ce) == ("b-m-p-s-m", "48.0000000", "24.0000000", "250.1")
    assert event.until(NOW) == NOW + 120_000
    (cell,) = Events(reference).of([published(volume(AREA), kind="alert")], NOW).events
    assert cell.type == "b-m-p-s-m"
    assert 600 < float(cell.ce) < 700


def test_what_cannot_be_drawn_keeps_nothing_else_back(reference: VerticalReference) -> None:
    pole = Polygon((((0, 899_000_000), (1_800_000_000, 899_000_000), (900_000_000, 890_000_000)),))
    made = Events(reference).of([published(volume(pole)), published(volume(ROUND), uid="wideberth.y")], NOW)
    assert (len(made.events), made.left_out) == (1, 1)
    assert parse_time(times(made.events[0])[0]) == NOW
