"""The bench of report to alert: what it plants is foreseeable from that report on."""

from __future__ import annotations

from bench.watch_latency import LEFT, START, planned
from wideberth.model.separation import PRESETS
from wideberth.model.track import Whose
from wideberth.space.reference import VerticalReference
from wideberth.watch.looking import Looking, Terms
from wideberth.watch.whose import Known


def test_what_is_planted_is_raised_at_the_first_look(reference: VerticalReference) -> None:
    known = Known(by_source={"ours": Whose("north", how="source"), "theirs": Whose("south", how="source")})
    watch = Looking(Terms(PRESETS["crewed"], reference, conforming=False), known)
    before, due = planned(40, 3, 3, 7)
    assert due == sorted(due, key=lambda each: each.at_ms)
    wanted = {each.pair for each in due if each.pair is not None}
    assert len(wanted) == 9
    watch.take(before, START)
    assert watch.look(START) == []
    for each in due:
        now = START + int(each.at_ms)
        watch.take([each.report], now)
        if each.pair is not None:
            raised = {
                change.alert.key[1:]: change.alert for change in watch.look(now) if change.what == "raised"
            }
            left = raised[each.pair].finding.at_ms - now
            assert 0.8 * LEFT <= left / 1_000 <= LEFT + 1
