"""`wideberth manual case`: conflicts with what a far end told by voice, mail or paper, and how they close."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from wideberth.cli import as_of, case_change, manual_words, reached
from wideberth.cli import asked as options
from wideberth.cli.case_change import Written
from wideberth.cli.files import free
from wideberth.cli.manual_asked import (
    DIGITS,
    At,
    Json,
    Language,
    Line,
    Text,
    chosen,
    manuals,
    path,
    question,
    reads_back,
    same_text,
)
from wideberth.cli.plan import single
from wideberth.cli.progress import Steps
from wideberth.cli.say import out, stopping, tell
from wideberth.errors import Invalid
from wideberth.node.manual_views import CaseScriptView, ManualCaseView
from wideberth.render.wording import FORMS

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA = "wideberth.manual/1"
FEWEST, WHOLE = 4, 52
"""Characters of an id that are enough, where only one begins with them; of a whole one."""
CASE_HELP = """\
Conflicts of own plans with what the far end told, and how both close them by voice, mail or paper.

One side proposes a change, the other accepts it; read back as it was said, it is final, and the plan gets its
next version. All of it is reported by us. CASE is the id of a case, or the beginning of it (four characters).

\b
Examples:
  wideberth manual case list "Harbour office"
  wideberth manual case propose "Harbour office" k3vq --delay 30min
  wideberth manual case script "Harbour office" k3vq --proposal 1
  wideberth manual case told "Harbour office" k3vq --proposal 1 --text 7a084247 --to watch --read-back matched
  wideberth manual case accept "Harbour office" k3vq --by "watch officer" --read-back matched
"""
PROPOSE_HELP = """\
Enter a change of the own plan, or with --theirs of theirs: offered by us, or with --by by the far end. Until
it is answered the old and the new volumes both count as occupied. Ours is told afterwards: `case told`.

\b
Examples:
  wideberth manual case propose Camp k3vq --delay 30min
  wideberth manual case propose Camp k3vq --climb 500ft --theirs --by clerk --read-back matched

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

case = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=CASE_HELP)

Case = Annotated[str, typer.Argument(metavar="CASE", help="The id, or its beginning.", show_default=False)]
Which = Annotated[
    int | None, typer.Option("--proposal", min=1, metavar="N", help="Which, as `case show` numbers them.")
]
By = Annotated[
    str | None, typer.Option("--by", metavar="ROLE", help="They said it, in this role; never a name.")
]
To = Annotated[str | None, typer.Option("--to", metavar="ROLE", help="We said it, to this role.")]
ReadBack = Annotated[str, typer.Option("--read-back", help="matched, differed, or none.")]
Form = Annotated[
    str | None, typer.Option("--as", metavar="FORM", help=f"{', '.join(FORMS)}; else as the channel has it.")
]


@case.command("list", short_help="List cases.")
def list_cases(
    line: Line,
    every: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List the open cases of a manual line; with --all also those that are closed."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask(
                "GET", path(chosen(manuals(client), line).manual, "cases"), list[ManualCaseView]
            )
        some = [each for each in found if every or each.phase != "closed"]
        _show(some, json=json)


