"""Part of the story: both file a plan, the two meet, one is changed as was agreed, and the other begins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, get_args

from tests.desk.geoids import GEOID
from tests.story.desks import HOUR_MS, START, circle, given
from wideberth.desk import cutover
from wideberth.desk.changes import Change
from wideberth.model.agreement import Agreement, Rules
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.model.terms import Terms
from wideberth.node.compared import Compared
from wideberth.node.desk_views import CaseView
from wideberth.node.node import Node

Verb = Literal["file", "offer", "accept", "begin"]
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
DELAY: Final[Change] = {"delay_ms": 2 * HOUR_MS}


def do(node: Node, verb: Verb) -> None:
    """A step of this node's own."""
    if verb == "file":
        node.desk.submit([given(circle(33.0, 34.0, START))])
    elif verb == "begin":
        [plan] = node.desk.plans()
        node.desk.activate(plan.plan)
    elif verb == "accept":
        node.desk.accept(_case(node).case)
    else:
        view = _case(node)
        assert view.own is not None
        node.desk.propose(view.case, view.own, DELAY, 100 * HOUR_MS)


def done(node: Node, verb: Verb) -> int:
    """How often it is found to be done."""
    if verb == "file":
        return len(node.desk.plans())
    if verb == "begin":
        return sum(each.state == "activated" for each in node.desk.plans())
    proposals = [each for case in node.desk.cases() for each in case.proposals]
    if verb == "offer":
        return sum(each.mine for each in proposals)
    return sum(not each.mine and each.status in ("accepted", "amended") for each in proposals)


def judge(nodes: tuple[Node, Node]) -> None:
    """What it has come to, the same at both. Raises: AssertionError."""
    north, south = nodes if nodes[0].desk.plans()[0].state == "activated" else reversed(nodes)
    [mine], [theirs] = north.desk.plans(), south.desk.plans()
    assert (mine.state, mine.version, mine.override) == ("activated", 1, None)
    assert (theirs.state, theirs.version) == ("accepted", 2)
    for node in nodes:
        case = _case(node)
        assert (case.phase, case.finds) == ("closed", {})
        [proposal] = case.proposals
        assert (proposal.status, proposal.final) == ("amended", True)
    folds = [node.of(view.line).fold.all for node in nodes for view in node.lines()]
    assert folds[0].notices == folds[1].notices and folds[0].cases == folds[1].cases


def warm() -> None:
    """Load what is compiled for comparing, so that not every node that is forked has to."""
    terms = Terms(PRESETS["crewed"])
    bound = cutover.binding(Agreement(bytes(16), 1, None, (), terms, Rules()))
    with ThreadPoolExecutor(1) as merges:
        some = Compared(bound, GEOID, merges)
        where = (circle(33.0, 34.0, START),)
        for party in ("a", "b"):
            some.put(party, "n-1", Plan(party, "n-1", where), where)
        assert some.meetings("a", "n-1")


def _case(node: Node) -> CaseView:
    [found] = node.desk.cases()
    return found
