"""What the messages of a line are sealed to, and what opens those that come (LINE 4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from wideberth.errors import NotTrusted, Refused
from wideberth.ledger import seal
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin
from wideberth.ledger.seal import Content, Prekey
from wideberth.line.state import State
from wideberth.line.status import PrekeyId
from wideberth.node import prekeys
from wideberth.node.keys import Keys
from wideberth.node.prekeys import Prekeys


class Envelopes:
    """The keys of both ends of one line.

    `doubted`: the peer may have forgotten what it was told, for it seals to a key that is not here.
    """

    def __init__(self, own: Keys, made: Prekeys, wall_ms: Callable[[], int]) -> None:
        """`made`: the own prekeys of this line."""
        self.made, self.doubted = made, False
        self._certified = own.seals[-1].public
        self._by_id = {each.public.id: seal.read(each.suite, each.seed) for each in own.seals}
        self._wall_ms = wall_ms
        self._own: dict[bytes, tuple[Origin, int]] = {}
        self._theirs: dict[bytes, tuple[Prekey, int]] = {}

    def begin(self) -> None:
        """The line starts: its entries are taken again."""
        self._own, self._theirs = {}, {}

    def take(self, entry: Entry, party: str) -> None:
        """An entry of a main feed, which may say a prekey; `party` is this one."""
        found = prekeys.read(entry)
        if found is None:
            return
        if entry.header.origin.party == party:
            self._own[found.id] = entry.header.origin, entry.header.n
        else:
            self._theirs[found.id] = found, entry.header.at_ms

    def said(self, prekey: Prekey) -> bool:
        """Whether an own prekey was said on the line."""
        return prekey.id in self._own

    def told(self, state: State) -> PrekeyId:
        """What the peer is told to seal to: the newest that it knows, else the certified key."""
        for each in reversed(self.made.made):
            public = each.private.public
            origin, n = self._own.get(public.id, (None, 0))
            if origin is not None and state.receipts.get(origin, 0) > n:
                return PrekeyId(public.suite, public.id)
        return PrekeyId(self._certified.suite, self._certified.id)

    def opened(self, sealed: bytes, state: State) -> Content:
        """A message that came. Raises: NotTrusted (`ledger.prekey`), and as seal.outer and seal.unseal."""
        to = seal.outer(sealed).prekey
        key = self.made.by_id.get(to) or self._by_id.get(to)
        if key is None:
            raise NotTrusted("ledger.prekey", f"sealed to a key that is not here: {to.hex()}")
        return seal.unseal(sealed, key, state.line.id, state.party)

    def sealed(self, content: Content, state: State) -> bytes:
        """A message to the peer. Raises: Refused (`line.no_seal_key`)."""
        tag = secrets.token_bytes(seal.TAG)
        return seal.seal(content, self._to(content, state), tag, state.line.id, state.peer)

    def _to(self, content: Content, state: State) -> Prekey:
        """What to seal to: the key that the peer says, else its certified one, which it always has.

        What makes a status go to the certified key can be brought about by whoever repeats an old message;
        an entry, or a piece of something large, does not follow it.
        """
        told = state.peer_prekey
        if (
            told is not None
            and told.id in self._theirs
            and (content.leaf or content.body or not self.doubted)
        ):
            daily, at_ms = self._theirs[told.id]
            if self._wall_ms() - at_ms < self.made.keep_ms:
                return daily
        certified = prekeys.certified(state)
        if not certified:
            raise Refused("line.no_seal_key", f"no valid seal key of {state.peer} is certified")
        return next((each for each in certified if told and each.id == told.id), certified[-1])
