"""Two nodes' transports over real sockets: everything arrives, whoever can be reached."""

from __future__ import annotations

import pytest

from tests.links.box import NORTH, SOUTH, Box, calling, message, run, serving


@pytest.mark.parametrize("plain", [False, True])
def test_messages_go_both_ways_although_one_side_only_is_reached(plain: bool) -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        there = [message(i, 400 + 97 * i) for i in range(60)]
        back = [message(1000 + i, 131_000 if i == 3 else 500) for i in range(60)]
        async with serving(south, plain) as server, calling(north, server.port, plain) as sender:
            north.say("urgent", *there[:30])
            north.say("main", *there[30:])
            south.say("main", *back[30:])
            south.say("urgent", *back[:30])
            await south.got(*there)
            await north.got(*back)
            assert sender.reach.failed is None and sender.reach.at_ms
        # one after another in each slot, and none twice
        assert [m for _, m in south.came if m in there[:30]] == there[:30]
        assert [m for _, m in north.came if m in back[30:]] == back[30:]
        assert len(south.came) == len(north.came) == 60

    run(main())


def test_whoever_has_ended_hears_nothing_of_the_node_any_more() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with serving(south) as server, calling(north, server.port):
            north.say("main", message(1))
            await south.got(message(1))
            assert (north.listeners, south.listeners) == (1, 1)
        assert (north.listeners, south.listeners) == (0, 0)

    run(main())
