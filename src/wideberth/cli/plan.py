"""`wideberth plan`: own plans in a running node: file, amend, begin, end them; what would clear them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wideberth.cli import asked as options
from wideberth.cli import desk_asked as asked
from wideberth.cli import desk_words as words
from wideberth.cli import plan_files, reached
from wideberth.cli.desk_asked import PLANS, Json, PlanName, path
from wideberth.cli.line import confirm
from wideberth.cli.load import in_file
from wideberth.cli.plan_files import Item, Read, Whose
from wideberth.cli.progress import Steps
from wideberth.cli.say import BAD_INPUT, CONFLICTS, show, stopping, tell
from wideberth.errors import Invalid, Unreachable, shorten
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time
from wideberth.node.desk_views import PlanView
from wideberth.render.table import refusal
from wideberth.render.words import counted

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

PLAN_HELP = """\
A party's own plans, in its running node: what was filed, who was told, what conflicts, what to do.

PLAN is the id of a plan, the beginning of it, or its label.

\b
Examples:
  wideberth plan submit ours.geojson
  wideberth plan list
  wideberth plan show "Coast survey"
  wideberth plan clears "Coast survey"
  wideberth plan activate "Coast survey"
"""
SUBMIT_HELP = """\
File plans. The node tells each other party what the agreement with it lets them see, compares what it may,
and answers at once: conflicts, what is not checked, and what to do by when.

What is filed cannot be unfiled; it can be amended, and ended. If anything in the files cannot be read,
nothing is filed; --keep-good files the rest. Many plans are filed 250 at a time: of each such batch all or
none. If one is refused, the batches before it stay filed, and --skip goes on after them.

\b
Examples:
  wideberth plan submit ours.geojson
  wideberth plan submit monday.kml tuesday.kml --ours --disclosure coarse
  wideberth plan submit track.gpx --half-width 200m --tz Asia/Nicosia

\b
Exit codes: 0 no known conflict, 1 conflicts, 2 bad input, 3 could not.
"""
AMEND_HELP = """\
File the next version of a plan: the one plan of FILE, or the one that has its label there. What was compared
of the old version is compared anew, and proposals to it are superseded.

\b
Examples:
  wideberth plan amend "Coast survey" later.geojson
  wideberth plan amend "Coast survey" later.geojson --version 2

\b
Exit codes: 0 no known conflict, 1 conflicts, 2 bad input, 3 could not.
"""
ACTIVATE_HELP = """\
Begin a plan. It is refused while another party has not compared it, or a case of it is open, as agreed.

--override begins it all the same: only who has that post on duty can, and all are told that it was
overridden, and who had not confirmed.

\b
Examples:
  wideberth plan activate "Coast survey"
  wideberth plan activate "Coast survey" --override commander

