"""Statements in words for whoever is on duty. What nobody has said is said so, since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from wideberth.cli.desk_words import peer
from wideberth.cli.statement_asked import SHORT
from wideberth.errors import shorten
from wideberth.node.statement_views import StatementReplyView, StatementView
from wideberth.render.words import counted


def lines(view: StatementView) -> list[str]:
    """A statement at length."""
    name = peer(view.label, view.peer)
    whose = f"ours, to {name}" if view.mine else f"of {name}"
    version = "" if view.version is None else f", version {view.version}"
    found = [
        f"{view.kind:<13}{view.statement}{version}",
        f"whose        {whose}",
        f"stands       {view.words}",
    ]
    if view.silence is not None:
        found.append(f"             {view.silence}")
    if view.said is None:
        found.append("told         NOT TOLD YET: it waits until the line takes it")
    else:
        delivered = f"; delivered {view.delivered}" if view.delivered else ""
        waiting = "; NOT DELIVERED YET" if view.mine and not view.delivered else ""
        found.append(f"said         {view.said.at}, by {view.said.role}{delivered}{waiting}")
        if view.waits:
            found.append(f"             {counted(view.waits, 'word')} of ours about it NOT TOLD YET")
    found += _whole("text", view.text)
    if view.basis is not None:
        found += _whole("basis", view.basis)
        until = view.expires or "until it is withdrawn"
        found.append(f"in force     from {view.start}, {f'until {until}' if view.expires else until}")
    if view.area is not None:
        activities = "all activities" if view.area.activities is None else ", ".join(view.area.activities)
        found.append(f"area         {counted(len(view.area.volumes), 'volume')}; {shorten(activities, 300)}")
        found.append(f"rank         {view.area.rank} among its author's")
    if view.assurance is not None:
        found.append(f"priority     {view.precedence}")
        found += _whole("requested", view.assurance)
    found += _subject(view)
    if view.by is not None:
        found.append(f"answer due   {view.by}")
    if view.reminders:
        found.append(f"reminded     {counted(view.reminders, 'time')}")
    if view.acknowledged is not None:
        mark = view.acknowledged
        found.append(f"acknowledged {mark.at}, by {mark.role}: read, and nothing else is said by that")
    for each in view.replies:
        found += _reply(each)
    if view.withdrawn is not None:
        found.append(f"withdrawn    {view.withdrawn.at}, by {view.withdrawn.role}")
    found += [f"DOUBT        {each}" for each in view.doubts]
    return found


def table(views: Sequence[StatementView]) -> Table:
    """Statements, a row each."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("statement", "kind", "whose"):
        made.add_column(name, no_wrap=True)
    made.add_column("text", overflow="fold", max_width=36)
    made.add_column("how it stands", overflow="fold", ratio=1)
    for view in views:
        name = peer(view.label, view.peer)
        # text, not markup: it may hold anything
        made.add_row(
            view.statement[:SHORT],
            view.kind,
            Text(f"ours, to {name}" if view.mine else name),
            Text(shorten(view.text, 70)),
            Text(shorten(view.words, 200)),
        )
    return made


def following(view: StatementView) -> Iterator[str]:
    """What to do about a statement next."""
    of, name = view.statement[:SHORT], peer(view.label, view.peer)
    if view.phase in ("withdrawn", "expired"):
        return
    if view.mine and view.overdue:
        yield f"Ask {name} by voice: {view.words}."
    if view.mine and view.kind == "concern" and view.phase == "answered":
        yield f"Say what the answer is to us: wideberth say accept {of}, or wideberth say still-open {of}"
    if not view.mine and view.kind == "claim" and view.phase in ("stated", "acknowledged", "answer expired"):
        yield f"They wait for an answer: wideberth say answer {of} --yes, --no or --unknown"
    if not view.mine and view.kind == "concern" and view.phase in ("stated", "acknowledged", "still open"):
        yield f"They wait for an answer: wideberth say answer {of} --assurance yes, no or partly --text TEXT"
    if not view.mine and view.acknowledged is None and not view.replies:
        yield f"When somebody has read it: wideberth say acknowledge {of}"


def _whole(name: str, text: str) -> list[str]:
    """All of a text, line by line: nothing of what is stated is left out."""
    first, *rest = text.split("\n")
    return [f"{name:<13}{first}", *(f"             {each}" for each in rest)]


def _subject(view: StatementView) -> Iterator[str]:
    what = view.what
    if what is None:
        return
    if what.at is not None:
        yield f"seen at      {what.at}"
    if what.place is not None:
        place = what.place
        stated = "" if place.stated is None else f" (stated: {shorten(place.stated, 100)})"
        yield f"place        {place.echo.get('decimal', '')}, {place.nearest}{stated}"
        yield f"             {'; '.join(place.echo[each] for each in ('MGRS', 'DMS') if each in place.echo)}"
        if place.words:
            yield f"in words     {shorten(place.words, 300)}"
    if what.notice is not None:
        yield f"notice       {what.notice}"
    if what.track is not None:
        yield f"track        {shorten(what.track, 100)}"


def _reply(found: StatementReplyView) -> list[str]:
    head = f"{'reply':<13}{found.said.at}, by {found.said.role}: {found.words}"
    return [head, *(_whole("", found.text) if found.text else ())]
