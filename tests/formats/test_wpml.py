"""DJI routes: waylines in an archive or bare, templates, and archives that another program writes."""

from __future__ import annotations

import importlib
import io
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import kml, kmz, wpml
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import METRE
from wideberth.space.volume import Volume

OPTIONS = Options(file="a/roof.kmz", as_of=0, half_width=50 * METRE, vertical_tolerance=10 * METRE)
START = "<wpml:takeOffRefPoint>48.0,24.0,230.5</wpml:takeOffRefPoint>"


def mark(at: str, height: float | str = 60, inside: str = "") -> str:
    return (
        f"<Placemark><Point><coordinates>{at}</coordinates></Point>"
        f"<wpml:executeHeight>{height}</wpml:executeHeight>{inside}</Placemark>"
    )


LINE = mark("24.0,48.01") + mark("24.02,48.01")


def folder(marks: str = LINE, mode: str = "WGS84", inside: str = "") -> str:
    stated = f"<wpml:executeHeightMode>{mode}</wpml:executeHeightMode>" if mode else ""
    return f"<Folder>{stated}{inside}{marks}</Folder>"


def document(*folders: str, start: str = "", finish: str = "goHome", more: str = "") -> bytes:
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:wpml="http://www.dji.com/wpmz/1.0.6"><Document>'
        f"<wpml:missionConfig><wpml:finishAction>{finish}</wpml:finishAction>{start}{more}</wpml:missionConfig>"
        f"{''.join(folders)}</Document></kml>"
    ).encode()


def read(data: bytes, options: Options = OPTIONS) -> Reading:
    return wpml.read(data, options)


def volumes(*folders: str, start: str = "", finish: str = "goHome", more: str = "") -> tuple[Volume, ...]:
    (filed,) = read(document(*folders, start=start, finish=finish, more=more)).filed
    assert len(filed.where) == len(filed.plan.volumes)
    return filed.plan.volumes


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(data)
    return caught.value


def told(reading: Reading, note: str) -> bool:
    return any(one.startswith(note) for one in reading.notes)


