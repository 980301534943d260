from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import trace as bench
from bench import trace_alter, trace_copies
from wideberth.desk import fingerprint, trace_chance
from wideberth.desk.trace import CHANCE, Known, trace
from wideberth.desk.trace_text import marks, squeeze
from wideberth.model.marked import Line, Slot, chosen

MARK = bytes(range(32))


def made(*rows: str) -> tuple[Line, ...]:
    """Lines of a template: `{a|b}` is a slot, `{;|:}` one of marks."""
    lines: list[Line] = []
    for number, row in enumerate(rows):
        line: list[str | Slot] = []
        for at, each in enumerate(row.replace("}", "{").split("{")):
            if at % 2:
                variants = tuple(each.split("|"))
                only = not any(map(str.isalnum, "".join(variants)))
                line.append(Slot(f"x{number}.{at}", variants, marks=only))
            else:
                line.append(each)
        lines.append(tuple(line))
    return tuple(lines)


def copy_of(lines: tuple[Line, ...], mark: bytes, recipient: str = "North") -> str:
    choose = fingerprint.choose(mark, recipient)
    return "\n".join(chosen(each, choose) for each in lines)


def whole(rows: int = 40) -> tuple[Line, ...]:
    return made(
        *(
            f"{{The sector|This sector}} {n}7 kilometres wide {{is kept clear|stays clear}}, from dawn "
            f"{{until|up to}} dusk{{;|:}} nobody {{enters|comes in}}."
            for n in range(1, rows + 1)
        )
    )


LINES = whole()


def test_a_whole_copy_is_named_and_the_figures_are_said() -> None:
    known = [Known(f"r-{at}", f"Party {at}", LINES, bytes([at]) * 32) for at in range(20)]
    finding = trace(copy_of(LINES, bytes([7]) * 32, "Party 7"), known)
    assert finding.verdict == "this copy"
    best = finding.copies[0]
    assert (best.release, best.seen, best.agreeing, best.other, best.changed) == ("r-7", 200, 200, 0, 0)
    assert best.chance == pytest.approx(2.0**-200 * 40)
    assert finding.lines == 40 and finding.known == 20
    assert (
        "the copy for Party 7 (r-7): 200 places seen, 200 as in this copy; by chance 1 in " in finding.words
    )
    assert "not who passed it on" in finding.words


def test_nothing_is_claimed_of_little() -> None:
    known = [Known("r-1", "North", LINES, MARK)]
    finding = trace(copy_of(LINES[:5], MARK), known)
    assert finding.verdict == "no claim" and not finding.copies
    told = "No claim: 25 places seen, 25 as in the nearest copy; by chance 1 in 1 × 10⁷."
    assert finding.words == told
    assert finding.nearest[0].chance == pytest.approx(2.0**-25 * 2)


def test_what_is_not_ours_to_trace_is_said_so() -> None:
    assert trace("any words", []).words == "No claim: no copy of any release was made here."
    known = [Known("r-1", "North", LINES, MARK)]
    assert trace("", known).words.startswith("No claim: nothing in it is worded as known copies are")
    bare = [Known("r-1", "North", made("Nobody enters sector 17 at all."), MARK)]
    told = trace("nobody ENTERS sector 17 at all", bare)
    assert told.words.startswith("No claim: lines of known copies are in it, but none of the places")


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace(" ", "\u00a0\u200b").replace("\n", "\u200f\r\n"),
        lambda text: text.replace(" ", "\n> "),
        lambda text: text.replace(";", "&semi;").replace(" ", "&#32;").replace("e", "&#101;"),
        lambda text: text.replace("a", "\u0430").replace("o", "\u043e"),
        lambda text: text.replace("i", "\u00ad\u200di\u0301"),
        lambda text: "\n".join(reversed(text.split("\n"))),
        lambda text: "".join(each for each in text if each.isalnum()),
    ],
)
def test_what_does_not_change_the_letters_changes_nothing(change: object) -> None:
    assert callable(change)
    known = [Known("r-1", "North", LINES, MARK), Known("r-2", "South", LINES, MARK)]
    finding = trace(change(copy_of(LINES, MARK)), known)
    assert finding.verdict == "this copy" and finding.copies[0].recipient == "North"
    assert finding.copies[0].agreeing == finding.copies[0].seen >= 160


