"""Power cuts and full disks, on file systems of their own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.mounted import CUTS, NOT_ALLOWED, run

Mounted = Callable[..., dict[str, Any]]


@pytest.fixture
def mounted(tmp_path: Path) -> Mounted:
    """Runs a scenario of mounted.py. A missing program fails under CI; a missing privilege never does."""

    def scenario(points: int, *asked: str) -> dict[str, Any]:
        missing = [name for name in ("unshare", "mount", "mkfs.ext4") if shutil.which(name) is None]
        if missing and os.environ.get("CI"):
            pytest.fail(f"not installed: {', '.join(missing)}")
        if missing:
            pytest.skip(f"{points} points of {' '.join(asked)} not run: no {', '.join(missing)}")
        done = run(tmp_path, *asked)
        if done.returncode == NOT_ALLOWED:
            pytest.skip(f"{points} points of {' '.join(asked)} not run: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return scenario


@pytest.mark.slow
def test_a_power_cut_at_any_moment_loses_and_doubles_nothing(mounted: Mounted) -> None:
    found = mounted(CUTS, "cut", "FULL", str(CUTS))
    assert (found["rounds"], found["lost"]) == (CUTS, 0)
    assert found["acknowledged"] > 10 * CUTS


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_the_power_cut_is_one(mounted: Mounted, synchronous: str) -> None:
    """A journal that waits less for the disk loses what it acknowledged."""
    found = mounted(CUTS, "cut", synchronous, str(CUTS))
    assert found["lost"] > CUTS / 2


def test_what_a_journal_shows_after_a_kill_outlasts_a_power_cut(mounted: Mounted) -> None:
    found = mounted(1, "shown")
    assert found["before"] == found["after"] == found["of"]


@pytest.mark.parametrize("kind", ["ext4", "tmpfs"])
def test_a_full_disk_is_refused_and_forgotten(mounted: Mounted, kind: str) -> None:
    found = mounted(3, "full", kind)
    opening, *working = found["refused"]
    assert opening in ("OSError", "journal.disk") and working == ["journal.broken"] * 2
    assert found["acknowledged"] in (found["there"], found["there"] - 20) and found["whole"]


@pytest.mark.parametrize("kind", ["ext4", "tmpfs"])
def test_a_node_on_a_full_disk_says_so_acknowledges_nothing_and_goes_on(mounted: Mounted, kind: str) -> None:
    found = mounted(3, "node", kind)
    assert found["saying"] in ("journal.broken", "journal.disk") and found["taking"] == found["saying"]
    during = found["during"]
    assert during["trouble"] and during["shown"]
    # the urgent feed, and the main feed with the one entry that found no room
    assert sorted(during["delivered"]) == [0, 1]
    assert during["told"] == [found["saying"]]
    assert found["after"] is None and found["told"] == [found["saying"], None]
    assert found["same"] and found["kept"]