def packed(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def hae(metres: float) -> Altitude:
    return Altitude("HAE", round(metres * METRE))


@pytest.mark.parametrize(
    ("mode", "datum"),
    [("WGS84", "HAE"), ("EGM96", "MSL"), ("aboveGroundLevel", "AGL"), ("realTimeFollowSurface", "AGL")],
)
def test_the_height_modes(mode: str, datum: str) -> None:
    reading = read(document(folder(mode=mode)))
    (line,) = reading.filed[0].plan.volumes
    assert isinstance(line.ground, Corridor)
    assert line.ground.points == ((240_000_000, 480_100_000), (240_200_000, 480_100_000))
    assert line.ground.half_width == 50 * METRE
    assert (line.lower.datum, line.lower.value, line.upper.datum, line.upper.value) == (
        datum,
        50 * METRE,
        datum,
        70 * METRE,
    )
    assert told(reading, wpml.NO_START)
    assert not told(reading, wpml.TEMPLATE)
    assert (reading.filed[0].plan.id, reading.filed[0].plan.party) == ("roof.kmz", "a/roof.kmz")


def test_relative_heights_and_the_ways_out_and_back() -> None:
    secure = "<wpml:takeOffSecurityHeight>90</wpml:takeOffSecurityHeight>"
    reading = read(document(folder(mode="relativeToStartPoint"), start=START, more=secure))
    out, line, back = reading.filed[0].plan.volumes
    assert isinstance(out.ground, Corridor)
    assert out.ground.points == ((240_000_000, 480_000_000), (240_000_000, 480_100_000))
    assert (out.lower, out.upper) == (SURFACE, hae(230.5 + 90 + 10))
    assert (line.lower, line.upper) == (hae(230.5 + 50), hae(230.5 + 70))
    assert isinstance(back.ground, Corridor)
    assert back.ground.points == ((240_200_000, 480_100_000), (240_000_000, 480_000_000))
    assert (back.lower, back.upper) == (SURFACE, hae(230.5 + 120 + 10))
    assert told(reading, wpml.START)
    assert told(reading, wpml.RETURN)
    for start in ("", START.replace("230.5", "0"), START.replace("48.0,24.0", "0,0")):
        reading = read(document(folder(mode="relativeToStartPoint"), start=start))
        assert told(reading, wpml.NO_START_HEIGHT)
        for volume in reading.filed[0].plan.volumes:
            assert (volume.lower, volume.upper.datum) == (SURFACE, "AGL")
            assert volume.upper.value >= 70 * METRE


def test_how_a_route_ends() -> None:
    first = volumes(folder(), start=START, finish="gotoFirstWaypoint")
    assert any(
        isinstance(v.ground, Corridor)
        and v.ground.points[-2:] == ((240_200_000, 480_100_000), (240_000_000, 480_100_000))
        for v in first
    )
    assert volumes(folder(), start=START, finish="noAction") == volumes(folder(), start=START)
    alone = volumes(folder(mark("24.0,48.01")))
    assert alone == (Volume(Circle((240_000_000, 480_100_000), 50 * METRE), hae(50), hae(70)),)
    # every wayline is flown from take-off and back
    assert len(volumes(folder(), folder(mark("24.0,48.02")), start=START)) == 6


def test_turns_widen_the_legs_beside_them() -> None:
    turn = (
        "<wpml:waypointTurnParam><wpml:waypointTurnMode>{}</wpml:waypointTurnMode>{}</wpml:waypointTurnParam>"
    )
    early = turn.format("coordinateTurn", "<wpml:waypointTurnDampingDist>12.5</wpml:waypointTurnDampingDist>")
    (line,) = volumes(folder(mark("24.0,48.01", inside=early) + mark("24.02,48.01")))
    assert isinstance(line.ground, Corridor)
    assert line.ground.half_width == 625_000
    curved = turn.format("toPointAndPassWithContinuityCurvature", "")
    marks = mark("24.0,48.01", inside=curved) + mark("24.02,48.01")
    reading = read(document(folder(marks)))
    assert told(reading, wpml.CURVED)
    wide = reading.filed[0].plan.volumes[0].ground
    assert isinstance(wide, Corridor)
    assert wide.half_width / METRE == pytest.approx(50 + 4 / 27 * 2 * 1491.4, abs=0.5)
    straight = marks.replace("</Placemark>", "<wpml:useStraightLine>1</wpml:useStraightLine></Placemark>")
    assert not told(read(document(folder(straight))), wpml.CURVED)
    everywhere = (
        "<wpml:globalWaypointTurnMode>toPointAndStopWithContinuityCurvature</wpml:globalWaypointTurnMode>"
    )
    assert told(read(document(folder(inside=everywhere))), wpml.CURVED)


def test_templates() -> None:
    mode_ = "<wpml:heightMode>{}</wpml:heightMode>"
    system = f"<wpml:waylineCoordinateSysParam>{mode_}</wpml:waylineCoordinateSysParam>"
    head = "<wpml:templateType>waypoint</wpml:templateType><wpml:globalHeight>80</wpml:globalHeight>"
    own = (
        "<Placemark><Point><coordinates>\n24.0,48.01\n</coordinates></Point><wpml:ellipsoidHeight>90"
        "</wpml:ellipsoidHeight><wpml:height>60</wpml:height></Placemark>"
    )
    overall = own.replace("<Point>", "<wpml:useGlobalHeight>1</wpml:useGlobalHeight><Point>")
    for mode, mark_, upper in (
        ("EGM96", own, Altitude("MSL", 70 * METRE)),
        ("WGS84", own, hae(100)),
        ("EGM96", overall, Altitude("MSL", 90 * METRE)),
    ):
        reading = read(document(folder(mark_, "", head + system.format(mode))))
        assert reading.filed[0].plan.volumes[0].upper == upper
        assert told(reading, wpml.TEMPLATE)
    pattern = "<wpml:templateType>mapping2d</wpml:templateType>" + system.format("EGM96")
    assert refusal(document(folder(LINE, "", pattern))).code == "wpml.template"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document(folder(mode="")), "wpml.height_mode"),
        (document(folder(mode="barometric")), "wpml.height_mode"),
        (document(folder("")), "wpml.no_route"),
        (document(), "wpml.no_route"),
        (b"<gpx/>", "wpml.no_route"),
        (document(folder(mark("24.0"))), "wpml.coordinates"),
        (document(folder("<Placemark/>")), "wpml.coordinates"),
        (document(folder(mark("24.0,98"))), "geometry.latitude"),
        (document(folder(mark("24.0,48", "high"))), "wpml.number"),
        (document(folder(mark("24.0,48", ""))), "wpml.height"),
        (document(folder(mark("24.0,48", "1e9"))), "altitude.range"),
        (document(folder(), start="<wpml:takeOffRefPoint>48,24</wpml:takeOffRefPoint>"), "wpml.take_off"),
        (
            document(folder(), start="<wpml:takeOffRefPoint>98,24,0</wpml:takeOffRefPoint>"),
            "geometry.latitude",
        ),
    ],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wpml, "WAYPOINT_LIMIT", 1)
    assert refusal(document(folder())).code == "wpml.too_many"


