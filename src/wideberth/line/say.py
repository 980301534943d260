"""What this party says: an entry, signed where it may be (LINE 6, 8, 12, 15), and kept private where not."""

from __future__ import annotations

from wideberth.errors import Invalid
from wideberth.ledger import entries, epoch, feed, ids, note
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Item, Written
from wideberth.ledger.ids import Kind, Origin
from wideberth.line import restore, signer
from wideberth.line.messages import CHECK, CreditReturned, Effect, Lost, NewEpoch, NotTold, Say, Why, Write
from wideberth.line.state import Feed, Outbox, Seeds, State, Under

MINUTE_MS = 60_000


def say(state: State, said: Say, seeds: Seeds) -> list[Effect]:
    """Sign and commit an entry, or tell why not. Raises: Invalid (as feed.append); nothing changes then."""
    why = closed(state, said.kind, said.type)
    if why is not None:
        state.untold.add(said.kind)
        return [NotTold(said, why)]
    mine = state.newest(state.party, said.kind)
    beyond = not _credited(state, mine)
    effect = _written(state, mine.origin, said.type, said.v, said.body, said.salt, said.agreement, seeds)
    if beyond:
        state.spent_ms.append(state.now.boot_ms)
    if said.type == CHECK:
        restore.go(state, "waived")
    return [effect]


def closed(state: State, kind: Kind, of_type: str = "") -> Why | None:
    """Why nothing (of a type) may be signed in feeds of this kind now; None where it may."""
    mine = state.newest(state.party, kind)
    if of_type == CHECK:
        # not even this is signed in a place where something else was: it is said by voice
        return "restore" if any(origin.party == state.party for origin in state.missing()) else None
    if mine.origin in state.frozen:
        return "forked"
    if state.stage in ("asking", "regaining"):
        return "restore"
    if not state.clock.steady:
        return "clock"
    return None if _credited(state, mine) or (kind == "urgent" and _floor(state)) else "credit"


def returned(state: State) -> list[Effect]:
    """Where something waits that may be said now."""
    kinds = [kind for kind in ids.KINDS if kind in state.untold and closed(state, kind) is None]
    state.untold.difference_update(kinds)
    return [CreditReturned(kind) for kind in kinds]


def new_epoch(state: State, event: NewEpoch, seeds: Seeds) -> list[Effect]:
    """Go on in a new epoch of a feed.

    Raises: Invalid, NotTrusted (as epoch.read; `line.epoch` where it is not the one after the feed's newest).
    """
    before = state.newest(state.party, event.kind).origin
    found = epoch.read(event.note, state.line.identity(state.party))
    if found.previous != before:
        raise Invalid("line.epoch", "origin", found.origin.text, f"the epoch after {before.text}")
    said = entries.NewEpoch(event.note)
    effect = _written(state, found.origin, said.TYPE, entries.V, entries.write(said), event.salt, None, seeds)
    return [effect]


def _written(
    state: State,
    origin: Origin,
    of_type: str,
    v: int,
    value: Value,
    salt: bytes,
    agreement: bytes | None,
    seeds: Seeds,
) -> Effect:
    at_ms = max(state.clock.time_ms(state.now), *(each.written.at_ms for each in state.of(state.party)))
    before = state.feeds[origin].written if origin in state.feeds else feed.Head(origin)
    written = Written(of_type, v, _folded(state, before), at_ms, agreement)
    grown = feed.append(before, written, value, salt)
    mine = open_own(state, origin)
    mine.written = grown.head
    state.outbox[origin].signed[before.size] = state.now.boot_ms
    item = Item(grown.entry.leaf, grown.entry.salt, grown.entry.body)
    signed = note.write(feed.sign(grown.head, signer.log(state, seeds, origin, before.size)))
    under = Under(origin, grown.head, (grown.entry,), {grown.head.size: signed})
    return state.commit([Write(origin, before.size, (item,), signed)], [under])


def open_own(state: State, origin: Origin) -> Feed:
    """An own feed, with what belongs to it where it is new."""
    if origin not in state.outbox:
        state.outbox[origin] = Outbox(wait_ms=state.terms.retry_ms)
        state.credit[origin] = state.terms.credit(origin.kind)
    return state.open(origin)


def _folded(state: State, before: feed.Head) -> dict[Origin, int]:
    """What is placed, with my own entries under way, and what the entry before had folded.

    Own entries that wait for something that was lost are left out: it might be said again in this feed.
    """
    folded = dict(before.folded)
    for each in state.feeds.values():
        placed = state.placed.get(each.origin, 0)
        own = each.origin.party == state.party and placed == each.size
        size = max(each.written.size if own else placed, folded.get(each.origin, 0))
        if size and each.origin != before.origin:
            folded[each.origin] = size
    return folded


def lost(state: State) -> list[Effect]:
    """Own entries that others of mine had folded, and that nobody holds any more."""
    sizes: dict[Origin, int] = {}
    for each in state.of(state.party):
        for origin, size in each.written.folded.items():
            if origin.party == state.party:
                sizes[origin] = max(size, sizes.get(origin, 0))
    return [
        Lost(origin, size - state.feeds[origin].written.size)
        for origin, size in sizes.items()
        if state.feeds[origin].written.size < size
    ]


def _credited(state: State, mine: Feed) -> bool:
    return mine.written.size < state.credit[mine.origin]


def _floor(state: State) -> bool:
    """Urgent entries may be signed beyond credit, so many a minute."""
    state.spent_ms = [boot_ms for boot_ms in state.spent_ms if boot_ms > state.now.boot_ms - MINUTE_MS]
    return len(state.spent_ms) < state.terms.floor
