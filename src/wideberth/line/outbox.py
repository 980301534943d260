"""What is sent, and sent again: at most a window beyond what the peer has, urgent first (LINE 7, 8)."""

from __future__ import annotations

from collections.abc import Mapping

from wideberth.ledger.ids import KINDS, Kind, Origin
from wideberth.ledger.seal import Content
from wideberth.line.messages import Send
from wideberth.line.state import Outbox, State


def flush(state: State) -> list[Send]:
    """What may be sent now. A peer that does not know this start yet would take nothing."""
    if not (state.talk.trusted or state.terms.one_way or state.stage == "waived"):
        return []
    sends = []
    for feed in (*state.of(state.party), *state.of(state.peer)):
        if (box := state.outbox.get(feed.origin)) is None:
            continue
        upto = min(feed.size, box.acked + state.terms.window)
        if box.acked == box.sent < upto:
            box.due_ms = state.now.boot_ms + box.wait_ms
        sends += [Send(feed.content(n, state.talk.session), feed.origin.kind) for n in range(box.sent, upto)]
        box.sent = max(box.sent, upto)
    return sorted(sends, key=lambda send: send.slot == "main")


def unconfirmed(state: State) -> list[Content]:
    """All that the peer has not confirmed, urgent first; nothing where it cannot know this start."""
    if state.talk.echo is None and not (state.terms.one_way or state.stage == "waived"):
        return []
    boxes = sorted(state.outbox.items(), key=lambda each: KINDS.index(each[0].kind))
    feeds = [(state.feeds[origin], box.acked) for origin, box in boxes]
    return [feed.content(n, state.talk.session) for feed, acked in feeds for n in range(acked, feed.size)]


def again(state: State) -> None:
    """What has been on its way for too long goes again, ever more slowly."""
    for box in state.outbox.values():
        if box.acked < box.sent and box.due_ms <= state.now.boot_ms:
            box.sent = box.acked
            box.wait_ms = min(2 * box.wait_ms, state.terms.retry_most_ms)


def unsent(state: State, slot: Kind) -> None:
    """What a transport lost is to be sent as if it had never been taken."""
    for origin, box in state.outbox.items():
        if origin.kind == slot:
            box.sent, box.wait_ms = box.acked, state.terms.retry_ms


def acked(state: State, origin: Origin, size: int) -> None:
    """The peer holds so much of an own feed: less than before where it has lost some."""
    box = state.outbox[origin]
    if size == box.acked:
        return
    box.sent = size if size < box.acked else max(box.sent, size)
    box.acked = size
    box.wait_ms = state.terms.retry_ms
    box.due_ms = state.now.boot_ms + box.wait_ms
    box.signed = {n: boot_ms for n, boot_ms in box.signed.items() if n >= size}


def wanted(state: State, want: Mapping[Origin, int]) -> None:
    """From which entries on the peer wants feeds again: its own as long as it asks, ours once in a while."""
    now, retry = state.now.boot_ms, state.terms.retry_ms
    for feed in state.of(state.peer):
        start, box = want.get(feed.origin), state.outbox.get(feed.origin)
        if start is None:
            state.outbox.pop(feed.origin, None)
        elif box is None or box.acked != start:
            state.outbox[feed.origin] = Outbox(start, start, wait_ms=retry)
    for feed in state.of(state.party):
        start, box = want.get(feed.origin), state.outbox[feed.origin]
        if start is not None and box.acked <= start < box.sent and now >= box.asked_ms + retry:
            box.sent, box.asked_ms = start, now
