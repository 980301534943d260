"""`wideberth case`: conflicts with another party, and how the two close them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wideberth.cli import asked as options
from wideberth.cli import case_change, case_picture, case_words, exporting, line_asked, reached
from wideberth.cli import desk_asked as asked
from wideberth.cli.case_change import Written
from wideberth.cli.check import drawer
from wideberth.cli.desk_asked import CASES, CaseName, Json, path
from wideberth.cli.line import confirm
from wideberth.cli.plan import Yes, single
from wideberth.cli.progress import Steps
from wideberth.cli.say import show, stopping, tell
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan
from wideberth.node.desk_views import CaseView, ProposalView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

CASE_HELP = """\
Conflicts with other parties, and how the two close them: one proposes a change, the other accepts it, or
proposes another. A case is closed when neither finds a conflict any more.

CASE is the id of a case, the beginning of it, or the label of the own plan, where that has one open case.

\b
Examples:
  wideberth case list
  wideberth case show "Coast survey" --picture case.svg
  wideberth case propose "Coast survey" --delay 30min
  wideberth case accept 3vq2
"""
PROPOSE_HELP = """\
Offer a change of the own plan, or with --theirs of theirs as it is seen here. Until it is answered the old
and the new volumes both count as occupied. An own plan is changed when the other party has accepted.

\b
Examples:
  wideberth case propose "Coast survey" --delay 30min
  wideberth case propose 3vq2 --climb 1000ft --for 2h
  wideberth case propose 3vq2 --descend 500ft --theirs
  wideberth case propose 3vq2 --area elsewhere.geojson

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ACCEPT_HELP = """\
Accept a proposal of the other party's. Own proposals in the case are taken back by that. It is final when the
other party's node has it; until then old and new volumes both count as occupied. It is never a permission.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
RETRACT_HELP = """\
Take an own proposal back, for safety: open or accepted, until its acceptance is final. Afterwards only a new
version of the plan is left, or a call.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

case = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Which = Annotated[
    int | None,
    typer.Option("--proposal", min=1, metavar="N", help="Which, as `case show` numbers them."),
]


class Role(StrEnum):
    """To whom a case is raised."""

    deputy = "deputy"
    commander = "commander"


@case.command("list", short_help="List cases.")
def list_cases(
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="Only of this line.", show_default=False)
    ] = None,
    every: asked.Every = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List the open cases; with --all also those that are closed."""
    with stopping():
        with reached.reached(url, data) as client:
            known = None if line is None else line_asked.view(client, line).line
            now, found = asked.now(client), asked.cases(client, every=every, line=known)
        if json or not found:
            texts = () if json else (f"no open case, as of {now}" if not every else "no case",)
            asked.answer({"as_of": now, "cases": found}, texts, (), json=json)
        else:
            show(case_words.table(found))
            tell(f"as of {now}")


@case.command("show", short_help="Show one case at length.")
def show_case(
    name: CaseName,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw map and profile: .svg, .html or .png.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a case: whose plans, how close they come, what is offered until when, what would clear it."""
    with stopping():
        draw = None if picture is None else drawer(picture)
        with reached.reached(url, data) as client:
            found = asked.case(client, name)
            if picture is not None and draw is not None:
                report = case_picture.report(client, found, parse_time(asked.now(client)))
                Path(picture).write_bytes(exporting.picture(picture, draw(report)))
        _answer(found, json=json)


@case.command(short_help="Offer a change.", help=PROPOSE_HELP)
def propose(
    name: CaseName,
    delay: case_change.Delay = None,
    advance: case_change.Advance = None,
    climb: case_change.Climb = None,
    descend: case_change.Descend = None,
    area: case_change.Area = None,
    cancel: case_change.Cancel = False,
    lasts: case_change.For = "4h",
    theirs: Annotated[bool, typer.Option("--theirs", help="Change their plan, not the own one.")] = False,
    tz: options.Zone = None,
    half_width: options.HalfWidth = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Offer a change. `PROPOSE_HELP` says the rest."""
    with stopping():
        written = Written(delay, advance, climb, descend, area, cancel)
        written.check()
        seconds = case_change.lasts(lasts)
        with reached.reached(url, data) as client, Steps(quiet=json) as steps:
            found = asked.case(client, name)
            plan: Plan | None = None
            if area is not None:
                reading = options.options(
                    now=parse_time(asked.now(client)),
                    tz=options.zone(tz),
                    half_width=half_width,
                )
                plan = single(area, reading, found.plan_label or "", steps).plan
            notice = case_words.their_notice(found) if theirs else found.own
            if notice is None:
                raise Invalid("case.notice", "CASE", "no own plan in it", "--theirs")
            body = {"notice": notice, "change": case_change.read(written, plan), "for_s": seconds}
            changed = client.ask("POST", path(CASES, found.case, "propose"), CaseView, body)
        _answer(changed, json=json)


@case.command(short_help="Accept a proposal.", help=ACCEPT_HELP)
def accept(
    name: CaseName,
    proposal: Which = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Although the own plan would then conflict with another.")
    ] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Accept a proposal. `ACCEPT_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        _word(client, name, "accept", proposal, {"anyway": True} if anyway else {}, json=json)


@case.command(short_help="Take an own proposal back.", help=RETRACT_HELP)
def retract(
    name: CaseName,
    proposal: Which = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take an own proposal back. `RETRACT_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        _word(client, name, "retract", proposal, {}, json=json)


@case.command(short_help="Raise a case to a role of one's own.")
def escalate(
    name: CaseName,
    to: Annotated[Role, typer.Option("--to", help="Deputy or commander.", show_default=False)],
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Raise a case to the own deputy or commander. The other party is told; everything else goes on."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.case(client, name)
        confirm(f"Raise case {found.case[:8]} to the {to}?", yes=yes)
        body = {"to": to}
        _answer(client.ask("POST", path(CASES, found.case, "escalate"), CaseView, body), json=json)


def _word(
    client: Client, name: str, what: str, number: int | None, more: dict[str, object], *, json: bool
) -> None:
    found = asked.case(client, name)
    body = more if number is None else {**more, **_ref(found.proposals, number)}
    _answer(client.ask("POST", path(CASES, found.case, what), CaseView, body), json=json)


def _ref(proposals: tuple[ProposalView, ...], number: int) -> dict[str, object]:
    if number > len(proposals):
        raise Invalid("case.proposal", "--proposal", number, f"1 to {len(proposals)}, as case show has them")
    each = proposals[number - 1]
    return {"origin": each.origin, "n": each.n}


def _answer(view: CaseView, *, json: bool) -> None:
    asked.answer({"cases": [view]}, case_words.lines(view), list(case_words.following(view)), json=json)
