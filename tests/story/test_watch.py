"""Live tracks on two whole nodes: alerts on record, rings, calls as agreed, after a kill."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.story import desks, whole
from tests.story.desks import HOUR_MS, circle, given
from tests.story.whole import Two
from wideberth.errors import Invalid, Refused
from wideberth.model.alert import KINDS
from wideberth.model.ring import WHY
from wideberth.model.track import Report, Velocity
from wideberth.node.node import Node
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.story.drills import made

WATCH = """
[watch]
call = ["closing", "entry", "unplanned", "nonconforming", "lost", "unknown"]
place = "PLACE"
look_ahead = "5min"
a_day = 50
"""
KNOT = 514
NEAR_1, NEAR_2 = "icao:aaaaa1", "icao:bbbbb2"
AT = (33.0, 34.4)


def agreed(found: Two, place: str = "true", change: Mapping[str, str] = MappingProxyType({})) -> None:
    data = desks.terms(found, {"*": "full"}, change)
    desks.agree(found, data + WATCH.replace("PLACE", place).encode())


def report(
    found: Two, track: str, km_east: float, *, course: float = 90, speed: int = 100, feet: int = 1_500,
    callsign: str = "", km_north: float = 0.0, source: str = "radar",
) -> Report:  # fmt: skip
    """So many kilometres east of AT now, under way."""
    lon, lat = AT
    point = round((lon + km_east / 92) * DEGREE), round((lat + km_north / 111) * DEGREE)
    return Report(
        source, track, found.time.wall_ms, point, 20 * METRE, Altitude("MSL", feet * FOOT), 10 * METRE,
        Velocity(speed * KNOT, round(course * DEGREE), 0), 0, callsign, "aircraft",
    )  # fmt: skip


def seen(node: Node, *reports: Report) -> None:
    node.room.watch.take(reports)
    node.room.watch.step()


def codes(node: Node) -> list[str]:
    """Of the calls that came, and of those that went."""
    return sorted(each.code or "" for each in node.room.calls.all())


def claims(found: Two, node: Node) -> None:
    """One of ours, one of theirs, by an officer's word."""
    node.room.watch.claim(NEAR_1, "own")
    node.room.watch.claim(NEAR_2, "south" if node is found.one else "north")


def closing(found: Two, node: Node, *, seconds: int = 1, apart: float = 14.0) -> None:
    """Head on at the same altitude, reported each second."""
    for n in range(seconds):
        gone = n * 100 * KNOT / 1e6
        seen(
            node,
            report(found, NEAR_1, gone, callsign="HERON1"),
            report(found, NEAR_2, apart - gone, course=270),
        )
        found.time.pass_ms(1_000)


def rings(node: Node) -> dict[str, str]:
    return {each.why: each.phase for each in node.room.ringing.all()}


