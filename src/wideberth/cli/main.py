"""The command `wideberth`: its verbs, each loaded when it is asked for, and how a run begins and ends."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

import wideberth
from wideberth.cli import as_of
from wideberth.cli.say import could_not, tell

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter  # of typer's own copy; only their names

INTERRUPTED = 128 + signal.SIGINT

HELP = """\
Files of plans in, every conflict out.

\b
Examples:
  wideberth demo --exit
  wideberth check ours.geojson theirs.kml --preset crewed
  wideberth propose ours.geojson --against theirs.kml --preset crewed
  wideberth convert plans.kml --to geojson
  wideberth template --lang ar site.xlsx
  wideberth place "37SBU9596" "35.19, 36.75"
  wideberth watch run ours.csv theirs.csv --preset crewed
  wideberth key new identity --out north.key
  wideberth node init --identity north.key.pub --data north
  wideberth node run --data north --key-file journal.key
  wideberth line list --data north
  wideberth plan submit ours.geojson --data north
  wideberth --install-completion
"""


class Verb(NamedTuple):
    """A verb: the module that has it, what it is called there, its help there, and one line about it."""

    module: str
    name: str
    help: str | None
    line: str
    settings: Mapping[str, Any] = {}


PLAIN: Final[dict[str, Any]] = {
    # plain help keeps the examples as they are written, and reads the same on every terminal
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}
MINUS: Final = {"ignore_unknown_options": True}
"""A place in the south begins with a minus sign: what is no option is a place."""
VERBS: Final[dict[str, Verb]] = {
    "check": Verb("check", "check", "CHECK_HELP", "Find every conflict between plans of different parties."),
    "propose": Verb(
        "propose", "propose", "PROPOSE_HELP", "Find changes that clear our plans of every conflict."
    ),
    "convert": Verb("convert", "convert", "CONVERT_HELP", "Write plans in another format."),
    "diff": Verb("diff", "diff", "DIFF_HELP", "Show what differs between two editions of a list."),
    "template": Verb("template", "template", "TEMPLATE_HELP", "Write an empty list of sites or movements."),
    "place": Verb("place", "place", "PLACE_HELP", "Say what a place is read as, and the doubts.", MINUS),
    "verify": Verb("verify", "verify", "VERIFY_HELP", "Check a record file or a release: who signed what."),
    "record": Verb("record", "record", "RECORD_HELP", "What is in a node's journal; feeds of it as a file."),
    "key": Verb("key", "keys", None, "Keys: make, certify, revoke and replace them, and approve."),
    "pair": Verb("pair", "pairs", None, "Begin a line with another party."),
    "agreement": Verb("agreement", "agreements", None, "Agreements: draft, read, compare, sign them."),
    "node": Verb("node", "node", "NODE_HELP", "A party's own installation: make its data, run it, move it."),
    "demo": Verb("demo", "demo", "DEMO_HELP", "Two nodes on this machine, from keys to a closed case."),
    "drill": Verb(
        "drill", "drill", "DRILL_HELP", "What went wrong once, played: for training, and as a test."
    ),
    "login": Verb("login", "login", "LOGIN_HELP", "Log in to a node."),
    "logout": Verb("login", "logout", "LOGOUT_HELP", "End a login."),
    "line": Verb("line", "line", "LINE_HELP", "The lines of a running node: how each stands, what to do."),
    "plan": Verb(
        "plan", "plan", "PLAN_HELP", "Own plans: file, amend, begin, end; who was told, what conflicts."
    ),
    "notice": Verb("notice", "notice", "NOTICE_HELP", "What the parties of a line told each other of plans."),
    "case": Verb("case", "case", "CASE_HELP", "Conflicts with another party, and how the two close them."),
    "call": Verb("call", "call", "CALL_HELP", "The hotline: calls in coded phrases of four languages."),
    "alarms": Verb("alarms", "alarms", "ALARMS_HELP", "What rings until somebody takes it."),
    "hold": Verb("hold", "hold", "HOLD_HELP", "Holds: nothing inside begins until a condition."),
    "talks": Verb("talks", "talks", "TALKS_HELP", "Talks: invited, held, minuted, signed or differed from."),
    "communique": Verb(
        "communique", "communique", "COMMUNIQUE_HELP", "Communiqués: what is said to everybody, and signed."
    ),
    "blind": Verb("blind", "blind", "BLIND_HELP", "Conflicts between plans that neither party shows."),
    "site": Verb("site", "site", "SITE_HELP", "Lists of sites: kept, verified, told, answered."),
    "say": Verb("statement", "say", "SAY_HELP", "Declarations, policies, concerns, claim queries."),
    "release": Verb(
        "release", "release", "RELEASE_HELP", "Copies of records for others, under caveats, by two officers."
    ),
    "trace": Verb("trace", "trace", "TRACE_HELP", "Whose copy of a release a file comes from."),
    "relay": Verb("relay", "relay", "RELAY_HELP", "Hand notices down to own cells, to the last executor."),
    "bundle": Verb("bundle", "bundle", "BUNDLE_HELP", "Where there is no network: files that people carry."),
    "manual": Verb("manual", "manual", "MANUAL_HELP", "Lines by telephone, e-mail, radio or paper."),
    "words": Verb("words", "words", "WORDS_HELP", "By voice, find out who is at the other end of a line."),
    "watch": Verb("watch", "watch", "WATCH_HELP", "Live tracks: what is about to come too near."),
    "duty": Verb("duty", "duty", "DUTY_HELP", "Who is on duty, as officer, deputy or commander."),
    "handover": Verb(
        "handover", "handover", "HANDOVER_HELP", "The sheet that one officer hands to the next."
    ),
    "blackout": Verb("handover", "blackout", "BLACKOUT_HELP", "The sheet for when the node is gone."),
    "admin": Verb("admin", "admin", "ADMIN_HELP", "The people of a node, and their tokens."),
}


class Verbs(TyperGroup):
    """All verbs; only the one that is asked for is loaded, with what it needs."""

    def list_commands(self, _: Context) -> list[str]:
        """Their names."""
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The verb of this name."""
        if cmd_name in VERBS and cmd_name not in self.commands:
            found = _loaded(cmd_name, VERBS[cmd_name])
            as_of.offer(cmd_name, found)
            self.add_command(found, cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, _: Context, formatter: HelpFormatter) -> None:
        """The list in the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.line) for name, verb in VERBS.items()])


def _loaded(name: str, verb: Verb) -> Command:
    module = import_module(f"wideberth.cli.{verb.module}")
    found = getattr(module, verb.name)
    words = None if verb.help is None else getattr(module, verb.help)
    alone = typer.Typer(add_completion=False, **PLAIN)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name, **({} if words is None else {"help": words}))
        group = typer.main.get_command(alone)
        assert isinstance(group, TyperGroup)
        return group.commands[name]
    alone.command(name, help=words, context_settings=dict(verb.settings) or None)(found)
    return typer.main.get_command(alone)


app = typer.Typer(name="wideberth", cls=Verbs, help=HELP, no_args_is_help=True, **PLAIN)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"wideberth {wideberth.__version__}")
        raise typer.Exit


@app.callback()
def wideberth_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What `wideberth` alone takes."""


def main() -> NoReturn:
    """The entry point: an interrupt ends the run at once, an unforeseen error as one line and exit code 3."""
    signal.signal(signal.SIGINT, _interrupted)
    sys.excepthook = could_not
    # the group itself, not `app()`, which would put its own hook in place of ours
    typer.main.get_command(app)(prog_name="wideberth")
    raise SystemExit(0)


def _interrupted(_signal: int, _frame: object) -> NoReturn:
    tell("stopped")
    raise SystemExit(INTERRUPTED)
