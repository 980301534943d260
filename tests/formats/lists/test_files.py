"""Lists that others keep: each reads, or says once why it is none."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from wideberth.errors import Invalid
from wideberth.formats import registry
from wideberth.formats.format import Peek
from wideberth.formats.lists import compare, reader
from wideberth.formats.reading import Options
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE


def data(shared: Path, name: str) -> bytes:
    return (shared / "data" / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "count", "lat", "lon"),
    [
        ("humanitarian/jerusalem_shelters_2025.csv", 257, "latitude", "longitude"),
        ("humanitarian/sudan_health_facilities_hcics.csv", 1_126, "latitude", "longitude"),
    ],
)
def test_every_row_is_where_the_file_says(shared: Path, name: str, count: int, lat: str, lon: str) -> None:
    text = data(shared, name)
    reading = reader.read(text, Options(file=name, as_of=0))
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(reading.filed) == len(rows) == count and reading.faults == ()
    for filed, row in zip(reading.filed, rows, strict=True):
        (volume,) = filed.plan.volumes
        assert isinstance(volume.ground, Circle)
        for stood, name_of in zip(volume.ground.centre, (lon, lat), strict=True):
            assert abs(stood - float(row[name_of]) * DEGREE) <= 0.500001  # the nearest 1e-7 degrees
        assert volume.ground.radius == 250 * METRE


def test_duplicates_of_a_real_list(shared: Path) -> None:
    found = reader.records(
        data(shared, "humanitarian/sudan_health_facilities_hcics.csv"), Options(file="x", as_of=0)
    )
    difference = compare.compare(found.entries, found.entries)
    assert not difference.differs and difference.same == 1_126
    assert len(difference.duplicates) < 100


@pytest.mark.parametrize(
    ("name", "code", "path"),
    [
        ("humanitarian/healthsites_example_upload.xlsx", "list.empty", ""),
        ("humanitarian/sudan_idp_locality_iom.csv", "list.no_place", "row 4"),
        ("cot/esri_testLL2MGRS.csv", "list.no_header", "row 1"),
        ("adsb/modes_frames_2016.csv", "list.no_header", "row 1"),
    ],
)
def test_refused_with_the_reason(shared: Path, name: str, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        reader.read(data(shared, name), Options(file=name, as_of=0))
    assert (caught.value.code, caught.value.path) == (code, path)


def test_a_form_of_others_reads_once_it_is_filled_in(shared: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data(shared, "humanitarian/healthsites_example_upload.xlsx")))
    sheet = book.worksheets[0]
    sheet.append([33.5131, 36.2765, "hospital", "", "Made up"])
    stream = io.BytesIO()
    book.save(stream)
    (filed,) = reader.read(stream.getvalue(), Options(file="x.xlsx", as_of=0)).filed
    assert (filed.plan.label, filed.plan.note) == ("Made up", "hospital; grade: unverified")


def test_archives_of_notices_are_not_taken_for_lists(shared: Path) -> None:
    for name in ("notam/world_2026-W14.csv", "navwarn/msi_2026-W29.csv"):
        text = data(shared, name)
        assert not any(
            one.known is not None and one.known(Peek(".csv", text))
            for one in registry.FORMATS
            if one.name == "csv"
        )
    found = registry.recognise("a.csv", data(shared, "humanitarian/jerusalem_shelters_2025.csv"))
    assert found.read is reader.read
