"""The story between two real nodes, each `wideberth node run`: over a wire, over files, from an old backup.

Everything that people do is done by commands; how long things took is given back, in s.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.story import commanded, net
from tests.story.commanded import Party, running, until

PORT = 7879
Took = dict[str, float]


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket, whatever a test is called."""
    folder = Path(tempfile.mkdtemp(prefix="wb-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def over_a_wire(wire: net.Wire, folder: Path, apart_s: float = 0) -> Took:
    """Paired by file, agreed by four officers, pulled apart, both at work, rejoined; by TLS."""
    parties = north, south = commanded.paired(folder)
    listen = [("--line", f"{host}:{PORT}") for host in net.HOSTS]
    took: Took = {}
    with (
        running(north, *listen[0], inside=wire.inside(0)) as one,
        running(south, *listen[1], inside=wire.inside(1)) as other,
    ):
        for party, host in zip(parties, reversed(net.HOSTS), strict=True):
            commanded.log_in(party)
            commanded.take_up(party, f"https://{host}:{PORT}")
        took["taken up, until both sign"] = until(lambda: all(each.delivered() for each in parties), "joined")
        agree(parties, took)
        wire.cut()
        began = time.monotonic()
        work_apart(parties)
        assert not north.delivered() and not south.delivered()
        while time.monotonic() - began < apart_s:
            time.sleep(1)
        took["apart"] = time.monotonic() - began
        wire.mend()
        took["rejoined, until all is delivered"] = until(lambda: both_hold(parties), "rejoined")
        north.done("agreement", "resume", south.name)
        until(lambda: both_hold(parties) and south.in_force(), "resumed")
        assert all(each.alarms() == [] for each in parties)
        one.stop()
        other.stop()
    took["entries"] = commanded.same(parties)
    return took


def agree(parties: tuple[Party, Party], took: Took) -> None:
    """By commands, with the key files of four officers."""
    north, south = parties
    terms = commanded.draft(parties)
    north.done("agreement", "propose", south.name, terms)
    until(north.delivered, "the terms arrive")
    began = time.monotonic()
    for each in parties:
        assert not each.in_force()
        each.done("agreement", "submit", each.other, *commanded.approvals(each, terms))
    until(lambda: all(each.in_force() for each in parties), "in force")
    took["signed by four officers, until in force at both"] = time.monotonic() - began


def work_apart(parties: tuple[Party, Party]) -> None:
    """What each can do alone: suspend; propose the next version, and sign it."""
    north, south = parties
    north.done("agreement", "suspend", south.name)
    following = commanded.following(south)
    south.done("agreement", "propose", north.name, following)
    south.done("agreement", "submit", north.name, *commanded.approvals(south, following))


def both_hold(parties: tuple[Party, Party]) -> bool:
    """Whether all is delivered both ways, and both hold as much of every feed."""
    one, other = parties
    return one.delivered() and other.delivered() and one.feeds() == other.feeds()


def over_files(folder: Path) -> Took:
    """The same, where nothing connects the two: people carry bundles."""
    parties = north, south = commanded.paired(folder)
    carried = 0

    def carry(times: int = 2) -> None:
        nonlocal carried
        for _ in range(times):
            for each, to in (parties, parties[::-1]):
                carried += 1
                file = str(folder / f"{carried}.bundle")
                each.done("bundle", "export", each.other, "--out", file)
                to.done("bundle", "import", file)

    took: Took = {}
    with running(north, "--line", "off") as one, running(south, "--line", "off") as other:
        for each in parties:
            commanded.log_in(each)
            commanded.take_up(each, None)
        carry()
        terms = commanded.draft(parties)
        north.done("agreement", "propose", south.name, terms)
        carry(1)
        for each in parties:
            each.done("agreement", "submit", each.other, *commanded.approvals(each, terms))
        carry()
        assert all(each.in_force() for each in parties)
        work_apart(parties)
        assert not both_hold(parties)
        # what a bundle brings may be answered, and the answer is carried as well
        for _ in range(6):
            carry(1)
            if both_hold(parties):
                break
        assert both_hold(parties)
        assert all(each.alarms() == [] for each in parties)
        one.stop()
        other.stop()
    took["bundles"] = carried
    took["entries"] = commanded.same(parties)
    return took


def regained(party: Party, held: dict[str, int]) -> bool:
    """Whether it signs again, and holds all that it held; it may have said more by now."""
    return party.view()["stage"] == "whole" and all(
        party.feeds().get(origin, 0) >= size for origin, size in held.items()
    )


def from_an_old_backup(folder: Path) -> Took:
    """A party puts back its directory as it was before it said something: found out, told, and rejoined."""
    parties = north, south = commanded.paired(folder)
    took: Took = {}
    here = ("--line", "127.0.0.1:0")
    with running(north, *here) as one:
        to = f"https://127.0.0.1:{one.port}"
        with running(south, "--line", "off") as other:
            for each in parties:
                commanded.log_in(each)
            commanded.take_up(north, None)
            commanded.take_up(south, to)
            until(lambda: both_hold(parties), "joined")
            other.stop()
        shutil.copytree(south.data, folder / "backup")
        with running(south, "--line", "off") as other:
            until(lambda: both_hold(parties), "joined again")
            south.done("agreement", "propose", north.name, commanded.draft(parties))
            until(lambda: both_hold(parties), "said")
            held = south.feeds()
            other.stop()
        shutil.rmtree(south.data)
        (folder / "backup").rename(south.data)
        with running(south, "--line", "off") as other:
            took["from the start on an old backup, until all is there again"] = until(
                lambda: regained(south, held), "regained"
            )
            until(lambda: both_hold(parties), "rejoined")
            shown = north.run("line", "alarms", south.name)
            assert shown.code == 1 and "line.rolled_back" in shown.out, shown.out
            proofs = str(folder / "proofs")
            assert north.run("line", "alarms", south.name, "--out", proofs).code == 1
            assert Path(proofs).stat().st_size > 0
            # it goes on: what it says now is its next entry
            south.done(
                "agreement", "submit", north.name, *commanded.approvals(south, str(folder / "terms.toml"))
            )
            until(lambda: both_hold(parties), "it goes on")
            other.stop()
        one.stop()
    took["entries"] = commanded.same(parties)
    return took
