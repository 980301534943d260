"""`wideberth call`: the hotline."""

from __future__ import annotations

import typer

from wideberth.cli.call_phrases import PHRASES_HELP, phrases

CALL_HELP = """\
The hotline: calls in coded phrases that each side reads in its own language.

\b
Examples:
  wideberth call phrases
  wideberth call phrases CHECK
"""

call = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
call.command("phrases", short_help="The phrase book, and a code in every language.", help=PHRASES_HELP)(
    phrases
)
