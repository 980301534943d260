"""What changed since an earlier check, as people read it."""

from __future__ import annotations

from msgspec import structs

from tests.render.sample import NOW, conflict, filed
from wideberth.formats.earlier import Met, Pair
from wideberth.formats.since import Differs, Gone, New, NotChecked, Since, Still
from wideberth.model.separation import PRESETS
from wideberth.render.changes import gone, marks, not_checked, summary, warnings
from wideberth.render.report import Report
from wideberth.render.table import AT_MOST, table
from wideberth.space.units import SECOND

A, B, C = ("A", "a"), ("B", "b"), ("B", "c")
PAIR: Pair = (A, B)
MET = Met(PAIR, 1, NOW, NOW, (0, 0, 0, None), ("A.geojson", "B.geojson"))
NOTHING = Since(NOW, (), (), (), (), Differs())


def words(still: Still, metric: bool = False) -> str:
    new, text = marks(structs.replace(NOTHING, still=(still,)), None, metric)[PAIR]
    assert not new
    return text


def new_words(new: New) -> str:
    is_new, text = marks(structs.replace(NOTHING, new=(new,)), None, False)[PAIR]
    assert is_new
    return text


def test_the_summary() -> None:
    assert summary(NOTHING, None) == "since 2026-11-23 10:00Z: 0 new, 0 gone, 0 still there  (pairs of plans)"
    full = structs.replace(
        NOTHING,
        as_of=NOW + 999,
        new=(New(PAIR, "not_there"),),
        still=(Still((A, C), ()), Still((B, C), (("pairs", 1, 2),))),
        gone=(Gone(PAIR, "apart"),),
        not_checked=(NotChecked(MET, "own"),),
    )
    assert summary(full, "Asia/Nicosia") == (
        "since 2026-11-23 12:00+02:00: 1 new, 1 gone, 2 still there (1 changed), 1 not checked again"
        "  (pairs of plans)"
    )


def test_a_pair_that_is_still_there() -> None:
    assert words(Still(PAIR, ())) == "still there, unchanged"
    assert words(Still(PAIR, (("pairs", 1, 2), ("horizontal_m", 4630, 3000.5)))) == (
        "still there; was: 1 pair of volumes (more now); horizontal gap 2.5 NM (smaller now)"
    )
    assert words(Still(PAIR, (("pairs", 3, 2), ("horizontal_m", 4630, 5000))), metric=True) == (
        "still there; was: 3 pairs of volumes (fewer now); horizontal gap 4.63 km (larger now)"
    )
    assert words(Still(PAIR, (("vertical_m", 304.8, 0), ("time_s", 90, 0), ("frequency_hz", 25000, 0)))) == (
        "still there; was: vertical gap 1,000 ft (smaller now); gap in time 1 min 30 s (smaller now);"
        " gap in frequency 25 kHz (smaller now)"
    )
    assert words(Still(PAIR, (("time_s", 0, 60), ("frequency_hz", None, 1), ("vertical_m", 30.0, None)))) == (
        "still there; was: gap in time none (overlap) (larger now); gap in frequency not compared;"
        " vertical gap 98.4 ft"
    )
    assert words(Still(PAIR, (("from", NOW, None), ("until", None, NOW)))) == (
        "still there; was: from 2026-11-23 10:00Z; until unbounded"
    )


def test_a_pair_that_is_new() -> None:
    assert new_words(New(PAIR, "not_there")) == ""
    assert new_words(New(PAIR, "not_listed_then")) == "not among those that were listed then"
    assert new_words(New(PAIR, "refused_then", ("x.kml",))) == "new; x.kml was refused then"
    assert new_words(New(PAIR, "not_given_then", ("x.kml", "y.kml"))) == (
        "new; x.kml, y.kml were not given then"
    )
    assert marks(None, None, False) == {}


def test_a_pair_that_is_gone() -> None:
    assert gone(Gone(PAIR, "apart")) == "A · a  and  B · b: no conflict between them now"
    assert gone(Gone(PAIR, "ended", (A,))) == "A · a  and  B · b: A · a is ended"
    assert gone(Gone(PAIR, "no_plan", (A, B))) == (
        "A · a  and  B · b: A · a and B · b are no longer in the files"
    )


def test_a_pair_that_was_not_checked() -> None:
    seven = tuple(f"{n}.kml" for n in range(7))
    for why, files, text in (
        ("refused", seven, "0.kml, 1.kml, 2.kml, 3.kml, 4.kml and 2 more were refused"),
        ("not_given", ("x.kml",), "x.kml was not given"),
        ("own", (), "plans of one party were not compared (--own)"),
        ("not_listed", (), "only the first conflicts are listed"),
    ):
        one = NotChecked(MET, why, files)  # type: ignore[arg-type]  # literals of a loop
        assert not_checked(one) == f"A · a  and  B · b: {text}"


def test_what_else_differs() -> None:
    assert warnings(NOTHING, None) == ()
    differs = Differs(
        minima=("preset crewed", "preset drone"),
        later=True,
        given_then=("old.kml",),
        given_now=("new.kml",),
        refused_then=("bad.kml",),
        listed_then=(500, 2_000),
        listed_now=(1, 9),
    )
    told = warnings(structs.replace(NOTHING, differs=differs), None)
    assert told == (
        "the earlier result is as of 2026-11-23 10:00Z, which is later than this one",
        (
            "the minima differ from those of the earlier result (then preset crewed, now preset drone):"
            " what is new, gone or changed may be so for that reason alone"
        ),
        "given then and not now: old.kml",
        "given now and not then: new.kml",
        (
            "the earlier result listed only the first 500 of 2,000 conflicts: what is called new may have"
            " been there already"
        ),
        (
            "this result listed only the first 1 of 9 conflicts: of pairs beyond those nobody can say that"
            " they are gone"
        ),
    )
    new = (New(PAIR, "refused_then", ("bad.kml",)),)
    with_new = warnings(structs.replace(NOTHING, differs=differs, new=new), None)
    assert "refused then: bad.kml; what is called new may have been there already" in with_new


def shown(report: Report, *, every: bool = False) -> str:
    from rich.console import Console

    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(table(report, every=every))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_new_pairs_are_shown_before_others_where_not_all_are() -> None:
    one = filed("A", "a")
    others = [filed("B", f"b{n:02d}") for n in range(AT_MOST + 5)]
    found = tuple(conflict(one, other, start=NOW + n * SECOND) for n, other in enumerate(others))
    last = found[-1].plans
    since = structs.replace(
        NOTHING,
        new=(New(last, "not_there"),),
        still=tuple(Still(each.plans, ()) for each in found[:-1]),
        gone=tuple(Gone((A, ("G", f"g{n}")), "apart") for n in range(AT_MOST + 3)),
    )
    report = Report(NOW, (one, *others), PRESETS["crewed"], found, since=since)
    text = shown(report)
    assert "A · a  and  B · b54  (new)" in text
    assert "B · b48" in text and "B · b49" not in text
    assert "… and 5 more conflicts between 5 pairs of plans" in text
    assert "G · g49" in text and "G · g50" not in text
    assert "… and 3 more; --all shows all" in text
    whole = shown(report, every=True)
    assert "B · b49" in whole and "G · g52" in whole and "3 more" not in whole


def test_the_headline_of_a_part() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    report = Report(NOW, (one, two), PRESETS["crewed"], (conflict(one, two),), count=1_234)
    assert shown(report).startswith(
        "1,234 conflicts, as of 2026-11-23 10:00Z; the first 1, between 2 plans, are listed\n"
    )
