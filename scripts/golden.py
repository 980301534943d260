"""Golden vectors of the record's formats: tests/ledger/golden.json, from fixed seeds, the same every time.

    python -m scripts.golden            write the file
    python -m scripts.golden --check    the file is what this package makes, and what a second, minimal
                                        implementation (scripts/golden_again.py: hashlib and libsodium) makes

The formats are fixed for ever: where the file would change, the code is wrong, or it is a new version of a
format.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from scripts import golden_again, golden_types
from wideberth.ledger import approval, certificate, feed, ids, keys, merkle, note, order, quints, seal
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.feed import Head, Written
from wideberth.ledger.ids import Line, Origin

FILE = Path(__file__).parent.parent / "tests" / "ledger" / "golden.json"
LEAVES = 20
LONG = "Каховка — كاخوفكا — קחובקה 😀"


def seed(name: str) -> str:
    """32 bytes in hex that anybody can make again."""
    return hashlib.sha256(f"wideberth golden {name}".encode()).hexdigest()


def inputs() -> dict[str, Any]:
    """All that the vectors are made from."""
    north, south = "north", "south"
    terms = seed("terms")

    def said(
        party: str, kind: str, folded: list[list[Any]], value: dict[str, Any], at_ms: int
    ) -> dict[str, Any]:
        salt = seed(f"salt {party} {kind} {at_ms}")[:32]
        return {
            "agreement": terms if kind == "main" else None,
            "at_ms": at_ms,
            "body": value,
            "epoch": 0,
            "folded": folded,
            "kind": kind,
            "party": party,
            "salt": salt,
            "type": "test.said",
            "v": 1,
        }

    t = 1_900_000_000_000
    names = ("identity", "log", "cosign", "officer", "second log")
    return {
        "chance": seed("chance"),
        "cosigned_s": 1_900_000_100,
        "entries": [
            said(north, "main", [], {"text": LONG, "zero": 0}, t),
            said(south, "main", [[north, "main", 0, 1]], {"list": [True, False, None, [], {}]}, t + 10),
            said(north, "urgent", [[north, "main", 0, 1]], {"most": 2**53 - 1, "least": 1 - 2**53}, t + 20),
            said(
                south, "urgent", [[south, "main", 0, 1]], {"escapes": '"\\/\b\f\n\r\t\x01\x7f\u2028'}, t + 25
            ),
            # this one has not folded its author's urgent entry: disputed
            said(north, "main", [[south, "main", 0, 1]], {"crit": ["text"], "text": ""}, t + 30),
            said(
                south,
                "main",
                [[north, "main", 0, 2], [north, "urgent", 0, 1], [south, "urgent", 0, 1]],
                {},
                t + 40,
            ),
            said(
                north,
                "main",
                [[north, "urgent", 0, 1], [south, "main", 0, 2], [south, "urgent", 0, 1]],
                {},
                t + 40,
            ),
        ],
        "leaves": [f"leaf {i}".encode().hex() if i else "" for i in range(LEAVES)],
        "officers": officer_inputs(),
        "seeds": {party: {name: seed(f"{party} {name}") for name in names} for party in (north, south)},
        "sealed": [
            {
                "coins": seed("coins") if suite == seal.HYBRID else None,
                "entry": entry,
                "ephemeral": seed(f"e{suite}"),
                "private": seed(f"prekey {suite}"),
                "suite": suite,
                "tag": seed(f"tag {suite}")[:32],
            }
            for suite, entry in ((seal.X25519, 1), (seal.HYBRID, 0))
        ],
        "types": {
            "label": "Süd",
            "large": 80_007,
            "notices": [seed("notice one")[:32], seed("notice other")[:32]],
            "private": [f"plan {i}".encode().hex() for i in range(5)],
            "salt": seed("salt of a commitment")[:32],
        },
        # of the first six the last two are not stable: only the last entry folds them
        "snapshot": {"entries": 6, "rules": "desk/1", "state": b"the state\n\0".hex()},
    }


def made(given: dict[str, Any]) -> dict[str, Any]:
    """What this package makes of the inputs."""
    seeds = {party: {k: bytes.fromhex(v) for k, v in all_.items()} for party, all_ in given["seeds"].items()}
    identities = {party: keys.public(all_["identity"]) for party, all_ in seeds.items()}
    genesis = ids.genesis(identities["north"], identities["south"], bytes.fromhex(given["chance"]))
    line = ids.line(genesis)
    parties = {party: ids.party(identity) for party, identity in identities.items()}
    heads: dict[Origin, Head] = {}
    entries = []
    for row in given["entries"]:
        origin = Origin(line.id, parties[row["party"]], row["kind"], row["epoch"])
        folded = {Origin(line.id, parties[p], k, e): size for p, k, e, size in row["folded"]}
        agreement = bytes.fromhex(row["agreement"]) if row["agreement"] else None
        written = Written(row["type"], row["v"], folded, row["at_ms"], agreement)
        grown = feed.append(heads.get(origin, Head(origin)), written, row["body"], bytes.fromhex(row["salt"]))
        heads[origin] = grown.head
        entries.append(grown.entry)
    head = heads[Origin(line.id, parties["north"], "main", 0)]
    signed = feed.sign(head, seeds["north"]["log"])
    cosigned = note.cosign(
        signed, ids.cosigner(parties["south"]), seeds["south"]["cosign"], given["cosigned_s"]
    )
    placed = order.place(line, entries)
    return {
        "cosigned": note.write(cosigned).decode(),
        "entries": [
            {"body": e.body.decode(), "hash": e.hash.hex(), "leaf": e.leaf.decode(), "salt": e.salt.hex()}
            for e in entries
        ],
        "genesis": genesis.decode(),
        "line": line.id,
        "officers": officers(given["officers"], seeds["north"], head.origin),
        "order": [[entries.index(each.entry), each.disputed] for each in placed],
        "papers": papers(seeds["north"], head.origin),
        "parties": parties,
        "sealed": [
            sealed(row, line, parties["south"], entries, note.write(signed)) for row in given["sealed"]
        ],
        "snapshot": golden_types.snapshot_of(given["snapshot"], line, entries),
        "types": golden_types.made(
            given["types"],
            seeds["north"]["identity"],
            genesis,
            papers(seeds["north"], head.origin)[0],
            head,
            (entries[0], note.write(signed)),
        ),
        "trees": trees([bytes.fromhex(leaf) for leaf in given["leaves"]]),
        "vkeys": [
            note.write_vkey(
                note.Verifier(head.origin.text, note.ED25519, keys.public(seeds["north"]["log"]))
            ),
            note.write_vkey(
                note.Verifier(
                    ids.cosigner(parties["south"]), note.COSIGNATURE, keys.public(seeds["south"]["cosign"])
                )
            ),
        ],
    }


def papers(seeds: dict[str, bytes], origin: Origin) -> list[str]:
    """A certificate and two revocations."""
    key, identity = keys.public(seeds["log"]), seeds["identity"]
    return [
        certificate.certify(Certificate(key, "log", origin, 0), identity).decode(),
        certificate.revoke(Revocation(key, {origin: 17}), identity).decode(),
        certificate.revoke(Revocation(keys.public(seeds["officer"]), {}), identity).decode(),
    ]


def officer_inputs() -> dict[str, Any]:
    """What officers' keys are certified for, and what they approve."""
    return {
        "agreement": seed("agreement")[:32],
        "from_n": 3,
        "hash": seed("lifted"),
        "role": "черговий офіцер 2",
        "terms": f'schema = "wideberth.terms/1"\n# {LONG}\n',
        "token": seed("token") + seed("more of it"),
    }


