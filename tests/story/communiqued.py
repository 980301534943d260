"""What the stories of communiqués do at two or more whole nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.story import whole
from tests.story.whole import Place, Time, Two
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.model.communique import Text
from wideberth.node.communique_views import CommuniqueVersionView, CommuniqueView
from wideberth.node.communiques import Communiques
from wideberth.node.node import Node

TEXTS = (
    Text("en", "Hours were agreed", "Both parties keep apart.\n\nThey will meet again."),
    Text("he", "הוסכמו שעות", "שני הצדדים שומרים מרחק."),
)
OTHERWISE = (Text("en", "Hours were discussed", "Both parties keep apart."),)


def room(node: Node) -> Communiques:
    return node.room.communiques


def signed(place: Place, sha256: str, keys: Sequence[int] = (0, 1)) -> list[bytes]:
    """Officers' signatures over a version."""
    subject = Subject("release", bytes.fromhex(sha256))
    return [approval.write(approval.sign(subject, place.officer(n))) for n in keys]


def sign(node: Node, place: Place, view: CommuniqueView) -> CommuniqueView:
    """Two officers sign the newest version."""
    sha256 = view.versions[0].sha256
    return room(node).sign(view.communique, bytes.fromhex(sha256), signed(place, sha256))


def newest(node: Node, view: CommuniqueView) -> CommuniqueVersionView:
    return room(node).one(view.communique).versions[0]


def joint(found: Two, texts: Sequence[Text] = TEXTS) -> CommuniqueView:
    """A draft of both."""
    view = room(found.one).draft([found.other.party], texts, replies=True)
    whole.settle(found)
    return view


def sign_both(found: Two, view: CommuniqueView) -> None:
    for node, place in zip((found.one, found.other), found.places, strict=True):
        sign(node, place, room(node).one(view.communique))
        whole.settle(found)


class Many(NamedTuple):
    """Several nodes, and the lines between them."""

    nodes: tuple[Node, ...]
    places: tuple[Place, ...]
    lines: dict[tuple[int, int], str]
    time: Time

    def settle(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for (one, other), line in self.lines.items():
                whole.deliver(line, self.nodes[one], self.nodes[other])
            self.time.pass_ms(61_000)
            for node in self.nodes:
                node.tick()


@contextmanager
def many(folder: Path, names: Sequence[str], pairs: Sequence[tuple[int, int]]) -> Iterator[Many]:
    """Nodes of these names, of which these are paired."""
    places = tuple(whole.make(folder, name) for name in names)
    time = Time()
    with ExitStack() as stack:
        nodes = tuple(stack.enter_context(each.open(time)) for each in places)
        lines = {}
        for one, other in pairs:
            nodes[one].take_up(whole.paired(places[one], places[other]), places[one].private)
            nodes[other].take_up(whole.paired(places[other], places[one]), places[other].private)
            lines[one, other] = whole.met(places[one], places[other]).line.id
        made = Many(nodes, places, lines, time)
        made.settle()
        yield made
