"""When a finding becomes an alert, and when that is over: few, none of them late, and none that flickers.

The times are in Settings, each with the judgement behind it. What may follow what is model.alert.TRANSITIONS:
- found for the first time: pending, which nobody is told. Raised at once where the loss is so near that every
  second counts, or where time has been given already; else once it was found over `confirm_ms`.
- raised, and not found: it stays so for `settle_ms`, is held then, and cleared after `hold_ms` without it.
  Found again before that, it is the same alert.
- not found because a track fell silent: that shows nothing, so the time does not run; it is held for up to
  `silent_ms` after it was last found, and cleared as `silent` then.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from msgspec import Struct, structs

from wideberth.errors import Invalid, Refused
from wideberth.model.alert import Kind, Phase, Why
from wideberth.model.track import NOBODY, Whose
from wideberth.space.units import SECOND
from wideberth.watch.findings import Finding, Key

MOST: Final = 50_000
"""The most that are open at once, pending ones included; what is nearest in time goes before."""
AT_ONCE: Final[frozenset[Kind]] = frozenset({"contingent", "lost"})
"""Kinds for which time has passed before they were found."""
NEAR: Final[frozenset[Kind]] = frozenset({"closing", "entry", "unplanned"})
"""Kinds that say when something will be so."""


class Settings(Struct, frozen=True):
    """The times of alerts and of conformance (ms). All are judgements but the one that F3548 states.

    Attributes:
        confirm_ms: how long something further off than `urgent_ms` is to be found, at two looks at least,
            before it is raised; and how long it may be absent meanwhile. Sources report each 0.5 to 4 s, so
            one bad report raises nothing, and of five minutes' warning four seconds are spent.
        urgent_ms: a loss nearer than this is raised at the first look: a crew that is told then still has the
            time of one call.
        settle_ms: how long something raised is to be absent before it is held; shorter flickering is told to
            nobody.
        hold_ms: how long it is to be absent before it is cleared: a few reports of a source each.
        tell_ms: a raised alert is told anew at most so often, save when it becomes urgent, or is so.
        silent_ms: how long it is held after it was last found where a track fell silent meanwhile. The last
            report was looked at so far ahead, and no further: beyond that it says nothing.
        recoverable_ms: how long an own unit may be outside its plan until it is contingent (F3548-21: 60 s).
        recover_ms: how long it is to be possibly inside again until that counts as having come back.
        parked: mm/s; what is slower, and no aircraft in flight, is not under way.
    """

    confirm_ms: int = 4 * SECOND
    urgent_ms: int = 60 * SECOND
    settle_ms: int = 4 * SECOND
    hold_ms: int = 20 * SECOND
    tell_ms: int = 5 * SECOND
    silent_ms: int = 300 * SECOND
    recoverable_ms: int = 60 * SECOND
    recover_ms: int = 5 * SECOND
    parked: int = 1_000


class About(NamedTuple):
    """What is known of what an alert is about, at a look.

    Attributes:
        whose: of the track. `other`: of the other track; of a zone, its party and its id as the plan.
        callsign: of the track. `other_name`: callsign of the other track, or the name of the zone.
        silent: whether a track of it is no longer heard.
        withdrawn: whether its zone is no longer there.
    """

    whose: Whose = NOBODY
    other: Whose | None = None
    callsign: str = ""
    other_name: str = ""
    silent: bool = False
    withdrawn: bool = False


class Alert(Struct, frozen=True):
    """Something found that a person is to know.

    Attributes:
        id: the same wherever the same reports were looked at at the same times.
        key: what it is about.
        phase: as in model.alert.
        first_ms: the look at which it was found first. `last_ms`: the newest at which it was found.
        finding: as found last.
        worst: with the least gap of all looks (`closeness`).
        raised_ms, cleared_ms: when; None: not yet.
        held_ms: since when it is held; None: it is not.
        why: why it was cleared; None: it is not.
        whose, other, callsign, other_name: as in About.
        acknowledged_by, acknowledged_ms: a role, and when; None: by nobody.
        looks: at how many it was found.
        told, told_ms: as it was last raised or changed, and when; while pending, as found first.
        judged_ms: the newest look at which it was found, or could not be judged.
    """

    id: str
    key: Key
    phase: Phase
    first_ms: int
    last_ms: int
    finding: Finding
    worst: Finding
    told: Finding
    told_ms: int
    judged_ms: int
    looks: int = 1
    raised_ms: int | None = None
    held_ms: int | None = None
    cleared_ms: int | None = None
    why: Why | None = None
    whose: Whose = NOBODY
    other: Whose | None = None
    callsign: str = ""
    other_name: str = ""
    acknowledged_by: str | None = None
    acknowledged_ms: int | None = None


What = Literal["raised", "changed", "held", "cleared", "acknowledged"]


class Change(NamedTuple):
    """What became of an alert at a look. Each is raised once and cleared once."""

    what: What
    alert: Alert


class State(Struct, frozen=True):
    """All alerts that are not over, pending ones included.

    `left_out`: what was found at the last look, and is in none, because there are MOST.
    """

    open: dict[Key, Alert] = {}
    left_out: int = 0

    def told(self) -> list[Alert]:
        """Those that people were told, the nearest first."""
        some = [each for each in self.open.values() if each.phase != "pending"]
        return sorted(some, key=lambda each: (each.finding.at_ms, each.key))


def closeness(finding: Finding) -> float:
    """The gap as a share of what is required, on the axis that keeps more of it: from 0, less is worse."""
    axes = ((finding.h, finding.required_h), (finding.v, finding.required_v))
    return max(_share(gap, required) for gap, required in axes)


def _share(gap: int | None, required: int | None) -> float:
    if not gap or required is None:
        return 0.0
    # a minimum of 0 is kept by every gap there is
    return gap / required if required else float("inf")


def identity(key: Key, first_ms: int) -> str:
    """`w-` and 26 letters or digits: 130 bits of SHA-256 over the key and the first look."""
    parts = (*key, str(first_ms))
    text = "".join(f"{len(part)}:{part}" for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return "w-" + b32encode(digest).decode().lower()[:26]


def step(
    state: State,
    findings: Iterable[Finding],
    now_ms: int,
    settings: Settings,
    about: Callable[[Key], About],
) -> tuple[State, list[Change]]:
    """What one look makes of the alerts there are, and of what it found; changes in order of urgency."""
    found: dict[Key, Finding] = {}
    for each in findings:
        if each.key not in found or each.at_ms < found[each.key].at_ms:
            found[each.key] = each
    after: dict[Key, Alert] = {}
    changes: list[Change] = []
    for key, alert in state.open.items():
        finding = found.pop(key, None)
        if finding is not None:
            made, what = _found(alert, finding, now_ms, settings, about)
        else:
            grown = key.kind == "nonconforming" and key._replace(kind="contingent") in found
            made, what = _absent(alert, now_ms, settings, about(key), grown)
        if made.phase != "cleared":
            after[key] = made
        if what is not None:
            changes.append(Change(what, made))
    fresh = sorted(found.values(), key=lambda each: (each.at_ms, each.key))
    room = max(0, MOST - len(after))
    for each in fresh[:room]:
        made, what = _first(each, now_ms, settings, about)
        after[each.key] = made
        if what is not None:
            changes.append(Change(what, made))
    changes.sort(key=lambda each: (each.alert.finding.at_ms, each.alert.key))
    return State(after, len(fresh[room:])), changes


def acknowledge(state: State, alert: str, role: str, now_ms: int) -> tuple[State, Change]:
    """Somebody in this role has read it. It goes on as before.

    Raises: Invalid (`watch.alert`), Refused (`watch.acknowledged`).
    """
    found = next((each for each in state.told() if each.id == alert), None)
    if found is None:
        raise Invalid("watch.alert", "alert", alert, "an alert that is not over: wideberth watch alerts")
    if found.acknowledged_by is not None:
        raise Refused("watch.acknowledged", f"this is acknowledged already: {found.acknowledged_by}")
    made = structs.replace(found, acknowledged_by=role, acknowledged_ms=now_ms)
    return State({**state.open, made.key: made}, state.left_out), Change("acknowledged", made)


def _first(
    finding: Finding, now_ms: int, settings: Settings, about: Callable[[Key], About]
) -> tuple[Alert, What | None]:
    key = finding.key
    alert = Alert(
        identity(key, now_ms), key, "pending", now_ms, now_ms, finding, finding, finding, now_ms, now_ms
    )
    if key.kind in AT_ONCE or _urgent(finding, now_ms, settings):
        return _raised(alert, now_ms, about(key)), "raised"
    return alert, None


def _found(
    alert: Alert, finding: Finding, now_ms: int, settings: Settings, about: Callable[[Key], About]
) -> tuple[Alert, What | None]:
    worst = finding if closeness(finding) < closeness(alert.worst) else alert.worst
    made = structs.replace(
        alert, finding=finding, worst=worst, last_ms=now_ms, judged_ms=now_ms, looks=alert.looks + 1
    )
    if alert.phase == "pending":
        if now_ms - alert.first_ms >= settings.confirm_ms or _urgent(finding, now_ms, settings):
            return _raised(made, now_ms, about(alert.key)), "raised"
        return made, None
    if alert.phase == "held" or _worth_telling(made, now_ms, settings):
        made = _known(made, about(alert.key))
        return structs.replace(made, phase="raised", held_ms=None, told=finding, told_ms=now_ms), "changed"
    return made, None


def _raised(alert: Alert, now_ms: int, known: About) -> Alert:
    made = _known(alert, known)
    return structs.replace(made, phase="raised", raised_ms=now_ms, told=alert.finding, told_ms=now_ms)


def _known(alert: Alert, known: About) -> Alert:
    # who it was is remembered where the track is no longer known
    return structs.replace(
        alert,
        whose=known.whose,
        other=known.other if known.other is not None else alert.other,
        callsign=known.callsign or alert.callsign,
        other_name=known.other_name or alert.other_name,
    )


def _urgent(finding: Finding, now_ms: int, settings: Settings) -> bool:
    # a unit of ours on no plan has no moment at which that begins
    return finding.key.kind in NEAR and bool(finding.key.other) and _soon(finding, now_ms, settings)


def _soon(finding: Finding, at_ms: int, settings: Settings) -> bool:
    return finding.at_ms - at_ms <= settings.urgent_ms


def _worth_telling(alert: Alert, now_ms: int, settings: Settings) -> bool:
    """Whether what is found now differs so much from what was told last that people are told again."""
    finding, told, told_ms = alert.finding, alert.told, alert.told_ms
    so, was = finding.at_ms <= now_ms, told.at_ms <= told_ms
    if (so and not was) or (_soon(finding, now_ms, settings) and not _soon(told, told_ms, settings)):
        return True
    if now_ms - told_ms < settings.tell_ms:
        return False
    if (finding.nominal and not told.nominal) or finding.code != told.code or so != was:
        return True
    if closeness(finding) < closeness(told) / 2:
        return True
    # a quarter of the time that was left has come or gone; seconds do not count
    return not so and 4 * abs(finding.at_ms - told.at_ms) > max(20 * SECOND, told.at_ms - told_ms)


def _absent(
    alert: Alert, now_ms: int, settings: Settings, known: About, grown: bool
) -> tuple[Alert, What | None]:
    if alert.phase == "pending":
        if now_ms - alert.last_ms <= settings.confirm_ms and not (grown or known.withdrawn):
            return alert, None
        return _cleared(alert, now_ms, "absent"), None
    if grown or known.withdrawn:
        return _cleared(alert, now_ms, "replaced" if grown else "withdrawn"), "cleared"
    if known.silent:
        alert = structs.replace(alert, judged_ms=now_ms)
    if alert.phase == "raised":
        if now_ms - alert.last_ms < settings.settle_ms:
            return alert, None
        return structs.replace(alert, phase="held", held_ms=now_ms), "held"
    if known.silent and now_ms - alert.last_ms >= settings.silent_ms:
        return _cleared(alert, now_ms, "silent"), "cleared"
    if now_ms - alert.judged_ms >= settings.hold_ms:
        return _cleared(alert, now_ms, "absent"), "cleared"
    return alert, None


def _cleared(alert: Alert, now_ms: int, why: Why) -> Alert:
    return structs.replace(alert, phase="cleared", cleared_ms=now_ms, why=why)
