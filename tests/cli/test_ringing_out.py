"""What sounds in a node that runs goes out to a real webhook; that it cannot is shown there."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.links.test_ringing import KEY, until, web
from tests.story import whole
from wideberth.cli import node_running
from wideberth.desk.rings import About
from wideberth.links import ringing
from wideberth.links.ringing import signature
from wideberth.node.config import Config
from wideberth.node.config_alarms import Alarms
from wideberth.node.ringing import Wanted

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")
"""Of apprise, which looks for it."""


def overdue(n: int) -> Wanted:
    return Wanted(About("concern", None, f"d-{n}"), "concern.overdue", "routine")


def test_what_sounds_goes_out_and_what_is_only_listed_does_not(tmp_path: Path) -> None:
    with web() as taken:
        url = f"http://127.0.0.1:{taken.port}/"
        place = whole.make(tmp_path, "north", Config(alarms=Alarms(webhook=url, webhook_key=KEY)))
        time, told = whole.Time(), list[str]()
        with place.open(time) as node:

            async def run() -> None:
                async with AsyncExitStack() as stack:
                    node_running._ring(stack, node, told.append)
                    quiet = Wanted(About("site", None, "list"), "claim.asked", "routine")
                    node.room.ringing.sources.append(lambda: [overdue(1), quiet])
                    node.tick()
                    await asyncio.to_thread(until, lambda: len(taken.requests) >= 1)

            asyncio.run(run())
            for headers, data in taken.requests:
                assert headers["wideberth-signature"] == signature(data, KEY)
                said = json.loads(data)
                assert (said["kind"], said["id"], said["exercise"]) == ("concern", "d-1", False)
                assert said["words"] is None and said["start"] == node.start
            assert told == []


def test_that_it_does_not_go_out_is_shown_on_the_node(tmp_path: Path) -> None:
    settings = Config(alarms=Alarms(notify=("nosuch://secret@nowhere",)))
    place = whole.make(tmp_path, "north", settings)
    told = list[str]()
    with place.open(whole.Time()) as node, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ringing, "PAUSES", ())

        async def run() -> None:
            async with AsyncExitStack() as stack:
                node_running._ring(stack, node, told.append)
                node.room.ringing.sources.append(lambda: [overdue(1)])
                node.tick()
                await asyncio.to_thread(until, lambda: bool(node.status().bell.unsent))

        asyncio.run(run())
        words = node.status().bell.unsent["notify"]
        assert words.startswith("1 of 1 addresses") and "secret" not in words + "".join(told)
        assert told == [f"alarms by notify: {words}"]
