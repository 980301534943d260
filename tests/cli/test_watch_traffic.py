"""Real traffic over Switzerland and the eastern Mediterranean runs through a watch, at a hundredfold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import run
from wideberth.formats.times import parse_time

TRAFFIC = [("switzerland.json.gz", "2018-08-01T06:30:00Z"), ("elal747.json.gz", "2019-11-03T13:00:00Z")]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "begin"), TRAFFIC)
def test_recorded_traffic_runs_through(shared: Path, name: str, begin: str) -> None:
    file = str(shared / "data" / "adsb" / name)
    asked = ("--every", "--horizontal", "5NM", "--vertical", "1000ft", "--time", "0", "--json")
    cut = ("--from", begin, "--for", "60s", "--speed", "100")
    ran = run("watch", "run", file, *asked, *cut)
    assert ran.code == (1 if ran.out else 0), ran.err
    for line in ran.out.splitlines():
        each = json.loads(line)
        assert parse_time(each["alert"]["first"]) <= parse_time(each["as_of"])
