"""The view walk: everything that a node gives out, to everybody, holds nothing that is not for them."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest
from anyio.from_thread import start_blocking_portal

from tests.walk.asking import NOBODY, WHO, Answer, known, name, reach, walks
from tests.walk.canary import Finder, Found
from tests.walk.handed import disk, handed
from tests.walk.may import may
from tests.walk.test_canary import WRAPPED
from tests.walk.world import LEVELS, World, around, canaries, word
from tests.web.reached import Client
from wideberth.formats import drawn
from wideberth.web.app import app
from wideberth.web.route import OCTETS
from wideberth.web.table import TABLE

UNANSWERED = {
    # no map of its own is set
    "GET /v1/basemap.pmtiles",
    # no blind check was made: there is nothing to open
    "GET /v1/lines/{line}/blind/audits/{audit}",
    "GET /v1/lines/{line}/blind/question",
    "GET /v1/lines/{line}/blind/runs/{run}/opening",
    "GET /v1/watch/alerts/{alert}",
    "GET /v1/watch/alerts/{alert}/encounter",
    "GET /v1/watch/alerts/{alert}/picture",
    "GET /v1/holds/{hold}",
    "GET /v1/talks/{talks}/minutes",
    "GET /v1/lines/{line}/received/{release}",
    "GET /v1/lines/{line}/onward/{asked}",
    "GET /v1/lines/{line}/onward/{asked}/text",
    "GET /v1/communiques/{communique}/notice",
    "GET /v1/releases/{release}/notice",
    "GET /v1/manual/{manual}/cases/{case}",
    "GET /v1/manual/{manual}/cases/{case}/script",
}
"""Views of which there is nothing here: only their refusals are walked."""


AROUND: Final = msgspec.json.encode(drawn.geometry(around()))
"""What a map draws of the peers' own plan around ours: in so many points that some begin as a place does."""
SHORT = (
    ("ours", "officer", 2),
    *(("ours", who, 0) for who in WHO if who != "officer"),
    *((level, "officer", 0) for level in LEVELS),
)
"""Who asks whose node, and how much; the long walk (scripts/long/walk.py) asks for all."""


class Seen(NamedTuple):
    """A canary in what somebody was given."""

    by: str
    answer: Answer
    found: Found


class Walked(NamedTuple):
    """All answers, by who it is that is given them, and what was found in them."""

    world: World
    finder: Finder
    answers: list[tuple[str, Answer]]
    seen: list[Seen]


def given(world: World, node: str, answer: Answer) -> str:
    """Who is given an answer in the end: most are for whoever asked, some are made to be handed on."""
    asked = parse_qs(urlsplit(answer.path).query)
    parts = urlsplit(answer.path).path.split("/")
    by_line = {line: level for level, line in world.lines.items()}
    if node != "ours":
        return node
    if answer.route.startswith("GET /v1/feeds/") and answer.status == 200:
        return f"map {asked.get('level', ['coarse'])[0]}"
    if answer.route in ("GET /v1/metrics", "GET /v1/openapi.json", "GET /v1/health"):
        return "machine"
    if answer.status == 200 and answer.route.endswith(("/record", "/bundles/out")) and "lines" in parts:
        return by_line[parts[3]]
    if answer.status == 200 and answer.route == "GET /v1/cases/{case}/record":
        return next(by_line[each.line] for each in world.ours.desk.cases() if each.case == parts[3])
    if answer.status == 200 and answer.route == "GET /v1/incident":
        return by_line[asked["line"][0]]
    return answer.who


def answers(world: World, asking: Iterable[tuple[str, str, int]]) -> list[tuple[str, Answer]]:
    """What nodes give to each (node, who asks, how many names of a kind), by whom it is given to."""
    asked = list(asking)
    apis = {node: reach(world, node, foreign=few > 0) for node, _, few in asked}
    found = walks([(apis[node], who, few) for node, who, few in asked])
    return [
        (given(world, node, answer), answer)
        for (node, _, _), some in zip(asked, found, strict=True)
        for answer in some
    ]


