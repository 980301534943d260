"""Statuses, out and in: what the peer holds, wants and allows, and whether it is still the one it was.

A status says in which start of its node it was written, and which start of the reader's it answers. So that
an old one, replayed to a node that was just started, opens nothing.
"""

from __future__ import annotations

from wideberth.errors import NotTrusted, Refused, Stale
from wideberth.ledger import certificate, checkpoint, ids, note
from wideberth.ledger.checkpoint import Opened
from wideberth.ledger.ids import Origin
from wideberth.ledger.seal import Content
from wideberth.line import outbox, restore, signer, status, take
from wideberth.line.messages import Effect, Send, Write
from wideberth.line.say import lost, open_own
from wideberth.line.state import Feed, Seeds, State, Under
from wideberth.line.status import Status

STARTS = 1_000
"""Of the peer that are remembered: to listen to one that is forgotten costs one exchange."""
AGAIN, AGAIN_MS = 10, 60 * 60_000
"""A peer that comes back with less than it had is told of each time, at most so often in so long."""


def tell(state: State, seeds: Seeds) -> Send:
    """Where this party stands."""
    talk, missing = state.talk, state.missing()
    at_ms = state.clock.time_ms(state.now)
    talk.counter = min(max(talk.counter + 1, at_ms), status.COUNT)
    talk.told_ms, talk.tell = state.now.boot_ms, False
    for feed in state.of(state.peer):
        sizes = state.given.get(feed.origin, 0), feed.size + state.terms.credit(feed.origin.kind)
        state.given[feed.origin] = max(sizes)
    said = Status(
        line=state.line.id,
        sender=state.newest(state.party, "main").origin,
        session=talk.session,
        counter=talk.counter,
        echo=talk.echo,
        heard=talk.heard,
        at_ms=at_ms,
        heads={feed.origin: data for feed in state.of(state.party) if (data := _head(state, feed))},
        receipts={feed.origin: data for feed in state.of(state.peer) if (data := _receipt(state, feed))},
        credit=dict(state.given),
        want=missing | state.unopened,
        prekey=state.prekey,
        restored=True if missing else state.restored,
    )
    signed = status.write(said, *signer.status(state, seeds, said.sender))
    return Send(Content(b"", b"", b"", signed, talk.session), "urgent")


def hear(state: State, content: Content, seeds: Seeds) -> list[Effect]:
    """A status of the peer's. Raises: Invalid, NotTrusted, Refused, Stale: nothing of it counts."""
    talk = state.talk
    sizes = {feed.origin: feed.size for feed in state.of(state.peer)}
    said = status.read(content.checkpoint, state.line, state.peer, state.papers[state.peer], sizes)
    if not _counts(state, said):
        raise Stale("line.old_status", talk.heard, f"status {said.counter}; {talk.heard} was heard")
    heads = {origin: _read(state, origin, data, state.peer) for origin, data in said.heads.items()}
    receipts = {origin: _own(state, origin, data) for origin, data in said.receipts.items()}
    _greet(state, said)
    effects: list[Effect] = []
    if state.terms.one_way or talk.trusted == said.session:
        for opened in (*heads.values(), *receipts.values()):
            effects += _compare(state, opened)
    else:
        # a start that is over may have lost what it shows, and have said something else since
        heads, receipts = _fitting(state, heads), _fitting(state, receipts)
    for origin, opened in heads.items():
        if opened.checkpoint.size > _size(state, origin) and _cosignatures(state, opened):
            _lost(state, origin, opened)
    for origin, opened in receipts.items():
        if opened.checkpoint.size > _size(state, origin):
            _lost(state, origin, opened)
    effects += _delivered(state, receipts)
    if talk.answered:
        effects += _rolled_back(state, said, receipts, content.checkpoint)
        if restore.shown(state):
            effects += stage_changed(state, seeds)
    for origin, size in said.credit.items():
        if origin in state.credit:
            state.credit[origin] = max(size, state.credit[origin])
    outbox.wanted(state, said.want)
    state.peer_prekey = said.prekey
    return effects


