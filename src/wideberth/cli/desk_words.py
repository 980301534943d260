"""Plans, notices and cases in words for whoever is on duty: what is known, what is not, what to do next.

Nothing is a permission: where nothing was found the words are "no known conflict", as of a time; where
nothing was compared they are NOT CHECKED.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from wideberth.cli import site_words
from wideberth.desk.plans import LEADS
from wideberth.errors import shorten
from wideberth.formats.times import parse_time
from wideberth.model.relay import RUNGS, Rung
from wideberth.node.desk_views import COMPARED, HERE, NOT_CHECKED, NoticeView, PlanOnLine, PlanView
from wideberth.node.room_views import InsideView
from wideberth.render.words import counted, duration, height, span
from wideberth.space.units import FOOT, SECOND

CASE_SHORT: Final = 8
PLAN_SHORT: Final = 10
"""Characters of an id, for people."""
NO_LINE: Final = f"{NOT_CHECKED}: this node has no line to another party"
SHOWN: Final = 20
"""Plans that are shown at length; of more those that ask for something."""


def plan_name(view: PlanView) -> str:
    """What people call a plan."""
    return shorten(view.label, 60) if view.label else view.plan[:PLAN_SHORT]


def peer(label: str | None, name: str) -> str:
    """What people call the other party."""
    return shorten(label, 60) if label else f"{name[:8]}…"


def window(start: str | None, end: str | None) -> str:
    """From when until when."""
    first = None if start is None else parse_time(start)
    last = None if end is None else parse_time(end)
    if first is not None and last is not None:
        return span(first, last, None)
    if start is None and end is None:
        return "until further notice"
    return f"from {start} until further notice" if end is None else f"until {end}"


def plan(view: PlanView, now: str) -> list[str]:
    """A plan at length, and what it comes to on each line."""
    words = [view.activity, f"callsign {shorten(view.callsign, 60)}" if view.callsign else ""]
    about = ", ".join(each for each in words if each)
    found = [
        f"plan      {plan_name(view)}  {view.plan}",
        f"about     {about}; {counted(view.volumes, 'volume')}",
        f"state     {view.state}, version {view.version}{_override(view.override, view.unconfirmed)}",
        f"when      {window(view.start, view.end)}",
    ]
    if view.disclosure is not None:
        found.append(f"told      at most: {view.disclosure}")
    if view.state != "ended":
        found += [f"touches   {line}" for line in site_words.touches(view.sites, named=False)]
    if view.sites and view.state == "accepted":
        found.append(f"          may not begin: it touches {counted(len(view.sites), 'site')}")
    if view.state != "ended":
        found += [f"policy    {shorten(each.words, 600)}" for each in view.policies]
    if not view.on:
        found.append(NO_LINE)
    for each in view.on:
        name = peer(each.label, each.peer)
        found.append(f"{_head(name)}{_told(each)}")
        if view.state != "ended":
            found += [f"          {line}" for line in _compared(each, name, now)]
        if view.state == "accepted":
            found += [f"          may not begin: {shorten(words, 300)}" for words in each.blocked]
    found += [f"by hand   may not begin: {shorten(words, 300)}" for words in view.by_hand]
    found += [f"hold      may not begin: {shorten(words, 400)}" for words in view.holds]
    return found


def brief(view: PlanView) -> str:
    """A plan in one line."""
    return f"{plan_name(view)}  {view.plan[:PLAN_SHORT]}  {view.state}  {window(view.start, view.end)}"


def cases(views: Sequence[PlanView]) -> list[str]:
    """The open cases of plans."""
    return list(dict.fromkeys(case for view in views for each in view.on for case in each.cases))


def in_conflict(view: PlanView) -> bool:
    """Whether a plan is, as far as is known: in a case, with what is shown here, or with a site."""
    return bool(view.sites) or any(each.cases or each.conflicts for each in view.on)


def following(view: PlanView) -> Iterator[str]:
    """What to do about a plan next, the most pressing first."""
    if view.state == "ended":
        return
    for each in view.on:
        name = peer(each.label, each.peer)
        if each.lead == "too late" and view.state == "accepted":
            about = f" notice={each.notice}" if each.notice else ""
            yield (
                f"Call {name} now about {plan_name(view)}: it is too late to act on it in writing: "
                f"wideberth call make {name} LATE-NOTICE{about} place=… start=…"
            )
        for case in each.cases:
            yield f"In conflict with {name}: wideberth case show {case[:CASE_SHORT]}"
        if each.blind == "matched" and not each.cases:
            yield f"{plan_name(view)} is too near a plan of {name}'s: wideberth blind show {name}"
        if each.checked == NOT_CHECKED:
            yield f"{plan_name(view)} is NOT CHECKED against {name}: {each.why}."
        elif each.lead == "short" and each.checked != COMPARED and view.state == "accepted":
            yield f"Have the telephone ready: {name} was told later than agreed."
    if view.holds:
        yield f"{plan_name(view)} lies in {counted(len(view.holds), 'hold')}: wideberth hold list"
    if view.sites:
        yield f"{plan_name(view)} touches {counted(len(view.sites), 'site')}: wideberth site cases"
    held = bool(view.sites or view.by_hand or view.holds) or any(each.blocked for each in view.on)
    if view.state == "accepted" and view.on and not held:
        yield f"When it begins: wideberth plan activate {view.plan[:PLAN_SHORT]}"


def clears(
    view: PlanView, found: Mapping[str, Sequence[Mapping[str, Any]]], now: str
) -> tuple[list[str], list[str]]:
    """What would clear a plan, by line, and what to do next; where nothing was compared, that."""
    texts = [] if view.on else [NO_LINE]
    next_: list[str] = []
    for each in view.on:
        name, some = peer(each.label, each.peer), found.get(each.line)
        if some is not None:
            ways = " or ".join(change(one) for one in some)
            texts.append(f"{name}: {ways or 'nothing in agreed steps: another area, or a call'}")
            for one in some:
                for case in each.cases:
                    what = f"wideberth case propose {case[:CASE_SHORT]} {option(one)}"
                    next_.append(f"To offer it to {name}: {what}")
        elif each.cases or each.conflicts:
            texts.append(f"{name}: in conflict, and nothing can be offered here: another area, or a call")
        elif each.checked == NOT_CHECKED:
            texts.append(f"{NOT_CHECKED} against {name}: {each.why}")
        elif each.checked == COMPARED and each.why:
            texts.append(f"{name}: {each.why}")
        else:
            texts.append(f"{name}: no known conflict, as of {now}")
    if view.sites:
        texts.append(f"touches {counted(len(view.sites), 'site')}: another area")
        next_.append(f"{plan_name(view)} touches {counted(len(view.sites), 'site')}: wideberth site cases")
    return texts, next_


def summary(views: Sequence[PlanView], now: str) -> list[str]:
    """Many plans: how many there are, and those that ask for something."""
    found = [f"filed     {counted(len(views), 'plan')}, as of {now}"]
    met = [view for view in views if in_conflict(view)]
    others = [view for view in views if any(each.cases or each.conflicts for each in view.on)]
    found.append(f"conflicts {counted(len(others), 'plan')} in {counted(len(cases(views)), 'case')}")
    if near := sum(bool(view.sites) for view in views):
        found.append(f"touch     a site or several: {counted(near, 'plan')}; wideberth site cases")
    if near := sum(bool(view.policies) for view in views):
        found.append(f"touch     a policy or several: {counted(near, 'plan')}; wideberth plan show")
    if not all(view.on for view in views):
        found.append(NO_LINE)
    for name, some in _by_peer(views).items():
        missing = sum(each.checked == NOT_CHECKED for each in some)
        late = sum(each.lead == "too late" for each in some)
        blind = [each for each in some if each.blind is not None]
        near = sum(each.blind == "matched" for each in blind)
        none = sum(not each.cases and not each.conflicts and each.checked != NOT_CHECKED for each in some)
        none -= sum(not each.cases and not each.conflicts for each in blind)
        found.append(f"{_head(name)}no known conflict, as of {now}: {counted(none, 'plan')}")
        if blind:
            clear = counted(len(blind) - near, "plan")
            found.append(
                f"          blind check: no known conflict of {clear}, too near {counted(near, 'plan')}"
            )
        if missing:
            found.append(f"          NOT CHECKED against {name}: {counted(missing, 'plan')}")
        if late:
            found.append(f"          too late to act on in writing, call: {counted(late, 'plan')}")
    found += [f"          {brief(view)}" for view in met[:SHOWN]]
    if len(met) > SHOWN:
        found.append(f"          and {len(met) - SHOWN:,} more: wideberth case list")
    return found


def table(views: Sequence[PlanView]) -> Table:
    """Own plans, a row each."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("plan", no_wrap=True)
    made.add_column("label", overflow="fold", max_width=24)
    made.add_column("state", no_wrap=True)
    made.add_column("when", overflow="fold", max_width=26)
    made.add_column("conflicts, and what is not known", overflow="fold", ratio=1)
    for view in views:
        when = window(view.start, view.end)
        # text, not markup: a label may hold anything
        made.add_row(
            view.plan[:PLAN_SHORT], Text(shorten(view.label, 60)), view.state, when, Text(_short(view))
        )
    return made


