"""Changes that would clear a plan, against trying every minute and every 100 ft with the search itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conflict.sample import CREWED, HERE, HOUR, apart, every, plan, volume, volumes
from wideberth.conflict import propose as proposing
from wideberth.conflict.clear import KEPT_OUT, judge
from wideberth.conflict.find import find
from wideberth.conflict.offer import EXACT, HUNDRED_FEET, MINUTE, Constraints, Limits, Offer, shifted
from wideberth.conflict.propose import Answer, Proposals, propose
from wideberth.model.plan import Plan
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude, Datum
from wideberth.space.reference import Qnh, Terrain, VerticalReference
from wideberth.space.stated import circle, corridor
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Pad, Volume

NEAR = Limits(
    delay=50 * MINUTE, advance=40 * MINUTE, climb=60 * HUNDRED_FEET, descend=55 * HUNDRED_FEET, sidestep=0
)
TWO_RULES = every(CREWED, Rule(8_000 * METRE, "any", 60 * SECOND, 500_000))
TEN = 10 * HOUR
BAND = Altitude("FL", 100 * HUNDRED_FEET), Altitude("FL", 120 * HUNDRED_FEET)


def steps(offers: Sequence[Offer]) -> dict[str, int]:
    """Whole minutes, or hundreds of feet, of each exact change."""
    return {
        offer.change: offer.by_t // MINUTE + offer.by_v // HUNDRED_FEET
        for offer in offers
        if offer.change in EXACT
    }


def tried(
    plans: Sequence[Plan], one: Plan, table: SeparationTable, reference: VerticalReference, limits: Limits
) -> dict[str, int]:
    """The least clear step each way, found by searching with the plan at every step there is."""
    copies = {}
    for change, size, sign, most in (
        ("delay", MINUTE, 1, limits.delay),
        ("advance", MINUTE, -1, limits.advance),
        ("climb", HUNDRED_FEET, 1, limits.climb),
        ("descend", HUNDRED_FEET, -1, limits.descend),
    ):
        for step in range(1, most // size + 1):
            by = sign * step * size
            after = shifted(one, by, 0) if size == MINUTE else shifted(one, 0, by)
            if after is not None and legal(one, after, change, limits):
                copies[f"{change} {step}"] = replace(after, id=f"{change} {step}")
    # copies are of one party: they are not compared with each other
    others = [other for other in plans if other.key != one.key]
    found = find([*copies.values(), *others], table, reference, own=False)
    bad = {key[1] for conflict in found.conflicts for key in conflict.plans if key[0] == one.party}
    least: dict[str, int] = {}
    for name in copies:
        change, number = name.split()
        if name not in bad:
            least[change] = min(int(number), least.get(change, 10**9))
    return least


def legal(one: Plan, after: Plan, change: str, limits: Limits) -> bool:
    if change in ("delay", "advance"):
        return all(v.start is not None and v.end is not None for v in one.volumes)
    datums = {limit.datum for v in one.volumes for limit in (v.lower, v.upper)}
    lowest = min(v.lower.value for v in after.volumes)
    highest = max(v.upper.value for v in after.volumes)
    below = change != "descend" or lowest >= 0
    return not datums & {"SFC", "UNL"} and below and highest <= limits.ceiling


def in_conflict(plans: Sequence[Plan], table: SeparationTable, reference: VerticalReference) -> list[Plan]:
    keys = {key for conflict in find(plans, table, reference).conflicts for key in conflict.plans}
    return [one for one in plans if one.key in keys]


def check_against_trying(
    plans: Sequence[Plan], table: SeparationTable, reference: VerticalReference, limits: Limits = NEAR
) -> int:
    """How many offers were right."""
    concerned = in_conflict(plans, table, reference)
    given_keys = [one.key for one in plans]
    proposals = propose(plans, given_keys, table, reference, limits, more=False)
    assert [answer.plan for answer in proposals.answers] == given_keys
    for one, answer in zip(plans, proposals.answers, strict=True):
        assert bool(answer.hits) == (one in concerned)
        wanted = tried(plans, one, table, reference, limits) if answer.hits else {}
        assert steps(answer.offers) == wanted
        left = set(EXACT) - set(wanted) if answer.hits else set()
        assert {change for change, _ in answer.missing} == left
    return sum(len(answer.offers) for answer in proposals.answers)


def parties(parts: Sequence[Sequence[Volume]]) -> list[Plan]:
    """The first is alone in its party: its copies must meet all others."""
    return [Plan(f"P{k}", "1", tuple(part)) for k, part in enumerate(parts)]


groups = st.lists(st.lists(volumes(spread=0.1), min_size=1, max_size=3), min_size=2, max_size=5)


@settings(max_examples=60)
@given(groups)
def test_offers_are_the_least_that_trying_every_step_finds(
    reference: VerticalReference, parts: list[list[Volume]]
) -> None:
    check_against_trying(parties(parts), TWO_RULES, reference)


DATUMS: tuple[Datum, ...] = ("FL", "HAE", "MSL", "ALT", "AGL", "MSL/ALT")


@st.composite
def heights(draw: st.DrawFn) -> tuple[Altitude, Altitude]:
    """Bands whose two limits may be of different datums."""
    low = draw(st.integers(0, 60)) * 97 * FOOT
    high = low + draw(st.integers(0, 40)) * 103 * FOOT
    first = draw(st.sampled_from(DATUMS))
    second = draw(st.sampled_from([first, first, *DATUMS]))
    return Altitude(first, low), Altitude(second, high)


@settings(max_examples=60)
@given(
    st.lists(heights(), min_size=2, max_size=4),
    st.sampled_from(["unknown", "known", "agreed", "area"]),
)
def test_offers_in_every_datum_are_the_least_that_trying_finds(
    reference: VerticalReference, bands: list[tuple[Altitude, Altitude]], world: str
) -> None:
    known = Terrain(100 * METRE, 180 * METRE, known=True)
    against = {
        "unknown": reference,
        "known": replace(reference, terrain=known),
        "agreed": replace(reference, terrain=known, qnh=Qnh(1_005.0)),
        "area": replace(reference, terrain=known, qnh=Qnh(1_005.0, circle(33.0, 35.0, 60_000 * METRE))),
    }[world]
    grounds = [HERE, circle(33.001, 35.0, 500 * METRE), circle(33.7, 35.0, 3_000 * METRE), HERE]
    plans = [
        plan(f"P{k}", Volume(ground, low, high, TEN, TEN + HOUR, pad=Pad(v=k * METRE)))
        for k, ((low, high), ground) in enumerate(zip(bands, grounds, strict=False))
    ]
    table = every(Rule(60_000 * METRE, 500 * FOOT, 60 * SECOND))
    limits = replace(NEAR, climb=150 * HUNDRED_FEET, descend=70 * HUNDRED_FEET, delay=0, advance=0)
    check_against_trying(plans, table, against, limits)


def one_answer(proposals: Proposals) -> Answer:
    (answer,) = proposals.answers
    return answer


def offered(answer: Answer) -> dict[str, Offer]:
    return {offer.change: offer for offer in answer.offers}


def at(
    start: int, end: int, low: str | Altitude = "FL100", high: str | Altitude = "FL120", **more: object
) -> Volume:
    """A volume here, at minutes after ten."""
    return volume(HERE, low, high, TEN + start * MINUTE, TEN + end * MINUTE, **more)


def test_a_delay_that_clears_one_conflict_and_meets_the_next_is_not_offered(
    reference: VerticalReference,
) -> None:
    ours = plan("A", at(0, 30))
    theirs = [plan("B", at(0, 20)), plan("C", at(50, 60)), plan("C", at(98, 120), name="2")]
    found = propose([ours, *theirs], [ours.key], apart(t=5 * MINUTE), reference, more=False)
    answer = one_answer(found)
    # clear of B from 25 min on, but 5 min ahead of the first of C only up to 15 min, and then behind it
    # only from 65 min on, which is too near the second up to 125 min
    assert steps(answer.offers)["delay"] == 125
    assert steps(answer.offers)["advance"] == 35
    assert answer.rivals == (("B", "1"),)
    assert (found.plans, found.volumes, found.left) == (4, 4, ())


def test_the_end_of_what_is_forbidden_is_allowed_and_a_millisecond_less_is_not(
    reference: VerticalReference,
) -> None:
    def delay(until: int) -> int:
        theirs = plan("B", volume(HERE, "FL100", "FL120", TEN, TEN + until))
        ours = plan("A", at(0, 30))
        return steps(one_answer(propose([ours, theirs], [ours.key], apart(), reference)).offers)["delay"]

    assert [delay(20 * MINUTE + extra) for extra in (-1, 0, 1)] == [20, 20, 21]


def test_the_next_hundred_feet_are_counted_from_where_the_plan_is(reference: VerticalReference) -> None:
    def climb(top: int) -> int:
        theirs = plan("B", at(0, 30, "FL090", Altitude("FL", 11_000 * FOOT + top)))
        ours = plan("A", at(0, 30))
        return steps(one_answer(propose([ours, theirs], [ours.key], apart(), reference)).offers)["climb"]

    assert [climb(extra) for extra in (-1, 0, 1)] == [10, 10, 11]


def test_delay_and_advance_mirror_each_other(reference: VerticalReference) -> None:
    ours, theirs = plan("A", at(0, 30)), plan("B", at(10, 45))
    plans = [ours, theirs]
    found = propose(plans, [ours.key, theirs.key], apart(t=MINUTE), reference, more=False)
    mine, other = (steps(answer.offers) for answer in found.answers)
    assert (mine["delay"], mine["advance"]) == (other["advance"], other["delay"]) == (46, 21)
    assert mine["climb"] == other["descend"] == 20


def test_no_offer_beyond_the_limits(reference: VerticalReference) -> None:
    ours, theirs = plan("A", at(0, 30)), plan("B", at(0, 30, "FL080", "FL120"))

    def changes(**limits: int) -> dict[str, int]:
        wide = Limits(sidestep=0)
        found = propose([ours, theirs], [ours.key], apart(), reference, replace(wide, **limits), more=False)
        return steps(one_answer(found).offers)

    assert changes() == {"delay": 30, "advance": 30, "climb": 20, "descend": 40}
    assert changes(delay=30 * MINUTE) == changes()
    assert "delay" not in changes(delay=30 * MINUTE - 1)
    assert "advance" not in changes(advance=29 * MINUTE)
    assert "climb" not in changes(climb=20 * HUNDRED_FEET - 1)
    assert "descend" not in changes(descend=39 * HUNDRED_FEET)
    assert "climb" in changes(ceiling=140 * HUNDRED_FEET)
    assert "climb" not in changes(ceiling=140 * HUNDRED_FEET - 1)
    assert changes(ceiling=70 * HUNDRED_FEET)["descend"] == 50
    assert changes(now=TEN - 30 * MINUTE) == changes()
    assert "advance" not in changes(now=TEN - 30 * MINUTE + 1)
    assert changes(now=TEN + 1) == changes()


def test_nothing_is_moved_below_the_zero_of_its_datum(reference: VerticalReference) -> None:
    for lower, wanted in (("2000ft AGL", {"descend": 20}), ("1900ft AGL", {})):
        ours = plan("A", at(0, 30, lower, "3000ft AGL"))
        high = replace(reference, terrain=Terrain(0, 0, known=True))
        theirs = plan("B", volume(HERE, "1400ft AGL", "40000ft AGL", 0, None))
        found = propose(
            [ours, theirs], [ours.key], apart(), high, replace(Limits(), descend=10_000 * FOOT), more=False
        )
        answer = one_answer(found)
        assert answer.hits
        deeper = plan("B", volume(HERE, "2500ft HAE", "40000ft HAE", 0, None))
        again = plan("A", at(0, 30, lower.replace("AGL", "HAE"), "3000ft HAE"))
        lowered = propose([again, deeper], [again.key], apart(v=1_500 * FOOT), reference, more=False)
        assert steps(one_answer(lowered).offers) == wanted


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        (volume(HERE, "FL100", "FL120", None, TEN + HOUR), {"delay": "no_bounds", "advance": "no_bounds"}),
        (volume(HERE, "FL100", "FL120", TEN, None), {"delay": "no_bounds", "advance": "no_bounds"}),
        (at(0, 30, "SFC", "FL120"), {"climb": "on_surface", "descend": "on_surface"}),
        (at(0, 30, "FL100", "UNL"), {"climb": "on_surface", "descend": "on_surface"}),
    ],
)
def test_what_cannot_be_moved_is_told_with_the_reason(
    reference: VerticalReference, part: Volume, missing: dict[str, str]
) -> None:
    ours = plan("A", at(0, 30), part)
    answer = one_answer(propose([ours, plan("B", at(0, 30))], [ours.key], apart(), reference, more=False))
    assert dict(answer.missing) == missing
    assert set(offered(answer)) == set(EXACT) - set(missing)


def test_the_reasons_why_a_change_is_not_offered(reference: VerticalReference) -> None:
    ours, theirs = plan("A", at(0, 30)), plan("B", volume(HERE, "SFC", "UNL", None, None))
    limits = Limits(delay=0, descend=0, sidestep=0, ceiling_datum="AGL")
    answer = one_answer(propose([ours, theirs], [ours.key], apart(), reference, limits))
    assert dict(answer.missing) == {
        "delay": "not_allowed",
        "advance": "not_found",
        "climb": "other_datum",
        "descend": "not_allowed",
        "sidestep": "not_allowed",
    }
    beyond = replace(limits, sidestep=NAUTICAL_MILE // 10)
    wide = plan("B", volume(circle(33.0, 35.0, 900_000 * METRE), "SFC", "UNL", None, None))
    again = one_answer(propose([ours, wide], [ours.key], apart(), reference, beyond))
    assert dict(again.missing)["sidestep"] == "not_found"


@pytest.mark.parametrize(
    ("upper", "datum", "climbs"), [("FL120", "FL", True), ("12000ft MSL", "MSL/ALT", True)]
)
def test_a_ceiling_in_a_datum_holds_for_plans_in_it(
    reference: VerticalReference, upper: str, datum: Datum, climbs: bool
) -> None:
    lower = upper.replace("120", "100", 1) if datum == "FL" else "10000ft MSL"
    ours, theirs = plan("A", at(0, 30, lower, upper)), plan("B", at(0, 30, lower, upper))
    limits = Limits(ceiling=200 * HUNDRED_FEET, ceiling_datum=datum)
    found = propose([ours, theirs], [ours.key], apart(), reference, limits, more=False)
    assert ("climb" in offered(one_answer(found))) == climbs
    other = replace(limits, ceiling_datum="HAE")
    found = propose([ours, theirs], [ours.key], apart(), reference, other, more=False)
    assert dict(one_answer(found).missing)["climb"] == "other_datum"


def test_a_plan_without_conflict_gets_no_offer_and_unknown_or_ended_ones_are_passed_over(
    reference: VerticalReference,
) -> None:
    ours, far = plan("A", at(0, 30)), plan("B", volume(circle(40.0, 35.0, 1), "SFC", "UNL", 0, None))
    ended = replace(plan("C", at(0, 30)), state="ended")
    empty = plan("D")
    plans = [ours, far, ended, empty]
    found = propose(plans, [*(one.key for one in plans), ("Z", "1"), ours.key], apart(), reference)
    assert found.answers == (
        Answer(ours.key, 0, (), (), ()),
        Answer(far.key, 0, (), (), ()),
    )
    assert (found.plans, found.volumes) == (3, 2)
    assert propose([], [ours.key], apart(), reference).answers == ()


@pytest.mark.parametrize(("extra", "climb", "descend"), [(-1, 10, 10), (0, 10, 10), (1, 11, 11)])
def test_the_end_of_what_is_forbidden_between_datums_is_allowed(
    reference: VerticalReference, extra: int, climb: int, descend: int
) -> None:
    # the ground is at 0 ± 30 m: 2,000 ft AGL are no less than 2,000 ft - 30 m above the ellipsoid
    level = replace(reference, terrain=Terrain(0, 0, "HAE", known=True))
    low, high = Altitude("HAE", 2_000 * FOOT + 30 * METRE - extra), Altitude("HAE", 3_000 * FOOT - 30 * METRE)
    ours = plan("A", at(0, 30, "2000ft AGL", "3000ft AGL"))
    theirs = plan("B", at(0, 30, low, Altitude("HAE", high.value + extra)))
    found = steps(one_answer(propose([ours, theirs], [ours.key], apart(), level, more=False)).offers)
    assert (found["climb"], found["descend"]) == (climb, descend)


def test_altimeters_outside_the_area_of_the_agreed_pressure(reference: VerticalReference) -> None:
    ours, theirs = (plan(party, at(0, 30, "5000ft ALT", "6000ft ALT")) for party in "AB")
    for area, step in ((circle(33.0, 35.0, 9_000 * METRE), 10), (circle(34.0, 35.0, 9_000 * METRE), 13)):
        agreed = replace(reference, qnh=Qnh(1_013.0, area))
        found = steps(one_answer(propose([ours, theirs], [ours.key], apart(), agreed, more=False)).offers)
        assert (found["climb"], found["descend"]) == (step, step)


def test_one_pair_of_grounds_and_limits_is_worked_out_once(reference: VerticalReference) -> None:
    part = at(0, 30, "2000ft AGL", "3000ft AGL")
    ours = plan("A", part, replace(part, start=TEN + MINUTE))
    theirs = plan("B", at(0, 30, "2000ft HAE", "3000ft HAE"), at(5, 30, "2000ft HAE", "3000ft HAE"))
    flat = replace(reference, terrain=Terrain(0, 0, known=True))
    assert check_against_trying([ours, theirs], apart(), flat) >= 4


def test_own_plans_are_respected_only_where_asked(reference: VerticalReference) -> None:
    ours, theirs = plan("A", at(0, 30)), plan("B", at(0, 30))
    sister = plan("A", at(32, 60), name="2")
    variant = [replace(one, variant_of="x") for one in (ours, sister)]

    def delay(plans: list[Plan], own: bool) -> int:
        found = propose(plans, [ours.key], apart(), reference, own=own, more=False)
        return steps(one_answer(found).offers)["delay"]

    assert delay([ours, theirs, sister], False) == 30
    assert delay([ours, theirs, sister], True) == 60
    assert delay([variant[0], theirs, variant[1]], True) == 30


def test_plans_past_the_work_allowed_are_left_and_named(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "FEW", 1)
    monkeypatch.setattr(proposing, "MANY", 1)
    plans = [plan(party, at(0, 30)) for party in "ABC"]
    seen: list[tuple[int, int]] = []
    found = propose(
        plans,
        [one.key for one in plans],
        apart(),
        reference,
        more=False,
        most=3,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [answer.plan for answer in found.answers] == [("A", "1"), ("B", "1")]
    assert found.left == (("C", "1"),)
    assert seen == [(1, 3), (2, 3)]


def test_the_row_of_each_pair_of_activities_counts(reference: VerticalReference) -> None:
    rows = (
        Row(("convoy", "jet"), (Rule(1_000 * METRE, "any", 30 * MINUTE),)),
        Row(("jet", "jet"), (Rule(1_000 * METRE, 1_000 * FOOT, "any"),)),
    )
    ours = plan("A", at(0, 30), activity="jet")
    convoy = plan("B", at(0, 30), activity="convoy")
    jet = plan("C", at(0, 30, "FL140", "FL160"), activity="jet")
    table = SeparationTable(rows, "terms")
    found = propose([ours, convoy, jet], [ours.key], table, reference, more=False)
    assert steps(one_answer(found).offers) == {"delay": 60, "advance": 60}
    jets = propose([ours, replace(jet, volumes=ours.volumes)], [ours.key], table, reference, more=False)
    assert steps(one_answer(jets).offers) == {"climb": 30, "descend": 30}


def test_what_is_held_and_what_is_allotted(reference: VerticalReference) -> None:
    ours, theirs = plan("A", at(0, 30)), plan("B", at(0, 30))
    hold = volume(HERE, "SFC", "UNL", TEN + 40 * MINUTE, TEN + 50 * MINUTE)
    layer = volume(circle(33.0, 35.0, 5_000 * METRE), "FL125", "FL200", 0, None)

    def changes(
        one: Plan = ours, keep_out: tuple[Volume, ...] = (), keep_within: tuple[Volume, ...] = ()
    ) -> dict[str, int]:
        keep = Constraints(keep_out, keep_within)
        found = propose([one, theirs], [one.key], apart(), reference, constraints=keep, more=False)
        return steps(one_answer(found).offers)

    assert changes() == {"delay": 30, "advance": 30, "climb": 20, "descend": 20}
    assert changes(keep_out=(hold, layer)) == {"delay": 50, "advance": 30, "climb": 100, "descend": 20}
    wide = circle(33.0, 35.0, 5_000 * METRE)
    tall = volume(wide, "SFC", "UNL", TEN - 10 * MINUTE, TEN + 60 * MINUTE)
    low = volume(wide, "FL070", "FL130", TEN - HOUR, TEN + HOUR)
    assert changes(keep_within=(tall,)) == {"delay": 30, "climb": 20, "descend": 20}
    assert changes(keep_within=(low,)) == {"delay": 30, "advance": 30, "descend": 20}
    assert changes(keep_within=(low, tall)) == {"delay": 30, "advance": 30, "climb": 20, "descend": 20}
    assert changes(keep_within=(replace(tall, lower=Altitude("HAE")),)) == {}
    just = replace(tall, start=TEN, end=TEN + 30 * MINUTE)
    assert changes(keep_within=(just,)) == {"climb": 20, "descend": 20}
    assert changes(keep_within=(replace(just, end=TEN + 30 * MINUTE - 1),)) == {}
    assert changes(keep_within=(replace(just, start=TEN + 1),)) == {}
    assert changes(keep_within=(replace(tall, ground=HERE),)) == {}
    assert (
        changes(keep_within=(replace(tall, ground=corridor(((32, 35), (34, 35)), METRE, "geodesic")),)) == {}
    )
    # in no conflict, but not where it may be
    early = plan("A", at(-45, -15))
    assert changes(early, keep_within=(replace(tall, start=TEN - 40 * MINUTE, end=TEN),)) == {"delay": 5}
    found = propose([ours], [ours.key], apart(), reference, constraints=Constraints(keep_out=(hold, layer)))
    assert not one_answer(found).hits
    met = propose(
        [plan("A", at(35, 45))], [ours.key], apart(), reference, constraints=Constraints((hold,)), more=False
    )
    assert one_answer(met).rivals == ((KEPT_OUT, ""),)
    assert steps(one_answer(met).offers) == {"delay": 15, "advance": 5}
    assert (met.plans, met.volumes) == (1, 1)


def test_grounds_are_told_apart_pair_by_pair(reference: VerticalReference) -> None:
    # all three are too far apart, though their boxes overlap where they are grown by the minimum
    places = [circle(33.0, 35.0, METRE), circle(33.09, 35.0, METRE), circle(33.045, 35.05, METRE)]
    rule = every(Rule(3 * NAUTICAL_MILE + 500 * METRE, 0, 0))
    ours = plan("A", *(Volume(place, *BAND, TEN, TEN + HOUR) for place in places[:2]))
    away = Volume(places[2], *BAND, TEN + HOUR, TEN + 3 * HOUR)
    for at_one in (places[1], places[0]):
        met = Volume(at_one, *BAND, TEN, TEN + HOUR)
        for theirs in (plan("B", away, met), plan("B", met, away)):
            answer = one_answer(propose([ours, theirs], [ours.key], rule, reference, more=False))
            assert steps(answer.offers)["delay"] == 60


def test_a_shift_out_of_what_can_be_written_is_no_offer(reference: VerticalReference) -> None:
    last = 253_402_300_799_999
    ours = plan("A", volume(HERE, "FL100", "FL120", last - HOUR, last))
    theirs = plan("B", volume(HERE, "FL100", "FL120", last - HOUR, last))
    answer = one_answer(propose([ours, theirs], [ours.key], apart(), reference, more=False))
    assert "delay" not in offered(answer) and "advance" in offered(answer)


def test_a_judge_of_nothing(reference: VerticalReference) -> None:
    assert judge([], apart(), reference, own=False).clear([]) == []
    bare = plan("A")
    assert judge([], apart(), reference, own=False).clear([bare]) == [True]
