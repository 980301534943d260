"""On a thin link nothing urgent waits behind main, whichever side can be reached."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.links.box import NORTH, SOUTH, Box, calling, message, run, serving, until
from tests.links.thin import link

BACKLOG = 200
SIZE = 1_100


@pytest.mark.slow
@pytest.mark.parametrize("by", [NORTH, SOUTH], ids=["the caller", "the called one"])
def test_a_flash_overtakes_a_backlog_on_64_kbit_a_second(by: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> list[float]:
        north, south = Box(NORTH), Box(SOUTH)
        says, hears = (north, south) if by == NORTH else (south, north)
        main = [message(i, SIZE) for i in range(BACKLOG)]
        large = message(BACKLOG, 40_000)
        waits = []
        async with serving(south) as server, link(server.port) as port, calling(north, port):
            says.say("urgent", message(1000))
            await hears.got(message(1000))
            says.say("main", *main, large)
            for n in range(5):
                # in the midst of the backlog
                await until(lambda n=n: len(hears.came) >= 8 + 8 * n)  # type: ignore[misc]  # n is bound
                await asyncio.sleep(0.04 * n)
                said = time.monotonic()
                says.say("urgent", message(2000 + n, 1_500))
                await hears.got(message(2000 + n, 1_500))
                waits.append(time.monotonic() - said)
                assert len(hears.came) < BACKLOG / 2
        came = [each for _, each in hears.came if each in main]
        assert came == main[: len(came)]
        return waits

    waits = run(main())
    with capsys.disabled():
        shown = ", ".join(f"{wait:.2f} s" for wait in waits)
        print(f"\na flash over 64 kbit/s, {BACKLOG} main messages waiting: {shown}")  # noqa: T201  # the figure is what it is for


def test_a_message_larger_than_a_piece_goes_in_parts_while_others_pass() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        large = message(1, 131_000)
        async with serving(south) as server, link(server.port, 250_000) as port, calling(north, port):
            north.say("main", large)
            north.say("urgent", message(2))
            await south.got(message(2), large)
        assert [each for _, each in south.came] == [message(2), large]

    run(main())
