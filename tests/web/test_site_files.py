"""Files of lists and texts of terms over the API: read, weighed and compared, with nothing entered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.story import desks, whole
from tests.web.reached import Reached, reached
from wideberth.formats import agreement
from wideberth.ledger import ids
from wideberth.model.site import NOTICE

OCTETS = {"content-type": "application/octet-stream"}
CSV = b"""id,name,type,lat,lon,radius,contact
H-1,North Clinic,hospital,33.51310,36.27650,250 m,Ward desk +963 11 555 0100
H-2,South Clinic,hospital,33.41310,36.27650,250 m,
H-3,East Clinic,hospital,36.47650,33.51310,250 m,
H-4,Camp West,camp,33.51310,36.17650,900 m,
H-5,Nowhere,camp,,,900 m,
"""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        whole.settle(found.two)
        yield found


def read(api: Reached, data: bytes, **query: str) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = api.ask("POST", f"/v1/read-sites?{asked}", "planner", content=data, headers=OCTETS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_file_is_weighed_and_not_entered(api: Reached) -> None:
    found = read(api, CSV, name="hospitals.csv", list="Hospitals", country="sy")
    rows = {each["row"]["id"]: each for each in found["rows"]}
    assert {name: each["how"] for name, each in rows.items()} == dict.fromkeys(
        ("H-1", "H-2", "H-3", "H-4"), "added"
    )
    assert [each["kind"] for each in rows["H-3"]["doubts"] if each["serious"]]
    assert not rows["H-1"]["doubts"]
    assert list(rows["H-1"]["people"].values()) == ["Ward desk +963 11 555 0100"]
    assert "555" not in json.dumps([each["row"] for each in found["rows"]])
    [fault] = found["faults"]
    assert (fault["code"], "row 6" in fault["where"]) == ("list.missing", True)
    assert found["notice"] == NOTICE
    assert api.ask("GET", "/v1/sites", "officer").json() == []


def test_the_next_edition_is_said_by_its_differences(api: Reached) -> None:
    rows = [each["row"] for each in read(api, CSV, name="a.csv")["rows"][:3]]
    body = {"name": "Clinics", "rows": rows}
    assert api.ask("POST", "/v1/sites", "officer", json=body).status_code == 200
    again = read(api, CSV.replace(b"South Clinic", b"Southern Clinic"), name="a.csv", list="Clinics")
    how = {each["row"]["id"]: each["how"] for each in again["rows"]}
    assert how == {"H-1": "same", "H-2": "changed", "H-3": "same", "H-4": "added"}
    less = read(api, b"\n".join(CSV.splitlines()[:2]), name="a.csv", list="Clinics")
    assert less["missing"] == ["H-2", "H-3"]


def test_places_on_a_map_are_read_as_sites(api: Reached) -> None:
    outline = {"type": "Polygon", "coordinates": [[[36, 33], [36.01, 33], [36.01, 33.01], [36, 33]]]}
    feature = {"type": "Feature", "properties": {"id": "C-1", "Name": "Camp"}, "geometry": outline}
    some = {"type": "FeatureCollection", "features": [feature]}
    [row] = read(api, json.dumps(some).encode(), name="camp.geojson", list="Camps")["rows"]
    said = row["row"]
    assert (said["id"], said["name"], said["kind"], row["how"]) == ("C-1", "Camp", "site", "added")
    feature["properties"] = {}
    [fault] = read(api, json.dumps(some).encode(), name="camp.geojson", list="Camps")["faults"]
    assert fault["code"] == "site.no_id"
    kml = (
        b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Well</name><Polygon>'
        b"<outerBoundaryIs><LinearRing><coordinates>36,33 36.01,33 36.01,33.01 36,33</coordinates>"
        b"</LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    [well] = read(api, kml, name="wells.kml", list="Wells")["rows"]
    assert well["row"]["name"] == "Well"
    assert well["row"]["volumes"][0]["end"] is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("name=a.csv&country=XX", "site.country"),
        ("name=a.what", "file.unknown_format"),
        ("name=a.csv&own=here", "place.unreadable"),
        ("name=a.csv&radius=wide", "length.malformed"),
        ("name=a.csv&tz=", "time.zone"),
        ("name=a.csv&tz=../../etc", "time.zone"),
    ],
)
def test_what_cannot_be_read_says_why(api: Reached, query: str, code: str) -> None:
    asked = f"/v1/read-sites?{query}"
    assert api.code("POST", asked, "planner", content=CSV, headers=OCTETS) == (400, code)


def test_a_text_that_is_no_table_has_no_people(api: Reached) -> None:
    corners = "".join(f"DP {at}\n" for at in ("50:00:00 N 030:00:00 E", "50:10:00 N 030:00:00 E",
                                              "50:10:00 N 030:10:00 E"))  # fmt: skip
    area = f"AC R\nAN Mill\nAL SFC\nAH FL100\n{corners}".encode()
    [row] = read(api, area, name="mill.txt")["rows"]
    assert (row["row"]["id"], row["people"]) == ("Mill", {})


def test_an_empty_list_is_handed_out(api: Reached) -> None:
    found = api.ask("GET", "/v1/site-template?language=ar&kind=movement&ending=csv", "observer")
    assert "notification" in found.text.lower() or "\u0625" in found.text
    assert api.ask("GET", "/v1/site-template", "observer").content[:2] == b"PK"
    for query, code in (("language=xx", "language"), ("kind=car", "kind"), ("ending=pdf", "ending")):
        assert api.code("GET", f"/v1/site-template?{query}", "observer") == (400, f"template.{code}")


def test_terms_are_said_in_words_and_compared(api: Reached) -> None:
    text = desks.terms(api.two, {"*": "none"}).decode()
    first = api.ask("POST", "/v1/read-terms", "observer", json={"terms": text}).json()
    assert first["sha256"] == agreement.read(text.encode()).hash.hex()
    assert first["changes"] == [] and len(first["items"]) > 20
    after = api.ask("POST", "/v1/draft-terms", "officer", json={"after": text}).json()["terms"]
    changed = after.replace('"3NM"', '"5NM"', 1)
    said = api.ask("POST", "/v1/read-terms", "observer", json={"terms": changed, "before": text}).json()
    assert (said["same"], said["follows"], said["version"]) == (True, True, 2)
    assert [(each["before"], each["after"], each["effect"]) for each in said["changes"]][-1] == (
        "3 NM",
        "5 NM",
        "stricter",
    )
    slip = {"terms": text.replace("title", "titel", 1)}
    found = api.ask("POST", "/v1/read-terms", "observer", json=slip)
    assert (found.status_code, found.json()["code"]) == (400, "terms.unknown_key")
    assert "line" in found.json()["path"]


def test_a_first_version_names_both_parties(api: Reached) -> None:
    body = {"title": "Trial", "line": api.line}
    text = api.ask("POST", "/v1/draft-terms", "officer", json=body).json()["terms"]
    said = api.ask("POST", "/v1/read-terms", "officer", json={"terms": text}).json()
    assert (said["title"], said["version"], len(said["parties"])) == ("Trial", 1, 2)
    assert api.code("POST", "/v1/draft-terms", "officer", json={}) == (400, "agreement.draft")
    strange = {"title": "x", "line": ids.party(api.node.identity)}
    assert api.code("POST", "/v1/draft-terms", "officer", json=strange) == (400, "line.none")
