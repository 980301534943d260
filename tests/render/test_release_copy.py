"""Every format of a copy, read back: the same places and times for all, the same sentences everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.made_plans import volumes
from tests.render import released
from wideberth.errors import Invalid
from wideberth.formats import geojson, release_csv
from wideberth.formats.properties import scaled
from wideberth.formats.reading import Options
from wideberth.model.marked import Slot, chosen
from wideberth.model.relay import NEVER
from wideberth.model.release import Caveats, Record
from wideberth.render import mark, release_files, release_lines, release_pdf, release_sheet, release_text
from wideberth.space.ground import Corridor
from wideberth.space.notation import read_place
from wideberth.space.units import DEGREE
from wideberth.space.volume import Volume

NAMES = ["release.html", "release.txt", "release.csv", "release.geojson", "release.pdf"]
DEGREES = re.compile(r"-?\d{1,2}\.\d{7}, -?\d{1,3}\.\d{7}")
Places = dict[str, list[str]]


class Page(HTMLParser):
    """The text of a page, without its style, and which elements it has."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.quiet = False
        self.feed(data.decode())
        self.text = " ".join(" ".join(self.said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        self.quiet = tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.said.append(data)


def flat(data: bytes) -> str:
    return " ".join(data.decode("utf-8-sig").split())


def rows(data: bytes) -> list[dict[str, str]]:
    _, *rest = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [dict(zip(rest[0], row, strict=True)) for row in rest[1:]]


def features(data: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(data)["features"]
    return found


def texts(files: dict[str, bytes]) -> dict[str, str]:
    """What a reader of each format sees, without line ends."""
    page = pypdf.PdfReader(io.BytesIO(files["release.pdf"])) if "release.pdf" in files else None
    sheets = csv.reader(io.StringIO(files["release.csv"].decode("utf-8-sig"), newline=""))
    return {
        "release.html": Page(files["release.html"]).text,
        "release.txt": flat(files["release.txt"]),
        "release.csv": " ".join(" ".join(cell for row in sheets for cell in row).split()),
        "release.geojson": " ".join(_strings(json.loads(files["release.geojson"]))),
        **({"release.pdf": pdf_text(page)} if page is not None else {}),
    }


def pdf_text(page: pypdf.PdfReader) -> str:
    return " ".join(" ".join(each.extract_text() for each in page.pages).split())


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for one in value.values() for each in _strings(one)]
    if isinstance(value, list):
        return [each for one in value for each in _strings(one)]
    return [value] if isinstance(value, str) else []


def test_every_format_has_every_sentence_and_every_mark() -> None:
    told = released.copy("one", released.document(exercise=True), turned=True)
    for name, text in texts(release_files.files(told, pdf=True)).items():
        sentences = [*told.heading, *(each for n in told.remarks for each in told.remarks[n]), *told.closing]
        plain = text.replace("\u2068", "").replace("\u2069", "")
        for each in (*sentences, *told.marks):
            said = each.replace("\u2068", "").replace("\u2069", "")
            if name == "release.pdf" and "الأمل" in said:
                continue  # extracted as it is seen, not as it is read
            assert said in plain, (name, each)
        assert mark.MARK in plain


def test_marks_stand_on_every_page_row_and_record() -> None:
    told = released.copy("one", released.document(exercise=True))
    files = release_files.files(told, pdf=True)
    pages = pypdf.PdfReader(io.BytesIO(files["release.pdf"])).pages
    assert len(pages) > 2
    for page in pages:
        text = " ".join(page.extract_text().split())
        assert all(each in text for each in (*told.marks, NEVER))
    assert all(row["marks"] == "; ".join(told.marks) for row in rows(files["release.csv"]))
    for feature in features(files["release.geojson"]):
        assert feature["properties"]["marks"] == "; ".join(told.marks)
    # the head and the foot of a table are printed again on each sheet of paper
    assert b"table-header-group" in files["release.html"] and b"table-footer-group" in files["release.html"]
    for name in ("release.html", "release.txt"):
        text = texts(files)[name]
        assert text.count("RELEASED TO Bravo mission, Delta monitors") >= 1 + len(told.records), name


def test_the_page_has_no_script_and_fetches_nothing() -> None:
    hostile = Record(
        1, "statement", "<script>alert(1)</script>", released.OURS, "<b>A", text='"><img src=x onerror=y>'
    )
    told = released.copy("one", released.document("<i>B", records=(hostile, *released.RECORDS[1:])))
    page = Page(release_files.files(told, pdf=False)["release.html"])
    assert not page.tags & {"script", "img", "link", "iframe", "object", "form", "i", "b", "base"}
    assert not {name for name, _ in page.attributes} & {"src", "href", "onerror", "onload", "action"}
    assert "<script>alert(1)</script>" in page.text


def test_what_somebody_wrote_is_no_markup_in_a_pdf() -> None:
    words = '") #read("/etc/passwd") $x$ *b* #panic() \\" \\u{41} @ref <label> // comment'
    told = released.copy("one", released.document(records=(Record(1, "talks", words, "a", "b", text=words),)))
    text = pdf_text(pypdf.PdfReader(io.BytesIO(release_pdf.page(told))))
    assert text.count(words) >= 2


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_whatever_somebody_wrote_is_text(called: str, who: str, words: str) -> None:
    """No name and no text breaks a format, or begins anything in it."""
    written = Record(
        1, "statement", called, who, who, (released.CLINIC,), facts=((called, words),), text=words
    )
    plain = Record(1, "statement", "x", "x", "x", (released.CLINIC,), facts=(("x", "x"),), text="x")
    hostile, harmless = (
        release_files.files(
            released.copy("one", released.document(said, Caveats((said,)), (record,))), pdf=True
        )
        for said, record in ((who, written), ("x", plain))
    )
    assert Page(hostile["release.html"]).tags <= Page(harmless["release.html"]).tags
    assert [row.keys() for row in rows(hostile["release.csv"])] == [columns(harmless)]
    assert features(hostile["release.geojson"])[0]["properties"]["text"] == words
    assert len(of_text(hostile["release.txt"])["1"]) == len(of_text(harmless["release.txt"])["1"])
    assert pypdf.PdfReader(io.BytesIO(hostile["release.pdf"])).pages


def columns(files: dict[str, bytes]) -> Any:
    return rows(files["release.csv"])[0].keys()


def test_the_token_is_in_what_is_not_shown() -> None:
    files = release_files.files(released.copy("one"), pdf=True)
    about = pypdf.PdfReader(io.BytesIO(files["release.pdf"])).metadata
    assert about is not None and str(about["/Keywords"]) == "tokenone"
    assert ("content", "tokenone") in Page(files["release.html"]).attributes
    assert json.loads(files["release.geojson"])["handling"]["copy"] == "tokenone"
    assert all(b"tokenone" in files[name] for name in ("release.txt", "release.csv"))


def test_the_same_copy_is_the_same_bytes() -> None:
    one, again, other = (release_files.files(released.copy(of), pdf=True) for of in ("one", "one", "another"))
    assert one == again and list(one) == NAMES
    assert all(one[name] != other[name] for name in NAMES)


def test_a_cell_is_no_formula() -> None:
    bad = ("=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1")
    records = tuple(Record(n, "statement", each, "a", each, text=each) for n, each in enumerate(bad, 1))
    told = released.copy("one", released.document("=cmd", records=records))
    _, *cells = csv.reader(
        io.StringIO(release_files.files(told, pdf=False)["release.csv"].decode("utf-8-sig"), newline="")
    )
    for cell in (each for row in cells for each in row if each):
        assert not re.match(r"[\s=+@＝＋－＠-]", cell) or re.fullmatch(r"-?\d+(\.\d+)?", cell), cell


def test_a_map_program_reads_the_features() -> None:
    placed = tuple(each for each in released.RECORDS if each.volumes)
    told = released.copy("one", released.document(records=placed))
    data = release_files.files(told, pdf=False)["release.geojson"]
    found = geojson.read(data, Options(file="release.geojson", as_of=0))
    assert [len(each.plan.volumes) for each in found.filed] == [1, 1, 2]
    assert found.filed[1].plan.volumes == (released.CLINIC,)


def test_an_order_has_each_record_once() -> None:
    for order in ((0, 1, 2), (0, 0, 1, 2), (1, 2, 3, 4)):
        with pytest.raises(Invalid, match="each record") as error:
            release_sheet.told(released.document(), released.choices("one"), order, "t")
        assert error.value.code == "release.order"


def of_text(data: bytes) -> Places:
    """Positions of each record of the text, in decimal degrees, and its times."""
    found: Places = {}
    for part in re.split(r"\n(?=Record \d+: )", data.decode())[1:]:
        number = part.split(":")[0].removeprefix("Record ")
        found[number] = [
            *DEGREES.findall(part),
            *re.findall(r"^ +(?:from|until): (.*)$", part, re.MULTILINE),
            *re.findall(r"^ +levels: (.*)$", part, re.MULTILINE),
        ]
    return found


def of_html(data: bytes) -> Places:
    found: Places = {}
    for part in data.decode().split("<section>")[1:]:
        if (number := re.search(r"<h2>Record (\d+)", part)) is not None:
            tables = (rf'<th>{name}</th><td dir="auto">(.*?)</td>' for name in ("(?:from|until)", "levels"))
            found[number[1]] = [*DEGREES.findall(part), *(x for t in tables for x in re.findall(t, part))]
    return found


def by_number(data: bytes) -> dict[str, list[dict[str, str]]]:
    """Rows of each record; all but the sentences, which differ from copy to copy."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(data):
        row.pop("remarks")
        found.setdefault(row["record"], []).append(row)
    return found


def placed(data: bytes) -> dict[int, list[object]]:
    found: dict[int, list[object]] = {}
    for each in features(data):
        each["properties"].pop("remarks")
        found.setdefault(each["properties"]["record"], []).append(each)
    return found


def stated(volume: Volume) -> list[str]:
    """The positions of a volume in decimal degrees, from its integers."""
    return [
        f"{'-' if lat < 0 else ''}{abs(lat) // DEGREE}.{abs(lat) % DEGREE:07}, "
        f"{'-' if lon < 0 else ''}{abs(lon) // DEGREE}.{abs(lon) % DEGREE:07}"
        for lon, lat in release_csv._points(volume.ground)
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(volumes(), min_size=1, max_size=3), st.text(max_size=8), st.text(max_size=8))
def test_places_and_times_are_the_same_in_every_copy(held: list[Volume], one: str, two: str) -> None:
    """Whatever is chosen, in whatever order: what a format says of where and when is equal to the byte."""
    records = (
        Record(1, "plan", "X", released.OURS, "Alfa", tuple(held)),
        Record(2, "sites", "Y", released.OURS, "Alfa", tuple(held[:1]), "coarse", released.GRID),
    )
    try:
        first, second = (
            release_files.files(
                released.copy(of, released.document(who, records=records), turned=turned), pdf=False
            )
            for of, who, turned in ((one, "Bravo", False), (f"{two}!", "Bravo", True))
        )
    except Invalid as error:
        assert error.code in ("geometry.pole_edge", "geometry.too_many_points")  # GeoJSON cannot say it
        return
    assert of_text(first["release.txt"]) == of_text(second["release.txt"])
    assert of_html(first["release.html"]) == of_html(second["release.html"])
    assert by_number(first["release.csv"]) == by_number(second["release.csv"])
    assert placed(first["release.geojson"]) == placed(second["release.geojson"])
    # and they are those of the document
    expected = [each for volume in held for each in stated(volume)]
    for found in (of_text(first["release.txt"])["1"], of_html(first["release.html"])["1"]):
        assert found[: len(expected)] == expected
    for row, volume in zip(by_number(first["release.csv"])["1"], held, strict=True):
        lonlat = [tuple(map(float, each.split())) for each in re.findall(r"-?[\d.]+ -?[\d.]+", row["wkt"])]
        points = release_csv._points(volume.ground)
        assert {(scaled(x, DEGREE), scaled(y, DEGREE)) for x, y in points} == set(lonlat)


def test_the_pdf_says_the_same_places_and_times() -> None:
    one, two = (
        release_pdf.page(released.copy(of, turned=turned)) for of, turned in (("1", False), ("2", True))
    )
    expected = sorted(each for record in released.RECORDS for v in record.volumes for each in stated(v))
    for data in (one, two):
        text = pdf_text(pypdf.PdfReader(io.BytesIO(data)))
        assert sorted(DEGREES.findall(text)) == expected
        for said in ("FL100 to FL240", "SFC to 120 m AGL", "2027-01-15 10:00Z", "36SWD2754117638"):
            assert said in text


def test_a_place_is_the_same_in_three_notations() -> None:
    for record in released.RECORDS:
        for area in release_sheet.areas(record):
            for each in area.positions:
                exact = read_place(each.decimal).point
                for other in (each.dms, each.mgrs):
                    found = read_place(other).point
                    assert max(abs(a - b) for a, b in zip(exact, found, strict=True)) < DEGREE // 50_000


def test_a_long_list_has_no_maps_and_says_so() -> None:
    def made(several: int) -> dict[str, bytes]:
        rows = range(1, several + 1)
        records = tuple(
            Record(n, "sites", f"Clinic {n}", released.OURS, "Alfa", (released.CLINIC,)) for n in rows
        )
        return release_files.files(released.copy("one", released.document(records=records)), pdf=False)

    few, many = made(2)["release.html"], made(release_sheet.MAPS + 1)["release.html"]
    assert few.count(b"<svg") == 2 and release_sheet.NO_MAPS.encode() not in few
    assert b"<svg" not in many and release_sheet.NO_MAPS.encode() in many


def test_many_corners_are_lines_in_a_pdf() -> None:
    ring = tuple((330000000 + 1000 * k, 340000000 + (k % 2) * 5000) for k in range(150))
    wide = Volume(Corridor(ring, 10_000))
    record = Record(1, "plan", "X", released.OURS, "Alfa", (wide,))
    told = released.copy("one", released.document(records=(record,)))
    text = pdf_text(pypdf.PdfReader(io.BytesIO(release_pdf.page(told))))
    assert DEGREES.findall(text) == stated(wide)


def test_letters_run_their_own_way() -> None:
    told = released.copy("one")
    text = release_text.text(told).decode()
    assert "\u2068مستشفى الأمل – Hope Clinic\u2069" in text
    page = release_files.files(told, pdf=False)["release.html"].decode()
    assert '<p dir="auto">\u2068הקו נשאר פתוח 24 שעות.\u2069</p>' in page
    assert '("rtl", "\u2068הקו נשאר פתוח 24 שעות.\u2069", )' in release_pdf.source(told)


def test_a_record_without_a_place_is_a_feature_without_geometry() -> None:
    found = features(release_files.files(released.copy("one"), pdf=False)["release.geojson"])
    assert [each["geometry"] is None for each in found] == [False, False, False, False, True]


def test_what_is_chosen_is_what_is_written() -> None:
    told = released.copy("one")
    lines = release_lines.heading(told.document)
    assert told.heading == tuple(chosen(line, released.choices("one")) for line in lines)
    assert any(isinstance(each, Slot) for line in lines for each in line)
