"""With which of its keys this party signs where: the newest that counts there by its own papers (LINE 14).

So a key is replaced without a gap: the one before it signs up to the entry from which the new one is
certified, feed by feed, and the other party can verify each with what it has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from wideberth.ledger import certificate, keys, note
from wideberth.ledger.certificate import Purpose
from wideberth.ledger.ids import Origin
from wideberth.line.state import Seeds, State


def log(state: State, seeds: Seeds, origin: Origin, n: int) -> bytes:
    """The seed for a checkpoint whose last entry is n."""
    return _counting(state, "log", origin, n, (*seeds.former_logs, seeds.log))[-1]


def cosign(state: State, seeds: Seeds, origin: Origin, n: int) -> bytes:
    """The seed for a cosignature on the peer's feed up to entry n."""
    return _counting(state, "cosign", origin, n, (*seeds.former_cosigns, seeds.cosign))[-1]


def status(state: State, seeds: Seeds, origin: Origin) -> tuple[bytes, ...]:
    """The seeds for a status: all that count between what the peer has cosigned and what there is.

    The peer verifies it where its copy of the feed ends, and that is somewhere between the two.
    """
    sizes = {state.receipts.get(origin, 0), state.feeds[origin].written.size}
    every = (*seeds.former_logs, seeds.log)
    found = [_counting(state, "log", origin, max(size - 1, 0), every)[-1] for size in sorted(sizes)]
    return tuple(dict.fromkeys(found))


def beside(state: State, seeds: Seeds) -> bytes:
    """The seed for what is signed beside the feeds, and says by itself what it is."""
    mine = state.newest(state.party, "main")
    return log(state, seeds, mine.origin, mine.written.size)


def beside_theirs(state: State) -> tuple[bytes, ...]:
    """The keys with which the peer may sign such things, as far as its main feed is here."""
    theirs = state.newest(state.peer, "main")
    valid = certificate.logs(theirs.origin, max(theirs.size - 1, 0), state.papers[state.peer])
    return tuple(each.public for each in valid)


def resign(state: State, seeds: Seeds) -> None:
    """Own checkpoints that the peer is still shown, and whose key was revoked from there on, signed again.

    Else it could read nothing of this party any more. Under the same tree, which is durable.
    """
    for mine in state.of(state.party):
        for size in mine.sizes[bisect_left(mine.sizes, max(state.receipts.get(mine.origin, 0), 1)) :]:
            found = note.parse(mine.notes[size])
            valid = certificate.logs(mine.origin, size - 1, state.papers[state.party])
            by_id = {(each.name, each.key_id) for each in valid}
            seed = log(state, seeds, mine.origin, size - 1)
            signed = any((each.name, each.key_id) in by_id for each in found.signatures)
            if signed or keys.public(seed) not in {each.public for each in valid}:
                continue
            line = note.sign(found.text, mine.origin.text, seed)
            mine.notes[size] = note.write(found._replace(signatures=(*found.signatures, *line.signatures)))


def _counting(
    state: State, purpose: Purpose, origin: Origin, n: int, every: Sequence[bytes]
) -> Sequence[bytes]:
    """Those that count, newest last; the newest of all where none does: whoever reads it then says why."""
    if len(every) == 1:
        return every
    worth = certificate.standings(purpose, origin, n, state.papers[state.party])
    return [seed for seed in every if worth.get(keys.public(seed)) == "valid"] or every[-1:]
