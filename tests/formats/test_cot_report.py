"""Cursor on Target, read: reports of what is where, whatever strangers send beside them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import takproto
from hypothesis import given
from hypothesis import strategies as st

from wideberth.formats import cot_proto, cot_report
from wideberth.formats.times import parse_time
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, METRE

NOW = parse_time("2026-11-28T07:00:02Z")
AT = parse_time("2026-11-28T07:00:00Z")


def event(
    type_: str = "a-f-G-U-C",
    uid: str = "ANDROID-1",
    point: str = 'lat="48.5" lon="24.25" hae="310.5" ce="9.9" le="20"',
    detail: str = "",
    more: str = 'how="m-g"',
    stale: str = "2026-11-28T07:01:15.000Z",
) -> bytes:
    return (
        f'<event version="2.0" uid="{uid}" type="{type_}" time="2026-11-28T07:00:00.000Z"'
        f' start="2026-11-28T07:00:00.000Z" stale="{stale}" {more}>'
        f"<point {point}/><detail>{detail}</detail></event>"
    ).encode()


def read(data: bytes, source: str = "tak") -> tuple[list[Report], int]:
    return tuple(cot_report.opened(source)(data, NOW))  # type: ignore[return-value]  # a pair of these


def one(data: bytes) -> Report:
    (report,), faults = read(data)
    assert faults == 0
    return report


def test_a_client() -> None:
    detail = '<contact callsign=" HOPE 1 "/><track speed="12.5" course="90.0"/><status battery="7"/>'
    assert one(event(detail=detail)) == Report(
        source="tak",
        id="cot:ANDROID-1",
        at_ms=AT,
        point=(round(24.25 * DEGREE), round(48.5 * DEGREE)),
        doubt=round(9.9 * 4 * METRE) + 80,
        altitude=Altitude("HAE", 3_105_000),
        altitude_doubt=80 * METRE + 1,
        velocity=Velocity(12_500, 90 * DEGREE),
        callsign="HOPE 1",
        kind="vehicle",
    )


@pytest.mark.parametrize("letter", "fhnuspajkoxU.")
def test_whatever_affiliation_is_stated_the_report_is_the_same(letter: str) -> None:
    assert one(event(f"a-{letter}-A-M-F")) == one(event("a-f-A-M-F"))


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("a-f-A-M-H-Q", "aircraft"),
        ("a-n-S-X-M", "vessel"),
        ("a-f-G", "vehicle"),
        ("a-f-G-E-V-C", "vehicle"),
        ("a-u-U", "unknown"),
        ("a-u-P", "unknown"),
        ("a-u", "unknown"),
        ("a", "unknown"),
        ("a-u-a", "unknown"),
    ],
)
def test_the_kind_is_the_battle_dimension(type_: str, kind: str) -> None:
    assert one(event(type_)).kind == kind


@pytest.mark.parametrize(
    "type_",
    ["b-t-f", "u-d-f", "u-d-c-c", "b-m-r", "b-m-p-s-m", "t-x-c-t", "t-x-c-t-r", "t-x-d-d", "b-a-o-tbl"],
)
def test_chat_drawings_alarms_and_pings_are_no_reports_and_no_faults(type_: str) -> None:
    assert read(event(type_)) == ([], 0)
    assert read(event(type_, point='lat="NaN" lon="0"')) == ([], 0)


@pytest.mark.parametrize(
    ("uid", "detail", "found"),
    [
        ("ICAO-4B1815", "", "icao:4b1815"),
        ("icao-4b1815", "", "icao:4b1815"),
        ("ICAO24-4B1815", "", "icao:4b1815"),
        ("MMSI-247320000", "", "mmsi:247320000"),
        ("FLIGHT-SWR1", '<__adsb icao="4B1815" squawk="1000"/>', "icao:4b1815"),
        ("REG-HB", '<__ais mmsi="247320000"/>', "mmsi:247320000"),
        # what gateways write where they do not know it
        ("ICAO-000000", "", "cot:ICAO-000000"),
        ("ICAO-FFFFFF", "", "cot:ICAO-FFFFFF"),
        ("ICAO-~2B1815", "", "cot:ICAO-~2B1815"),
        ("MMSI-000000000", "", "cot:MMSI-000000000"),
        ("MMSI-24732000", "", "cot:MMSI-24732000"),
        ("x ICAO-4B1815", "", "cot:x ICAO-4B1815"),
        ("X", '<__adsb icao="nothex"/>', "cot:X"),
    ],
)
def test_ids(uid: str, detail: str, found: str) -> None:
    assert one(event(uid=uid, detail=detail)).id == found


def test_a_uid_that_would_mislead_or_fill_the_screen_is_its_hash() -> None:
    for uid in ("a\u202eb", "x" * 201):
        found = one(event(uid=uid)).id
        assert found.startswith("cot:sha256-")
        assert len(found) == 43
    assert one(event(uid="x" * 200)).id == "cot:" + "x" * 200
    assert one(event(uid="a\u202eb")).id != one(event(uid="a\u202ec")).id


@pytest.mark.parametrize(
    ("ce", "doubt"),
    [
        ("9999999", 200 * METRE),
        ("9999999.0", 200 * METRE),
        ("999999.0", 200 * METRE),
        ("NaN", 200 * METRE),
        ("0", 200 * METRE),
        ("-1", 200 * METRE),
        ("", 200 * METRE),
        ("1", 10 * METRE),
        ("45.3", 1_812_000),
        ("10000", 40_000 * METRE),
    ],
)
def test_the_doubt_of_a_place(ce: str, doubt: int) -> None:
    assert one(event(point=f'lat="1" lon="2" ce="{ce}"')).doubt == doubt + 80


@pytest.mark.parametrize(
    ("hae", "le", "altitude", "doubt"),
    [
        ("9999999", "9999999", None, 0),
        ("NaN", "NaN", None, 0),
        ("", "", None, 0),
        ("0", "9999999.0", None, 0),
        ("0", "5", 0, 20 * METRE + 1),
        ("-11.93", "9999999", -119_300, 150 * METRE + 1),
        ("100", "10001", None, 0),
        ("100001", "5", None, 0),
    ],
)
def test_the_height(hae: str, le: str, altitude: int | None, doubt: int) -> None:
    found = one(event(point=f'lat="1" lon="2" hae="{hae}" le="{le}"'))
    assert found.altitude == (None if altitude is None else Altitude("HAE", altitude))
    assert found.altitude_doubt == doubt


@pytest.mark.parametrize(
    ("track", "velocity"),
    [
        ('speed="0" course="140.8"', Velocity(0, 1_408_000_000)),
        ('speed="5" course="360"', Velocity(5_000, 0)),
        ('course="137.2"', None),
        ('speed="5"', None),
        ('speed="0.0" course="9999999.0"', None),
        ('speed="-1" course="0"', None),
        ('speed="NaN" course="0"', None),
        ('speed="1e9" course="0"', None),
        ('speed="5" course="361"', None),
    ],
)
def test_the_velocity_is_whole_or_none(track: str, velocity: Velocity | None) -> None:
    assert one(event(detail=f"<track {track}/>")).velocity == velocity


def test_doubts() -> None:
    for how in ("m-s", "h-e", "h-c"):
        assert one(event(more=f'how="{how}"')).doubts == ("not_real",)
    assert one(event(more='how="m-g" opex="s-x"')).doubts == ("not_real",)
    assert one(event(more='how="m-g" opex="o-x"')).doubts == ()
    for detail in ('<emergency type="911 Alert">HOPE</emergency>', '<__adsb icao="4b1815" squawk="7700"/>'):
        assert one(event(detail=detail)).doubts == ("emergency",)
    assert one(event(detail='<emergency cancel="true"/>')).doubts == ()
    assert one(event("a-f-G-E-V-9-1-1", more='how="m-s"')).doubts == ("emergency", "not_real")


def test_what_is_said_twice_counts_once() -> None:
    assert one(event(detail='<contact callsign="A"/><contact callsign="B"/>')).callsign == "A"
    assert read(event().replace(b"<detail>", b'<point lat="1" lon="1"/><detail>')) == ([], 1)


@pytest.mark.parametrize(
    "wrong",
    [
        event(point='lat="91" lon="0"'),
        event(point='lat="1" lon="181"'),
        event(point='lat="x" lon="1"'),
        event(point='lon="1"'),
        event(point='lat="1" lon="1" ce="10001"'),
        event(uid=""),
        event(type_=""),
        event(stale="2026-11-28T06:59:59Z"),
        event(stale="tomorrow"),
        event().replace(b" time=", b" tyme="),
        event().replace(b"event", b"evant").replace(b"</evant>", b"</event>"),
    ],
)
def test_what_cannot_be_is_a_fault(wrong: bytes) -> None:
    assert read(wrong) == ([], 1)
    # and takes nothing with it
    reports, faults = read(wrong + event())
    assert (len(reports), faults) == (1, 1)


def test_no_position_is_no_report_and_one_that_is_stale_is_a_report_of_its_time() -> None:
    assert read(event(point='lat="0.0" lon="0.0" hae="0" ce="9999999" le="9999999"')) == ([], 0)
    assert one(event(stale="2026-11-28T07:00:00Z")).at_ms == AT


DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@given(st.lists(st.sampled_from(["plain", "declared", "spaced", "chat", "proto"]), max_size=8), st.data())
def test_a_stream_is_the_same_wherever_it_is_split(kinds: list[str], data: st.DataObject) -> None:
    parts = {
        "plain": event(),
        "declared": DECLARED + event(uid="ICAO-4B1815"),
        "spaced": b"\r\n \n"
        + event(detail="<remarks>\u05d0\u2026</remarks>").replace(b"</event>", b"</event \n>"),
        "chat": event("b-t-f"),
        "proto": bytes(takproto.xml2proto(event().decode(), takproto.TAKProtoVer.STREAM)),
    }
    whole = b"".join(parts[kind] for kind in kinds)
    expected = sum(kind != "chat" for kind in kinds)
    decoder = cot_report.opened("tak")
    reports: list[Report] = []
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        found = decoder(whole[start:end], NOW)
        reports += found.reports
        # a read that begins in the middle like a message does is the one exception (see _anew)
        assert found.faults == 0
    assert len(reports) == expected


def test_binary_messages_say_the_same() -> None:
    detail = '<contact callsign="A &amp; B"/><track speed="12.5" course="90.0"/><__adsb icao="4b1815"/>'
    text = event("a-h-A", detail=detail).decode()
    for how in (takproto.TAKProtoVer.STREAM, takproto.TAKProtoVer.MESH):
        assert one(bytes(takproto.xml2proto(text, how))) == one(text.encode())
    # a number that was not sent is no number
    bare = event(
        point='lat="1" lon="2" hae="9999999" ce="9999999" le="9999999"', detail='<track course="3"/>'
    )
    found = one(bytes(takproto.xml2proto(bare.decode(), takproto.TAKProtoVer.STREAM)))
    assert (found.velocity, found.altitude, found.doubt) == (None, None, 200 * METRE + 80)


def test_a_broken_message_takes_no_other_with_it() -> None:
    mesh = bytes(takproto.xml2proto(event().decode(), takproto.TAKProtoVer.MESH))
    for broken in (
        event()[:-20],
        event()[:30],
        b"<event <!DOCTYPE ",
        b"\xbf\xff\xff\x3f",
        b"\xbf\x05ab",
        b"<?xml",
    ):
        for good in (event(), DECLARED + event(), mesh):
            if good is mesh and broken == b"<?xml":
                continue
            decoder = cot_report.opened("tak")
            assert not decoder(broken, NOW).reports
            assert len(decoder(good, NOW).reports) == 1, (broken, good)


def test_binary_rubbish() -> None:
    for rubbish, faults in (
        (b"\xbf\x00", 1),
        (b"\xbf\x03abc", 1),
        (b"\xbf\xff\xff\xff\xff\xff\xff", 1),
        (b"\xbf\x01\xbfxyz", 1),
        (b"\xbf\x80", 0),
        (b"\xbf", 0),
    ):
        assert read(rubbish) == ([], faults)


def test_without_takproto_binary_messages_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    message = bytes(takproto.xml2proto(event().decode(), takproto.TAKProtoVer.STREAM))
    monkeypatch.setitem(__import__("sys").modules, "takproto.proto", None)
    cot_proto._message.cache_clear()
    try:
        assert read(message + event())[1] == 1
        assert len(read(message + event())[0]) == 1
    finally:
        monkeypatch.undo()
        cot_proto._message.cache_clear()


@given(
    st.lists(
        st.binary(max_size=60) | st.sampled_from([b"<event", b"</event>", b"\xbf", b"<?xml", b"\xbf\x01\xbf"])
    )
)
def test_no_bytes_raise(parts: list[bytes]) -> None:
    decoder = cot_report.opened("tak")
    for part in parts:
        assert decoder(part, NOW).reports == []


@given(st.data())
def test_an_event_with_anything_in_it_raises_nothing(data: st.DataObject) -> None:
    text = event(detail='<track speed="1" course="2"/><contact callsign="A"/>').decode()
    quoted = [n for n, c in enumerate(text) if c == '"'][: 2 * data.draw(st.integers(1, 14))]
    value = data.draw(
        st.text(max_size=30) | st.sampled_from(["1e400", "9" * 500, "-0", "٣", "2026-13-01T00:00:00Z"])
    )
    value = value.replace("<", "&lt;").replace('"', "&quot;")
    made = text[: quoted[-2] + 1] + value + text[quoted[-1] :]
    decoder = cot_report.opened("tak")
    decoder(made.encode("utf-8", "surrogatepass"), NOW)
    assert len(decoder(event(), NOW).reports) >= 1


def test_memory_and_time_are_bounded() -> None:
    for filler in (
        b"<event " + b"x" * 999,
        b"a" * 1_000,
        b"\xbf" + b"\xff" * 999,
        b"\xbf\xff\xff\xff\x07" + b"x" * 990,
        b"</event",
        b"<event",
        b"<",
    ):
        decoder = cot_report.opened("tak")
        begun = time.process_time()
        for _ in range(3_000):
            assert decoder(filler, NOW).reports == []
            assert len(decoder._buffer) <= cot_report.LARGEST + 1_000  # type: ignore[attr-defined]  # the class behind
        decoder(b"\n</event>", NOW)
        assert len(decoder(DECLARED + event(), NOW).reports) == 1
        assert time.process_time() - begun < 5
    deep = b"<event>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</event>"
    assert read(deep)[1] == 1


def test_hostile_vectors(shared: Path) -> None:
    found = {}
    for path in sorted((shared / "vectors" / "xml-hostile").glob("*.xml")):
        reports, faults = read(path.read_bytes())
        found[path.stem] = (len(reports), faults)
    good = {name for name, (reports, _) in found.items() if reports}
    assert good == {"good", "many-attributes", "xinclude"}
    assert all(counts in ((1, 0), (0, 1)) for name, counts in found.items() if name != "not-closed")
    assert found["not-closed"] == (0, 0)


def test_events_of_real_clients(shared: Path) -> None:
    for path in sorted((shared / "data" / "cot").iterdir()):
        data = path.read_bytes()
        reports, faults = read(data)
        atom = b'type="a-' in data or b'type = "a-' in data
        event_file = path.suffix == ".cot" or path.name.startswith(("esri_CoT", "cotlib"))
        drawn = any(mark in data for mark in (b"b-m-", b"b-t-f", b"u-d-"))
        assert len(reports) == (event_file and atom and not drawn), path.name
        # the one that its repository keeps because it is broken
        assert faults == (path.name == "nodecot_cli_00.cot"), path.name