\b
Exit codes: 0 done, 2 bad input (it has not begun), 3 could not.
"""

plan = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Told(StrEnum):
    """How much of a plan is told at most."""

    full = "full"
    coarse = "coarse"
    conflict_only = "conflict-only"
    none = "none"
    agreed = "agreed"


class Role(StrEnum):
    """Who may override."""

    officer = "officer"
    commander = "commander"


class After(StrEnum):
    """States that people put a plan into; to begin it is a command of its own."""

    activated = "activated"
    nonconforming = "nonconforming"
    contingent = "contingent"
    ended = "ended"


Disclosure = Annotated[
    Told | None,
    typer.Option("--disclosure", help="How much is told at most; agreed: as the agreements say."),
]
Party = Annotated[
    str | None,
    typer.Option("--party", metavar="NAME", help="Only the plans of this party, where files name several."),
]
Ours = Annotated[bool, typer.Option("--ours", help="All plans are ours, whichever parties the files name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@plan.command(short_help="File plans.", help=SUBMIT_HELP)
def submit(
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Files of plans.", show_default=False)],
    disclosure: Disclosure = None,
    party: Party = None,
    ours: Ours = False,
    skip: Annotated[
        int, typer.Option(min=0, metavar="N", help="Leave out the first N plans: they were filed before.")
    ] = 0,
    tz: options.Zone = None,
    half_width: options.HalfWidth = None,
    vertical_tolerance: options.VerticalTolerance = None,
    time_tolerance: options.TimeTolerance = None,
    top_speed: options.TopSpeed = None,
    wrap: options.Wrap = False,
    radius: options.Radius = None,
    keep_good: options.KeepGood = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """File plans. `SUBMIT_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client, Steps(quiet=json) as steps:
            now = asked.now(client)
            reading = options.options(
                now=parse_time(now),
                tz=options.zone(tz),
                wrap=wrap,
                radius=radius,
                keep_good=keep_good,
                half_width=half_width,
                vertical_tolerance=vertical_tolerance,
                time_tolerance=time_tolerance,
                top_speed=top_speed,
            )
            found = plan_files.read(files, reading, Whose(party, ours), reading.as_of, steps.at)
            stopped = bool(found.refused) and not keep_good
            items = () if stopped else found.items[skip:]
            filed, error = _file(client, items, _level(disclosure), steps, skip)
        _tell(found, "nothing was filed" if stopped else None)
        texts = (
            words.summary(filed, now)
            if len(filed) > words.SHOWN
            else [line for view in filed for line in (*words.plan(view, now), "")][:-1]
        )
        asked.answer({"as_of": now, "plans": filed}, texts, _following(filed), json=json)
        if error is not None:
            tell(f"Filed before: {skip + len(filed):,}. Of these nothing is undone.")
            raise error
    _end(filed, bad=bool(found.refused))


@plan.command("list", short_help="List own plans.")
def list_plans(
    every: asked.Every = False, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """List own plans: the state of each, its conflicts, what is not checked. Without --all not the ended."""
    with stopping():
        with reached.reached(url, data) as client:
            now, found = asked.now(client), asked.plans(client, every=every)
        if json or not found:
            texts = () if json else ("no plan: wideberth plan submit FILES",)
            asked.answer({"as_of": now, "plans": found}, texts, (), json=json)
        else:
            show(words.table(found))
            tell(f"as of {now}")


@plan.command("show", short_help="Show one plan at length.")
def show_plan(name: PlanName, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show a plan: what each party was told of it, whether it has compared it, conflicts, what to do."""
    with stopping():
        with reached.reached(url, data) as client:
            now, found = asked.now(client), asked.plan(client, name)
        _answer(found, now, json=json)


@plan.command(short_help="File the next version of a plan.", help=AMEND_HELP)
def amend(
    name: PlanName,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file of plans.", show_default=False)],
    disclosure: Annotated[
        Told | None,
        typer.Option("--disclosure", help="How much is told at most; without it, as it was before."),
    ] = None,
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="N", help="Made from this version: refused if there is a newer."),
    ] = None,
    tz: options.Zone = None,
    half_width: options.HalfWidth = None,
    wrap: options.Wrap = False,
    radius: options.Radius = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """File the next version of a plan. `AMEND_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client, Steps(quiet=json) as steps:
            now, known = asked.now(client), asked.plan(client, name)
            reading = options.options(
                now=parse_time(now),
                tz=options.zone(tz),
                wrap=wrap,
                radius=radius,
                half_width=half_width,
            )
            found = single(file, reading, known.label, steps)
            # its name stays, unless the file gives another
            document = {**found.document, "label": found.plan.label or known.label}
            body: dict[str, Any] = {"plan": document, "version": version}
            if disclosure is not None:
                body["disclosure"] = _level(disclosure)
            changed = client.ask("PUT", path(PLANS, known.plan), PlanView, body)
        _answer(changed, now, json=json)
    _end([changed], bad=False)


