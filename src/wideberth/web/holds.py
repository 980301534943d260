"""Holds, as the node has them."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.times import parse_time
from wideberth.ledger import approval, ids
from wideberth.model.hold import Area, Condition, Hold, Moment, Talks, Terms
from wideberth.node.hold_views import HoldView
from wideberth.space.volume import Pad
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, LARGE, Route

HOLD: Final = "/v1/holds/{hold}"
_YES: Final = {"yes": True, "no": False}


class HoldUntil(Struct, frozen=True, forbid_unknown_fields=True):
    """What ends it, one of these: talks by their id, a version of an agreement, a time."""

    talks: str | None = None
    agreement: str | None = None
    version: int | None = None
    at: str | None = None


class HoldPut(Struct, frozen=True, forbid_unknown_fields=True):
    """A hold.

    Attributes:
        parties: whom it binds, by their names; this party alone: a stand-down that all others are told.
        until: what ends it.
        begins: from when on; None: now.
        activities: which it stops; None: all.
        area: a volume as the native JSON has it, without times, band and pad; None: everywhere.
        reason: a few words; nobody has to say any.
    """

    parties: list[str]
    until: HoldUntil
    begins: str | None = None
    activities: list[str] | None = None
    area: dict[str, Any] | None = None
    reason: str | None = None


class HoldLift(Struct, frozen=True, forbid_unknown_fields=True):
    """Officers' signatures over the text of the lift, each as the text of its file."""

    approvals: list[str]


def holds(call: Call) -> list[HoldView]:
    """All of them. Raises: Invalid (`api.query`)."""
    over = call.asked.get("over", "yes")
    if over not in _YES:
        raise Invalid("api.query", "over", over, ", ".join(_YES))
    return call.node.room.holds.all(over=_YES[over])


def one(call: Call) -> HoldView:
    """One of them. Raises: as Holds.one."""
    return call.node.room.holds.one(call.named["hold"])


def put(call: Call) -> HoldView:
    """Put one. Raises: Invalid (`hold.until`, `time.*`, as native.volume_from_json), and as Holds.put."""
    said = call.body
    begins = call.node.clock.now() if said.begins is None else parse_time(said.begins, "begins")
    activities = None if said.activities is None else tuple(said.activities)
    hold = Hold(
        "", tuple(said.parties), begins, _until(said.until), activities, _area(said.area), said.reason
    )
    return call.node.room.holds.put(hold)


def lift(call: Call) -> HoldView:
    """Lift an own one. Raises: as Holds.lift."""
    approvals = [each.encode() for each in call.body.approvals]
    return call.node.room.holds.lift(call.named["hold"], approvals)


def _until(said: HoldUntil) -> Condition:
    match (said.talks, said.agreement, said.version, said.at):
        case (str(talks), None, None, None):
            return Talks(talks)
        case (None, str(number), int(version), None):
            return Terms(ids.unbase32(number, approval.AGREEMENT_ID, "until.agreement"), version)
        case (None, None, None, str(at)):
            return Moment(parse_time(at, "until.at"))
    wanted = "talks, or agreement and version, or at: one of them"
    raise Invalid("hold.until", "until", "none or several", wanted)


def _area(found: dict[str, Any] | None) -> Area | None:
    if found is None:
        return None
    volume = native.volume_from_json(found, "area")
    if (volume.start, volume.end, volume.band, volume.pad) != (None, None, None, Pad()):
        raise Invalid("hold.area", "area", "times, a band or a pad", "ground and altitudes only")
    return Area(volume.ground, volume.lower, volume.upper)


ROUTES: Final = (
    Route("GET", "/v1/holds", ANYBODY, None, list[HoldView], holds,
          "Holds of all lines, those in force first; `over=no` without those that are over.",
          query=("over",)),
    Route("GET", HOLD, ANYBODY, None, HoldView, one,
          "One hold, with the text that lifts it, and the own plans that lie in it."),
    Route("POST", "/v1/holds", OFFICER, HoldPut, HoldView, put,
          "Put a hold: in force at once, and told to all whom it names.", most=LARGE, act="hold.put"),
    Route("POST", f"{HOLD}/lift", OFFICER, HoldLift, HoldView, lift,
          "Lift an own hold, by two officers' signatures.", most=LARGE, act="hold.lift"),
)  # fmt: skip
"""What of the API is about holds."""
