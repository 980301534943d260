"""Alerts and claims in the private feed, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.phrased import ANYTHING
from tests.desk.test_rings import entry
from wideberth.desk import watched
from wideberth.desk.watched import Called, Claimed, Cleared, Raised, Said, State, Taken
from wideberth.errors import Invalid, Refused
from wideberth.ledger.canonical import Value
from wideberth.model.alert import KINDS, PHASES, TRANSITIONS, Kind, table
from wideberth.model.track import Whose

RAISED = Raised(
    "w-1", "closing", "icao:1", "icao:2", "me", "p-1", "you", "", "RCH1", "",
    1_000, 61_000, 330_000_000, 360_000_000, True, 70_000, 5_000, 0, 9_000, 3_000, False, "",
)  # fmt: skip
TYPES = (Raised, Taken, Called, Cleared, Claimed)


def fold(said: Sequence[Said]) -> State:
    entries = [entry(each.TYPE, value_of(each), n) for n, each in enumerate(said)]
    return reduce(watched.evolve, entries, State())


def value_of(said: Said) -> dict[str, Value]:
    value = watched.write(said)
    assert isinstance(value, dict)
    return value


def test_an_alert_is_raised_taken_calls_and_is_over() -> None:
    called = Called("w-1", "line", "k-1", "")
    state = fold([RAISED, Taken("w-1", "officer"), called, Called("w-1", "other", None, "no agreement")])
    found = watched.one(state, "w-1")
    assert (found.raised, found.at_ms, found.role, found.taken_ms) == (RAISED, 1_000, "officer", 1_001)
    assert found.raised.finding.key == ("closing", "icao:1", "icao:2")
    assert found.called[0] == called and [each.call for each in found.called] == ["k-1", None]
    assert list(state.open) == [found] and state.over == ()
    # what could not call costs nothing of a day
    assert (state.called_on("line", 5_000), state.called_on("other", 5_000)) == (1, 0)
    assert state.called_on("line", 5_000 + watched.DAY_MS) == 0
    over = fold([RAISED, Taken("w-1", "officer"), Cleared("w-1", "stale")])
    assert list(over.open) == [] and over.over == ("w-1",)
    assert (over.alerts["w-1"].cleared_ms, over.alerts["w-1"].code) == (1_002, "stale")


def test_what_does_not_fit_changes_nothing() -> None:
    before: list[Said] = [RAISED, Taken("w-1", "officer"), Cleared("w-1")]
    nothing: list[Said] = [
        RAISED,
        Taken("w-1", "deputy"),
        Called("w-1", "line", "k", ""),
        Cleared("w-1"),
        Taken("w-2", "x"),
    ]
    for said in nothing:
        assert fold([*before, said]) == fold(before)
    assert fold([RAISED, Taken("w-1", "a"), Taken("w-1", "b")]).alerts["w-1"].role == "a"


def test_only_the_newest_that_are_over_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "OVER", 2)
    said: list[Said] = []
    for n in range(4):
        said += [structs.replace(RAISED, alert=f"w-{n}"), Cleared(f"w-{n}")]
    state = fold([RAISED, *said])
    assert state.over == ("w-2", "w-3")
    # the first one of all has the id of a later one, which then is not raised again
    assert set(state.alerts) == {"w-2", "w-3"}


def test_claims_stand_until_they_are_taken_back() -> None:
    state = fold([Claimed("cot:x", "you", "n-1"), Claimed("cot:y", "")])
    assert state.claims["cot:x"] == Whose("you", "n-1", how="claimed")
    assert state.claims["cot:y"] == Whose("", how="claimed")
    assert set(fold([Claimed("cot:x", "you"), Claimed("cot:x", None)]).claims) == set()


def test_who_may_take() -> None:
    state = fold([RAISED])
    assert watched.take(state, "w-1", "duty officer") == Taken("w-1", "duty officer")
    for role, code in (("", "alert.role"), ("Ann 0501234567", "alert.role"), ("x" * 61, "alert.role")):
        with pytest.raises(Invalid, match=r".+") as caught:
            watched.take(state, "w-1", role)
        assert caught.value.code == code
    with pytest.raises(Invalid) as none:
        watched.take(state, "w-2", "duty officer")
    assert none.value.code == "alert.none"
    with pytest.raises(Refused) as taken:
        watched.take(fold([RAISED, Taken("w-1", "a")]), "w-1", "b")
    assert taken.value.code == "alert.taken"
    with pytest.raises(Refused) as over:
        watched.take(fold([RAISED, Cleared("w-1")]), "w-1", "b")
    assert over.value.code == "alert.over"


def test_what_can_be_claimed() -> None:
    assert watched.claim("icao:4b1815", None) == Claimed("icao:4b1815", None)
    with pytest.raises(Invalid) as caught:
        watched.claim("x" * 101, "me")
    assert caught.value.code == "track.id"


def test_a_callsign_is_anybodys_text() -> None:
    assert watched.shown(" RCH\x00 1\u202e\n") == "RCH 1"
    assert watched.shown("A" * 30) == "A" * 20


words = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20)
numbers = st.integers(-(2**53) + 1, 2**53 - 1)
said = st.one_of(
    st.builds(
        Raised, words, st.sampled_from(get_args(Kind)), *[words] * 8, *[numbers] * 4, st.booleans(),
        *[st.none() | numbers] * 5, st.booleans(), words,
    ),
    st.builds(Taken, words, words),
    st.builds(Called, words, words, st.none() | words, words),
    st.builds(Cleared, words, words),
    st.builds(Claimed, words, st.none() | words, words),
)  # fmt: skip


@given(said)
def test_what_is_written_is_read(found: Said) -> None:
    assert watched.read(entry(found.TYPE, value_of(found))) == found


@given(st.sampled_from([each.TYPE for each in TYPES]), st.dictionaries(words, ANYTHING, max_size=4))
def test_a_bad_entry_never_raises_and_changes_nothing(of_type: str, value: dict[str, Value]) -> None:
    try:
        made = entry(of_type, value)
    except Invalid:
        return
    assert watched.evolve(State(), made) == State()


def test_another_version_and_another_type_change_nothing() -> None:
    for made in (entry("alert.raised", value_of(RAISED), v=2), entry("ring.over", {"id": "x"})):
        assert watched.evolve(State(), made) == State()


def test_the_table_is_whole() -> None:
    assert set(TRANSITIONS) == set(PHASES) and set(KINDS) == set(get_args(Kind))
    lines = table().splitlines()
    assert len(lines) == 2 + sum(map(len, TRANSITIONS.values()))
