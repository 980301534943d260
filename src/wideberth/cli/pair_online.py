"""`wideberth pair open` and `pair call`: two officers compare twelve digits, over a network."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli import pair_asked
from wideberth.cli.pair_asked import Typed, free, stoppable
from wideberth.cli.pair_offer import SCHEMA, Exercise, Json, chance, tell_words
from wideberth.cli.say import stopping, tell
from wideberth.errors import WideberthError
from wideberth.ledger.ids import HASH
from wideberth.line import pairing, pairing_code, pairing_file
from wideberth.line.pairing import Met
from wideberth.line.pairing_code import NAMEPLATE, Code
from wideberth.line.pairing_file import Agreed
from wideberth.line.pairing_step import Mine
from wideberth.links import pair, pair_channel
from wideberth.store import folders, keyfile

OPEN_HELP = """\
Pair over a network: show a code for the other party, wait for their call, and compare twelve digits by voice.

Tell them the code by any channel: it only says where this machine waits, and is no secret. It is good for one
call, for an hour. Needs no node; a node that runs holds port 7879, so take another beside it, and the code
carries it. OUT.key, which is made too, stays here and is a secret.

\b
Examples:
  wideberth pair open --identity north.key.pub --host north.example --label South --out south.agreed
  wideberth pair open --identity north.key.pub --listen 192.0.2.7:7880 --out south.agreed

\b
Exit codes: 0 done, 2 bad input or no yes, 3 could not; with 2 and 3 nothing is written.
"""
CALL_HELP = """\
Pair over a network: call the other party by the code that they show, and compare twelve digits by voice.

OUT.key, which is made too, stays here and is a secret.

\b
Examples:
  wideberth pair call lusab-babad-gutih@north.example:7879 --identity south.key.pub --label North \\
    --out north.agreed

