"""How long does it take to say what would clear every conflict?

    python bench/propose.py [--plans 1000] [--kind mixed] [--check 60] [--json FILE]

Proposals for every plan in conflict among 1,000 plans of which about 200 conflict. Some of the offers are
checked again, by moving the plan and searching anew; one that does not clear it fails the run (exit 1), no
time does.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from msgspec.structs import replace

from bench import ours, report
from bench.kinds import KINDS
from bench.traffic import PLACES, Traffic, generate, plans_of, thinned
from wideberth.conflict.find import find
from wideberth.conflict.propose import propose
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.volume import Volume

PER_PLAN = 10
"""Volumes that the traffic has for every plan that is kept of it: so thin that one plan in five conflicts."""
SECONDS = 10.0
"""What "in seconds" is taken to mean for all proposals (issue 3)."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A change of a whole plan: `later` in ms, negative is earlier; `higher` in 0.1 mm, negative is lower."""

    plan: Key
    later: int = 0
    higher: int = 0


Propose = Callable[[Sequence[Plan], Sequence[Key], SeparationTable], Sequence[Offer]]


def scenario(plans: int, kind: str, place: str, seed: int) -> Traffic:
    """Traffic of so many plans, thinned so that about a fifth of them conflict."""
    return thinned(generate(plans * PER_PLAN, seed, kind, place), plans, seed)


def conflicting(plans: Sequence[Plan], table: SeparationTable) -> list[Key]:
    """The keys of all plans that conflict, in order."""
    found = find(plans, table, ours.reference(), limit=ours.EVERY)
    return sorted({key for conflict in found.conflicts for key in conflict.plans})


def moved(plan: Plan, offer: Offer) -> Plan:
    """The plan as it would be."""
    return replace(plan, volumes=tuple(_moved(volume, offer) for volume in plan.volumes))


def _moved(volume: Volume, offer: Offer) -> Volume:
    assert volume.start is not None
    assert volume.end is not None
    return replace(
        volume,
        lower=Altitude(volume.lower.datum, volume.lower.value + offer.higher),
        upper=Altitude(volume.upper.datum, volume.upper.value + offer.higher),
        start=volume.start + offer.later,
        end=volume.end + offer.later,
    )


def unclear(plans: Sequence[Plan], table: SeparationTable, offers: Sequence[Offer]) -> list[Offer]:
    """The offers after which the plan still conflicts."""
    held = {plan.key: plan for plan in plans}
    wrong = []
    for offer in offers:
        changed = {**held, offer.plan: moved(held[offer.plan], offer)}
        if offer.plan in conflicting(list(changed.values()), table):
            wrong.append(offer)
    return wrong


def whole_changes(plans: Sequence[Plan], keys: Sequence[Key], table: SeparationTable) -> list[Offer]:
    """The product's offers that move a whole plan in time or in height."""
    found = propose(plans, keys, table, ours.reference(), more=False)
    return [
        Offer(
            offer.plan,
            later=offer.by_t * (-1 if offer.change == "advance" else 1),
            higher=offer.by_v * (-1 if offer.change == "descend" else 1),
        )
        for answer in found.answers
        for offer in answer.offers
    ]


def main(arguments: list[str] | None = None, way: Propose = whole_changes) -> int:
    """Exit 0 where every offer that was checked again clears its plan."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plans", type=int, default=1_000)
    parser.add_argument("--kind", choices=KINDS, default="mixed")
    parser.add_argument("--place", choices=PLACES, default="33N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", type=int, default=60, help="offers checked again")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not 10 <= asked.plans <= 100_000 or asked.check < 0:
        parser.error("accepted: --plans 10 to 100,000, --check 0 or more")
    table = KINDS[asked.kind].table
    plans = plans_of(scenario(asked.plans, asked.kind, asked.place, asked.seed))
    keys = conflicting(plans, table)
    print(report.facts())
    print(f"{len(plans):,} {asked.kind} plans, {len(keys):,} of them in conflict, seed {asked.seed}")
    begin = time.perf_counter()
    offers = way(plans, keys, table)
    seconds = time.perf_counter() - begin
    helped = len({offer.plan for offer in offers})
    print(f"{len(offers):,} offers for {helped:,} plans, none found for {len(keys) - helped:,}")
    print(report.bound("all proposals", "s", seconds, most=SECONDS))
    order = np.random.default_rng([asked.seed, 12]).permutation(len(offers))[: asked.check]
    wrong = unclear(plans, table, [offers[k] for k in order.tolist()])
    print(f"{len(order):,} offers checked again: {len(wrong)} do not clear their plan")
    for offer in wrong[:5]:
        print(f"FAILED: {offer}")
    if asked.json:
        told = {"plans": len(plans), "conflicting": len(keys), "offers": len(offers), "seconds": seconds}
        asked.json.write_text(json.dumps(told, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
