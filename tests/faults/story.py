"""Two nodes' story, step by step: taken up, agreed by four officers, apart, rejoined, flash, suspended.

Between them each files a plan: they meet, one party offers a change of its own, the other accepts and begins.

Each step is carried out in the same way wherever its node runs. Whoever began a step and does not know
whether it was done looks (`done`), as people do, before it is done again.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from tests.desk import agreed
from tests.faults import story_desk
from tests.story import whole
from tests.story.whole import NAMES, Place, Time
from wideberth.desk import agreement_entries
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import approval, canonical
from wideberth.ledger.approval import Approval
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind
from wideberth.line.messages import CHECK, Commit, Event
from wideberth.model.agreement import Party
from wideberth.node.node import Node
from wideberth.node.private import Untold
from wideberth.node.talk import Talk

Talked = Literal["take up", "propose", "sign", "say", "suspend", "together", "settle", "part", "later"]
Verb = Talked | story_desk.Verb
MINUTES_10_MS = 600_000
SAID = "test.said"


class Step(NamedTuple):
    """What is done next: by whom (both: nobody's name), and what; `what` is an officer, or words."""

    verb: Verb
    who: str = ""
    what: str = ""
    kind: Kind = "main"
    type: str = SAID


def _said(who: str, *words: str) -> tuple[Step, ...]:
    return tuple(Step("say", who, each) for each in words)


NORTH, SOUTH = NAMES
SETTLE, JOIN, PART, LATER = Step("settle"), Step("together"), Step("part"), Step("later")
STORY: tuple[Step, ...] = (
    *(Step("take up", each) for each in NAMES),
    *(JOIN, SETTLE, Step("propose", NORTH), SETTLE),
    *(Step("sign", each, str(n)) for each in NAMES for n in range(2)),
    SETTLE,
    *(*_said(NORTH, "north 1"), *_said(SOUTH, "south 1"), SETTLE),
    *(PART, *_said(NORTH, "north apart 1", "north apart 2")),
    *(*_said(SOUTH, "south apart 1", "south apart 2"), LATER),
    *(JOIN, SETTLE),
    *(Step("file", NORTH), Step("file", SOUTH), SETTLE, Step("offer", SOUTH), SETTLE),
    *(Step("accept", NORTH), SETTLE, Step("begin", NORTH), SETTLE),
    *(Step("say", each, f"flash from {each}", "urgent") for each in NAMES),
    Step("say", NORTH, "stop and check", "urgent", CHECK),
    *(SETTLE, Step("suspend", NORTH), SETTLE),
)
WORDS = Counter(each.what for each in STORY if each.verb == "say")
"""What is there at the end, once each."""


class Pair(NamedTuple):
    """Two data directories that are paired."""

    places: tuple[Place, Place]
    line: str

    def place(self, name: str) -> Place:
        return self.places[NAMES.index(name)]

    def other(self, name: str) -> Place:
        return self.places[1 - NAMES.index(name)]

    @property
    def terms(self) -> bytes:
        return _terms(self)


@cache
def _terms(pair: Pair) -> bytes:
    parties = [Party(each.party, each.name) for each in pair.places]
    text = agreement_draft.draft(agreed.NUMBER, "Trial terms", parties)
    assert text.count(b'level = "none"') == 1
    return text.replace(b'level = "none"', b'level = "full"')


def begin(folder: Path) -> Pair:
    folder.mkdir(exist_ok=True)
    return Pair(*whole.begin(folder))


def at(folder: Path) -> Pair:
    """The same, of directories that are there."""
    places = Place(NORTH, folder / NORTH), Place(SOUTH, folder / SOUTH)
    return Pair(places, whole.met(*places).line.id)


@cache
def _signature(pair: Pair, step: Step) -> Approval:
    subject = approval.agreement(agreed.NUMBER, pair.terms)
    return approval.sign(subject, pair.place(step.who).officer(int(step.what)))


def do(node: Node, pair: Pair, step: Step) -> None:
    """A step of this node's own."""
    match step.verb:
        case "take up":
            mine, other = pair.place(step.who), pair.other(step.who)
            node.take_up(whole.paired(mine, other), mine.private)
        case "propose":
            node.agreed.propose(pair.line, pair.terms)
        case "sign":
            sha256 = agreement.read(pair.terms).hash
            node.agreed.sign(pair.line, sha256, [approval.write(_signature(pair, step))])
        case "say":
            node.say(pair.line, step.kind, step.type, 1, {"said": step.what})
        case "suspend":
            node.agreed.suspend(pair.line, agreed.NUMBER)
        case "file" | "offer" | "accept" | "begin":
            story_desk.do(node, step.verb)
        case "later":
            node.tick()
        case _:
            raise AssertionError(step)


def done(node: Node, pair: Pair, step: Step) -> int:
    """How often a step is found to be done: in what was said, or waits to be."""
    if step.verb == "take up":
        return sum(each.line == pair.line for each in node.lines())
    for verb in story_desk.VERBS:
        if step.verb == verb:
            return story_desk.done(node, verb)
    return told(node, pair.line)[entry(pair, step)]


def entry(pair: Pair, step: Step) -> tuple[str, bytes]:
    """What it says: type and body."""
    match step.verb:
        case "propose":
            terms = agreement.read(pair.terms)
            found = agreement_entries.Proposed(agreed.NUMBER, terms.hash, pair.terms)
            return found.TYPE, _body(agreement_entries.write(found))
        case "sign":
            signed = agreement_entries.Signed(_signature(pair, step))
            return signed.TYPE, _body(agreement_entries.write(signed))
        case "suspend":
            said = agreement_entries.Suspended(agreed.NUMBER)
            return said.TYPE, _body(agreement_entries.write(said))
    return step.type, _body({"said": step.what})


def _body(value: Value) -> bytes:
    return canonical.write(value, canonical.BODY)


def told(node: Node, line: str) -> Counter[tuple[str, bytes]]:
    """What this party has said on the line, or waits to be said: types and bodies."""
    if all(each.line != line for each in node.lines()):
        return Counter()
    found = node._open[line]
    own = [each for feed in found.state.of(node.party) for each in feed.entries]
    waiting = [(each.type, _body(each.body)) for each in found.talk.waiting()]
    return Counter([*((each.header.type, each.body or b"") for each in own), *waiting])


def sizes(node: Node, line: str) -> dict[str, int]:
    """How much of each feed of the line is held."""
    if all(each.line != line for each in node.lines()):
        return {}
    return {each.origin: each.entries for each in node.line(line).feeds}


def quiet(node: Node, line: str) -> dict[str, int] | None:
    """How much of each feed is held, where all of the own ones is delivered and nothing is to be done."""
    view = node.line(line)
    delivered = all(each.delivered == each.entries for each in view.feeds if each.mine)
    return sizes(node, line) if delivered and view.stage == "whole" and not view.not_told else None


class Early(Talk):
    """Not right, and to be found: what it commits is on its way before it is kept."""

    _late: tuple[Commit, Untold | None] | None = None

    def _commit(self, commit: Commit, again: Untold | None) -> None:
        self.keep_now()
        self._late = commit, again

    def do(self, event: Event) -> None:
        self.keep_now()
        super().do(event)

    def keep_now(self) -> None:
        late, self._late = self._late, None
        if late is not None:
            super()._commit(*late)


def opened(place: Place, time: Time, *, early: bool = False) -> Node:
    """The node, or one that sends before it keeps."""
    if early:
        # the process is its own, and ends with it
        Node.TALK = Early
    return place.open(time)
