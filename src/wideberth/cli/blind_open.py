"""`wideberth blind open`: an own run of the blind check, opened for an arbiter by two officers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import blind_asked, exporting, key_asked, line_asked, reached
from wideberth.cli import desk_asked as asked
from wideberth.cli.desk_asked import Json
from wideberth.cli.say import stopping, tell
from wideberth.errors import Invalid, shorten
from wideberth.node.blind_audit_views import OpeningTextView

OPEN_HELP = """\
Open an own run of the blind check for an arbiter: its seed, all plans that this party had put into it, and
all messages, in one file. Two officers approve it, by their own keys, over the text that --text writes.

Whoever has the file learns all of these plans, and nothing of other runs. It goes over no line: hand it to
the arbiter, who looks at it with `wideberth blind arbiter`.

\b
Examples:
  wideberth blind open South b-7k3x --text opening.json
  wideberth key approve --officer one.key --what audit --file opening.json --out one.approval
  wideberth blind open South b-7k3x --approval one.approval --approval two.approval --out run.opened
  wideberth blind arbiter run.opened

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""


def open_run(
    line: line_asked.Line,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run: its id, or the beginning of it.")],
    text: Annotated[
        str | None, typer.Option("--text", metavar="FILE", help="Write the text that two officers sign.")
    ] = None,
    approvals: Annotated[
        list[str] | None,
        typer.Option("--approval", metavar="FILE", help="What an officer has signed; once for each."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Where to; never over a file.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Open a run. `OPEN_HELP` says the rest."""
    with stopping():
        file = output if text is None else text
        if file is None or (text is None) is (output is None) or bool(approvals) is (output is None):
            raise Invalid("blind.open", "--out", "none of them whole", "--text, or --approval with --out")
        exporting.check_new(Path(file), False)
        signed = [key_asked.read_paper(each).decode() for each in approvals or ()]
        with reached.reached(url, data) as client:
            of = line_asked.view(client, line).line
            named = blind_asked.run(blind_asked.runs(client, of), run).session
            if text is not None:
                at = line_asked.path(of, "blind", "runs", named, "opening")
                found = client.ask("GET", at, OpeningTextView).text.encode()
            else:
                at = line_asked.path(of, "blind", "runs", named, "open")
                found = b"".join(client.fetch("POST", at, {"approvals": signed}))
        exporting.write_bytes(Path(file), found, force=False)
        tell(f"{shorten(file, 400)} is written.")
        following = (
            f"Two officers sign it: wideberth key approve --what audit --file {shorten(file, 200)}"
            if text is not None
            else "Hand it to the arbiter, and to nobody else: all plans of this run are in it."
        )
        asked.answer({"file": file, "run": named}, [f"run       {named}"], [following], json=json)
