"""`wideberth site`: lists of a node that runs, as people keep, verify, tell and answer them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from tests.cli.running import Desk, desk
from tests.story import whole
from wideberth.cli import site_asked
from wideberth.errors import Invalid
from wideberth.model.site import NOTICE
from wideberth.node.views import time

LIST = """id,name,type,lat,lon,radius,source,grade,review,contact,plate
H-1,North Clinic,hospital,33.51310,36.27650,250 m,Ministry,verified,2027-12-31,Maryam +963 11 222 3344,UN 123
H-2,South Clinic,hospital,33.41310,36.27650,250 m,a visit,,,,
H-3,Camp East,camp,33.51310,36.47650,900 m,a visit,,2026-01-01,,
"""
DAY = 86_400_000


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Of a list that no other test has: all share the two nodes."""
    return f"Hospitals {zlib.crc32(request.node.name.encode())}"


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "hospitals.csv").write_text(LIST)
    return str(tmp_path / "hospitals.csv")


def imported(two: Desk, file: str, name: str, *more: str) -> dict[str, Any]:
    ran = two.done("site", "import", file, "--list", name, "--json", *more, role="planner")
    return dict(ran.json)


def test_a_list_is_imported_shown_and_says_what_it_is_not(two: Desk, name: str, file: str) -> None:
    done = imported(two, file, name)
    assert (done["edition"]["added"], done["people"], done["notice"]) == (["H-1", "H-2", "H-3"], 0, NOTICE)
    shown = two.done("site", "show", name.upper())
    assert "North Clinic" in shown.out and "single source" in shown.out and NOTICE in shown.err
    assert "2026-01-01" in shown.out
    listed = two.done("site", "list", role="observer")
    assert name in listed.out and NOTICE in listed.err
    row = two.done("site", "show", name, "H-1").out
    for text in ("37SBT", "33.51310", "source Ministry", "nearest town", "as its list states it", NOTICE):
        assert text in row, text
    one = two.done("site", "show", name, "H-1", "--json").json["row"]
    assert isinstance(one, dict) and one["row"]["of"] == "hospital"
    # people are in none of it
    for ran in (shown, listed, two.done("site", "show", name, "--json")):
        assert "Maryam" not in ran.out + ran.err and "UN 123" not in ran.out


def test_an_edition_says_what_is_missing_and_a_row_goes_only_when_withdrawn(
    two: Desk, name: str, file: str
) -> None:
    imported(two, file, name)
    text = "\n".join(LIST.splitlines()[:3]) + "\n"
    Path(file).write_text(text.replace("250 m,a visit", "400 m,a visit"))
    ran = two.done("site", "import", file, "--list", name, role="planner")
    assert "0 new, 1 changed, 1 the same, 0 withdrawn; 3 rows" in ran.out
    assert "still in force until withdrawn: H-3" in ran.out and NOTICE in ran.out
    ran = two.done("site", "import", file, "--list", name, "--withdraw", "H-3", role="planner")
    assert "1 withdrawn; 2 rows" in ran.out
    two.refused("site.not_listed", "site", "import", file, "--list", name, "--withdraw", "H-9")


DOUBTFUL = (
    LIST
    + """H-4,Swapped,hospital,36.27650,33.51310,250 m,,,,,
H-5,Nowhere,hospital,33,36,250 m,,,,,
H-6,North Clinic,hospital,33.51311,36.27650,250 m,,,,,
H-7,Coarse,hospital,33.5,36.2,250 m,,,,,
H-8,Own,hospital,33.60000,36.30000,250 m,,,,,
"""
)


def test_what_gives_reason_to_ask_again_is_kept_out(two: Desk, name: str, file: str) -> None:
    Path(file).write_text(DOUBTFUL)
    asked = ("site", "import", file, "--list", name, "--country", "sy", "--own", "33.6, 36.3")
    ran = two.run(*asked, role="planner")
    assert ran.code == 2 and ran.out == ""
    for text in (
        "H-4 (row 5): with latitude and longitude exchanged it would lie among the other sites",
        "[country; kept out]",
        "H-5 (row 6): the place is a whole degree both ways",
        "H-6 (row 7): it is probably the same site as H-1 (row 2)",
        "H-7 (row 8): the place is only good to",
        "H-8 (row 9): the place is 0",
        "nothing was taken",
    ):
        assert text in ran.err, (text, ran.err)
    assert name not in two.done("site", "list").out
    ran = two.run(*asked, "--keep-good", "--despite", "H-5", "--despite", "H-7", role="planner")
    assert ran.code == 2
    assert "5 new" in ran.out
    shown = two.done("site", "show", name).out
    assert "Nowhere" in shown and "Swapped" not in shown
    two.refused("site.no_doubt", *asked, "--despite", "H-1")
    two.refused("site.country", "site", "import", file, "--list", name, "--country", "XX")