def notice_table(views: Sequence[NoticeView]) -> Table:
    """The notices of a line, a row each."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("notice", "whose", "told", "state"):
        made.add_column(name, no_wrap=True)
    made.add_column("about", overflow="fold", max_width=24)
    made.add_column("when", overflow="fold", max_width=26)
    made.add_column("conflicts", overflow="fold", ratio=1)
    for view in views:
        about = ", ".join(each for each in (view.activity, view.callsign) if each)
        made.add_row(
            view.notice[:PLAN_SHORT],
            "ours" if view.mine else "theirs",
            view.level,
            view.state,
            Text(shorten(about, 60)),
            _when(view),
            ", ".join(case[:CASE_SHORT] for case in view.cases) or "-",
        )
    return made


SIDES: Final = {"ours": "us", "theirs": "them"}


def _relayed(rung: Rung | None) -> str:
    """How far a notice has come among a party's own people: silence is shown as silence."""
    return "nothing said: it may have reached nobody" if rung is None else RUNGS[rung]


def notice(view: NoticeView, now: str) -> list[str]:
    """A notice at length."""
    whose = f"ours, of plan {view.plan}" if view.mine else "theirs"
    by = "they" if view.mine else "we"
    checked = f"{by} have compared it" if view.checked else f"{by} have not compared it"
    why = f": NOT CHECKED ({view.why})" if view.why else ""
    volumes = "none shown" if not view.volumes else counted(len(view.volumes), "volume")
    larger = ", larger than they are: they did not fit" if view.simplified else ""
    found = [
        f"notice    {view.notice}, version {view.version}",
        f"whose     {whose}",
        f"told      {view.level}",
        f"about     {', '.join(each for each in (view.activity, view.callsign) if each)}; {volumes}{larger}",
        f"state     {view.state}{_override(view.override, view.unconfirmed)}",
        f"when      {_when(view)}",
        f"told at   {view.at}{'' if view.lead is None else f', {view.lead}'}",
        f"compared  {checked}{why}",
    ]
    found += [f"relayed   by {by}: {_relayed(view.passed.get(whose))}" for whose, by in SIDES.items()]
    if view.consented:
        found.append("consent   given, for this version, in the allotted area")
    found += [f"policy    {shorten(each.words, 600)}" for each in view.policies]
    found += [f"conflict  case {case}" for case in view.cases]
    if not view.cases and view.checked:
        found.append(f"conflict  no known conflict, as of {now}")
    return found


