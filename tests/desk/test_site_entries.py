"""What is said about lists: written and read again; what is none of it is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.sited import LIST, PRIVATE, row, rows
from tests.ledger.two import A, origin
from wideberth.desk import site_entries
from wideberth.desk.site_entries import (
    OWN,
    Answered,
    Gone,
    Opened,
    Revalidated,
    Rowed,
    Said,
    Told,
    Verified,
)
from wideberth.errors import Invalid
from wideberth.ledger import feed
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin
from wideberth.model.site import SAID

numbers = st.integers(1, 2**53 - 1)
names = st.sampled_from(["Hospitals", "Школы", "a"])
answers = st.sampled_from(SAID)
saids = st.one_of(
    st.builds(Opened, st.just(LIST), names),
    st.builds(Rowed, st.just(LIST), numbers, rows()),
    st.builds(Gone, st.just(LIST), numbers, st.just("h-1")),
    st.builds(Verified, st.just(LIST), st.just("h-1"), numbers, st.just("planner"), st.none() | numbers),
    st.builds(Revalidated, st.just(LIST), st.just("h-1"), numbers, st.just("officer"), numbers),
    st.builds(Told, st.just(LIST), numbers, names, numbers, st.binary(min_size=32, max_size=32)),
    st.builds(Answered, st.just(LIST), numbers, answers),
    st.builds(
        Answered,
        st.just(LIST),
        numbers,
        st.none(),
        st.lists(st.tuples(st.sampled_from(["h-1", "h-2"]), answers), min_size=1, max_size=3).map(tuple),
    ),
)


def entered(name: str, value: Any, where: Origin | None = None) -> Entry:
    mine = where or (PRIVATE if (name, 1) in OWN else origin(A))
    return feed.append(feed.Head(mine), feed.Written(name, 1, {}, 1), value, bytes(16)).entry


@settings(max_examples=60, deadline=None)
@given(saids)
def test_what_is_written_is_read_again(said: Said) -> None:
    assert site_entries.read(entered(said.TYPE, site_entries.write(said))) == said


VERIFIED = Verified(LIST, "h-1", 1, "planner")
TOLD = Told(LIST, 1, "Hospitals", 1, bytes(32))
ANSWERED = Answered(LIST, 1, None, (("h-1", "objection"),))


@pytest.mark.parametrize(
    ("said", "key", "found", "code"),
    [
        (Opened(LIST, "Hospitals"), "list", "x", "site.list_id"),
        (Opened(LIST, "Hospitals"), "list", None, "site.list_id"),
        (Opened(LIST, "Hospitals"), "list", "s-x", "ledger.base32"),
        (Opened(LIST, "Hospitals"), "name", "", "site.text"),
        (Rowed(LIST, 1, row()), "version", 0, "site.row"),
        (Rowed(LIST, 1, row()), "row", None, "site.row"),
        (Gone(LIST, 1, "h-1"), "row", "", "site.text"),
        (VERIFIED, "by", "", "site.text"),
        (VERIFIED, "by", "call +963 11 222 3344", "site.personal"),
        (VERIFIED, "first", -1, "site.row"),
        (Revalidated(LIST, "h-1", 1, "planner", 1), "review_ms", None, "site.row"),
        (TOLD, "rows", -1, "site.row"),
        (TOLD, "sha256", "x", "ledger.base32"),
        (TOLD, "name", "two\nlines", "site.text"),
        (ANSWERED, "rows", [], "site.entry"),
        (ANSWERED, "rows", None, "site.entry"),
        (ANSWERED, "rows", ["h-1"], "site.entry"),
        (ANSWERED, "rows", [["h-1", "agreed"]], "site.entry"),
        (ANSWERED, "rows", [["", "objection"]], "site.text"),
        (ANSWERED, "all", "received", "site.entry"),
        (Answered(LIST, 1, "received"), "all", "permitted", "site.entry"),
    ],
)
def test_what_is_none_is_refused(said: Said, key: str, found: Any, code: str) -> None:
    site_entries.read(entered(said.TYPE, site_entries.write(said)))
    with pytest.raises(Invalid) as caught:
        site_entries.read(entered(said.TYPE, {**site_entries.write(said), key: found}))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "where", "code"),
    [
        ("test.said", None, "ledger.not_understood"),
        ("site.row", origin(A), "ledger.misplaced"),
        ("site.list", PRIVATE, "ledger.misplaced"),
        ("site.list", origin(A, "urgent"), "ledger.misplaced"),
    ],
)
def test_other_types_and_other_feeds_are_refused(name: str, where: Origin | None, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        site_entries.read(entered(name, {}, where))
    assert caught.value.code == code


def test_a_role_is_no_person() -> None:
    assert site_entries.role("duty officer") == "duty officer"
    with pytest.raises(Invalid):
        site_entries.role("x" * 61)
