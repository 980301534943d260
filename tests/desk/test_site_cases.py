"""What touches a site, against shapely and the figures; and the cases of it."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.sited import HERE, LIST, Private, row
from tests.ledger.two import A, origin
from wideberth.desk import site_cases
from wideberth.desk.site_cases import OWN, RULE, Closed, Key, Opened, Touch
from wideberth.errors import Invalid
from wideberth.formats import geoidgrid
from wideberth.ledger import feed, ids
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS, Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Pad, Volume

SITE = Key(OWN, LIST, "h-1")
MINIMA = site_cases.table(None)
AT_MS = 1_800_000_000_000


@cache
def reference() -> VerticalReference:
    return VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))


def at(north_m: float, radius_m: int = 100, **more: Any) -> Volume:
    """A circle so far north of the site's middle."""
    lat = 33 + north_m / 110_920
    return Volume(Circle((36 * DEGREE, round(lat * DEGREE)), radius_m * METRE), **more)


def own(*volumes: Volume, **more: Any) -> Plan:
    return Plan("north", "p-1", volumes, "survey", **more)


def touches(plan: Plan, *sites: Plan, minima: SeparationTable = MINIMA) -> tuple[Touch, ...]:
    return site_cases.touches(plan, sites or (site_cases.plan(SITE, row()),), minima, reference())


def test_a_plan_over_a_site_overlaps_it_at_any_height_and_time() -> None:
    high = at(0, lower=Altitude("MSL", 9_000 * METRE), upper=Altitude("MSL", 9_100 * METRE))
    late = at(0, start=AT_MS, end=AT_MS + 1)
    for volume in (at(0), high, late):
        (found,) = touches(own(volume))
        assert (found.site, found.found, found.gap) == (SITE, "overlap", 0)
    (found,) = touches(own(late))
    # the doubt of a clock is in a window of time
    assert (found.start, found.end) == (AT_MS - 500, AT_MS + 501)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 2_000), st.integers(0, 400), st.integers(0, 500))
def test_a_site_is_touched_within_five_hundred_metres(away: float, radius: int, pad: int) -> None:
    volume = at(away, radius)
    there = structs.replace(HERE, pad=Pad(h=pad * METRE))
    site = site_cases.plan(SITE, structs.replace(row(), volumes=(there,)))
    lat = volume.ground.centre[1] / DEGREE  # type: ignore[union-attr]  # a circle
    apart = GEOD.inv(36, 33, 36, lat)[2] - radius - 250
    wanted = 500 + pad
    found = touches(own(volume), site)
    if abs(apart - wanted) > 2:
        assert bool(found) == (apart < wanted)
    if found and abs(apart) > 2:
        assert found[0].found == ("overlap" if apart < 0 else "close")
        assert found[0].required == (500 + pad) * METRE
        assert math.isclose(found[0].gap / METRE, max(apart, 0), abs_tol=2)


def test_a_movement_is_kept_clear_of_half_an_hour_around_its_time() -> None:
    hour = 3_600_000
    way = structs.replace(HERE, start=AT_MS, end=AT_MS + hour)
    moving = site_cases.plan(SITE, structs.replace(row(), kind="movement", volumes=(way,)))
    assert moving.activity == "movement"
    for begins, wanted in ((hour - 1, "overlap"), (hour + 1_000, "close"), (hour + hour, None)):
        found = touches(own(at(0, start=AT_MS + begins, end=AT_MS + 9 * hour)), moving)
        assert [each.found for each in found] == ([wanted] if wanted else [])


def test_an_agreement_counts_where_it_names_sites() -> None:
    crewed = PRESETS["crewed"]
    assert site_cases.table(crewed).rows == (Row(("*", "*"), (RULE,)),)
    named = Row(("site", "survey"), (Rule(5_000 * METRE, "any", "any"),))
    table = site_cases.table(SeparationTable((*crewed.rows, named), "terms"))
    assert (table.rows, table.source) == ((Row(("*", "*"), (RULE,)), named), "terms")
    far = own(at(4_000))
    assert touches(far) == ()
    assert touches(far, minima=table)[0].found == "close"
    assert touches(structs.replace(far, activity="another"), minima=table) == ()


