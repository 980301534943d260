"""What goes into a release, of each kind and at each level; and what its recipient could infer from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.story import desks, whole
from tests.story.desks import START, circle, given
from tests.story.test_gate import people
from tests.story.test_releases import signed
from tests.story.test_sites import listed, site
from tests.story.test_statements import declared, policy, raised
from tests.story.test_talks import hold_talks
from tests.story.whole import Two
from wideberth.errors import WideberthError
from wideberth.model.agreement import Step
from wideberth.model.release import Caveats, Recipient
from wideberth.node.gate import Seen
from wideberth.node.release_records import LEAST, Choice
from wideberth.node.release_views import ReleaseRecordView, ReleaseView
from wideberth.space.units import METRE, SECOND

ROLE = "releasing officer"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with desks.desks(tmp_path, "full") as found:
        found.one.room.releases.add_recipient(Recipient("Observers"))
        yield found


def draft(two: Two, *records: Choice, to: str = "Observers") -> ReleaseView:
    [found] = two.one.room.releases.draft([to], "Records", records, Caveats())
    return found


def text(two: Two, view: ReleaseView) -> str:
    """All that would leave."""
    releases = two.one.room.releases
    names = [each.file for each in view.files if not each.file.endswith(".pdf")]
    return b"".join(releases.preview(view.release, each) for each in names).decode()


def deliver(two: Two, view: ReleaseView) -> None:
    releases, index = two.one.room.releases, two.one.room.releases.index(view.release)
    releases.approve(view.release, signed(two.places[0], index))
    releases.save(view.release, ROLE)


def code(two: Two, *records: Choice) -> str:
    with pytest.raises(WideberthError) as error:
        draft(two, *records)
    return error.value.code


def facts(record: ReleaseRecordView) -> dict[str, str]:
    return dict(record.facts)


def test_rows_of_an_own_list_never_say_who_gave_them_nor_coarsely_their_name(two: Two) -> None:
    own = listed(two.one, site("a", source="zz-informant"), site("b", 34.0, source="zz-informant"))
    full = draft(two, Choice("sites", own.list, level="full"))
    assert [each.title for each in full.records] == ["Clinic a", "Clinic b"]
    assert facts(full.records[0]) == {"kind": "site", "what": "hospital", "grade": "unverified"}
    coarse = draft(two, Choice("sites", "hospitals", rows=("b",)))
    [record] = coarse.records
    assert (record.title, facts(record), record.level) == ("", {"kind": "site"}, "coarse")
    assert record.volumes != full.records[1].volumes
    assert "Clinic" not in text(two, coarse) and "hospital" not in text(two, coarse)
    for view in (full, coarse):
        assert "zz-informant" not in text(two, view)
        assert "removes no protection" in text(two, view)
    assert code(two, Choice("sites", own.list, rows=("c",))) == "release.no_record"


def test_statements_are_told_in_full_or_as_an_area(two: Two) -> None:
    room = two.one.room.statements
    [rule] = room.make([two.line], policy(circle(33.0, 34.0, START, 24)))
    [position] = room.make([two.line], declared())
    [worry] = room.make([two.line], raised(START))
    area = draft(two, Choice("statement", rule.statement)).records[0]
    assert (area.text, area.level, facts(area)["kind"]) == ("", "coarse", "policy")
    full = draft(
        two, *(Choice("statement", each.statement, level="full") for each in (rule, position, worry))
    )
    assert [each.text for each in full.records] == [
        "No drones above the coast.",
        "Our assistance continues.",
        "It may travel on.",
    ]
    assert facts(full.records[2])["assurance requested"] == "That it stays with you."
    assert {each.originator for each in full.records} == {two.one.party}
    for each in (position, worry):
        assert code(two, Choice("statement", each.statement)) == "release.level"


def test_what_the_other_party_told_is_its_own_and_needs_its_consent(two: Two) -> None:
    [theirs] = two.other.desk.submit([given(circle(33.0, 34.0, START))])
    whole.settle(two)
    [notice] = two.one.desk.notices(two.line)
    rows = listed(two.other, site("a"))
    two.other.sites.send(two.line, rows.list)
    [said] = two.other.room.statements.make([two.line], declared())
    talks = hold_talks(two)
    two.one.room.talks.minute(talks.talks, "Hours were agreed.")
    whole.settle(two)
    digest = hashlib.sha256(b"Hours were agreed.").digest()
    for node in (two.one, two.other):
        node.room.talks.sign(talks.talks, digest)
        whole.settle(two)
    [told] = two.one.sites.told()
    some = [
        Choice("notice", notice.notice, two.line, level="full"),
        Choice("sites", told.list, two.line, level="full"),
        Choice("statement", said.statement, two.line, level="full"),
        Choice("talks", talks.talks, level="full"),
    ]
    for each in some:
        assert code(two, each) == "release.onward_never", each
    # their own plan's id is nothing here
    assert code(two, Choice("plan", theirs.plan)) == "release.no_record"
    assert code(two, Choice("notice", notice.notice, "a" * 52)) == "release.no_record"


def test_minutes_that_only_one_has_signed_are_nobodys_record(two: Two) -> None:
    talks = hold_talks(two)
    two.one.room.talks.minute(talks.talks, "Hours were agreed.")
    whole.settle(two)
    assert code(two, Choice("talks", talks.talks, level="full")) == "release.no_record"


@pytest.mark.parametrize(
    ("grid", "level"),
    [
        (Step(LEAST.h - 1, LEAST.v, LEAST.t), "coarse"),
        (Step(LEAST.h, LEAST.v - METRE, LEAST.t), "coarse"),
        (Step(LEAST.h, LEAST.v, SECOND), "coarse"),
        (LEAST, "full"),
    ],
)
def test_cells_that_hide_nothing_are_refused(two: Two, grid: Step, level: str) -> None:
    [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
    exact = Choice("plan", plan.plan, level="full", grid=grid)
    coarse = Choice("plan", plan.plan, level="coarse", grid=grid)
    assert code(two, exact if level == "full" else coarse) == "release.grid"


def placed(two: Two, view: ReleaseView) -> Sequence[tuple[int | None, int, bool]]:
    """Of each place: the record here that tells of it, how often it was told, whether exactly."""
    found = two.one.room.releases.meter(view.release).places
    return [(each.number, each.told, each.exact) for each in found]


def test_the_meter_counts_what_left_for_allies_and_what_stands_on_their_lines(two: Two) -> None:
    releases = two.one.room.releases
    [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
    own = listed(two.one, site("a"))
    two.one.sites.send(two.line, own.list)
    whole.settle(two)
    choice = Choice("plan", plan.plan)
    first = draft(two, choice)
    # to observers that nobody is tied to, nothing was told
    assert placed(two, first) == [(1, 1, False)]
    assert releases.meter(first.release).before.records == 0
    # South was told of the plan in full on its line, and of the list; the observers know what it knows
    releases.add_recipient(Recipient("South", two.other.party))
    releases.add_recipient(Recipient("Observers", None, ("South",)))
    found = releases.meter(first.release)
    assert found.recipients == ("Observers", "South")
    assert placed(two, first)[0] == (1, 2, True)
    assert found.before.records == 2
    # of either side of the tie
    south = draft(two, choice, to="South")
    assert placed(two, south)[0] == (1, 2, True)
    # a draft has told nobody anything, and a copy that has left has
    deliver(two, first)
    assert placed(two, south)[0] == (1, 3, True)
    releases.recall(first.release)
    # a recall makes nobody forget
    assert placed(two, south)[0] == (1, 3, True)


def test_two_grids_of_one_place_are_put_together(two: Two) -> None:
    [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
    wide = Step(37_000 * METRE, 1_500 * METRE, 7_200 * SECOND)
    other = Step(50_000 * METRE, 1_500 * METRE, 7_200 * SECOND)
    first = draft(two, Choice("plan", plan.plan, grid=wide))
    deliver(two, first)
    second = draft(two, Choice("plan", plan.plan, grid=other))
    [place] = two.one.room.releases.meter(second.release).places
    assert place.before is not None and place.told == 2
    assert place.after.area_m2 < place.before.area_m2


def test_what_the_gate_holds_is_not_told_until_officers_have_seen_it(two: Two) -> None:
    releases, user = two.one.room.releases, people(two.one)[0]
    releases.add_recipient(Recipient("South", two.other.party))
    [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
    whole.settle(two)
    two.one.gate.set(two.line, "always", user)
    view = draft(two, Choice("plan", plan.plan), to="South")
    releases.approve(view.release, signed(two.places[0], releases.index(view.release)))
    sent = releases.send(view.release, ROLE)
    assert (sent.phase, sent.deliveries[0].told) == ("delivered", False)
    whole.settle(two)
    assert not releases.one(view.release).deliveries[0].told
    held = two.one.gate.held(two.line)
    seen = [Seen(each.n, each.sha256) for each in held]
    two.one.gate.release(two.line, seen, user)
    whole.settle(two)
    assert releases.one(view.release).deliveries[0].delivered
