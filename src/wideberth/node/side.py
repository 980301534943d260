"""What goes beside the feeds of one line: large things in pieces (line/side.py), out and in.

Nothing of it is committed: it is gone with a start of either node, and what a transport loses is sent again
by whoever wanted it sent, under the same id. Pieces that are known already are nothing.

It does not go through `step`: that changes what the journal shows, and only after a commit; here is neither.
So a peer that sends nonsense in pieces can fill a bounded memory of its own line, and nothing else.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct, field

from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.ledger.ids import Origin
from wideberth.ledger.seal import Content
from wideberth.line import say as saying
from wideberth.line import side, signer
from wideberth.line.messages import Dropped
from wideberth.line.side import Piece, Whole
from wideberth.line.state import Seeds, State

ROOM = side.WHOLE
"""Bytes, in either direction: one of the largest."""
BEGUN = 16
"""So many wholes of which not all pieces are here."""
KNOWN = 256
"""Wholes that are remembered, so that each is given once."""
TAKEN = 20
"""Pieces that a transport may have taken and not passed on: what one body carries, and some more."""
IDLE_MS = 10 * 60_000
"""After so long without a piece of it, out or in, a whole is given up: its sender has given up before."""

Key = tuple[str, bytes]


def beside(content: Content) -> bool:
    """Whether a message is for `Sides`: a status has no body, and an entry a leaf, whatever else it has."""
    return bool(content.body) and not content.leaf


class Arrived(Struct, frozen=True):
    """Something that is whole, signed by the peer piece by piece, with the SHA-256 that it said."""

    subject: str
    id: bytes
    data: bytes


class _Going(Struct):
    """To be sent: `left` more pieces, the next of which is `at`; at `moved_ms` (boot clock) the last went."""

    subject: str
    id: bytes
    data: bytes
    moved_ms: int
    left: int
    at: int = 0
    said: Whole | None = None


class _Coming(Struct):
    """Pieces of a whole by their number; at `moved_ms` (boot clock) the last new one came."""

    whole: Whole
    moved_ms: int = 0
    pieces: dict[int, bytes] = field(default_factory=dict)
    held: int = 0


class Sides:
    """The wholes of one line, in this start.

    Attributes:
        subjects: what somebody here waits for; nothing else is held.
        room: the most bytes that wait to be sent, and the most of wholes that are not whole yet.
    """

    def __init__(self, seeds: Seeds) -> None:
        self.subjects: Collection[str] = ()
        self.room = ROOM
        self._seeds = seeds
        self.begin()

    def begin(self) -> None:
        """The line begins, or begins again: nothing of before is left."""
        self._going: dict[Key, _Going] = {}
        self._taken: deque[Content] = deque(maxlen=TAKEN)
        self._again: deque[Content] = deque()
        self._aim: tuple[bytes | None, Origin] | None = None
        self._coming: OrderedDict[Key, _Coming] = OrderedDict()
        self._known: OrderedDict[Key, None] = OrderedDict()
        self._from: bytes = b""

    def send(self, state: State, subject: str, number: bytes, data: bytes) -> None:
        """Send `data` in pieces, behind all entries; said once more, all its pieces go once more.

        Nothing of it is kept: whoever misses an answer says it again, under the same number.

        Args:
            state: the line.
            subject: which part of the peer's node it is for.
            number: 16 random bytes, of this data only.
            data: 1 byte to 64 MiB.

        Raises: Invalid (`line.side`), Refused (`line.side_full`): too much waits; nothing changes.
        """
        said = side.whole(state.newest(state.party, "main").origin, state.talk.session, subject, number, data)
        known = self._going.get((subject, number))
        if known is not None:
            if known.data != data:
                raise Invalid("line.side", "id", subject, "an id that nothing else is sent under")
            known.left = said.parts
            return
        if sum(len(each.data) for each in self._going.values()) + len(data) > self.room:
            raise Refused("line.side_full", f"accepted: at most {self.room:,} bytes that wait on a line")
        going = _Going(subject, number, data, state.now.boot_ms, said.parts)
        self._going[subject, number] = going

    def waits(self, state: State) -> bool:
        """Whether a piece may be sent now: the peer has answered this start, which may sign."""
        if not (self._going or self._again) or state.talk.trusted is None:
            return False
        return saying.closed(state, "main") in (None, "credit")

    def next(self, state: State, seal: Callable[[Content, State], bytes]) -> bytes | None:
        """The next piece, made only now and sealed; None where none may be sent. Raises: as `seal`."""
        if not self.waits(state):
            return None
        self._turn(state)
        if not (self._going or self._again):
            return None
        if self._again:
            content = self._again[0]
            sealed = seal(content, state)
            self._again.popleft()
        else:
            going = next(iter(self._going.values()))
            content, parts = self._piece(state, going)
            sealed = seal(content, state)
            going.at, going.left = (going.at + 1) % parts, going.left - 1
            going.moved_ms = state.now.boot_ms
            if not going.left:
                del self._going[going.subject, going.id]
        self._taken.append(content)
        return sealed

    def unsent(self) -> None:
        """The pieces that were taken last may not have arrived: they go again."""
        self._again.extend(self._taken)
        self._taken.clear()

    def take(self, state: State, contents: Iterable[Content]) -> Iterator[Arrived | Dropped]:
        """Messages that are `beside`, opened: what is whole now, and what was not taken."""
        for content in contents:
            try:
                found = self._taken_in(state, content)
            except WideberthError as error:
                yield Dropped(error.code, error.message)
                continue
            if found is not None:
                yield found
            yield from self._bounded()

    def tick(self, state: State) -> Iterator[Dropped]:
        """Time has passed: what nobody waits for any more is given up, and told."""
        before_ms = state.now.boot_ms - IDLE_MS
        held: tuple[dict[Key, _Going] | dict[Key, _Coming], ...] = (self._going, self._coming)
        for some in held:
            for key in [key for key, each in some.items() if each.moved_ms < before_ms]:
                del some[key]
                yield Dropped("line.side_late", f"given up: no piece of it moved for long: {key[0]}")

    def _turn(self, state: State) -> None:
        """To a new start of the peer's, which holds no piece, or as another feed of ours: all begin again."""
        aim = state.talk.trusted, state.newest(state.party, "main").origin
        if aim == self._aim:
            return
        self._aim = aim
        self._taken.clear()
        self._again.clear()
        for each in self._going.values():
            each.said, each.at, each.left = None, 0, side.parts(len(each.data))

    def _piece(self, state: State, going: _Going) -> tuple[Content, int]:
        """The next piece of a whole, and how many it has."""
        sender = state.newest(state.party, "main").origin
        said = going.said or side.whole(sender, state.talk.session, going.subject, going.id, going.data)
        going.said = said
        return side.write(said, going.at, going.data, *signer.status(state, self._seeds, sender)), said.parts

    def _taken_in(self, state: State, content: Content) -> Arrived | None:
        """What is whole with this piece. Raises: Invalid, NotTrusted, Refused: it is not taken."""
        if not content.session or content.session != state.talk.trusted:
            raise Refused(
                "line.session", "sent before the peer has answered this start, or in one that is over"
            )
        theirs = state.newest(state.peer, "main")
        if theirs.origin in state.frozen:
            raise Refused("line.frozen", f"nothing more is taken of {theirs.origin.text}")
        if content.session != self._from:
            self._from = content.session
            self._coming.clear()
            self._known.clear()
        piece = side.read(content, theirs.origin, theirs.size, state.papers[state.peer])
        if piece.whole.subject not in self.subjects:
            raise Refused("line.side_subject", f"nobody here waits for it: {piece.whole.subject}")
        return self._put(state, piece)

    def _put(self, state: State, piece: Piece) -> Arrived | None:
        said = piece.whole
        key = said.subject, said.id
        if key in self._known:
            return None
        coming = self._coming.setdefault(key, _Coming(said))
        if coming.whole != said:
            raise Refused("line.side_mixed", f"a piece of another whole than those before it: {said.subject}")
        self._coming.move_to_end(key)
        if piece.part not in coming.pieces:
            coming.moved_ms = state.now.boot_ms
            coming.pieces[piece.part] = piece.data
            coming.held += len(piece.data)
        if len(coming.pieces) < said.parts:
            return None
        del self._coming[key]
        data = side.join(said, coming.pieces)
        self._known[key] = None
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)
        return Arrived(said.subject, said.id, data)

    def _bounded(self) -> Iterator[Dropped]:
        while len(self._coming) > BEGUN or sum(each.held for each in self._coming.values()) > self.room:
            (subject, _), _ = self._coming.popitem(last=False)
            yield Dropped("line.side_full", f"given up for others of the same peer: {subject}")
