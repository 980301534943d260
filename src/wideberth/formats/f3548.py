"""Operational intents of ASTM F3548-21 as JSON, read and written.

Accepted are one operational intent, one under `operational_intent`, or a list of them under
`operational_intents`. Nominal and off-nominal volumes are both volumes of the plan. Member names and
their required fields follow the standard's OpenAPI document (schemas OperationalIntent,
OperationalIntentReference, OperationalIntentDetails, Volume4D).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence

from wideberth.errors import Invalid, shorten
from wideberth.formats import jsontext
from wideberth.formats.profile import NO_PARTY
from wideberth.formats.properties import PRIORITY_LIMIT, TEXT_LIMIT, check_name
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.volume4d import (
    mapping,
    members,
    read_volume,
    text,
    write_volume,
    written_time,
    written_window,
)
from wideberth.model.plan import UNSPECIFIED, Plan, State, check_state
from wideberth.space.reference import VerticalReference

ACCEPTED = (
    'an operational intent {"reference", "details"}, or one under "operational_intent",'
    ' or a list of them under "operational_intents"'
)
NO_STATE = "no state is stated, read as accepted"
EMPTY_FIELDS = (
    "uss_base_url is left empty and subscription_id all zero: the system that publishes them fills them in"
)
ENDED = "ended plans are left out: in F3548 they leave the system"
NEW_ID = "plan ids that are no version-4 UUID are replaced by one derived from party and id"
NO_SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
"""F3548 wants a UUID here; this one names none."""

_UUID4 = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:wideberth:plan")
_OFF_NOMINAL: tuple[State, ...] = ("nonconforming", "contingent")


def read(data: bytes, options: Options) -> Reading:
    """The plans of a file of operational intents; edges geodesic, altitudes HAE.

    Raises: Invalid (`f3548.*`, `json.*`, `plan.*`, `text.*`, `geometry.*`, `altitude.*`, `time.*`).
    """
    tally = Tally()
    filed: dict[tuple[str, str], Filed] = {}
    for path, intent in _intents(jsontext.parse(data)):
        one = _read_intent(intent, path, options, tally)
        if one.plan.key in filed:
            wanted = f"an id of its own (also at {filed[one.plan.key].where[0]})"
            raise Invalid("plan.repeated_id", path, one.plan.id, wanted)
        filed[one.plan.key] = one
    return Reading(tuple(filed.values()), tally.notes())


def _intents(document: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Path and object of every operational intent."""
    if not isinstance(document, Mapping):
        raise Invalid("f3548.document", "", type(document).__name__, ACCEPTED)
    if "operational_intents" in document:
        listed = members(document, "operational_intents", "")
        if not listed:
            raise Invalid("f3548.empty", "operational_intents", "no operational intent", "one or more")
        for i, value in enumerate(listed):
            yield _unwrapped(mapping(value, f"operational_intents[{i}]"), f"operational_intents[{i}]")
    else:
        yield _unwrapped(document, "")


def _unwrapped(found: Mapping[str, object], path: str) -> tuple[str, Mapping[str, object]]:
    dot = f"{path}." if path else ""
    if "operational_intent" in found:
        path = f"{dot}operational_intent"
        return path, mapping(found["operational_intent"], path)
    if "reference" not in found and "details" not in found:
        raise Invalid("f3548.document", path, ", ".join(map(str, found)) or "an empty object", ACCEPTED)
    return path, found


def _read_intent(intent: Mapping[str, object], path: str, options: Options, tally: Tally) -> Filed:
    dot = f"{path}." if path else ""
    reference = mapping(intent.get("reference"), f"{dot}reference")
    details = mapping(intent.get("details"), f"{dot}details")
    where = f"{dot}reference"
    plan_id = text(reference, "id", where)
    if plan_id is None:
        raise Invalid("f3548.no_id", where, "no id", "an id, such as a version-4 UUID")
    state = text(reference, "state", where)
    if state is None:
        tally.tell(NO_STATE, where)
    volumes, places = [], []
    for key in ("volumes", "off_nominal_volumes"):
        for i, value in enumerate(members(details, key, f"{dot}details")):
            places.append(f"{dot}details.{key}[{i}]")
            volumes.append(read_volume(value, places[-1], options, tally))
    if not volumes:
        wanted = "one or more under volumes or off_nominal_volumes"
        raise Invalid("f3548.no_volumes", f"{dot}details", "no volume", wanted)
    plan = Plan(
        party=_party(reference, where, options, tally),
        id=check_name(plan_id, f"{where}.id"),
        volumes=tuple(volumes),
        state="accepted" if state is None else check_state(state, f"{where}.state"),
        priority=read_priority(details, f"{dot}details"),
    )
    return Filed(plan, tuple(places))


