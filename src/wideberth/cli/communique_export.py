"""`wideberth communique export`: what is published as a folder of files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from wideberth.cli import reached
from wideberth.cli.desk_asked import asking
from wideberth.cli.say import stopping, tell
from wideberth.errors import Refused, Unreachable
from wideberth.node.reply_views import PublicFilesView

FILES: Final = "/v1/public-files"
EXPORT_HELP = """\
Write all that stands on the public pages to a new folder, for any server of files or for a disk: HTML in four
languages without scripts and without a form, all versions and corrections, replies that were let through, and
Atom feeds. What was withdrawn says so, and its text is not in it.

Always into a new folder, which then takes the place of the old one as a whole: a page of something that was
withdrawn since must not be left in it.

\b
Examples:
  wideberth communique export public --base https://statements.example.org
  rsync --archive --delete public/ server:/srv/statements/

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
_PATH: Final = re.compile(r"(?:[a-z0-9-]{1,40}/){0,6}[a-z0-9.-]{1,40}\.(?:html|atom)")
Base = Annotated[
    str | None, typer.Option("--base", metavar="URL", help="Where the folder will be reached: for the feed.")
]
ReplyAt = Annotated[
    str | None,
    typer.Option("--reply-at", metavar="URL", help="Where one can reply; else the node's `public_url`."),
]


def export(
    to: Annotated[str, typer.Argument(metavar="DIR", help="A folder that is not there yet, or is empty.")],
    base: Base = None,
    reply_at: ReplyAt = None,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Write the folder. `EXPORT_HELP` says the rest."""
    with stopping():
        folder = Path(to)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused("output.exists", f"{to} is there, and not empty; accepted: a new folder")
        with reached.reached(url, data) as client:
            asked: dict[str, str | None] = {"base": base, "reply_at": reply_at}
            found = client.ask("GET", asking(FILES, asked), PublicFilesView)
            files = dict(found.files)
            for each in found.communiques:
                more = client.ask("GET", asking(FILES, {**asked, "communique": each}), PublicFilesView)
                files.update(more.files)
        for path, text in sorted(files.items()):
            if not _PATH.fullmatch(path):
                raise Unreachable("client.answer", "the node names a file as none of a folder is named")
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())
        tell(f"{to}: {len(files):,} files, {len(found.communiques):,} communiqués; begin with index.html")
