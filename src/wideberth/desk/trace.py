"""Which known copy a text comes from: a figure, and the words for it.

The marks of a copy are even draws that nobody but its author can foresee (desk.fingerprint). So a text that
does not come from a copy has in each place of n alternatives the copy's one in one case of n, whatever the
text is and whoever wrote it. How probable as many agreements as were found are by chance is thereby known
exactly (desk.trace_chance). That figure is multiplied by twice the number of known copies, as so many
questions are asked (Bonferroni); a copy is named only where the product is below 10⁻⁹.

"this copy": the copy's own agreements in all the text are below it, hardly any place has what another copy
would, and of no other copy this or the next can be said. "parts of these copies": each named one has a
stretch of lines one after the other in which nothing disagrees, which by itself is below it, all stretches
counted. Anything else is "no claim", which shows nothing: neither that a copy was used, nor that none was.

It cannot see who passed a copy on, nor that somebody put words of another's copy together on purpose.

Cost: the text once to squeeze it, a look through it for each distinct line of all copies (a search for a
substring), and one HMAC for each slot that was seen and each copy that has it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from wideberth.desk import fingerprint, trace_chance, trace_evidence
from wideberth.desk.trace_evidence import Trial, Unit
from wideberth.desk.trace_lines import Reader
from wideberth.model.marked import Line

CHANCE: Final = 1e-9
"""A copy is named only where it is less probable by chance, all known copies counted."""
OTHER: Final = Fraction(1, 10)
"""Share of places with another alternative than the copy's up to which a text is of this copy alone."""
SHOWN: Final = 5
"""Copies of which figures are given."""
Verdict = Literal["this copy", "parts of these copies", "no claim"]


class Known(Struct, frozen=True):
    """A copy that was made.

    Attributes:
        release: its id.
        recipient: whose it is, by name.
        lines: of all of it, in the order of its records' numbers.
        mark: its secret.
    """

    release: str
    recipient: str
    lines: tuple[Line, ...]
    mark: bytes


class Candidate(Struct, frozen=True):
    """What a text has of a copy.

    Attributes:
        release, recipient: which.
        seen: places that could be read, and pairs of records in order.
        agreeing: of them, as in the copy.
        other: of them, with an alternative that the copy does not have there.
        changed: places in which none of the alternatives stands; they count for nothing.
        chance: of so many agreements, all known copies counted; 1.0: nearly always.
        stretch: places of its longest evidence without a break.
        stretch_chance: of that, the same way.
    """

    release: str
    recipient: str
    seen: int
    agreeing: int
    other: int
    changed: int
    chance: float
    stretch: int
    stretch_chance: float


class Finding(Struct, frozen=True):
    """What is claimed of a text.

    Attributes:
        verdict: what.
        copies: those it names; none where nothing is claimed.
        nearest: figures of the copies with the smallest chances, the smallest first; no accusation.
        known: how many copies were compared.
        lines: lines of any of them that the text has.
        tokens: copies whose token is in the file's metadata, which says whose file it was, not whose text.
        words: all that for people.
    """

    verdict: Verdict
    copies: tuple[Candidate, ...]
    nearest: tuple[Candidate, ...]
    known: int
    lines: int
    tokens: tuple[tuple[str, str], ...]
    words: str


def trace(text: str, known: Sequence[Known], tokens: Collection[str] = ()) -> Finding:
    """Compare a text, and the tokens of its file's metadata, with all copies that were made.

    Raises: Invalid (`trace.mark`).
    """
    reader = Reader(text)
    tests = 2 * len(known)
    found: list[Candidate] = []
    lines = 0
    for each in known:
        here = _read(reader, each.lines)
        lines = max(lines, here.lines)
        if here.trials:
            found.append(_candidate(each, here, tests))
    found.sort(key=lambda each: (min(each.chance, each.stretch_chance), -each.agreeing))
    verdict, copies = _verdict(found)
    named = tuple(
        (each.release, each.recipient)
        for each in known
        if tokens and fingerprint.token(each.mark, each.recipient) in tokens
    )
    finding = Finding(verdict, copies, tuple(found[:SHOWN]), len(known), lines, named, "")
    return Finding(verdict, copies, tuple(found[:SHOWN]), len(known), lines, named, words(finding))


class _Read(Struct, frozen=True):
    """What a text has of some lines, whosever they are."""

    units: tuple[Unit, ...]
    trials: tuple[Trial, ...]
    pairs: tuple[tuple[int, bool], ...]
    changed: int
    lines: int


