"""`wideberth pair offer` and `pair accept`: two offers are exchanged, and compared by voice."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.say import exercise, stopping, tell
from wideberth.errors import Refused
from wideberth.ledger import ids, quints
from wideberth.ledger.ids import HASH
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing import Hello, Met, Way
from wideberth.line.pairing_file import Agreed
from wideberth.render.mark import MARK
from wideberth.store import keyfile

SCHEMA = "wideberth.pair/1"
OFFER_HELP = """\
Make an offer, the first step of a pairing: a file for the other party, and FILE.key, which stays here.

An offer is for one pairing with one party. It is no secret, and may go by any channel. FILE.key is a secret:
who has it and the offers can make the line's secret.

\b
Examples:
  wideberth pair offer --identity north.key.pub --out north.offer

\b
Exit codes: 0 done, 2 bad input (nothing is written), 3 could not.
"""
ACCEPT_HELP = """\
Compare both offers, by voice, with the other party: sixteen words, eight read by each.

Speak with a person whom you know, over a channel that the files did not take. Whoever stood between the
files cannot make the words the same. If one word differs, say no, and make new offers: these are used up.

\b
Examples:
  wideberth pair accept north.offer south.offer --label South --out south.agreed

\b
Exit codes: 0 done, 2 bad input or no yes (nothing is written), 3 could not.
"""

Exercise = Annotated[
    bool, typer.Option("--exercise", help="For an exercise: the line is one for nodes of exercises only.")
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def offer(
    identity: Annotated[
        str,
        typer.Option(
            "--identity",
            metavar="PUB",
            help="The public half of the party's identity: a file, or its line.",
            show_default=False,
        ),
    ],
    output: asked.Out,
    passphrase_file: asked.PassphraseFile = None,
    no_passphrase: asked.NoPassphrase = False,
    for_exercise: Exercise = False,
    json: Json = False,
) -> None:
    """Make an offer. `OFFER_HELP` says the rest."""
    with stopping():
        owner = asked.half(identity, "identity")
        private = os.urandom(HASH)
        made = pairing.hello(owner.key, private, chance(for_exercise=for_exercise))
        if made.exercise:
            exercise()
        half = keyfile.public(keyfile.PAIRING, private)
        key = asked.new_file(half, private, passphrase_file, plain=no_passphrase)
        keyfile.save(
            [
                (Path(output), pairing_file.write_offer(made), keyfile.PUBLIC_MODE),
                (Path(f"{output}.key"), keyfile.write(key), keyfile.MODE),
            ]
        )
        row = {"offer": output, "key": f"{output}.key", **shown.party(owner.key)}
        following = [
            f"Hand {output} to the other party, by any channel, and get theirs.",
            f"Keep {output}.key here, and show it to nobody: the line's secret is made with it.",
            f"Then, with them on the telephone: wideberth pair accept {output} THEIRS --out THEIRS.agreed",
        ]
        shown.answer({"offer": row}, [row], following, json=json, schema=SCHEMA)


def accept(
    mine: Annotated[str, typer.Argument(metavar="MINE", help="The own offer.", show_default=False)],
    theirs: Annotated[
        str, typer.Argument(metavar="THEIRS", help="The other party's offer.", show_default=False)
    ],
    output: asked.Out,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="FILE", help="The key of the own offer; without it, MINE.key."),
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="TEXT", help="What you call the other party.")
    ] = None,
    passphrase_file: asked.PassphraseFile = None,
    json: Json = False,
) -> None:
    """Compare both offers. `ACCEPT_HELP` says the rest."""
    with stopping():
        own, peer = _offer(mine), _offer(theirs)
        met = pairing.meet(own, peer, "file")
        data = pairing_file.write_agreed(Agreed(met, "file", label))
        path = key or f"{mine}.key"
        held = asked.key_file(path, keyfile.PAIRING)
        pairing.secret(met, asked.seed(path, held, passphrase_file))
        _compare(met)
        keyfile.save([(Path(output), data, keyfile.MODE)])
        row = {"file": output, "line": met.line.id, "label": label, **shown.party(peer.identity)}
        following = [
            f"Carry {output} to the machine with the identity: wideberth pair certify {output} …",
            f"{path} stays here.",
        ]
        shown.answer({"agreed": row}, [row], following, json=json, schema=SCHEMA)


def chance(*, for_exercise: bool) -> bytes:
    """32 random bytes for an offer."""
    return pairing.marked(os.urandom(HASH), exercise=for_exercise)


def tell_words(met: Met, way: Way = "file") -> None:
    """Who both are, and what both compare, on standard error."""
    if met.line.exercise:
        exercise()
        tell(MARK)
    readers = ("you", "they") if met.line.rank(ids.party(met.mine.identity)) == 0 else ("they", "you")
    tell(f"this party   {quints.identity(met.mine.identity)}")
    tell(f"other party  {quints.identity(met.peer.identity)}\n")
    if way == "online":
        tell(f"digits       {met.digits}")
        return
    for row, reader in zip(met.words, readers, strict=True):
        tell(f"{reader:4} read    {row}")


def _offer(path: str) -> Hello:
    data = asked.read_paper(path)
    with asked.naming(path):
        return pairing_file.read_offer(data)


def _compare(met: Met) -> None:
    """Show the words, and wait for a yes. Raises: Refused (`pair.not_confirmed`)."""
    tell_words(met)
    tell("\nCompare all sixteen words by voice. They are the same on both sides, or somebody stands between.")
    typer.echo("Are they the same, and is it the person whom you mean? [y/N] ", nl=False, err=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused(
            "pair.not_confirmed",
            "nothing was written; accepted: y. If a word differs, both make new offers,"
            " and hand them over by another channel",
        )