\b
Exit codes: 0 done, 2 bad input or no yes, 3 could not; with 2 and 3 nothing is written.
"""
QUESTION = "Are they the same, and is it the person whom you mean? (yes or no) "
AGAIN = "Nothing was written. The next attempt needs a new code, from wideberth pair open."
OTHER_WAY = (
    "If the digits differed, somebody may stand between: use another network, or pair by file"
    " (wideberth pair offer)."
)
_NO_FAULT = (
    "key.exists",
    "pair.lost",
    "pair.not_waiting",
    "pair.same_identity",
    "pair.time_out",
    "pair.unreachable",
)
"""Ends that do not make one think of somebody between."""

Identity = Annotated[
    str,
    typer.Option(
        "--identity",
        metavar="PUB",
        help="The public half of the party's identity: a file, or its line.",
        show_default=False,
    ),
]
Label = Annotated[str | None, typer.Option("--label", metavar="TEXT", help="What you call the other party.")]


def open_(
    identity: Identity,
    output: asked.Out,
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="NAME[:PORT]",
            help="By which name or address they reach this machine; without it, that of --listen.",
        ),
    ] = None,
    listen: pair_asked.Listen = pair_asked.EVERYWHERE,
    label: Label = None,
    passphrase_file: asked.PassphraseFile = None,
    no_passphrase: asked.NoPassphrase = False,
    for_exercise: Exercise = False,
    json: Json = False,
) -> None:
    """Wait for a call, and pair. `OPEN_HELP` says the rest."""
    with _advising(), stopping():
        address, port = pair_asked.listening(listen)
        name = pair_asked.reached(host, address)
        begun = _begun(identity, output, label, passphrase_file, no_passphrase, for_exercise=for_exercise)
        with closing(pair_channel.bound(address, port)) as listening:
            used: int = listening.getsockname()[1]
            code = pairing_code.make(os.urandom(NAMEPLATE), name.host, name.port or used)

            async def waiting(officer: pair.Officer) -> Met:
                _show_code(code, f"{address} port {used}")
                return await pair.answer(listening, code.nameplate, begun.mine, officer, _somebody)

            _pair(begun, waiting, json=json)


def call(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that they show.", show_default=False)],
    identity: Identity,
    output: asked.Out,
    label: Label = None,
    passphrase_file: asked.PassphraseFile = None,
    no_passphrase: asked.NoPassphrase = False,
    for_exercise: Exercise = False,
    json: Json = False,
) -> None:
    """Call, and pair. `CALL_HELP` says the rest."""
    with _advising(), stopping():
        told = pairing_code.read(code)
        begun = _begun(identity, output, label, passphrase_file, no_passphrase, for_exercise=for_exercise)
        tell(f"Calling {told.address}.")
        _pair(begun, lambda officer: pair.call(told, begun.mine, officer), json=json)


class _Begun(NamedTuple):
    """One attempt: what this side shows, and what is written when it succeeds."""

    mine: Mine
    key: keyfile.KeyFile
    label: str | None
    output: Path

    @property
    def key_file(self) -> Path:
        return Path(f"{self.output}.key")

    @property
    def part(self) -> Path:
        """The agreed file between the own yes and theirs."""
        return Path(f"{self.output}.part")

    def write(self, met: Met) -> None:
        """All that is written, durable before the yes goes out; under a name that nobody takes for done."""
        agreed = pairing_file.write_agreed(Agreed(met, "online", self.label))
        keyfile.save(
            [
                (self.part, agreed, keyfile.MODE),
                (self.key_file, keyfile.write(self.key), keyfile.MODE),
            ]
        )

    def finish(self) -> None:
        free(self.output)
        self.part.rename(self.output)
        folders.sync(self.output.parent)

    def undo(self) -> None:
        self.part.unlink(missing_ok=True)
        self.key_file.unlink(missing_ok=True)


def _begun(
    identity: str,
    output: str,
    label: str | None,
    passphrase_file: str | None,
    plain: bool,
    *,
    for_exercise: bool,
) -> _Begun:
    """Everything that can fail here fails before anybody is called, and that includes a passphrase."""
    pairing.check_label(label)
    owner = asked.half(identity, "identity")
    private = os.urandom(HASH)
    mine = Mine(pairing.hello(owner.key, private, chance(for_exercise=for_exercise)), private)
    free(Path(output), Path(f"{output}.key"), Path(f"{output}.part"))
    key = asked.new_file(keyfile.public(keyfile.PAIRING, private), private, passphrase_file, plain=plain)
    return _Begun(mine, key, label, Path(output))


def _pair(begun: _Begun, way: Callable[[pair.Officer], Coroutine[Any, Any, Met]], *, json: bool) -> None:
    """Pair in one of both ways, and say what came of it."""
    typed, wrote = Typed(), False

    async def officer(met: Met) -> bool:
        nonlocal wrote
        tell("")
        tell_words(met, "online")
        tell("\nCompare the twelve digits by voice, with a person whom you know, on another channel.")
        tell("They are the same on both sides, or somebody stands between.")
        if not await typed.yes(QUESTION):
            return False
        begun.write(met)
        wrote = True
        tell("You said yes. Waiting for the other officer.")
        return True

    try:
        met = stoppable(lambda: way(officer), "Stopped. The other side is told no, and nothing was written.")
        begun.finish()
    except BaseException:
        if wrote:
            begun.undo()
        raise
    row = {
        "file": str(begun.output),
        "key": str(begun.key_file),
        "line": met.line.id,
        "label": begun.label,
        **shown.party(met.peer.identity),
    }
    following = [
        "Both officers said yes.",
        f"Carry {begun.output} to the machine with the identity: wideberth pair certify {begun.output} …",
        f"Then exchange papers: wideberth pair send {begun.output} MINE.papers …, or by hand.",
        f"{begun.key_file} stays here, and is shown to nobody: the line's secret is made with it.",
    ]
    shown.answer({"agreed": row}, [row], following, json=json, schema=SCHEMA)


def _somebody() -> None:
    tell("Somebody calls with this code.")


def _show_code(code: Code, where: str) -> None:
    tell(f"The code, for the other party:\n\n    {code.text}\n")
    tell(f"They type: wideberth pair call {code.text} --identity THEIRS.key.pub --out YOURS.agreed")
    tell(f"Waiting on {where} for one call, for an hour at most. Ctrl-C ends it.")


@contextmanager
def _advising() -> Iterator[None]:
    """After an error of an attempt: what to do now."""
    try:
        yield
    except typer.Exit as end:
        error = end.__cause__
        if isinstance(error, WideberthError) and error.code.startswith("pair.") and error.code not in _EARLY:
            tell(AGAIN if error.code in _NO_FAULT else f"{AGAIN}\n{OTHER_WAY}")
        raise


_EARLY = ("pair.address", "pair.code", "pair.code_check", "pair.host", "pair.label", "pair.listen")
"""Before an attempt began."""
