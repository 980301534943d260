"""Debian's dump1090-mutability, fed with real frames and followed as SBS, as Beast and as aircraft.json.

What it says of the same frames is compared with what is read from the frames directly.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.links.tak_server import free_port
from tests.links.test_source import QUICK, followed, run, until
from wideberth.formats import beast, modes, readsb
from wideberth.model.track import Report
from wideberth.space.units import DEGREE

PROGRAM = "dump1090-mutability"
START_S = 10.0
AIRCRAFT = "icao:406b90"


@contextlib.contextmanager
def dump1090(
    folder: Path, ports: tuple[int, int, int, int] | None = None
) -> Iterator[tuple[int, int, int, int]]:
    """Its ports: of frames as text, of SBS, of Beast out and in; aircraft.json goes to `folder`."""
    if shutil.which(PROGRAM) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{PROGRAM} is not installed")
        pytest.skip(f"{PROGRAM} is not installed (Debian: {PROGRAM})")
    raw, sbs, out, into = ports or (free_port(), free_port(), free_port(), free_port())
    command = [
        PROGRAM,
        *("--net-only", "--quiet", "--net-bind-address", "127.0.0.1", "--net-ro-port", "0"),
        *("--net-ri-port", str(raw), "--net-sbs-port", str(sbs), "--net-bo-port", str(out)),
        *("--net-bi-port", str(into), "--write-json", str(folder), "--write-json-every", "0.1"),
    ]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + START_S
            while (folder / "log").read_bytes() == b"" or not (folder / "aircraft.json").exists():
                assert running.poll() is None, (folder / "log").read_text(errors="replace")
                assert time.monotonic() < deadline, "it does not begin"
                time.sleep(0.02)
            yield raw, sbs, out, into
        finally:
            running.terminate()
            try:
                running.wait(5)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait(5)


def field_frames(shared: Path) -> list[bytes]:
    lines = (shared / "data/adsb/modes_frames_2016.csv").read_text(encoding="ascii").splitlines()
    return [bytes.fromhex(row[1]) for row in csv.reader(lines)]


def directly(frames: list[bytes]) -> list[Report]:
    """What the frames say, read here."""
    transponders = modes.Transponders("north")
    made = (transponders.take(frame, 1_700_000_000_000)[0] for frame in frames)
    return [report for report in made if report is not None]


async def fed(port: int, *parts: bytes) -> None:
    """Say something, a part at a time: it drops a client that is slow to take what comes of it."""
    async with asyncio.timeout(15):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.03)
        writer.close()
        await writer.wait_closed()


def as_text(frames: list[bytes]) -> list[bytes]:
    lines = [b"*%s;\n" % frame.hex().encode() for frame in frames]
    return [b"".join(lines[k : k + 40]) for k in range(0, len(lines), 40)]


def test_real_frames_come_back_as_sbs_and_as_beast(shared: Path, tmp_path: Path) -> None:
    frames = field_frames(shared)
    right = directly(frames)

    async def main() -> None:
        by_sbs, by_beast = f"sbs://127.0.0.1:{sbs}", f"beast://127.0.0.1:{out}"
        # silence is no end here: dump1090 says nothing unless it hears something
        async with followed(by_sbs) as first, followed(by_beast) as second:
            # connected before anything is said
            await asyncio.sleep(0.5)
            assert not first.reports
            await fed(raw, *as_text(frames))
            await until(lambda: len(second.reports) >= len(right) and len(first.reports) >= 850)
        # Beast is the frames themselves: the same reports, but for when they came
        assert [at_no_time(each) for each in second.reports] == [at_no_time(each) for each in right]
        assert second.healths[-1].faults == 0
        assert {report.id for report in first.reports} == {AIRCRAFT}
        assert "EZY85MH" in {report.callsign for report in first.reports}
        compare_places(first.reports, right)
        # it waits for more before it believes a place, and after a gap
        assert 850 <= len(first.reports) <= len(right)

    with dump1090(tmp_path) as (raw, sbs, out, _):
        run(main())


def at_no_time(report: Report) -> tuple[object, ...]:
    return report.id, report.point, report.altitude, report.velocity, report.callsign, report.doubt


def compare_places(theirs: list[Report], right: list[Report]) -> None:
    """Every place of dump1090 is one of ours: SBS has five decimals, some 1.1 m."""
    ours = {(report.point[0] // 1_000, report.point[1] // 1_000): report for report in right}
    unlike = 0
    for report in theirs:
        x, y = report.point[0] // 1_000, report.point[1] // 1_000
        near = [ours[key] for a in (-1, 0, 1) for b in (-1, 0, 1) if (key := (x + a, y + b)) in ours]
        same = [
            each
            for each in near
            if max(abs(a - b) for a, b in zip(each.point, report.point, strict=True)) <= DEGREE // 100_000
            and each.altitude == report.altitude
        ]
        unlike += not same
    assert unlike == 0


def test_a_real_stream_of_beast_goes_through(shared: Path, tmp_path: Path) -> None:
    data = (shared / "data/adsb/sample_dump1090.bin").read_bytes()
    right, _ = beast.opened("north")(data, 0)

    async def main() -> None:
        async with (
            followed(f"sbs://127.0.0.1:{sbs}") as first,
            followed(f"beast://127.0.0.1:{out}") as second,
        ):
            await asyncio.sleep(0.5)
            await fed(into, data)
            await until(lambda: len(second.reports) >= 3 and len(first.reports) >= 1)
        assert [at_no_time(each) for each in second.reports] == [at_no_time(each) for each in right]
        assert {report.id for report in first.reports} == {"icao:48520a"}
        compare_places(first.reports, right)

    with dump1090(tmp_path) as (_, sbs, out, into):
        run(main())


def test_aircraft_json_says_the_last_place(shared: Path, tmp_path: Path) -> None:
    # before a gap after which it believes no place
    frames = field_frames(shared)[:1_900]
    right = directly(frames)

    async def main() -> None:
        await fed(raw, *as_text(frames))
        decoder, found = readsb.opened("north"), list[Report]()

        def look() -> bool:
            # it writes to a file beside it and renames that
            data = (tmp_path / "aircraft.json").read_bytes()
            found.extend(decoder(data, round(time.time() * 1_000)).reports)
            return bool(found) and found[-1].callsign == "EZY85MH"

        await until(look)
        # once the last frame is in, it says the same again
        await asyncio.sleep(0.5)
        look()
        last = found[-1]
        assert last.id == AIRCRAFT
        assert abs(last.at_ms - time.time() * 1_000) < 10_000
        assert last.altitude == right[-1].altitude
        assert max(abs(a - b) for a, b in zip(last.point, right[-1].point, strict=True)) <= 10
        assert last.velocity is not None and right[-1].velocity is not None
        assert abs(last.velocity.speed - right[-1].velocity.speed) <= 600

    with dump1090(tmp_path) as (raw, _, _, _):
        run(main())


def test_it_may_go_and_come_again(shared: Path, tmp_path: Path) -> None:
    frames = as_text(field_frames(shared)[:200])

    async def main() -> None:
        with contextlib.ExitStack() as first_run:
            ports = first_run.enter_context(dump1090(tmp_path))
            async with followed(f"sbs://127.0.0.1:{ports[1]}", QUICK) as watcher:
                await asyncio.sleep(0.3)
                await fed(ports[0], *frames)
                await until(lambda: bool(watcher.reports))
                first_run.close()
                await until(lambda: "down" in watcher.states())
                before = len(watcher.reports)
                with dump1090(tmp_path, ports):
                    await until(lambda: watcher.healths[-1].words.startswith("connected"))
                    await fed(ports[0], *frames)
                    await until(lambda: len(watcher.reports) > before)

    run(main())
