"""What the watch needs on paper when the node is gone, gathered for one sheet (render.blackout)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wideberth.errors import shorten
from wideberth.ledger import quints
from wideberth.model.phrase import LANGUAGES, Language
from wideberth.model.plan import State
from wideberth.node.handover import moment, peer, touched
from wideberth.render import script
from wideberth.render.blackout import MOST, SCHEMA, Blackout, Box, OfLine
from wideberth.render.strip import corners
from wideberth.space.extent import extent
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

AHEAD_MS: Final = 48 * 3_600_000
"""What begins later is not on the sheet."""


def sheet(node: Node) -> Blackout:
    """The sheet as of now."""
    with node.held():
        now_ms = node.clock.now()
        boxes = [box for _, box in sorted(_boxes(node, now_ms), key=lambda each: each[0])]
        sites = touched(node)
        return Blackout(
            schema=SCHEMA,
            as_of=moment(now_ms),
            exercise=node.settings.exercise,
            party=node.party,
            words=quints.identity(node.identity),
            until=moment(now_ms + AHEAD_MS),
            lines=(*_lines(node), *_far_ends(node)),
            boxes=tuple(boxes[:MOST]),
            more_boxes=max(0, len(boxes) - MOST),
            sites=tuple(sites[:MOST]),
            more_sites=max(0, len(sites) - MOST),
            languages=_languages(node),
        )


def _lines(node: Node) -> Iterator[OfLine]:
    for line in node.lines():
        named = next((each for each in node.agreed.of(line.line).versions if each.in_force), None)
        bound = node.desk.bound(line.line)
        agreed = "no agreement in force"
        if named is not None:
            agreed = f"{shorten(named.title, 80)}, version {named.version}, SHA-256 {named.sha256[:16]}…"
        yield OfLine(
            label=peer(line),
            words=line.words,
            state=f"the line was {line.health}",
            agreement=f"SUSPENDED: {agreed}" if line.suspended_by else agreed,
            languages=() if bound is None else bound.rules.languages,
        )


def _far_ends(node: Node) -> Iterator[OfLine]:
    for each in node.manual.all():
        if each.line is None:
            words = f"by {each.channel}, in {each.language}; it has no line, and no identity words"
            yield OfLine(shorten(each.label, 60), words, "by hand already", "as before", (each.language,))


def _languages(node: Node) -> tuple[Language, ...]:
    """Those of the agreements and far ends that the phrase book has, English first."""
    said = {code for each in _lines(node) for code in each.languages}
    said |= {each.language for each in node.manual.all()}
    return tuple(each for each in LANGUAGES if each == "en" or each in said)


def _boxes(node: Node, now_ms: int) -> Iterator[tuple[tuple[int, str, int], Box]]:
    """What is active, or begins soon, in the order of its beginning."""
    for own in node.private.plans.plans.values():
        called = own.plan.label or own.plan.callsign or own.plan.id[:10]
        yield from _of("OURS", called, own.plan.activity, own.plan.state, own.plan.volumes, now_ms)
    for line in node.all_lines():
        whose = shorten(line.label, 30) if line.label else line.id[:8]
        for told in line.fold.all.notices.notices.values():
            if told.by != node.party:
                said = told.said
                called = f"{said.callsign} {script.reference(said.notice)}".strip()
                yield from _of(whose, called, said.activity, told.state, said.volumes, now_ms)
    for far in node.private.manual.lines.values():
        if far.line is None:
            for each in far.plans.values():
                plan = each.plan
                called = plan.label or plan.callsign or "a plan of theirs"
                whose = shorten(far.opened.label, 30)
                yield from _of(whose, called, plan.activity, plan.state, plan.volumes, now_ms)


def _of(
    whose: str, called: str, activity: str, state: State, volumes: tuple[Volume, ...], now_ms: int
) -> Iterator[tuple[tuple[int, str, int], Box]]:
    if state == "ended":
        return
    what = shorten(" ".join(each for each in (called, activity) if each), 60)
    for n, volume in enumerate(volumes, 1):
        start, end = volume.start, volume.end
        if (start is not None and start >= now_ms + AHEAD_MS) or (end is not None and end <= now_ms):
            continue
        low, high = script.levels(volume)
        area = corners(extent(volume.ground, volume.pad.h + volume.ground.slack))
        part = f"{n}/{len(volumes)}"
        box = Box(whose, what, state, part, script.times(volume), f"{low} to {high}", area)
        yield (start if start is not None else 0, whose, n), box
