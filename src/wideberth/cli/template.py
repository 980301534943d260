"""`wideberth template`: an empty list to fill in."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Annotated, get_args

import typer

from wideberth.cli.say import stopping, tell
from wideberth.errors import Invalid, Refused
from wideberth.formats.lists import template as templates
from wideberth.formats.lists.columns import LANGUAGES, Language
from wideberth.formats.lists.notice import NOTICE

TEMPLATE_HELP = """\
Write an empty list of sites or movements to fill in.

\b
Examples:
  wideberth template site.xlsx
  wideberth template --lang ar site.xlsx
  wideberth template --lang uk --kind movement convoys.csv

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""


def template(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Where to write: .xlsx or .csv.", show_default=False)
    ],
    lang: Annotated[str, typer.Option(metavar="LANGUAGE", help=f"Language: {', '.join(LANGUAGES)}.")] = "en",
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="site or movement; else as the name of the file says.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
) -> None:
    """Write an empty list. `TEMPLATE_HELP` says the rest."""
    with stopping():
        language = _language(lang)
        what = _kind(kind, file)
        ending = PurePath(file).suffix.lower()
        if ending not in (".xlsx", ".csv"):
            raise Invalid("template.ending", "", ending or "no ending", ".xlsx or .csv")
        if not force and Path(file).exists():
            raise Refused(
                "output.exists", f"{file} exists; accepted: another name, or --force to write over it"
            )
        make = templates.xlsx_template if ending == ".xlsx" else templates.csv_template
        Path(file).write_bytes(make(what, language))
        tell(f"{file} is written. {NOTICE}")


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text.lower() == language:
            return language
    raise Invalid("template.language", "--lang", text, ", ".join(LANGUAGES))


def _kind(stated: str | None, file: str) -> templates.Kind:
    """The kind as stated, else the one whose name the file's name holds, else site."""
    kinds: tuple[templates.Kind, ...] = get_args(templates.Kind)
    name = PurePath(file).stem.lower() if stated is None else stated.lower()
    for kind in kinds:
        if name == kind or (stated is None and kind in name):
            return kind
    if stated is None:
        return "site"
    raise Invalid("template.kind", "--kind", stated, ", ".join(kinds))