def test_marks_tell_only_where_other_marks_of_the_line_are_kept() -> None:
    known = [Known("r-1", "North", LINES, MARK)]
    text = copy_of(LINES, MARK)
    assert trace(text, known).nearest[0].seen == 200
    assert trace(text.replace(",", ""), known).nearest[0].seen == 160
    assert trace(text.replace(";", "").replace(":", ""), known).nearest[0].seen == 160


def test_words_that_are_none_of_the_alternatives_count_for_nothing() -> None:
    known = [Known("r-1", "North", LINES, MARK)]
    text = copy_of(LINES, MARK).replace("enters", "goes").replace("comes in", "goes")
    best = trace(text, known).nearest[0]
    assert (best.seen, best.agreeing, best.changed) == (160, 160, 40)


def test_a_number_is_not_found_in_another() -> None:
    known = [Known("r-1", "North", made("{Once|After} record 3 is {gone|away}, all is over."), MARK)]
    assert trace("Once record 31 is gone, all is over. After record 3 1 is", known).lines == 0
    assert trace("Once record 3 is gone, all is over.", known).lines == 1


def test_lines_alike_but_for_their_slots_are_told_apart_by_what_stands_before_them() -> None:
    rows = ("{Note|Remark} 4711-A", "{Nobody|No one} knows of any of it.") * 2
    rows = (*rows[:2], rows[2].replace("4711", "5822"), rows[3])
    lines = made(*rows)
    other = bytes(reversed(range(32)))
    known = [Known("r-1", "North", lines, other)]
    text = copy_of(lines, other)
    best = trace(text, known).nearest[0]
    assert (best.seen, best.agreeing) == (4, 4)
    # by itself such a line is nobody's
    assert trace(text.split("\n")[1], known).lines == 0


def test_two_copies_are_named_by_a_stretch_of_each_and_not_where_they_are_mixed_line_by_line() -> None:
    marked = {name: bytes([at]) * 32 for at, name in enumerate(("North", "South", "West"))}
    known = [Known(f"r-{name}", name, LINES, mark) for name, mark in marked.items()]
    texts = {name: copy_of(LINES, mark, name).split("\n") for name, mark in marked.items()}
    finding = trace("\n".join(texts["North"][:20] + texts["South"][20:]), known)
    assert finding.verdict == "parts of these copies"
    assert {each.recipient for each in finding.copies} == {"North", "South"}
    assert "places without a break" in finding.words
    turns = trace("\n".join(texts[("North", "South")[at % 2]][at] for at in range(40)), known)
    assert turns.verdict == "no claim"
    both = trace("\n".join(texts["North"] + texts["South"]), known)
    assert {each.recipient for each in both.copies} == {"North", "South"}


def test_a_token_is_told_apart_from_the_text() -> None:
    known = [Known("r-1", "North", LINES, MARK), Known("r-2", "South", LINES, MARK)]
    finding = trace("other words", known, {fingerprint.token(MARK, "South"), "a" * 26})
    assert finding.verdict == "no claim" and finding.tokens == (("r-2", "South"),)
    assert "the token of the copy for South (r-2). That is conclusive of its metadata only" in finding.words


