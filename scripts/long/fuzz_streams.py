"""Bytes that nobody would send, guided by coverage (atheris), into every decoder of a stream.

    python scripts/long/fuzz_streams.py --seconds 600

The first byte says which decoder, the second how the rest is cut. Seeds are a message of each, and field data
where it is there (WIDEBERTH_TEST_DATA). A find is saved as `crash-…` in the current folder. Linux on x86-64.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["wideberth.formats"]):
    from wideberth.formats import report_json
    from wideberth.formats.decoded import Opened
    from wideberth.links import source_url

ROOT = Path(__file__).parent.parent.parent
NOW = 1_700_000_000_000
OPENED: dict[str, Opened] = {
    scheme: source_url.decoder(scheme) for scheme in ("ais+tcp", "beast", "cot+tcp", "readsb+http", "sbs")
}
SEEDS = {
    "ais+tcp": [b"!AIVDM,1,1,,B,15NG6V0P01G?cFhE`R2IU?wn28R>,0*05\r\n"],
    "cot+tcp": [
        b'<event uid="U" type="a-n-A" time="2023-11-14T22:13:20Z"><point lat="1" lon="2" hae="3"/></event>'
    ],
    "readsb+http": [b'{"now":1700000000,"aircraft":[{"hex":"4b1815","lat":47.5,"lon":8.25,"seen_pos":1}]}'],
    "sbs": [b"MSG,3,1,1,4B1815,1,2026/11/28,07:00,2026/11/28,07:00,,35000,,,47.5,8.25,,,0,,0,0\r\n"],
}


def run(data: bytes) -> None:
    """Nothing is raised, and what comes out is a report that can be written and read again."""
    if len(data) < 2:
        return
    decoder = list(OPENED.values())[data[0] % len(OPENED)]("fuzz")
    step = 1 + data[1]
    for at in range(2, len(data), step):
        for report in decoder(data[at : at + step], NOW + at).reports:
            assert report_json.read(report_json.write(report)) == report


def main() -> None:
    """Ends the process; 0 where nothing was found."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=600)
    arguments.add_argument("--seed", type=int, default=0, help="of the chance in a run; 0: another each time")
    asked = arguments.parse_args()
    field = (
        Path(os.environ.get("WIDEBERTH_TEST_DATA", ROOT / ".." / "shared")) / "data/adsb/sample_dump1090.bin"
    )
    seeds = {**SEEDS, **({"beast": [field.read_bytes()]} if field.exists() else {})}
    with tempfile.TemporaryDirectory() as folder:
        for n, name in enumerate(OPENED):
            for k, seed in enumerate(seeds.get(name, [])):
                (Path(folder) / f"{n}-{k}").write_bytes(bytes([n, 250]) + seed)
        limits = [f"-max_total_time={asked.seconds}", "-max_len=5000", "-timeout=20", f"-seed={asked.seed}"]
        atheris.Setup([sys.argv[0], folder, *limits, "-rss_limit_mb=3000", "-print_final_stats=1"], run)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
