"""A watch without a node: recordings played, the same at every speed; live sources followed."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.cli.runs import OURS, THEIRS, Ran, run
from tests.cli.sample_tracks import FILES, SAMPLES, recording
from tests.cli.watching import NOW_MS, alert, source
from wideberth.cli import watch_asked
from wideberth.cli.answer import geoid_reference
from wideberth.cli.watch_faces import Board, Now, Objects, face
from wideberth.cli.watch_play import Played, Rim, merged, play
from wideberth.cli.watch_words import Heard
from wideberth.cli.watched import Watched
from wideberth.formats.reading import Options
from wideberth.model.separation import PRESETS
from wideberth.watch.looking import Looking, Terms
from wideberth.watch.whose import Known

NAMES = ("Blue Heron", "Red Kite")
HERON, KITE = (f"{party}={SAMPLES / name}" for party, name in zip(NAMES, FILES, strict=True))
A = "--source=a=sbs://127.0.0.1:1"
CREWED = ("--preset", "crewed")
PASSING = ("--from", "2026-11-24T08:23:30Z", "--for", "150s")
"""The minutes in which the two pass each other."""


def changes(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_the_recordings_are_as_they_are_made() -> None:
    for name, flights in FILES.items():
        assert (SAMPLES / name).read_bytes() == recording(flights), name


def test_two_recordings_give_the_alert_well_before_the_loss() -> None:
    ran = run("watch", "run", HERON, KITE, *CREWED)
    assert ran.code == 1
    assert "RAISED" in ran.out and "HERON 11 (Blue Heron) – KITE 3 (Red Kite)" in ran.out
    assert "next: CHECK between Blue Heron and Red Kite, before 08:24:" in ran.out
    assert "1 alert raised (1 closing), 0 still so, 2026-11-24 08:20:00Z to 2026-11-24 08:30:00Z" in ran.out
    assert "safe" not in ran.out
    assert "looking 5 min ahead" in ran.err


def test_json_is_one_object_a_change_and_the_same_bytes_at_any_speed() -> None:
    asked = (*CREWED, *PASSING, "--json")
    fast = run("watch", "run", HERON, KITE, *asked)
    again = run("watch", "run", HERON, KITE, *asked, "--speed", "max")
    paced = run("watch", "run", KITE, HERON, *asked, "--speed", "2000")
    assert fast.bytes == again.bytes
    assert [each["change"] for each in changes(paced)] == [each["change"] for each in changes(fast)]
    found = changes(fast)
    assert found[0]["change"] == "raised" and found[-1]["change"] == "held"
    assert {each["schema"] for each in found} == {"wideberth.watch/1"}
    first = found[0]["alert"]
    assert first["callsign"] == "HERON 11" and first["other_party"] == "Red Kite"
    assert first["required_m"] == 5556.0 and first["heard"] <= found[0]["as_of"]


def test_pace_is_kept_by_pauses_and_decides_nothing() -> None:
    def played(speed: float | None) -> tuple[list[str], Played, float]:
        clock = [0.0]

        def pause(seconds: float) -> None:
            clock[0] += seconds

        lines: list[str] = []

        class Face(Objects):
            def look(self, now: Now, changes: Any) -> None:
                lines.extend(f"{now.now_ms} {what} {view.alert}" for what, view in changes)

        reports = merged(
            [
                watch_asked.recorded("a", str(SAMPLES / name), True, Options("", 0))[0].reports
                for name in FILES
            ]
        )
        known = Known(every=True)
        looking = Looking(Terms(PRESETS["crewed"], geoid_reference(), every=True, conforming=False), known)
        rim = Rim(lambda: clock[0], pause)
        return lines, play(Watched(looking, list), reports[180:300], None, speed, Face(), rim), clock[0]

    fast, done, nothing = played(None)
    slow, again, seconds = played(10.0)
    assert fast == slow and fast and done.raised.keys() == again.raised.keys()
    assert nothing == 0.0
    assert seconds == pytest.approx((done.end_ms - done.first_ms) / 10_000, abs=0.2)


def test_own_units_against_own_plans_and_others_against_them() -> None:
    ran = run(
        "watch", "run", HERON, KITE, *CREWED, "--own", "Blue Heron",
        "--against", OURS, "--against", THEIRS, "--for", "20s", "--json",
    )  # fmt: skip
    some = [each["alert"] for each in changes(ran) if each["change"] == "raised"]
    raised = {(each["kind"], each["callsign"]) for each in some}
    assert ("unplanned", "HERON 12") in raised
    assert ("entry", "KITE 3") in raised
    # HERON 11 is on its plan
    assert ("unplanned", "HERON 11") not in raised
    mine = {each["other_name"] for each in some if (each["kind"], each["callsign"]) == ("entry", "HERON 11")}
    assert "Coast survey" not in mine


def test_as_of_stops_there_and_shows_what_stood() -> None:
    ran = run("watch", "run", HERON, KITE, *CREWED, "--as-of", "2026-11-24T08:22:00Z")
    assert ran.code == 1 and "1 still so, 2026-11-24 08:20:00Z to 2026-11-24 08:22:00Z" in ran.out
    assert "KITE 3" in ran.out.rsplit("still so", 1)[1]


def test_from_begins_there() -> None:
    ran = run("watch", "run", HERON, KITE, *CREWED, "--from", "2026-11-24T08:27:00Z", "--for", "30s")
    assert ran.code == 0
    assert "no known conflict, as of 2026-11-24 08:27:30Z; nothing was raised" in ran.out


def test_each_alert_that_was_raised_is_drawn(tmp_path: Path) -> None:
    ran = run("watch", "run", HERON, KITE, *CREWED, *PASSING, "--picture", str(tmp_path / "made"))
    (drawn,) = (tmp_path / "made").iterdir()
    assert drawn.suffix == ".svg" and b"HERON 11 (Blue Heron) and KITE 3 (Red Kite)" in drawn.read_bytes()
    assert str(drawn) in ran.err


def test_every_compares_tracks_of_one_file() -> None:
    alone = run("watch", "run", KITE, *CREWED)
    assert alone.code == 2 and "[watch.one_party]" in alone.err
    both = run(
        "watch",
        "run",
        KITE,
        "--every",
        "--horizontal",
        "any",
        "--vertical",
        "any",
        "--time",
        "0",
        "--for",
        "10s",
    )
    assert both.code == 1 and "KITE 3 (nobody’s)" in both.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "watch.nothing"),
        ((HERON, A), "watch.mixed"),
        ((A, "--source=b=sbs://127.0.0.1:1", "--speed", "1"), "option.watch"),
        ((A, "--source=b=nonsense"), "watch.url"),
        ((A, "--source=b=cot+tls://127.0.0.1:1", "--ca", "missing.pem"), "tak.certificate"),
        ((A, "--source=sbs://127.0.0.1:1"), "watch.name"),
        ((HERON, HERON), "watch.names"),
        ((HERON, KITE, "--own", "Nobody"), "watch.own"),
        ((HERON, KITE, "--speed", "0"), "option.play"),
        ((HERON, KITE, "--look-ahead", "2h"), "option.look_ahead"),
        ((HERON, KITE, "--for", "1ms"), "option.lasting"),
        ((HERON, KITE, "--from", "2030-01-01T00:00:00Z"), "watch.empty"),
        ((HERON, KITE, "--as-of", "2020-01-01T00:00:00Z"), "watch.empty"),
        ((HERON, "missing.csv"), "file.missing"),
        ((HERON, THEIRS), "recording."),
    ],
)  # fmt: skip
def test_bad_input_is_refused(arguments: tuple[str, ...], code: str) -> None:
    ran = run("watch", "run", *arguments, *CREWED)
    assert ran.code == 2 and f"[{code}" in ran.err, ran.err
    assert ran.out == ""


def test_without_minima_nothing_is_decided() -> None:
    ran = run("watch", "run", HERON, KITE)
    assert ran.code == 2 and "[separation.none]" in ran.err


def test_what_a_file_to_be_kept_clear_has_wrong_is_told_and_the_rest_is_watched(tmp_path: Path) -> None:
    bad = tmp_path / "bad.geojson"
    bad.write_text("{}", encoding="utf-8")
    ran = run("watch", "run", HERON, KITE, *CREWED, "--against", str(bad), "--for", "10s")
    assert ran.code == 2 and "bad.geojson" in ran.err and "RAISED" in ran.out


@contextmanager
def feeder(lines: list[str]) -> Iterator[int]:
    """A receiver that sends these lines again and again, with the time as it is."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)
    over = threading.Event()

    def serve() -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            while not over.wait(0.2):
                stamp = time.strftime("%Y/%m/%d,%H:%M:%S.000", time.gmtime())
                try:
                    connection.sendall("".join(line.format(at=stamp) + "\r\n" for line in lines).encode())
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        listening.close()
        thread.join(5)