def inside(found: Sequence[InsideView]) -> Iterator[str]:
    """Own plans that have begun and are too near to a notice of theirs; told to nobody else."""
    for each in found:
        who = (
            ", ".join(shorten(name, 60) for name in (each.label, each.callsign) if name)
            or each.plan[:PLAN_SHORT]
        )
        left = f"{each.left_s // 60} min left, {each.needs_s // 60} min needed"
        can = "has the time to clear" if each.can_clear else "CANNOT CLEAR in time"
        yield f"inside    {can}: {who} ({left})"


def change(of: Mapping[str, Any]) -> str:
    """A change that is proposed."""
    (kind, value), *_ = of.items()
    if kind == "cancel":
        return "cancelled"
    if kind == "volumes":
        return f"in {counted(len(value), 'other volume')}"
    if not isinstance(value, int):
        return "a change that this version does not know"
    if kind == "delay_ms":
        return f"{duration(abs(value), up=True)} {'later' if value > 0 else 'earlier'}"
    way = "higher" if value > 0 else "lower"
    return f"{height(abs(value), metric=False)} ({height(abs(value), metric=True)}) {way}"


def option(of: Mapping[str, Any]) -> str:
    """A change as options of `case propose`."""
    (kind, value), *_ = of.items()
    if kind == "cancel":
        return "--cancel"
    if not isinstance(value, int):
        return "--area FILE"
    if kind == "delay_ms":
        return f"{'--delay' if value > 0 else '--advance'} {_exact(abs(value), SECOND, 's', 60, 'min')}"
    return f"{'--climb' if value > 0 else '--descend'} {_exact(abs(value), 1, 'x', FOOT, 'ft')}"