def _read(reader: Reader, lines: tuple[Line, ...]) -> _Read:
    units = trace_evidence.units(reader, lines)
    pairs = trace_evidence.in_order(units, lines)
    trials, changed = trace_evidence.trials(units), trace_evidence.changed(units)
    return _Read(units, trials, pairs, changed, len({each.line for each in units}))


def _candidate(known: Known, read: _Read, tests: int) -> Candidate:
    # each choice is asked for twice: by all of the text, and by its stretches
    choose = cache(fingerprint.choose(known.mark, known.recipient))
    agreeing = sum(trace_evidence.agrees(each, choose) for each in read.trials)
    other = len(read.trials) - agreeing
    records = 2 + 2 * max((pair for pair, _ in read.pairs), default=-1)
    order = fingerprint.order(known.mark, known.recipient, records)
    paired = sum((order[2 * pair] > 2 * pair) == swapped for pair, swapped in read.pairs)
    odds = [each.odds for each in read.trials] + [trace_evidence.HALF] * len(read.pairs)
    chance = trace_chance.tail(odds, agreeing + paired)
    stretch, least = 0, 1.0
    for run in trace_evidence.runs(read.units, choose):
        # a stretch can begin at each line
        by_chance = trace_chance.tail([each.odds for each in run], len(run)) * len(read.units)
        if by_chance < least:
            stretch, least = len(run), by_chance
    return Candidate(
        known.release,
        known.recipient,
        len(odds),
        agreeing + paired,
        other,
        read.changed,
        min(1.0, chance * tests),
        stretch,
        min(1.0, least * tests),
    )


def _verdict(found: Sequence[Candidate]) -> tuple[Verdict, tuple[Candidate, ...]]:
    whole = [each for each in found if each.chance < CHANCE and each.other <= OTHER * each.seen]
    parts = [each for each in found if each.stretch_chance < CHANCE]
    if len(whole) == 1 and all(each is whole[0] for each in parts):
        return "this copy", (whole[0],)
    if parts:
        return "parts of these copies", tuple(parts)
    return "no claim", ()


def words(finding: Finding) -> str:
    """A finding for people: what is claimed, by which figures, and what that does not show."""
    if not finding.tokens:
        return _claimed(finding)
    whose = ", ".join(f"the copy for {recipient} ({release})" for release, recipient in finding.tokens)
    return (
        f"{_claimed(finding)} The file carries the token of {whose}. That is conclusive of its metadata "
        "only: whoever has seen a copy can put its token elsewhere."
    )


def _claimed(finding: Finding) -> str:
    counted = f"{finding.known:,} known copies counted" if finding.known != 1 else "1 known copy counted"
    if finding.verdict == "this copy":
        return (
            f"This is the text of {figures(finding.copies[0])}, {counted}. "
            "That shows which copy the words come from, not who passed it on."
        )
    if finding.verdict == "parts of these copies":
        parts = "; ".join(
            f"{_whose(each)}: {each.stretch} places without a break; by chance "
            f"{trace_chance.told(each.stretch_chance)}"
            for each in finding.copies
        )
        return (
            f"Parts of it are of these copies, {counted}: {parts}. That shows which copies the words come "
            "from, not who passed them on or put them together."
        )
    return f"No claim: {_why_none(finding)}."


def figures(each: Candidate) -> str:
    """A copy's figures: "the copy for North (r-…): 7 places seen, 4 as in this copy; by chance 1 in 2"."""
    chance = trace_chance.told(each.chance)
    places = "1 place" if each.seen == 1 else f"{each.seen:,} places"
    changed = f", {each.changed:,} more have other words" if each.changed else ""
    return f"{_whose(each)}: {places} seen, {each.agreeing:,} as in this copy{changed}; by chance {chance}"


def _whose(each: Candidate) -> str:
    return f"the copy for {each.recipient} ({each.release})"


def _why_none(finding: Finding) -> str:
    if not finding.known:
        return "no copy of any release was made here"
    if not finding.nearest:
        if finding.lines:
            return "lines of known copies are in it, but none of the places that set copies apart"
        return "nothing in it is worded as known copies are; facts told in other words cannot be traced"
    best = finding.nearest[0]
    places = "1 place" if best.seen == 1 else f"{best.seen:,} places"
    told = (
        f"{places} seen, {best.agreeing:,} as in the nearest copy; by chance {trace_chance.told(best.chance)}"
    )
    if best.chance < CHANCE:
        told += ", but other places are as in other copies, and no stretch of it is long enough by itself"
    return told
