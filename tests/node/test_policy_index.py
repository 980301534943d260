"""The index of policies finds what desk.policies finds, whatever comes, changes and goes."""

from __future__ import annotations

import random

from msgspec import structs

from tests.desk.geoids import GEOID, REFERENCE
from tests.desk.stated import DAY, HERE, NOW
from tests.desk.test_policies import plan, policy
from wideberth.desk import policies
from wideberth.desk.statements import Statement
from wideberth.model.statement import Area
from wideberth.node.policy_index import OWN, PolicyIndex
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume


def some(chance: random.Random) -> Statement:
    """A policy of one to three circles about the place of the plans."""

    def one() -> Volume:
        where = 33 * DEGREE + chance.randrange(-3_000_000, 3_000_000), 34 * DEGREE + chance.randrange(900_000)
        upper = Altitude("MSL", chance.randrange(500, 6_000) * FOOT)
        return structs.replace(HERE, ground=Circle(where, chance.randrange(100, 9_000) * METRE), upper=upper)

    activities = chance.choice([None, ("survey",), ("patrol",)])
    start = NOW + chance.randrange(-2, 3) * DAY
    area = Area(tuple(one() for _ in range(chance.randrange(1, 4))), 1, activities)
    return policy(area, start=start, expires=chance.choice([None, start + DAY]))


def test_it_finds_what_the_rule_finds() -> None:
    chance, index = random.Random(7), PolicyIndex(GEOID)
    known: dict[str, Statement] = {}
    hits = 0
    for step in range(60):
        for _ in range(chance.randrange(12)):
            known[f"d-{chance.randrange(40)}"] = some(chance)
        for gone in chance.sample(sorted(known), min(len(known), chance.randrange(4))):
            del known[gone]
        asked = plan(chance.randrange(-20_000, 20_000), low=chance.randrange(6_000), high=7_000)
        if step % 10 == 9:
            asked = structs.replace(asked, state="ended")
        found = index.touched(OWN, known, None, asked)
        assert found == policies.touched(asked, known, REFERENCE)
        hits += len(found)
    assert hits > 20


def test_sources_are_apart() -> None:
    index = PolicyIndex(GEOID)
    assert index.touched(OWN, {"a": policy()}, None, plan()) == ["a"]
    assert index.touched("line", {"b": policy()}, None, plan()) == ["b"]
    assert index.touched(OWN, {}, None, plan()) == []
