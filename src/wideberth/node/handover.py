"""What an officer on duty hands over, gathered from the whole node for one sheet (render.handover)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from wideberth.desk.plans import Own
from wideberth.errors import shorten
from wideberth.formats.times import parse_time, show_time
from wideberth.ledger import quints
from wideberth.model.call import UNSETTLED, WAITING
from wideberth.node.desk_lists import Which
from wideberth.node.desk_views import COMPARED, PlanOnLine, PlanView
from wideberth.node.views import LineView
from wideberth.render import script
from wideberth.render.handover import SCHEMA, Handover, Section, section

if TYPE_CHECKING:
    from wideberth.node.node import Node

AHEAD_MS: Final = 24 * 3_600_000
"""What begins later is not on the sheet."""
SHORT: Final = 8
NOW: Final = ("activated", "nonconforming", "contingent")
_OPEN: Final = Which(over=False)
_SETTLED: Final = ("accepted as answered", "withdrawn", "expired")
_ANSWERED: Final = ("acknowledged", "no objection stated")


def sheet(node: Node) -> Handover:
    """The sheet as of now."""
    with node.held():
        now_ms = node.clock.now()
        lines = node.lines()
        plans = [each for each in node.desk.plans(_OPEN) if _soon(each.start, each.end, now_ms)]
        parts: tuple[Section, ...] = (
            _rings(node),
            _watch(node),
            _lines(node, lines),
            _alarms(lines),
            _holds(node),
            _calls(node),
            _plans("Active now", [each for each in plans if each.state in NOW]),
            _plans("Next 24 hours", [each for each in plans if each.state not in NOW]),
            _notices(node, lines, now_ms),
            _unanswered(plans),
            _relays(node),
            _cases(node),
            _sites(node),
            _touched(node),
            _asked(node),
            _talks(node, now_ms),
            _manual(node),
            _waiting(lines),
        )
        return Handover(
            schema=SCHEMA,
            as_of=moment(now_ms),
            exercise=node.settings.exercise,
            party=node.party,
            words=f"{quints.identity(node.identity)}  ({node.party[:SHORT]}…)",
            says=_says(node),
            sections=parts,
        )


def moment(ms: int) -> str:
    """To the minute, as it is written on paper."""
    return show_time(ms // 60_000 * 60_000)


def when(text: str | None, open_: str = "no end") -> str:
    """A time of a view, on paper."""
    return open_ if text is None else moment(parse_time(text))


def span(start: str | None, end: str | None) -> str:
    """A window of a view, widened to whole minutes."""
    last = "no end" if end is None else moment(parse_time(end) + 59_999)
    return f"{when(start, 'in force')} – {last}"


def peer(line: LineView) -> str:
    """What the other party is called."""
    return shorten(line.label, 40) if line.label else line.line[:SHORT]


def _says(node: Node) -> tuple[str, ...]:
    found = []
    if node.trouble is not None:
        found.append(f"THE NODE CANNOT WRITE: {shorten(node.trouble, 200)}")
    bell = node.room.keeping.bell()
    found.append(f"Alarms: {bell.words}.")
    found += [f"Alarms do not go out by {name}: {why}" for name, why in sorted(bell.unsent.items())]
    return tuple(found)


def _soon(start: str | None, end: str | None, now_ms: int) -> bool:
    begins = start is None or parse_time(start) < now_ms + AHEAD_MS
    return begins and (end is None or parse_time(end) > now_ms)


def _rings(node: Node) -> Section:
    rows = [
        (
            "SOUNDS" if each.loud else "listed",
            f"{each.kind} {_name(each.id)}",
            shorten(each.label or "", 40),
            each.words,
            when(each.since),
            each.taken_by or "nobody",
        )
        for each in node.room.ringing.all()
    ]
    return section("What rings", ("", "of", "line", "why", "since", "taken by"), rows)


def _watch(node: Node) -> Section:
    found = node.room.keeping.presence()
    on = node.people.watch()
    rows = [("presence", found.words, f"last sign {when(found.sign)}" if found.sign else "")]
    for post in ("officer", "deputy", "commander"):
        change = on.get(post)
        held = "NOBODY" if change is None or change.user is None else "held"
        rows.append((post, held, "" if change is None else f"since {moment(change.at_ms)}"))
    kept = node.private.presence
    if kept.sheet is not None:
        rows.append(("last sheet", f"SHA-256 {kept.sheet[:16]}…", f"entered {moment(kept.at_ms)}"))
    return section("The watch", ("post", "how it stands", "when"), rows)


def _lines(node: Node, lines: list[LineView]) -> Section:
    rows = []
    for each in lines:
        agreed = node.agreed.of(each.line)
        named = next((one for one in agreed.versions if one.in_force), None)
        terms = (
            "NO AGREEMENT IN FORCE" if named is None else f"{shorten(named.title, 60)}, v. {named.version}"
        )
        if each.suspended_by:
            terms = f"SUSPENDED: {terms}"
        why = shorten(each.why, 80)
        # as of a moment that is over there is no health
        how = "live" if each.health == "live" else f"{(each.health or '').upper()}: {why}".removeprefix(": ")
        if each.stage != "whole":
            how += f"; {shorten(each.stage_words, 80)}"
        if not each.clock_steady:
            how += "; THE CLOCK OF THIS MACHINE IS IN DOUBT"
        rows.append((peer(each), how, _heard(node, each.line), terms))
    rows.sort(key=lambda row: row[1] == "live")
    return section("Lines", ("party", "state", "last heard", "agreement"), rows)


def _heard(node: Node, line: str) -> str:
    now, heard_ms = node.now(), node.of(line).state.talk.heard_ms
    at_ms = now.wall_ms - now.boot_ms + heard_ms
    return moment(at_ms) if at_ms > node.started_ms else "not in this start"


def _alarms(lines: list[LineView]) -> Section:
    rows = [
        (peer(line), each.code, shorten(each.words, 120))
        for line in lines
        for each in line.alarms
        if not each.seen
    ]
    return section("Alarms of lines that nobody has seen", ("line", "alarm", "what"), rows)


def _calls(node: Node) -> Section:
    rows = [
        (
            "ours" if each.mine else "THEIRS",
            shorten(each.label or each.line[:SHORT], 40),
            f"{each.precedence} {each.code or 'in free words'}",
            when(each.at),
            each.words
            if each.mine or each.phase not in WAITING
            else "it rings here, and nobody has taken it",
            each.taken_by or "nobody",
        )
        for each in node.room.calls.all()
        if not each.told or each.phase in UNSETTLED
    ]
    return section("Calls that are open", ("", "party", "call", "made", "how far", "taken by"), rows)


def _holds(node: Node) -> Section:
    rows = [
        (
            "ours" if each.mine else shorten(each.label or "THEIRS", 40),
            _name(each.hold),
            "binds us" if each.binds else "binds others",
            ", ".join(each.activities) if each.activities else "all activities",
            "everywhere" if each.area is None else "in an area",
            each.until.words + ("; THAT HAS COME: lift it" if each.until.met and each.mine else ""),
        )
        for each in node.room.holds.all(over=False)
    ]
    return section("Holds in force", ("of", "hold", "whom", "what", "where", "until"), rows)


def _talks(node: Node, now_ms: int) -> Section:
    """Talks that are ahead, or whose minutes are not agreed yet."""
    rows = [
        (shorten(each.title, 60), shorten(line.label or line.line[:SHORT], 40), when(each.at), line.words)
        for each in node.room.talks.all()
        for line in each.lines
        if line.phase in ("held", "minuted")
        or (parse_time(each.at) > now_ms and line.phase not in ("called off", "declined"))
    ]
    return section("Talks", ("talks", "with", "at", "how far"), rows)


def _plans(title: str, plans: list[PlanView]) -> Section:
    rows = [
        (
            _called(each),
            each.state,
            span(each.start, each.end),
            _blocked(each),
        )
        for each in plans
    ]
    return section(title, ("own plan", "state", "time", "to know"), rows)


def _blocked(plan: PlanView) -> str:
    cases = sum(len(line.cases) for line in plan.on)
    found = [f"{cases} open case{'' if cases == 1 else 's'}"] if cases else []
    found += [f"override by the {plan.override}"] if plan.override else []
    late = sorted({each.lead for each in plan.on if each.lead and each.lead != "in time"})
    found += [f"told {each}" for each in late]
    return "; ".join(found) or "no open case"


def _notices(node: Node, lines: list[LineView], now_ms: int) -> Section:
    rows = [
        (
            peer(line),
            " ".join(one for one in (shorten(each.activity, 30), shorten(each.callsign, 30)) if one),
            each.state,
            span(each.start, each.end),
            each.level,
        )
        for line in lines
        for each in node.desk.notices(line.line, _OPEN)
        if not each.mine and _soon(each.start, each.end, now_ms)
    ]
    return section("Told by others, now and next", ("party", "what", "state", "time", "told"), rows)


def _unanswered(plans: list[PlanView]) -> Section:
    rows = [
        (_called(plan), shorten(each.label or each.line[:SHORT], 40), _why(each), when(each.answer_by, ""))
        for plan in plans
        for each in plan.on
        if each.checked != COMPARED or each.blind == "matched"
    ]
    rows.sort(key=lambda row: row[3] or "~")
    return section("Who has not acknowledged", ("own plan", "party", "how far", "answer due"), rows)


def _why(found: PlanOnLine) -> str:
    told = "not told" if found.told is None else f"told (version {found.told})"
    return f"{told}; {found.checked}{f': {shorten(found.why, 80)}' if found.why else ''}"


def _relays(node: Node) -> Section:
    """Branches that are broken, and what begins soon and was handed to nobody."""
    found = node.room.relay.all()
    rows = [
        (shorten(each.title, 60), when(each.start), f"{shorten(duty.name, 40)}: {shorten(duty.words, 80)}")
        for each in found.relays
        if each.standing
        for duty in each.duties
        if duty.chain == "broken"
    ]
    rows += [(shorten(each.title, 60), when(each.start), "HANDED DOWN TO NOBODY") for each in found.nobody]
    return section("Not confirmed by the last cell", ("what", "begins", "where it stops"), rows)


def _cases(node: Node) -> Section:
    rows = []
    for each in node.desk.cases(None, _OPEN):
        until = [one.until for one in each.proposals if one.status == "open"]
        start = None if each.conflict is None else each.conflict.start
        rows.append(
            (
                f"{each.case[:SHORT]} {shorten(each.label or each.line[:SHORT], 40)}",
                shorten(each.plan_label or "a plan of theirs", 40),
                each.phase,
                "not found here"
                if each.conflict is None
                else f"{each.conflict.found}, from {when(start, 'now')}",
                ", ".join(when(one) for one in until),
            )
        )
    return section("Open cases", ("case", "own plan", "phase", "conflict", "proposals until"), rows)


def _sites(node: Node) -> Section:
    rows = [
        (shorten(each.name, 40), "own", f"{each.old} of {each.rows} rows are not looked at in time")
        for each in node.sites.lists()
        if each.old
    ]
    for told in node.sites.told():
        whose = shorten(told.label or told.line[:SHORT], 40)
        what = []
        if told.mine and told.waiting is not None:
            what.append(f"version {told.waiting} is not told yet")
        if told.mine and told.version and told.delivered is None:
            what.append(f"version {told.version} is not delivered")
        if told.unread is not None:
            what.append("its newest version cannot be read")
        if told.old is not None:
            what.append(f"old: {told.old}")
        if what:
            rows.append(
                (shorten(told.name, 40), f"to {whose}" if told.mine else f"of {whose}", "; ".join(what))
            )
    return section("Lists of sites that are old or not delivered", ("list", "whose", "what"), rows)


def touched(node: Node) -> list[tuple[str, ...]]:
    """The sites that plans come too near to: site, kind, who told it, by which plan, how near, when."""
    own = node.private.plans.plans
    return [
        (
            shorten(each.name, 40),
            each.kind,
            shorten(each.label or "own list", 40),
            _plan(each.plan, own),
            f"{each.found}, {each.gap_m:,.0f} m ({each.required_m:,.0f} m needed)",
            span(each.start, each.end),
        )
        for each in node.sites.cases()
    ]


def _plan(name: str | None, own: Mapping[str, Own]) -> str:
    if name is None:
        return ""
    known = own.get(name)
    if known is None:
        return f"theirs, {script.reference(name)}"
    return f"ours, {shorten(known.plan.label or known.plan.callsign or name[:SHORT], 40)}"


TOUCHED: Final = ("site", "kind", "told by", "plan", "how near", "time")


def _touched(node: Node) -> Section:
    return section("Sites that plans touch", TOUCHED, touched(node))


def _asked(node: Node) -> Section:
    """Concerns and claim queries that wait, and declarations of theirs that nobody here has read."""
    rows = []
    for each in node.room.statements.all():
        waits = each.kind in ("concern", "claim") and each.phase not in _SETTLED
        unread = not each.mine and each.phase == "stated"
        if waits or unread:
            due = when(each.by, "")
            rows.append(
                (
                    "ours" if each.mine else "THEIRS",
                    shorten(each.label or each.line[:SHORT], 40),
                    f"{each.kind} {_name(each.statement)}",
                    each.words,
                    f"OVERDUE, was due {due}" if each.overdue else due,
                )
            )
    return section(
        "Concerns, claim queries, and what nobody has read", ("", "party", "what", "how far", "due"), rows
    )


def _manual(node: Node) -> Section:
    rows = [
        (shorten(line.label, 40), line.channel, shorten(each.label or each.reference, 40), each.means)
        for line in node.manual.all()
        for each in line.reached
        if each.state != "ended" and (each.told != each.version or each.rung not in _ANSWERED)
    ]
    return section("By hand: not told, or not answered", ("far end", "channel", "own plan", "how far"), rows)


def _waiting(lines: list[LineView]) -> Section:
    rows = [
        (
            peer(each),
            f"{each.not_told - each.held:,} wait to be said",
            f"{each.held:,} wait for officers (gate)",
        )
        for each in lines
        if each.not_told
    ]
    return section("Not told yet", ("line", "entries", "held"), rows)


def _called(plan: PlanView) -> str:
    return shorten(plan.label or plan.callsign or plan.plan[:SHORT], 40)


def _name(noun: str) -> str:
    return noun if len(noun) <= 12 else f"{noun[:10]}…"