@case.command("show", short_help="Show one case at length.")
def show_case(
    line: Line, name: Case, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """Show a case: both plans, what is offered, what was said, what would clear it."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", _path(client, line, name), ManualCaseView)
        _show([found], json=json)


@case.command(short_help="Print what is to be told.")
def script(
    line: Line,
    name: Case,
    proposal: Which = None,
    said: Annotated[
        str, typer.Option("--for", metavar="WORD", help="told, accept, decline, retract or closed.")
    ] = "told",
    form: Form = None,
    output: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Where it goes; else standard output.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Print what is to be told of a conflict, of a proposal of ours, or of our answer, word for word."""
    with stopping():
        free(output)
        with reached.reached(url, data) as client:
            found = _script(client, _path(client, line, name), said, proposal, form)
        if output is not None:
            Path(output).write_text(found.text, encoding="utf-8")
        if json:
            out(_pretty({"schema": SCHEMA, "script": found}))
        elif output is None:
            out(found.text.encode())
        tell(f"case {found.case}, as {found.form}, SHA-256 {found.sha256}")
        tell(f"When it is told, enter it with: --text {found.sha256[:DIGITS]}")


@case.command(short_help="Enter a change that is offered.", help=PROPOSE_HELP)
def propose(
    line: Line,
    name: Case,
    delay: case_change.Delay = None,
    advance: case_change.Advance = None,
    climb: case_change.Climb = None,
    descend: case_change.Descend = None,
    area: case_change.Area = None,
    cancel: case_change.Cancel = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Change their plan, not the own one.")] = False,
    by: By = None,
    read_back: ReadBack = "none",
    at: At = None,
    language: Language = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter a change. `PROPOSE_HELP` says the rest."""
    with stopping():
        written = Written(delay, advance, climb, descend, area, cancel)
        written.check()
        reads_back(read_back)
        plan = None if area is None else single(area, _reading(tz), "", Steps(quiet=True)).plan
        body: dict[str, Any] = {
            "change": case_change.read(written, plan),
            "mine": by is None,
            "ours": not theirs,
            "role": by,
            "read_back": read_back,
            "at": at,
            "language": language,
        }
        with reached.reached(url, data) as client:
            found = client.ask("POST", f"{_path(client, line, name)}/propose", ManualCaseView, body)
        _show([found], json=json)


@case.command(short_help="Enter that it was told.")
def told(
    line: Line,
    name: Case,
    to: To = None,
    read_back: ReadBack = "none",
    proposal: Which = None,
    text: Text = None,
    form: Form = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter that the far end was told of the conflict, or with --proposal of a proposal of ours."""
    body = {"said": "told", "read_back": read_back, "proposal": proposal, "at": at, "language": language}
    _say(line, name, body, (to, None), (text, form), url, data, json=json)


@case.command(short_help="Enter an acceptance.")
def accept(
    line: Line,
    name: Case,
    by: By = None,
    to: To = None,
    read_back: ReadBack = "none",
    proposal: Which = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Although the own plan would then conflict with another.")
    ] = False,
    text: Text = None,
    form: Form = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter that they accept a proposal of ours (--by), or that we accept theirs (--to), reported by us.

    Read back as it was said it is final, and the plan gets its next version. Until then it can be entered
    again. It is never a permission.
    """
    body = {
        "said": "accept",
        "read_back": read_back,
        "proposal": proposal,
        "anyway": anyway,
        "at": at,
        "language": language,
    }
    _say(line, name, body, (to, by), (text, form), url, data, json=json)


@case.command(short_help="Enter that a proposal is declined.")
def decline(
    line: Line,
    name: Case,
    by: By = None,
    to: To = None,
    proposal: Which = None,
    text: Text = None,
    form: Form = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter that they decline a proposal of ours (--by), or that we decline theirs (--to)."""
    body = {"said": "decline", "proposal": proposal, "at": at, "language": language}
    _say(line, name, body, (to, by), (text, form), url, data, json=json)


@case.command(short_help="Enter that a proposal is taken back.")
def retract(
    line: Line,
    name: Case,
    by: By = None,
    to: To = None,
    proposal: Which = None,
    text: Text = None,
    form: Form = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter that we take a proposal back (--to), or that they do (--by), for safety: until it is final."""
    body = {"said": "retract", "proposal": proposal, "at": at, "language": language}
    _say(line, name, body, (to, by), (text, form), url, data, json=json)


@case.command(short_help="Enter that they know it is over.")
def close(
    line: Line,
    name: Case,
    to: To = None,
    read_back: ReadBack = "none",
    text: Text = None,
    form: Form = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter that the far end was told that no conflict is known any more. What was still offered is over."""
    body = {"said": "closed", "read_back": read_back, "at": at, "language": language}
    _say(line, name, body, (to, None), (text, form), url, data, json=json)


def _say(
    line: str,
    name: str,
    body: dict[str, Any],
    roles: tuple[str | None, str | None],
    said: tuple[str | None, str | None],
    url: str | None,
    data: str | None,
    *,
    json: bool,
) -> None:
    """A word of ours (to a role), in the text that was `said`, or of theirs (by one)."""
    with stopping():
        to, by = roles
        if (to is None) == (by is None):
            raise Invalid(
                "manual.entry", "--to", "neither or both", "--to, what we said; or --by, what they said"
            )
        reads_back(body.get("read_back", "none"))
        with reached.reached(url, data) as client:
            at = _path(client, line, name)
            whole = {**body, "mine": by is None, "role": to or by}
            if by is None:
                text, form = said
                found = _script(client, at, body["said"], body.get("proposal"), form)
                same_text(found.sha256, text)
                whole |= {"sha256": found.sha256, "proposal": found.proposal}
            after = client.ask("POST", f"{at}/said", ManualCaseView, whole)
        _show([after], json=json)


def _script(client: Client, at: str, said: str, proposal: int | None, form: str | None) -> CaseScriptView:
    asked = {"said": said, "proposal": None if proposal is None else str(proposal), "form": form}
    given = {name: each for name, each in asked.items() if each is not None}
    return client.ask("GET", f"{at}/script{question(given)}", CaseScriptView)


def _path(client: Client, line: str, name: str) -> str:
    """The place of a case in the API. Raises: Invalid (`case.none`, `case.several`)."""
    manual = chosen(manuals(client), line).manual
    plain = name.casefold().strip()
    if len(plain) == WHOLE:
        return path(manual, "cases", plain)
    found = client.ask("GET", path(manual, "cases"), list[ManualCaseView])
    some = [each.case for each in found if len(plain) >= FEWEST and each.case.startswith(plain)]
    if len(some) > 1:
        raise Invalid("case.several", "CASE", name, "more of the id")
    if not some:
        raise Invalid("case.none", "CASE", name, "a case of this line: wideberth manual case list --all")
    return path(manual, "cases", some[0])


def _reading(tz: str | None) -> Any:
    import time as clock

    return options.options(
        now=clock.time_ns() // 1_000_000,
        tz=options.zone(tz),
        wrap=False,
        half_width=None,
        vertical_tolerance=None,
        time_tolerance=None,
        top_speed=None,
    )


def _show(found: list[ManualCaseView], *, json: bool) -> None:
    if json:
        out(_pretty({"schema": SCHEMA, **as_of.said(), "cases": found}))
        return
    texts = [line for each in found for line in manual_words.case(each)] or ["no open case"]
    out("".join(f"{each}\n" for each in texts).encode())


def _pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
