"""`wideberth key certify`, `key revoke` and `key rotate`: what the identity key says about other keys."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_new
from wideberth.cli import key_shown as shown
from wideberth.cli.say import stopping
from wideberth.errors import Invalid
from wideberth.ledger import certificate, ids, keys
from wideberth.ledger.certificate import Certificate, Paper, Revocation
from wideberth.ledger.ids import Origin
from wideberth.store import keyfile
from wideberth.store.keyfile import Public

Certified = Literal["log", "cosign", "seal", "officer"]

CERTIFY_HELP = """\
Certify a key: from entry N of a feed on, it may sign for its purpose.

The feed is the party's own, and for a key that cosigns the other party's. LINE/main/0 stands for the party's
own feed wideberth/LINE/PARTY/main/0. The paper that is written is signed by the identity, and may go to the
other party by any channel.

\b
Examples:
  wideberth key certify --identity north.key --key log.key.pub --feed LINE/main/0 --from 0 --out log.cert
  wideberth key certify --identity north.key --key officer-2.key.pub --role "duty officer 2" \\
    --feed LINE/main/0 --from 120 --out officer-2.cert

\b
Exit codes: 0 done, 2 bad input (nothing is signed or written), 3 could not.
"""
REVOKE_HELP = """\
Revoke a key: from an entry of each feed on, what it signs no longer counts.

What it signed before stands. From there on, what restricts stays in force, and what permits is void until it
is reaffirmed. In a feed that no --from names, the key no longer counts from the first entry.

\b
Examples:
  wideberth key revoke --identity north.key --key officer-2.key.pub --from LINE/main/0=241 \\
    --from LINE/urgent/0=17 --out officer-2.revoked

\b
Exit codes: 0 done, 2 bad input (nothing is signed or written), 3 could not.
"""
ROTATE_HELP = """\
Replace a key in one step: a new one, its certificates from entry N of each feed on, and the revocation of the
old one from the same entries on.

Name every feed that the old key is certified for: in a feed that no --from names, all that it signed is
disputed.

\b
Examples:
  wideberth key rotate --identity north.key --old log.key.pub --from LINE/main/0=120 \\
    --from LINE/urgent/0=9 --out log-2.key