@plan.command(short_help="Begin a plan.", help=ACTIVATE_HELP)
def activate(
    name: PlanName,
    override: Annotated[
        Role | None, typer.Option("--override", help="Begin it although something holds it back.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Begin a plan. `ACTIVATE_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            known = asked.plan(client, name)
            if override is not None:
                reasons = [each for on in known.on for each in on.blocked]
                reasons += [f"it touches {each.name or each.row}" for each in known.sites]
                held = "; ".join(shorten(each, 200) for each in reasons) or "nothing"
                confirm(f"Held back by: {held}. Begin {words.plan_name(known)} all the same?", yes=yes)
            body = {"override": override, "version": known.version}
            changed = client.ask("POST", path(PLANS, known.plan, "activate"), PlanView, body)
            now = asked.now(client)
        _answer(changed, now, json=json)


@plan.command(short_help="End a plan, for good.")
def end(
    name: PlanName,
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """End a plan, for good: the others are told that nothing of it is there any more."""
    with stopping(), reached.reached(url, data) as client:
        known = asked.plan(client, name)
        confirm(f"Is nothing of {words.plan_name(known)} there any more?", yes=yes)
        _state(client, known.plan, "ended", json=json)


@plan.command(short_help="Say that a plan does not go as filed.")
def state(
    name: PlanName,
    to: Annotated[
        After, typer.Argument(metavar="STATE", help="activated (again), nonconforming, contingent, ended.")
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Put a plan that has begun into another state (ASTM F3548). `activated`: it conforms again."""
    with stopping(), reached.reached(url, data) as client:
        _state(client, asked.plan(client, name).plan, to, json=json)


@plan.command(short_help="Say what would clear a plan.")
def clears(name: PlanName, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Say what would clear a plan of all conflicts with a party, in the steps that are agreed with it."""
    with stopping():
        with reached.reached(url, data) as client:
            now, known = asked.now(client), asked.plan(client, name)
            found = client.ask("GET", path(PLANS, known.plan, "clears"), dict[str, list[dict[str, Any]]])
        texts, following = words.clears(known, found, now)
        document = {"as_of": now, "plan": known.plan, "clears": found}
        asked.answer(document, texts, following, json=json)


def single(file: str, reading: Options, label: str, steps: Steps) -> Item:
    """The plan of a file that is meant. Raises: as plan_files.read and plan_files.one; Invalid (as load)."""
    found = plan_files.read([file], reading, Whose(None, ours=True), reading.as_of, steps.at)
    if found.refused:
        raise in_file(*found.refused[0])
    for note in found.notes:
        tell(note)
    return plan_files.one(found.items, label, file)


def _file(
    client: Client, items: Sequence[Item], level: str | None, steps: Steps, skipped: int
) -> tuple[list[PlanView], Invalid | None]:
    """What was filed, and why the rest was not."""
    filed: list[PlanView] = []
    for batch in plan_files.batches(items):
        steps.at("filing", len(filed), len(items))
        body = {"plans": [each.document for each in batch], "disclosure": level}
        try:
            filed += client.ask("POST", PLANS, list[PlanView], body)
        except Invalid as error:
            return filed, plan_files.placed(error, batch)
        except Unreachable:
            done = skipped + len(filed)
            tell(f"Filed before: {done:,}. Whether the next {len(batch):,} were is not known: plan list.")
            raise
    return filed, None


def _level(told: Told | None) -> str | None:
    return None if told is None or told is Told.agreed else told.value


def _tell(found: Read, stopped: str | None) -> None:
    for note in found.notes:
        tell(note)
    for file, error in found.refused:
        tell(refusal(file, error))
    if stopped:
        tell(f"{counted(len(found.refused), 'fault')}: {stopped}; --keep-good files what is good")


def _following(views: Sequence[PlanView]) -> list[str]:
    if len(views) > words.SHOWN:
        return ["What to do about each: wideberth plan list, wideberth case list"]
    return list(dict.fromkeys(each for view in views for each in words.following(view)))


def _state(client: Client, name: str, to: str, *, json: bool) -> None:
    changed = client.ask("POST", path(PLANS, name, "state"), PlanView, {"to": to})
    _answer(changed, asked.now(client), json=json)


def _answer(view: PlanView, now: str, *, json: bool) -> None:
    asked.answer({"as_of": now, "plans": [view]}, words.plan(view, now), _following([view]), json=json)


def _end(views: Sequence[PlanView], *, bad: bool) -> None:
    if bad:
        raise typer.Exit(BAD_INPUT)
    if any(map(words.in_conflict, views)):
        raise typer.Exit(CONFLICTS)
