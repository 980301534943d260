"""What would clear plans as JSON, schema `wideberth.propose/1`: the same for any order of files."""

from __future__ import annotations

from collections.abc import Sequence

from wideberth.conflict.clear import KEPT_OUT
from wideberth.conflict.offer import Limits
from wideberth.conflict.propose import Answer, Proposals
from wideberth.errors import Invalid
from wideberth.formats.native import plan_to_json, ranks, volume_to_json
from wideberth.formats.offers import offer_to_json
from wideberth.formats.properties import scaled
from wideberth.formats.reading import Filed
from wideberth.formats.result import named, separation_to_json
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.space.units import METRE, SECOND

SCHEMA = "wideberth.propose/1"


def propose_document(
    *,
    as_of: int,
    filed: Sequence[tuple[str, Filed]],
    table: SeparationTable,
    proposals: Proposals,
    refused: Sequence[tuple[str, Invalid]],
    notes: Sequence[str],
) -> dict[str, object]:
    """The object that `propose --json` prints.

    Args:
        as_of: POSIX ms.
        filed: (file, plan) of every plan that was read.
        refused: (file, error) of every file that was not read.
    """
    plans = {one.plan.key: one.plan for _, one in filed}
    answers = sorted(proposals.answers, key=lambda answer: answer.plan)
    return {
        "schema": SCHEMA,
        "as_of": to_rfc3339(as_of),
        "files": sorted({named(file) for file, _ in filed}),
        "plans": proposals.plans,
        "volumes": proposals.volumes,
        "separation": separation_to_json(table),
        "separation_source": table.source,
        "limits": limits_to_json(proposals.limits),
        "count": sum(bool(answer.hits) for answer in answers),
        "proposals": [_answer(answer, plans[answer.plan]) for answer in answers],
        "left": [_key(key) for key in sorted(proposals.left)],
        "refused": [
            {"file": named(file), "where": error.path, "code": error.code, "message": error.message}
            for file, error in sorted(refused, key=lambda r: (r[0], r[1].path, r[1].code, r[1].message))
        ],
        "notes": sorted(set(notes)),
    }


def limits_to_json(limits: Limits) -> dict[str, object]:
    """How far was looked; 0 is not at all."""
    return {
        "delay_s": scaled(limits.delay, SECOND),
        "advance_s": scaled(limits.advance, SECOND),
        "climb_m": scaled(limits.climb, METRE),
        "descend_m": scaled(limits.descend, METRE),
        "ceiling": {"value": scaled(limits.ceiling, METRE), "unit": "m", "datum": limits.ceiling_datum},
        "sidestep_m": scaled(limits.sidestep, METRE),
    }


def _answer(answer: Answer, plan: Plan) -> dict[str, object]:
    rank = ranks(plan)
    return {
        "plan": _key(plan.key),
        "count": answer.hits,
        "conflicting_with": [_key(rival) for rival in answer.rivals if rival[0] != KEPT_OUT],
        "offers": [
            {**offer_to_json(offer, rank), "after": _after(offer.after, rank)} for offer in answer.offers
        ],
        "missing": [{"change": change, "why": why} for change, why in answer.missing],
    }


def _after(plan: Plan, rank: Sequence[int]) -> dict[str, object]:
    """The plan in native JSON, its volumes in the order of the ranks that they have as the plan stands."""
    order = sorted(range(len(rank)), key=rank.__getitem__)
    return {**plan_to_json(plan), "volumes": [volume_to_json(plan.volumes[k]) for k in order]}


def _key(key: tuple[str, str]) -> dict[str, object]:
    return {"party": key[0], "id": key[1]}
