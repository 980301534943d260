"""Entries as they come in, in the order of LINE 7; nothing of them counts before it is durable.

An entry waits until all entries up to its checkpoint are there. Then the checkpoint, the leaves and the
bodies are verified together, as a run, and committed with one checkpoint. A feed of this party's own is taken
in the same way when it is got back after a loss.
"""

from __future__ import annotations

from collections.abc import Sequence

from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import body, certificate, checkpoint, epoch, feed, ids, merkle, note
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Papers
from wideberth.ledger.checkpoint import Opened
from wideberth.ledger.entries import KEPT
from wideberth.ledger.feed import Head, Item
from wideberth.ledger.ids import Origin
from wideberth.ledger.seal import Content
from wideberth.line.messages import CHECK, Dropped, Effect, Shown, Unable, Write
from wideberth.line.state import Feed, State, Under

MINUTE_MS = 60_000
SHOWN = 1_000
"""CHECKs that are remembered as shown, so that each is shown once."""


def take(state: State, content: Content) -> list[Effect]:
    """An entry, opened. Raises: Invalid, NotTrusted, Refused, Stale: it is not taken."""
    feed.check_sizes([_item(content)], regained=True)
    origin = ids.origin(checkpoint.parse(note.parse(content.checkpoint).text).origin)
    if origin.line != state.line.id:
        raise Refused("line.other_line", f"a feed of another line: {origin.text}")
    state.line.rank(origin.party)
    known, papers = state.feeds.get(origin), state.papers[origin.party]
    opened = _opened(known, content.checkpoint, origin, papers)
    if known is None or origin in state.frozen or not _trusted(state, content):
        return _aside(state, content, origin)
    if alarms := contradicted(state, known, opened):
        return alarms
    n = _place(known, content, opened.checkpoint.size)
    if n is None:
        known.odd = content
        return runs(state, known)
    return _placed(state, known, content, n)


def _opened(known: Feed | None, data: bytes, origin: Origin, papers: Papers) -> Opened:
    """The checkpoint that an entry came with. Raises: as certificate.read_checkpoint."""
    if known is None:
        return certificate.read_checkpoint(data, origin, papers)
    if known.seen is None or known.seen[0] != data or known.seen[1] is not papers:
        known.seen = data, papers, certificate.read_checkpoint(data, origin, papers)
    return known.seen[2]


def _place(known: Feed, content: Content, size: int) -> int | None:
    """Where an entry stands as its header says; None where it says nothing that can be."""
    try:
        header = body.read(content.leaf)
    except Invalid:
        return None
    n, other = header.n, known.waiting.get(header.n)
    taken = n < known.size and known.entries[n].leaf != content.leaf
    taken |= other is not None and other.checkpoint == content.checkpoint and other.leaf != content.leaf
    return None if taken or header.origin != known.origin or n >= size else n


def _placed(state: State, known: Feed, content: Content, n: int) -> list[Effect]:
    if n < known.written.size:
        # the receipt was lost, perhaps: it goes again, but not for each entry that comes twice
        state.talk.tell |= state.may_repeat
        return []
    if n >= _limit(state, known):
        if known.origin.party == state.party:
            raise Refused("line.own_feed", f"nothing is missing of {known.origin.text}")
        words = "entries beyond the credit that was given"
        return [*state.alarm("line.credit", known.origin, words), Dropped("line.credit", f"entry {n}")]
    if n >= known.written.size + state.terms.window:
        return [Dropped("line.window", f"entry {n}, {known.written.size} are held")]
    known.waiting[n] = content
    return runs(state, known)


def runs(state: State, known: Feed) -> list[Effect]:
    """All that is complete, in one commit; the next one when it is durable."""
    if known.origin in state.frozen or state.busy(known):
        return []
    writes: list[Write] = []
    under: list[Under] = []
    effects: list[Effect] = []
    while (run := _run(state, known, effects)) is not None:
        writes.append(run[0])
        under.append(run[1])
        known.written = run[1].head
    return [*effects, *state.commit(writes, under)] if writes else effects


def _run(state: State, known: Feed, effects: list[Effect]) -> tuple[Write, Under] | None:
    head, first = known.written, known.waiting.get(known.written.size, known.odd)
    if first is None:
        return None
    opened = checkpoint.parse(note.parse(first.checkpoint).text)
    if opened.size - head.size > state.terms.window:
        return None
    places = range(head.size, opened.size)
    missing = [n for n in places if n not in known.waiting]
    # an entry whose header cannot be read stands in the only place that is left, or nowhere
    odd = known.odd if known.odd and known.odd.checkpoint == first.checkpoint else None
    if odd is not None and not missing:
        # all places are taken: whether by the right ones, their leaves say
        odd = known.odd = None
    if not places or len(missing) != (odd is not None):
        return None
    contents = [known.waiting.get(n) or odd for n in places]
    items = [_item(each) for each in contents if each is not None]
    try:
        feed.check_consistency(head, opened, None)
        tree = feed.check_leaves(head, opened, items)
    except NotTrusted as error:
        known.odd = None
        if odd is None:
            known.waiting.clear()
            effects += state.alarm(error.code, known.origin, error.message, (first.checkpoint,))
        return None
    if odd is not None:
        words = f"entry {missing[0]} has no header that can be read; nothing after it is taken"
        effects += state.alarm("line.header", known.origin, words, (odd.checkpoint, odd.leaf), freeze=True)
        return None
    return _bodies(state, known, tree, items, first.checkpoint, effects)


