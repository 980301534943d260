"""`check` from the command line: what it decides by, what it prints, how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.runs import AS_OF, CREWED, OURS, TERMS, THEIRS, plan, process, run, save


def test_the_samples_have_three_conflicts() -> None:
    ran = run("check", OURS, THEIRS, *CREWED)
    assert ran.code == 1
    assert ran.out.startswith("3 conflicts between 6 plans, as of 2026-11-23 10:00Z\n")
    for pair in ("Coast survey", "Supply lift", "Sea watch"):
        assert f"Blue Heron · {pair}" in ran.out
    assert "Patrol" not in ran.out and "Transfer" not in ran.out
    assert ran.err == ""


def test_json_is_one_object_and_the_same_in_any_order() -> None:
    ran = run("check", OURS, THEIRS, *CREWED, "--json")
    found = ran.json
    assert ran.code == 1
    assert (found["schema"], found["plans"], found["separation_source"]) == (
        "wideberth.check/1",
        9,
        "preset crewed",
    )
    assert found["as_of"] == "2026-11-23T10:00:00.000Z"
    assert [c["plans"][1]["id"] for c in ran.conflicts] == ["transit-1", "drop-3", "buoys-5"]
    assert run("check", THEIRS, OURS, *CREWED, "--json").bytes == ran.bytes


def test_a_gap_shown_is_the_gap_decided() -> None:
    first, second, third = run("check", OURS, THEIRS, *CREWED, "--json").conflicts
    assert 3_800 < first["gap"]["horizontal_m"] < 3_900
    assert second["gap"] == {"horizontal_m": 0, "vertical_m": 0, "time_s": 180, "frequency_hz": None}
    assert second["required"]["vertical_m"] == pytest.approx(914.4 + 90)
    assert third["until"] == "2026-11-24T15:00:00.000Z"


def test_no_known_conflict_ends_with_0(tmp_path: Path) -> None:
    far = save(tmp_path / "far.geojson", plan("A", "a"), plan("B", "b", at=[35.0, 34.0]))
    ran = run("check", far, *CREWED)
    assert ran.code == 0
    assert ran.out.startswith("no known conflict, as of 2026-11-23 10:00Z\n")
    assert "safe" not in ran.out


def test_minima_on_the_command_line(tmp_path: Path) -> None:
    near = save(tmp_path / "near.geojson", plan("A", "a"), plan("B", "b", at=[33.05, 34.0]))
    minima = ("--vertical", "any", "--time", "0")
    assert run("check", near, "--horizontal", "2NM", *minima, *AS_OF).code == 1
    ran = run("check", near, "--horizontal", "1NM", *minima, *AS_OF)
    assert ran.code == 0
    assert "separation: minima as given (1 NM, any altitude, 0 s)" in ran.out


def test_without_minima_nothing_is_decided() -> None:
    ran = run("check", OURS, THEIRS)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == "nothing is decided without minima  [separation.none]"
    for line in (
        "  crewed    3 NM, 3,000 ft, 5 min",
        "  drone     100 m, 30 m, 2 min",
        "  convoy    1 km, any altitude, 30 min",
        "  maritime  10 NM, any altitude, 1 h",
        "  spectrum  20 km, any altitude, 5 min, 1 MHz",
    ):
        assert line in ran.err.splitlines()


H, V, T = ("--horizontal", "3NM"), ("--vertical", "3000ft"), ("--time", "5min")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*V, *T), "--horizontal: found nothing"),
        ((*H, *T), "--vertical: found nothing"),
        ((*H, *V), "--time: found nothing"),
        (("--frequency", "1MHz"), "--horizontal: found nothing"),
        ((*CREWED, *H), "[separation.several]"),
        ((*CREWED, "--agreement", TERMS), "[separation.several]"),
        (("--agreement", TERMS, *H, *V, *T), "[separation.several]"),
        (("--preset", "fighter"), "crewed, drone, convoy, maritime, spectrum  [separation.preset]"),
        ((*H, *V, "--time", "5"), "--time: found 5"),
        (("--horizontal=-3NM", *V, *T), "[separation.minimum]"),
        ((*CREWED, "--tz", "Mars/Olympus"), "[time.zone]"),
        (("--preset", "crewed", "--as-of", "yesterday"), "[time.malformed]"),
        ((*CREWED, "--ground", "high"), "[terms.ground]"),
        ((*CREWED, "--half-width", "6000km"), "[geometry.half_width]"),
        ((*CREWED, "--half-width", "wide"), "[length.malformed]"),
        ((*CREWED, "--vertical-tolerance=-1m"), "[option.tolerance]"),
        ((*CREWED, "--time-tolerance", "2d"), "[option.tolerance]"),
        ((*CREWED, "--top-speed", "300"), "[option.speed]"),
        ((*CREWED, "--top-speed", "0m/s"), "[option.speed]"),
        ((*CREWED, "--picture", "x.gif"), "[picture.format]"),
        ((*CREWED, "--units", "cubits"), "--units"),
        ((*CREWED, "--colour"), "--colour"),
        (("--agreement", "no-such.toml"), "no-such.toml: found no such file"),
        (("--agreement", OURS), "[terms.malformed]"),
    ],
)
def test_what_is_asked_wrongly_is_refused_before_anything_is_read(
    arguments: tuple[str, ...], says: str
) -> None:
    ran = run("check", "no-such-file.geojson", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_no_files_at_all() -> None:
    ran = run("check", *CREWED)
    assert ran.code == 2
    assert "FILES" in ran.err


def test_one_party_is_an_error_unless_its_own_plans_are_compared(tmp_path: Path) -> None:
    file = save(tmp_path / "x.geojson", plan("A", "a"), plan("A", "b"))
    ran = run("check", file, *CREWED)
    assert (ran.code, ran.out) == (2, "")
    assert "found plans of one party, A" in ran.err and "[party.only_one]" in ran.err
    ran = run("check", file, *CREWED, "--own")
    assert ran.code == 1
    assert "A · a  and  A · b" in ran.out


def test_no_plan_at_all_is_an_error(tmp_path: Path) -> None:
    ran = run("check", save(tmp_path / "x.geojson"), *CREWED)
    assert ran.code == 2


def test_one_party_left_after_a_refused_file_is_shown_as_such(tmp_path: Path) -> None:
    good = save(tmp_path / "good.geojson", plan("A", "a"))
    ran = run("check", good, str(tmp_path / "missing.kml"), *CREWED)
    assert ran.code == 2
    assert "1 plan of 1 party in 1 file was read; 1 file was refused and left out" in ran.out


def test_bad_input_beats_conflicts_and_the_good_files_are_still_checked(tmp_path: Path) -> None:
    bad = save(tmp_path / "bad.geojson", plan("C", "c", at=[33.0, 134.0]))
    ran = run("check", OURS, bad, THEIRS, *CREWED)
    assert ran.code == 2
    assert "3 conflicts between 6 plans" in ran.out
    assert "[geometry.latitude]" in ran.out
    ran = run("check", OURS, bad, THEIRS, *CREWED, "--json")
    assert ran.code == 2
    refused = ran.json["refused"]
    assert isinstance(refused, list)
    assert [(r["file"], r["code"]) for r in refused] == [(bad, "geometry.latitude")]
    assert len(ran.conflicts) == 3
    assert ran.err.startswith(f"{bad}: features[0].geometry.coordinates: found 134.0")


def test_files_without_a_party_are_parties_of_their_own(tmp_path: Path) -> None:
    one = save(tmp_path / "one.geojson", plan(None, "a"))
    two = save(tmp_path / "two.geojson", plan(None, "a"))
    ran = run("check", one, two, *CREWED, "--json")
    assert ran.code == 1
    (conflict,) = ran.conflicts
    assert [p["party"] for p in conflict["plans"]] == [one, two]


def emission(party: str, low: str, high: str, **more: object) -> dict[str, object]:
    return plan(party, "radar", band={"from": low, "to": high}, **more)


def test_the_frequency_minimum_is_needed_only_where_two_emissions_meet(tmp_path: Path) -> None:
    one = save(tmp_path / "one.geojson", emission("A", "9.0GHz", "9.1GHz"))
    two = save(tmp_path / "two.geojson", emission("B", "9.2GHz", "9.3GHz"))
    plain = save(tmp_path / "plain.geojson", plan("C", "c"))
    ran = run("check", one, two, *H, *V, *T, *AS_OF)
    assert (ran.code, ran.out) == (2, "")
    assert "--frequency: found nothing" in ran.err
    assert run("check", one, plain, *H, *V, *T, *AS_OF).code == 1
    for frequency, code in (("1MHz", 0), ("200MHz", 1), ("0", 0), ("any", 1)):
        assert run("check", one, two, *H, *V, *T, *AS_OF, "--frequency", frequency).code == code, frequency
    ended = save(tmp_path / "ended.geojson", emission("D", "9.0GHz", "9.1GHz", state="ended"))
    later = {"start": "2026-12-01T00:00:00Z", "end": "2026-12-01T01:00:00Z"}
    other = save(tmp_path / "later.geojson", emission("E", "9.0GHz", "9.1GHz", **later))
    assert run("check", one, ended, other, *H, *V, *T, *AS_OF).code == 0  # none that meet


def test_an_agreement_says_minima_ground_and_places() -> None:
    ran = run("check", OURS, THEIRS, "--agreement", TERMS, *AS_OF)
    assert ran.code == 1
    assert (
        'separation: agreement "South Cyprus exercise area, trial terms" (4 pairs of activities)' in ran.out
    )
    assert ran.out.startswith("2 conflicts")  # 3 minutes are enough here
    assert "17 NM S of Limassol" in ran.out
    assert "AGL unresolved" not in ran.out
    assert "is not a party of the agreement" not in ran.out


def test_what_the_agreement_does_not_cover_is_told(tmp_path: Path) -> None:
    stranger = {"activity": "crewed", "at": [36.0, 34.0]}
    file = save(tmp_path / "x.geojson", plan("A", "a", **stranger), plan("Red Kite", "b", **stranger))
    ran = run("check", file, "--agreement", TERMS, *AS_OF)
    assert ran.code == 1
    assert "A is not a party of the agreement" in ran.out
    assert "1 conflict lies outside the area of the agreement" in ran.out


def test_a_fault_in_the_agreement_names_the_place(tmp_path: Path) -> None:
    wrong = tmp_path / "terms.toml"
    wrong.write_text('schema = "wideberth.terms/1"\n[[separation]]\nbetween = ["a"]\n', encoding="utf-8")
    ran = run("check", OURS, THEIRS, "--agreement", str(wrong))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{wrong}: separation[0].between: found ['a']; accepted: two activities")


def test_ground_decides_what_is_above_it(tmp_path: Path) -> None:
    low = {"lower": "SFC", "upper": "120m AGL"}
    high = {"lower": "2000m HAE", "upper": "3000m HAE"}
    file = save(tmp_path / "x.geojson", plan("A", "a", **low), plan("B", "b", **high))
    unknown = run("check", file, "--preset", "drone", *AS_OF)
    assert unknown.code == 1
    assert "ground height unknown" in unknown.out
    assert f"{file}: AGL unresolved: 1 conflict is due to that alone" in " ".join(unknown.out.split())
    assert run("check", file, "--preset", "drone", *AS_OF, "--ground", "0m..900m").code == 0
    assert run("check", file, "--preset", "drone", *AS_OF, "--ground", "0m..1900m HAE").code == 1


def test_units_and_zone_of_what_is_shown() -> None:
    ran = run("check", OURS, THEIRS, *CREWED, "--units", "metric", "--tz", "Asia/Nicosia")
    assert "horizontal    3.88 km of 5.56 km" in ran.out
    assert "as of 2026-11-23 12:00+02:00" in ran.out
    assert "2026-11-24 10:30+02:00 – 11:00+02:00" in ran.out
    assert "read in Asia/Nicosia, tzdata" in ran.out


def test_all_shows_all(tmp_path: Path) -> None:
    many = [plan(party, f"{party}{k}") for party in "AB" for k in range(8)]
    file = save(tmp_path / "many.geojson", *many)
    assert (
        "… and 14 more conflicts between 14 pairs of plans; --all shows all"
        in run("check", file, *CREWED).out
    )
    assert " 64  A · A7  and  B · B7" in run("check", file, *CREWED, "--all").out


@pytest.mark.parametrize(
    ("name", "begins"), [("p.svg", b"<svg"), ("p.html", b"<!DOCTYPE html>"), ("P.HTM", b"<!D")]
)
def test_pictures(tmp_path: Path, name: str, begins: bytes) -> None:
    ran = run("check", OURS, THEIRS, *CREWED, "--picture", str(tmp_path / name))
    assert ran.code == 1
    data = (tmp_path / name).read_bytes()
    assert data.startswith(begins)
    assert b"Coast survey" in data


def test_a_png_picture(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="the extra `picture` is not installed")
    run("check", OURS, THEIRS, *CREWED, "--json", "--picture", str(tmp_path / "p.png"))
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_png_without_the_extra_is_said_before_the_work(tmp_path: Path) -> None:
    # a folder that hides the extra, as if it were not installed
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text(
        "import sys\nfrom importlib.machinery import PathFinder\n"
        "class Hide:\n"
        "    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name == 'resvg_py':\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hide)\n",
        encoding="utf-8",
    )
    from tests.cli.runs import SAMPLES

    path = f"{tmp_path}:{SAMPLES.parent.parent.parent}"
    ran = process("check", OURS, THEIRS, *CREWED, "--picture", str(tmp_path / "p.png"), PYTHONPATH=path)
    assert (ran.code, ran.out) == (3, "")
    assert "wideberth[picture]" in ran.err and "[picture.no_png]" in ran.err


def test_a_picture_that_cannot_be_written(tmp_path: Path) -> None:
    ran = run("check", OURS, THEIRS, *CREWED, "--picture", str(tmp_path / "no" / "p.svg"))
    assert ran.code == 3
    assert "3 conflicts" in ran.out
    assert ran.err == f"could not: {tmp_path / 'no' / 'p.svg'}: No such file or directory\n"


def test_trajectories_and_areas_of_the_field(shared: Path) -> None:
    flights = str(shared / "data" / "adsb" / "samu31.json.gz")
    areas = str(shared / "data" / "airspace" / "fir_vatspy_east_med.geojson")
    ran = run("check", flights, areas, *CREWED, "--json", "--top-speed", "160kt", "--half-width", "200m")
    assert ran.code == 0
    assert ran.json["refused"] == []
    assert json.dumps(ran.json["notes"]).count("half-width") == 0


def test_a_file_name_that_is_not_utf_8_is_shown_escaped(tmp_path: Path) -> None:
    good = save(tmp_path / "good.geojson", plan("A", "a"))
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.geojson")
    save(Path(odd), plan(None, "b"))
    ran = run("check", good, odd, str(tmp_path / "\udcfe.kml"), *CREWED, "--json")
    assert ran.code == 2
    (conflict,) = ran.conflicts
    assert {place["file"] for place in conflict["where"]} == {good, f"{tmp_path}/\\udcff.geojson"}
    assert ran.json["refused"] == [
        {
            "file": f"{tmp_path}/\\udcfe.kml",
            "where": "",
            "code": "file.missing",
            "message": "found no such file; accepted: the path of a file",
        }
    ]


def test_a_review_that_is_due_reminds_and_ends_nothing(tmp_path: Path) -> None:
    plans = [plan("A", f"a{k}", review="2026-11-01T00:00:00Z") for k in range(12)]
    later = plan("B", "b", review="2027-01-01T00:00:00Z")
    ran = run("check", save(tmp_path / "p.geojson", *plans, later), *CREWED, "--json")
    notes = ran.json["notes"]
    assert isinstance(notes, list)
    assert "review of a0 of A was due 2026-11-01 00:00Z; it stays in force" in notes
    assert "2 more reviews are due" in notes
    assert not any("review of b " in note for note in notes)
    assert len(ran.conflicts) == 12
