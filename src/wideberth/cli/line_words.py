"""How a line stands, in words for whoever is on duty: the state, what to do, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.node.views import AlarmView, CheckView, Happened, LineView, ProofView

By = Literal["now", "soon", "when you can"]
SHORT: Final = 8
"""Characters of a line's id that tell it from others, for people."""
NOUN: Final = 10
"""Of the id of a plan, notice or case."""

ALARMS: Final[dict[str, str]] = {
    "ledger.leaves": "nothing, unless it comes again: then call {peer}, for something alters what is sent",
    "line.back_dated": "look at the time of both machines; call {peer} if it comes again",
    "line.clock": "look at the time of this machine",
    "line.credit": "call {peer}: their node sends more than it may. Nothing is lost by it",
    "line.equivocation": "call {peer} by voice: two histories bear their signature. Keep the proof, and"
    " rely on nothing more of that feed",
    "line.forked": "call {peer} by voice: this party has signed two histories. Keep the proof; the"
    " identity signs a new epoch",
    "line.header": "call {peer} by voice: they have signed what is no entry. Keep the proof",
    "line.moved_away": "stop this node: it is a copy of one that was moved to another machine, which goes on",
    "line.moved_on": "find the machine that still signs as this party, and stop it. Call {peer}",
    "line.new_epoch": "call {peer} by voice, then admit what they name",
    "line.rolled_back": "call {peer}: their node came back with less than it had. It is sent again",
}
"""What to do about each alarm; docs/line.md says what each is."""
OTHER_ALARM: Final = "call {peer} by voice, and keep the proof"


class ToDo(NamedTuple):
    """Something to do about a line, and how soon."""

    by: By
    what: str


def peer(view: LineView) -> str:
    """What people call the other party; without a label the first three of its words."""
    return shorten(view.label, 60) if view.label else "-".join(view.words.split("-")[:3]) + "-…"


def state(view: LineView) -> str:
    """One sentence on how it stands."""
    why = shorten(view.why, 200)
    words = [
        view.health if view.health == "live" else why if view.health is None else f"{view.health}: {why}"
    ]
    if view.stage != "whole":
        words.append(shorten(view.stage_words, 200))
    if not view.clock_steady:
        words.append("the clock of this machine has jumped: nothing is signed")
    if frozen := [each for each in view.feeds if each.frozen]:
        words.append(f"{len(frozen)} of its feeds frozen")
    words.append(agreed(view))
    return "; ".join(words)


def short(view: LineView) -> str:
    """One line in one line."""
    return f"{view.line[:SHORT]:<12}{peer(view)}: {state(view)}"


def agreed(view: LineView) -> str:
    """Whether an agreement is in force."""
    if view.agreement is None:
        return "no agreement in force"
    return "agreement suspended" if view.suspended_by else "agreement in force"


def to_do(view: LineView) -> list[ToDo]:
    """What an officer has to do, the most pressing first."""
    return sorted(_to_do(view), key=lambda each: ("now", "soon", "when you can").index(each.by))


def _to_do(view: LineView) -> Iterator[ToDo]:
    name, line = peer(view), view.line[:SHORT]
    if view.health == "silent":
        yield ToDo("now", f"call {name} by voice, and use the fallbacks agreed. What only permits, waits")
    elif view.health == "late":
        yield ToDo("soon", f"look at the connection to {name}; have the telephone ready")
    if not view.clock_steady:
        yield ToDo("now", "look at the time of this machine; when it is right: wideberth line confirm-clock")
    if view.stage == "asking":
        yield ToDo(
            "soon",
            f"wait for {name} to answer this start. If they cannot, and you know that nothing was lost here:"
            f" wideberth line waive {line}",
        )
    elif view.stage == "regaining":
        yield ToDo("soon", f"wait: {name} sends back what is missing here; keep the connection up")
    for each in {one.code: one for one in view.alarms if not one.seen}.values():
        done = f"When that is in hand: wideberth line alarms {line} --seen"
        yield ToDo("now", f"alarm {each.code}: {about(each, name)}. {done}")
    for feed in view.candidates:
        asks = f"{name} asks to go on in a new epoch. Call them"
        yield ToDo("soon", f"{asks}; if it is so: wideberth line admit {line} {feed}")
    if view.suspended_by:
        yield ToDo("soon", f"the agreement is suspended: wideberth agreement status {line}")
    elif view.agreement is None:
        yield ToDo("when you can", f"agree on terms: wideberth agreement status {line}")
    for check in view.checks:
        if not check.mine and check.desk and check.stage != "desk":
            words = f"{name} asks whether an officer is there (since {check.at})"
            yield ToDo("now", f"{words}: wideberth line answer {line} --role ROLE")
    if view.held:
        yield ToDo("soon", f"{view.held:,} entries wait for an officer: wideberth line held {line}")
    if view.not_told > view.held:
        others = view.not_told - view.held
        yield ToDo("when you can", f"{others:,} entries wait to be said; look again later")


def about(each: AlarmView | ProofView, name: str) -> str:
    """What to do about an alarm."""
    return ALARMS.get(each.code, OTHER_ALARM).replace("{peer}", name)


def answered(check: CheckView) -> str:
    """How far a line check got."""
    if check.stage == "desk":
        return f"answered by the desk ({shorten(check.role or 'no role', 100)})"
    got = "answered by the node" if check.stage == "machine" else "not answered yet"
    return f"{got}; an officer's answer is asked for" if check.desk else got


def table(views: list[LineView]) -> Table:
    """All lines, a row each."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("line", no_wrap=True)
    made.add_column("party", overflow="fold", max_width=20)
    made.add_column("state", overflow="fold", ratio=2)
    made.add_column("to do", overflow="fold", ratio=3)
    for view in views:
        what = "\n".join(f"{each.by}: {each.what}" for each in to_do(view)) or "nothing"
        # text, not markup: a label may hold anything
        made.add_row(view.line[:SHORT], Text(peer(view)), Text(state(view)), Text(what))
    return made


def lines(view: LineView) -> list[str]:
    """One line, at length."""
    how = view.address or "not called from here: their node calls, or files are carried"
    found = [
        f"line      {view.line}",
        f"party     {peer(view)}  {view.peer}",
        f"words     {view.words}",
        f"address   {how}",
        f"state     {state(view)}",
        *(f"do        {each.by}: {each.what}" for each in to_do(view)),
    ]
    found += [
        f"check     {'ours  ' if check.mine else 'theirs'} of {check.at}: {answered(check)}"
        for check in view.checks
    ]
    for each in view.feeds:
        whose = "ours  " if each.mine else "theirs"
        end = ", FROZEN" if each.frozen else ""
        found.append(
            f"feed      {whose} {each.kind}: {each.entries:,} entries, delivered to {each.delivered:,}{end}"
        )
        found.append(f"          {each.origin}")
    return found


def event(each: Happened) -> str:
    """Something that happened, for people."""
    where = f" {each.line[:SHORT]}" if each.line else ""
    noun = (each.noun or "")[:NOUN]
    parts = [each.code or "", each.type or "", "" if each.entry is None else f"entry {each.entry}", noun]
    more = ", ".join(part for part in parts if part)
    words = f": {shorten(each.words, 300)}" if each.words else ""
    return f"{each.at}{where} {each.what}{f' ({more})' if more else ''}{words}"
