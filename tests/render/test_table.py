"""The table: what it says, that it fits, and that a name cannot break it."""

from __future__ import annotations

from msgspec import structs
from rich.console import Console

from tests.render.sample import conflict, filed, report_of, samples
from wideberth.errors import Invalid
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.model.terms import Place
from wideberth.render.report import Report
from wideberth.render.table import AT_MOST, refusal, table
from wideberth.space.reference import VerticalReference


def shown(report: Report, *, every: bool = False) -> str:
    console = Console(width=100, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(table(report, every=every))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_the_samples(reference: VerticalReference) -> None:
    text = shown(samples(reference))
    assert text.startswith(
        "3 conflicts between 6 plans, as of 2026-11-23 10:00Z\n"
        "separation: preset crewed (3 NM, 3,000 ft, 5 min)\n"
        "9 plans of 2 parties in 2 files were read\n"
    )
    assert "  1  Blue Heron · Coast survey (survey-1)  and  Red Kite · Transit (transit-1)" in text
    assert "horizontal    2.09 NM of 3 NM" in text
    assert "time          3 min of 5 min" in text
    assert 'theirs.kml: Placemark "Buoy field" line 58' in text
    assert "Agree with the other party a change of time, altitude, route or area, and check again." in text
    assert max(map(len, text.splitlines())) <= 100


def test_no_conflict_gives_no_advice() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    report = structs.replace(report_of((one, two, conflict(one, two))), conflicts=())
    text = shown(report)
    assert text.splitlines()[0] == "no known conflict, as of 2026-11-23 10:00Z"
    assert "Agree" not in text
    assert "safe" not in text


def test_long_lists_are_cut_with_a_count() -> None:
    pairs = [(filed("A", f"a{k}"), filed("B", f"b{k}")) for k in range(AT_MOST + 3)]
    report = report_of(*((one, two, conflict(one, two)) for one, two in pairs))
    assert "… and 3 more conflicts between 3 pairs of plans; --all shows all" in shown(report)
    assert "\n 51  " not in shown(report)
    assert "\n 53  " in shown(report, every=True)
    assert "more conflict" not in shown(report, every=True)


def test_two_plans_that_meet_leg_by_leg_are_shown_once() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    report = report_of((one, two, conflict(one, two)))
    last = structs.replace(report.conflicts[0], end=1795435200000)
    report = structs.replace(report, conflicts=(*report.conflicts * 3, last))
    text = shown(report)
    assert "3 more pairs of volumes of these two plans, until 2026-11-23 12:00Z;" in text
    assert "\n  2  " not in text
    assert "\n  4  " in shown(report, every=True)
    open_ended = structs.replace(report, conflicts=(*report.conflicts, structs.replace(last, end=None)))
    assert "of these two plans, until further notice" in shown(open_ended)


def test_what_else_a_conflict_can_say() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    table_of_two = SeparationTable(
        (Row(("*", "*"), (Rule(1, 1, 1),)), Row(("a", "b"), (Rule(1, 1, 1),))), "x"
    )
    report = report_of((one, two, conflict(one, two, agl_unresolved=True, rule=None)))
    places = (Place("Harbour", (330_000_000, 341_000_000)),)
    text = shown(structs.replace(report, table=table_of_two, places=places))
    assert "separation: x (2 pairs of activities)" in text
    assert "ground height unknown: that alone makes it a conflict" in text
    assert "* and * have no row: the largest minima of the table" in text
    assert "6.0 NM S of Harbour" in text
    found = structs.replace(report.conflicts[0], rule=1, also=(2,))
    assert "* and *, rule 2 (also 3)" in shown(
        structs.replace(report, table=table_of_two, conflicts=(found,))
    )


def test_refused_files_and_notes_stand_at_the_end() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    error = Invalid("geometry.open_ring", "features[3]", "an open ring", "a closed ring")
    report = structs.replace(
        report_of((one, two, conflict(one, two))), notes=("one thing",), refused=(("bad.geojson", error),)
    )
    text = shown(report)
    assert "1 file was refused and left out" in text
    assert text.index("one thing") < text.index("Refused, not part of this result")
    expected = "bad.geojson: features[3]: found an open ring; accepted: a closed ring  [geometry.open_ring]"
    assert refusal("bad.geojson", error) == expected
    assert " ".join(expected.split()) in " ".join(text.split())


def test_names_cannot_colour_move_or_break_the_table() -> None:
    nasty = "[red]x[/red]\x1b[31m\n\u202e"
    one, two = filed(nasty, "a", label="[bold]"), filed("B", "b" * 500)
    text = shown(report_of((one, two, conflict(one, two))))
    assert "[red]x[/red]\\u001b[31m\\u000a\\u202e" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
