"""Lists of sites through two whole nodes: entered, verified, told, answered, and touched by plans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from tests.store.peopled import WORDS
from tests.story import whole
from tests.story.desks import DAY_MS, START, circle, desks, given
from tests.story.test_gate import people
from tests.story.whole import WALL_MS, Two
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval, ids
from wideberth.model.site import NOTICE, Listed
from wideberth.node.gate import Seen
from wideberth.node.node import Node
from wideberth.node.site_views import ListView, ToldView
from wideberth.node.views import time
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

NAME = "Hospitals"


def site(name: str, lon: float = 33.0, lat: float = 34.0, **more: object) -> Listed:
    ground = Circle((round(lon * DEGREE), round(lat * DEGREE)), 250 * METRE)
    return structs.replace(
        Listed(name, "site", f"Clinic {name}", (Volume(ground),), "hospital", source="a visit"),
        **more,
    )


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        yield found


def listed(node: Node, *rows: Listed, withdrawn: tuple[str, ...] = ()) -> ListView:
    return node.sites.edition(NAME, rows, withdrawn).list


def read(found: Two) -> ToldView:
    """What the other node was told."""
    [told] = found.other.sites.told(found.line)
    assert not told.mine
    return told


def test_a_list_is_told_answered_row_by_row_and_held_since(two: Two) -> None:
    mine = listed(two.one, site("a"), site("b"))
    told = two.one.sites.send(two.line, mine.list)
    assert (told.version, told.mine, told.own, told.delivered) == (1, True, mine.list, None)
    sent = two.time.wall_ms
    whole.settle(two)
    theirs = read(two)
    assert (theirs.name, theirs.version, theirs.counts, theirs.notice) == (NAME, 1, {"none": 2}, NOTICE)
    assert [each["id"] for each in theirs.rows] == ["a", "b"]
    # who gave it is nobody else's business, nor what it is called in the own feed
    assert {each["source"] for each in theirs.rows} == {""}
    assert theirs.list != mine.list
    [told] = two.one.sites.told()
    assert told.delivered is not None and told.counts == {"none": 2}
    # silence means nothing, and is said so
    assert {each.words for each in told.statuses} == {
        "nothing was said: that means nothing, and is never consent"
    }
    two.other.sites.answer(two.line, theirs.list, 1, "received", {})
    two.other.sites.answer(two.line, theirs.list, 1, None, {"a": "objection"})
    whole.settle(two)
    [told] = two.one.sites.told(two.line)
    assert told.counts == {"objection": 1, "received": 1}
    answered = next(each for each in told.statuses if each.row == "a")
    assert (answered.status, answered.entry is not None) == ("objection", True)
    # the next version: a is withdrawn
    listed(two.one, site("b"), site("c"), withdrawn=("a",))
    two.one.sites.send(two.line, NAME)
    whole.settle(two)
    assert (read(two).version, read(two).counts) == (2, {"none": 2})
    found = two.one.sites.held(NAME, "a")
    [recipient] = found.recipients
    [version] = recipient.versions
    assert (version.version, version.until, version.status.status) == (1, 2, "objection")
    assert version.sent == time(sent) <= str(version.delivered) <= str(version.until_at)
    [b] = two.one.sites.held(NAME, "b").recipients
    assert [(each.version, each.until) for each in b.versions] == [(1, None), (2, None)]
    with pytest.raises(Invalid) as caught:
        two.one.sites.held(NAME, "x")
    assert caught.value.code == "site.none"


def test_a_place_is_verified_by_two_accounts_and_no_name_is_in_the_feed(two: Two) -> None:
    mine = listed(two.one, site("a", grade="verified"))
    sites = two.one.sites
    assert sites.rows(NAME).rows[0].grade == "single_source"
    one, other = (each.id for each in people(two.one))
    once = sites.verify(NAME, "a", mine.version, "planner", one)
    assert (once.stage, [each.by for each in once.verified]) == ("once", ["planner"])
    with pytest.raises(Refused) as caught:
        sites.verify(NAME, "a", 1, "officer", one)
    assert caught.value.code == "site.same_person"
    sent = two.one.events(0)[0][-1].n
    twice = sites.verify(NAME, "a", 1, "officer", other)
    assert [each.what for each in two.one.events(sent)[0]] == [
        "site.changed"
    ]  # who has the page open sees it
    assert (twice.stage, twice.grade) == ("verified", "verified")
    with pytest.raises(Refused) as again:
        sites.verify(NAME, "a", 1, "officer", one)
    assert again.value.code == "site.already_verified"
    private = two.one.private
    entered = [each.item.body for each in private.journal.read(private.head.origin.text)]
    assert not any(b"duty-" in each or b'"user"' in each for each in entered)
    two.one.sites.send(two.line, NAME)
    whole.settle(two)
    assert read(two).rows[0]["grade"] == "verified"


def test_who_was_first_is_forgotten_in_time_and_counts_no_more(two: Two) -> None:
    listed(two.one, site("a"))
    one, _ = people(two.one)
    two.one.sites.verify(NAME, "a", 1, "planner", one.id)
    two.time.pass_ms(31 * DAY_MS)
    two.one.tick()
    # nobody knows any more whether this is another person: it is the first
    found = two.one.sites.verify(NAME, "a", 1, "planner", one.id)
    assert found.stage == "once"


def test_an_account_that_is_deleted_and_made_again_is_no_second_person(two: Two) -> None:
    listed(two.one, site("a"))
    one, other = people(two.one)
    accounts, now = two.one.people, two.one.clock.now()
    two.one.sites.verify(NAME, "a", 1, "officer", one.id)
    accounts.delete(one.name, now)
    again = accounts.add(one.name, WORDS, ["officer"], now)
    assert again.id != one.id
    assert two.one.sites.verify(NAME, "a", 1, "officer", again.id).stage == "once"
    assert two.one.sites.verify(NAME, "a", 1, "officer", other.id).stage == "verified"


def test_it_is_all_there_after_a_start(tmp_path: Path) -> None:
    places, line = whole.begin(tmp_path)
    clock = whole.Time()
    with places[0].open(clock) as one, places[1].open(clock) as other:
        one.take_up(whole.paired(*places), places[0].private)
        other.take_up(whole.paired(*reversed(places)), places[1].private)
        two = Two(one, other, line, places, clock)
        whole.settle(two)
        mine = listed(one, site("a"), site("b"))
        [person, _] = people(one)
        one.sites.verify(NAME, "a", 1, "planner", person.id)
        one.sites.keep_person(NAME, "a", {"name": "somebody"}, WALL_MS + DAY_MS)
        one.sites.send(line, NAME)
        whole.settle(two)
        before = one.sites.lists(), one.sites.rows(NAME), one.sites.told()
        one.people.close()
    with places[0].open(clock) as again:
        assert (again.sites.lists(), again.sites.rows(NAME), again.sites.told()) == before
        assert again.sites.person(mine.list, "a").fields == {"name": "somebody"}
        # who verified first is known over a start
        with pytest.raises(Refused):
            again.sites.verify(NAME, "a", 1, "planner", person.id)
        clock.pass_ms(2 * DAY_MS)
    with places[0].open(clock) as later:
        later.tick()
        with pytest.raises(Invalid) as caught:
            later.sites.person(NAME, "a")
        assert caught.value.code == "site.no_person"


def test_what_is_known_of_people_is_in_no_feed_and_in_no_list(two: Two) -> None:
    mine = listed(two.one, site("a"))
    two.one.sites.keep_person(NAME, "a", {"name": "Maryam al-Example"}, two.time.wall_ms + DAY_MS)
    two.one.sites.send(two.line, NAME)
    whole.settle(two)
    for node in (two.one, two.other):
        journal = node.private.journal
        bodies = [each.item.body for name in journal.heads() for each in journal.read(name)]
        assert not any(b"Maryam" in each for each in bodies)
    assert "Maryam" not in str(two.one.sites.rows(mine.list)) + str(read(two))
    listed(two.one, withdrawn=("a",))
    two.one.sites.forget_person(NAME, "a")
    with pytest.raises(Invalid):
        two.one.sites.forget_person(NAME, "a")
    with pytest.raises(Invalid):
        two.one.sites.keep_person(NAME, "x", {"name": "somebody"}, two.time.wall_ms + DAY_MS)
    files = b"".join(each.read_bytes() for each in two.places[0].path.glob("personal.db*"))
    assert b"Maryam" not in files


def test_people_beside_a_row_that_was_withdrawn_can_still_be_erased(two: Two) -> None:
    listed(two.one, site("a"))
    sites, until = two.one.sites, two.time.wall_ms + DAY_MS
    sites.keep_person(NAME, "a", {"name": "somebody"}, until)
    listed(two.one, withdrawn=("a",))
    assert sites.person(NAME, "a").fields == {"name": "somebody"}
    with pytest.raises(Invalid) as caught:
        sites.keep_person(NAME, "a", {"name": "somebody else"}, until)
    assert caught.value.code == "site.none"
    sites.forget_person(NAME, "a")
    with pytest.raises(Invalid) as gone:
        sites.person(NAME, "a")
    assert gone.value.code == "site.no_person"


def test_a_large_list_goes_in_its_turn(two: Two) -> None:
    rows = [site(f"{i:04d}", 33 + i / 1000, of="x" * 150) for i in range(400)]
    listed(two.one, *rows)
    two.one.sites.send(two.line, NAME)
    whole.settle(two)
    assert (read(two).version, len(read(two).rows), read(two).unread) == (1, 400, None)


def test_a_list_that_waits_is_shown_and_has_its_number(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        # nothing may be said before the peer has shown what it holds
        listed(two.one, site("a"))
        told = two.one.sites.send(two.line, NAME)
        assert (told.version, told.waiting, told.at) == (0, 1, None)
        listed(two.one, site("b"))
        assert two.one.sites.send(two.line, NAME).waiting == 2
        assert [each.waiting for each in two.one.sites.told()] == [2]
        whole.settle(two)
        assert (read(two).version, len(read(two).rows)) == (2, 2)
        assert [each.waiting for each in two.one.sites.told()] == [None]


def test_a_gate_holds_a_list_with_its_rows(two: Two) -> None:
    officer, _ = people(two.one)
    two.one.gate.set(two.line, "always", officer)
    listed(two.one, site("a"))
    assert two.one.sites.send(two.line, NAME).waiting == 1
    whole.settle(two)
    assert two.other.sites.told() == []
    held = two.one.gate.held(two.line)
    assert [each.type for each in held] == ["site.list", "part"]
    # what is not released with it is not read
    two.one.gate.release(two.line, [Seen(held[0].n, held[0].sha256)], officer)
    whole.settle(two)
    assert (read(two).unread, read(two).rows) == ("ledger.parts_missing", ())
    two.one.gate.release(two.line, [Seen(held[1].n, held[1].sha256)], officer)
    whole.settle(two)
    assert (read(two).unread, len(read(two).rows)) == (None, 1)


def test_nothing_is_told_twice_and_of_no_list(two: Two) -> None:
    listed(two.one, site("a"))
    two.one.sites.send(two.line, NAME)
    with pytest.raises(Refused) as caught:
        two.one.sites.send(two.line, NAME)
    assert caught.value.code == "site.told"
    with pytest.raises(Invalid) as none:
        two.one.sites.send(two.line, "Schools")
    assert none.value.code == "site.no_list"
    two.one.sites.revalidate(NAME, "a", 1, "officer", two.time.wall_ms + DAY_MS)
    assert two.one.sites.send(two.line, NAME).version == 2


def test_a_row_and_a_list_say_how_old_they_are(two: Two) -> None:
    listed(two.one, site("a", review=two.time.wall_ms + DAY_MS), site("b"))
    old = {each.row["id"]: each.old for each in two.one.sites.rows(NAME).rows}
    assert old == {"a": None, "b": "nothing says when it is to be validated again"}
    two.one.sites.send(two.line, NAME)
    whole.settle(two)
    assert read(two).old is None
    two.time.pass_ms(40 * DAY_MS)
    assert read(two).old == "told 40 days ago"
    assert two.one.sites.rows(NAME).rows[0].old == "its validation is overdue by 39 days"
    touched = two.other.sites.touching(given(circle(33.0, 34.0, START)).plan)
    assert {each.old for each in touched} == {
        "its validation is overdue by 39 days; told 40 days ago",
        "nothing says when it is to be validated again; told 40 days ago",
    }
    assert {each.label for each in touched} == {"north"}


def test_a_plan_that_touches_a_site_is_told_to_its_planner_alone_and_at_once(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        listed(two.one, site("a"))
        two.one.sites.send(two.line, NAME)
        whole.settle(two)
        [far] = two.other.desk.submit([given(circle(36.0, 34.0, START))])
        assert far.sites == ()
        [near] = two.other.desk.submit([given(circle(33.0, 34.0, START))])
        [touch] = near.sites
        assert (touch.row, touch.found, touch.name) == ("a", "overlap", "Clinic a")
        assert touch.of == two.line and touch.plan == near.plan
        assert two.other.sites.cases() == [touch]
        whole.settle(two)
        # the owner of the site learns of the plan what it is told of it: a notice, and its own case of that
        assert [each.plan for each in two.one.sites.cases()] == [near.on[0].notice]
        with pytest.raises(Refused) as caught:
            two.other.desk.activate(near.plan)
        assert caught.value.code == "plan.blocked" and "touches Clinic a" in caught.value.message
        # a plan that keeps clear has no case
        moved = two.other.desk.amend(near.plan, given(circle(33.5, 34.0, START)))
        assert moved.sites == () and two.other.sites.cases() == []
        whole.settle(two)
        assert two.one.sites.cases() == []
        assert two.other.desk.activate(near.plan).state == "activated"


def test_a_site_that_comes_to_stand_in_a_plan_opens_its_case(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START, 2))])
        listed(two.one, site("a", 40.0))
        assert two.one.sites.cases() == []
        listed(two.one, site("a", 33.0))
        assert [each.row for each in two.one.sites.cases(plan.plan)] == ["a"]
        # by a named role, for somebody has to answer for it
        assert two.one.desk.activate(plan.plan, "commander").override == "commander"
        listed(two.one, withdrawn=("a",))
        assert two.one.sites.cases() == []
        listed(two.one, site("b", 33.0))
        two.one.desk.state(plan.plan, "ended")
        assert two.one.sites.cases() == []


def test_an_agreement_may_say_how_far_to_keep_from_sites(tmp_path: Path) -> None:
    row = '["site", "survey"]\nrules = [{ horizontal = "20km", vertical = "any", time = "any" }]'
    crewed = 'between = ["crewed", "escort"]'
    with desks(tmp_path, change={crewed: f"between = {row}\n\n[[separation]]\n{crewed}"}) as two:
        listed(two.other, site("a", 33.15))
        plan = given(circle(33.0, 34.0, START))
        assert two.one.sites.touching(plan.plan) == []
        two.other.sites.send(two.line, NAME)
        whole.settle(two)
        # 14 km away, 5 km of which the plan takes
        [touch] = two.one.sites.touching(plan.plan)
        assert (touch.found, touch.required_m) == ("close", 20_000)
        assert 8_000 < touch.gap_m < 9_000
        [number] = two.one.agreed.of(two.line).phases
        two.one.agreed.suspend(two.line, ids.unbase32(number, approval.AGREEMENT_ID, "number"))
        assert two.one.sites.touching(plan.plan) == []
        [told] = two.one.sites.told()
        assert told.name == NAME


def test_what_touches_a_site_is_found_again_after_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desks(tmp_path) as found:
        [plan] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        listed(found.one, site("a"))
        assert len(found.one.sites.cases()) == 1
        [moved] = found.one.desk.submit([given(circle(33.5, 34.0, START))])
        sites = found.one.sites
        sites._plans.add(moved.plan)
        real = sites._now_of

        def full(*_: object) -> None:
            raise Refused("journal.broken", "the disk is full")

        monkeypatch.setattr(sites, "_now_of", full)
        with pytest.raises(Refused):
            sites.settle()
        assert moved.plan in sites._plans
        monkeypatch.setattr(sites, "_now_of", real)
        sites.settle()
        assert not sites._plans and plan.plan
