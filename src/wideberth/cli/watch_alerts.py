"""`wideberth watch alerts|show|take|live`: what a running node has found."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from wideberth.cli import reached
from wideberth.cli import watch_api as api
from wideberth.cli import watch_words as words
from wideberth.cli.call_asked import Role
from wideberth.cli.check import Units
from wideberth.cli.say import CONFLICTS, out, stopping, tell
from wideberth.cli.say import show as show_table
from wideberth.cli.watch_faces import Changed, Face, Now, face
from wideberth.cli.watch_table import alerts_table, in_order
from wideberth.errors import Invalid, Unreachable, shorten
from wideberth.node.watch_views import AlertView
from wideberth.render.encounter import svg
from wideberth.render.picture import png_maker
from wideberth.watch.alerts import What
from wideberth.watch.encounter import Encounter

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SHOW_HELP = """\
Show one alert: what it is about, how near they come, what to do and by when. --picture draws how it came and
went: map, altitude, gap, and what happened when.

\b
Examples:
  wideberth watch show w-4f2a
  wideberth watch show "HERON 21" --picture alert.svg
"""
TAKE_HELP = """\
Say that somebody has read an alert, as a role. It rings no more and goes on as long as it is so. It is no
permission, and tells the other party nothing: for that there are calls.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
PAUSE: Final = 1.0
"""Seconds between two questions to the node."""
Shown = Annotated[Units, typer.Option("--units", help="Units of the figures shown.")]


def alerts(
    every: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    units: Shown = Units.aviation,
    url: reached.Url = None,
    data: reached.Data = None,
    json: api.Json = False,
) -> None:
    """List the alerts, the nearest first.

    Exit codes: 0 none is raised, 1 alerts are raised, 2 bad input, 3 could not.
    """
    with stopping():
        with reached.reached(url, data) as client:
            now, found, heard = api.now(client), api.alerts(client, over=every), _heard(client)
        some = in_order(found)
        over = [each for each in found if each.phase == "cleared"]
        if json:
            api.document({"alerts": [*some, *over]})
        else:
            head = words.headline(found, heard, now)
            rows = [*some, *sorted(over, key=lambda each: each.last, reverse=True)]
            out(f"{head}\n".encode())
            if rows:
                show_table(alerts_table(rows, now, metric=units is Units.metric))
            first = next((each for each in some if each.phase == "raised" and not each.acknowledged), None)
            if first is not None:
                tell(f"next: {words.next_step(first, now)}")
                tell(f"then: wideberth watch take {first.alert[: api.SHORT]} --role ROLE")
    if any(each.phase == "raised" for each in some):
        raise typer.Exit(CONFLICTS)


def show(
    name: api.AlertName,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw it: .svg or .png.", show_default=False)
    ] = None,
    units: Shown = Units.aviation,
    url: reached.Url = None,
    data: reached.Data = None,
    json: api.Json = False,
) -> None:
    """Show one alert. `SHOW_HELP` says the rest."""
    metric = units is Units.metric
    with stopping():
        draw = None if picture is None else _drawer(picture, metric)
        with reached.reached(url, data) as client:
            now, found = api.now(client), api.alert(client, name)
            if picture is not None and draw is not None:
                seen = client.ask("GET", api.path(api.ALERTS, found.alert, "encounter"), Encounter)
                Path(picture).write_bytes(draw(seen, _parties(found, seen)))
        if json:
            api.document({"alerts": [found]})
            return
        out("".join(f"{each}\n" for each in _lines(found, now, metric)).encode())
        tell(f"next: {words.next_step(found, now)}")