def test_two_that_close_ring_and_call_the_other_party_with_a_check(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        claims(found, found.one)
        closing(found, found.one, seconds=6)
        [alert] = [each for each in found.one.room.watch.alerts() if each.kind == "closing"]
        assert (alert.phase, alert.precedence, alert.party, alert.other_party) == (
            "raised", "flash", "ours", "south",
        )  # fmt: skip
        assert rings(found.one)["alert.closing"] == "ringing"
        [called] = alert.called
        assert called.call is not None and called.why == ""
        whole.settle(found)
        theirs = found.other.room.calls.one(called.call)
        assert (theirs.code, theirs.precedence, theirs.mine) == ("CHECK", "flash", False)
        assert theirs.fields["what"] == "our_aircraft" and "call.arrived" in rings(found.other)
        # once, however often it is found
        closing(found, found.one, seconds=3, apart=13.6)
        whole.settle(found)
        assert codes(found.other).count("CHECK") == 1
        taken = found.one.room.watch.acknowledge(alert.alert, "duty officer")
        assert taken.acknowledged_by == "duty officer" and "alert.closing" not in rings(found.one)
        with pytest.raises(Refused, match="taken already"):
            found.one.room.watch.acknowledge(alert.alert, "deputy")


def test_coarsely_the_place_is_the_middle_of_a_cell_and_nothing_else_is_told(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found, "coarse")
        claims(found, found.one)
        closing(found, found.one, seconds=6)
        whole.settle(found)
        [call] = [each for each in found.other.room.calls.all() if each.code == "CHECK"]
        place = call.fields["place"]
        assert set(call.fields) == {"place"} and isinstance(place, dict)
        exact = {(each.lon, each.lat) for each in found.one.room.watch.tracks()}
        assert (place["lon_e7"] / DEGREE, place["lat_e7"] / DEGREE) not in exact
        assert "within" in str(place["words"])


def test_where_nothing_is_agreed_nothing_calls_and_people_do(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        desks.agree(found, desks.terms(found, {"*": "full"}))
        claims(found, found.one)
        closing(found, found.one, seconds=6)
        whole.settle(found)
        [alert] = [each for each in found.one.room.watch.alerts() if each.kind == "closing"]
        assert alert.called == () and found.other.room.calls.all() == []


def test_a_day_has_so_many_calls_and_the_record_says_why_there_is_none(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        data = desks.terms(found, {"*": "full"}) + WATCH.replace("PLACE", "true").encode()
        desks.agree(found, data.replace(b"a_day = 50", b"a_day = 1"))
        claims(found, found.one)
        found.one.room.watch.claim("icao:ccccc3", "south")
        for n in range(6):
            gone = n * 100 * KNOT / 1e6
            seen(
                found.one,
                report(found, NEAR_1, gone),
                report(found, NEAR_2, 14 - gone, course=270),
                report(found, "icao:ccccc3", -14 + gone, km_north=1),
            )
            found.time.pass_ms(1_000)
        alerts = found.one.room.watch.alerts()
        called = [each for alert in alerts for each in alert.called]
        assert len([each for each in called if each.call]) == 1
        assert ["1 calls a day" in each.why for each in called if not each.call].count(True) >= 1


def test_without_an_agreement_tracks_are_not_compared_and_it_says_so(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        claims(found, found.one)
        closing(found, found.one, seconds=6)
        assert [each.kind for each in found.one.room.watch.alerts() if each.kind == "closing"] == []
        assert "NOT COMPARED" in found.one.room.watch.view().compared


def test_a_suspended_agreement_still_says_how_near_is_too_near_and_tells_nothing(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        claims(found, found.one)
        found.other.agreed.suspend(found.line, desks.NUMBER)
        whole.settle(found)
        closing(found, found.one, seconds=6)
        [alert] = [each for each in found.one.room.watch.alerts() if each.kind == "closing"]
        assert rings(found.one)["alert.closing"] == "ringing" and alert.called == ()
        assert "suspended" in found.one.room.watch.view().compared


def test_what_is_on_no_plan_is_told_and_what_is_on_one_is_not(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        start = found.time.wall_ms - HOUR_MS
        [filed] = found.one.desk.submit([given(circle(*AT, start, 3))])
        found.one.room.watch.claim(NEAR_1, "own")
        found.one.room.watch.claim(NEAR_2, "own")
        for _ in range(8):
            seen(
                found.one,
                report(found, NEAR_1, 0.5, callsign="heron 1", speed=20),
                report(found, NEAR_2, 60, callsign="stray 7", speed=20),
            )
            found.time.pass_ms(1_000)
        alerts = {(each.kind, each.track) for each in found.one.room.watch.alerts()}
        assert alerts == {("unplanned", NEAR_2)}
        assert {each.track: each.plan for each in found.one.room.watch.tracks()}[NEAR_1] == filed.plan
        whole.settle(found)
        assert "PRESENT" in codes(found.other)


def test_one_of_ours_that_comes_into_what_they_have_told_calls_them(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        found.other.desk.submit([given(circle(*AT, found.time.wall_ms - HOUR_MS, 3))])
        whole.settle(found)
        found.one.room.watch.claim(NEAR_1, "own")
        for n in range(6):
            seen(found.one, report(found, NEAR_1, -12 + n * 0.05))
            found.time.pass_ms(1_000)
        entry = [each for each in found.one.room.watch.alerts() if each.kind == "entry"]
        assert [(each.track, each.other_party) for each in entry] == [(NEAR_1, "south")]
        whole.settle(found)
        assert {"STRAY-ENTRY", "PRESENT"} <= set(codes(found.other))


def test_killed_and_started_again_an_alert_is_the_same_and_is_over_in_the_end(tmp_path: Path) -> None:
    with ExitStack() as stack:
        found = stack.enter_context(whole.two(tmp_path))
        whole.settle(found)
        agreed(found)
        claims(found, found.one)
        closing(found, found.one, seconds=6)
        before = [each.alert for each in found.one.room.watch.alerts() if each.kind == "closing"]
        whole.deliver(found.line, found.one, found.other)
        found.one.close()
        again = found._replace(one=found.places[0].open(found.time))
        stack.callback(again.one.close)
        assert [each.alert for each in again.one.room.watch.alerts() if each.kind == "closing"] == before
        # the same tracks, seen on: the same alert, and no second call
        closing(again, again.one, seconds=6, apart=13.4)
        whole.deliver(again.line, again.one, again.other)
        assert [each.alert for each in again.one.room.watch.alerts() if each.kind == "closing"] == before
        assert codes(again.other).count("CHECK") == 1
        # nothing is heard any more: in the end it is over
        for _ in range(500):
            again.time.pass_ms(2_000)
            again.one.room.watch.step()
        assert [each for each in again.one.room.watch.alerts() if each.kind == "closing"] == []
        [over] = [each for each in again.one.room.watch.alerts(over=True) if each.alert in before]
        assert over.cleared is not None and "alert.closing" not in rings(again.one)
        # its picture is kept
        picture = again.one.room.watch.encounter(before[0])
        assert picture.alert.id == before[0] and len(picture.ways) == 2


def test_what_cannot_be_claimed_or_shown(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        for track, party, plan, code in (
            ("x" * 101, "own", "", "track.id"),
            (NEAR_1, "nobody-knows", "", "track.party"),
            (NEAR_1, "own", "p-none", "plan.none"),
        ):
            with pytest.raises(Invalid) as caught:
                found.one.room.watch.claim(track, party, plan)
            assert caught.value.code == code
        with pytest.raises(Invalid) as none:
            found.one.room.watch.encounter("w-none")
        assert none.value.code == "alert.none"
        assert found.one.room.watch.tracks() == [] and found.one.room.watch.sources() == []
        assert "no known conflict" in found.one.room.watch.view().words


@pytest.mark.parametrize("told", [True, False])
def test_one_of_theirs_at_a_site_calls_them_only_where_that_very_site_was_told(
    tmp_path: Path, told: bool
) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        # two lists have a row of this id, and one of them is told: the other's place is nobody's business
        near, far = made.hospital(AT), made.hospital((33.5, 34.4))
        found.one.sites.edition("told", [near if told else far])
        found.one.sites.edition("kept", [far if told else near])
        found.one.sites.send(found.line, "told")
        whole.settle(found)
        found.one.room.watch.claim(NEAR_2, "south")
        for n in range(6):
            seen(found.one, report(found, NEAR_2, -3 + n * 0.05, feet=500))
            found.time.pass_ms(1_000)
        entry = [each for each in found.one.room.watch.alerts() if each.kind == "entry"]
        assert entry and {each.track for each in entry} == {NEAR_2}
        whole.deliver(found.line, found.one, found.other)
        assert codes(found.other).count("SITE-IN-DANGER") == (1 if told else 0)


def test_there_is_a_ring_for_each_kind_of_alert() -> None:
    assert {f"alert.{kind}" for kind in KINDS} == {why for why in WHY if why.startswith("alert.")}