def test_checking_alone_asks_no_node(file: str, name: str) -> None:
    from tests.cli.runs import run

    ran = run("site", "import", file, "--list", name, "--check")
    assert (ran.code, "3 rows would be taken" in ran.err, NOTICE in ran.err) == (0, True, True)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",,hospital,33.5,36.3,,,,,,", "site.no_id"),
        ("H-1,Again,hospital,33.52310,36.27650,,,,,,", "site.repeated"),
        ("H-9,Call 0933 222 333,hospital,33.52310,36.27650,,,,,,", "site.personal"),
        (f"H-9,{'x' * 201},hospital,33.52310,36.27650,,,,,,", "site.text"),
        ("H-9,No place,hospital,,,,,,,,", "list.missing"),
    ],
)
def test_a_row_that_cannot_be_kept_is_named(two: Desk, name: str, file: str, row: str, code: str) -> None:
    Path(file).write_text(f"{LIST}{row}\n")
    ran = two.run("site", "import", file, "--list", name, role="planner")
    assert (ran.code, f"[{code}]" in ran.err, "row 5" in ran.err) == (2, True, True), ran.err
    assert "0933 222 333" not in ran.err
    ran = two.run("site", "import", file, "--list", name, "--keep-good", role="planner")
    assert (ran.code, "3 new" in ran.out) == (2, True), ran.err


