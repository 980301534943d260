"""The benchmark of the watch: seeded tracks, gates that fail. Never a time."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench import watch, watch_ways
from bench.watch_traffic import tracks
from wideberth.watch import columns as c


def test_tracks_are_the_same_for_the_same_seed() -> None:
    rows, states = tracks(50, 3)
    again, _ = tracks(50, 3)
    assert np.array_equal(rows, again) and len(set(states.id)) == 50
    assert (rows[:, c.LIVE] == 1).all() and len(set(rows[:, c.PARTY].tolist())) == 50


def detecting(pairs: Any) -> ModuleType:
    return SimpleNamespace(detect=lambda *_: (pairs,))  # type: ignore[return-value]  # all of it that is used


def test_what_a_peer_finds_and_we_do_not_fails(capsys: pytest.CaptureFixture[str]) -> None:
    _, states = tracks(400, 1)
    mine = watch_ways.ours(*tracks(400, 1), 1).pairs
    assert len(mine) > 5
    listed = [(states.id[i], states.id[j]) for i, j in mine]
    assert watch.closing(400, 1, 1, detecting(listed))["wrong"] == []
    # a pair that is far apart is no loss: nobody missed it
    apart = next(
        (0, k) for k in range(1, 400) if (0, k) not in mine and watch_ways.decided(states, (0, k)) == "none"
    )
    listed.append((states.id[apart[0]], states.id[apart[1]]))
    assert watch.closing(400, 1, 1, detecting(listed))["wrong"] == []
    told = watch.closing(400, 1, 1, detecting([]))
    assert told["missed_by_peer"] and told["wrong"] == []
    assert "BlueSky" in capsys.readouterr().out


def test_a_missed_loss_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    _, states = tracks(400, 1)
    mine = watch_ways.ours(*tracks(400, 1), 1)
    certain = next(pair for pair in sorted(mine.pairs) if watch_ways.decided(states, pair) == "loss")
    listed = [(states.id[i], states.id[j]) for i, j in mine.pairs]
    fewer = watch_ways.Run(mine.seconds, mine.pairs - {certain})
    monkeypatch.setattr(watch, "ours", lambda *_: fewer)
    assert watch.closing(400, 1, 1, detecting(listed))["wrong"] == [f"missed {certain}"]


def test_a_small_run_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert watch.main(["--sizes", "200", "--rounds", "1", "--json", str(out)]) == 0
    [told] = json.loads(out.read_text())
    assert told["tracks"] == 200 and told["wrong"] == []
    assert "closing: 5 NM" in capsys.readouterr().out