def test_each_site_is_told_once_and_what_overlaps_first() -> None:
    near, over = (
        site_cases.plan(Key(OWN, LIST, name), structs.replace(row(name), volumes=(at(north),)))
        for name, north in (("near", 600), ("over", 0))
    )
    twice = site_cases.plan(Key(OWN, LIST, "twice"), structs.replace(row(), volumes=(at(650), at(90))))
    found = touches(own(at(0), at(10)), near, over, twice)
    assert [(each.site.row, each.found) for each in found] == [
        ("over", "overlap"),
        ("twice", "overlap"),
        ("near", "close"),
    ]


def test_a_plan_that_has_ended_and_one_named_like_the_sites_are_as_they_should() -> None:
    assert touches(own(at(0), state="ended")) == ()
    assert len(touches(structs.replace(own(at(0)), party="(sites)"))) == 1
    assert site_cases.asking(own(at(0))).party != "(sites)"


def test_a_site_is_named_in_one_way() -> None:
    for site in (SITE, Key("x" * 52, LIST, "a/b")):
        assert site_cases.key(site.name) == site


def opened(version: int = 1, **more: Any) -> Opened:
    values = {"site": SITE, "found": "close", **more}
    return Opened(site_cases.case_id("p-1", values["site"]), "p-1", version, **values)


@pytest.mark.parametrize(
    "said", [opened(), opened(site=Key(ids.base32(bytes(32)), LIST, "a")), Closed(opened().case, "ended")]
)
def test_what_is_written_is_read_again(said: Any) -> None:
    entry = Private().enter(said.TYPE, site_cases.write(said))
    assert site_cases.read(entry) == said


@pytest.mark.parametrize(
    ("key", "found", "code"),
    [
        ("case", "x", "ledger.base32"),
        ("of", "x", "ledger.base32"),
        ("list", "x", "site.list_id"),
        ("row", "", "site.text"),
        ("plan", "", "site.text"),
        ("version", 0, "site.row"),
        ("found", "far", "site.row"),
    ],
)
def test_what_is_none_is_refused(key: str, found: Any, code: str) -> None:
    made = Private()
    entry = made.enter("site.case", {**site_cases.write(opened()), key: found})
    with pytest.raises(Invalid) as caught:
        site_cases.read(entry)
    assert caught.value.code == code
    assert made.cases.open == {}


def test_other_types_and_other_feeds_are_refused() -> None:
    made = Private()
    with pytest.raises(Invalid) as caught:
        site_cases.read(made.enter("test.said", {}))
    assert caught.value.code == "ledger.not_understood"
    head = feed.Head(origin(A))
    there = feed.append(head, feed.Written("site.case", 1, {}, 1), site_cases.write(opened()), bytes(16))
    with pytest.raises(Invalid) as misplaced:
        site_cases.read(there.entry)
    assert misplaced.value.code == "ledger.misplaced"
    with pytest.raises(Invalid):
        site_cases.read(made.enter("site.closed", {"case": opened().case, "how": "agreed"}))


def test_a_case_is_open_while_the_plan_touches_the_site() -> None:
    made = Private()
    other = Key(OWN, LIST, "h-2")
    touch = Touch(SITE, "close", 1, 2, None, None, (0.0, 0.0))
    second = touch._replace(site=other, found="overlap")

    def decide(version: int, *found: Touch, **more: Any) -> list[str]:
        said = site_cases.decide(made.cases, "p-1", version, found, **more)
        made.say(*said)
        return [each.TYPE for each in said]

    assert decide(1, touch, second) == ["site.case", "site.case"]
    assert decide(1, touch, second) == []
    assert len(made.cases.open) == 2
    # another plan's cases stay
    made.say(*site_cases.decide(made.cases, "p-2", 1, [touch]))
    # nearer than before, in another version
    assert decide(2, touch._replace(found="overlap")) == ["site.case", "site.closed"]
    (left,) = site_cases.of_plan(made.cases, "p-1")
    assert made.cases.open[left] == opened(2, found="overlap")
    assert decide(3, how="ended") == ["site.closed"]
    assert [each.plan for each in made.cases.open.values()] == ["p-2"]
    made.say(Closed(left, "ended"))
    assert list(made.cases.by_plan) == ["p-2"]
    made.enter("site.case", {})
    assert len(made.cases.open) == 1
