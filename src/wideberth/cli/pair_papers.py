"""`wideberth pair certify` and `pair finish`: the keys with which a line begins, on both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.pair_offer import SCHEMA, Json, tell_words
from wideberth.cli.say import exercise, stopping, tell
from wideberth.errors import Invalid, Refused
from wideberth.ledger import certificate, ids, quints
from wideberth.ledger.certificate import ED25519, Certificate, Purpose
from wideberth.ledger.ids import KINDS, Line, Origin
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing_file import Agreed, Paired
from wideberth.node import directory
from wideberth.node import keys as node_keys
from wideberth.store import keyfile

CERTIFY_HELP = """\
Certify the own keys for a line, the third step of a pairing: one file of papers for the other party.

The identity signs them, and needs no network. They are what proves to the other party that the identity is
yours: each names the very line that both have compared. The words or digits are shown again: they must be the
ones that were compared.

\b
Examples:
  wideberth pair certify south.agreed --identity north.key --data north --out north.papers
  wideberth pair certify south.agreed --identity north.key --log log.key.pub --cosign cosign.key.pub \\
    --seal seal.key.pub --officer "duty officer 1=officer-1.key.pub" --out north.papers

\b
Exit codes: 0 done, 2 bad input (nothing is signed or written), 3 could not.
"""
FINISH_HELP = """\
Check the papers of both parties, the last step of a pairing, and write what a node takes up as the line.

\b
Examples:
  wideberth pair finish south.agreed north.papers south.papers --out south.line

\b
Exit codes: 0 done, 2 bad input or papers that cannot be trusted (nothing is written), 3 could not.
"""

AgreedFile = Annotated[
    str,
    typer.Argument(metavar="AGREED", help="What `pair accept`, `open` or `call` wrote.", show_default=False),
]


def certify(
    agreed: AgreedFile,
    identity: asked.IdentityFile,
    output: asked.Out,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="DIR", help="The keys of this node: the newest .pub files of DIR/keys."
        ),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", metavar="PUB", help="The key that signs own feeds.")
    ] = None,
    cosign: Annotated[
        str | None, typer.Option("--cosign", metavar="PUB", help="The key that cosigns theirs.")
    ] = None,
    seal: Annotated[
        str | None, typer.Option("--seal", metavar="PUB", help="The key that they seal to.")
    ] = None,
    officer: Annotated[
        list[str] | None,
        typer.Option("--officer", metavar="ROLE=PUB", help='An officer: "duty officer 2=officer-2.key.pub".'),
    ] = None,
    passphrase_file: asked.PassphraseFile = None,
    yes: asked.Yes = False,
    json: Json = False,
) -> None:
    """Certify the own keys for a line. `CERTIFY_HELP` says the rest."""
    with stopping():
        found = _agreed(agreed)
        met, online = found.met, found.way == "online"
        owner = asked.key_file(identity, "identity")
        if owner.public.key != met.mine.identity:
            wanted = f"the identity that made the offer: {quints.identity(met.mine.identity)}"
            raise Invalid("pair.other_identity", identity, quints.identity(owner.public.key), wanted)
        party = ids.party(met.mine.identity)
        halves = _halves(data, {"log": log, "cosign": cosign, "seal": seal})
        papers = [
            Certificate(halves[purpose], purpose, origin, 0)
            for purpose, origin in pairing.needed(met.line, party)
        ]
        papers += [paper for each in officer or [] for paper in _officers(each, met.line, party)]
        for text in map(certificate.text, papers):
            certificate.read_text(text, met.mine.identity)
        # the file was carried here: what was compared is seen again before anything is signed
        tell_words(met, found.way)
        tell("")
        asked.confirm("\n".join(map(certificate.text, papers)), met.mine.identity, yes=yes)
        seed = asked.seed(identity, owner, passphrase_file)
        notes = [certificate.sign(each, seed) for each in papers]
        pairing.read_papers(met.line, met.mine.identity, notes)
        papers_file = pairing_file.write_papers(met.line.id, notes)
        keyfile.save([(Path(output), papers_file, keyfile.PUBLIC_MODE)])
        row = {"file": output, "line": met.line.id, "papers": len(notes), **shown.party(met.mine.identity)}
        following = [
            f"Hand {output} to the other party, by any channel, and get theirs"
            + (f" (over the network: wideberth pair send {agreed} {output} …)." if online else "."),
            f"Then: wideberth pair finish {agreed} {output} THEIRS --out THEIRS.line",
        ]
        shown.answer({"papers": row}, [row], following, json=json, schema=SCHEMA)


def finish(
    agreed: AgreedFile,
    mine: Annotated[str, typer.Argument(metavar="MINE", help="The own papers.", show_default=False)],
    theirs: Annotated[
        str, typer.Argument(metavar="THEIRS", help="The other party's papers.", show_default=False)
    ],
    output: asked.Out,
    json: Json = False,
) -> None:
    """Check the papers of both parties. `FINISH_HELP` says the rest."""
    with stopping():
        found = _agreed(agreed)
        met = found.met
        own = _papers(mine, met.line, met.mine.identity)
        peers = _papers(theirs, met.line, met.peer.identity)
        keyfile.save([(Path(output), pairing_file.write_paired(Paired(found, own, peers)), keyfile.MODE)])
        row = {
            "file": output,
            "line": met.line.id,
            "label": found.label,
            "papers": len(own) + len(peers),
            **shown.party(met.peer.identity),
        }
        key = f"{agreed}.key" if found.way == "online" else "the .key file of the own offer"
        following = [
            "The papers of both are good: the line is complete.",
            f"Give {output} and {key} to the node, and to nobody else.",
        ]
        shown.answer({"line": row}, [row], following, json=json, schema=SCHEMA)


def _agreed(path: str) -> Agreed:
    data = asked.read_paper(path)
    with asked.naming(path):
        found = pairing_file.read_agreed(data)
    if found.met.line.exercise:
        exercise()
    return found


def _papers(path: str, line: Line, identity: bytes) -> tuple[bytes, ...]:
    """The papers in a file, once they are verified."""
    data = asked.read_paper(path)
    with asked.naming(path):
        notes = pairing_file.read_papers(data, line.id)
        pairing.read_papers(line, identity, notes)
        return notes


def _halves(data: str | None, files: dict[keyfile.Purpose, str | None]) -> dict[str, bytes]:
    """What is to be certified: the keys that were named, else the node's. Raises: Refused (`key.needed`)."""
    found = {} if data is None else node_keys.publics(Path(data) / directory.KEYS)
    found |= {purpose: asked.half(file, purpose) for purpose, file in files.items() if file is not None}
    for purpose in files:
        if purpose not in found:
            raise Refused(
                "key.needed", f"no {purpose} key; accepted: --{purpose} PUB, or --data DIR with one"
            )
    return {purpose: half.key for purpose, half in found.items()}


def _officers(text: str, line: Line, party: str) -> list[Certificate]:
    """An officer's certificates for both feeds of its party. Raises: Invalid (`key.role`)."""
    role, equals, file = text.partition("=")
    if not equals:
        raise Invalid("key.role", "--officer", text, 'ROLE=PUB, as in "duty officer 2=officer-2.key.pub"')
    key = asked.half(file, "officer").key
    purpose: Purpose = "officer"
    return [Certificate(key, purpose, Origin(line.id, party, kind, 0), 0, ED25519, role) for kind in KINDS]