def sbs(address: str, lat: float) -> str:
    return f"MSG,3,1,1,{address},1,{{at}},{{at}},,10000,,,{lat},33.0,,,0,0,0,0"


def test_live_sources_are_followed_and_lost_separation_is_told_at_once() -> None:
    with feeder([sbs("F00001", 34.0)]) as one, feeder([sbs("F00002", 34.001)]) as two:
        sources = [f"--source=north=sbs://127.0.0.1:{one}", f"--source=south=sbs://127.0.0.1:{two}"]
        ran = run("watch", "run", *sources, *CREWED, "--for", "3s")
    assert ran.code == 1, ran.out + ran.err
    assert "closer than 3 NM and 3,000 ft now" in ran.out and "(north)" in ran.out and "(south)" in ran.out


def test_a_source_that_gives_nothing_is_never_no_conflict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = f"sbs://127.0.0.1:{silent.getsockname()[1]}"
        ran = run("watch", "run", f"--source=a={at}", f"--source=b={at}", *CREWED, "--for", "1s")
    assert ran.code == 0
    assert "no known conflict" not in ran.out and "nothing is heard" in ran.out


def test_the_board_is_drawn_on_a_terminal_now_and_then_and_rings_at_what_is_new() -> None:
    clock, screen = [0.0], io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, height=40)
    now = Now(NOW_MS, lambda: [alert()], lambda: [source()], lambda: Heard(2, 0, 0))
    with Board(console, metric=False, own="ours", elapsed=lambda: clock[0]) as board:
        board.look(now, [("raised", alert())])
        assert "\a" in screen.getvalue() and "RAISED" in screen.getvalue()
        drawn = len(screen.getvalue())
        board.look(now, [])
        assert len(screen.getvalue()) == drawn
        clock[0] = 1.0
        board.look(now, [])
        assert len(screen.getvalue()) > drawn


def test_faces_are_lines_where_there_is_no_terminal() -> None:
    assert type(face(as_json=False, metric=False, paced=True)).__name__ == "Lines"
    assert type(face(as_json=True, metric=False, paced=True)).__name__ == "Objects"
