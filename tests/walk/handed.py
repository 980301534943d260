"""What a node gives out beside its API: to peers on the wire, into logs, onto maps, to the public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from anyio.from_thread import start_blocking_portal

from tests.walk.asking import Answer
from tests.walk.world import LEVELS, World
from tests.web.reached import Client
from wideberth.formats import cot_event
from wideberth.ledger import ids, quints
from wideberth.model.published import LEVELS as MAPS
from wideberth.node.node import Node
from wideberth.node.on_tak import Seen
from wideberth.web.public import Public

NOWHERE: Final = "a" * 52


def handed(world: World) -> Iterator[tuple[str, Answer]]:
    """Everything, by who it is given to."""
    for level in LEVELS:
        for slot, sealed in world.wire[level]:
            yield level, Answer(level, f"wire {slot}", "", 0, sealed)
        for where, data in disk(world.nodes[level]):
            yield level, Answer(level, f"disk {where}", "", 0, data)
    for where, data in disk(world.ours):
        if where.startswith("log/"):
            yield "log", Answer("log", f"disk {where}", "", 0, data)
    for each in MAPS:
        events = Seen(world.ours, each, alerts=True)()
        xml = b"\n".join(cot_event.to_xml(event, world.time.wall_ms) for event in events)
        yield f"map {each}", Answer("map", f"TAK {each}", "", 0, xml)
    yield from public(world)


def disk(node: Node) -> Iterator[tuple[str, bytes]]:
    """All files of a node but its keys; and all that its journal holds, as it was sealed into it."""
    for path in sorted(node.path.rglob("*")):
        if path.is_file() and "keys" not in path.parts:
            yield str(path.relative_to(node.path)), path.read_bytes()
    journal = node.private.journal
    for feed in journal.heads():
        for record in journal.read(feed):
            yield f"journal {feed}", msgspec.msgpack.encode(record)


def public(world: World) -> Iterator[tuple[str, Answer]]:
    """The pages for everybody, as whoever holds nothing has them, and the page of a slip."""
    token = ids.base32(quints.unwords(world.slip))
    made = Public(world.ours)
    with start_blocking_portal() as portal:
        client = Client(made, portal)
        for method in ("GET", "HEAD", "POST"):
            for path in (
                "/",
                "/r/",
                f"/r/{NOWHERE}",
                "/c/",
                "/d/",
                f"/d/{NOWHERE}",
                "/v1/status",
                "/robots.txt",
            ):
                answer = client.request(method, path)
                data = str(answer.headers).encode() + answer.content
                yield "public", Answer("public", f"public {method}", path, answer.status_code, data)
        answer = client.request("GET", f"/r/{token}")
        assert answer.status_code == 200
        yield "slip", Answer("slip", "public slip", "", answer.status_code, answer.content)
        yield from _everybody(world, client)
        for method in ("GET", "POST", "GET"):
            answer = client.request(method, f"/d/{world.link}")
            data = str(answer.headers).encode() + answer.content
            data = data.replace(world.link.encode(), b"")  # whoever asks has it
            yield "to link", Answer("to link", f"public link {method}", "", answer.status_code, data)
        assert answer.status_code != 200 or b"PK" not in answer.content[:2]
    yield "to file", Answer("to file", "release file", "", 200, world.file)


def _everybody(world: World, client: Client) -> Iterator[tuple[str, Answer]]:
    """All pages of the communiqués that lead on from the first one, and the form for a reply."""
    seen, left = {"/"}, ["/", f"/c/{world.public}", f"/c/{world.public}/reply"]
    while left:
        path = left.pop()
        answer = client.request("GET", path)
        data = str(answer.headers).encode() + answer.content
        yield "public", Answer("public", "public pages", path, answer.status_code, data)
        for found in re.findall(r'href="(/[^"#?]*)', answer.text):
            if found not in seen:
                seen.add(found)
                left.append(found)
