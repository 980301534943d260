"""The watch of a running node by its commands: reports are given, alerts shown, drawn, taken, followed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.agreed import agreed
from tests.cli.running import Desk
from tests.cli.watching import NOW_MS, alert, source
from wideberth.cli import watch_alerts
from wideberth.cli.watch_faces import Lines, Now, document
from wideberth.errors import Unreachable
from wideberth.formats import report_lines
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, FOOT, METRE

KNOT = 514
"""mm/s."""


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


def report(desk: Desk, track: str, callsign: str, km: float, course: float) -> Report:
    """So many kilometres east of a place, at 100 knots, now."""
    point = round((33.0 + km / 92) * DEGREE), round(34.4 * DEGREE)
    velocity = Velocity(100 * KNOT, round(course * DEGREE), 0)
    level = Altitude("MSL", 1_500 * FOOT)
    at = desk.two.time.wall_ms
    return Report("radar", track, at, point, 20 * METRE, level, 10 * METRE, velocity, 0, callsign, "aircraft")


def pushed(desk: Desk, tmp_path: Path, seconds: int, apart: float = 14.0) -> None:
    """Head on, a file of reports each second."""
    for n in range(seconds):
        gone = n * 0.0514
        some = [
            report(desk, "icao:aaaaa1", "HERON 1", gone, 90),
            report(desk, "icao:bbbbb2", "KITE 2", apart - gone, 270),
        ]
        file = tmp_path / "reports.jsonl"
        file.write_bytes(report_lines.write(some))
        assert desk.done("watch", "push", str(file)).out == "2 reports given\n"
        desk.two.one.room.watch.step()
        desk.two.time.pass_ms(1_000)


def test_from_a_push_to_an_alert_that_is_taken(two: Desk, tmp_path: Path) -> None:
    assert two.done("watch", "tracks").out == "nothing is heard\n"
    empty = two.done("watch", "alerts").out
    assert empty.startswith("nothing is heard") and "no known conflict" not in empty
    pushed(two, tmp_path, 1)
    listed = two.done("watch", "tracks").out
    assert "HERON 1" in listed and "nobody's" in listed and "100 kt, 090°" in listed
    assert two.done("watch", "claim", "HERON 1", "--party", "own").out == "HERON 1: own\n"
    assert two.done("watch", "claim", "icao:bbbbb2", "--party", "south").out == "KITE 2: south\n"
    pushed(two, tmp_path, 6, apart=13.9)
    ran = two.run("watch", "alerts")
    assert ran.code == 1
    text = " ".join(ran.out.split())
    assert text.startswith("1 alert, the nearest") or "alerts, the nearest" in text
    assert "closing" in text and "HERON 1" in text and "(south)" in text
    assert "next: CHECK with south" in ran.err and "wideberth watch take w-" in ran.err
    found: Any = two.run("watch", "alerts", "--json").json
    assert found["schema"] == "wideberth.watch/1"
    [one] = [each for each in found["alerts"] if each["kind"] == "closing"]
    shown = two.done("watch", "show", one["alert"][:8]).out
    assert "HERON 1 (ours)" in shown and "KITE 2 (south)" in shown and "nobody" in shown
    taken = two.done("watch", "take", one["alert"][:8], "--role", "deputy")
    assert "by deputy; that permits nothing" in taken.out and "next:" in taken.err
    assert "deputy has it" in two.run("watch", "alerts").out
    two.refused("watch.which", "watch", "show", "w-nothing")
    two.refused("watch.claim", "watch", "claim", "HERON 1")
    two.done("watch", "claim", "HERON 1", "--withdraw")


def test_an_alert_is_drawn_with_the_names_of_the_parties(two: Desk, tmp_path: Path) -> None:
    found: Any = two.run("watch", "alerts", "--json", "--all").json
    [one] = [each for each in found["alerts"] if each["kind"] == "closing"]
    file = tmp_path / "alert.svg"
    two.done("watch", "show", one["alert"], "--picture", str(file))
    drawn = file.read_text(encoding="utf-8")
    assert "HERON 1 (" in drawn and "KITE 2 (south)" in drawn and "acknowledged by deputy" in drawn
    two.refused("picture.format", "watch", "show", one["alert"], "--picture", str(tmp_path / "a.txt"))
    assert not (tmp_path / "a.txt").exists()


def test_what_is_live_is_followed(two: Desk) -> None:
    ran = two.run("watch", "live", "--for", "1", "--json")
    assert ran.code == 0
    first = json.loads(ran.out.splitlines()[0])
    assert first["change"] == "raised" and first["alert"]["kind"] in ("closing", "unplanned", "entry")
    text = two.run("watch", "live", "--for", "1").out
    assert "RAISED" in text


def test_sources_are_listed_or_said_to_be_none(two: Desk) -> None:
    assert "no source" in two.done("watch", "sources").out


def test_an_observer_gives_no_reports_and_takes_nothing(two: Desk, tmp_path: Path) -> None:
    file = tmp_path / "none.jsonl"
    file.write_bytes(report_lines.write([report(two, "icao:cccccc", "X", 0, 0)]))
    assert two.run("watch", "push", str(file), role="observer").code == 2
    assert two.run("watch", "take", "w-", "--role", "deputy", role="observer").code == 2


def test_each_alert_is_told_by_what_changed_most() -> None:
    pending, raised = alert(phase="pending"), alert()
    taken = alert(acknowledged=alert().last, acknowledged_by="deputy")
    held, over = alert(phase="held"), alert(phase="cleared", cleared=alert().last)

    def told(before: Any, now: Any) -> list[str]:
        known = {} if before is None else {before.alert: before}
        return [what for what, _ in watch_alerts.changed(known, [] if now is None else [now])]

    assert told(None, raised) == told(pending, raised) == ["raised"]
    assert told(raised, raised) == told(None, pending) == told(over, over) == told(None, over) == []
    assert told(raised, held) == ["held"] and told(held, raised) == ["changed"]
    assert told(raised, taken) == ["acknowledged"]
    assert told(raised, over) == told(held, over) == told(raised, None) == ["cleared"]


def test_a_node_that_goes_away_is_asked_again_and_what_is_shown_is_called_old(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tries: list[int] = []
    clock = [0.0]

    def connect() -> Any:
        tries.append(1)
        raise Unreachable("client.unreachable", "the node cannot be reached")

    def pause(seconds: float) -> None:
        clock[0] += seconds

    shown = Lines(metric=False, own="ours")
    watch_alerts.follow(connect, shown, 5.0, lambda: clock[0], pause)
    assert len(tries) == 5
    err = capsys.readouterr().err
    assert err.count("trying again. What is shown is old.") == 1


def test_a_change_is_one_line_of_json() -> None:
    line = document("raised", alert(), NOW_MS)
    assert line.count(b"\n") == 1 and json.loads(line)["as_of"] == "2026-11-24T08:22:00.000Z"
    now = Now(NOW_MS, list, lambda: [source()], lambda: None)  # type: ignore[arg-type,return-value]  # not asked
    assert now.now_ms == NOW_MS
