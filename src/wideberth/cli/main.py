"""The command `wideberth`: its verbs, and how a run begins and ends."""

from __future__ import annotations

import signal
import sys
from typing import Annotated, NoReturn

import typer

import wideberth
from wideberth.cli.admin import ADMIN_HELP, admin
from wideberth.cli.agreement import agreements
from wideberth.cli.bundle import BUNDLE_HELP, bundle
from wideberth.cli.check import CHECK_HELP, check
from wideberth.cli.convert import CONVERT_HELP, convert
from wideberth.cli.diff import DIFF_HELP, diff
from wideberth.cli.duty import DUTY_HELP, duty
from wideberth.cli.key import keys
from wideberth.cli.line import LINE_HELP, line
from wideberth.cli.login import LOGIN_HELP, LOGOUT_HELP, login, logout
from wideberth.cli.node import NODE_HELP, node
from wideberth.cli.pair import pairs
from wideberth.cli.place import PLACE_HELP, place
from wideberth.cli.propose import PROPOSE_HELP, propose
from wideberth.cli.record import RECORD_HELP, record
from wideberth.cli.say import could_not, tell
from wideberth.cli.template import TEMPLATE_HELP, template
from wideberth.cli.verify import VERIFY_HELP, verify

INTERRUPTED = 128 + signal.SIGINT

HELP = """\
Files of plans in, every conflict out.

\b
Examples:
  wideberth check ours.geojson theirs.kml --preset crewed
  wideberth propose ours.geojson --against theirs.kml --preset crewed
  wideberth convert plans.kml --to geojson
  wideberth template --lang ar site.xlsx
  wideberth place "37SBU9596" "35.19, 36.75"
  wideberth key new identity --out north.key
  wideberth node init --identity north.key.pub --data north
  wideberth node run --data north --key-file journal.key
  wideberth line list --data north
  wideberth --install-completion
"""

app = typer.Typer(
    name="wideberth",
    help=HELP,
    no_args_is_help=True,
    # plain help keeps the examples as they are written, and reads the same on every terminal
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command(help=CHECK_HELP)(check)
app.command(help=PROPOSE_HELP)(propose)
app.command(help=CONVERT_HELP)(convert)
app.command(help=DIFF_HELP)(diff)
app.command(help=TEMPLATE_HELP)(template)
app.command(help=VERIFY_HELP)(verify)
app.add_typer(record, name="record", help=RECORD_HELP)
# a place in the south begins with a minus sign: what is no option is a place
app.command(help=PLACE_HELP, context_settings={"ignore_unknown_options": True})(place)
app.add_typer(keys, name="key")
app.add_typer(pairs, name="pair")
app.add_typer(node, name="node", help=NODE_HELP)
app.add_typer(admin, name="admin", help=ADMIN_HELP)
app.add_typer(duty, name="duty", help=DUTY_HELP)
app.add_typer(agreements, name="agreement")
app.command(short_help="Log in to a node.", help=LOGIN_HELP)(login)
app.command(short_help="End a login.", help=LOGOUT_HELP)(logout)
app.add_typer(line, name="line", help=LINE_HELP)
app.add_typer(bundle, name="bundle", help=BUNDLE_HELP)


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
