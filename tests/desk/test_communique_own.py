"""Communiqués in a party's private feed: kept with their texts, published, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from tests.desk.drafted import FIRST, ID, again, approve, sha
from tests.ledger.two import A, origin
from wideberth.desk import communique_entries, communique_own
from wideberth.desk.case_entries import Ref
from wideberth.desk.communique_entries import Differed, Said, Shown, Signed, Withdrawn
from wideberth.desk.communique_own import Own, State
from wideberth.errors import Invalid
from wideberth.ledger import feed, ids, parts
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Origin
from wideberth.model.communique import Text, Version

OWN = structs.replace(FIRST, parties=(A.name,))
NEXT = structs.replace(again(2), parties=(A.name,), correction="The title.")


class Private:
    """A private feed with nothing else in it."""

    def __init__(self) -> None:
        self.head = feed.Head(Origin(ids.PRIVATE, A.name, "main", 0))
        self.state = State()

    def put(self, version: Version = OWN) -> None:
        data = communique_entries.text(version)
        put = communique_entries.put(data)
        self.enter(put.TYPE, communique_entries.write(put), parts.split(data) if put.text is None else ())

    def said(self, said: Said) -> None:
        self.enter(said.TYPE, communique_entries.write(said))

    def signed(self, version: Version = OWN) -> None:
        said = Signed(version.id, sha(version), approve(A, version))
        self.enter(said.TYPE, communique_own.write_signed(said, Ref(origin(A), 7)))

    def enter(self, of_type: str, value: Any, cut: Sequence[Part] = ()) -> None:
        written = feed.Written(of_type, 1, {}, self.head.at_ms + 1)
        made = feed.append(self.head, written, value, bytes(16))
        self.head = made.head
        assert (communique_own.parts_of(made.entry) is None) is not bool(cut)
        self.state = communique_own.evolve(self.state, made.entry, cut)

    @property
    def own(self) -> Own:
        return self.state.communiques[ID]


def test_what_is_published_has_its_history_and_when_each_was() -> None:
    private = Private()
    private.put()
    private.signed()
    assert private.own.versions[0].draft.signatures(A.name)[0].ref == Ref(origin(A), 7)
    assert communique_own.published(private.state, {}, {}) == []
    private.said(Shown(ID, sha(OWN)))
    private.put(NEXT)
    private.said(Shown(ID, sha(NEXT)))
    [shown] = communique_own.published(private.state, {A.name: "North"}, {ID: 3})
    assert (shown.by, shown.replies, shown.withdrawn_ms) == (("North",), 3, None)
    assert shown.versions == (NEXT, OWN) and shown.published_ms[0] > shown.published_ms[1]
    private.said(Withdrawn(ID, sha(NEXT), "an error"))
    [gone] = communique_own.published(private.state, {}, {})
    assert gone.withdrawn_ms is not None and gone.versions == (NEXT, OWN) and gone.by == (A.name,)
    assert private.own.versions[1].why == "an error"
    first = shown.published_ms
    private.said(Shown(ID, sha(NEXT)))
    [again_shown] = communique_own.published(private.state, {}, {})
    assert (again_shown.withdrawn_ms, again_shown.published_ms) == (None, first)


def test_a_draft_that_is_withdrawn_takes_nothing_off_the_pages() -> None:
    private = Private()
    private.put()
    private.said(Shown(ID, sha(OWN)))
    private.put(NEXT)
    private.said(Withdrawn(ID, sha(NEXT)))
    [shown] = communique_own.published(private.state, {}, {})
    assert shown.withdrawn_ms is None and shown.versions == (OWN,)


def test_the_newest_is_first() -> None:
    private = Private()
    other = structs.replace(OWN, id=communique_entries.new_id(bytes([9] * 16)))
    for version in (OWN, other):
        private.put(version)
        private.said(Shown(version.id, sha(version)))
    assert [each.id for each in communique_own.published(private.state, {}, {})] == [other.id, ID]


def test_a_long_text_is_kept_whole_and_a_text_once() -> None:
    long = structs.replace(OWN, texts=(Text("ru", "Длинный", "\n\n".join(["и" * 900] * 40)),))
    private = Private()
    private.put(long)
    private.put(long)
    [kept] = private.own.versions
    assert kept.text == communique_entries.text(long) and kept.said == long


def test_what_is_of_no_version_here_changes_nothing() -> None:
    private = Private()
    private.put()
    before = private.own
    private.said(Shown(ID, bytes(32)))
    private.said(Differed(ID, sha(OWN), "no"))
    assert private.own == before
    with pytest.raises(Invalid):
        private.enter("communique", {"communique": ID, "sha256": "x"})
