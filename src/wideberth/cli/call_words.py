"""Calls in words: what each says, how far it has come, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.table import Table
from rich.text import Text

from wideberth.cli.call_asked import SHORT
from wideberth.cli.say import in_exercise
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.model.call import CHECK
from wideberth.model.phrase import Book, Language
from wideberth.model.ring import STEPS
from wideberth.node.room_views import CalledView, RingView
from wideberth.render import call as rendered
from wideberth.render.call import Shown
from wideberth.render.call_sides import Tick


def shown(view: CalledView) -> Shown:
    """The call as it is rendered."""
    return Shown(
        code=view.code,
        fields=view.fields,
        precedence=view.precedence,
        to=view.to,
        language=view.language,
        text=view.text,
        call=view.call,
        re=view.re,
        sender="" if view.mine else view.label or "",
        at_ms=parse_time(view.at, "at"),
        exercise=in_exercise(),
    )


def table(found: Sequence[CalledView], book: Book) -> Table:
    """A line for each."""
    made = Table(box=None, pad_edge=False)
    for name in ("call", "at", "who", "precedence", "says", "stands"):
        made.add_column(name)
    for each in found:
        phrase = book.phrases.get(each.code or "")
        says = phrase.title if phrase else each.code or f"free text: {each.text}"
        who = f"{'to' if each.mine else 'from'} {each.label or each.line[:SHORT]}"
        doubtful = "; its place is doubtful" if each.doubts else ""
        stands = f"{each.phase if each.told else 'NOT TOLD'}{doubtful}"
        made.add_row(*map(Text, (each.call[:SHORT], f"{each.at[:19]}Z", who, each.precedence, says, stands)))
    return made


def call(view: CalledView, book: Book, language: Language) -> list[str]:
    """One call, as it is read in a language."""
    texts = rendered.text(book, shown(view), language).rstrip().split("\n")
    return [*texts, "", *_stands(view)]


def _stands(view: CalledView) -> Iterator[str]:
    who = "the other party" if view.mine else "this party"
    yield f"call      {view.call}"
    yield f"stands    {view.phase if view.told else 'NOT TOLD'}: {view.words}"
    if view.mine and view.told and not view.delivered:
        yield "delivered not yet: their node has not confirmed that it holds it"
    for each in view.rang:
        whom = STEPS[each.step] if each.step == "channel" else f"{STEPS[each.step]} of {who}"
        yield f"rang      {each.at}  {whom}"
    if view.taken_by is not None:
        yield f"taken     {view.taken_at}  by {view.taken_by}"
    if view.read_back is not None:
        same = f"NOT THE SAME: {', '.join(view.differs)}" if view.differs else "the same"
        yield f"read back {same}"
    for answer in view.answers:
        missing = f" (not understood: {', '.join(answer.fields)})" if answer.fields else ""
        yield f"answered  {answer.at}  {answer.answer}, by {answer.role}{missing}"
    for doubt in view.doubts:
        yield f"doubt     {doubt.field}: {doubt.words}"
    for name, why in view.unread.items():
        yield f"not read  {name}: {why}"


def following(view: CalledView) -> list[str]:
    """What to do next."""
    short = view.call[:SHORT]
    if not view.told:
        return [f"Say it by voice now: wideberth call script {short}"]
    if view.mine:
        if view.phase == "unclear":
            return [
                f"They have it otherwise: say it again by voice (wideberth call script {short}), or call anew"
            ]
        if view.phase in ("sent", "ringing"):
            flash = ", and by voice at once" if view.code == CHECK else ""
            return [f"Nobody has taken it yet: follow it with wideberth call show {short}{flash}"]
        if view.phase in ("executor confirmed", "no objection stated", "objection", "unable"):
            return [f"When you need nothing more: wideberth call end {short}"]
        return []
    if view.phase in ("sent", "ringing"):
        return [f"Take it: wideberth call take {short} --role ROLE"]
    if view.phase == "taken":
        return [f"Read it back: wideberth call read-back {short} --role ROLE NAME=VALUE…"]
    if view.phase == "unclear":
        return [f"Read it back anew, or answer unclear or unable: wideberth call answer {short}"]
    if view.phase in ("understood", "relayed"):
        return [f"They wait for an answer: wideberth call answer {short} ANSWER --role ROLE"]
    return []


def ticks(view: CalledView, spoken: Collection[str], not_understood: Collection[str]) -> dict[str, Tick]:
    """What is marked on each line. Raises: Invalid (`call.fields`)."""
    names = {*view.fields, "code", "text"}
    for each in (*spoken, *not_understood):
        if each not in names:
            raise Invalid("call.fields", "NAME", each, ", ".join(sorted(names)))
    marked: dict[str, Tick] = dict.fromkeys(spoken, "spoken")
    marked.update(dict.fromkeys(not_understood, "not_understood"))
    for answer in view.answers:
        marked.update(dict.fromkeys(answer.fields, "not_understood"))
    return marked


def rings(found: Sequence[RingView]) -> Table:
    """What rings, what sounds first."""
    made = Table(box=None, pad_edge=False)
    for name in ("", "since", "what", "about", "rings for"):
        made.add_column(name)
    for each in found:
        sounds = "!" if each.loud else ""
        last = each.steps[-1].step if each.steps else "officer"
        where = f" ({each.label})" if each.label else ""
        reached = f"taken by {each.taken_by}" if each.taken_by else STEPS[last]
        made.add_row(
            *map(
                Text,
                (sounds, f"{each.since[:19]}Z", each.words, f"{each.kind} {each.id[:SHORT]}{where}", reached),
            )
        )
    return made