def _exact(value: int, unit: int, name: str, larger: int, its_name: str) -> str:
    if value % (unit * larger) == 0:
        return f"{value // (unit * larger)}{its_name}"
    # tenths of a millimetre have no name of their own
    return f"{value / 10_000:.4f}m" if name == "x" else f"{value // unit}{name}"


def _head(name: str) -> str:
    return f"{name:<10}" if len(name) < 10 else f"{name}\n          "


def _told(each: PlanOnLine) -> str:
    if each.told is None:
        return "nothing told yet" if each.level != "none" else "told nothing of it"
    lead = "" if each.lead is None else f"; {each.lead}: {LEADS[each.lead]}"
    return f"told ({each.level}), version {each.told}, as {each.notice[:PLAN_SHORT]}{lead}"


def _compared(each: PlanOnLine, name: str, now: str) -> Iterator[str]:
    found = {one.case for one in each.conflicts}
    for case in each.cases:
        if case in found:
            yield f"CONFLICT: case {case[:CASE_SHORT]}"
        else:
            yield f"CONFLICT for {name}: case {case[:CASE_SHORT]}; or they have not compared this version yet"
    hidden = [one for one in each.conflicts if one.case not in each.cases]
    for one in hidden:
        yield f"CONFLICT: {one.found} with {one.notice[:PLAN_SHORT]}, of which {name} is told nothing: call"
    if each.checked == NOT_CHECKED:
        yield f"NOT CHECKED against {name}: {each.why}"
        return
    if each.checked == COMPARED:
        if each.why:
            yield each.why  # it is as of another moment than now
        elif not each.cases and not hidden:
            yield f"no known conflict with {name}, as of {now}"
        return
    if not each.cases and not hidden:
        yield f"no known conflict with what {name} has told, as of {now}"
    if each.checked == HERE:
        yield f"compared here only: {each.why}"
    else:
        due = "" if each.answer_by is None else f"; due by {each.answer_by}"
        yield f"{name} has not answered yet{f' ({each.why})' if each.why else ''}{due}"


def _short(view: PlanView) -> str:
    found = [f"case {case[:CASE_SHORT]}" for case in cases([view])]
    if view.sites:
        found.append(f"touches {counted(len(view.sites), 'site')}")
    for each in view.on:
        name = peer(each.label, each.peer)
        if each.checked == NOT_CHECKED:
            found.append(f"NOT CHECKED against {name}")
        elif each.blind == "matched" and not each.cases:
            found.append(f"too near a plan of {name}'s")
        elif each.checked not in (COMPARED, HERE) and view.state != "ended":
            found.append(f"{name} has not answered")
    if not view.on:
        found.append("NOT CHECKED: no line")
    return ", ".join(found) or "no open case"


def _when(view: NoticeView) -> str:
    return "not told" if view.level == "conflict-only" else window(view.start, view.end)


def _override(role: str | None, missing: Sequence[str]) -> str:
    if role is None:
        return ""
    names = ", ".join(f"{each[:8]}…" for each in missing)
    return f"; OVERRIDDEN by {shorten(role, 60)}{f', not confirmed by {names}' if names else ''}"


def _by_peer(views: Sequence[PlanView]) -> dict[str, list[PlanOnLine]]:
    found: dict[str, list[PlanOnLine]] = {}
    for view in views:
        for each in view.on:
            found.setdefault(peer(each.label, each.peer), []).append(each)
    return found
