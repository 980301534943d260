"""One change that would clear a plan, as JSON: an entry of `clears` in the result of a check."""

from __future__ import annotations

from collections.abc import Sequence

from wideberth.conflict.offer import Offer
from wideberth.formats.properties import scaled
from wideberth.space.units import METRE, SECOND


def offer_to_json(offer: Offer, rank: Sequence[int]) -> dict[str, object]:
    """One entry of `clears`; `rank` of each volume of the plan as it stands.

    `by_s`, `by_m` where the change has them; `by_m` of a sidestep is along the ground.
    """
    party, name = offer.plan
    entry: dict[str, object] = {"plan": {"party": party, "id": name}, "change": offer.change}
    if offer.by_t:
        entry["by_s"] = scaled(offer.by_t, SECOND)
    if offer.by_v or offer.by_h:
        entry["by_m"] = scaled(offer.by_v or offer.by_h, METRE)
    if offer.bearing is not None:
        entry["bearing_deg"] = offer.bearing
    return {**entry, "volumes": sorted(rank[k] for k in offer.volumes)}