def _bodies(
    state: State, known: Feed, tree: merkle.Tree, items: Sequence[Item], data: bytes, effects: list[Effect]
) -> tuple[Write, Under] | None:
    found: list[Entry] = []
    for n, item in enumerate(items, start=known.written.size):
        header = body.read(item.leaf)
        # what was held and cosigned once may come back without its body, if that is one that is ever dropped
        regained = n < state.goal.get(known.origin, 0) and header.type not in KEPT
        if item.dropped and regained:
            pass
        elif item.dropped or body.commit(item.salt, item.body) != header.body_c:
            del known.waiting[n]
            state.unopened[known.origin] = n
            state.talk.tell = True
            effects.append(Dropped("ledger.commitment", f"not the body of entry {n} of {known.origin.text}"))
            return None
        if header.at_ms < (found[-1].header.at_ms if found else known.written.at_ms):
            words = f"entry {n} is dated before the one before it"
            effects += state.alarm("line.back_dated", known.origin, words, (data, item.leaf))
        found.append(Entry(item.leaf, header, item.salt, item.body))
    if state.unopened.get(known.origin, tree.size) < tree.size:
        del state.unopened[known.origin]
    last = found[-1].header
    after = Head(known.origin, tree, last.folded, last.at_ms)
    write = Write(known.origin, known.written.size, tuple(items), data)
    return write, Under(known.origin, after, tuple(found), {tree.size: data})


def contradicts(known: Feed, opened: Opened) -> bool:
    """Whether a signed checkpoint cannot be true beside what is held."""
    found = opened.checkpoint
    if found.size > known.size:
        return False
    held = known.notes.get(found.size)
    root = checkpoint.parse(note.parse(held).text).root if held else known.root(found.size)
    return root != found.root


def contradicted(state: State, known: Feed, opened: Opened) -> list[Effect]:
    """The alarm for a checkpoint that contradicts what is held: both are the proof (LINE 12)."""
    if not contradicts(known, opened):
        return []
    data, held = note.write(opened.note), known.notes.get(opened.checkpoint.size)
    proof = (held, data) if held else (known.note or b"", data, *(each.hash for each in known.entries))
    if known.origin.party == state.party:
        words = "this party has signed two histories; go on in a new epoch"
        return state.alarm("line.forked", known.origin, words, proof, freeze=True)
    words = "the peer has signed two histories; nothing more of this feed is taken"
    return state.alarm("line.equivocation", known.origin, words, proof, freeze=True)


def unable(state: State, entry: Entry) -> list[Effect]:
    """Whether an entry that is kept has to be answered: its body is not canonical, or not known (LINE 5)."""
    return [] if body.understood(entry, state.known) else [Unable(entry)]


def check_candidate(state: State, content: Content) -> None:
    """Whether a new epoch of the peer's may be admitted. Raises: as epoch.check and body.opened."""
    entry = body.opened(content.leaf, content.salt, content.body)
    former = state.newest(state.peer, entry.header.origin.kind)
    epoch.check(entry, state.line, former.head.checkpoint)


def _aside(state: State, content: Content, origin: Origin) -> list[Effect]:
    """What is not taken: a CHECK is shown all the same, a new epoch waits for an officer."""
    if origin.party != state.peer:
        raise Refused("line.own_feed", f"nothing is missing of {origin.text}")
    entry = body.opened(content.leaf, content.salt, content.body)
    if entry.header.type == CHECK and entry.header.origin == origin:
        return _shown(state, entry)
    former = state.newest(state.peer, origin.kind)
    if origin.epoch == former.origin.epoch + 1 and entry.header.n == 0 and _trusted(state, content):
        check_candidate(state, content)
        state.candidates[origin] = content
        words = "the peer lost the end of its feed, and asks for a new epoch to be admitted"
        return state.alarm("line.new_epoch", origin, words, (content.checkpoint, content.leaf, content.body))
    if origin in state.frozen:
        raise Refused("line.frozen", f"nothing more is taken of {origin.text}")
    if origin not in state.feeds:
        raise Refused("line.epoch_unknown", f"not admitted: {origin.text}")
    raise Refused("line.session", "sent before the peer has answered this start, or in one that is over")


def _shown(state: State, entry: Entry) -> list[Effect]:
    """A CHECK that was not shown in this start and is not held: a recording may be played at any time."""
    known, n = state.feeds.get(entry.header.origin), entry.header.n
    if known is not None and n < known.size and known.entries[n].leaf == entry.leaf:
        return []
    if entry.hash in state.shown:
        return []
    now, most = state.now.boot_ms, state.terms.floor
    if sum(at_ms > now - MINUTE_MS for at_ms in state.shown.values()) >= most:
        return [Dropped("line.credit", f"more than {most} CHECKs a minute that are not kept")]
    state.shown[entry.hash] = now
    if len(state.shown) > SHOWN:
        del state.shown[next(iter(state.shown))]
    return [Shown(entry)]


def _trusted(state: State, content: Content) -> bool:
    return state.terms.one_way or (content.session == state.talk.trusted and content.session != b"")


def _limit(state: State, known: Feed) -> int:
    """Up to where entries are taken: what was held once, and the credit; urgent always some way on."""
    goal = state.goal.get(known.origin, 0)
    if known.origin.party == state.party:
        return goal
    if known.origin.kind == "urgent":
        return max(goal, known.size + state.terms.credit_urgent)
    return max(goal, state.given.get(known.origin, state.terms.credit_main))


def _item(content: Content) -> Item:
    return Item(content.leaf, content.salt, content.body)
