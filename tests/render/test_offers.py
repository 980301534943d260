"""Changes, limits and reasons in words."""

from __future__ import annotations

from msgspec.structs import replace

from tests.conflict.sample import HERE, HOUR, plan, volume
from wideberth.conflict.offer import HUNDRED_FEET, MINUTE, Limits, Offer, shifted
from wideberth.conflict.propose import Answer, Proposals
from wideberth.model.plan import Plan
from wideberth.render.offers import (
    after_words,
    clears_words,
    limits_words,
    missing_words,
    offer_words,
    searched,
)
from wideberth.render.proposals import size
from wideberth.space.altitude import Altitude
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE

ONE = plan("A", volume(HERE, "FL100", "FL120", 10 * HOUR, 11 * HOUR))


def moved(by_t: int, by_v: int, one: Plan = ONE) -> Plan:
    after = shifted(one, by_t, by_v)
    assert after is not None
    return after


DELAY = Offer(ONE.key, "delay", (0,), moved(35 * MINUTE, 0), by_t=35 * MINUTE)
CLIMB = Offer(ONE.key, "climb", (0,), moved(0, 21 * HUNDRED_FEET), by_v=21 * HUNDRED_FEET)
BOTH = Offer(
    ONE.key,
    "delay and descend",
    (0,),
    moved(5 * MINUTE, -HUNDRED_FEET),
    by_t=5 * MINUTE,
    by_v=HUNDRED_FEET,
)
ASIDE = Offer(ONE.key, "sidestep", (0,), ONE, by_h=31 * NAUTICAL_MILE // 10, bearing=225)
EARLY = replace(ONE.volumes[0], end=10 * HOUR + 50 * MINUTE)
TRIM = Offer(ONE.key, "trim", (0,), replace(ONE, volumes=(EARLY,)), by_t=10 * MINUTE)
LOW = replace(ONE.volumes[0], upper=Altitude("FL", 110 * HUNDRED_FEET))
LOWER = Offer(ONE.key, "trim", (0,), replace(ONE, volumes=(LOW,)), by_v=10 * HUNDRED_FEET)


def test_changes() -> None:
    assert [offer_words(offer, False) for offer in (DELAY, CLIMB, BOTH, ASIDE, TRIM, LOWER)] == [
        "delay by 35 min",
        "climb by 2,100 ft",
        "delay by 5 min and descend by 100 ft",
        "sidestep 3.1 NM SW",
        "trim 1 volume by up to 10 min",
        "trim 1 volume by up to 1,000 ft",
    ]
    assert offer_words(CLIMB, True) == "climb by 640 m"
    several = replace(TRIM, volumes=(0, 2, 3), by_v=3 * HUNDRED_FEET)
    assert offer_words(several, False) == "trim 3 volumes by up to 10 min and 300 ft"


def test_what_is_after_a_change() -> None:
    assert [after_words(offer, ONE, None, False) for offer in (DELAY, CLIMB, BOTH, ASIDE, TRIM, LOWER)] == [
        "1970-01-01 10:35Z – 11:35Z",
        "FL121 – FL141",
        "1970-01-01 10:05Z – 11:05Z, FL099 – FL119",
        "",
        "1970-01-01 10:00Z – 10:50Z",
        "FL100 – FL110",
    ]
    mixed = plan("A", ONE.volumes[0], replace(ONE.volumes[0], lower=Altitude("HAE", 0)))
    climb = Offer(mixed.key, "climb", (0, 1), moved(0, HUNDRED_FEET, mixed), by_v=HUNDRED_FEET)
    assert after_words(climb, mixed, None, False) == ""
    assert after_words(replace(TRIM, volumes=(0,)), mixed, None, False) == ""


def test_limits_and_ceilings() -> None:
    usual = Limits()
    assert limits_words(usual, False) == "6 h, 20,000 ft, up to FL600"
    assert limits_words(usual, False, aside=True) == "6 h, 20,000 ft, up to FL600, 20 NM aside"
    none = Limits(delay=0, advance=0, climb=0, descend=0, sidestep=0)
    assert limits_words(none, False, aside=True) == (
        "no delay, no advance, no climb, no descent, no sidestep"
    )
    uneven = Limits(advance=HOUR, descend=100 * METRE)
    assert limits_words(uneven, True) == "delay 6 h, advance 1 h, climb 6,096 m, descent 100 m, up to FL600"

    def ceiling(**more: object) -> str:
        return limits_words(replace(usual, **more), False).partition("up to ")[2]

    assert ceiling(ceiling=400 * FOOT) == "400 ft in the datum of each plan"
    assert ceiling(ceiling=400 * FOOT, ceiling_datum="AGL") == "400 ft AGL"
    assert ceiling(ceiling=80 * HUNDRED_FEET, ceiling_datum="FL") == "FL080"


def test_what_is_not_offered() -> None:
    missing = (
        ("delay", "no_bounds"),
        ("advance", "not_found"),
        ("climb", "on_surface"),
        ("descend", "on_surface"),
    )
    answer = Answer(ONE.key, 1, (), (), missing)
    assert missing_words(answer) == (
        "delay: it has a volume without start or end; advance: none found within the limits;"
        " climb, descend: it reaches the surface or has no upper limit"
    )
    assert clears_words(answer, False, Limits()) == (
        "none found within 6 h, 20,000 ft, up to FL600"
        " (it has a volume without start or end; it reaches the surface or has no upper limit)"
    )
    plain = replace(answer, missing=(("delay", "not_found"),))
    assert clears_words(plain, False, Limits()) == "none found within 6 h, 20,000 ft, up to FL600"
    both = replace(answer, offers=(DELAY, CLIMB))
    assert clears_words(both, False, Limits()) == "delay by 35 min; or climb by 2,100 ft"


def test_how_far_was_looked() -> None:
    one = Proposals((Answer(ONE.key, 1, (), (), ()),), Limits(), 12, 1_040)
    assert searched(one, False, own=True, more=False) == (
        "what would clear a plan: searched within 6 h, 20,000 ft, up to FL600, against all 12 plans"
        " (1,040 volumes) known"
    )
    cut = replace(one, answers=2 * one.answers, left=(("B", "1"),))
    assert searched(cut, False, own=False, more=True) == (
        "what would clear each of 2 plans: searched within 6 h, 20,000 ft, up to FL600, 20 NM aside, against"
        " all 12 plans (1,040 volumes) known, but for those of its own party;"
        " 1 plan in conflict not looked at"
    )


def test_small_changes_come_first() -> None:
    offers = sorted((CLIMB, DELAY, ASIDE, BOTH), key=lambda offer: size(offer, Limits()))
    assert [offer.change for offer in offers] == ["delay and descend", "delay", "climb", "sidestep"]
    nothing = Limits(delay=0, advance=0, climb=0, descend=0, sidestep=0)
    assert size(DELAY, nothing) == DELAY.by_t
