"""A tree of cells, and entries of a private feed about it, one after the other.

operations ─┬─ air desk ─┬─ crew 1
            │            └─ crew 2
            └─ sea desk ─── boat 7
"""

from __future__ import annotations

from functools import reduce

from tests.ledger.two import A, seed
from wideberth.desk import relay, relay_due, relay_entries
from wideberth.desk.relay import State
from wideberth.desk.relay_entries import Celled, Confirmed, Handed, Opened, Said
from wideberth.ledger import feed, ids, keys, merkle
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.model.relay import About, Answer, Cell

PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
MIN = 60_000
START = 1_000 * MIN
TEXT = "NOTICE ABCDEF, version 1\nactivity: survey\nThis gives no permission.\n"


def cell_id(name: str) -> str:
    return relay_entries.new_id("c-", seed(f"cell {name}")[:16])


def relay_id(name: str) -> str:
    return relay_entries.new_id("r-", seed(f"relay {name}")[:16])


def cell_seed(name: str) -> bytes:
    return seed(f"key of {name}")


def cell(name: str, parent: str | None = None, *, keyed: bool = True) -> Cell:
    key = keys.public(cell_seed(name)) if keyed else None
    return Cell(cell_id(name), name, None if parent is None else cell_id(parent), key)


TREE = (
    cell("operations"),
    cell("air desk", "operations"),
    cell("crew 1", "air desk"),
    cell("crew 2", "air desk"),
    cell("sea desk", "operations"),
    cell("boat 7", "sea desk", keyed=False),
)
NAMES = tuple(each.name for each in TREE)
ABOUT = About(ids.base32(bytes(32)), f"n-{ids.base32(bytes(16))}", 1)
OPENED = Opened(relay_id("one"), ABOUT, TREE, START, TEXT, "1640")


def entry(said: Said, n: int = 0, at_ms: int = 0) -> Entry:
    return raw(said.TYPE, relay_entries.write(said), n, at_ms)


def raw(
    of_type: str, value: dict[str, Value], n: int = 0, at_ms: int = 0, *, origin: Origin = PRIVATE, v: int = 1
) -> Entry:
    head = feed.Head(origin, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    return feed.append(head, feed.Written(of_type, v, {}, at_ms), value, bytes(16)).entry


def fold(*said: Said, state: State = State(), at_ms: int = 0) -> State:  # noqa: B008 - it is frozen
    entries = [entry(each, n, at_ms + n) for n, each in enumerate(said)]
    return reduce(relay.evolve, entries, state)


def cells() -> tuple[Said, ...]:
    return tuple(Celled(each) for each in TREE)


def opened() -> State:
    return fold(*cells(), OPENED)


def says(
    name: str,
    rung: Answer = "confirmed",
    at_ms: int = 5,
    *,
    by: bytes | None = None,
    of: Opened = OPENED,
    text: str | None = None,
) -> Confirmed:
    """What a cell signs, by its own key unless told otherwise."""
    digest = relay_entries.sha256(of.text if text is None else text)
    return relay_entries.sign(of.relay, cell_id(name), rung, at_ms, digest, by or cell_seed(name))


def slip(name: str, secret: bytes, of: Opened = OPENED) -> Handed:
    return Handed(of.relay, cell_id(name), "slip", relay_entries.slip_of(secret, of.relay, cell_id(name)))


def by_slip(name: str, secret: bytes, rung: Answer = "confirmed", at_ms: int = 5) -> Confirmed:
    return says(name, rung, at_ms, by=relay_entries.slip_seed(secret, OPENED.relay, cell_id(name)))


def stands(state: State) -> dict[str, str]:
    found = relay.relay(state, OPENED.relay)
    return {each.cell.name: each.stands for each in found.in_order}


def breaks(state: State) -> list[str]:
    found = relay.relay(state, OPENED.relay)
    return [each.duty.cell.name for each in relay_due.broken(found)]
