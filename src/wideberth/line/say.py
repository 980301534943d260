"""What this party says: an entry, signed where it may be (LINE 6, 8, 12, 15), and kept private where not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from wideberth.errors import Invalid
from wideberth.ledger import entries, epoch, feed, ids, note
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Appended, Head, Item, Written
from wideberth.ledger.ids import Kind, Origin
from wideberth.line import restore, signer
from wideberth.line.messages import (
    CHECK,
    CreditReturned,
    Effect,
    Lost,
    NewEpoch,
    NotTold,
    Say,
    SayAll,
    Why,
    Write,
)
from wideberth.line.state import Feed, Outbox, Seeds, State, Under

MINUTE_MS = 60_000

Run: TypeAlias = tuple[Feed, list[Appended]]
"""New entries of an own feed that one checkpoint is signed for."""


def say(state: State, event: Say | SayAll, seeds: Seeds) -> list[Effect]:
    """Sign and commit entries, with one checkpoint for each run; or tell why not.

    Raises: Invalid (as feed.append); nothing changes then.
    """
    written = [(each, each.written) for each in state.of(state.party)]
    stage, untold, spent_ms = state.stage, set(state.untold), list(state.spent_ms)
    effects: list[Effect] = []
    runs: list[Run] = []
    try:
        for said in (event,) if isinstance(event, Say) else event.said:
            if (why := closed(state, said.kind, said.type)) is not None:
                state.untold.add(said.kind)
                effects.append(NotTold(said, why))
                continue
            mine = state.newest(state.party, said.kind)
            # beyond credit the peer takes one after the other, and could never hold a whole run
            alone = not _credited(state, mine)
            grown = _said(state, said)
            if alone or not runs or runs[-1][0] is not mine or len(runs[-1][1]) >= state.terms.run:
                runs.append((mine, []))
            runs[-1][1].append(grown)
    except Invalid:
        for each, head in written:
            each.written = head
        state.stage, state.untold, state.spent_ms = stage, untold, spent_ms
        raise
    return [*effects, *(_signed(state, runs, seeds) if runs else [])]


def closed(state: State, kind: Kind, of_type: str = "") -> Why | None:
    """Why nothing (of a type) may be signed in feeds of this kind now; None where it may."""
    mine = state.newest(state.party, kind)
    if of_type == CHECK:
        # not even this is signed in a place where something else was, or will be: it is said by voice
        if mine.origin in state.away:
            return "forked"
        return "restore" if any(origin.party == state.party for origin in state.missing()) else None
    if mine.origin in state.frozen:
        return "forked"
    if state.stage in ("asking", "regaining"):
        return "restore"
    if not state.clock.steady:
        return "clock"
    return None if _credited(state, mine) or (kind == "urgent" and _floor(state)) else "credit"


def room(state: State, kind: Kind) -> int:
    """How many entries may be signed now in feeds of this kind within the credit."""
    mine = state.newest(state.party, kind)
    return 0 if closed(state, kind) else max(state.credit[mine.origin] - mine.written.size, 0)


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
    head = state.feeds[found.origin].written if found.origin in state.feeds else Head(found.origin)
    grown = _grown(state, head, said.TYPE, entries.V, entries.write(said), event.salt, None)
    mine = open_own(state, found.origin)
    mine.written = grown.head
    return _signed(state, [(mine, [grown])], seeds)


def _said(state: State, said: Say) -> Appended:
    """One more entry of an own feed; what that means for what may be said after it."""
    mine = state.newest(state.party, said.kind)
    beyond = not _credited(state, mine)
    grown = _grown(state, mine.written, said.type, said.v, said.body, said.salt, said.agreement)
    mine.written = grown.head
    if beyond:
        state.spent_ms.append(state.now.boot_ms)
    if said.type == CHECK:
        restore.go(state, "waived")
    return grown


def _grown(
    state: State, head: Head, of_type: str, v: int, value: Value, salt: bytes, agreement: bytes | None
) -> Appended:
    at_ms = max(state.clock.time_ms(state.now), *(each.written.at_ms for each in state.of(state.party)))
    return feed.append(head, Written(of_type, v, _folded(state, head), at_ms, agreement), value, salt)


def _signed(state: State, runs: Sequence[Run], seeds: Seeds) -> list[Effect]:
    """Runs of new entries, each with a checkpoint, to be committed together."""
    writes, under = [], []
    for mine, run in runs:
        made, head = tuple(each.entry for each in run), run[-1].head
        first = made[0].header.n
        state.outbox[mine.origin].signed.update(dict.fromkeys(range(first, head.size), state.now.boot_ms))
        signed = note.write(feed.sign(head, signer.log(state, seeds, mine.origin, head.size - 1)))
        items = tuple(Item(each.leaf, each.salt, each.body) for each in made)
        writes.append(Write(mine.origin, first, items, signed))
        under.append(Under(mine.origin, head, made, {head.size: signed}))
    return state.commit(writes, under)


def open_own(state: State, origin: Origin) -> Feed:
    """An own feed, with what belongs to it where it is new."""
    if origin not in state.outbox:
        state.outbox[origin] = Outbox(wait_ms=state.terms.retry_ms)
        state.credit[origin] = state.terms.credit(origin.kind)
    return state.open(origin)


def _folded(state: State, before: Head) -> dict[Origin, int]:
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
