"""A line as it was: what its entries come to, and nothing that is said, sent or kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import NoReturn

from wideberth.ledger import ids, seal
from wideberth.line import step
from wideberth.line.messages import Order, Started
from wideberth.line.terms import Terms
from wideberth.node import journaled
from wideberth.node.chores import Chores
from wideberth.node.private import Private
from wideberth.node.talk import Talk
from wideberth.store.early import refused


class Quiet(Talk):
    """As Talk, over a journal that takes nothing. What would be said is Refused (`node.as_of`)."""

    def start(self, private: Private, *_: object, **__: object) -> None:
        """Read what the journal holds. Raises: as Journal.read."""
        self._private = private
        self._queues = {kind: OrderedDict() for kind in ids.KINDS}
        held = journaled.feeds(private.journal, self.about.line.id)
        self._papers.take_good(private.papers)
        self._papers.take_good(journaled.notes(held))
        before = self.state
        state = step.new(before.line, before.party, self._papers.all(), before.known, before.terms)
        frozen = private.frozen(self.about.line.id)
        begun = Started(self._now(), bytes(seal.SESSION), held, frozen, restored=False)
        self.state, effects = step.step(state, begun, self._keys.seeds)
        # nothing is owed where nothing may be said: what is compared is shown all the same
        self.state.credit = dict.fromkeys(self.state.credit, 0)
        self.chores = Chores(self.about.checks)
        self.chores.begin(self.state, private.moves)
        for each in effects:
            if isinstance(each, Order):
                self.chores.hear(each)
                self._heard(each)

    def go_by(self, terms: Terms, *_: object, **__: object) -> None:
        """The numbers of the line; no key is kept by them."""
        self.state.terms = terms

    def do(self, *_: object, **__: object) -> NoReturn:
        """Raises: Refused (`node.as_of`)."""
        raise refused()

    def _carry(self, *_: object, **__: object) -> NoReturn:
        raise refused()