def test_archives() -> None:
    lines, template = document(folder()), document(folder(mode="EGM96"))
    data = packed({"wpmz/template.kml": template, "wpmz/waylines.wpml": lines, "wpmz/res/a.jpg": b""})
    assert recognise("x.kmz", data).read is wpml.read_archive
    # what the aircraft executes counts, not what it was made from
    assert wpml.read_archive(data, OPTIONS).filed == read(lines).filed
    only = packed({"wpmz/template.kml": template})
    assert wpml.read_archive(only, OPTIONS).filed == read(template).filed
    with pytest.raises(Invalid) as caught:
        wpml.read_archive(packed({"doc.kml": b""}), OPTIONS)
    assert caught.value.code == "wpml.no_route"
    with pytest.raises(Invalid) as caught:
        wpml.read_archive(packed({"wpmz/waylines.wpml": b"<kml"}), OPTIONS)
    assert (caught.value.code, caught.value.path[:18]) == ("xml.syntax", "wpmz/waylines.wpml")
    with pytest.raises(Invalid) as caught:
        wpml.read_archive(packed({"wpmz/waylines.wpml": b"<gpx/>"}), OPTIONS)
    assert (caught.value.code, caught.value.path) == ("wpml.no_route", "wpmz/waylines.wpml")


def test_the_format_is_known_and_plain_kml_is_not_taken_for_it() -> None:
    plain = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
    assert recognise("x.kml", plain).read is kml.read
    assert recognise("x.kmz", packed({"doc.kml": plain})).read is kmz.read
    assert recognise("x.kmz", b"PK").read is kmz.read
    assert recognise("x.kml", document(folder())).read is wpml.read
    assert recognise("x.wpml", document(folder())).read is wpml.read


def test_an_archive_that_another_program_writes(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries it is made with
        djikmz = importlib.import_module("djikmz")
    task = djikmz.DroneTask("M3E", "nobody")
    wanted = [(48.1, 24.1, 60.0), (48.11, 24.1, 90.0), (48.12, 24.12, 90.0)]
    for lat, lon, height in wanted:
        task.fly_to(lat, lon, height)
    file = tmp_path / "made.kmz"
    task.to_kmz(str(file))
    data = file.read_bytes()
    reader = recognise(str(file), data).read
    assert reader is wpml.read_archive
    (filed,) = wpml.read_archive(data, OPTIONS).filed
    read_points = [p for v in filed.plan.volumes if isinstance(v.ground, Corridor) for p in v.ground.points]
    assert list(dict.fromkeys(read_points)) == [
        (round(lon * 1e7), round(lat * 1e7)) for lat, lon, _ in wanted
    ]
    assert {v.upper for v in filed.plan.volumes} == {Altitude("AGL", 100 * METRE)}
    assert {v.lower for v in filed.plan.volumes} == {SURFACE}


@given(st.sampled_from(["48.01", "WGS84", "60", "24.0,48.01", "Placemark", "goHome"]), st.text(max_size=6))
def test_anything_is_a_plan_or_one_error(old: str, new: str) -> None:
    data = document(folder(), start=START).replace(old.encode(), new.encode("utf-8", "ignore"))
    try:
        assert read(data).filed
    except Invalid as error:
        assert error.code.split(".")[0] in ("wpml", "geometry", "altitude", "xml")


def test_the_height_of_return_that_the_file_states() -> None:
    def highest(back: str) -> Altitude:
        more = f"<wpml:globalRTHHeight>{back}</wpml:globalRTHHeight>" if back else ""
        return max(volume.upper for volume in volumes(folder(), start=START, more=more))

    assert highest("") == highest("50") == Altitude("HAE", int((230.5 + 120 + 10) * METRE))
    assert highest("400") == Altitude("HAE", int((230.5 + 400 + 10) * METRE))


def test_two_routes_in_an_archive_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name in ("a/wpmz/waylines.wpml", "b/wpmz/waylines.wpml"):
            made.writestr(name, document(folder()))
    with pytest.raises(Invalid) as caught:
        wpml.read_archive(packed.getvalue(), OPTIONS)
    assert caught.value.code == "wpml.several"


def test_shapes_beside_a_route_are_faults() -> None:
    area = (
        "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>24,48 24.1,48 24.1,48.1 24,48"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )
    reading = read(document(folder(), area))
    assert [fault.code for fault in reading.faults] == ["wpml.other"]
    assert len(reading.filed) == 1
