"""Two real nodes in two network namespaces; over files alone; and one that comes back from an old backup."""

from __future__ import annotations

import os

import pytest

from tests.story import net, processes, thin


@pytest.mark.slow
def test_paired_agreed_apart_and_rejoined_over_a_wire() -> None:
    reason = net.why_not()
    if reason and os.environ.get("CI") and "not here" in reason:
        pytest.fail(reason)
    if reason:
        pytest.skip(f"not run, 1 story over a wire: no network namespaces: {reason}")
    with net.wired() as wire, processes.short_folder() as folder:
        took = processes.over_a_wire(wire, folder)
    assert took["entries"] > 10


@pytest.mark.slow
def test_the_same_over_files_only() -> None:
    with processes.short_folder() as folder:
        took = processes.over_files(folder)
    assert took["entries"] > 10


@pytest.mark.slow
def test_an_old_backup_is_found_out_and_rejoins() -> None:
    with processes.short_folder() as folder:
        took = processes.from_an_old_backup(folder)
    assert took["entries"] >= 5


@pytest.mark.slow
def test_a_flash_overtakes_a_backlog_on_a_thin_wire() -> None:
    reason = net.why_not(thin=True)
    if reason:
        pytest.skip(f"not run, 1 flash over a wire of 64 kbit/s: {reason}")
    with net.wired() as wire, processes.short_folder() as folder:
        wire.thin(64)
        seen = thin.flashes(folder, wire, backlog=20, flashes=1, every_s=0)
    assert seen.loaded[0].before < seen.backlog