def leaks(seen: Iterable[Seen]) -> list[str]:
    """What nobody should have seen, in words."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for by, answer, what in seen:
        if by not in may(what.canary):
            found[f"{by} sees {what.canary}"][
                f"{answer.route} ({what.form}, {'/'.join(what.through) or 'as it stands'})"
            ] += 1
    return sorted(f"{words}: {', '.join(sorted(where))}" for words, where in found.items())


def look(finder: Finder, given_to: Iterable[tuple[str, Answer]]) -> list[Seen]:
    """What is found in what was given; what somebody has only said himself is no find."""
    found = []
    for by, answer in given_to:
        data = answer.data.replace(AROUND, b"")
        for said in re.split(r"[/?&=]", unquote(answer.path)):
            if len(said) > 4:
                data = data.replace(said.encode(), b"")
        found += [Seen(by, answer, each) for each in finder.find(data)]
    return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    with ExitStack() as stack:
        world = World(tmp_path_factory.mktemp("walk"), stack)
        found = answers(world, SHORT)
        found += handed(world)
        finder = Finder(canaries(world))
        yield Walked(world, finder, found, look(finder, found))


def test_nobody_sees_what_is_not_for_them(walked: Walked) -> None:
    who, routes = {by for by, _ in walked.answers}, {answer.route for _, answer in walked.answers}
    forms = f"{len(walked.finder.canaries)} canaries in {len(walked.finder.forms)} forms"
    size = f"{walked.finder.searched / 1e6:.1f} MB searched"
    sys.stdout.write(
        f"walked: {len(routes)} routes for {len(who)}: {len(walked.answers)} answers; {forms}; {size}\n"
    )
    assert leaks(walked.seen) == []


def test_everybody_sees_what_is_for_them(walked: Walked) -> None:
    # else nothing would be shown by finding nothing
    seen = {(each.by, each.found.canary) for each in walked.seen}
    fields = {(by, each.name) for each in walked.finder.canaries for by in may(each.name)}
    assert {name for _, name in fields} - {name for _, name in seen} == set()
    records = {(by, name.partition(".")[0]) for by, name in seen}
    assert {(by, name.partition(".")[0]) for by, name in fields} - records == set()


def test_every_route_was_asked_by_everybody_and_answers_somebody(walked: Walked) -> None:
    asked = {(answer.who, answer.route) for _, answer in walked.answers}
    assert {(who, name(route)) for route in TABLE for who in WHO} <= asked
    answered = {answer.route for _, answer in walked.answers if answer.status < 300}
    assert {name(route) for route in TABLE if route.method == "GET"} - answered == UNANSWERED
    assert not {answer.route for _, answer in walked.answers if answer.status >= 500}


def test_nobody_is_answered_without_a_token(walked: Walked) -> None:
    found = {answer.route for by, answer in walked.answers if by == NOBODY and answer.status < 300}
    # a challenge, which is of chance and says of nobody that they are there
    assert found == {"POST /v1/session/passkey/options"}


def test_who_is_told_everything_would_be_found_out_if_it_were_to_be_told_nothing(walked: Walked) -> None:
    # the very walk, judged as that of a peer that is told nothing: whatever it was told is a leak
    found = leaks(each._replace(by="none") for each in walked.seen if each.by == "full")
    words = {each.partition(":")[0].removeprefix("none sees ") for each in found}
    assert words >= {
        "open.callsign", "open.place", "open.height", "open.time", "told.list", "told.name", "told.place",
        "said.text", "talks.title", "call.text", "theirs.label", "theirs.place", "party.full", "terms.full",
    }  # fmt: skip
    assert known(walked.world.nodes["full"])["notice"]


def test_no_recipient_can_tell_whether_there_are_secrets(
    walked: Walked, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # the twin has no secret records, and what is told coarsely or not at all lies elsewhere within its cells
    with ExitStack() as stack:
        twin = World(tmp_path_factory.mktemp("twin"), stack, secrets=False)
        for level in LEVELS[1:]:
            # as many messages, each as long, in the same order
            mine, theirs = (
                [(slot, len(each)) for slot, each in of.wire[level]] for of in (walked.world, twin)
            )
            assert len(mine) > 40
            assert mine == theirs, level
            # and of what they keep, as many entries of each feed
            kept = [
                Counter(_sort(where) for where, _ in disk(of.nodes[level]) if where.startswith("journal"))
                for of in (walked.world, twin)
            ]
            assert kept[0] == kept[1], level


def _sort(where: str) -> str:
    """Which feed it is, without the ids that differ from node to node."""
    return "/".join(where.split("/")[3:])


def test_a_route_that_is_made_to_leak_is_found_out(walked: Walked) -> None:
    # one route of the table answers with one secret more, in one wrapping after the other
    world, [health] = walked.world, [route for route in TABLE if route.path == "/v1/health"]
    secret = f'"{word("quiet.label")}"'.encode()
    for wrapping, wrap in WRAPPED.items():
        leaky = health._replace(gives=bytes, media=OCTETS, does=partial(_leak, wrap(secret)))
        with start_blocking_portal() as portal:
            answer = Client(app(world.ours, table=(leaky,)), portal).request("GET", "/v1/health")
        told = Answer(NOBODY, name(leaky), leaky.path, answer.status_code, answer.content)
        found = leaks(look(walked.finder, [(NOBODY, told)]))
        assert [each.partition(":")[0] for each in found] == ["nobody sees quiet.label"], wrapping


def _leak(secret: bytes, _: object) -> bytes:
    return secret
