"""What must hold at the end of the story, however it went."""

from __future__ import annotations

import json
from collections import Counter

from tests.faults import story, story_desk
from tests.faults.story import SAID, WORDS, Pair
from tests.story.folds import shuffled
from tests.story.whole import leaves
from wideberth.line.messages import CHECK
from wideberth.node.node import Node


def judge(pair: Pair, nodes: tuple[Node, Node]) -> None:
    """Both hold the same, all that was said once, and nothing was ever wrong. Raises: AssertionError."""
    folds = []
    for node in nodes:
        view = node.line(pair.line)
        assert view.alarms == (), view.alarms
        assert view.not_told == 0
        assert not any(each.frozen for each in view.feeds)
        line = node._open[pair.line]
        placed = line.state.order.placed
        assert len(placed) == sum(each.entries for each in view.feeds), "all that is held is placed"
        said = [_said(each.entry.body) for each in placed if each.entry.header.type in (SAID, CHECK)]
        assert Counter(said) == WORDS
        folds += [line.fold, shuffled(line)]
        assert list(node.agreed.of(pair.line).phases.values()) == ["suspended"]
    one, other = nodes
    story_desk.judge(nodes)
    assert story.sizes(one, pair.line) == story.sizes(other, pair.line)
    assert leaves(one, pair.line) == leaves(other, pair.line)
    for each in folds[1:]:
        assert each.state == folds[0].state
        assert each.standing == folds[0].standing


def _said(body: bytes | None) -> str:
    return str(json.loads(body or b"{}")["said"])
