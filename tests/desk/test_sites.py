"""Own lists: editions, two persons, reviews; and what is told of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.sited import HERE, LIST, OTHER, Private, begun, row
from wideberth.desk import listed, site_entries, sites
from wideberth.desk.site_entries import Gone, Opened, Rowed, Verified
from wideberth.errors import Invalid, Refused
from wideberth.model.site import VERIFICATION, Listed, Stage

NOW = 1_900_000_000_000
DAY = sites.DAY_MS


def edition(made: Private, *found: Listed, withdrawn: tuple[str, ...] = ()) -> sites.Taken:
    taken = sites.edition(made.state, made.state.lists[LIST], sites.checked(found), withdrawn)
    made.say(*taken.entries)
    return taken


def test_the_first_edition_is_a_list_with_its_rows() -> None:
    made = Private()
    taken = sites.edition(made.state, Opened(LIST, "Hospitals"), [row("a"), row("b")])
    assert (taken.added, taken.missing) == (("a", "b"), ())
    made.say(*taken.entries)
    held = made.state.named("hospitals ")
    assert made.state.named(LIST) is held
    assert (held.version, list(held.rows), held.rows["a"].n) == (1, ["a", "b"], 1)
    assert made.state.row(LIST, "b").row == row("b")


def test_a_new_edition_says_only_what_is_new() -> None:
    made = begun(row("a"), row("b"), row("c"))
    taken = edition(made, row("a"), row("b", "Clinic, moved"), row("d"))
    assert taken == sites.Taken(
        (Rowed(LIST, 2, row("d")), Rowed(LIST, 2, row("b", "Clinic, moved"))),
        ("d",), ("b",), ("a",), ("c",), (),
    )  # fmt: skip
    held = made.state.lists[LIST]
    assert {name: each.version for name, each in held.rows.items()} == {"a": 1, "b": 2, "c": 1, "d": 2}
    assert edition(made, *(each.row for each in held.rows.values())).entries == ()


def test_a_picture_stays_with_a_place_that_stays() -> None:
    made = begun(row("a", photo=bytes(32)))
    assert edition(made, row("a")).entries == ()
    edition(made, row("a", "Clinic, renamed"))
    held = made.state.lists[LIST]
    assert held.rows["a"].row.photo == bytes(32)
    edition(made, structs.replace(row("a"), volumes=(structs.replace(HERE, start=1),)))
    edition(made, row("b", photo=b"x" * 32))
    assert [each.row.photo for each in held.rows.values()] == [None, b"x" * 32]


def test_a_row_that_is_missing_stays_until_its_owner_withdraws_it() -> None:
    made = begun(row("a"), row("b"))
    assert edition(made, row("a")).missing == ("b",)
    assert "b" in made.state.lists[LIST].rows
    taken = edition(made, row("a"), withdrawn=("b",))
    assert taken.entries == (Gone(LIST, 2, "b"),)
    held = made.state.lists[LIST]
    assert (list(held.rows), held.gone, held.version) == (["a"], {"b": 2}, 2)
    # and it may come back
    edition(made, row("b"))
    assert (sorted(held.rows), held.gone) == (["a", "b"], {})


@pytest.mark.parametrize("withdrawn", ["a", "x"])
def test_only_what_is_listed_and_not_in_the_edition_is_withdrawn(withdrawn: str) -> None:
    made = begun(row("a"))
    with pytest.raises(Invalid) as caught:
        edition(made, row("a"), withdrawn=(withdrawn,))
    assert caught.value.code == "site.not_listed"


def test_an_edition_that_could_not_be_told_is_not_entered() -> None:
    made = begun(row("a"))
    for wrong, code in (
        ([row("b"), row("b")], "site.repeated"),
        ([row("b", "call +963 11 222 3344")], "site.personal"),
        ([structs.replace(row("b"), volumes=())], "volume.entry"),
    ):
        with pytest.raises(Invalid) as caught:
            edition(made, *wrong)
        assert caught.value.code == code
    with pytest.raises(Invalid) as known:
        sites.edition(made.state, Opened(OTHER, "HOSPITALS"), [])
    assert known.value.code == "site.known_name"
    with pytest.raises(Invalid) as name:
        sites.edition(made.state, Opened(OTHER, "of +963 11 222 3344"), [])
    assert name.value.code == "site.personal"


def test_what_is_not_there_is_said() -> None:
    empty = sites.State()
    with pytest.raises(Invalid) as caught:
        empty.named("x")
    assert (caught.value.code, "none yet" in caught.value.wanted) == ("site.no_list", True)
    made = begun(row("a"))
    with pytest.raises(Invalid) as found:
        made.state.row("Hospitals", "x")
    assert found.value.code == "site.none"
    with pytest.raises(Invalid) as listed_:
        sites.verify(made.state.lists[LIST], "x", 1, "planner", other=None)
    assert listed_.value.code == "site.none"


def verify(made: Private, other: bool | None, version: int = 1) -> None:
    held = made.state.lists[LIST]
    made.say(sites.verify(held, "a", version, "planner", other=other))


def test_a_place_is_verified_by_two_persons() -> None:
    made = begun(row("a", grade="unverified"))
    found = made.state.lists[LIST].rows["a"]
    assert (found.stage, found.grade) == ("stated", "unverified")
    verify(made, None)
    assert (found.stage, found.grade) == ("once", "unverified")
    with pytest.raises(Refused) as caught:
        verify(made, False)
    assert caught.value.code == "site.same_person"
    verify(made, True)
    assert (found.stage, found.grade) == ("verified", "verified")
    assert found.first and found.second and found.first.n < found.second.n
    with pytest.raises(Refused) as again:
        verify(made, True)
    assert again.value.code == "site.already_verified"
    first, second = found.first, found.second
    made.say(Verified(LIST, "a", 1, "planner"), Verified(LIST, "a", 1, "planner", first.n))
    assert (found.first, found.second) == (first, second)


def test_lists_are_told_apart() -> None:
    made = begun(row("a"))
    made.say(Opened(OTHER, "Schools"), Rowed(OTHER, 1, row("b")))
    assert made.state.named("Schools").id == OTHER
    assert made.state.row(OTHER, "b").version == 1


def test_who_was_first_and_is_not_known_any_more_was_nobody() -> None:
    made = begun(row("a"))
    verify(made, None)
    verify(made, None)
    found = made.state.lists[LIST].rows["a"]
    assert (found.stage, found.first and found.first.n) == ("once", 3)


def test_a_claim_of_a_list_is_one_sources_word() -> None:
    made = begun(row("a", grade="verified"), row("b", grade="single_source"), row("c"))
    assert [each.grade for each in made.state.lists[LIST].rows.values()] == [
        "single_source",
        "single_source",
        "unverified",
    ]


def test_a_row_with_anything_else_in_it_begins_anew() -> None:
    made = begun(row("a"))
    verify(made, None)
    verify(made, True)
    edition(made, row("a", source="another"))
    assert made.state.lists[LIST].rows["a"].stage == "stated"
    with pytest.raises(Refused) as caught:
        verify(made, None)
    assert caught.value.code == "site.other_version"
    verify(made, None, 2)
    assert made.state.lists[LIST].rows["a"].stage == "once"


@pytest.mark.parametrize(
    "said",
    [
        # a second without the first, of another version, of no row, of no list
        Verified(LIST, "a", 1, "planner", 0),
        Verified(LIST, "a", 1, "planner", 5),
        Verified(LIST, "a", 2, "planner"),
        Verified(LIST, "x", 1, "planner"),
        Verified(OTHER, "a", 1, "planner"),
        Gone(LIST, 2, "x"),
    ],
)
def test_what_does_not_fit_verifies_nothing(said: Any) -> None:
    made = begun(row("a"))
    made.say(said)
    assert made.state.lists[LIST].rows["a"].stage == "stated"
    assert made.state.lists[LIST].gone == {}


def test_what_cannot_be_read_changes_nothing() -> None:
    made = begun(row("a"))
    made.enter("site.row", {"list": LIST, "version": 2})
    made.enter("test.said", {})
    made.enter("site.row", site_entries.write(Rowed(LIST, 2, row("b"))), v=2)
    assert list(made.state.lists[LIST].rows) == ["a"]
    # one list begins once
    made.say(Opened(LIST, "Another name"))
    assert made.state.lists[LIST].name == "Hospitals"


def test_a_place_is_looked_at_again() -> None:
    made = begun(row("a", review=NOW - DAY))
    held = made.state.lists[LIST]
    verify(made, None)
    verify(made, True)
    for wrong in (NOW, NOW + 3_661 * DAY):
        with pytest.raises(Invalid) as caught:
            sites.revalidate(held, "a", 1, "officer", wrong, NOW)
        assert caught.value.code == "site.review"
    assert held.rows["a"].review == NOW - DAY
    made.say(sites.revalidate(held, "a", 1, "officer", NOW + DAY, NOW))
    found = held.rows["a"]
    assert (found.review, found.seen and found.seen.by, found.stage) == (NOW + DAY, "officer", "verified")


def test_what_is_old_says_by_how_much() -> None:
    found = sites.old({"a": NOW, "b": NOW - 3 * DAY, "c": NOW + 1, "d": None}, NOW)
    assert list(found) == [sites.Old("a", 0), sites.Old("b", 3 * DAY), sites.Old("d", None)]


def test_who_gave_a_place_is_told_to_nobody() -> None:
    made = begun(row("b", source="the ward's doctor"), row("a", grade="verified", review=5))
    verify(made, None)
    verify(made, True)
    told = sites.told(made.state.lists[LIST])
    assert [(each.id, each.source, each.grade, each.review) for each in told] == [
        ("a", "", "verified", 5),
        ("b", "", "unverified", None),
    ]
    assert b"doctor" not in listed.write_all(told)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["one", "other", "lost", "revalidated", "new version"]), max_size=8))
def test_the_stages_are_those_of_the_table(steps: list[str]) -> None:
    """Whatever happens, a row goes where the table says, or stays where it is refused."""
    made = begun(row("a"))
    held = made.state.lists[LIST]
    stage: Stage = "stated"
    for i, step in enumerate(steps):
        found = held.rows["a"]
        try:
            if step == "revalidated":
                made.say(sites.revalidate(held, "a", found.version, "officer", NOW + i + 1, NOW))
                stage = VERIFICATION[stage]["revalidated"]
            elif step == "new version":
                edition(made, row("a", f"Clinic {i}"))
                stage = VERIFICATION[stage]["given a new version"]
            else:
                other = {"one": False, "other": True, "lost": None}[step]
                made.say(sites.verify(held, "a", found.version, "planner", other=other))
                stage = "verified" if stage == "once" and other else "once"
        except Refused:
            assert stage == "verified" or (stage == "once" and step == "one")
        assert held.rows["a"].stage == stage
