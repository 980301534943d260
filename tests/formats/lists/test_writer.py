"""Plans as lists: what is written is read back, and no cell is ever run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.made_plans import plans
from wideberth.errors import Invalid
from wideberth.formats.lists import defused, reader, writer
from wideberth.formats.lists.notice import NOTICE
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.flatten import to_lonlat
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import DEGREE
from wideberth.space.volume import Volume

OPTIONS = Options(file="list.csv", as_of=0)
Writer = Callable[[Sequence[Plan]], tuple[bytes, tuple[str, ...]]]
CIRCLE = Volume(Circle((10, 20), 30))


# plans are drawn with what no volume can be left out, which filters much
@settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.lists(plans(), min_size=1, max_size=3, unique_by=lambda plan: plan.key),
    st.sampled_from((writer.write_csv, writer.write_xlsx)),
)
def test_what_is_written_is_read_back(made: list[Plan], write: Writer) -> None:
    data, notes = write(made)
    reading = reader.read(data, OPTIONS)
    assert reading.faults == ()
    assert len(reading.filed) == len(made)
    for filed, plan in zip(reading.filed, made, strict=True):
        found = filed.plan
        assert (found.key, found.activity, found.state, found.priority) == (
            plan.key, plan.activity, plan.state, plan.priority,
        )  # fmt: skip
        assert (found.label, found.callsign, found.note) == (
            plan.label.strip(), plan.callsign.strip(), plan.note.strip(),
        )  # fmt: skip
        assert (found.variant_of, found.review) == (plan.variant_of, plan.review)
        for ours, theirs in zip(found.volumes, plan.volumes, strict=True):
            check(ours, theirs)
    if any(text != text.strip() for plan in made for text in (plan.label, plan.callsign, plan.note)):
        assert any(note.startswith("white space") for note in notes)


def check(found: Volume, stated: Volume) -> None:
    """All that was there, and what rounding and edges cost in the pad."""
    assert (found.lower, found.upper, found.start, found.end, found.band) == (
        stated.lower, stated.upper, stated.start, stated.end, stated.band,
    )  # fmt: skip
    assert (found.pad.v, found.pad.t) == (stated.pad.v, stated.pad.t)
    ground = stated.ground
    if not isinstance(ground, Circle) and ground.edges != "lonlat":
        ground = to_lonlat(ground)
    assert found.pad.h == stated.pad.h + ground.slack
    assert type(found.ground) is type(ground)
    if isinstance(ground, Circle) and isinstance(found.ground, Circle):
        assert (found.ground.centre, found.ground.radius) == (ground.centre, ground.radius)
    elif isinstance(ground, Polygon) and isinstance(found.ground, Polygon):
        assert found.ground.rings == ground.rings
    elif not isinstance(ground, Circle | Polygon) and not isinstance(found.ground, Circle | Polygon):
        assert (found.ground.points, found.ground.half_width) == (ground.points, ground.half_width)


def injections(shared: Path) -> list[str]:
    (file,) = (shared / "vectors" / "csv-injection").glob("*.json")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(found, list) and len(found) > 10
    return found


def test_cells_that_would_run_are_defused_and_come_back(shared: Path) -> None:
    for text in injections(shared):
        assert defused.restore(defused.defuse(text)) == text
        if text in ("-5", "+380441234567"):
            assert defused.defuse(text) == text
        else:
            assert defused.defuse(text).startswith("'")
        if text.strip() != text:
            continue
        plan = Plan(party="p", id="x", volumes=(CIRCLE,), note=text, label=text, callsign=text)
        for write in (writer.write_csv, writer.write_xlsx):
            (filed,) = reader.read(write([plan])[0], OPTIONS).filed
            assert (filed.plan.note, filed.plan.label, filed.plan.callsign) == (text, text, text)


def test_no_cell_of_a_workbook_is_a_formula(shared: Path) -> None:
    texts = [text for text in injections(shared) if text.strip() == text]
    made = [Plan(party="p", id=f"x{n}", volumes=(CIRCLE,), note=text) for n, text in enumerate(texts)]
    book = openpyxl.load_workbook(io.BytesIO(writer.write_xlsx(made)[0]))
    (sheet,) = book.worksheets
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert sheet["A1"].value == NOTICE


@given(st.text(max_size=20))
def test_any_text_survives_defusing(text: str) -> None:
    assert defused.restore(defused.defuse(text)) == text


def test_the_notice_stands_above_the_header() -> None:
    data, _ = writer.write_csv([])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == [NOTICE] and rows[1][:3] == ["record", "party", "plan"]


def test_a_shape_too_long_for_a_cell_is_refused() -> None:
    ring = tuple((n * 1_000, n * n) for n in range(2_000))
    plan = Plan(party="p", id="x", volumes=(Volume(Polygon((ring,), "lonlat")),))
    with pytest.raises(Invalid) as caught:
        writer.write_xlsx([plan])
    assert caught.value.code == "list.cell_too_long"
    assert len(writer.write_csv([plan])[0]) > 32_767


def test_rows_of_one_plan_must_agree() -> None:
    plan = Plan(party="p", id="x", volumes=(CIRCLE, Volume(Circle((DEGREE, 0), 5))), note="a")
    text = writer.write_csv([plan])[0].decode("utf-8-sig")
    first, _, last = text.rstrip("\r\n").rpartition("\r\n")
    reading = reader.read(f"{first}\r\n{last.replace(',a,', ',b,')}".encode(), OPTIONS)
    assert [(fault.code, fault.path) for fault in reading.faults] == [("list.plan_differs", "row 4")]


def test_a_plan_without_volumes_is_told() -> None:
    assert writer.write_csv([Plan(party="p", id="x", volumes=())])[1] == (
        "a plan without volumes is left out (x)",
    )


@pytest.mark.parametrize("write", [writer.write_csv, writer.write_xlsx])
@pytest.mark.parametrize("text", ["#N/A", "#ref!", "'#N/A", "=1+1"])
def test_a_note_like_an_error_or_a_formula_comes_back(write: Writer, text: str) -> None:
    volume = Volume(Circle((0, 0), 10_000), Altitude("HAE", 0), Altitude("HAE", 0))
    reading = reader.read(write([Plan("A", "a", (volume,), note=text)])[0], Options("x", 0))
    assert reading.faults == ()
    assert reading.filed[0].plan.note == text


def test_an_example_that_was_written_over_is_somebodys_site() -> None:
    untouched = b"id,lat,lon\nEXAMPLE,33.51310,36.2911\nS-1,34,33\n"
    assert [one.plan.id for one in reader.read(untouched, Options("x", 0)).filed] == ["S-1"]
    over = b"id,lat,lon\nEXAMPLE,33.6,36.2911\nS-1,34,33\n"
    assert [one.plan.id for one in reader.read(over, Options("x", 0)).filed] == ["EXAMPLE", "S-1"]
