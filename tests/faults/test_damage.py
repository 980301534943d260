"""Torn and flipped sectors: all that was acknowledged, or a refusal that names what is wrong.

The stated limit: a log that is cut off, or damaged in its last commit, cannot be told from one that never
went on. What is left is whole, and what is missing only the other party can tell.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults import damage, sweep
from tests.faults.damage import SECTOR, Files, cut, flipped, zeroed
from tests.faults.workload import ACTS, BATCHES, KEY
from wideberth.errors import Refused
from wideberth.store import sqlite, wal

Damage = Callable[[bytes, int], bytes]
REFUSALS = {"journal.damaged", "journal.altered", "journal.lost", "journal.key", "journal.version"}
ALL = len(BATCHES)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return damage.in_the_log(tmp_path_factory.mktemp("logged"))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return damage.in_the_file(tmp_path_factory.mktemp("closed"))


def test_the_files_are_what_they_should_be(tmp_path: Path, logged: Files, closed: Files) -> None:
    assert len(logged.commits()) == ALL and logged.commits()[-1] == len(logged.log)
    assert damage.there(tmp_path, logged) == damage.there(tmp_path, closed) == ALL


@pytest.mark.parametrize("how", [zeroed, flipped])
def test_damage_before_the_last_commit_of_the_log_is_told(tmp_path: Path, logged: Files, how: Damage) -> None:
    last = logged.commits()[-2]
    points = list(damage.sectors(logged.log))
    for at in points:
        damaged = how(logged.log, at)
        found = damage.there(tmp_path, logged._replace(log=damaged))
        if damaged == logged.log:  # a sector of zeros
            assert found == ALL
        elif damaged[:last] != logged.log[:last]:
            assert found == "journal.lost", at
        else:
            assert found == ALL - 1, at
    assert len(points) > 200


def test_a_log_that_is_cut_off_holds_whole_batches(tmp_path: Path, logged: Files) -> None:
    for at in damage.sectors(logged.log):
        ended = sum(end <= at for end in logged.commits())
        assert damage.there(tmp_path, logged._replace(log=cut(logged.log, at))) == ended, at


@pytest.mark.parametrize("how", [cut, zeroed, flipped])
def test_damage_to_the_file_is_told_or_was_nothing(tmp_path: Path, closed: Files, how: Damage) -> None:
    found = [
        damage.there(tmp_path, closed._replace(file=how(closed.file, at)))
        for at in damage.sectors(closed.file)
    ]
    assert set(found) <= REFUSALS | {ALL}
    assert len(found) == -(-len(closed.file) // SECTOR)
    assert sum(each != ALL for each in found) > len(found) / 4
    assert how is not cut or ALL not in found


def test_a_log_without_its_file_is_told(tmp_path: Path, logged: Files) -> None:
    assert damage.there(tmp_path, logged) == ALL
    (tmp_path / damage.LOG).write_bytes(logged.log)
    (tmp_path / damage.FILE).unlink()
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            sqlite.open(tmp_path / damage.FILE, KEY)
        assert caught.value.code == "journal.lost"
        assert (tmp_path / damage.LOG).read_bytes() == logged.log


def test_what_was_refused_stays_for_whoever_repairs_it(tmp_path: Path, logged: Files) -> None:
    damaged = flipped(logged.log, 1024)
    assert damage.there(tmp_path, logged._replace(log=damaged)) == "journal.lost"
    assert (tmp_path / damage.LOG).read_bytes() == damaged
    assert (tmp_path / damage.FILE).read_bytes() == logged.file


def test_a_commit_that_was_being_written_is_no_loss(logged: Files) -> None:
    """Any of its sectors may be missing: it was not acknowledged."""
    begin, end = logged.commits()[-2:]
    assert wal.unreadable(logged.log) is None
    for at in damage.sectors(logged.log[:end], begin):
        assert wal.unreadable(zeroed(logged.log, at)) is None
        assert wal.unreadable(cut(logged.log, at)) is None


def test_what_cannot_be_read_is_named(logged: Files) -> None:
    assert wal.unreadable(b"") is wal.unreadable(logged.log[:32]) is None
    assert wal.unreadable(b"\0" + logged.log[1:]) == wal.unreadable(flipped(logged.log, 0)) == 0
    for before, end in pairwise([wal.HEADER, *logged.commits()[:-1]]):
        assert wal.unreadable(flipped(logged.log, before + 600)) == before
        # the header of the frame that ends a commit
        frame = end - damage.PAGE - wal.FRAME
        assert wal.unreadable(logged.log[:frame] + bytes(24) + logged.log[frame + 24 :]) == frame


def test_either_order_of_bytes(logged: Files) -> None:
    """A log as a machine with the other order of bytes writes it."""
    magic = (0x377F0683).to_bytes(4, "big")
    log, sums = b"", (0, 0)
    for begin, end in pairwise([0, 32, *range(32 + 4120, len(logged.log) + 1, 4120)]):
        part = logged.log[begin:end]
        summed = magic + part[4:24] if not begin else part[:8] + part[24:]
        sums = wal._summed(">", summed, sums)
        written = b"".join(each.to_bytes(4, "big") for each in sums)
        log += (
            summed + written if not begin else part[:16].replace(part[8:16], log[16:24]) + written + part[24:]
        )
    assert wal.unreadable(log) is None
    assert wal.unreadable(flipped(log, 1024)) == 32


@pytest.mark.slow
def test_no_file_may_grow(tmp_path: Path) -> None:
    """Writes that come back short, and then fail."""
    acknowledged = []
    for limit in sweep.LIMITS:
        folder = tmp_path / str(limit)
        folder.mkdir()
        acknowledged.append(sweep.limited(limit, folder))
        shutil.rmtree(folder)
    assert acknowledged[0] == 0 and acknowledged == sorted(acknowledged)
    assert {0, 1, 2, 4, 5, len(ACTS)} <= set(acknowledged)