def test_a_file_that_is_none_is_named(two: Desk, name: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    for file, code in ((str(empty), "file.empty"), (str(tmp_path / "none.csv"), "file.missing")):
        assert f"{file}: found" in two.refused(code, "site", "import", file, "--list", name).err


def test_the_same_row_in_two_files_is_told(two: Desk, name: str, file: str, tmp_path: Path) -> None:
    other = tmp_path / "more.csv"
    other.write_text(LIST)
    ran = two.run("site", "import", file, str(other), "--list", name, role="planner")
    assert (ran.code, "[site.repeated]" in ran.err) == (2, True)


def test_movements_are_rows_with_their_way(two: Desk, name: str, tmp_path: Path) -> None:
    convoys = tmp_path / "convoys.csv"
    convoys.write_text(
        "id,name,from,to,start,end,time zone,half width\n"
        'C-1,Relief 4,"33.51310, 36.29110","33.80000, 36.50000",2027-11-23 08:00,2027-11-23 14:00,UTC,500 m\n'
    )
    two.done("site", "import", str(convoys), "--list", "Convoys", role="planner")
    found = two.done("site", "show", "Convoys", "C-1", "--json").json["row"]
    assert isinstance(found, dict)
    row = found["row"]
    assert (row["kind"], row["name"], row["activity"]) == ("movement", "Relief 4", "movement")
    assert row["volumes"][0]["start"] == "2027-11-23T08:00:00.000Z"
    assert "a corridor: --json has it" in two.done("site", "show", "Convoys", "C-1").out


def test_a_picture_is_kept_as_its_hash(two: Desk, name: str, file: str, tmp_path: Path) -> None:
    picture = tmp_path / "h1.jpg"
    picture.write_bytes(b"picture")
    imported(two, file, name, "--photo", f"H-1={picture}")
    row = two.done("site", "show", name, "H-1").out
    assert (
        "picture 0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543" in row or "picture " in row
    )
    import hashlib

    assert hashlib.sha256(b"picture").hexdigest() in row
    two.refused("site.photo", "site", "import", file, "--list", name, "--photo", "H-9=x")


def test_two_persons_verify(two: Desk, name: str, file: str) -> None:
    imported(two, file, name)
    ran = two.run("site", "verify", name, "H-1", role="planner", typed="n\n")
    assert (ran.code, "[site.not_confirmed]" in ran.err, "37SBT" in ran.out) == (2, True, True)
    once = two.done("site", "verify", name, "H-1", role="planner", typed="y\n")
    assert "it waits for another person" in once.out
    two.refused("site.same_person", "site", "verify", name, "H-1", "--yes", role="planner")
    twice = two.done("site", "verify", name, "H-1", "--yes", role="officer")
    assert "two persons have verified the place" in twice.out and NOTICE in twice.err
    two.refused("api.role", "site", "verify", name, "H-2", "--yes", role="observer")
    two.refused("site.none", "site", "verify", name, "H-9", "--yes", role="planner")
    until = time(two.two.time.wall_ms + 90 * DAY)
    seen = two.done("site", "revalidate", name, "H-3", "--until", until, role="planner")
    assert f"review {until[:10]}" in seen.out
    two.refused("site.review", "site", "revalidate", name, "H-3", "--until", "2020-01-01T00:00:00Z")


def test_a_list_is_told_answered_and_held_since(two: Desk, name: str, file: str, tmp_path: Path) -> None:
    imported(two, file, name)
    assert "nothing was told yet" in two.done("site", "status", name).err
    sent = two.done("site", "send", name, "south", role="releasing")
    assert f"{name} to south: version 1, sent" in sent.out and NOTICE in sent.out
    whole.settle(two.two)
    theirs = two.done("site", "list", at="south").out
    assert name in theirs and "north" in theirs
    shown = two.done("site", "show", name, at="south")
    assert "North Clinic" in shown.out and "nothing yet" in shown.out and NOTICE in shown.err
    answer = two.done("site", "acknowledge", "north", name, at="south")
    assert answer.out.count("acknowledged") == 3
    options = ("--status", "objection", "--row", "H-3")
    two.done("site", "acknowledge", "north", name, *options, at="south")
    ran = two.run("site", "acknowledge", "north", name, "--status", "permitted", at="south")
    assert (ran.code, "[site.status]" in ran.err) == (2, True)
    whole.settle(two.two)
    status = two.done("site", "status", name).out
    assert "2 rows: acknowledged: somebody has read it; that is never permission" in status
    assert "H-3: objection" in status and "delivered 20" in status
    held = two.done("site", "held", name, "H-3").out
    for text in ("version 1, entry ", "    sent 20", "    delivered 20", "    objection (20", NOTICE):
        assert text in held, held
    two.refused("site.none", "site", "held", name, "H-9")
    listed = two.done("site", "status", "--json").json["told"]
    assert isinstance(listed, list) and listed[0]["counts"] == {"acknowledged": 2, "objection": 1}
    _look_at_exports(two, name, tmp_path)


def _look_at_exports(two: Desk, name: str, tmp_path: Path) -> None:
    book = str(tmp_path / "status.xlsx")
    assert NOTICE in two.done("site", "status", "--xlsx", book).err
    rows = load_workbook(book).get_sheet_by_index(0).to_python()
    assert rows[0][0] == NOTICE
    assert [row[1] for row in rows[2:]] == ["H-1", "H-2", "H-3"]
    assert rows[4][2] == "Camp East" and str(rows[4][7]).startswith("objection")
    two.refused("output.exists", "site", "status", "--xlsx", book)
    two.refused("output.several", "site", "status", "--json", "--sms")
    texts = two.done("site", "status", "--sms").out.splitlines()
    assert all(len(each) <= 160 for each in texts) and texts[-1] == NOTICE
    said = " ".join(each.split(" ", 1)[1] for each in texts[:-1])
    assert f"{name}, south: version 1" in said and "2 acknowledged, 1 objection (H-3)" in said


def test_people_are_kept_apart_until_their_day(two: Desk, name: str, file: str, tmp_path: Path) -> None:
    # a day that cannot be is said before the list is entered
    far = ("--contacts-until", time(two.two.time.wall_ms + 500 * DAY))
    two.refused("personal.until", "site", "import", file, "--list", name, *far)
    until = time(two.two.time.wall_ms + 9 * DAY)
    done = imported(two, file, name, "--contacts-until", until)
    assert done["people"] == 1
    found = two.done("site", "person", "get", name, "H-1", role="releasing").out
    assert "contact: Maryam +963 11 222 3344" in found and f"erased on {until}" in found
    two.refused("api.role", "site", "person", "get", name, "H-1", role="planner")
    desk_file = tmp_path / "desk.txt"
    desk_file.write_text("telephone: +963 11 999 8877\n\nlanguage: Arabic\n")
    kept = ("site", "person", "keep", name, "H-2", str(desk_file), "--until", until)
    two.done(*kept, role="planner")
    two.refused("site.no_person", "site", "person", "get", name, "H-3")
    ran = two.run("site", "person", "erase", name, "H-2", typed="n\n")
    assert ran.code == 2 and "[site.not_confirmed]" in ran.err
    two.done("site", "person", "erase", name, "H-2", "--yes")
    two.refused("site.no_person", "site", "person", "get", name, "H-2")
    for wrong in ("telephone +963 11 999 8877\n", "a: b\na: c\n", ": x\n"):
        desk_file.write_text(wrong)
        ran = two.run(*kept, role="planner")
        assert (ran.code, "[site.fields]" in ran.err, "999 8877" in ran.err) == (2, True, False)
    desk_file.write_bytes(b"\xff")
    two.refused("file.not_text", *kept)


def test_plans_in_files_say_which_sites_they_touch(two: Desk, name: str, file: str, tmp_path: Path) -> None:
    imported(two, file, name)
    plans = tmp_path / "plans.csv"
    plans.write_text(
        "record,id,name,lat,lon,radius\nsite,P-1,near,33.51900,36.27650,100 m\nsite,P-2,far,34.5,36.2,1 m\n"
    )
    ran = two.run("site", "touches", str(plans), role="planner")
    assert ran.code == 1, ran.err
    assert "North Clinic (site, single source, own list): 304 m away, 501" in ran.out
    assert "P-2" not in ran.out and NOTICE in ran.err
    found = two.run("site", "touches", str(plans), "--json").json
    assert [each["plan"] for each in found["plans"]] == ["P-1"]  # type: ignore[attr-defined]  # a list
    plans.write_text("record,id,name,lat,lon,radius\nsite,P-2,far,34.5,36.2,1 m\n")
    none = two.done("site", "touches", str(plans), role="planner")
    assert "no site is known to be touched, as of 20" in none.err and "safe" not in none.err
    missing = two.refused("file.missing", "site", "touches", str(tmp_path / "none.csv"))
    assert "NOT CHECKED: 1 fault" in missing.err and "no site is known" not in missing.err
    assert "0 open" in two.done("site", "cases").err
    assert json.loads(two.done("site", "cases", "--json").out)["cases"] == []


def test_a_planner_is_told_at_once_that_a_plan_touches_a_site(two: Desk, name: str, tmp_path: Path) -> None:
    at = tmp_path / "one.csv"
    at.write_text("id,name,lat,lon,radius\nW-1,Water point,10.51310,20.27650,50 m\n")
    imported(two, str(at), name)
    plans = tmp_path / "plan.csv"
    start = time(two.two.time.wall_ms + 3 * DAY)
    end = time(two.two.time.wall_ms + 4 * DAY)
    plans.write_text(
        "record,id,name,activity,start,end,lower,upper,shape,radius (m)\n"
        f"volume,X-1,Over water,survey,{start},{end},SFC,500m MSL,POINT (20.2765 10.5131),500.0\n"
    )
    ran = two.run("plan", "submit", str(plans), role="planner")
    assert ran.code == 1, ran.err
    assert "touches   case " in ran.out and "Water point (site, unverified, own list): overlaps it" in ran.out
    assert "Over water touches 1 site: wideberth site cases" in ran.err
    assert "may not begin: it touches 1 site" in ran.out
    listed = " ".join(two.done("plan", "list").out.split())
    assert "touches 1 site" in listed and "no open case" not in listed
    clears = two.done("plan", "clears", "Over water")
    assert "NOT CHECKED against south: " in clears.out  # nothing is agreed between these two
    assert "touches 1 site: another area" in clears.out and "no known conflict" not in clears.out
    cases = two.run("site", "cases", role="planner")
    assert cases.code == 1 and "Water point" in cases.out
    refused = two.run("plan", "activate", "Over water")
    assert "[plan.blocked]" in refused.err and "it touches Water point" in refused.err
    two.done("plan", "end", "Over water", "--yes", role="planner")
    assert two.done("site", "cases").out == ""


def test_which_list_is_meant(two: Desk, name: str, file: str) -> None:
    two.refused("site.no_list", "site", "show", name)
    imported(two, file, name)
    two.refused("site.no_list", "site", "held", "Schools", "H-1")
    of = two.done("site", "list", "--json").json["own"][-1]["list"]  # type: ignore[index]  # a list
    assert "North Clinic" in two.done("site", "show", of[:12]).out


def test_a_text_that_means_several_lists_names_them() -> None:
    known = [("s-abcd1", "Hospitals"), ("s-abcd2", "hospitals"), ("s-b", "Camps")]
    assert site_asked._meant(known, "camps") == 2
    assert site_asked._meant(known, "s-abcd2") == 1
    for text in ("s-abcd", "HOSPITALS"):
        with pytest.raises(Invalid) as caught:
            site_asked._meant(known, text)
        assert caught.value.code == "site.several" and "s-abcd1" in caught.value.wanted
    with pytest.raises(Invalid) as none:
        site_asked._meant(known, "s-")
    assert none.value.code == "site.no_list"
