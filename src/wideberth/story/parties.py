"""Parties for an exercise: all keys of each made on the spot, its data directory and people, and the pairing.

Nothing in here outlives an exercise: the private half of every key lies beside the data, unsealed. In life an
identity stays offline, and nobody holds the keys of two officers.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import structs

from wideberth.formats import agreement_draft
from wideberth.ledger import approval, certificate, ids, keys
from wideberth.ledger.certificate import ED25519, Certificate
from wideberth.ledger.ids import KINDS, Line, Origin
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing import Hello
from wideberth.line.pairing_file import Agreed, Paired
from wideberth.model import agreement
from wideberth.node import directory
from wideberth.node import keys as node_keys
from wideberth.node.config import Config
from wideberth.store import accounts, keyfile
from wideberth.store.accounts import DAY
from wideberth.store.keyfile import Plain, Purpose

OFFICERS: Final = ("duty officer 1", "duty officer 2")
"""The roles of a party's officers, each with a key of its own."""
PEOPLE: Final = {"chief": ("admin", "officer"), "duty": ("officer", "planner"), "second": ("officer",)}
"""The accounts of each node, and what they may do."""
SETTINGS: Final = Config(api="127.0.0.1:0", line="127.0.0.1:0", exercise=True)
"""Of both nodes: on this machine only, on ports that the system chooses."""
MARK: Final = "EXERCISE"
"""Stands in the name of whatever is made for an exercise."""
README: Final = """\
EXERCISE. Made by `wideberth demo`: two parties that do not exist, with all their keys, unsealed.
Nothing in here may be used for anything else; delete it when you have seen it.
"""


def settings(name: str) -> Config:
    """Of the node of a party: as of both, and its name, so that nobody takes its console for the other's."""
    return structs.replace(SETTINGS, name=name)


class Party(NamedTuple):
    """A party, and all that is secret of it.

    Attributes:
        name: what the other party calls it.
        data: the data directory of its node; `journal` (32 bytes) opens the journal in it.
        identity, officers, pairing: seeds, 32 bytes each.
        chance: 32 random bytes for the pairing.
        tokens: of its people, by account. `word` ends the password of each.
    """

    name: str
    data: Path
    journal: bytes
    identity: bytes
    officers: tuple[bytes, ...]
    pairing: bytes
    chance: bytes
    tokens: dict[str, str]
    word: str

    def password(self, name: str) -> str:
        """Of an account, for the console."""
        return f"{name}-{self.word}"

    @property
    def key(self) -> bytes:
        """Its public identity key."""
        return keys.public(self.identity)

    @property
    def id(self) -> str:
        """Its name among parties."""
        return ids.party(self.key)

    @property
    def hello(self) -> Hello:
        """What it shows for the pairing."""
        return pairing.hello(self.key, self.pairing, self.chance)


def make(folder: Path, name: str, now: int) -> Party:
    """A party with its files in a folder: keys, a data directory, and people who have tokens for a day.

    Raises: Refused (`node.exists`, `key.exists`), OSError.
    """
    drawn = [secrets.token_bytes(keys.KEY) for _ in range(5 + len(OFFICERS))]
    journal, identity, private, chance, word, *officers = drawn
    chance = pairing.marked(chance, exercise=True)
    files: list[tuple[str, Purpose, bytes]] = [("identity", "identity", identity)]
    files += [(f"officer-{n + 1}", "officer", seed) for n, seed in enumerate(officers)]
    found: list[tuple[Path, bytes, int]] = []
    for what, purpose, seed in files:
        half = keyfile.public(purpose, seed)
        path = folder / f"{name.lower()}-{what}.{MARK}.key"
        found.append((path, keyfile.write(Plain(half, seed)), keyfile.MODE))
        found.append((path.with_name(f"{path.name}.pub"), f"{half.text}\n".encode(), keyfile.PUBLIC_MODE))
    found.append((key_file(folder, name), f"{ids.base32(journal)}\n".encode(), keyfile.MODE))
    keyfile.save(found)
    data = folder / name.lower()
    directory.make(data, keyfile.public("identity", identity), journal, None, settings(name))
    said = ids.base32(word)[:20]
    tokens = _people(data, said, now)
    return Party(name, data, journal, identity, tuple(officers), private, chance, tokens, said)


def key_file(folder: Path, name: str) -> Path:
    """Where the key of a party's journal lies."""
    return folder / f"{name.lower()}-journal.{MARK}.key"


def pair(one: Party, other: Party) -> tuple[str, bytes, bytes]:
    """The line that two parties begin by file, and the line file of each (pairing_file.write_paired)."""
    met = pairing.meet(one.hello, other.hello, "file")
    papers = {each.name: _papers(met.line, each) for each in (one, other)}
    made = [
        pairing_file.write_paired(
            Paired(
                Agreed(pairing.meet(mine.hello, peer.hello, "file"), "file", peer.name),
                papers[mine.name],
                papers[peer.name],
            )
        )
        for mine, peer in ((one, other), (other, one))
    ]
    return met.line.id, made[0], made[1]


def terms(parties: tuple[Party, Party], title: str, changed: dict[str, str]) -> tuple[bytes, bytes]:
    """The number of a new agreement, and its text: a draft with some of its lines changed.

    Args:
        parties: who agree.
        title: what it is called.
        changed: pieces of the draft, and what stands there instead.

    Raises: ValueError where the draft has no such piece; as agreement_draft.draft.
    """
    number = secrets.token_bytes(approval.AGREEMENT_ID)
    named = [agreement.Party(each.id, each.name) for each in parties]
    text = agreement_draft.draft(number, title, named).decode()
    for before, after in changed.items():
        if before not in text:
            raise ValueError(f"a draft without {before!r}")
        text = text.replace(before, after)
    return number, text.encode()


def approvals(party: Party, number: bytes, data: bytes) -> list[str]:
    """The signatures of a party's officers over terms, as signed notes."""
    subject = approval.agreement(number, data)
    return [approval.write(approval.sign(subject, seed)).decode() for seed in party.officers]


def _people(data: Path, word: str, now: int) -> dict[str, str]:
    """Accounts whose passwords end in `word`, and a token of each."""
    with accounts.open(data / directory.ACCOUNTS) as found:
        first, *others = PEOPLE
        found.begin(first, f"{first}-{word}", now)
        found.set_roles(first, PEOPLE[first])
        for name in others:
            found.add(name, f"{name}-{word}", PEOPLE[name], now)
        return {name: found.new_token(name, "demo", DAY, now) for name in PEOPLE}


def _papers(line: Line, party: Party) -> tuple[bytes, ...]:
    """What its identity certifies for a line: the keys of its node, and its officers."""
    halves = node_keys.publics(party.data / directory.KEYS)
    found = [
        Certificate(halves[purpose].key, purpose, origin, 0)
        for purpose, origin in pairing.needed(line, party.id)
    ]
    for seed, role in zip(party.officers, OFFICERS, strict=True):
        for kind in KINDS:
            origin = Origin(line.id, party.id, kind, 0)
            found.append(Certificate(keys.public(seed), "officer", origin, 0, ED25519, role))
    return tuple(certificate.sign(each, party.identity) for each in found)