def test_records_in_the_copys_order_are_evidence_and_sorted_ones_are_not() -> None:
    lines = tuple(
        (f"Record {n}00 ", Slot(f"{n}.a", ("is here", "stands here")), ", as it was told.")
        for n in range(1, 41)
    )
    order = fingerprint.order(MARK, "North", 40)
    choose = fingerprint.choose(MARK, "North")
    rows = [chosen(lines[at], choose) for at in order]
    known = [Known("r-1", "North", lines, MARK)]
    best = trace("\n".join(rows), known).nearest[0]
    assert (best.seen, best.agreeing) == (60, 60)
    random.Random(1).shuffle(rows)
    assert trace("\n".join(rows), known).nearest[0].seen == 40


@given(st.lists(st.sampled_from([(1, 2), (1, 3), (2, 3), (1, 4), (3, 3)]), max_size=7), st.integers(0, 8))
def test_the_chance_is_that_of_counting_all_cases(odds: list[tuple[int, int]], agreeing: int) -> None:
    exact = Fraction(0)
    for case in product((False, True), repeat=len(odds)):
        if sum(case) >= agreeing:
            each = Fraction(1)
            for yes, (k, n) in zip(case, odds, strict=True):
                each *= Fraction(k, n) if yes else 1 - Fraction(k, n)
            exact += each
    assert trace_chance.tail(odds, agreeing) == pytest.approx(
        max(float(exact), trace_chance.LEAST), rel=1e-12
    )


def test_small_chances_keep_their_precision() -> None:
    assert trace_chance.tail([(1, 2)] * 900, 899) == pytest.approx(901 / 2**900, rel=1e-12)
    mixed = [(1, 2)] * 300 + [(1, 3)] * 200
    assert trace_chance.tail(mixed, 500) == pytest.approx(2.0**-300 * 3.0**-200, rel=1e-12)
    assert trace_chance.tail([(1, 2)] * 5000, 5000) == trace_chance.LEAST


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "nearly always"),
        (0.5, "1 in 2"),
        (0.3, "1 in 3.3"),
        (1 / 347, "1 in 340"),
        (1 / 123_456, "1 in 120,000"),
        (3.4e-15, "1 in 2 × 10¹⁴"),
    ],
)
def test_a_chance_in_words(chance: float, words: str) -> None:
    assert trace_chance.told(chance) == words


def test_the_letters_and_what_stands_between_them() -> None:
    found = squeeze("It\u2019s  \u201cA\u0301\u201d \u2014\nb")
    assert found.letters == "itsab"
    assert [marks(found.gap(at)) for at in range(6)] == ["", "", "'", '"', '"-', ""]


def test_chances_are_no_smaller_than_they_should_be() -> None:
    """Of copies that a text does not come from at most one in n has a chance below 1/n, whatever the text."""
    rng = random.Random(4)
    lines = LINES[:10]
    text = copy_of(lines, MARK) + copy_of(LINES[6:10], bytes(32))
    found = [trace(text, [Known("r-1", "South", lines, rng.randbytes(32))]).nearest[0] for _ in range(400)]
    for bound in (0.3, 0.1, 0.02):
        # three standard deviations
        most = 400 * bound + 3 * (400 * bound * (1 - bound)) ** 0.5
        assert 0 < sum(each.chance / 2 <= bound for each in found) <= most
        assert sum(each.stretch_chance / 2 <= bound for each in found) <= most


def test_no_copy_is_ever_accused_falsely() -> None:
    """Each way of altering and mixing copies, at some sizes, with 1,000 copies counted (bench/trace.py)."""
    named = 0
    for kind, alter in trace_alter.KINDS.items():
        for records in (1, 6):
            rng = random.Random(f"{kind} {records}")
            releases = [trace_copies.released(rng, records) for _ in range(2)]
            known = bench.known([each for release in releases for each in release])
            altered = alter(rng, releases[0])
            finding = trace(altered.text, known)
            outcome = bench.outcome(altered, finding)
            assert outcome != "false", (kind, records, finding.words)
            named += outcome == "right"
            assert all(min(each.chance, each.stretch_chance) < CHANCE for each in finding.copies), (
                kind,
                records,
            )
    assert named > 40
