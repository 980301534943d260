"""KMZ: the archive is refused where it lies, and read where it does not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from wideberth.errors import Invalid
from wideberth.formats import archive, kml, kmz
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume

OPTIONS = Options(file="a/plans.kmz", as_of=0)
DOCUMENT = (
    b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>N</name><ExtendedData>'
    b'<Data name="radius_m"><value>100</value></Data></ExtendedData>'
    b"<Point><coordinates>24.0,48.0</coordinates></Point></Placemark></kml>"
)
EXPECTED = {
    "cut.kmz": "zip.damaged",
    "good.kmz": "geometry.no_radius",  # the archive is good; its one Point has no radius_m
    "many-entries.kmz": "zip.too_many_entries",
    "no-kml.kmz": "kmz.no_kml",
    "path-traversal.kmz": "zip.unsafe_name",
    "ratio-1000.kmz": "file.too_large",
    "size-lies.kmz": "zip.damaged",
    "twice-the-same-name.kmz": "zip.repeated_name",
    "zip-in-zip.kmz": "zip.nested",
}


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        kmz.read(data, OPTIONS)
    return caught.value


def test_every_hostile_vector(shared: Path) -> None:
    files = sorted((shared / "vectors" / "zip-hostile").glob("*.kmz"))
    assert {file.name: refusal(file.read_bytes()).code for file in files} == EXPECTED


def test_the_good_vector_reads_once_its_point_has_a_radius(shared: Path) -> None:
    with zipfile.ZipFile(shared / "vectors" / "zip-hostile" / "good.kmz") as archive:
        document = archive.read("doc.kml")
    radius = b'<ExtendedData><Data name="radius_m"><value>50</value></Data></ExtendedData>'
    reading = kmz.read(packed({"doc.kml": document.replace(b"<Point>", radius + b"<Point>")}), OPTIONS)
    assert reading.filed[0].plan.volumes[0].ground == Circle((240_000_000, 480_000_000), 500_000)


def test_doc_kml_is_preferred_and_the_others_are_told() -> None:
    reading = kmz.read(packed({"a.kml": b"<kml/>", "doc.kml": DOCUMENT, "files/b.kml": b""}), OPTIONS)
    assert [filed.plan.id for filed in reading.filed] == ["N"]
    assert reading.notes[0] == "doc.kml is read; other documents in the archive are not (a.kml, files/b.kml)"


def test_the_only_kml_at_the_root() -> None:
    reading = kmz.read(packed({"icon.png": b"x", "Plans.KML": DOCUMENT}), OPTIONS)
    assert reading.filed[0].plan.party == "a/plans.kmz"
    assert not any("archive" in note for note in reading.notes)


def test_several_are_named() -> None:
    error = refusal(packed({"b.kml": DOCUMENT, "a.kml": DOCUMENT}))
    assert (error.code, error.found) == ("kmz.several", "a.kml, b.kml")


def test_only_in_a_folder() -> None:
    error = refusal(packed({"files/a.kml": DOCUMENT}))
    assert error.code == "kmz.no_kml"
    assert "1 in folders" in error.found


def test_an_error_in_the_document_names_the_entry() -> None:
    error = refusal(packed({"doc.kml": b"<kml>\n<x></kml>"}))
    assert (error.code, error.path) == ("xml.syntax", "doc.kml, line 2")
    assert refusal(packed({"doc.kml": b""})).code == "file.empty"


@pytest.mark.parametrize("name", ["C:/doc.kml", "a/../doc.kml", "/doc.kml", "..\\doc.kml"])
def test_unsafe_names(name: str) -> None:
    assert refusal(packed({"doc.kml": DOCUMENT, name: b""})).code == "zip.unsafe_name"


def test_encrypted() -> None:
    data = bytearray(packed({"doc.kml": DOCUMENT}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    assert refusal(bytes(data)).code == "zip.encrypted"


def test_other_compression() -> None:
    assert refusal(packed({"doc.kml": DOCUMENT}, zipfile.ZIP_BZIP2)).code == "zip.method"


@pytest.mark.parametrize("data", [b"PK", b"not a zip file at all, but long enough", DOCUMENT])
def test_not_a_zip(data: bytes) -> None:
    assert refusal(data).code == "zip.damaged"


def test_empty() -> None:
    assert refusal(b"").code == "file.empty"


def test_cut_anywhere_or_one_byte_wrong_is_one_clear_error_or_the_same_plans() -> None:
    data = packed({"doc.kml": DOCUMENT})
    whole = kmz.read(data, OPTIONS)
    for n in range(1, len(data)):
        assert refusal(data[:n]).code == "zip.damaged"
    refused = 0
    codes: set[str] = set()
    for n in range(len(data)):
        wrong = data[:n] + bytes([data[n] ^ 0x55]) + data[n + 1 :]
        try:
            assert kmz.read(wrong, OPTIONS) == whole
        except Invalid as error:
            refused += 1
            codes.add(error.code.split(".")[0])
    assert codes <= {"zip", "kmz"}
    assert refused > len(data) / 2


def test_a_directory_that_claims_more_than_it_may() -> None:
    data = bytearray(packed({"doc.kml": DOCUMENT}))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (2_000_000).to_bytes(4, "little")
    assert refusal(bytes(data)).code == "zip.too_many_entries"


def test_a_directory_that_says_it_is_shorter_than_it_is() -> None:
    data = bytearray(packed({str(n): b"" for n in range(1_001)}))
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 12] = bytes((1, 0, 1, 0))
    assert refusal(bytes(data)).code == "zip.too_many_entries"


def test_too_large_as_it_is() -> None:
    assert refusal(bytes(archive.SIZE_LIMIT + 1)).code == "file.too_large"


def test_the_64_bit_format() -> None:
    data = packed({"doc.kml": DOCUMENT})
    end = data.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    assert refusal(data[:end] + locator + data[end:]).code == "zip.large_format"


def test_written_twice_gives_the_same_bytes_and_reads_back() -> None:
    plan = Plan("P", "one", (Volume(Circle((350_000_000, 320_000_000), 1_852_0000), start=0, end=3_600_000),))
    data, notes = kmz.write([plan])
    assert notes == ()
    assert kmz.write([plan])[0] == data
    assert [filed.plan for filed in kmz.read(data, OPTIONS).filed] == [plan]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("doc.kml") == kml.write([plan])[0]
