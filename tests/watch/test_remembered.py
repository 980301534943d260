"""Trails are kept from before an alert was raised until it was cleared, as far as there is room."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.watch.flown import START, flight, zone
from wideberth.errors import Invalid
from wideberth.space.reference import VerticalReference
from wideberth.watch import alerts, remembered
from wideberth.watch.alerts import About, Alert, Change, Settings, State
from wideberth.watch.findings import Finding, Key
from wideberth.watch.motion import Heights
from wideberth.watch.picture import Picture
from wideberth.watch.remembered import Remembered
from wideberth.watch.whose import Known
from wideberth.watch.zone import Zone

ZONE = zone("n-1", "notice", "south", 0, 0)
NAME = "icao:000001"


def raised(n: int = 0, track: str = NAME) -> Alert:
    finding = Finding(Key("entry", track, "n-1"), START + n, (0, 0))
    _, (change,) = alerts.step(State(), [finding], START + n, Settings(), lambda _: About())
    return change.alert


def over(alert: Alert, now_ms: int) -> Change:
    return Change("cleared", structs.replace(alert, phase="cleared", cleared_ms=now_ms, why="absent"))


def of_key(key: Key) -> Zone | None:
    return ZONE if key.other == "n-1" else None


def test_a_long_alert_keeps_what_the_picture_forgets(reference: VerticalReference) -> None:
    picture, kept = Picture(Heights(reference), Known(), [""]), Remembered()
    reports = flight(NAME, "s", 0, 0, speed=50, end_ms=2_400_000, each_ms=10_000)
    alert, open_now = raised(100_000), {}
    for each in reports:
        picture.take(each, each.at_ms)
        now = each.at_ms - START
        changes = [Change("raised", alert)] if now == 100_000 else []
        if changes:
            untold = raised(1, "icao:000002")
            open_now = {alert.key: alert, untold.key: untold}
        kept.follow(changes, open_now, each.at_ms, picture.track, of_key)
    track = picture.track(NAME)
    assert track is not None and track.trail.spots()[0].at_ms > START + 1_500_000
    made = kept.encounter(alert.id, alert, START + 2_400_000, picture.track, of_key)
    times = [each.at_ms - START for each in made.ways[0].spots]
    assert times == list(range(0, 2_400_001, 10_000))
    assert (made.from_ms, made.to_ms, made.zone) == (START, START + 2_400_000, ZONE)
    # withdrawn, cleared, then forgotten by the picture: what is drawn of it stays
    change = over(alert, START + 2_400_000)
    kept.follow([change], {}, START + 2_400_000, picture.track, lambda _: None)
    later = kept.encounter(alert.id, None, START + 9_000_000, lambda _: None, lambda _: None)
    assert later == structs.replace(made, alert=change.alert)


def test_there_is_room_for_so_many(monkeypatch: pytest.MonkeyPatch, reference: VerticalReference) -> None:
    monkeypatch.setattr(remembered, "OPEN", 1)
    monkeypatch.setattr(remembered, "OVER", 2)
    picture, kept = Picture(Heights(reference), Known(), [""]), Remembered()
    for each in flight(NAME, "s", 0, 0, end_ms=5_000):
        picture.take(each, each.at_ms)
    some = [raised(n) for n in range(4)]
    kept.follow([Change("raised", each) for each in some], {}, START, picture.track, of_key)
    # the first was taken over; of the others there is what the picture has
    found = [kept.encounter(each.id, each, START, lambda _: None, of_key).ways for each in some]
    assert [len(ways) for ways in found] == [1, 0, 0, 0]
    assert len(kept.encounter(some[1].id, some[1], START, picture.track, of_key).ways) == 1
    kept.follow([over(each, START) for each in some], {}, START, picture.track, of_key)
    for last in some[2:]:
        assert kept.encounter(last.id, None, START, picture.track, of_key).alert.id == last.id
    for first in some[:2]:
        with pytest.raises(Invalid):
            kept.encounter(first.id, None, START, picture.track, of_key)
    # and there is room again
    kept.follow([Change("raised", some[3])], {}, START, picture.track, of_key)
    assert len(kept.encounter(some[3].id, some[3], START, lambda _: None, of_key).ways) == 1
