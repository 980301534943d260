"""What the entries of a line come to, worked out again from the same set in another order."""

from __future__ import annotations

import random

from wideberth.ledger import order
from wideberth.line.messages import Order
from wideberth.node.fold import Fold
from wideberth.node.open_line import OpenLine


def shuffled(line: OpenLine, seed: float = 7) -> Fold:
    """The fold from all that is held, in whatever order it comes: one entry after another."""
    entries = [entry for feed in line.state.feeds.values() for entry in feed.entries]
    random.Random(seed).shuffle(entries)
    placing = order.Order(line.state.line)
    found = Fold(line.state.line, dict(line.talk.about.papers))
    for each in entries:
        kept = placing.add([each])
        found.take(Order(kept, tuple(placing.placed[kept:])))
    return found
