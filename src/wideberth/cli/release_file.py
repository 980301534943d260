"""`wideberth verify` of a release, and `wideberth release read`: a copy as a file, without a node."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
import typer

from wideberth.cli import asked, trusted
from wideberth.cli.say import NOT_ANCHORED, NOT_VERIFIED, exercise, out, stopping, tell
from wideberth.errors import Invalid, WideberthError
from wideberth.formats import release_file
from wideberth.ledger import certificate
from wideberth.ledger.record import Anchor, Verdict
from wideberth.render import record, release_checked
from wideberth.render.release_checked import Checked

READ_HELP = """\
Print a release that came as a file: who released it to whom, under which caveats, and its text.

It needs no node. Name the party that you know, or the result is NOT ANCHORED: anybody can make a file that
agrees with itself. Of a file in which something is false nothing is printed.

\b
Examples:
  wideberth release read weekly.zip --trust PARTY
  wideberth release read weekly.zip --trust parties.txt --paper officer-2.revoked

\b
Exit codes: 0 VERIFIED, 1 NOT VERIFIED, 2 it cannot be read, 3 could not, 4 consistent, but not anchored or
disputed.
"""
EXIT: Final[dict[Verdict, int]] = {
    "verified": 0,
    "not verified": NOT_VERIFIED,
    "not anchored": NOT_ANCHORED,
    "disputed": NOT_ANCHORED,
}
TEXT: Final = "release.txt"


def read(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A release as a file (zip).", show_default=False)
    ],
    trust: trusted.Trust = None,
    paper: trusted.Papers = None,
    json: Annotated[
        bool, typer.Option("--json", help=f"What it proves, as JSON ({release_checked.SCHEMA}).")
    ] = False,
    as_of: asked.AsOf = None,
) -> None:
    """Print a release. `READ_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000
    with stopping():
        now_ms = asked.as_of(as_of, None, now)
        papers = [trusted.read(path) for path in paper or ()]
        data = trusted.read(file)
        checked = check(data, file, trusted.anchors(trust or ()), papers, now_ms, json=json)
        if json:
            out(msgspec.json.format(msgspec.json.encode(release_checked.document(checked))) + b"\n")
        else:
            _show(checked)
        raise typer.Exit(EXIT[checked.found.verdict])


def verify(
    data: bytes, file: str, anchors: Sequence[Anchor], papers: Sequence[bytes], now_ms: int, *, json: bool
) -> int:
    """Say what the file of a release proves, and the exit code. Raises: Invalid (as release_file.read)."""
    checked = check(data, file, anchors, papers, now_ms, json=json)
    if json:
        out(msgspec.json.format(msgspec.json.encode(release_checked.document(checked))) + b"\n")
    else:
        out(_lines(checked))
    return EXIT[checked.found.verdict]


def check(
    data: bytes, file: str, anchors: Sequence[Anchor], papers: Sequence[bytes], now_ms: int, *, json: bool
) -> Checked:
    """What it proves. One that cannot be read is said to be not verified.

    Raises: Invalid (`release.file`, `verify.paper`, and as release_file.read).
    """
    try:
        found = release_file.read(data)
    except Invalid as error:
        if json:
            out(msgspec.json.encode(release_checked.unreadable(file, error)) + b"\n")
        else:
            out(release_checked.UNREADABLE.encode())
        raise error.under(file) from error
    if found.index.exercise:
        exercise()
    for each in papers:
        _check_paper(each, found.index.identity)
    return Checked(file, found, found.verify(anchors, papers), now_ms)


def _check_paper(data: bytes, identity: bytes) -> None:
    """A wrong paper is the reader's mistake, not the release's. Raises: Invalid (`verify.paper`)."""
    try:
        certificate.read(data, identity)
    except WideberthError as error:
        found = error.found if isinstance(error, Invalid) else error.message
        wanted = "a certificate or revocation that the releasing party signed"
        raise Invalid("verify.paper", "--paper", found, wanted) from error


def _show(checked: Checked) -> None:
    out(_lines(checked))
    if checked.found.verdict == "not verified":
        tell("what it holds is not shown: something in it is false, or it was not approved")
    elif TEXT in checked.read.files:
        out(f"\n{release_checked.words(checked.read.files[TEXT])}".encode())
    else:
        tell(f"it holds no {TEXT}: unpack it to read the others")


def _lines(checked: Checked) -> bytes:
    return "".join(f"{line}\n" for line in record.wrapped(release_checked.report(checked))).encode()


def is_release(data: bytes) -> bool:
    """Whether it is an archive with an index of a release in it."""
    return release_file.is_release(data)