def settled(state: State) -> None:
    """A new start of the peer's is answered when nothing from an earlier one is being committed any more."""
    talk = state.talk
    if talk.echo != talk.hello and all(feed.written.size == feed.size for feed in state.of(state.peer)):
        talk.echo, talk.tell = talk.hello, True


def stage_changed(state: State, seeds: Seeds) -> list[Effect]:
    """What this party could not sign it may sign now, or the other way round: it tells."""
    state.talk.tell = True
    for feed in state.of(state.peer):
        cosign(state, feed, seeds)
    return lost(state) if state.stage == "whole" else []


def cosign(state: State, feed: Feed, seeds: Seeds) -> None:
    """The receipt for all that is durable of a feed of the peer's; none where this party may not sign."""
    if not state.signing or feed.note is None:
        return
    name, time_s = ids.cosigner(state.party), state.clock.time_ms(state.now) // 1000
    seed = signer.cosign(state, seeds, feed.origin, feed.size - 1)
    made = note.cosign(note.parse(feed.note), name, seed, time_s)
    state.cosigned[feed.origin] = note.write(made)


def _head(state: State, mine: Feed) -> bytes | None:
    """The newest checkpoint that the peer has cosigned; where it has cosigned none, the newest."""
    return mine.notes.get(state.receipts.get(mine.origin, 0), mine.note)


def _receipt(state: State, theirs: Feed) -> bytes | None:
    """The newest checkpoint that I hold all of, cosigned where that was allowed."""
    cosigned = state.cosigned.get(theirs.origin)
    newest = cosigned is not None and checkpoint.parse(note.parse(cosigned).text).size == theirs.size
    return cosigned if newest else theirs.note


def _counts(state: State, said: Status) -> bool:
    """Whether a status is the newest of its start, and that start may be the peer's last. No clock decides.

    To listen to one that is over does no harm but that it takes another exchange: nothing is taken from it.
    """
    talk = state.talk
    known = said.session == talk.hello or talk.trusted is None
    newest = said.counter > talk.met.get(said.session, -1)
    return newest and (known or said.session not in talk.met or _fresh(state, said))


def _fresh(state: State, said: Status) -> bool:
    """Whether it was written after this party turned to the start that it listens to now."""
    return said.echo == state.talk.session and said.heard >= state.talk.turned


def _greet(state: State, said: Status) -> None:
    talk = state.talk
    fresh = _fresh(state, said)
    if said.session != talk.hello:
        talk.hello, talk.trusted, talk.turned = said.session, None, talk.counter + 1
        for feed in state.of(state.peer):
            feed.forget()
        state.candidates.clear()
        talk.rearmed = [ms for ms in talk.rearmed if ms > state.now.boot_ms - AGAIN_MS]
        if len(talk.rearmed) < AGAIN:
            talk.rearmed.append(state.now.boot_ms)
            state.alarmed = {mark for mark in state.alarmed if mark[0] != "line.rolled_back"}
    talk.met.pop(said.session, None)
    talk.heard = talk.met[said.session] = said.counter
    if len(talk.met) > STARTS:
        del talk.met[next(iter(talk.met))]
    talk.heard_ms = state.now.boot_ms
    talk.answered = said.echo == talk.session
    # who listens to another start than this one has to hear of this one
    talk.tell |= state.may_repeat and not talk.answered
    if fresh and talk.trusted is None:
        talk.trusted, talk.tell = said.session, True
    settled(state)


def _read(state: State, origin: Origin, data: bytes, party: str) -> Opened:
    if (origin.line, origin.party) != (state.line.id, party):
        raise Refused("line.misplaced", f"{origin.text} is no feed of {party} on this line")
    return certificate.read_checkpoint(data, origin, state.papers[party])


