"""What changed between two results: read back from their JSON, compared pair of plans by pair of plans."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import earlier, since
from wideberth.formats.earlier import Met, Outcome, Pair
from wideberth.formats.since import Gone, New, NotChecked, Since, Still
from wideberth.formats.times import parse_time
from wideberth.model.plan import State

SURVEY, TRANSIT, DROP = ("north", "survey"), ("south", "transit"), ("south", "drop")
PAIR: Pair = (SURVEY, TRANSIT)
OTHER: Pair = (SURVEY, DROP)
STATES: dict[tuple[str, str], State] = {SURVEY: "accepted", TRANSIT: "accepted", DROP: "accepted"}
AT = parse_time("2026-11-23T06:00:00Z")


def conflict(pair: Pair = PAIR, /, **changed: object) -> dict[str, Any]:
    return {
        "plans": [{"party": party, "id": name} for party, name in pair],
        "volumes": [0, 0],
        "where": [{"file": "ours.geojson", "where": "a"}, {"file": "theirs.kml", "where": "b"}],
        "gap": {"horizontal_m": 2310.4, "vertical_m": 0, "time_s": 0, "frequency_hz": None},
        "from": "2026-11-24T08:00:00.000Z",
        "until": "2026-11-24T09:00:00.000Z",
        **changed,
    }


def document(*conflicts: dict[str, Any], **changed: object) -> dict[str, Any]:
    return {
        "schema": "wideberth.check/1",
        "as_of": "2026-11-23T06:00:00.000Z",
        "files": ["ours.geojson", "theirs.kml"],
        "separation": [{"between": ["*", "*"], "rules": []}],
        "separation_source": "preset crewed",
        "count": len(conflicts),
        "conflicts": list(conflicts),
        "refused": [],
        **changed,
    }


def refused(*files: str) -> list[dict[str, str]]:
    return [{"file": file, "where": "", "code": "x.y", "message": "z"} for file in files]


def outcome(*conflicts: dict[str, Any], **changed: object) -> Outcome:
    return earlier.read(json.dumps(document(*conflicts, **changed)).encode())


def changes(before: Outcome, now: Outcome, states: dict[tuple[str, str], State] = STATES) -> Since:
    return since.compare(before, now, states, own=False)


# --- reading


def test_what_is_kept_of_a_result() -> None:
    found = outcome(
        conflict(),
        conflict(
            gap={"horizontal_m": 9, "vertical_m": 100.5, "time_s": 0, "frequency_hz": 7},
            **{"from": "2026-11-24T07:00:00.000Z", "until": None},
        ),
        conflict(OTHER, **{"from": None}),
    )
    assert found == Outcome(
        as_of=AT,
        met={
            PAIR: Met(
                PAIR,
                2,
                parse_time("2026-11-24T07:00:00Z"),
                None,
                (9, 0, 0, 7),
                ("ours.geojson", "theirs.kml"),
            ),
            OTHER: Met(
                OTHER,
                1,
                None,
                parse_time("2026-11-24T09:00:00Z"),
                (2310.4, 0, 0, None),
                ("ours.geojson", "theirs.kml"),
            ),
        },
        listed=3,
        count=3,
        separation=[{"between": ["*", "*"], "rules": []}],
        source="preset crewed",
        files=frozenset({"ours.geojson", "theirs.kml"}),
        refused=frozenset(),
    )


def test_keys_that_are_not_known_or_not_there() -> None:
    old = document(conflict(new_key=[1]), another={"x": 1})
    for key in ("files", "count"):
        del old[key]
    found = earlier.outcome_of(old)
    assert (found.files, found.count, found.listed) == (None, 1, 1)
    assert outcome(conflict(), count=40).count == 40
    # the pair in the other order is the same pair, and each plan keeps its file
    swapped = outcome(conflict((TRANSIT, SURVEY)))
    assert swapped.met[PAIR].files == ("theirs.kml", "ours.geojson")


def without(key: str, *path: str) -> bytes:
    made = document(conflict())
    inner: Any = made
    for step in path:
        inner = inner[0] if step == "0" else inner[step]
    del inner[key]
    return json.dumps(made).encode()


def with_conflict(**changed: object) -> bytes:
    return json.dumps(document(conflict(**changed))).encode()


GAP = {"horizontal_m": 1, "vertical_m": 0, "time_s": 0, "frequency_hz": None}


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"", "file.empty", ""),
        (b"\n", "file.empty", ""),
        (b"[]", "since.schema", ""),
        (b"{}", "since.schema", "schema"),
        (b'{"type": "FeatureCollection"}', "since.schema", "schema"),
        (b'{"schema": "wideberth.check/2"}', "since.schema", "schema"),
        (b'{"schema": "wideberth.check/1"', "json.syntax", "line 1, column 31"),
        (b'{"schema": "wideberth.check/1"}', "since.missing_key", ""),
        (b"[" * 100 + b"]" * 100, "json.depth", ""),
        (b"PK\x03\x04\xff", "json.encoding", "byte 4"),
        (without("as_of"), "since.missing_key", ""),
        (without("refused"), "since.missing_key", ""),
        (without("separation"), "since.missing_key", ""),
        (without("plans", "conflicts", "0"), "since.missing_key", "conflicts[0]"),
        (without("gap", "conflicts", "0"), "since.missing_key", "conflicts[0]"),
        (without("until", "conflicts", "0"), "since.missing_key", "conflicts[0]"),
        (without("time_s", "conflicts", "0", "gap"), "since.missing_key", "conflicts[0].gap"),
        (without("file", "conflicts", "0", "where", "0"), "since.missing_key", "conflicts[0].where[0]"),
        (with_conflict(plans=[]), "since.type", "conflicts[0].plans"),
        (with_conflict(plans=[1, 2]), "since.type", "conflicts[0].plans[0]"),
        (with_conflict(plans={}), "since.type", "conflicts[0].plans"),
        (with_conflict(where=[{"file": 1}, {}]), "since.type", "conflicts[0].where[0].file"),
        (with_conflict(until=5), "since.type", "conflicts[0].until"),
        (with_conflict(until="soon"), "time.malformed", "conflicts[0].until"),
        (with_conflict(gap={**GAP, "time_s": "0"}), "since.type", "conflicts[0].gap.time_s"),
        (with_conflict(gap={**GAP, "time_s": True}), "since.type", "conflicts[0].gap.time_s"),
        (with_conflict(gap={**GAP, "time_s": 1e300}), "since.type", "conflicts[0].gap.time_s"),
        (json.dumps(document(files="a")).encode(), "since.type", "files"),
        (json.dumps(document(files=[1])).encode(), "since.type", "files[0]"),
        (json.dumps(document(refused=[1])).encode(), "since.type", "refused[0]"),
        (json.dumps(document(since=[])).encode(), "since.type", "since"),
        (json.dumps(document(since={})).encode(), "since.missing_key", "since"),
        (
            json.dumps(document(since={"not_checked": [{"pairs": True}]})).encode(),
            "since.type",
            "since.not_checked[0].pairs",
        ),
    ],
)
def test_anything_else_is_refused(data: bytes, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        earlier.read(data)
    assert (caught.value.code, caught.value.path) == (code, path)


@given(st.data())
def test_a_damaged_result_is_read_or_refused(data: st.DataObject) -> None:
    made = document(conflict(), conflict(OTHER), refused=refused("x"))
    inner: Any = made
    while isinstance(inner, dict | list) and inner:
        keys = sorted(inner) if isinstance(inner, dict) else range(len(inner))
        key = data.draw(st.sampled_from(list(keys)))
        if data.draw(st.booleans()) or not isinstance(inner[key], dict | list):
            inner[key] = data.draw(
                st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({})
            )
            break
        inner = inner[key]
    try:
        earlier.read(json.dumps(made).encode())
    except Invalid as error:
        assert error.code.split(".")[0] in ("since", "time", "json")


# --- comparing


def test_new_gone_and_still_there() -> None:
    found = changes(outcome(conflict()), outcome(conflict(OTHER)))
    assert found.new == (New(OTHER, "not_there"),)
    assert found.gone == (Gone(PAIR, "apart"),)
    assert (found.still, found.not_checked, found.as_of) == ((), (), AT)
    same = changes(outcome(conflict()), outcome(conflict()))
    assert same.still == (Still(PAIR, ()),)
    assert (same.new, same.gone) == ((), ())


def test_what_changed_of_a_pair() -> None:
    now = outcome(
        conflict(
            gap={"horizontal_m": 1800, "vertical_m": 30, "time_s": 0, "frequency_hz": 5},
            **{"from": "2026-11-24T07:00:00.000Z"},
        ),
        conflict(until=None),
    )
    (still,) = changes(outcome(conflict(gap={**GAP, "horizontal_m": 2310.4})), now).still
    assert still.changed == (
        ("pairs", 1, 2),
        ("horizontal_m", 2310.4, 1800),
        ("frequency_hz", None, 5),
        ("from", parse_time("2026-11-24T08:00:00Z"), parse_time("2026-11-24T07:00:00Z")),
        ("until", parse_time("2026-11-24T09:00:00Z"), None),
    )


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [(50_000, 50_001.4, False), (50_000, 50_001.6, True), (0, 0.5, True), (0.5, 0, True), (None, 3, True)],
)
def test_a_gap_within_its_own_doubt_is_no_change(before: float | None, now: float | None, told: bool) -> None:
    one, other = (outcome(conflict(gap={**GAP, "horizontal_m": value})) for value in (before, now))
    (still,) = changes(one, other).still
    assert still.changed == ((("horizontal_m", before, now),) if told else ())


def test_ranks_of_volumes_do_not_matter() -> None:
    found = changes(outcome(conflict(volumes=[0, 3])), outcome(conflict(volumes=[2, 1])))
    assert found.still == (Still(PAIR, ()),)


def test_why_a_pair_is_gone() -> None:
    before = outcome(conflict())
    withdrawn = changes(before, outcome(), {SURVEY: "accepted"})
    assert withdrawn.gone == (Gone(PAIR, "no_plan", (TRANSIT,)),)
    ended = changes(before, outcome(), {**STATES, SURVEY: "ended"})
    assert ended.gone == (Gone(PAIR, "ended", (SURVEY,)),)


def test_what_was_not_checked_is_never_gone() -> None:
    before = outcome(conflict())
    (met,) = before.met.values()
    left = {SURVEY: STATES[SURVEY]}
    # its file was refused
    now = outcome(files=["ours.geojson"], refused=refused("theirs.kml"))
    assert changes(before, now, left).not_checked == (NotChecked(met, "refused", ("theirs.kml",)),)
    # another file was refused, and the plan may have moved there
    now = outcome(refused=refused("more.kml"))
    assert changes(before, now, left).not_checked == (NotChecked(met, "refused", ("more.kml",)),)
    # its file was not given
    now = outcome(files=["ours.geojson", "theirs-2.kml"])
    assert changes(before, now, left).not_checked == (NotChecked(met, "not_given", ("theirs.kml",)),)
    # the other plan's file was not given, but this plan's was, and the plan is not in it
    assert changes(before, outcome(files=["theirs.kml"]), left).gone == (Gone(PAIR, "no_plan", (TRANSIT,)),)
    # it may be among those that are not listed
    now = outcome(conflict(OTHER), count=9)
    assert changes(before, now).not_checked == (NotChecked(met, "not_listed"),)
    for found in (changes(before, now), changes(before, outcome(files=[]), left)):
        assert found.gone == ()


def test_plans_of_one_party_without_own() -> None:
    pair: Pair = (DROP, TRANSIT)
    before = outcome(conflict(pair))
    (met,) = before.met.values()
    assert changes(before, outcome()).not_checked == (NotChecked(met, "own"),)
    assert since.compare(before, outcome(), STATES, own=True).gone == (Gone(pair, "apart"),)


def test_why_a_pair_may_not_be_new() -> None:
    now = outcome(conflict())
    assert changes(outcome(refused=refused("theirs.kml"), files=["ours.geojson"]), now).new == (
        New(PAIR, "refused_then", ("theirs.kml",)),
    )
    assert changes(outcome(files=["ours.geojson"]), now).new == (
        New(PAIR, "not_given_then", ("theirs.kml",)),
    )
    assert changes(outcome(conflict(OTHER), count=2), now).new == (New(PAIR, "not_listed_then"),)
    assert changes(outcome(files=None), now).new == (New(PAIR, "not_there"),)


def test_what_else_differs() -> None:
    before = outcome(
        conflict(),
        count=5,
        as_of="2026-11-23T07:00:00.000Z",
        separation_source="preset drone",
        separation=[],
        files=["old.kml", "ours.geojson"],
        refused=refused("bad.kml"),
    )
    now = outcome(conflict(), conflict(OTHER), count=7, refused=refused("late.kml"))
    assert changes(before, now).differs == since.Differs(
        minima=("preset drone", "preset crewed"),
        later=True,
        given_then=("bad.kml", "old.kml"),
        given_now=("late.kml", "theirs.kml"),
        refused_then=("bad.kml",),
        listed_then=(1, 5),
        listed_now=(2, 7),
    )
    assert changes(now, now).differs == since.Differs(
        refused_then=("late.kml",), listed_then=(2, 7), listed_now=(2, 7)
    )
    assert changes(outcome(), outcome()).differs == since.Differs()
    assert changes(outcome(files=None), outcome()).differs == since.Differs()


# --- through three results


def test_a_pair_is_known_again_after_a_result_that_could_not_check_it() -> None:
    first = outcome(conflict(), conflict())
    second_json = document(files=["ours.geojson"], refused=refused("theirs.kml"))
    second = earlier.outcome_of(second_json)
    found = changes(first, second, {SURVEY: "accepted"})
    kept = since.carried(second, found)
    assert kept.met == first.met and kept.unseen == {PAIR}
    # the same through the file
    through = earlier.outcome_of({**second_json, "since": since.to_json(found, ())})
    assert through == kept
    third = changes(through, outcome(conflict()))
    assert third.still == (Still(PAIR, (("pairs", 2, 1),)),)
    assert third.new == ()
    assert since.carried(second, changes(first, first)) is second


def test_as_json() -> None:
    before = outcome(conflict(), conflict(OTHER, until=None))
    now = outcome(
        conflict(**{"from": "2026-11-24T07:00:00.000Z"}),
        files=["ours.geojson"],
        refused=refused("theirs.kml"),
    )
    found = since.to_json(changes(before, now, {SURVEY: "accepted", TRANSIT: "accepted"}), ("a note",))
    survey, transit, drop = ({"party": party, "id": name} for party, name in (SURVEY, TRANSIT, DROP))
    assert found == {
        "as_of": "2026-11-23T06:00:00.000Z",
        "new": [],
        "still": [
            {
                "plans": [survey, transit],
                "changed": {"from": ["2026-11-24T08:00:00.000Z", "2026-11-24T07:00:00.000Z"]},
            }
        ],
        "gone": [],
        "not_checked": [
            {
                "plans": [survey, drop],
                "why": "refused",
                "because_of": ["theirs.kml"],
                "pairs": 1,
                "gap": {"horizontal_m": 2310.4, "vertical_m": 0, "time_s": 0, "frequency_hz": None},
                "from": "2026-11-24T08:00:00.000Z",
                "until": None,
                "files": ["ours.geojson", "theirs.kml"],
            }
        ],
        "notes": ["a note"],
    }
    back = since.to_json(changes(now, before), ())
    assert back["new"] == [{"plans": [survey, drop], "why": "refused_then", "files": ["theirs.kml"]}]
    left = since.to_json(changes(before, outcome(), {SURVEY: "accepted"}), ())
    assert left["gone"] == [
        {"plans": [survey, drop], "why": "no_plan", "missing": [drop]},
        {"plans": [survey, transit], "why": "no_plan", "missing": [transit]},
    ]


pairs = st.sets(st.sampled_from([PAIR, OTHER, (DROP, TRANSIT), (TRANSIT, ("west", "w"))]))


@given(before=pairs, now=pairs, whole=st.booleans())
def test_every_pair_is_told_once(before: set[Pair], now: set[Pair], whole: bool) -> None:
    one, two = (outcome(*(conflict(pair) for pair in sorted(found))) for found in (before, now))
    two = two if whole else structs.replace(two, count=99)
    found = changes(one, two)
    assert whole or all(one.why != "apart" for one in found.gone)
    there = [*(one.plans for one in found.new), *(one.plans for one in found.still)]
    left = [*(one.plans for one in found.gone), *(one.met.plans for one in found.not_checked)]
    assert sorted(there) == sorted(now)
    assert sorted(left) == sorted(before - now)


def test_the_sample_document_is_not_changed_by_reading() -> None:
    made = document(conflict())
    before = copy.deepcopy(made)
    earlier.outcome_of(made)
    assert made == before
