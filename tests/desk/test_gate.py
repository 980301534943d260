"""The rules of the outbound gate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.desk import agreement_entries, case_entries, gate, line_checks, notice_entries
from wideberth.desk.gate import SETTINGS, TRANSITIONS, Setting
from wideberth.errors import Invalid, Refused
from wideberth.ledger import entries
from wideberth.line.messages import CHECK
from wideberth.node import hourly, moved, prekeys, unable

PAGE = Path(__file__).parents[2] / "docs" / "line.md"
settings = st.sampled_from(list(SETTINGS))


def test_what_discloses_is_held_and_what_is_not_known_too() -> None:
    kinds = [each for each, _ in notice_entries.KNOWN] + [each for each, _ in case_entries.KNOWN]
    held = {each for each in kinds if gate.discloses("main", each)}
    assert held == set(kinds) - {"case.retract"}
    for new in ("site.list", "say.declared", "manual.history", "of.next.year", entries.Part.TYPE):
        assert gate.discloses("main", new)


def test_what_is_urgent_or_keeps_a_line_going_is_never_held() -> None:
    own = {hourly.TYPE, moved.TYPE, prekeys.TYPE, unable.TYPE, CHECK, "case.retract", "paper", "epoch"}
    own |= {each for each, _ in agreement_entries.KNOWN} | {each for each, _ in line_checks.KNOWN}
    assert own <= gate.FREE
    assert not any(gate.discloses("main", each) for each in own)
    assert not any(gate.discloses("urgent", each) for each in ("notice", "hold.stated", "call.flash", CHECK))


@given(settings, settings)
def test_one_alone_undoes_nothing_that_needs_two(before: Setting, after: Setting) -> None:
    assert gate.needed(gate.stricter(before, after)) == max(gate.needed(before), gate.needed(after))
    assert (gate.people(before, after) == 2) == (before == "two-person" and after != "two-person")


def test_what_is_not_held_or_reads_otherwise_is_refused() -> None:
    gate.check_open([3, 4], [3, 4, 5])
    for held in ([], [3]):
        with pytest.raises(Invalid) as caught:
            gate.check_open([3, 4], held)
        assert caught.value.code == "gate.not_held"
    gate.check_seen(3, "ab", "ab")
    with pytest.raises(Refused) as refused:
        gate.check_seen(3, "ab", "cd")
    assert refused.value.code == "gate.other_text"
    assert gate.setting("always") == "always"
    with pytest.raises(Invalid) as wrong:
        gate.setting("on")
    assert wrong.value.code == "gate.setting"


def test_the_page_shows_the_table() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## The outbound gate")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| \*(\w+)\* \|([^|]*)\|", section, re.MULTILINE))
    assert {name: tuple(re.findall(r"\w+", then)) for name, then in rows.items()} == {
        stage: tuple(then) for stage, then in TRANSITIONS.items()
    }
    for name, means in SETTINGS.items():
        assert f"| `{name}` | {means} |" in section
