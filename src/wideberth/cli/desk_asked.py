"""What commands about plans, notices and cases ask a running node for, and which one is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec
import typer

from wideberth.cli import as_of
from wideberth.cli.say import out, tell
from wideberth.errors import Invalid, shorten
from wideberth.links.node_url import part
from wideberth.node.desk_lists import PAGE
from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.views import LineView, NodeView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

T = TypeVar("T")

SCHEMA: Final = "wideberth.desk/1"
PLANS, CASES = "/v1/plans", "/v1/cases"
NAMED: Final = 10
"""Of those that a name may mean, so many are listed."""

Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]
Every = Annotated[bool, typer.Option("--all", help="Also what is over: ended plans, closed cases.")]
PlanName = Annotated[
    str,
    typer.Argument(metavar="PLAN", help="The plan: its id, the beginning of it, or its label."),
]
CaseName = Annotated[
    str,
    typer.Argument(metavar="CASE", help="The case: its id, the beginning of it, or the own plan's label."),
]


def path(root: str, name: str, *more: str) -> str:
    """The place of a plan or case in the API, or of something of it."""
    return "/".join([root, part(name), *more])


def asking(root: str, asked: Mapping[str, str | None]) -> str:
    """A list with what stands after the question mark."""
    said = "&".join(f"{name}={part(value)}" for name, value in asked.items() if value is not None)
    return f"{root}?{said}" if said else root


def pages(
    client: Client, root: str, of: type[list[T]], name: Callable[[T], str], asked: Mapping[str, str | None]
) -> Iterator[T]:
    """All of a list, a page at a time. Raises: as Client.ask."""
    after = None
    while True:
        found = client.ask("GET", asking(root, {**asked, "after": after}), of)
        yield from found
        if len(found) < PAGE:
            return
        after = name(found[-1])


def plans(client: Client, *, every: bool) -> list[PlanView]:
    """Own plans, without their documents."""
    over = {} if every else {"over": "no"}
    return list(pages(client, PLANS, list[PlanView], lambda each: each.plan, over))


def cases(client: Client, *, every: bool, line: str | None = None) -> list[CaseView]:
    """Cases, of one line or of all."""
    over = {"line": line} if every else {"line": line, "over": "no"}
    return list(pages(client, CASES, list[CaseView], lambda each: each.case, over))


def notices(client: Client, line: str, *, every: bool) -> list[NoticeView]:
    """The notices of a line, without their volumes."""
    over = {} if every else {"over": "no"}
    return list(pages(client, _notices(line), list[NoticeView], lambda each: each.notice, over))


def plan(client: Client, text: str) -> PlanView:
    """The plan that is meant, whole. Raises: Invalid (`plan.none`, `plan.several`), and as Client.ask."""
    found = client.ask("GET", asking(PLANS, {"named": text}), list[PlanView])
    if len(found) > 1:
        named = _some([f"{each.plan[:10]} ({each.label or each.state})" for each in found])
        raise Invalid("plan.several", "PLAN", text, f"one of these: {named}")
    if not found:
        raise Invalid("plan.none", "PLAN", text, "one of this node's: wideberth plan list --all")
    return client.ask("GET", path(PLANS, found[0].plan), PlanView)


def case(client: Client, text: str, line: str | None = None) -> CaseView:
    """The case that is meant, whole; on a line, if one is said.

    Raises: Invalid (`case.none`, `case.several`), and as Client.ask.
    """
    found = client.ask("GET", asking(CASES, {"named": text, "line": line}), list[CaseView])
    # a plan has had many; who names one by its label means what is open
    some = [each for each in found if each.phase != "closed"] if len(found) > 1 else found
    if len(some or found) > 1:
        named = _some([f"{each.case[:8]} ({each.phase})" for each in some or found])
        raise Invalid("case.several", "CASE", text, f"one of these: {named}")
    if not found:
        raise Invalid("case.none", "CASE", text, "one of this node's: wideberth case list --all")
    return client.ask("GET", path(CASES, (some or found)[0].case), CaseView)


def notice(client: Client, line: str, text: str) -> NoticeView:
    """The notice of a line that is meant, whole.

    Raises: Invalid (`notice.none`, `notice.several`), and as Client.ask.
    """
    found = client.ask("GET", asking(_notices(line), {"named": text}), list[NoticeView])
    if len(found) > 1:
        named = _some([f"{each.notice[:10]} ({each.state})" for each in found])
        raise Invalid("notice.several", "NOTICE", text, f"one of these: {named}")
    if not found:
        raise Invalid("notice.none", "NOTICE", text, "one of this line: wideberth notice list LINE --all")
    return client.ask("GET", f"{_notices(line)}/{part(found[0].notice)}", NoticeView)


def lines(client: Client) -> dict[str, LineView]:
    """All lines by their ids. Raises: as Client.ask."""
    return {each.line: each for each in client.ask("GET", "/v1/lines", list[LineView])}


def now(client: Client) -> str:
    """The time at the node. Raises: as Client.ask."""
    return client.ask("GET", "/v1/status", NodeView).now


def answer(
    document: Mapping[str, Any], texts: Sequence[str], following: Sequence[str], *, json: bool
) -> None:
    """What happened on standard output, as JSON or as lines; on standard error what to do next."""
    if json:
        whole = {"schema": SCHEMA, **as_of.said(), **document, "next": list(following)}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    else:
        out("".join(f"{shorten(each, 1_000)}\n" for each in texts).encode())
    for each in following:
        tell(shorten(each, 2_000))


def _notices(line: str) -> str:
    return f"/v1/lines/{part(line)}/notices"


def _some(named: Sequence[str]) -> str:
    more = len(named) - NAMED
    return "; ".join(named[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
