"""The record's formats a second time, written from docs/record.md with hashlib and libsodium only.

Short rather than good: it checks nothing and trusts its inputs. What it makes must be, byte for byte, what
the package makes (scripts/golden.py --check).
"""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode, b64encode
from collections.abc import Callable
from typing import Any

from nacl import bindings

from scripts import hpke_again


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def b32(data: bytes) -> str:
    """Lower case, without padding."""
    return b32encode(data).decode().lower().rstrip("=")


def b32bytes(text: str) -> bytes:
    """The 32 bytes of such a text."""
    number = 0
    for character in text:
        number = number * 32 + "abcdefghijklmnopqrstuvwxyz234567".index(character)
    return (number >> 4).to_bytes(32, "big")


def jcs(value: Any) -> str:
    """RFC 8785 for whole numbers; all keys here are ASCII, so that their order is Python's."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def pair(seed: str) -> tuple[bytes, bytes]:
    """Public and secret key, as libsodium has them."""
    return bindings.crypto_sign_seed_keypair(bytes.fromhex(seed))


def line_of(name: str, kind: int, seed: str, message: bytes, before: bytes = b"") -> str:
    """A signature line of a note."""
    public, secret = pair(seed)
    key_id = sha(name.encode() + b"\n" + bytes([kind]) + public)[:4]
    signature = bindings.crypto_sign(message, secret)[:64]
    return f"— {name} {b64encode(key_id + before + signature).decode()}\n"


def note(text: str, name: str, seed: str) -> str:
    """A text signed with one key."""
    return f"{text}\n{line_of(name, 1, seed, text.encode())}"


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962: the root over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = half(len(leaves))
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def half(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def path(at: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = half(len(leaves))
    if at < k:
        return [*path(at, leaves[:k]), root(leaves[k:])]
    return [*path(at - k, leaves[k:]), root(leaves[:k])]


def subproof(old: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = half(len(leaves))
    if old <= k:
        return [*subproof(old, leaves[:k], whole), root(leaves[k:])]
    return [*subproof(old - k, leaves[k:], False), root(leaves[:k])]


def sealed(row: dict[str, Any], public: bytes, padded: bytes, line: str, recipient: str) -> bytes:
    """A sealed message with the chance that a row names."""
    suite, ephemeral = row["suite"], bytes.fromhex(row["ephemeral"])
    prekey_id = sha(b"wideberth/prekey/v1\n" + bytes([suite]) + public)[:16]
    outer = bytes([1, suite]) + prekey_id + bytes.fromhex(row["tag"])
    info = b"wideberth/seal/v1\n" + outer + b32bytes(line) + b32bytes(recipient)
    if suite == 1:
        to = hpke_again.classic(ephemeral, public)
    else:
        to = hpke_again.hybrid(ephemeral, bytes.fromhex(row["coins"]), public)
    return outer + hpke_again.encrypt(padded, to, info, suite)


def padded(leaf: str, salt: str, body: str, checkpoint: str) -> bytes:
    """Salt, then header, body and checkpoint with their lengths, then zeros to 256·2^k bytes."""
    data = bytes.fromhex(salt)
    for part in (leaf, body, checkpoint):
        data += len(part.encode()).to_bytes(4, "big") + part.encode()
    size = 256
    while size < len(data):
        size *= 2
    return data + bytes(size - len(data))


def placed(rows: list[dict[str, Any]], keys: dict[str, bytes]) -> list[list[Any]]:
    """The placing order, and who is disputed."""
    counts: dict[tuple[str, str, int], int] = {}
    said: dict[tuple[str, str, int], dict[tuple[str, str, int], int]] = {}
    found: list[list[Any]] = []
    left = {(row["party"], row["kind"], row["epoch"], row["n"]): (i, row) for i, row in enumerate(rows)}
    while True:
        ready = [
            key
            for key, (_, row) in left.items()
            if key[3] == counts.get(key[:3], 0)
            and all(size <= counts.get((p, k, e), 0) for p, k, e, size in row["folded"])
        ]
        if not ready:
            return found
        key = min(ready, key=lambda each: (keys[each[0]], each[1] == "main", each[2], each[3]))
        i, row = left.pop(key)
        folded = {(p, k, e): size for p, k, e, size in row["folded"]}
        before = said.get(key[:3], {})
        total = {feed: max(folded.get(feed, 0), before.get(feed, 0)) for feed in {*folded, *before}}
        own = {feed: size for feed, size in counts.items() if feed[0] == key[0] and feed != key[:3]}
        short = any(folded.get(feed, 0) < size for feed, size in before.items())
        found.append([i, short or any(total.get(feed, 0) < size for feed, size in own.items())])
        counts[key[:3]], said[key[:3]] = key[3] + 1, total


def made(given: dict[str, Any]) -> dict[str, Any]:
    """What this implementation makes of the inputs."""
    from scripts import officers_again  # which uses what stands above

    seeds = given["seeds"]
    keys = {party: pair(all_["identity"])[0] for party, all_ in seeds.items()}
    parties = {party: b32(sha(key)) for party, key in keys.items()}
    chance = b32(bytes.fromhex(given["chance"]))
    genesis = jcs(
        {
            "chance": chance,
            "keys": [b32(k) for k in sorted(keys.values())],
            "type": "wideberth.genesis",
            "v": 1,
        }
    )
    line = b32(sha(genesis.encode()))

    def name(party: str, kind: str, epoch: int) -> str:
        return f"wideberth/{line}/{parties[party]}/{kind}/{epoch}"

    feeds: dict[str, list[bytes]] = {}
    entries, rows = [], []
    for row in given["entries"]:
        origin = name(row["party"], row["kind"], row["epoch"])
        leaves = feeds.setdefault(origin, [])
        body = jcs(row["body"])
        leaf = jcs(
            {
                "agreement": row["agreement"] and b32(bytes.fromhex(row["agreement"])),
                "at_ms": row["at_ms"],
                "body_c": b32(sha(b"wideberth/body/v1\n" + bytes.fromhex(row["salt"]) + body.encode())),
                "folded": {name(p, k, e): size for p, k, e, size in row["folded"]},
                "n": len(leaves),
                "origin": origin,
                "type": row["type"],
                "v": row["v"],
            }
        )
        rows.append({**row, "n": len(leaves)})
        leaves.append(sha(b"\0" + leaf.encode()))
        entries.append({"body": body, "hash": leaves[-1].hex(), "leaf": leaf, "salt": row["salt"]})
    main, who = name("north", "main", 0), f"wideberth/{parties['south']}"
    text = f"{main}\n{len(feeds[main])}\n{b64encode(root(feeds[main])).decode()}\n"
    signed, time_s = note(text, main, seeds["north"]["log"]), given["cosigned_s"]
    message = f"cosignature/v1\ntime {time_s}\n{text}".encode()
    cosigned = signed + line_of(who, 4, seeds["south"]["cosign"], message, time_s.to_bytes(8, "big"))
    leaves = [sha(b"\0" + bytes.fromhex(leaf)) for leaf in given["leaves"]]
    last = len(leaves)
    return {
        "cosigned": cosigned,
        "entries": entries,
        "genesis": genesis,
        "line": line,
        "officers": officers_again.officers(given["officers"], seeds["north"], parties["north"], main),
        "order": placed(rows, keys),
        "papers": papers(seeds["north"], parties["north"], main),
        "parties": parties,
        "sealed": [message_of(row, entries, signed, line, parties["south"]) for row in given["sealed"]],
        "snapshot": snapshot(given["snapshot"], rows, keys, feeds, (line, name)),
        "types": types(
            given["types"],
            seeds["north"]["identity"],
            (genesis, line, parties["north"]),
            papers(seeds["north"], parties["north"], main)[0],
            feeds[main],
            padded(entries[0]["leaf"], "00" * 16, "", signed),
        ),
        "trees": {
            "consistency": {
                f"{old} to {last}": [each.hex() for each in subproof(old, leaves, True)]
                for old in range(1, last + 1)
            },
            "inclusion": {f"{i} of {last}": [each.hex() for each in path(i, leaves)] for i in range(last)},
            "roots": [root(leaves[:size]).hex() for size in range(last + 1)],
        },
        "vkeys": [vkey(main, 1, seeds["north"]["log"]), vkey(who, 4, seeds["south"]["cosign"])],
    }


def snapshot(
    given: dict[str, Any],
    rows: list[dict[str, Any]],
    keys: dict[str, bytes],
    feeds: dict[str, list[bytes]],
    names: tuple[str, Callable[[str, str, int], str]],
) -> dict[str, Any]:
    """A snapshot of what is stable, and its entry."""
    line, name = names
    order = [rows[i] for i, _ in placed(rows[: given["entries"]], keys)]
    origins = [name(row["party"], row["kind"], row["epoch"]) for row in order]
    first = min(keys, key=lambda party: keys[party])
    stable = max(i for i, row in enumerate(order, start=1) if row["party"] == first)
    sizes: dict[str, int] = {}
    folded: dict[str, dict[str, int]] = {}
    before: dict[str, dict[str, int]] = {}
    for origin, row in zip(origins[:stable], order, strict=False):
        before[origin] = dict(sizes)
        for p, k, e, size in row["folded"]:
            said = folded.setdefault(origin, {})
            said[name(p, k, e)] = max(size, said.get(name(p, k, e), 0))
        sizes[origin] = row["n"] + 1
    found = [
        {
            "before": [before[origin].get(other, 0) for other in sorted(sizes)],
            "folded": [folded.get(origin, {}).get(other, 0) for other in sorted(sizes)],
            "origin": origin,
            "root": b32(root(feeds[origin][: sizes[origin]])),
            "size": sizes[origin],
        }
        for origin in sorted(sizes)
    ]
    text = jcs({"feeds": found, "line": line, "rules": given["rules"], "v": 1})
    whole = f"wideberth/snapshot/v1\n{text}\n".encode() + bytes.fromhex(given["state"])
    heads = {each["origin"]: {"root": each["root"], "size": each["size"]} for each in found}
    body = jcs({"heads": heads, "rules": given["rules"], "state": b32(sha(whole))})
    return {"body": body, "stable": stable, "whole": whole.decode()}


def types(
    given: dict[str, Any],
    identity: str,
    names: tuple[str, str, str],
    paper: str,
    leaves: list[bytes],
    dropped: bytes,
) -> dict[str, Any]:
    """Bodies of the record's own types, a case, and an entry without its body."""
    genesis, line, party = names
    main = f"wideberth/{line}/{party}/main/"
    again = {"origin": f"{main}1", "previous": f"{main}0", "root": b32(root(leaves)), "size": len(leaves)}
    epoch = note(f"wideberth/epoch/v1\n{jcs({**again, 'v': 1})}\n", f"wideberth/{party}", identity)
    private = [sha(b"\0" + bytes.fromhex(leaf)) for leaf in given["private"]]
    text = f"wideberth/private/{party}/main/0\n{len(private)}\n{b64encode(root(private)).decode()}\n"
    salt = bytes.fromhex(given["salt"])
    bodies = [
        ["paper", {"note": paper}],
        ["line.opened", {"genesis": genesis}],
        ["line.opened", {"genesis": genesis, "label": given["label"]}],
        ["commitment", {"c": b32(sha(b"wideberth/private/v1\n" + salt + text.encode()))}],
        ["commitment.opening", {"checkpoint": text, "salt": b32(salt)}],
        ["epoch", {"note": epoch}],
    ]
    large = bytes(i * i % 251 for i in range(given["large"]))
    cut = [large[i : i + 40_000] for i in range(0, len(large), 40_000)]
    parts = [
        {"data": b32(data), "i": i, "of": len(cut), "sha256": b32(sha(large))} for i, data in enumerate(cut)
    ]
    notices = [bytes.fromhex(notice) for notice in given["notices"]]
    return {
        "bodies": [[kind, jcs(body)] for kind, body in bodies],
        "case": b32(sha(b"wideberth/case/v1" + b32bytes(line) + b"".join(sorted(notices)))),
        "dropped": sha(dropped).hex(),
        "epoch": epoch,
        "notices": [f"n-{b32(notice)}" for notice in notices],
        "parts": [sha(jcs(part).encode()).hex() for part in parts],
    }


