"""`wideberth propose` and the key `clears` of `check`, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import AS_OF, CREWED, OURS, THEIRS, Ran, plan, run, save
from wideberth.cli.clears import Wanted
from wideberth.cli.propose import Bounds, Keep, limits
from wideberth.conflict.offer import HUNDRED_FEET, MINUTE, Limits
from wideberth.errors import Invalid
from wideberth.space.units import FOOT, NAUTICAL_MILE

NOTHING = Bounds(
    delay=None,
    advance=None,
    climb=None,
    descent=None,
    sidestep=None,
    ceiling=None,
    no_climb=False,
    no_descent=False,
    keep=(),
)


def propose(*more: str) -> Ran:
    return run("propose", OURS, "--against", THEIRS, *CREWED, *more)


def document(ran: Ran) -> list[dict[str, Any]]:
    found = ran.json["proposals"]
    assert isinstance(found, list)
    return found


def changes(entries: list[dict[str, Any]]) -> dict[str, float]:
    return {entry["change"]: entry["by_s"] if "by_s" in entry else entry["by_m"] for entry in entries}


def test_the_samples() -> None:
    ran = propose()
    assert ran.code == 1
    assert ran.out.startswith("3 of 4 plans in conflict, as of 2026-11-23 10:00Z\n")
    assert "would clear   sidestep 1 NM N\n" in ran.out
    assert "advance by 35 min: 2026-11-24 07:25Z – 08:25Z\n" in ran.out
    assert "climb by 5,000 ft: FL200 – FL210\n" in ran.out
    assert "not offered   delay, advance, climb, descend: none found within the limits\n" in ran.out
    told = " ".join(ran.out.split())
    assert (
        "what would clear each of 3 plans: searched within 6 h, 20,000 ft, up to FL600, 20 NM aside, against"
        " all 9 plans (12 volumes) known, but for those of its own party" in told
    )
    assert "safe" not in ran.out


def test_the_samples_as_json() -> None:
    ran = propose("--json", "--keep", "area")
    assert (ran.code, ran.json["schema"], ran.json["count"]) == (1, "wideberth.propose/1", 3)
    survey = document(ran)[1]
    assert survey["plan"] == {"party": "Blue Heron", "id": "survey-1"}
    assert survey["conflicting_with"] == [{"party": "Red Kite", "id": "transit-1"}]
    assert changes(survey["offers"]) == {
        "delay": 95 * 60,
        "advance": 35 * 60,
        "climb": 1524,
        "descend": 1219.2,
        "trim": 35 * 60,
    }
    assert survey["missing"] == [{"change": "sidestep", "why": "not_allowed"}]
    assert survey["offers"][0]["after"]["volumes"][0]["start"] == "2026-11-24T09:35:00.000Z"
    assert ran.json["limits"] == {
        "delay_s": 21600,
        "advance_s": 21600,
        "climb_m": 6096,
        "descend_m": 6096,
        "ceiling": {"value": 18288, "unit": "m", "datum": None},
        "sidestep_m": 0,
    }


def test_an_offer_taken_up_is_checked_clear(tmp_path: Path) -> None:
    entries = document(propose("--json"))
    for entry in entries:
        for offer in entry["offers"]:
            ours = tmp_path / "ours.json"
            ours.write_text(json.dumps({"schema": "wideberth.plans/1", "plans": [offer["after"]]}))
            assert run("check", str(ours), THEIRS, *CREWED).code == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "a.geojson", plan("A", "a"), plan("A", "far", at=[50, 10]))
    save(tmp_path / "b.geojson", plan("B", "b"), plan("C", "c", upper="FL120"))
    return tmp_path


def both(folder: Path, *more: str) -> Ran:
    ours, theirs = str(folder / "a.geojson"), str(folder / "b.geojson")
    return run("propose", ours, "--against", theirs, *CREWED, *more)


def test_only_conflicts_of_ours_count(folder: Path) -> None:
    save(folder / "a.geojson", plan("A", "far", at=[50, 10]))
    ran = both(folder)
    assert ran.code == 0
    assert ran.out.startswith("no known conflict of 1 plan, as of 2026-11-23 10:00Z\n")
    ran = both(folder, "--json")
    assert (ran.code, ran.json["proposals"], ran.json["count"]) == (0, [], 0)


def test_limits_are_kept_and_told(folder: Path) -> None:
    assert changes(document(both(folder, "--json"))[0]["offers"]) == {
        "delay": 65 * 60,
        "advance": 65 * 60,
        "climb": 1524,
        "descend": 1219.2,
        "sidestep": pytest.approx(7778.4),
    }
    few = both(
        folder, "--json", "--max-delay", "70min", "--max-advance", "1h", "--no-climb", "--keep", "area"
    )
    assert set(changes(document(few)[0]["offers"])) == {"delay", "descend"}
    none = both(
        folder, "--max-delay", "64min", "--no-climb", "--max-descent", "3900ft", "--max-sidestep", "2NM"
    )
    assert none.code == 1
    told = " ".join(none.out.split())
    assert (
        "would clear none found within the limits not offered delay, advance, descend, sidestep: none found"
        " within the limits; climb: not allowed" in told
    )
    assert "searched within 1 h 4 min, no climb, descent 3,900 ft, 2 NM aside, against" in told


def test_the_order_of_files_and_features_does_not_matter(folder: Path) -> None:
    one = both(folder, "--json")
    save(folder / "a.geojson", plan("A", "far", at=[50, 10]), plan("A", "a"))
    save(folder / "b.geojson", plan("C", "c", upper="FL120"), plan("B", "b"))
    assert both(folder, "--json").bytes == one.bytes


def test_only_the_plan_that_is_named(folder: Path) -> None:
    save(
        folder / "a.geojson",
        plan("A", "a", label="Blue"),
        plan("A", "a2"),
        *[plan("A", f"p{k}") for k in range(9)],
    )
    for name in ("a", "Blue"):
        assert [entry["plan"]["id"] for entry in document(both(folder, "--json", "--plan", name))] == ["a"]
    wrong = both(folder, "--plan", "nobody")
    assert wrong.code == 2
    assert "a, a2, p0, p1, p2 and 6 more  [propose.plan]" in wrong.err


def test_bad_files_are_told_and_the_rest_is_looked_at(folder: Path) -> None:
    (folder / "bad.geojson").write_text("{")
    ran = both(folder, "--against", str(folder / "bad.geojson"))
    assert ran.code == 2
    assert "1 of 2 plans in conflict" in ran.out and "Refused" in ran.out
    ran = both(folder, "--json", "--against", str(folder / "bad.geojson"))
    assert ran.code == 2
    assert ran.json["refused"] and "bad.geojson" in ran.err


def test_many_plans_and_many_rivals_are_cut_and_counted(folder: Path) -> None:
    save(folder / "a.geojson", *[plan("A", f"a{k}") for k in range(52)])
    save(folder / "b.geojson", *[plan("B", f"b{k}") for k in range(5)])
    ran = both(folder, "--keep", "area", "--keep", "altitude")
    assert "… and 2 more plans; --all shows all" in ran.out
    assert "and with 2 more plans" in ran.out
    assert "… and" not in both(folder, "--keep", "area", "--keep", "altitude", "--all").out


def test_an_agreement_holds_sidesteps_in_its_area(folder: Path) -> None:
    terms = folder / "terms.toml"
    minima = 'schema = "wideberth.terms/1"\n[[separation]]\nbetween = ["*", "*"]\npreset = "crewed"\n'
    area = '[area.circle]\nlon = 33.0\nlat = 34.0\nradius = "{}"\n'
    found = {}
    for radius in ("3km", "300km"):
        terms.write_text(minima + area.format(radius), encoding="utf-8")
        ran = run(
            "propose",
            str(folder / "a.geojson"),
            "--against",
            str(folder / "b.geojson"),
            "--agreement",
            str(terms),
            "--json",
            *AS_OF,
        )
        found[radius] = set(changes(document(ran)[0]["offers"]))
    assert found["300km"] - found["3km"] == {"sidestep"}


def test_how_far_is_looked() -> None:
    def asked(**more: object) -> Limits:
        return limits(Bounds(**{**{f: getattr(NOTHING, f) for f in NOTHING.__struct_fields__}, **more}))

    assert asked() == Limits()
    assert asked(delay="45min") == Limits(delay=45 * MINUTE, advance=45 * MINUTE)
    assert asked(delay="45min", advance="0s") == Limits(delay=45 * MINUTE, advance=0)
    assert asked(climb="2000ft") == Limits(climb=20 * HUNDRED_FEET, descend=20 * HUNDRED_FEET)
    assert asked(climb="2000ft", descent="1000ft", no_climb=True) == Limits(
        climb=0, descend=10 * HUNDRED_FEET
    )
    assert asked(no_descent=True).descend == 0
    assert asked(sidestep="5NM").sidestep == 5 * NAUTICAL_MILE
    assert asked(ceiling="400ft") == Limits(ceiling=400 * FOOT)
    assert asked(ceiling="400ft AGL") == Limits(ceiling=400 * FOOT, ceiling_datum="AGL")
    assert asked(ceiling="FL200") == Limits(ceiling=200 * HUNDRED_FEET, ceiling_datum="FL")
    assert asked(keep=(Keep.time, Keep.altitude, Keep.area)) == Limits(
        delay=0, advance=0, climb=0, descend=0, sidestep=0
    )
    for bad in (
        {"delay": "8d"},
        {"delay": "-1min"},
        {"advance": "169h"},
        {"climb": "100001ft"},
        {"descent": "-1ft"},
        {"sidestep": "61NM"},
        {"ceiling": "UNL"},
    ):
        with pytest.raises(Invalid) as error:
            asked(**bad)
        assert error.value.code == "propose.limit"


def check(*more: str) -> Ran:
    return run("check", OURS, THEIRS, *CREWED, *more)


def test_check_says_what_would_clear_either_plan() -> None:
    survey = check("--json").conflicts[0]
    assert [entry["plan"]["id"] for entry in survey["clears"]] == ["survey-1"] * 4 + ["transit-1"] * 4
    assert survey["clears"][0] == {
        "plan": {"party": "Blue Heron", "id": "survey-1"},
        "change": "delay",
        "by_s": 5700,
        "volumes": [0],
    }
    assert changes(survey["clears"][4:]) == {"delay": 2100, "advance": 5700, "climb": 1219.2, "descend": 1524}
    ran = check()
    told = " ".join(ran.out.split())
    assert (
        "would clear Blue Heron · survey-1: delay by 1 h 35 min; or advance by 35 min; or climb by 5,000 ft;"
        " or descend by 4,000 ft Red Kite · transit-1: delay by 35 min" in told
    )
    assert (
        "Red Kite · buoys-5: none found within 6 h, 20,000 ft, up to FL600 (it has a volume without start or"
        " end; it reaches the surface or has no upper limit)" in told
    )
    assert "what would clear each of 6 plans: searched within 6 h, 20,000 ft, up to FL600, against" in told


def test_check_without_what_would_clear() -> None:
    ran = check("--json", "--no-clears")
    assert [conflict["clears"] for conflict in ran.conflicts] == [[], [], []]
    assert "would clear" not in check("--no-clears").out


def test_check_says_it_of_the_first_plans_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wideberth.cli.check.Wanted", lambda: Wanted(first=2))
    ran = check("--json")
    assert [bool(conflict["clears"]) for conflict in ran.conflicts] == [True, False, False]
    notes = ran.json["notes"]
    assert isinstance(notes, list)
    assert any(note.endswith("; 4 plans in conflict not looked at") for note in notes)


def test_a_picture_of_the_smallest_changes(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.svg"
    assert propose("--picture", str(sheet)).code == 1
    drawn = sheet.read_text(encoding="utf-8")
    for words in ("sidestep 1 NM N", "sidestep 4.4 NM N", "delay by 2 min"):
        assert words in drawn
    assert propose("--picture", str(sheet), "--keep", "area", "--keep", "time").code == 1
    drawn = sheet.read_text(encoding="utf-8")
    assert "descend by 4,000 ft" in drawn and "sidestep" not in drawn
    assert propose("--picture", str(tmp_path / "sheet.gif")).code == 2


def test_the_picture_of_a_check_shows_no_change(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.svg"
    assert check("--picture", str(sheet)).code == 1
    assert "delay by" not in sheet.read_text(encoding="utf-8")
