"""The sentences of a copy: what may be one or another, and what is the same in every copy."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.render import released
from wideberth.model.marked import Line, Slot, chosen
from wideberth.model.relay import NEVER
from wideberth.model.release import KINDS, Caveats, Document, Record
from wideberth.render import release_lines
from wideberth.space.units import DEGREE

CAVEATS = [
    Caveats((), control, onward, until)
    for control in (True, False)
    for onward in (True, False)
    for until in (None, released.MADE + 1)
]
RECORDS = tuple(
    Record(
        n,
        kind,
        title,
        released.OURS,
        "Alfa",
        (released.CLINIC,) * placed,
        level,  # type: ignore[arg-type]  # of two literals
    )
    for n, (kind, title, placed, level) in enumerate(
        (
            (kind, title, placed, level)
            for kind in KINDS
            for title in ("", "Hope 7")
            for placed in (0, 1)
            for level in ("full", "coarse")
        ),
        1,
    )
)
FORBIDDEN = re.compile(
    r"\d|\b(?:no|not|never|none|nobody|nothing|without|only|unless|must|shall|should not|may|cannot"
    r"|permission|guarantee|safe|protection|law|m|ft|NM|FL|MHz|UTC|Z|north|south|east|west|before|after|above|below)\b",
    re.IGNORECASE,
)


def slots(lines: tuple[Line, ...]) -> list[Slot]:
    return [each for line in lines for each in line if isinstance(each, Slot)]


def whole(made: Document) -> tuple[Line, ...]:
    return (
        *release_lines.heading(made),
        *(line for each in made.records for line in release_lines.record(made, each)),
        *release_lines.closing(made),
    )


@pytest.mark.parametrize("caveats", CAVEATS)
def test_there_is_enough_to_tell_copies_apart(caveats: Caveats) -> None:
    made = released.document(caveats=caveats, records=RECORDS)
    assert len(slots(release_lines.heading(made) + release_lines.closing(made))) >= 40
    for each in RECORDS:
        found = slots(release_lines.record(made, each))
        assert len(found) >= 6
        # most names of slots say whose they are; none says it of another record
        assert all(slot.name.startswith(f"{each.number}.") for slot in found)
    names = [slot.name for slot in slots(whole(made))]
    assert len(set(names)) == len(names)


def bare(words: str) -> str:
    return "".join(each for each in words.casefold() if each.isalnum())


def test_alternatives_differ_in_more_than_what_a_conversion_takes_away() -> None:
    for slot in slots(whole(released.document(records=RECORDS))):
        said = [re.sub(r"\s", "", each) if slot.marks else bare(each) for each in slot.variants]
        assert len(set(said)) == len(said) >= 2, slot
        assert slot.marks is (not any(map(bare, slot.variants)))


@pytest.mark.parametrize("caveats", CAVEATS)
def test_no_figure_and_no_word_that_binds_is_ever_chosen(caveats: Caveats) -> None:
    made = released.document(caveats=caveats, records=RECORDS)
    for slot in slots(whole(made)):
        for each in slot.variants:
            assert not FORBIDDEN.search(each), (slot.name, each)
            assert "Alfa" not in each and "Bravo" not in each
    assert (NEVER,) in release_lines.closing(made)


def test_words_that_bind_are_found_where_they_are_chosen() -> None:
    """The check above can fail."""
    for words in ("is not", "at 8", "500 ft", "must be", "No longer", "before that"):
        assert FORBIDDEN.search(words)


def pattern(line: Line) -> re.Pattern[str]:
    parts = (
        re.escape(each) if isinstance(each, str) else f"({'|'.join(map(re.escape, each.variants))})"
        for each in line
    )
    return re.compile("".join(parts))


def copies() -> Iterator[tuple[str, Document]]:
    for k in range(20):
        yield f"copy {k}", released.document(records=RECORDS, caveats=CAVEATS[k % len(CAVEATS)])


def test_each_sentence_is_found_again_with_what_was_chosen() -> None:
    for of, made in copies():
        lines, choose = whole(made), released.choices(of)
        text = " ".join(chosen(line, choose) for line in lines)
        for line in lines:
            if not slots((line,)):
                continue
            (found,) = pattern(line).finditer(text)
            expected = tuple(each.variants[choose(each.name, len(each.variants))] for each in slots((line,)))
            assert found.groups() == expected


def test_a_name_from_right_to_left_stands_apart() -> None:
    assert release_lines.name("Hope") == "Hope"
    assert release_lines.name("בית 7") == "\u2068בית 7\u2069"
    assert release_lines.name("a\u202eb\nc") == "a\\u202eb\\u000ac"


def test_the_marks_name_a_few_and_count_the_rest() -> None:
    made = released.document(caveats=Caveats(tuple(f"P{k}" for k in range(8)), onward=True))
    first, *rest = release_lines.marks(made)
    assert first == "RELEASED TO Bravo mission, P0, P1, P2, P3, P4 AND 3 MORE, NAMED AT ITS END"
    assert rest == [
        "ORIGINATOR CONTROL",
        "ONWARD ONLY WITH THE ORIGINATOR'S SIGNED CONSENT",
        "May be used until it is recalled",
        "recall: ask Alfa",
    ]
    assert any("P6, P7, and for nobody else" in str(line) for line in release_lines.closing(made))


def test_the_cells_are_named_in_round_units() -> None:
    assert release_lines.cells(released.GRID) == "1 NM, 1,000 ft and 15 min"
    assert DEGREE == 10_000_000