\b
Exit codes: 0 done, 2 bad input (nothing is signed or written), 3 could not.
"""

TRUSTED = "Until they hold it they go on trusting the key: send it now, by any channel, and say so by voice."
DISPUTED = (
    "What the key has permitted from there on (accept, lift, consent, checked) is void until reaffirmed."
)


def certify(
    identity: asked.IdentityFile,
    key: Annotated[
        str,
        typer.Option(
            "--key", metavar="FILE|PUB", help="A key file, its public half, or its line.", show_default=False
        ),
    ],
    feed: Annotated[
        str, typer.Option("--feed", metavar="FEED", help="The feed it signs about.", show_default=False)
    ],
    from_n: Annotated[
        int, typer.Option("--from", metavar="N", min=0, help="The first entry.", show_default=False)
    ],
    output: asked.Out,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", metavar="P", help="Its purpose, to be sure: it must be the key's own."),
    ] = None,
    role: asked.Role = None,
    passphrase_file: asked.PassphraseFile = None,
    yes: asked.Yes = False,
    json: asked.Json = False,
) -> None:
    """Certify a key. `CERTIFY_HELP` says the rest."""
    with stopping():
        owner = asked.key_file(identity, "identity")
        half = asked.half(key, *certificate.PURPOSES)
        if purpose not in (None, half.purpose):
            raise Invalid("key.purpose", "--purpose", purpose, f"{half.purpose}, which the key is for")
        origin = asked.feed(feed, "--feed", ids.party(owner.public.key))
        paper = _certificate(half, origin, from_n, role)
        _confirm([paper], owner, yes=yes)
        (row,) = _save({output: paper}, owner, asked.seed(identity, owner, passphrase_file))
        shown.answer({"papers": [row]}, [row], _certified(output, [paper]), json=json)


def revoke(
    identity: asked.IdentityFile,
    key: Annotated[
        str,
        typer.Option(
            "--key", metavar="FILE|PUB", help="A key file, its public half, or its line.", show_default=False
        ),
    ],
    output: asked.Out,
    first: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="FEED=N", help="Entry N of the feed is the first that no longer counts."
        ),
    ] = None,
    passphrase_file: asked.PassphraseFile = None,
    yes: asked.Yes = False,
    json: asked.Json = False,
) -> None:
    """Revoke a key. `REVOKE_HELP` says the rest."""
    with stopping():
        owner = asked.key_file(identity, "identity")
        half = asked.half(key, *certificate.PURPOSES)
        paper = _revocation(
            half, asked.entries(first or [], "--from", ids.party(owner.public.key)), owner.public
        )
        _confirm([paper], owner, yes=yes)
        (row,) = _save({output: paper}, owner, asked.seed(identity, owner, passphrase_file))
        shown.answer({"papers": [row]}, [row], _revoked(output, paper), json=json)


def rotate(
    identity: asked.IdentityFile,
    old: Annotated[
        str,
        typer.Option(
            "--old", metavar="FILE|PUB", help="The old key, its public half, or its line.", show_default=False
        ),
    ],
    from_n: Annotated[
        list[str],
        typer.Option(
            "--from", metavar="FEED=N", help="The first entry of the new key, each feed.", show_default=False
        ),
    ],
    output: asked.Out,
    role: asked.Role = None,
    passphrase_file: asked.PassphraseFile = None,
    new_passphrase_file: Annotated[
        str | None,
        typer.Option("--new-passphrase-file", metavar="FILE", help="The same for the new key."),
    ] = None,
    no_passphrase: asked.NoPassphrase = False,
    yes: asked.Yes = False,
    json: asked.Json = False,
) -> None:
    """Replace a key. `ROTATE_HELP` says the rest."""
    with stopping():
        owner = asked.key_file(identity, "identity")
        before = asked.half(old, *certificate.PURPOSES)
        by_feed = asked.entries(from_n, "--from", ids.party(owner.public.key))
        seed = os.urandom(keys.KEY)
        half = keyfile.public(before.purpose, seed, keyfile.suite(before))
        certified: dict[str, Paper] = {
            f"{output}.cert{number}": _certificate(half, origin, n, role)
            for number, (origin, n) in zip(_numbers(len(by_feed)), by_feed.items(), strict=True)
        }
        revoked = _revocation(before, by_feed, owner.public)
        papers = {**certified, f"{output}.old-revoked": revoked}
        _confirm(papers.values(), owner, yes=yes)
        identity_seed = asked.seed(identity, owner, passphrase_file)
        made = asked.new_file(half, seed, new_passphrase_file, plain=no_passphrase)
        rows = _save(papers, owner, identity_seed, key_new.new_files(output, made))
        row = shown.key(output, half, shown.private(made))
        following = [
            *_certified(", ".join(certified), certified.values()),
            *_revoked(f"{output}.old-revoked", revoked),
            "Use the new key from these entries on; destroy the old one once the other party has the papers.",
        ]
        shown.answer({"keys": [row], "papers": rows}, [row, *rows], following, json=json)


def _certificate(half: Public, origin: Origin, from_n: int, role: str | None) -> Certificate:
    officer = half.purpose == "officer"
    if officer is (role is None):
        raise Invalid("key.role", "--role", role or "none", "a role for an officer's key, and for no other")
    purpose = cast("Certified", half.purpose)
    kind = certificate.ED25519 if officer else None
    return Certificate(half.key, purpose, origin, from_n, kind, role)


def _revocation(half: Public, last_n: Mapping[Origin, int], owner: Public) -> Revocation:
    """Feeds that the key cannot be about are refused: the right ones would be left out."""
    party = ids.party(owner.key)
    for origin in last_n:
        if (origin.party == party) is (half.purpose == "cosign"):
            wanted = "a feed of the other party" if half.purpose == "cosign" else "a feed of the party's own"
            raise Invalid("key.entry", "feed", origin.text, f"{wanted}, which {half.purpose} keys are about")
    return Revocation(half.key, dict(last_n))


def _confirm(papers: Iterable[Paper], owner: keyfile.KeyFile, *, yes: bool) -> None:
    texts = [certificate.text(paper) for paper in papers]
    for text in texts:
        certificate.read_text(text, owner.public.key)
    asked.confirm("\n".join(texts), owner.public.key, yes=yes)


def _save(
    papers: Mapping[str, Paper],
    owner: keyfile.KeyFile,
    seed: bytes,
    files: Iterable[tuple[Path, bytes, int]] = (),
) -> list[shown.Row]:
    """Sign, and write all papers and files, or none."""
    signed = [
        (Path(file), certificate.sign(paper, seed), keyfile.PUBLIC_MODE) for file, paper in papers.items()
    ]
    keyfile.save([*files, *signed])
    return [shown.paper(file, paper, owner.public.key) for file, paper in papers.items()]


def _certified(files: str, papers: Iterable[Paper]) -> list[str]:
    begins = [
        f"Certified from entry {each.from_n} of {each.origin.kind}/{each.origin.epoch} on."
        for each in papers
        if isinstance(each, Certificate)
    ]
    return [*begins, f"Send {files} to the other party before that: what it has not heard of does not count."]


def _revoked(file: str, paper: Revocation) -> list[str]:
    ends = [f"Revoked from entry {n} of {each.kind}/{each.epoch} on." for each, n in paper.last_n.items()]
    rest = "In every other feed it no longer counts from the first entry on."
    return [*ends, rest, DISPUTED, f"Send {file} to the other party. {TRUSTED}"]


def _numbers(count: int) -> list[str]:
    return [""] if count == 1 else [f"-{number}" for number in range(1, count + 1)]