def _party(reference: Mapping[str, object], path: str, options: Options, tally: Tally) -> str:
    manager = text(reference, "manager", path)
    if manager is not None:
        return check_name(manager, f"{path}.manager")
    party = shorten(options.file, TEXT_LIMIT)
    tally.tell(NO_PARTY.format(party), path)
    return party


def read_priority(found: Mapping[str, object], path: str) -> int:
    """The whole number under `priority`, 0 where absent. Raises: Invalid (`f3548.type`)."""
    value = found.get("priority")
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > PRIORITY_LIMIT:
        raise Invalid("f3548.type", f"{path}.priority", value, "a whole number, such as 0 or 100")
    return value


def write(plans: Sequence[Plan], reference: VerticalReference | None) -> tuple[bytes, tuple[str, ...]]:
    """The plans as {"operational_intents": […]} and notes of what was changed or left out.

    Every written volume holds the original. Other datums become the widest HAE band that they may
    mean; without `reference` they are refused.

    Raises: Invalid (`f3548.no_time`, `f3548.pad`, `f3548.datum`, `f3548.no_volumes`, `geometry.*`).
    """
    tally = Tally()
    used: set[str] = set()
    written = []
    for plan in plans:
        if plan.state == "ended":
            tally.tell(ENDED, _named(plan))
            continue
        for left, what in _unsayable(plan):
            if left:
                tally.tell(f"{what} is left out: F3548 has no field for it", _named(plan))
        written.append(_written_intent(plan, _written_id(plan, used, tally), reference, tally))
    if written:
        tally.tell(EMPTY_FIELDS, "every operational intent")
    document = {"operational_intents": written}
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode(), tally.notes()


def _unsayable(plan: Plan) -> tuple[tuple[bool, str], ...]:
    return (
        (plan.activity != UNSPECIFIED, "the activity"),
        (bool(plan.label), "the label"),
        (bool(plan.callsign), "the callsign"),
        (bool(plan.note), "the note"),
        (plan.variant_of is not None, "the group of variants"),
        (plan.review is not None, "the review date"),
        (any(volume.band is not None for volume in plan.volumes), "the frequency band"),
    )


def _named(plan: Plan) -> str:
    return f"plan {plan.id} of {plan.party}"


def _written_id(plan: Plan, used: set[str], tally: Tally) -> str:
    """The plan's id where F3548 can carry it, else a UUID that is always the same for the plan."""
    written = plan.id
    if not _UUID4.fullmatch(plan.id) or plan.id.lower() in used:
        name = uuid.uuid5(_NAMES, json.dumps([plan.party, plan.id]))
        # F3548 accepts only the form of version 4
        written = str(uuid.UUID(bytes=name.bytes, version=4))
        tally.tell(NEW_ID, f"{_named(plan)} is {written}")
    used.add(written.lower())
    return written


def _written_intent(
    plan: Plan, written_id: str, reference: VerticalReference | None, tally: Tally
) -> dict[str, object]:
    if not plan.volumes:
        raise Invalid("f3548.no_volumes", _named(plan), "no volume", "one or more")
    paths = [f"{_named(plan)}, volume {i}" for i in range(len(plan.volumes))]
    volumes = [write_volume(v, path, reference, tally) for v, path in zip(plan.volumes, paths, strict=True)]
    windows = [written_window(v, path) for v, path in zip(plan.volumes, paths, strict=True)]
    off_nominal = plan.state in _OFF_NOMINAL
    return {
        "reference": {
            "id": written_id,
            "manager": plan.party,
            "uss_availability": "Unknown",
            "version": 1,
            "state": plan.state.capitalize(),
            "time_start": written_time(min(start for start, _ in windows)),
            "time_end": written_time(max(end for _, end in windows)),
            "uss_base_url": "",
            "subscription_id": NO_SUBSCRIPTION,
        },
        "details": {
            "volumes": [] if off_nominal else volumes,
            # in F3548 only these two states may have any
            "off_nominal_volumes": volumes if off_nominal else [],
            "priority": plan.priority,
        },
    }
