"""Two versions that meet: never less apart, never more shown, whichever comes first, and nothing twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.agreed import every, read, row, rule, with_rows, with_rules
from wideberth.desk.cutover import Binding, binding, dominates, extent, merge, outer
from wideberth.desk.cutover import row as row_of
from wideberth.model.agreement import (
    BLOCKS,
    DISCLOSURES,
    ONWARDS,
    PLACINGS,
    PRECEDENCES,
    WATCH_CALLS,
    Agreement,
    Allotment,
    Answers,
    Blind,
    Clock,
    LeadTime,
    Release,
    Rules,
    Silence,
    Step,
    Watch,
)
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable, choose
from wideberth.model.terms import Terms
from wideberth.space.ground import Circle
from wideberth.space.reference import Atmosphere, Qnh, Terrain

NAMES = ("crewed", "drone", "gunnery", EVERY)
minima = st.one_of(st.integers(0, 5), st.just("any"))
rules = st.builds(Rule, minima, minima, minima, st.one_of(st.none(), minima))
times = st.integers(1, 6)
steps = st.builds(Step, times, times, times)
circles = st.builds(lambda n: Circle((n, 0), 1), st.integers(0, 2))
pairs = [(a, b) for a in NAMES[:3] for b in NAMES[:3] if a <= b] + [(EVERY, EVERY)]


@st.composite
def tables(draw: st.DrawFn) -> SeparationTable:
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=4, unique=True))
    rows = tuple(Row(pair, tuple(draw(st.lists(rules, min_size=1, max_size=3)))) for pair in chosen)
    return SeparationTable(rows, draw(st.sampled_from(["one", "two"])))


def by_activity(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.dictionaries(st.sampled_from(NAMES), values).flatmap(
        lambda found: values.map(lambda every: {**found, EVERY: every})
    )


terrains = st.one_of(
    st.just(Terrain()),
    st.builds(
        lambda low, more, datum: Terrain(low, low + more, datum, known=True),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from(["MSL", "HAE"]),
    ),
)
all_rules = st.builds(
    Rules,
    lead_times=by_activity(st.builds(LeadTime, times, times, times)),
    clocks=st.fixed_dictionaries({name: st.builds(Clock, times, times, times) for name in PRECEDENCES}),
    disclosure=by_activity(st.sampled_from(DISCLOSURES)),
    block_activation=st.sampled_from(BLOCKS),
    silence=st.builds(Silence, times, times, times, times),
    proposals=steps,
    coarse=steps,
    answers=st.builds(Answers, times, st.integers(1, 50)),
    prekey_days=st.integers(3, 14),
    retention_ms=times,
    release=st.builds(
        Release,
        st.sampled_from(ONWARDS),
        st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(tuple),
    ),
    allotments=st.lists(
        st.builds(
            Allotment,
            st.just("Red Kite"),
            st.sampled_from(NAMES),
            st.just((0, 60)),
            st.one_of(st.none(), circles),
        ),
        max_size=2,
    ).map(tuple),
    blind=st.sampled_from([None, Blind(), Blind("count")]),
    watch=st.none()
    | st.builds(
        Watch,
        st.lists(st.sampled_from(WATCH_CALLS), unique=True).map(
            lambda some: tuple(each for each in WATCH_CALLS if each in some)
        ),
        st.sampled_from(PLACINGS),
        st.sampled_from([60_000, 300_000]),
        st.sampled_from([5, 50]),
    ),
    languages=st.lists(st.sampled_from(["en", "ru", "he"]), min_size=1, unique=True).map(tuple),
)
agreements = st.builds(
    lambda table, area, ground, qnh, air, rest: structs.replace(
        read().agreement,
        terms=Terms(table, area=area, ground=ground, qnh=qnh, atmosphere=air),
        rules=rest,
    ),
    tables(),
    st.one_of(st.none(), circles),
    terrains,
    st.one_of(st.none(), st.builds(Qnh, st.sampled_from([None, 1013.0]))),
    st.builds(Atmosphere, st.sampled_from([950, 960]), st.sampled_from([1040, 1050])),
    all_rules,
)


def violates(table: SeparationTable, a: str, b: str, gap: tuple[int, int, int, int]) -> bool:
    """Whether a pair with these gaps is too close, by the words of `Rule`."""
    for each in choose(table, a, b).row.rules:
        required = (each.h, each.v, each.t, "any" if each.f is None else each.f)
        if all(need == "any" or have < int(need) for have, need in zip(gap, required, strict=True)):
            return True
    return False


gaps = st.tuples(*[st.integers(0, 6)] * 4)
activities = st.sampled_from([*NAMES[:3], "anything else"])


@settings(max_examples=60)
@given(agreements, agreements, activities, activities, gaps)
def test_what_is_too_close_for_either_is_too_close_for_both_and_nothing_else(
    one: Agreement, other: Agreement, a: str, b: str, gap: tuple[int, int, int, int]
) -> None:
    both = merge(binding(one), binding(other)).table
    either = violates(one.terms.table, a, b, gap) or violates(other.terms.table, a, b, gap)
    assert violates(both, a, b, gap) == either


@settings(max_examples=60)
@given(agreements, agreements)
def test_it_does_not_matter_which_comes_first(one: Agreement, other: Agreement) -> None:
    assert merge(binding(one), binding(other)) == merge(binding(other), binding(one))


@settings(max_examples=40)
@given(agreements)
def test_with_itself_nothing_changes(one: Agreement) -> None:
    alone = binding(one)
    assert merge(alone, alone) == alone


@settings(max_examples=40)
@given(agreements, agreements, agreements)
def test_a_third_changes_no_separation_by_where_it_comes(
    one: Agreement, other: Agreement, third: Agreement
) -> None:
    a, b, c = map(binding, (one, other, third))
    left, right = merge(merge(a, b), c), merge(a, merge(b, c))
    assert left.table == right.table and left.rules.disclosure == right.rules.disclosure


@settings(max_examples=60)
@given(agreements, agreements, activities)
def test_it_is_never_wider_later_or_slower_than_either(one: Agreement, other: Agreement, name: str) -> None:
    both = merge(binding(one), binding(other))
    for each in (one, other):
        mine, shared = each.rules, both.rules
        assert DISCLOSURES.index(row_of(shared.disclosure, name)) <= DISCLOSURES.index(
            row_of(mine.disclosure, name)
        )
        lead, own = row_of(shared.lead_times, name), row_of(mine.lead_times, name)
        assert lead.notice_ms >= own.notice_ms and lead.late_ms >= own.late_ms
        assert lead.answer_ms <= own.answer_ms
        for precedence, clock in mine.clocks.items():
            assert shared.clocks[precedence].deputy_ms <= clock.deputy_ms
            assert shared.clocks[precedence].watch_ms <= clock.watch_ms
            assert shared.clocks[precedence].commander_ms <= clock.commander_ms
        assert BLOCKS.index(shared.block_activation) >= BLOCKS.index(mine.block_activation)
        assert all(
            getattr(shared.silence, part) <= getattr(mine.silence, part) for part in Silence.__struct_fields__
        )
        for step, of in ((shared.proposals, mine.proposals), (shared.coarse, mine.coarse)):
            assert (step.h >= of.h, step.v >= of.v, step.t >= of.t) == (True, True, True)
        assert shared.answers.every_ms >= mine.answers.every_ms
        assert shared.answers.a_day <= mine.answers.a_day
        assert shared.prekey_days <= mine.prekey_days and shared.retention_ms >= mine.retention_ms
        assert set(shared.release.recipients) <= set(mine.release.recipients)
        assert ONWARDS.index(shared.release.onward) <= ONWARDS.index(mine.release.onward)
        assert set(shared.allotments) >= set(mine.allotments)
        assert shared.blind == (one.rules.blind if one.rules.blind == other.rules.blind else None)
        if shared.watch is not None:
            assert mine.watch is not None and set(shared.watch.call) <= set(mine.watch.call)
            assert PLACINGS.index(shared.watch.place) <= PLACINGS.index(mine.watch.place)
            assert shared.watch.look_ahead_ms >= mine.watch.look_ahead_ms
            assert shared.watch.a_day <= mine.watch.a_day
        _check_reference(both, each)


def _check_reference(both: Binding, each: Agreement) -> None:
    """It holds wherever either does, and altitudes mean at least as much."""
    assert not both.areas or each.terms.area in both.areas
    air, own = both.atmosphere, each.terms.atmosphere
    assert air.pressure_low <= own.pressure_low and air.pressure_high >= own.pressure_high
    assert both.qnh in (None, each.terms.qnh)
    if both.ground.known:
        assert both.ground.datum == each.terms.ground.datum
        assert both.ground.low <= each.terms.ground.low and both.ground.high >= each.terms.ground.high


def test_a_pair_of_one_version_meets_every_other_pair_of_the_other() -> None:
    one = with_rows(row("crewed", "gunnery", rule(3)), every(rule(2)))
    other = with_rows(every(rule(5)))
    both = merge(binding(one), binding(other)).table
    assert choose(both, "gunnery", "crewed").row.rules == (rule(5),)
    assert choose(both, "a", "b").row.rules == (rule(5),)
    narrow = with_rows(row("crewed", "gunnery", Rule(1, 9, 1)), every(rule(1)))
    met = merge(binding(narrow), binding(one)).table
    assert choose(met, "gunnery", "crewed").row.rules == (rule(3), Rule(1, 9, 1))


def test_rules_that_another_includes_are_left_out() -> None:
    assert outer([rule(1), rule(3), rule(3), Rule("any", 1, 1, 5)]) == (
        Rule("any", 1, 1, 5),
        rule(3),
    )
    assert dominates(rule(3), rule(3, f=5)) and not dominates(rule(3, f=5), rule(3))
    # not compared is as much as at every distance: one of the two is enough, always the same one
    assert outer([rule(3), rule(3, f="any")]) == outer([rule(3, f="any"), rule(3)]) == (rule(3),)
    assert extent("any") == extent(None) > extent(10**15)


def test_no_language_in_common_leaves_any_of_either() -> None:
    one, other = (binding(with_rules(Rules(languages=each))) for each in (("ru", "en"), ("he",)))
    assert merge(one, other).rules.languages == ("en", "he", "ru")
    assert merge(one, one).rules.languages == ("en", "ru")


def test_everywhere_is_more_than_an_area() -> None:
    here = structs.replace(
        read().agreement, terms=structs.replace(read().agreement.terms, area=Circle((0, 0), 1))
    )
    assert merge(binding(here), binding(read().agreement)).areas == ()
    assert binding(here).areas == (Circle((0, 0), 1),)
