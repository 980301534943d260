"""Files into plans of one's own that a node may be given: whose they are, which are over, in what pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from wideberth.cli.load import load
from wideberth.errors import Invalid, shorten
from wideberth.formats import native
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.node.plans_taken import taken

BATCH: Final = 250
"""Plans that are filed together."""
BATCH_BYTES: Final = 4 * 2**20
_AT: Final = re.compile(r"plans\[(\d+)\]\.?(.*)", re.DOTALL)


class Item(NamedTuple):
    """A plan, the file that it stands in, and how it is sent."""

    file: str
    plan: Plan
    document: dict[str, Any]

    @property
    def name(self) -> str:
        """What the file calls it."""
        return shorten(self.plan.label or self.plan.id, 60)


class Read(NamedTuple):
    """What may be filed, what must be told, and (file, why) of what may not."""

    items: tuple[Item, ...]
    notes: tuple[str, ...]
    refused: tuple[tuple[str, Invalid], ...]


class Whose(NamedTuple):
    """Whose plans are taken: of the party that files call so; with `ours` of all that they name."""

    party: str | None
    ours: bool


def read(
    paths: Sequence[str], options: Options, whose: Whose, now_ms: int, step: Callable[[str, int, int], None]
) -> Read:
    """Own plans of files. Raises: Invalid (`plan.parties`)."""
    loaded = load(paths, options, step)
    _check_party({one.plan.party for _, one in loaded.filed}, whose)
    some = [
        (file, one.plan) for file, one in loaded.filed if whose.party is None or one.plan.party == whose.party
    ]
    found = taken(some, now_ms)
    items = [Item(file, plan, native.plan_to_json(plan)) for file, plan in found.plans]
    return Read(tuple(items), (*loaded.notes, *found.notes), (*loaded.refused, *found.refused))


def batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """In pieces that are filed as a whole or not at all."""
    some: list[Item] = []
    size = 0
    for each in items:
        more = len(msgspec.json.encode(each.document))
        if some and (len(some) >= BATCH or size + more > BATCH_BYTES):
            yield some
            some, size = [], 0
        some.append(each)
        size += more
    if some:
        yield some


def placed(error: Invalid, batch: Sequence[Item]) -> Invalid:
    """What a node says of a plan of a batch, with the file and the name that it has there."""
    found = _AT.fullmatch(error.path)
    if found is None or int(found[1]) >= len(batch):
        return error
    item = batch[int(found[1])]
    where = f"{item.file}: plan {item.name}"
    return Invalid(error.code, f"{where}: {found[2]}" if found[2] else where, error.found, error.wanted)


def one(items: Sequence[Item], label: str, file: str) -> Item:
    """The one plan of a file, or the one of this label. Raises: Invalid (`plan.one`)."""
    some = (
        items
        if len(items) == 1
        else [each for each in items if label and label in (each.plan.label, each.plan.id)]
    )
    if len(some) != 1:
        wanted = f"one plan, or one that is called {shorten(label, 60)}" if label else "one plan"
        raise Invalid("plan.one", file, f"{len(items):,} plans", wanted)
    return some[0]


def _check_party(found: set[str], whose: Whose) -> None:
    """What is filed cannot be unfiled, least of all somebody else's. Raises: Invalid (`plan.parties`)."""
    named = ", ".join(shorten(each, 40) for each in sorted(found)[:10])
    if whose.party is not None and whose.party not in found:
        raise Invalid("plan.parties", "--party", whose.party, named or "a party of these files")
    if whose.party is None and not whose.ours and len(found) > 1:
        wanted = "plans of one party; --party NAME takes those of one, --ours says that all are ours"
        raise Invalid("plan.parties", "FILES", f"plans of {named}", wanted)
