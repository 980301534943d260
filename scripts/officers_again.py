"""Officers' papers and approvals, and the words of an identity, a second time (see golden_again)."""

from __future__ import annotations

from typing import Any

from nacl import bindings

from scripts.golden_again import b32, jcs, note, pair, sha


def officers(row: dict[str, Any], seeds: dict[str, str], party: str, origin: str) -> dict[str, Any]:
    """Certificates of officers' keys, their approvals, and the words of an identity."""
    public, secret = pair(seeds["officer"])
    texts = [
        jcs(
            {
                "from_n": row["from_n"],
                "key": b32(key),
                "kind": kind,
                "origin": origin,
                "purpose": "officer",
                "role": row["role"],
                "v": 1,
            }
        )
        for key, kind in ((public, "ed25519"), (bytes.fromhex(row["token"]), "webauthn"))
    ]
    agreement, terms = bytes.fromhex(row["agreement"]), sha(row["terms"].encode())
    lifted = bytes.fromhex(row["hash"])
    signed = (
        ("agreement", b32(agreement), terms, b"wideberth/agreement/v1\n" + agreement + terms),
        ("lift", None, lifted, b"wideberth/approval/v1\nlift\n" + lifted),
    )
    return {
        "approvals": [
            jcs(
                {
                    "agreement": number,
                    "hash": b32(digest),
                    "key": b32(public),
                    "signature": b32(bindings.crypto_sign(message, secret)[:64]),
                    "type": "wideberth.approval",
                    "v": 1,
                    "what": what,
                }
            )
            for what, number, digest, message in signed
        ],
        "certificates": [
            note(f"wideberth/certificate/v1\n{text}\n", f"wideberth/{party}", seeds["identity"])
            for text in texts
        ],
        "words": words(sha(pair(seeds["identity"])[0])[:16]),
    }


def words(data: bytes) -> str:
    """Proquints: four bits a consonant, two a vowel."""
    text = "".join(f"{byte:08b}" for byte in data)
    said = []
    for i in range(0, len(text), 16):
        parts = ((0, 4), (4, 6), (6, 10), (10, 12), (12, 16))
        numbers = [int(text[i + first : i + last], 2) for first, last in parts]
        said.append("".join(("aiou" if k % 2 else "bdfghjklmnprstvz")[x] for k, x in enumerate(numbers)))
    return "-".join(said)