def take(
    name: api.AlertName,
    role: Role,
    url: reached.Url = None,
    data: reached.Data = None,
    json: api.Json = False,
) -> None:
    """Say that somebody has read it. `TAKE_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            found = api.alert(client, name)
            place = api.path(api.ALERTS, found.alert, "take")
            taken = client.ask("POST", place, AlertView, {"role": role})
            now = api.now(client)
        if json:
            api.document({"alerts": [taken]})
        else:
            out(f"{words.line('acknowledged', taken, now, False)}\n".encode())
            tell(f"next: {words.next_step(taken, now)}")


def live(
    units: Shown = Units.aviation,
    lasts: Annotated[
        int | None,
        typer.Option("--for", min=1, metavar="SECONDS", help="End after so long.", show_default=False),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Annotated[bool, typer.Option("--json", help="Each change as a line of JSON.")] = False,
) -> None:
    """A table of what the node finds, as it finds it, until Ctrl-C; without a terminal a line a change."""
    with stopping():
        with reached.reached(url, data) as client:
            api.sources(client)  # whether it lets us, before anything is shown
            where = client.where
        tell(f"watching {where}; Ctrl-C ends it")
        with face(as_json=json, metric=units is Units.metric, paced=True) as shown:
            follow(lambda: reached.reached(url, data), shown, lasts, time.monotonic, time.sleep)


def follow(
    connect: Callable[[], AbstractContextManager[Client]],
    shown: Face,
    lasts: float | None,
    elapsed: Callable[[], float],
    pause: Callable[[float], None],
) -> None:
    """Ask once a second, and say what changed since; a node that goes away is asked again."""
    began, before, away = elapsed(), dict[str, AlertView](), False
    while lasts is None or elapsed() - began < lasts:
        try:
            with connect() as client:
                away = False
                while lasts is None or elapsed() - began < lasts:
                    before = _look(client, shown, before)
                    pause(PAUSE)
        except Unreachable as error:
            if error.code == "client.answer":
                raise
            if not away:
                tell(f"{shorten(error.message, 400)}; trying again. What is shown is old.")
            away = True
            pause(PAUSE)


def _look(client: Client, shown: Face, before: dict[str, AlertView]) -> dict[str, AlertView]:
    now, found = api.now(client), api.alerts(client)
    sources, heard = api.sources(client), _heard(client)
    seen = Now(now, lambda: found, lambda: sources, lambda: heard)
    shown.look(seen, changed(before, found))
    return {each.alert: each for each in found}


def changed(before: dict[str, AlertView], found: list[AlertView]) -> Changed:
    """What became of alerts between two questions, of each the one thing that matters most."""
    changes: list[tuple[What, AlertView]] = []
    for each in found:
        was = before.get(each.alert)
        if each.phase == "pending":
            continue
        if each.phase == "cleared":
            if was is not None and was.phase != "cleared":
                changes.append(("cleared", each))
        elif was is None or was.phase == "pending":
            changes.append(("raised", each))
        elif each.phase != was.phase:
            changes.append(("held" if each.phase == "held" else "changed", each))
        elif each.acknowledged is not None and was.acknowledged is None:
            changes.append(("acknowledged", each))
    gone = before.keys() - {each.alert for each in found}
    changes += [("cleared", before[name]) for name in sorted(gone) if before[name].phase != "cleared"]
    return changes


def _heard(client: Client) -> words.Heard:
    states = [each.state for each in api.tracks(client)]
    silent = sum(each.state != "live" for each in api.sources(client))
    return words.Heard(states.count("live"), states.count("stale"), states.count("lost"), silent)


def _drawer(path: str, metric: bool) -> Callable[[Encounter, dict[str, str]], bytes]:
    """What draws a file of that name. Raises: Invalid (`picture.format`), Refused (`picture.no_png`)."""
    suffix = Path(path).suffix.lower()
    if suffix == ".svg":
        return lambda found, parties: svg(found, parties, metric=metric).encode()
    if suffix != ".png":
        raise Invalid("picture.format", "--picture", path, "a file that ends in .svg or .png")
    png = png_maker()  # that it is missing is said before the work, not after it
    return lambda found, parties: png(svg(found, parties, metric=metric))


def _parties(view: AlertView, seen: Encounter) -> dict[str, str]:
    """What the parties of an encounter are called, by what stands in it."""
    named = {seen.alert.whose.party: view.party}
    if seen.alert.other is not None:
        named[seen.alert.other.party] = view.other_party
    return {party: name for party, name in named.items() if party and name}


def _lines(view: AlertView, now: int, metric: bool) -> list[str]:
    """An alert at length."""
    rows = [
        ("alert", f"{view.alert}, {view.precedence}"),
        ("what", view.words),
        ("who", words.subject(view)),
        ("with", words.other(view)),
        ("how", words.what(view, now, metric)),
        ("gap", words.gap(view.gap_m, view.required_m, metric)),
        ("level", words.gap(view.gap_v_m, view.required_v_m, metric, vertical=True)),
        ("heard", f"{words.age(view.heard, now)} ago"),
        ("state", f"{view.phase}{'' if view.why is None else f': {view.why}'}"),
        ("raised", view.raised or "not yet"),
        ("read by", f"{view.acknowledged_by} at {view.acknowledged}" if view.acknowledged else "nobody"),
    ]
    return [f"{name:<8} {shorten(text, 400)}" for name, text in rows if text not in ("", "–")]
