"""What changed since an earlier check, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from wideberth.errors import shorten
from wideberth.formats.earlier import Key, Pair
from wideberth.formats.since import Change, Differs, Gone, New, NotChecked, Since, Still
from wideberth.formats.times import show_time
from wideberth.render.words import counted, duration, frequency, height, length
from wideberth.space.units import METRE, SECOND

FILES = 5
"""Files that are named."""

_PART = "listed only the first {:,} of {:,} conflicts"
_WORDS = {
    "horizontal_m": "horizontal gap",
    "vertical_m": "vertical gap",
    "time_s": "gap in time",
    "frequency_hz": "gap in frequency",
}


def summary(since: Since, zone: str | None) -> str:
    """`since 2026-11-23 06:00Z: 2 new, 1 gone, 5 still there (2 changed)`; all pairs of plans."""
    changed = sum(bool(one.changed) for one in since.still)
    parts = [
        f"{len(since.new):,} new",
        f"{len(since.gone):,} gone",
        f"{len(since.still):,} still there{f' ({changed:,} changed)' if changed else ''}",
    ]
    if since.not_checked:
        parts.append(f"{len(since.not_checked):,} not checked again")
    return f"since {moment(since.as_of, zone)}: {', '.join(parts)}  (pairs of plans)"


def moment(instant: int, zone: str | None) -> str:
    """A time to the second."""
    return show_time(instant // SECOND * SECOND, zone)


def warnings(since: Since, zone: str | None) -> tuple[str, ...]:
    """What else differs between the two results, and may alone be why a pair is called new or gone."""
    found: list[str] = []
    differs: Differs = since.differs
    if differs.later:
        found.append(f"the earlier result is as of {moment(since.as_of, zone)}, which is later than this one")
    if differs.minima is not None:
        then, now = (shorten(source, 100) for source in differs.minima)
        found.append(
            f"the minima differ from those of the earlier result (then {then}, now {now}):"
            " what is new, gone or changed may be so for that reason alone"
        )
    if any(one.why == "refused_then" for one in since.new):
        found.append(
            f"refused then: {_files(differs.refused_then)}; what is called new may have been there already"
        )
    if differs.given_then:
        found.append(f"given then and not now: {_files(differs.given_then)}")
    if differs.given_now:
        found.append(f"given now and not then: {_files(differs.given_now)}")
    if differs.listed_then is not None:
        part = _PART.format(*differs.listed_then)
        found.append(f"the earlier result {part}: what is called new may have been there already")
    if differs.listed_now is not None:
        part = _PART.format(*differs.listed_now)
        found.append(f"this result {part}: of pairs beyond those nobody can say that they are gone")
    return tuple(found)


def marks(since: Since | None, zone: str | None, metric: bool) -> Mapping[Pair, tuple[bool, str]]:
    """Of each pair that is in conflict now: whether it is new, and its words for the table."""
    if since is None:
        return {}
    still = {one.plans: (False, _still(one, zone, metric)) for one in since.still}
    return still | {one.plans: (True, _new(one)) for one in since.new}


def gone(one: Gone) -> str:
    """`North · survey-7  and  South · transit-2: no conflict between them now`."""
    if one.why == "apart":
        why = "no conflict between them now"
    else:
        names = " and ".join(_name(key) for key in one.missing)
        is_are = "is" if len(one.missing) == 1 else "are"
        why = f"{names} {is_are} {'ended' if one.why == 'ended' else 'no longer in the files'}"
    return f"{_names(one.plans)}: {why}"


def not_checked(one: NotChecked) -> str:
    """The pair, and why nobody can say whether its conflict is still there."""
    why = {
        "refused": f"{_files(one.files)} {_was(one.files)} refused",
        "not_given": f"{_files(one.files)} {_was(one.files)} not given",
        "own": "plans of one party were not compared (--own)",
        "not_listed": "only the first conflicts are listed",
    }[one.why]
    return f"{_names(one.met.plans)}: {why}"


def _new(one: New) -> str:
    """Why a pair may not be as new as it looks; nothing where there is no such reason."""
    if one.why == "not_there":
        return ""
    if one.why == "not_listed_then":
        return "not among those that were listed then"
    how = "refused" if one.why == "refused_then" else "not given"
    return f"new; {_files(one.files)} {_was(one.files)} {how} then"


def _still(one: Still, zone: str | None, metric: bool) -> str:
    if not one.changed:
        return "still there, unchanged"
    return f"still there; was: {'; '.join(_change(change, zone, metric) for change in one.changed)}"


def _change(change: Change, zone: str | None, metric: bool) -> str:
    """`horizontal gap 2.5 NM (smaller now)`."""
    what, before, now = change
    if what == "pairs":
        more = isinstance(before, int) and isinstance(now, int) and now > before
        shown = counted(before, "pair") if isinstance(before, int) else str(before)
        return f"{shown} of volumes ({'more' if more else 'fewer'} now)"
    if what in ("from", "until"):
        shown = moment(before, zone) if isinstance(before, int) else "unbounded"
        return f"{what} {shown}"
    then = _figure(what, before, metric)
    if not isinstance(before, int | float) or not isinstance(now, int | float):
        return f"{_WORDS[what]} {then}"
    return f"{_WORDS[what]} {then} ({'larger' if now > before else 'smaller'} now)"


def _figure(axis: str, value: object, metric: bool) -> str:
    if not isinstance(value, int | float):
        return "not compared"
    if value == 0:
        return "none (overlap)"
    scaled = int(Decimal(str(value)) * {"time_s": SECOND, "frequency_hz": 1}.get(axis, METRE))
    if axis == "horizontal_m":
        return length(scaled, metric)
    if axis == "vertical_m":
        return height(scaled, metric)
    return duration(scaled) if axis == "time_s" else frequency(scaled)


def _was(files: Sequence[str]) -> str:
    return "was" if len(files) == 1 else "were"


def _files(files: Sequence[str]) -> str:
    shown = ", ".join(shorten(file, 100) for file in files[:FILES])
    return shown if len(files) <= FILES else f"{shown} and {len(files) - FILES} more"


def _names(pair: Pair) -> str:
    return "  and  ".join(_name(key) for key in pair)


def _name(key: Key) -> str:
    return f"{shorten(key[0], 60)} · {shorten(key[1], 60)}"
