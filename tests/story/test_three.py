"""Three parties, three lines, one text: in force on each line by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path

import pytest

from tests.desk import agreed
from tests.story import whole
from tests.story.whole import Place, Time, deliver
from wideberth.formats import agreement, agreement_draft
from wideberth.model.agreement import Party
from wideberth.node.node import Node

NAMES = ("north", "south", "west")


class Three:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.time = Time()
        self.places = {name: whole.make(folder, name) for name in NAMES}
        self.nodes: dict[str, Node] = {
            name: stack.enter_context(place.open(self.time)) for name, place in self.places.items()
        }
        self.lines: dict[tuple[str, str], str] = {}
        for pair in combinations(NAMES, 2):
            one, other = (self.places[name] for name in pair)
            self.lines[pair] = whole.met(one, other).line.id
            self.nodes[pair[0]].take_up(whole.paired(one, other), one.private)
            self.nodes[pair[1]].take_up(whole.paired(other, one), other.private)
        self.settle()

    def settle(self) -> None:
        for _ in range(3):
            for (one, other), line in self.lines.items():
                deliver(line, self.nodes[one], self.nodes[other])
            self.time.pass_ms(61_000)
            for node in self.nodes.values():
                node.tick()

    def sign(self, pair: tuple[str, str], data: bytes) -> None:
        sha256 = agreement.read(data).hash
        for name in pair:
            made = whole.signatures(self.places[name], data, agreed.NUMBER)
            self.nodes[name].agreed.sign(self.lines[pair], sha256, made)
        self.settle()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with ExitStack() as stack:
        yield Three(tmp_path, stack)


def text(places: dict[str, Place]) -> bytes:
    return agreement_draft.draft(agreed.NUMBER, "Three", [Party(p.party, p.name) for p in places.values()])


def test_terms_of_three_are_in_force_on_each_line_by_itself(three: Three) -> None:
    data = text(three.places)
    for pair, line in three.lines.items():
        three.nodes[pair[0]].agreed.propose(line, data)
    three.settle()
    first, second, third = three.lines
    three.sign(first, data)
    north = three.nodes["north"]
    [version] = north.agreed.of(three.lines[first]).versions
    assert version.in_force
    assert version.elsewhere == "NOT IN FORCE with west: not signed by both"
    # north's line to the third says nothing of it yet
    assert north.line(three.lines[second]).agreement is None
    three.sign(second, data)
    [version] = north.agreed.of(three.lines[first]).versions
    assert version.elsewhere is None
    # between the other two it is not, whatever they have signed with north
    assert three.nodes["south"].line(three.lines[third]).agreement is None
    three.sign(third, data)
    sha256 = agreement.read(data).hash.hex()
    for node in three.nodes.values():
        assert {view.agreement for view in node.lines()} == {sha256}


def test_a_suspension_on_one_line_leaves_the_others(three: Three) -> None:
    data = text(three.places)
    for pair, line in three.lines.items():
        three.nodes[pair[0]].agreed.propose(line, data)
    three.settle()
    for pair in three.lines:
        three.sign(pair, data)
    north = three.nodes["north"]
    north.agreed.suspend(three.lines["north", "south"], agreed.NUMBER)
    three.settle()
    south = three.nodes["south"]
    assert south.line(three.lines["north", "south"]).suspended_by == (three.places["north"].party,)
    assert south.line(three.lines["south", "west"]).suspended_by == ()
    assert north.line(three.lines["north", "west"]).suspended_by == ()


def test_nothing_of_one_line_is_on_another(three: Three) -> None:
    north = three.nodes["north"]
    north.say(three.lines["north", "south"], "main", "test.said", 1, {"said": "for the south only"})
    three.settle()
    said = {}
    for name, node in three.nodes.items():
        said[name] = [some for view in node.lines() if (some := whole.words(node, view.line))]
    assert said["west"] == []
    assert said["south"] == said["north"] == [['{"said":"for the south only"}']]