def _own(state: State, origin: Origin, data: bytes) -> Opened:
    """A checkpoint of an own feed that the peer shows.

    Its key may have been revoked from before there on since: then it counts if it is of the tree that is held
    here, which its signature adds nothing to.
    """
    try:
        return _read(state, origin, data, state.party)
    except NotTrusted as error:
        if error.code != "ledger.key_not_valid" or (mine := state.feeds.get(origin)) is None:
            raise
        names = certificate.certified("log", origin, state.papers[state.party])
        found = checkpoint.read(data, origin.text, names)
        size = found.checkpoint.size
        if size > mine.size or mine.root(size) != found.checkpoint.root:
            raise
        return found


def _compare(state: State, opened: Opened) -> list[Effect]:
    known = state.feeds.get(ids.origin(opened.checkpoint.origin))
    return [] if known is None or known.origin in state.frozen else take.contradicted(state, known, opened)


def _fitting(state: State, shown: dict[Origin, Opened]) -> dict[Origin, Opened]:
    """Those that contradict nothing that is held."""
    return {
        origin: opened
        for origin, opened in shown.items()
        if (known := state.feeds.get(origin)) is None or not take.contradicts(known, opened)
    }


def _size(state: State, origin: Origin) -> int:
    known = state.feeds.get(origin)
    return known.written.size if known else 0


def _lost(state: State, origin: Origin, opened: Opened) -> None:
    """My signature is on more than I hold: I have lost it. The same for a whole epoch."""
    if origin.party == state.party:
        open_own(state, origin)
    else:
        state.open(origin)
    state.goal[origin] = max(state.goal.get(origin, 0), opened.checkpoint.size)


def _cosignatures(state: State, opened: Opened) -> list[note.Signature]:
    """The lines below a checkpoint with which the party that receives the feed cosigned it."""
    origin, size = ids.origin(opened.checkpoint.origin), opened.checkpoint.size
    other = state.peer if origin.party == state.party else state.party
    known = certificate.cosigners(origin, max(size - 1, 0), other, state.papers[other])
    try:
        good = {(each.verifier.name, each.verifier.key_id) for each in note.verify(opened.note, known)}
    except NotTrusted:
        return []
    return [each for each in opened.note.signatures if (each.name, each.key_id) in good]


def _delivered(state: State, receipts: dict[Origin, Opened]) -> list[Effect]:
    """Receipts that are new, to be kept; they count when they are durable."""
    writes, under = [], []
    on_the_way = {(each.origin, each.receipt) for some in state.under.values() for each in some}
    for origin, opened in receipts.items():
        mine, size = state.feeds[origin], opened.checkpoint.size
        held = mine.notes.get(size)
        known = size <= state.receipts.get(origin, 0) or (origin, size) in on_the_way
        if origin in state.frozen or held is None or known:
            continue
        if lines := _cosignatures(state, opened):
            before = note.parse(held)
            merged = note.write(before._replace(signatures=(*before.signatures, *lines)))
            writes.append(Write(origin, mine.written.size, (), merged))
            under.append(Under(origin, mine.written, (), {size: merged}, size))
    return state.commit(writes, under) if writes else []


def _rolled_back(state: State, said: Status, receipts: dict[Origin, Opened], data: bytes) -> list[Effect]:
    """What the peer had cosigned and does not hold any more is sent again, and told (LINE 15)."""
    effects: list[Effect] = []
    for mine in state.of(state.party):
        origin, cosigned = mine.origin, state.receipts.get(mine.origin, 0)
        shown = receipts[origin].checkpoint.size if origin in receipts else 0
        if shown <= cosigned:
            before = state.outbox[origin].acked
            outbox.acked(state, origin, shown)
            if shown >= before:
                continue
            words = f"the peer has cosigned {cosigned} entries and holds {shown}: it was rolled back"
            effects += state.alarm("line.rolled_back", origin, words, (mine.notes[cosigned], data))
    for origin in said.want:
        if origin.party == state.peer and origin in state.feeds:
            words = "the peer asks for the end of its own feed: it was rolled back"
            effects += state.alarm("line.rolled_back", origin, words, (data,))
    return effects
