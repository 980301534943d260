"""Bytes that nobody would write, guided by coverage (atheris), into readers: plans or clear errors.

    python scripts/long/fuzz.py                      every reader, ten minutes each
    python scripts/long/fuzz.py notam openair        some of them
    python scripts/long/fuzz.py --together --seconds 20    all in one run, as the tests do

Seeds are what our own writers write, and field data where it is there (WIDEBERTH_TEST_DATA). A find is
saved as `crash-…` in the current folder. Linux on x86-64 only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["wideberth.formats", "wideberth.space"]):
    from wideberth.cli.answer import geoid_reference
    from wideberth.errors import Invalid
    from wideberth.formats import geojson
    from wideberth.formats.format import Format, Writing
    from wideberth.formats.reading import Options
    from wideberth.formats.registry import FORMATS, recognise

ROOT = Path(__file__).parent.parent.parent
LONGEST_SEED = 20_000
OPTIONS = Options("fuzz", 1_700_000_000_000, zone="Asia/Beirut", keep_good=True)


def names() -> list[str]:
    """Every format that is read, once."""
    return list(dict.fromkeys(each.name for each in FORMATS if each.read is not None))


def readers(name: str) -> list[Format]:
    """The rows of a format."""
    return [each for each in FORMATS if each.name == name and each.read is not None]


def seeds(name: str) -> list[bytes]:
    """Small files of a format: our own, and pieces of field data."""
    found: list[bytes] = []
    samples = ROOT / "src" / "wideberth" / "data" / "samples" / "ours.geojson"
    plans = [one.plan for one in geojson.read(samples.read_bytes(), OPTIONS).filed]
    writing = Writing(geoid_reference(), OPTIONS.as_of)
    for each in FORMATS:
        if each.name == name and each.write is not None:
            try:
                found.append(each.write(plans[:2], writing)[0])
            except Invalid:  # what a sample says, this format cannot
                continue
    shared = Path(os.environ.get("WIDEBERTH_TEST_DATA", ROOT / ".." / "shared")) / "data"
    for path in sorted(shared.rglob("*")) if shared.is_dir() else ():
        if path.is_file() and len(found) < 40:
            data = path.read_bytes()
            try:
                known = recognise(path.name, data).name == name
            except Invalid:
                continue
            if known:
                found.append(data[:LONGEST_SEED])
    return found


def target(rows: Sequence[Format]) -> Callable[[bytes], None]:
    """One reader for each input: the first byte says which."""

    def run(data: bytes) -> None:
        each = rows[data[0] % len(rows)] if data else rows[0]
        assert each.read is not None
        try:
            reading = each.read(data[1:], OPTIONS)
        except Invalid:
            return
        for filed in reading.filed:
            assert len(filed.where) == len(filed.plan.volumes) > 0
        for fault in reading.faults:
            assert fault.path, fault.code

    return run


def fuzz(chosen: Sequence[str], seconds: int, seed: int = 0) -> None:
    """One run over all of `chosen`; ends the process. `seed`: 0 is another one each time."""
    rows = [row for name in chosen for row in readers(name)]
    with tempfile.TemporaryDirectory() as folder:
        for n, row in enumerate(rows):
            for k, piece in enumerate(seeds(row.name)):
                (Path(folder) / f"{n}-{k}").write_bytes(bytes([n]) + piece)
        limits = [f"-max_total_time={seconds}", "-max_len=20001", "-timeout=20", "-rss_limit_mb=3000"]
        limits.append(f"-seed={seed}")
        atheris.Setup([sys.argv[0], folder, *limits, "-print_final_stats=1"], target(rows))
        atheris.Fuzz()


def main() -> int:
    """0 where nothing was found."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("names", nargs="*", help=", ".join(names()))
    arguments.add_argument("--seconds", type=int, default=600, help="for each run")
    arguments.add_argument("--seed", type=int, default=0, help="of the chance in a run; 0: another each time")
    arguments.add_argument("--together", action="store_true", help="one run over all of them")
    asked = arguments.parse_args()
    chosen = asked.names or names()
    if asked.together or len(chosen) == 1:
        fuzz(chosen, asked.seconds, asked.seed)
        return 0
    failed = []
    for name in chosen:
        command = [sys.executable, __file__, name, "--seconds", str(asked.seconds)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        runs = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(f"{name}: {'nothing found' if done.returncode == 0 else 'FOUND'}; {' '.join(runs)}", flush=True)
        if done.returncode:
            print(done.stderr[-3_000:], flush=True)
            failed.append(name)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