def papers(seeds: dict[str, str], party: str, origin: str) -> list[str]:
    """A certificate and two revocations."""
    key, officer = b32(pair(seeds["log"])[0]), b32(pair(seeds["officer"])[0])
    certificate = jcs({"from_n": 0, "key": key, "origin": origin, "purpose": "log", "v": 1})
    texts = [
        f"wideberth/certificate/v1\n{certificate}\n",
        f"wideberth/revocation/v1\n{jcs({'key': key, 'last_n': {origin: 17}, 'v': 1})}\n",
        f"wideberth/revocation/v1\n{jcs({'key': officer, 'last_n': {}, 'v': 1})}\n",
    ]
    return [note(text, f"wideberth/{party}", seeds["identity"]) for text in texts]


def message_of(
    row: dict[str, Any], entries: list[dict[str, str]], signed: str, line: str, recipient: str
) -> dict[str, Any]:
    """A sealed message and what it was made with."""
    private, entry = bytes.fromhex(row["private"]), entries[row["entry"]]
    public = (
        bindings.crypto_scalarmult_base(private) if row["suite"] == 1 else hpke_again.hybrid_public(private)
    )
    plain = padded(entry["leaf"], entry["salt"], entry["body"], signed)
    return {
        "padded": sha(plain).hex(),
        "prekey": public.hex(),
        "prekey_id": sha(b"wideberth/prekey/v1\n" + bytes([row["suite"]]) + public)[:16].hex(),
        "sealed": sealed(row, public, plain, line, recipient).hex(),
    }


def vkey(name: str, kind: int, seed: str) -> str:
    """A public key as C2SP writes it."""
    public = bytes([kind]) + pair(seed)[0]
    key_id = sha(name.encode() + b"\n" + public)[:4]
    return f"{name}+{key_id.hex()}+{b64encode(public).decode()}"
