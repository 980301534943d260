"""The watch as a whole, on made flights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.watch.flown import START, flight, report, zone
from wideberth.errors import Invalid
from wideberth.model.separation import PRESETS, Row, Rule, SeparationTable
from wideberth.model.track import Report, Whose
from wideberth.space.reference import Atmosphere, VerticalReference
from wideberth.space.units import FOOT, NAUTICAL_MILE
from wideberth.watch import looking
from wideberth.watch.alerts import Change
from wideberth.watch.columns import HAE_HIGH, HAE_LOW
from wideberth.watch.findings import Finding, Key
from wideberth.watch.looking import Found, Looking, Terms, find
from wideberth.watch.whose import Known
from wideberth.watch.zone import Zone

KNOWN = Known(
    own="north",
    by_source={"ours": Whose("north", "", "", "source"), "theirs": Whose("south", "", "", "source")},
)


def begin(
    reference: VerticalReference, known: Known = KNOWN, zones: Sequence[Zone] = (), plans: Sequence[Zone] = ()
) -> Looking:
    return Looking(Terms(PRESETS["crewed"], reference, own="north"), known, zones, plans)


def play(
    watch: Looking,
    reports: Iterable[Report],
    *,
    each_ms: int = 1_000,
    until_ms: int = 400_000,
    begin_ms: int = 0,
    cuts: Sequence[int] = (),
) -> list[Change]:
    """All reports, each before the first look at or after its time; `cuts`: how many at once are taken."""
    waiting = sorted(reports, key=lambda each: (each.at_ms, each.id))
    changes: list[Change] = []
    sizes = list(cuts) or [10**9]
    n = turn = 0
    for now in range(START + begin_ms, START + until_ms + 1, each_ms):
        end = n
        while end < len(waiting) and waiting[end].at_ms <= now:
            end += 1
        while n < end:
            size = max(1, sizes[turn % len(sizes)])
            watch.take(waiting[n : min(n + size, end)], now)
            n, turn = min(n + size, end), turn + 1
        changes += watch.look(now)
    return changes


def told(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    return [(each.what, each.alert.key.kind, each.alert.key.track) for each in changes]


def head_on(level: int = 10_000) -> list[Report]:
    return [
        *flight("icao:000001", "ours", -30_000, 0, course=90, callsign="NORTH 1"),
        *flight("icao:000002", "theirs", 30_000, 500, course=270, level=level, callsign="SOUTH 2"),
    ]


def test_two_of_different_parties_that_close_are_told_of_in_time_and_until_it_is_over(
    reference: VerticalReference,
) -> None:
    watch = begin(reference, Known(own="", by_source=KNOWN.by_source))
    watch.set(terms=Terms(PRESETS["crewed"], reference, conforming=False))
    changes = play(watch, head_on())
    first = next(each for each in changes if each.what == "raised")
    alert = first.alert
    assert alert.key == ("closing", "icao:000001", "icao:000002")
    # some 60 km at 200 m/s less 3 NM: nominally after 272 s, found at the first look
    assert alert.raised_ms is not None and alert.raised_ms - START <= 6_000
    assert 200_000 <= alert.finding.at_ms - START <= 275_000
    assert (alert.whose.party, alert.other and alert.other.party) == ("north", "south")
    assert (alert.callsign, alert.other_name) == ("NORTH 1", "SOUTH 2")
    assert [each.what for each in changes].count("raised") == 1
    assert any(each.alert.finding.at_ms <= each.alert.told_ms for each in changes if each.what == "changed")


def test_those_of_one_party_and_those_apart_in_height_are_not_told_of(reference: VerticalReference) -> None:
    same = [*flight("icao:000001", "theirs", -30_000, 0), *flight("icao:000002", "theirs", 30_000, 0)]
    assert play(begin(reference), same, until_ms=100_000) == []
    watch = begin(reference)
    watch.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    assert play(watch, head_on(level=20_000), until_ms=100_000) == []


def test_it_is_cleared_once_they_have_passed(reference: VerticalReference) -> None:
    watch = begin(reference)
    watch.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    reports = [
        *flight("icao:000001", "ours", -20_000, 0, course=90),
        *flight("icao:000002", "theirs", 20_000, 500, course=270),
    ]
    changes = play(watch, reports, until_ms=300_000)
    what = [each.what for each in changes if each.alert.key.kind == "closing"]
    assert (what[0], what[-2:]) == ("raised", ["held", "cleared"])
    cleared = changes[-1].alert
    assert cleared.why == "absent" and cleared.cleared_ms is not None
    # they pass after 200 s and part by 3 NM 28 s later
    assert 240_000 <= cleared.cleared_ms - START <= 270_000
    assert watch.alerts == []
    # closest 500 m apart at the same height
    assert cleared.worst.h is not None and 4_000_000 <= cleared.worst.h <= 6_000_000

    data = watch.encounter(cleared.id, START + 300_000)
    assert data.alert == cleared and data.zone is None
    assert [each.track for each in data.ways] == ["icao:000001", "icao:000002"]
    for way in data.ways:
        assert way.spots[0].at_ms <= START + 1_000
        assert way.spots[-1].at_ms >= START + 230_000
        assert all(one.at_ms < other.at_ms for one, other in pairwise(way.spots))
        assert way.spots[0].altitude is not None and way.spots[0].altitude.datum == "FL"
    with pytest.raises(Invalid):
        watch.encounter("w-other", START)


def test_one_that_falls_silent_is_held_and_cleared_as_silent(reference: VerticalReference) -> None:
    watch = begin(reference)
    watch.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    reports = [
        *flight("icao:000001", "ours", -20_000, 0, course=90, end_ms=600_000),
        *flight("icao:000002", "theirs", 20_000, 500, course=270, end_ms=100_000),
    ]
    changes = [each for each in play(watch, reports, until_ms=600_000) if each.alert.key.kind == "closing"]
    assert changes[-1].what == "cleared" and changes[-1].alert.why == "silent"
    last, cleared = changes[-1].alert.last_ms, changes[-1].alert.cleared_ms
    assert cleared is not None and 300_000 <= cleared - last <= 302_000


PLAN = zone("p-1", "plan", "north", 0, 0)
ON_PLAN = Known(own="north", by_source={**KNOWN.by_source, "ours": Whose("north", "p-1", "", "source")})


def test_a_unit_of_ours_that_leaves_its_plan_is_nonconforming_and_then_contingent(
    reference: VerticalReference,
) -> None:
    watch = begin(reference, ON_PLAN, plans=[PLAN])
    out = flight("cot:1", "ours", 0, 0, speed=50, end_ms=150_000)
    back = flight("cot:1", "ours", 7_500, 0, speed=50, course=270, begin_ms=151_000, end_ms=330_000)
    changes = play(watch, [*out, *back], until_ms=330_000)
    assert [each[:2] for each in told(changes) if each[0] in ("raised", "cleared")] == [
        ("raised", "nonconforming"),
        ("cleared", "nonconforming"),
        ("raised", "contingent"),
        ("cleared", "contingent"),
    ] or [each[:2] for each in told(changes) if each[0] in ("raised", "cleared")] == [
        ("raised", "nonconforming"),
        ("raised", "contingent"),
        ("cleared", "nonconforming"),
        ("cleared", "contingent"),
    ]
    raised = {each.alert.key.kind: each.alert for each in changes if each.what == "raised"}
    # it leaves after 40 s; with the doubts certain a few seconds later, and confirmed over four
    assert 40_000 <= raised["nonconforming"].first_ms - START <= 50_000
    assert raised["contingent"].first_ms - raised["nonconforming"].first_ms == 60_000
    assert raised["nonconforming"].other == Whose("north", "p-1", "", "claimed")
    assert raised["nonconforming"].other_name == "zone p-1"


def test_a_unit_of_ours_on_no_plan_is_told_of(reference: VerticalReference) -> None:
    watch = begin(reference, plans=[PLAN])
    changes = play(watch, flight("cot:1", "ours", 0, 0, end_ms=10_000), until_ms=10_000)
    assert told(changes) == [("raised", "unplanned", "cot:1")]
    assert changes[0].alert.key.other == ""
    # on a plan that is over, or has not begun: the same
    over = begin(reference, ON_PLAN, plans=[])
    assert told(play(over, flight("cot:1", "ours", 0, 0), until_ms=10_000)) == told(changes)
    # what may be anywhere by itself: where plans are not asked for
    free = begin(reference)
    free.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    assert play(free, flight("cot:1", "ours", 0, 0), until_ms=10_000) == []


def test_a_unit_of_ours_that_falls_silent_is_lost(reference: VerticalReference) -> None:
    watch = begin(reference, ON_PLAN, plans=[PLAN])
    changes = play(watch, flight("cot:1", "ours", 0, 0, speed=1, end_ms=20_000), until_ms=200_000)
    assert told(changes)[0] == ("raised", "lost", "cot:1")
    # one that has landed is not
    watch = begin(reference, ON_PLAN, plans=[PLAN])
    landed = [report("cot:1", "ours", now, 0, 0, speed=0, grounded=True) for now in range(0, 9_000, 1_000)]
    assert play(watch, landed, until_ms=200_000) == []


STRANGER = "icao:00000f"


def into_plan(source: str = "receiver", end_ms: int = 100_000) -> Iterable[Report]:
    return flight(STRANGER, source, -12_000, 0, end_ms=end_ms)


def test_nobodys_track_that_comes_into_a_plan_of_ours_is_present_and_on_no_plan(
    reference: VerticalReference,
) -> None:
    watch = begin(reference, plans=[PLAN])
    changes = play(watch, into_plan(), each_ms=5_000, until_ms=60_000)
    assert told(changes)[0] == ("raised", "unplanned", STRANGER)
    assert changes[0].alert.key.other == "p-1"
    quiet = begin(reference, Known(own="north", quiet_sources=frozenset({"receiver"})), plans=[PLAN])
    assert play(quiet, into_plan(), each_ms=5_000, until_ms=60_000) == []
    # theirs: it enters what is ours
    theirs = begin(reference, plans=[PLAN])
    assert told(play(theirs, into_plan("theirs"), each_ms=5_000, until_ms=60_000))[0] == (
        "raised",
        "entry",
        STRANGER,
    )


def test_what_is_quiet_is_told_of_where_it_closes_with_ours_and_nowhere_else(
    reference: VerticalReference,
) -> None:
    known = Known(own="north", by_source=KNOWN.by_source, quiet_sources=frozenset({"receiver"}))
    watch = begin(reference, known)
    watch.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    reports = [
        *flight("icao:000001", "ours", -10_000, 0),
        *flight(STRANGER, "receiver", 10_000, 0, course=270),
        *flight("icao:000003", "theirs", 10_000, 500, course=270),
        *flight("icao:000004", "receiver", 10_000, 60_000, course=270),
        *flight("icao:000005", "theirs", -10_000, 60_000),
    ]
    changes = play(watch, reports, until_ms=20_000)
    pairs = {each.alert.key[1:] for each in changes}
    assert pairs == {("icao:000001", STRANGER), ("icao:000001", "icao:000003")}


def test_who_is_on_a_notice_does_not_enter_it_and_who_is_not_does(reference: VerticalReference) -> None:
    notice = zone("n-1", "notice", "south", 0, 0)
    site = zone("s-1", "site", "", 0, 0)
    theirs = flight("icao:000002", "theirs", -5_000, 0)
    watch = begin(reference, zones=[notice])
    assert play(watch, theirs, each_ms=3_000, until_ms=60_000) == []
    watch = begin(reference, zones=[notice, site])
    changes = play(watch, flight("icao:000002", "theirs", -5_000, 0), each_ms=3_000, until_ms=60_000)
    assert {each.alert.key for each in changes} == {("entry", "icao:000002", "s-1")}
    assert changes[0].alert.other_name == "zone s-1"
    # ours into theirs
    ours = begin(reference, ON_PLAN, zones=[notice], plans=[zone("p-1", "plan", "north", -5_000, 0, 9_000)])
    changes = play(ours, flight("cot:1", "ours", -5_000, 0), each_ms=3_000, until_ms=60_000)
    assert {each.alert.key for each in changes} == {("entry", "cot:1", "n-1")}
    data = ours.encounter(changes[0].alert.id, START + 60_000)
    assert data.zone == notice
    # withdrawn: so is the alert
    ours.set(zones=[])
    (cleared,) = ours.look(START + 61_000)
    assert (cleared.what, cleared.alert.why, cleared.alert.other_name) == ("cleared", "withdrawn", "zone n-1")
    assert ours.encounter(cleared.alert.id, START + 99_000).zone == notice


def test_what_is_in_distress_is_told_of_where_it_is_ours_or_near(reference: VerticalReference) -> None:
    def squawks(some: Iterable[Report]) -> list[Report]:
        return [structs.replace(each, doubts=("emergency",)) for each in some]

    far = begin(reference)
    assert play(far, squawks(flight(STRANGER, "receiver", 0, 0)), until_ms=20_000) == []
    near = begin(reference, plans=[PLAN])
    changes = play(near, squawks(into_plan()), until_ms=30_000)
    assert {each.alert.key.kind for each in changes} == {"unplanned", "doubtful"}
    ours = begin(reference, ON_PLAN, plans=[zone("p-1", "plan", "north", 0, 0, 99_000)])
    changes = play(ours, squawks(flight("cot:1", "ours", 0, 0)), until_ms=30_000)
    assert told(changes) == [("raised", "doubtful", "cot:1")]
    assert changes[0].alert.finding.code == "emergency"


def test_an_acknowledgement_goes_through(reference: VerticalReference) -> None:
    watch = begin(reference, plans=[PLAN])
    (raised, *_) = play(watch, into_plan(), each_ms=5_000, until_ms=60_000)
    change = watch.acknowledge(raised.alert.id, "deputy", START + 61_000)
    assert change.what == "acknowledged" and watch.alerts[0].acknowledged_by == "deputy"


def test_other_terms_hold_from_the_next_look_on(reference: VerticalReference) -> None:
    tiny = SeparationTable((Row(("*", "*"), (Rule(10_000, 10_000, 0),)),), "made")
    watch = Looking(Terms(tiny, reference, own="north", conforming=False), KNOWN)
    reports = [
        *flight("icao:000001", "ours", -10_000, 0),
        *flight("icao:000002", "theirs", 10_000, 3_000, course=270),
    ]
    assert play(watch, [each for each in reports if each.at_ms <= START + 20_000], until_ms=20_000) == []
    watch.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    assert told(watch.look(START + 20_000)) == [("raised", "closing", "icao:000001")]
    assert len(watch.findings()) == 1


def test_another_reference_holds_from_the_next_look_on(reference: VerticalReference) -> None:
    watch = begin(reference)
    watch.set(terms=Terms(PRESETS["crewed"], reference, own="north", conforming=False))
    watch.take([report("icao:000001", "ours", 0, 0, 0)], START)
    watch.look(START)
    low, high = watch.picture.rows[0][[HAE_LOW, HAE_HIGH]].tolist()
    agreed = structs.replace(reference, atmosphere=Atmosphere(1_000, 1_020, -5, 5))
    watch.set(terms=Terms(PRESETS["crewed"], agreed, own="north", conforming=False))
    watch.look(START + 1_000)
    narrow_low, narrow_high = watch.picture.rows[0][[HAE_LOW, HAE_HIGH]].tolist()
    assert low < narrow_low < narrow_high < high


def test_what_is_known_otherwise_holds_from_the_next_look_on(reference: VerticalReference) -> None:
    watch = begin(reference, Known(own="north"), plans=[PLAN])
    some = [each for each in into_plan() if each.at_ms <= START + 60_000]
    raised, *_ = play(watch, some, each_ms=5_000, until_ms=60_000)
    assert raised.alert.key.kind == "unplanned" and watch.left_out == 0
    # an officer says that it is ours, and on that plan
    watch.set(known=Known(own="north", by_id={STRANGER: Whose("north", "p-1", "", "claimed")}))
    assert watch.look(START + 61_000) == []
    assert [each.key.kind for each in watch.findings()] == ["nonconforming"]
    assert watch.about(raised.alert.key).whose.how == "claimed"


def test_what_left_between_a_frame_and_its_findings_is_told_of_to_nobody(
    reference: VerticalReference,
) -> None:
    watch = begin(reference, zones=[zone("s-1", "site", "", 0, 0)])
    frame = watch.frame(START)
    keys = [Key("closing", STRANGER, "icao:000001"), Key("entry", STRANGER, "s-1")]
    gone = Found([Finding(key, START, (0, 0)) for key in keys], [])
    assert watch.conclude(frame, gone) == []
    watch.take([report(STRANGER, "receiver", 0, 0, 0)], START)
    # of a pair the other is not there; of the zone it is
    assert [each.alert.key.kind for each in watch.conclude(frame, gone)] == ["entry"]
    watch.set(zones=[])
    assert watch.conclude(frame, gone)[0].alert.why == "withdrawn"
    assert watch.about(keys[0]).silent
    both = Known(own="north", by_id={STRANGER: Whose("south")})
    watch.set(known=both, zones=[zone("s-1", "site", "south", 0, 0)])
    assert watch.conclude(frame, gone) == [] and watch.findings() == []


def test_activities_are_those_of_the_table() -> None:
    rule = Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 0)
    rows = (Row(("*", "*"), (rule,)), Row(("recon", "transport"), (rule,)))
    assert looking.activities(SeparationTable(rows, "made")) == ["", "recon", "transport"]


def test_a_frame_is_not_touched_by_what_comes_meanwhile(reference: VerticalReference) -> None:
    watch = begin(reference, plans=[PLAN])
    watch.take([each for each in into_plan() if each.at_ms <= START + 50_000], START + 50_000)
    frame = watch.frame(START + 50_000)
    before = find(frame)
    watch.take([each for each in into_plan() if each.at_ms > START + 50_000], START + 100_000)
    assert find(frame) == before
    assert told(watch.conclude(frame, before)) != []


@settings(max_examples=3)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_however_the_reports_are_cut_the_same_is_told(reference: VerticalReference, cuts: list[int]) -> None:
    reports = [*head_on(), *into_plan(), *flight("cot:1", "ours", 0, 0, speed=50, end_ms=30_000)]
    once = play(begin(reference, ON_PLAN, plans=[PLAN]), reports, each_ms=4_000, until_ms=40_000)
    again = play(begin(reference, ON_PLAN, plans=[PLAN]), reports, each_ms=4_000, until_ms=40_000, cuts=cuts)
    assert again == once and once
