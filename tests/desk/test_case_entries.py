"""What is said about cases: written and read again; what is none of it is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.cased import CASE, NOTICES, Chain
from tests.ledger.two import LINE, A, B, origin
from wideberth.desk import case_entries
from wideberth.desk.case_entries import (
    Accepted,
    Closed,
    Escalated,
    Lapsed,
    Opened,
    Proposed,
    Ref,
    Retracted,
    Said,
)
from wideberth.errors import Invalid
from wideberth.ledger import feed, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin

NOTICE = NOTICES[A.name]
numbers = st.integers(0, 2**53 - 1)
refs = st.builds(Ref, st.sampled_from([origin(A), origin(B, "urgent")]), numbers)
changes = st.one_of(
    st.integers(-(2**53), 2**53).filter(lambda n: abs(n) < 2**53).map(lambda n: {"delay_ms": n}),
    st.just({"cancel": True}),
    st.just({"volumes": [{"lon_e7": 1}]}),
)
saids = st.one_of(
    st.sampled_from(["overlap", "close"]).map(lambda found: Opened(CASE, (NOTICE, NOTICES[B.name]), found)),  # type: ignore[arg-type]  # of the two
    st.builds(Proposed, st.just(CASE), st.just(NOTICE), st.integers(1, 2**53 - 1), numbers, changes),
    st.builds(Accepted, st.just(CASE), refs),
    st.builds(Lapsed, st.just(CASE), refs),
    st.builds(Retracted, st.just(CASE), refs),
    st.sampled_from(["deputy", "commander"]).map(lambda to: Escalated(CASE, to)),
    st.sampled_from(["amended", "ended", "clear"]).map(lambda how: Closed(CASE, how)),  # type: ignore[arg-type]  # of the three
)


def entered(name: str, value: Any, where: Origin | None = None) -> Entry:
    mine = where or origin(A)
    return feed.append(feed.Head(mine), feed.Written(name, 1, {}, 1), value, bytes(16)).entry


@given(saids)
def test_what_is_written_is_read_again(said: Said) -> None:
    made = Chain(A, B).say(said, [], "urgent" if isinstance(said, Retracted) else "main")
    assert case_entries.read(made.entry) == said


GOOD: dict[str, dict[str, Any]] = {
    "case.opened": {"case": CASE, "notices": [NOTICE, NOTICES[B.name]], "found": "close"},
    "case.proposal": {
        "case": CASE,
        "notice": NOTICE,
        "version": 1,
        "until_ms": 0,
        "change": {"cancel": True},
    },
    "case.accept": {"case": CASE, "proposal": {"origin": origin(B).text, "n": 0}},
    "case.escalated": {"case": CASE, "to": "deputy"},
    "case.closed": {"case": CASE, "how": "clear"},
}
OTHER_LINE = ids.line(ids.genesis(A.identity, B.identity, bytes(32))).id


@pytest.mark.parametrize(
    ("name", "key", "found", "code"),
    [
        ("case.opened", "case", "x", "ledger.base32"),
        ("case.opened", "case", "a" * 52, "case.entry"),
        ("case.opened", "notices", [NOTICE], "case.entry"),
        ("case.opened", "notices", "n", "case.entry"),
        ("case.opened", "notices", [NOTICE, NOTICE], "ledger.notice"),
        ("case.opened", "found", "touch", "case.entry"),
        ("case.proposal", "notice", 3, "ledger.notice"),
        ("case.proposal", "version", 0, "case.entry"),
        ("case.proposal", "version", True, "case.entry"),
        ("case.proposal", "until_ms", -1, "case.entry"),
        ("case.proposal", "change", {}, "case.entry"),
        ("case.proposal", "change", {"delay_ms": 1, "cancel": True}, "case.entry"),
        ("case.proposal", "change", {"speed": 1}, "case.entry"),
        ("case.proposal", "change", "delay", "case.entry"),
        ("case.accept", "proposal", "x", "case.entry"),
        ("case.accept", "proposal", {"n": 0}, "ledger.origin"),
        ("case.accept", "proposal", {"origin": origin(B).text}, "case.entry"),
        (
            "case.accept",
            "proposal",
            {"origin": origin(B)._replace(line=OTHER_LINE).text, "n": 0},
            "case.entry",
        ),
        ("case.escalated", "to", "somebody", "case.entry"),
        ("case.closed", "how", None, "case.entry"),
    ],
)
def test_what_is_none_is_refused(name: str, key: str, found: Any, code: str) -> None:
    case_entries.read(entered(name, GOOD[name]))
    with pytest.raises(Invalid) as caught:
        case_entries.read(entered(name, {**GOOD[name], key: found}))
    assert caught.value.code == code


def test_other_types_and_other_feeds_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        case_entries.read(entered("test.said", {}))
    assert caught.value.code == "ledger.not_understood"
    with pytest.raises(Invalid) as misplaced:
        case_entries.read(entered("case.closed", GOOD["case.closed"], Origin(ids.PRIVATE, A.name, "main", 0)))
    assert misplaced.value.code == "ledger.misplaced"
    assert LINE.id != OTHER_LINE
