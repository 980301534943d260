"""The papers of a pairing over a network: only between those two, and verified before kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.line.pairs import NORTH, SOUTH, STRANGER, End, met, seed
from tests.links.pairs_online import HOST, QUICK, ended, run
from wideberth.errors import Invalid, Unreachable, WideberthError
from wideberth.ledger import ids
from wideberth.line import pairing, pairing_file
from wideberth.links import identity, pair_channel, pair_papers
from wideberth.links.identity import Ends
from wideberth.links.pair_channel import Timing
from wideberth.links.pair_papers import Done, Mine

ONLINE = met(NORTH, SOUTH)
FILES = {
    end.label: pairing_file.write_papers(ONLINE.line.id, end.papers(ONLINE.line)) for end in (NORTH, SOUTH)
}


def ends(own: End, peer: End, secret: bytes | None = None) -> Ends:
    found = met(own, peer)
    names = (ids.party(each.identity) for each in (own, peer))
    return identity.ends(secret or pairing.secret(found, own.private), found.line.id, *names)


HERE, THERE = ends(NORTH, SOUTH), ends(SOUTH, NORTH)


class Kept:
    def __init__(self, error: WideberthError | None = None) -> None:
        self.data: list[bytes] = []
        self.error = error

    def __call__(self, data: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.data.append(data)


def both(waiting: Mine, calling: Mine, *, timing: Timing = QUICK, caller: Ends = HERE) -> list[Done | str]:
    """What came of it, here and there, or the code of what went wrong."""

    async def go() -> list[Done | str]:
        with pair_channel.bound(HOST, 0) as listening:
            port = listening.getsockname()[1]
            found = await asyncio.gather(
                pair_papers.wait(listening, THERE, waiting, timing),
                pair_papers.call(HOST, port, caller, calling, timing),
                return_exceptions=True,
            )
        return [each.code if isinstance(each, WideberthError) else each for each in found]  # type: ignore[misc]  # others fail the test

    return run(go())


def test_both_hand_over_and_both_keep() -> None:
    here, there = Kept(), Kept()
    found = both(Mine(FILES["south"], there), Mine(FILES["north"], here))
    assert found == [Done(True, True)] * 2
    assert (here.data, there.data) == ([FILES["south"]], [FILES["north"]])


@pytest.mark.parametrize("size", [1_000_000, pairing_file.SIZE])
def test_large_papers_cross(size: int) -> None:
    """Each side sends more than the sockets hold, at the same time."""
    here, there = Kept(), Kept()
    one, other = b"n" * size, b"s" * size
    assert both(Mine(other, there), Mine(one, here)) == [Done(True, True)] * 2
    assert here.data == [other] and there.data == [one]


def test_one_side_hands_over_and_the_other_keeps() -> None:
    there = Kept()
    assert both(Mine(None, there), Mine(FILES["north"], None)) == [Done(True, False), Done(False, True)]
    assert there.data == [FILES["north"]]


def test_nobody_keeps_what_he_does_not_want() -> None:
    mine = [Mine(FILES["south"], None), Mine(FILES["north"], None)]
    assert both(*mine) == [Done(False, False)] * 2
    assert both(Mine(None, Kept()), Mine(None, Kept())) == [Done(False, False)] * 2


def test_what_is_not_good_is_not_kept_and_the_other_side_hears_it() -> None:
    bad = Kept(Invalid("pair.file", "", "papers", "others"))
    assert both(Mine(None, bad), Mine(FILES["north"], None)) == ["pair.file", Done(False, False)]


def test_more_than_papers_can_be_is_not_taken() -> None:
    found = both(Mine(None, Kept()), Mine(bytes(pairing_file.SIZE + 1), None))
    assert found == ["pair.length", "pair.lost"]


def test_time_ends_it() -> None:
    short = QUICK._replace(caller=0.05)

    async def alone() -> str:
        with pair_channel.bound(HOST, 0) as listening:
            return await ended(pair_papers.wait(listening, THERE, Mine(None, Kept()), short))

    async def silent() -> str:
        with pair_channel.bound(HOST, 0) as listening:
            waiting = asyncio.create_task(
                ended(pair_papers.wait(listening, THERE, Mine(None, Kept()), QUICK._replace(message=0.1)))
            )
            channel = await connected(listening.getsockname()[1], HERE)
            await channel.send(pair_papers.GREETING)
            found = await waiting
            channel.abort()
            return found

    assert run(alone()) == "pair.time_out"
    assert run(silent()) == "pair.time_out"


async def connected(port: int, caller: Ends) -> pair_channel.Channel:
    from wideberth.links import tls

    return await pair_channel.connected(HOST, port, tls.client(caller), QUICK, caller.name)


STRANGERS: dict[str, Callable[[], Ends]] = {
    "another secret": lambda: ends(NORTH, SOUTH, seed("another secret")),
    "another line": lambda: ends(STRANGER, SOUTH),
    "our own end": lambda: THERE,
}


@pytest.mark.parametrize("who", STRANGERS)
def test_who_has_not_paired_is_told_nothing_and_uses_nothing_up(who: str) -> None:
    async def go() -> list[str]:
        with pair_channel.bound(HOST, 0) as listening:
            port = listening.getsockname()[1]
            kept = Kept()
            waiting = asyncio.create_task(
                ended(pair_papers.wait(listening, THERE, Mine(FILES["south"], kept), QUICK))
            )
            stranger = pair_papers.call(HOST, port, STRANGERS[who](), Mine(FILES["north"], kept), QUICK)
            refused = await ended(stranger)
            assert kept.data == []
            good = await ended(pair_papers.call(HOST, port, HERE, Mine(FILES["north"], Kept()), QUICK))
            return [refused, good, await waiting]

    refused, *good = run(go())
    assert refused in ("pair.unreachable", "pair.lost") and good == ["paired", "paired"]


def test_who_verifies_nothing_is_not_let_in() -> None:
    """A client that takes any certificate, and has none."""

    async def go() -> str:
        with pair_channel.bound(HOST, 0) as listening:
            waiting = asyncio.create_task(
                ended(pair_papers.wait(listening, THERE, Mine(FILES["south"], None), QUICK))
            )
            channel = await pair_channel.connected(
                HOST, listening.getsockname()[1], pair_channel.unverified(), QUICK
            )
            channel.writer.write(b"\0\0\0\x19" + pair_papers.GREETING)
            with pytest.raises(Unreachable):
                await channel.receive(pairing_file.SIZE)
            channel.abort()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            return "refused"

    assert run(go()) == "refused"


@pytest.mark.parametrize("frames", range(3))
def test_who_leaves_in_the_middle_is_lost(frames: int) -> None:
    async def go() -> tuple[str, int]:
        with pair_channel.bound(HOST, 0) as listening:
            kept = Kept()
            waiting = asyncio.create_task(
                ended(pair_papers.wait(listening, THERE, Mine(FILES["south"], kept), QUICK))
            )
            channel = await connected(listening.getsockname()[1], HERE)
            for each in (pair_papers.GREETING, FILES["north"])[:frames]:
                await channel.send(each)
            channel.writer.close()
            if frames == 0:
                await pair_papers.call(
                    HOST, listening.getsockname()[1], HERE, Mine(FILES["north"], None), QUICK
                )
            found = await waiting
            channel.abort()
            return found, len(kept.data)

    found, kept = run(go())
    assert found == ("paired" if frames == 0 else "pair.lost")
    # what came may be kept although the answer to it found nobody
    assert kept in ({0: 1}, {0: 0, 1: 0}, {0: 0, 1: 1})[frames].values()
