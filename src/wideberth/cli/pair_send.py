"""`wideberth pair send` and `pair fetch`: the papers of a pairing, over a network."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli import pair_asked
from wideberth.cli.pair_asked import stoppable
from wideberth.cli.pair_offer import SCHEMA, Json
from wideberth.cli.pair_papers import AgreedFile
from wideberth.cli.say import stopping, tell
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.ledger import ids
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing_code import PORT
from wideberth.line.pairing_file import Agreed
from wideberth.links import identity, pair_channel, pair_papers
from wideberth.links.identity import Ends
from wideberth.links.pair_papers import Done, Mine
from wideberth.store import keyfile

SEND_HELP = """\
Hand the own papers to the other party over a network, and with --out keep theirs.

One side waits (--listen), the other calls (--call); which, does not matter. The other side runs pair fetch,
or pair send too. Only who has paired can connect: both ends show certificates made of the line's secret. The
papers could as well go by hand, as a file.

\b
Examples:
  wideberth pair send south.agreed north.papers --listen 192.0.2.7:7879
  wideberth pair send north.agreed south.papers --out north.papers --call north.example:7879

\b
Exit codes: 0 they keep the papers (and theirs are here, with --out), 2 bad input, 3 could not.
"""
FETCH_HELP = """\
Get the other party's papers over a network, check them, and with --papers hand over the own.

One side waits (--listen), the other calls (--call); which, does not matter. What is not good is not kept.

\b
Examples:
  wideberth pair fetch north.agreed --out north.papers --call north.example:7879
  wideberth pair fetch north.agreed --out north.papers --papers south.papers --call north.example:7879

\b
Exit codes: 0 they are here, 2 bad input or papers that cannot be trusted (nothing is written), 3 could not.
"""

Where = Annotated[
    str | None, typer.Option("--listen", metavar="ADDRESS:PORT", help="Wait here for the other side's call.")
]
Call = Annotated[
    str | None, typer.Option("--call", metavar="HOST[:PORT]", help="Call the other side, which waits there.")
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="FILE", help="The private pairing key; without it, AGREED.key."),
]


def send(
    agreed: AgreedFile,
    papers: Annotated[str, typer.Argument(metavar="PAPERS", help="The own papers.", show_default=False)],
    listen: Where = None,
    call: Call = None,
    output: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Also keep theirs, in this new file.")
    ] = None,
    key: Key = None,
    passphrase_file: asked.PassphraseFile = None,
    json: Json = False,
) -> None:
    """Hand over the own papers. `SEND_HELP` says the rest."""
    with stopping():
        _swap(agreed, papers, output, listen, call, key, passphrase_file, json=json)


def fetch(
    agreed: AgreedFile,
    output: asked.Out,
    listen: Where = None,
    call: Call = None,
    papers: Annotated[
        str | None, typer.Option("--papers", metavar="FILE", help="Also hand over these, the own papers.")
    ] = None,
    key: Key = None,
    passphrase_file: asked.PassphraseFile = None,
    json: Json = False,
) -> None:
    """Get the other party's papers. `FETCH_HELP` says the rest."""
    with stopping():
        _swap(agreed, papers, output, listen, call, key, passphrase_file, json=json)


def _swap(
    agreed: str,
    papers: str | None,
    output: str | None,
    listen: str | None,
    call: str | None,
    key: str | None,
    passphrase_file: str | None,
    *,
    json: bool,
) -> None:
    found = _agreed(agreed)
    mine = Mine(
        None if papers is None else _own(papers, found), None if output is None else _keeping(output, found)
    )
    if output is not None:
        pair_asked.free(Path(output))
    ends = _ends(found, key or f"{agreed}.key", passphrase_file)
    try:
        done = _exchanged(listen, call, ends, mine)
    except (WideberthError, typer.Exit):
        if output is not None and os.path.lexists(output):
            tell(f"Their papers have come all the same, are good, and are in {output}.")
        raise
    if output is not None and not done.got:
        raise Refused(
            "pair.not_kept",
            "they are reached, and hand nothing over"
            + (", but keep the own papers" if done.kept else "")
            + "; accepted: pair send on their side, at the same time",
        )
    if papers is not None and not done.kept:
        raise Refused(
            "pair.not_kept",
            "they are reached, and do not keep the own papers"
            + (f"; theirs are in {output}" if done.got else "")
            + "; accepted: pair fetch, or pair send with --out, on their side, which says why",
        )
    _say(agreed, papers, output, found, json=json)


def _say(agreed: str, papers: str | None, output: str | None, found: Agreed, *, json: bool) -> None:
    row = {
        "sent": papers,
        "file": output,
        "line": found.met.line.id,
        **shown.party(found.met.peer.identity),
    }
    following = ["They have the own papers, and keep them."] if papers is not None else []
    if output is not None:
        following.append("Their papers are here, and are good.")
    mine, theirs = papers or "MINE", output or "THEIRS"
    if papers is None or output is None:
        missing = "the own papers to them" if papers is None else "theirs"
        following.append(f"Missing: {missing}.")
    following.append(f"Then: wideberth pair finish {agreed} {mine} {theirs} --out THEIRS.line")
    shown.answer({"exchanged": row}, [row], following, json=json, schema=SCHEMA)


def _exchanged(listen: str | None, call: str | None, ends: Ends, mine: Mine) -> Done:
    if call is not None and listen is None:
        name = pair_asked.called(call, "--call")
        port = name.port or PORT
        return stoppable(lambda: pair_papers.call(name.host, port, ends, mine), STOPPED)
    if listen is None or call is not None:
        wanted = "one of --listen and --call: one side waits, the other calls"
        raise Invalid("pair.address", "", "neither" if listen is None else "both", wanted)
    with closing(pair_channel.bound(*pair_asked.listening(listen))) as listening:
        address, port = listening.getsockname()[:2]

        async def waiting() -> Done:
            tell(f"Waiting on {address} port {port} for their call, for a day at most. Ctrl-C ends it.")
            return await pair_papers.wait(listening, ends, mine)

        return stoppable(waiting, STOPPED)


STOPPED = "Stopped. If nothing was said to be kept, nothing was."


def _ends(agreed: Agreed, path: str, passphrase_file: str | None) -> Ends:
    """Both ends of the line, which are made of the line's secret."""
    met = agreed.met
    private = asked.seed(path, asked.key_file(path, keyfile.PAIRING), passphrase_file)
    own, peer = (ids.party(each.identity) for each in (met.mine, met.peer))
    return identity.ends(pairing.secret(met, private), met.line.id, own, peer)


def _agreed(path: str) -> Agreed:
    data = asked.read_paper(path)
    with asked.naming(path):
        return pairing_file.read_agreed(data)


def _own(path: str, agreed: Agreed) -> bytes:
    data = asked.read_paper(path)
    with asked.naming(path):
        _check(data, agreed, agreed.met.mine.identity)
    return data


def _keeping(path: str, agreed: Agreed) -> Callable[[bytes], None]:
    def keep(data: bytes) -> None:
        with asked.naming("their papers"):
            _check(data, agreed, agreed.met.peer.identity)
        keyfile.save([(Path(path), data, keyfile.PUBLIC_MODE)])

    return keep


def _check(data: bytes, agreed: Agreed, identity_of: bytes) -> None:
    """Papers for this line, signed by that identity. Raises: as both readers."""
    line = agreed.met.line
    pairing.read_papers(line, identity_of, pairing_file.read_papers(data, line.id))