def officers(row: dict[str, Any], seeds: dict[str, bytes], origin: Origin) -> dict[str, Any]:
    """An officer's certificate, one of a kind that is not known yet, approvals, an identity in words."""
    identity, officer = seeds["identity"], seeds["officer"]
    terms = approval.agreement(bytes.fromhex(row["agreement"]), row["terms"].encode())
    subjects = (terms, approval.Subject("lift", bytes.fromhex(row["hash"])))
    certified = [
        Certificate(key, "officer", origin, row["from_n"], kind, row["role"])
        for key, kind in ((keys.public(officer), "ed25519"), (bytes.fromhex(row["token"]), "webauthn"))
    ]
    return {
        "approvals": [approval.write(approval.sign(subject, officer)).decode() for subject in subjects],
        "certificates": [certificate.certify(each, identity).decode() for each in certified],
        "words": quints.identity(keys.public(identity)),
    }


def sealed(
    row: dict[str, Any], line: Line, recipient: str, entries: list[Entry], checkpoint: bytes
) -> dict[str, Any]:
    """A sealed message: made by the second implementation, which can choose the chance; opened by ours."""
    entry = entries[row["entry"]]
    content = seal.Content(entry.leaf, entry.salt, entry.body, checkpoint)
    prekey = seal.prekey(row["suite"], bytes.fromhex(row["private"]))
    padded = seal.pad(content)
    data = golden_again.sealed(row, prekey.public, padded, line.id, recipient)
    if seal.unseal(data, bytes.fromhex(row["private"]), line.id, recipient) != content:
        raise AssertionError("what was sealed does not open")
    return {
        "padded": hashlib.sha256(padded).hexdigest(),
        "prekey": prekey.public.hex(),
        "prekey_id": prekey.id.hex(),
        "sealed": data.hex(),
    }


def trees(leaves: list[bytes]) -> dict[str, Any]:
    """Roots of every size, and proofs."""
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    held, last = merkle.nodes(hashes), len(hashes)
    return {
        "consistency": {
            f"{old} to {last}": [each.hex() for each in merkle.consistency(old, last, held)]
            for old in range(1, last + 1)
        },
        "inclusion": {
            f"{i} of {last}": [each.hex() for each in merkle.inclusion(i, last, held)] for i in range(last)
        },
        "roots": [merkle.root(merkle.tree_of(size, held)).hex() for size in range(last + 1)],
    }


def text() -> str:
    """The file as this package makes it."""
    given = inputs()
    return (
        json.dumps({"inputs": given, "vectors": made(given)}, indent=1, ensure_ascii=False, sort_keys=True)
        + "\n"
    )


def main() -> int:
    """0 where the file is as it must be, or now is."""
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    found = FILE.read_text(encoding="utf-8")
    kept = json.loads(found)
    good = found == text() and golden_again.made(kept["inputs"]) == kept["vectors"]
    print("the golden vectors are unchanged" if good else "THE GOLDEN VECTORS DIFFER")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
