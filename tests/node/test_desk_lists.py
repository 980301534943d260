"""What is listed: in order, by name, a page at a time, each once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.node.desk_lists import ALL, FIRST, Listed, Which, page

FOUND = [
    Listed(True, 1, "p-ended", "coast"),
    Listed(False, 20, "p-later", "Coast"),
    Listed(False, FIRST, "p-always", "beacon"),
    Listed(False, 10, "p-soon"),
    Listed(False, 30, "p-soonest", "p-soon"),
]


def test_what_is_over_comes_last_and_the_rest_by_its_start() -> None:
    assert page(FOUND, ALL) == ["p-always", "p-soon", "p-later", "p-soonest", "p-ended"]
    assert page(FOUND, Which(over=False)) == ["p-always", "p-soon", "p-later", "p-soonest"]
    assert page([], ALL) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("p-soon", ["p-soon"]),
        ("p-soone", ["p-soonest"]),
        (" COAST ", ["p-later", "p-ended"]),
        ("p-l", []),
        ("p-la", ["p-later"]),
        ("", []),
        ("nothing", []),
    ],
)
def test_a_whole_id_means_one_and_a_label_or_a_beginning_all_that_have_it(
    text: str, wanted: list[str]
) -> None:
    assert page(FOUND, Which(named=text)) == wanted


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.uuids().map(str)), max_size=20),
    st.integers(1, 7),
)
def test_pages_after_one_another_are_the_whole_list(found: list[tuple[bool, int, str]], size: int) -> None:
    some = [Listed(*each) for each in found]
    whole: list[str] = []
    while piece := page(some, Which(after=whole[-1] if whole else None, most=size)):
        assert len(piece) <= size
        whole += piece
    assert whole == page(some, ALL)


def test_after_what_is_not_listed_there_is_nothing() -> None:
    with pytest.raises(Invalid) as caught:
        page(FOUND, Which(after="p-gone"))
    assert caught.value.code == "list.after"
