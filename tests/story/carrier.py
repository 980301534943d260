"""A node with its transport as a program that is told what to say, and tells when something has arrived.

    python -m tests.story.carrier FOLDER north 10.0.0.1 10.0.0.2

A line of JSON for each command on standard input ({"say": KIND, "words": TEXT, "times": N}, {"stop": true}),
one on standard output for what was said and what has arrived, with the machine's steady clock in s.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from tests.ledger.two import seed
from tests.story import whole
from tests.story.linked import Linked
from tests.story.whole import NAMES, Place
from wideberth.links.address import Address
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node

PORT = 7879


def main() -> None:
    folder, name, mine, theirs = sys.argv[1:]
    places = {each: Place(each, Path(folder) / each) for each in NAMES}
    place, other = places[name], next(each for each in places.values() if each.name != name)
    log = Log(place.path / directory.LOG, SYSTEM.now)
    with Node.open(place.path, Config(), seed(f"{name} journal"), SYSTEM, log) as node:
        line = node.take_up(whole.paired(place, other), place.private).line
        _follow(node)
        linked = Linked(node, line, listen=(mine, PORT), call=Address(theirs, PORT)).start()
        over = threading.Event()
        ticking = threading.Thread(target=_tick, args=(node, over))
        ticking.start()
        _tell({"ready": time.monotonic()})
        for command in map(json.loads, sys.stdin):
            if "stop" in command:
                break
            began = time.monotonic()
            for n in range(command["times"]):
                node.say(line, command["say"], "test.said", 1, {"said": f"{n} {command['words']}"})
            _tell({"said": command["say"], "at": began, "until": time.monotonic()})
        over.set()
        ticking.join()
        linked.stop()


def _follow(node: Node) -> None:
    seen = 0

    def look() -> None:
        nonlocal seen
        now = time.monotonic()
        for each in node.events(seen)[0]:
            seen = each.n
            if each.what == "entry.arrived" and each.type == "test.said":
                _tell({"arrived": "urgent" if "/urgent/" in (each.origin or "") else "main", "at": now})

    node.follow(look)


def _tick(node: Node, over: threading.Event) -> None:
    while not over.wait(1):
        node.tick()


def _tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
