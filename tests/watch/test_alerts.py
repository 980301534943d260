"""When a finding becomes an alert, when it is over, and that it neither flickers nor comes late."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from wideberth.errors import Invalid, Refused
from wideberth.model import alert as model
from wideberth.model.track import Whose
from wideberth.watch import alerts
from wideberth.watch.alerts import About, Alert, Change, Settings, State
from wideberth.watch.findings import Finding, Key

PAIR = Key("closing", "icao:000001", "icao:000002")
STRAY = Key("unplanned", "icao:000003")
SET = Settings()
START = 1_700_000_000_000
WHOSE = Whose("north", "p-1", "transport", "source")


def heard(key: Key) -> About:
    return About(WHOSE, None, f"CALL {key.track}")


def silent(key: Key) -> About:
    return heard(key)._replace(silent=True)


def found(now_ms: int, ahead_ms: int = 200_000, key: Key = PAIR, h: int = 50_000) -> Finding:
    return Finding(key, now_ms + ahead_ms, (0, 0), h=h, v=0, required_h=100_000, required_v=1_000)


class Run:
    """Looks one after another, and all that was told."""

    def __init__(self, settings: Settings = SET) -> None:
        self.state, self.settings = State(), settings
        self.told: list[Change] = []

    def look(self, now_ms: int, *findings: Finding, about=heard) -> list[str]:  # type: ignore[no-untyped-def]  # a seam
        before = dict(self.state.open)
        self.state, changes = alerts.step(self.state, findings, START + now_ms, self.settings, about)
        keys = {each.key for each in findings}
        after = {**self.state.open, **{each.alert.key: each.alert for each in changes}}
        for key, was in before.items():
            now = after.get(key)
            if now is not None and now.id == was.id:
                event: model.Event = "found" if key in keys else "absent"
                assert now.phase in model.TRANSITIONS[was.phase][event]
            else:
                assert was.phase == "pending"
        self.told += changes
        return [each.what for each in changes]


def test_what_is_far_off_is_raised_once_it_was_found_for_long_enough() -> None:
    run = Run()
    for now in range(0, 4_000, 200):
        assert run.look(now, found(START + now)) == []
        assert run.state.told() == []
    assert run.look(4_000, found(START + 4_000)) == ["raised"]
    (alert,) = run.state.told()
    assert (alert.phase, alert.first_ms, alert.raised_ms) == ("raised", START, START + 4_000)
    assert (alert.whose, alert.callsign) == (WHOSE, "CALL icao:000001")


def test_what_was_found_at_one_look_only_is_told_to_nobody() -> None:
    run = Run()
    run.look(0, found(START))
    for now in range(200, 30_000, 200):
        assert run.look(now) == []
    assert run.state.open == {} and run.told == []


@pytest.mark.parametrize("ahead", [60_000, 1, 0, -5])
def test_a_loss_that_is_near_is_raised_at_the_first_look(ahead: int) -> None:
    assert Run().look(0, found(START, ahead)) == ["raised"]
    entry = Key("entry", "icao:000001", "n-1")
    assert Run().look(0, found(START, ahead, entry)) == ["raised"]
    into_ours = Key("unplanned", "icao:000001", "p-1")
    assert Run().look(0, found(START, ahead, into_ours)) == ["raised"]
    assert Run().look(0, found(START, 60_001)) == []


def test_what_has_waited_already_is_raised_at_once_and_what_has_no_moment_is_confirmed() -> None:
    at_once: tuple[model.Kind, ...] = ("lost", "contingent")
    for kind in at_once:
        assert Run().look(0, found(START, 0, Key(kind, "t"))) == ["raised"]
    confirmed: tuple[model.Kind, ...] = ("unplanned", "nonconforming", "doubtful")
    for kind in confirmed:
        run = Run()
        assert run.look(0, found(START, 0, Key(kind, "t"))) == []
        assert run.look(4_000, found(START + 4_000, 0, Key(kind, "t"))) == ["raised"]


def test_one_that_comes_nearer_while_it_is_pending_is_raised_then() -> None:
    run = Run()
    assert run.look(0, found(START, 61_000)) == []
    assert run.look(1_000, found(START, 61_000)) == ["raised"]


def raised(now_ms: int = 0) -> Run:
    run = Run()
    assert run.look(now_ms, found(START + now_ms, 30_000)) == ["raised"]
    return run


def test_what_is_absent_for_long_enough_is_held_and_then_cleared() -> None:
    run = raised()
    assert run.look(3_999) == []
    assert run.look(4_000) == ["held"]
    assert run.look(19_999) == []
    assert run.look(20_000) == ["cleared"]
    last = run.told[-1].alert
    assert (last.phase, last.why, last.cleared_ms) == ("cleared", "absent", START + 20_000)
    assert run.state.open == {}
    # anew, and not the same
    assert run.look(21_000, found(START + 21_000, 30_000)) == ["raised"]
    assert run.told[-1].alert.id != last.id


def test_what_is_found_again_while_it_is_held_is_the_same_alert() -> None:
    run = raised()
    run.look(5_000)
    assert run.look(10_000, found(START + 10_000, 20_000)) == ["changed"]
    assert len({each.alert.id for each in run.told}) == 1
    assert run.state.told()[0].held_ms is None
    assert run.look(24_000) == ["held"] and run.look(29_999) == [] and run.look(30_000) == ["cleared"]


def test_silence_is_no_sign_that_it_is_over() -> None:
    run = raised()
    for now in range(1_000, 300_000, 1_000):
        run.look(now, about=silent)
    assert [each.what for each in run.told] == ["raised", "held"]
    assert run.look(300_000, about=silent) == ["cleared"]
    assert run.told[-1].alert.why == "silent"


def test_what_is_heard_again_and_not_found_is_held_from_then_on() -> None:
    run = raised()
    for now in range(1_000, 100_000, 1_000):
        run.look(now, about=silent)
    for now in range(100_000, 119_000, 1_000):
        assert run.look(now) == []
    assert run.look(119_000) == ["cleared"]
    assert run.told[-1].alert.why == "absent"


def test_what_it_was_about_is_withdrawn() -> None:
    run = raised()
    gone = lambda key: heard(key)._replace(withdrawn=True)  # noqa: E731 - a seam of one line
    assert run.look(200, about=gone) == ["cleared"]
    assert run.told[-1].alert.why == "withdrawn"
    pending = Run()
    pending.look(0, found(START))
    assert pending.look(200, about=gone) == [] and pending.state.open == {}


def test_what_goes_on_for_too_long_is_another_alert() -> None:
    first, then = Key("nonconforming", "t", "p"), Key("contingent", "t", "p")
    run = Run()
    run.look(0, found(START, 0, first))
    run.look(5_000, found(START + 5_000, 0, first))
    assert sorted(run.look(60_000, found(START + 60_000, 0, then))) == ["cleared", "raised"]
    assert [each.alert.why for each in run.told if each.what == "cleared"] == ["replaced"]


def test_people_are_told_again_of_what_matters_and_not_of_the_rest() -> None:
    run = Run()
    run.look(0, found(START, 250_000))
    assert run.look(4_000, found(START + 4_000, 246_000)) == ["raised"]
    # it comes nearer as time goes by: that is no news
    for now in range(4_200, 180_000, 200):
        assert run.look(now, found(START, 250_000)) == []
    assert run.look(191_000, found(START, 250_000)) == ["changed"]  # urgent
    assert run.look(191_200, found(START, 250_000, h=1)) == []  # told just before
    assert run.look(197_000, found(START, 250_000, h=1)) == ["changed"]  # much nearer
    assert run.look(197_200, found(START, 197_200, h=1)) == ["changed"]  # it is so
    assert run.look(203_000, found(START, 203_000, h=1)) == []
    assert run.look(203_200, found(START, 300_000, h=1)) == ["changed"]  # not any more, and not over
    alert = run.state.told()[0]
    assert alert.worst.h == 1 and alert.looks > 800


def test_only_by_doubt_or_as_reported_is_told_apart() -> None:
    run = Run()
    doubtful = structs.replace(found(START, 30_000), nominal=False)
    run.look(0, doubtful)
    assert not run.told[0].alert.finding.nominal
    assert run.look(1_000, found(START, 30_000)) == []
    assert run.look(6_000, found(START, 30_000)) == ["changed"]
    assert run.look(20_000, doubtful) == []  # less certain: no news


def test_an_acknowledgement_stays_and_changes_nothing_else() -> None:
    run = raised()
    before = run.state.told()[0]
    run.state, change = alerts.acknowledge(run.state, before.id, "deputy", START + 500)
    assert change.what == "acknowledged"
    assert structs.replace(change.alert, acknowledged_by=None, acknowledged_ms=None) == before
    with pytest.raises(Refused, match="deputy") as refused:
        alerts.acknowledge(run.state, before.id, "officer", START + 600)
    assert refused.value.code == "watch.acknowledged"
    run.look(1_000, found(START + 1_000, 30_000))
    run.look(9_000)
    run.look(10_000, found(START + 10_000, 30_000))
    run.look(40_000), run.look(60_000)
    last = run.told[-1]
    assert last.what == "cleared" and last.alert.acknowledged_by == "deputy"
    with pytest.raises(Invalid, match="not over"):
        alerts.acknowledge(run.state, before.id, "officer", START + 70_000)


def test_one_that_is_pending_cannot_be_acknowledged() -> None:
    run = Run()
    run.look(0, found(START))
    (pending,) = run.state.open.values()
    with pytest.raises(Invalid):
        alerts.acknowledge(run.state, pending.id, "officer", START)


def test_of_two_findings_of_one_thing_the_earlier_counts() -> None:
    run = Run()
    run.look(0, found(START, 250_000), found(START, 200_000), found(START, 220_000))
    assert [each.finding.at_ms for each in run.state.open.values()] == [START + 200_000]


def test_there_is_a_bound_and_what_is_nearest_goes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "MOST", 3)
    run = Run()
    many = [found(START, 100_000 - n, Key("closing", f"t{n}", "u")) for n in range(10)]
    run.look(0, *many)
    assert sorted(key.track for key in run.state.open) == ["t7", "t8", "t9"] and run.state.left_out == 7
    run.look(200, *many[6:])
    assert run.state.left_out == 1


def test_the_gap_that_counts_is_the_share_of_what_is_required() -> None:
    base = Finding(PAIR, START, (0, 0))
    assert alerts.closeness(base) == 0
    assert alerts.closeness(structs.replace(base, h=50, required_h=100, v=9, required_v=10)) == 0.9
    assert alerts.closeness(structs.replace(base, h=50, required_h=100, v=9, required_v=None)) == 0.5
    assert alerts.closeness(structs.replace(base, h=50, required_h=0)) == float("inf")


def test_an_identity_tells_every_part_apart() -> None:
    some = [
        alerts.identity(key, at)
        for key in (Key("closing", "a", "bc"), Key("closing", "ab", "c"), Key("entry", "a", "bc"))
        for at in (1, 12)
    ]
    assert len(set(some)) == 6
    for each in some:
        assert each.startswith("w-") and len(each) == 28 and each[2:].isalnum() and each == each.lower()
    # what a hostile source may send is no name, and no error
    assert alerts.identity(Key("lost", "\ud800\x00"), 1)
    assert alerts.identity(Key("closing", "icao:1", "icao:2"), 7) == alerts.identity(
        Key("closing", "icao:1", "icao:2"), 7
    )


LOOKS = st.lists(
    st.tuples(
        st.integers(50, 6_000),  # ms to the next look
        st.booleans(),  # found
        st.integers(-10_000, 300_000),  # ahead
        st.booleans(),  # silent
        st.integers(0, 99_999),  # gap
        st.booleans(),  # nominal
    ),
    max_size=120,
)


def play(looks: Sequence[tuple[int, bool, int, bool, int, bool]]) -> tuple[Run, int]:
    run, now = Run(), 0
    for wait, is_found, ahead, is_silent, gap, nominal in looks:
        now += wait
        some = [structs.replace(found(START + now, ahead, h=gap), nominal=nominal)] if is_found else []
        run.look(now, *some, about=silent if is_silent else heard)
    return run, now


@given(LOOKS)
def test_whatever_is_found_an_alert_is_raised_once_cleared_once_and_told_seldom(
    looks: Sequence[tuple[int, bool, int, bool, int, bool]],
) -> None:
    run, now = play(looks)
    # in the end nothing is found, and everything is over
    for later in range(now + 1_000, now + 30_000, 1_000):
        run.look(later)
    assert run.state.open == {}
    by_id: dict[str, list[Change]] = {}
    for change in run.told:
        by_id.setdefault(change.alert.id, []).append(change)
    for changes in by_id.values():
        what = [each.what for each in changes]
        assert what[0] == "raised" and what[-1] == "cleared"
        assert what.count("raised") == what.count("cleared") == 1
        first, last = changes[0].alert, changes[-1].alert
        assert first.raised_ms is not None and last.cleared_ms is not None
        # told twice in `tell_ms` only as it becomes urgent and as it is so
        lasted = last.cleared_ms - first.raised_ms
        assert what.count("changed") <= 2 * (lasted // SET.tell_ms + 1)
        assert what.count("held") <= lasted // SET.settle_ms
        assert last.worst.h == min(each.alert.worst.h or 0 for each in changes)


@given(st.lists(st.integers(50, 2_000), min_size=1, max_size=60), st.integers(0, 300_000))
def test_nothing_that_goes_on_is_late(waits: Sequence[int], ahead: int) -> None:
    run, now, first, due = Run(), 0, None, None
    for wait in waits:
        now += wait
        first = now if first is None else first
        run.look(now, found(START, ahead))
        near = ahead - now <= SET.urgent_ms
        if due is None and (near or now - first >= SET.confirm_ms):
            due = now
    raised_ms = [each.alert.raised_ms for each in run.told if each.what == "raised"]
    assert raised_ms == ([] if due is None else [START + due])


@given(LOOKS)
def test_the_same_looks_tell_the_same(looks: Sequence[tuple[int, bool, int, bool, int, bool]]) -> None:
    assert play(looks)[0].told == play(looks)[0].told


def test_the_transitions_are_a_table() -> None:
    assert set(model.TRANSITIONS) == set(model.PHASES)
    assert set(model.PRECEDENCE) == set(model.KINDS)
    for words in (*model.KINDS.values(), *model.PHASES.values(), *model.WHY.values()):
        assert not {"safe", "approved", "permitted", "granted"} & set(words.split())
    assert "| held | absent | held or cleared |" in model.table()
    assert isinstance(Alert("w-", PAIR, "pending", 0, 0, found(0), found(0), found(0), 0, 0).phase, str)
