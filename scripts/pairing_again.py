"""Pairing a second time, written from docs/pairing.md with hashlib, hmac and libsodium only.

Short rather than good: it checks nothing and trusts its inputs (see golden_again).
"""

from __future__ import annotations

import hmac
from typing import Any

from nacl import bindings

from scripts.golden_again import b32, b32bytes, jcs, note, pair, sha
from scripts.officers_again import words

PAIR = b"wideberth/pair/v1"


def made(given: dict[str, Any]) -> dict[str, Any]:
    """The vectors."""
    north, south = given["parties"]["north"], given["parties"]["south"]
    hellos = {"north": hello(north), "south": hello(south)}
    shared = bindings.crypto_scalarmult(bytes.fromhex(north["pairing"]), hellos["south"][32:64])
    ways = {way: derived(way, list(hellos.values()), shared) for way in ("file", "online")}
    line = ways["file"]["line"]
    own, peers = papers(line, north, south), papers(line, south, north)
    agreed = {
        "genesis": ways["file"]["genesis"],
        "label": given["label"],
        "mine": shown(hellos["north"]),
        "peer": shown(hellos["south"]),
        "v": 1,
        "way": "file",
    }
    yes_key = hkdf(shared, ways["online"], "yes")
    messages = [
        (1, sha(PAIR + b"\n" + hellos["north"])),
        (2, hellos["south"]),
        (3, hellos["north"]),
        (4, hmac.digest(yes_key, hellos["north"][:32], "sha256")),
        (4, hmac.digest(yes_key, hellos["south"][:32], "sha256")),
        (5, b""),
    ]
    files = {
        "agreed": {**agreed, "type": "wideberth.pair.agreed"},
        "line": {**agreed, "papers": own, "peer_papers": peers, "type": "wideberth.line"},
        "offer": {**shown(hellos["north"]), "type": "wideberth.pair.offer", "v": 1},
        "papers": {"line": line, "papers": own, "type": "wideberth.pair.papers", "v": 1},
    }
    return {
        "code": code(**given["code"]),
        "files": {name: jcs(value) + "\n" for name, value in files.items()},
        "messages": [(bytes([1, number]) + data).hex() for number, data in messages],
        "ways": ways,
    }


def hello(seeds: dict[str, str]) -> bytes:
    """Identity key, pairing key, random bytes."""
    public = bindings.crypto_scalarmult_base(bytes.fromhex(seeds["pairing"]))
    return pair(seeds["identity"])[0] + public + bytes.fromhex(seeds["chance"])


def shown(data: bytes) -> dict[str, str]:
    """The same in a file."""
    return {"identity": b32(data[:32]), "pairing": b32(data[32:64]), "chance": b32(data[64:])}


def derived(way: str, hellos: list[bytes], shared: bytes) -> dict[str, Any]:
    """What comes out of two parties' values."""
    transcript = sha(PAIR + f"/{way}\n".encode() + b"".join(sorted(hellos)))
    digits = f"{int(transcript.hex(), 16) % 10**12:012d}"
    keys = [b32(each[:32]) for each in sorted(hellos)]
    chance = b32(sha(PAIR + b"/chance\n" + transcript))
    genesis = jcs({"chance": chance, "keys": keys, "type": "wideberth.genesis", "v": 1})
    found = {
        "digits": f"{digits[:4]} {digits[4:8]} {digits[8:]}",
        "genesis": genesis,
        "line": b32(sha(genesis.encode())),
        "transcript": transcript.hex(),
        "words": [words(transcript[:16]), words(transcript[16:])],
    }
    return {**found, "secret": hkdf(shared, found, "secret").hex()}


def hkdf(shared: bytes, found: dict[str, Any], use: str) -> bytes:
    """RFC 5869 for 32 bytes: one block."""
    extracted = hmac.digest(bytes.fromhex(found["transcript"]), shared, "sha256")
    info = PAIR + f"/{use}\n".encode() + b32bytes(found["line"])
    return hmac.digest(extracted, info + b"\1", "sha256")


def papers(line: str, seeds: dict[str, str], peer: dict[str, str]) -> list[str]:
    """Certificates for log, log, cosign, cosign, seal."""
    party, other = (b32(sha(pair(each["identity"])[0])) for each in (seeds, peer))
    found = []
    for purpose, kind in (("log", 0), ("log", 1), ("cosign", 0), ("cosign", 1), ("seal", 1)):
        key = (
            bindings.crypto_scalarmult_base(bytes.fromhex(seeds["seal"]))
            if purpose == "seal"
            else pair(seeds[purpose])[0]
        )
        whose = other if purpose == "cosign" else party
        origin = f"wideberth/{line}/{whose}/{('urgent', 'main')[kind]}/0"
        value = {"from_n": 0, "key": b32(key), "origin": origin, "purpose": purpose, "v": 1}
        found.append(
            note(f"wideberth/certificate/v1\n{jcs(value)}\n", f"wideberth/{party}", seeds["identity"])
        )
    return found


def code(nameplate: str, host: str, port: int) -> str:
    """The code, with the usual port left out."""
    plate = bytes.fromhex(nameplate)
    check = sha(PAIR + b"/code\n" + plate + f"{host}:{port}".encode())[:2]
    return f"{words(plate + check)}@{host}" + ("" if port == 7879 else f":{port}")
