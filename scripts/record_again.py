"""Record files a second time, written from docs/record.md with hashlib and libsodium only: made, and checked.

    python -m scripts.record_again FILE     what is signed and delivered of each feed, or what is false

Short rather than good: it knows no revocations, and stops at the first thing that is false.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

from nacl import bindings, exceptions

from scripts.golden_again import b32, b32bytes, jcs, note, pair, root, sha

FORMAT = {"format": "wideberth.record", "v": 1}
OF_CASE = {"format": "wideberth.record", "v": 2}


def made(given: dict[str, Any], vectors: dict[str, Any], start: int) -> str:
    """North's main feed of the golden vectors, from entry `start` on; the last entry without its body."""
    north, south, main = (
        vectors["parties"]["north"],
        vectors["parties"]["south"],
        vectors["cosigned"].split("\n")[0],
    )
    key = b32(pair(given["seeds"]["south"]["cosign"])[0])
    cosigner = {"from_n": 0, "key": key, "origin": main, "purpose": "cosign", "v": 1}
    text = f"wideberth/certificate/v1\n{jcs(cosigner)}\n"
    papers = [vectors["papers"][0], note(text, f"wideberth/{south}", given["seeds"]["south"]["identity"])]
    held = [each for each in vectors["entries"] if json.loads(each["leaf"])["origin"] == main]
    before = [bytes.fromhex(each["hash"]) for each in held[:start]]
    lines: list[Any] = [
        FORMAT,
        {"exported": {"at_ms": given["cosigned_s"] * 1000, "by": north, "program": "golden"}},
        {"genesis": json.loads(vectors["genesis"])},
        *({"paper": paper} for paper in papers),
        {"feed": main, "from": start, "peaks": [b32(peak) for peak in peaks_of(before)]},
    ]
    for each in held[start:-1]:
        salt = int(each["salt"], 16)
        letters = [salt << 2 >> 5 * i & 31 for i in range(25, -1, -1)]
        text = "".join("abcdefghijklmnopqrstuvwxyz234567"[letter] for letter in letters)
        lines.append({"entry": json.loads(each["leaf"]), "salt": text, "says": json.loads(each["body"])})
    lines += [{"entry": json.loads(held[-1]["leaf"])}, {"checkpoint": vectors["cosigned"]}]
    data = "".join(f"{jcs(line)}\n" for line in lines)
    return data + jcs({"end": {"lines": len(lines), "sha256": b32(sha(data.encode()))}}) + "\n"


def made_case(given: dict[str, Any], vectors: dict[str, Any]) -> str:
    """The same feed as the record of a case: a hash for the first entry, then the others."""
    lines = [json.loads(line) for line in made(given, vectors, 0).splitlines()[:-1]]
    feed = next(i for i, each in enumerate(lines) if "feed" in each)
    first = jcs(lines[feed + 1]["entry"]).encode()
    lines[0] = OF_CASE
    lines[feed + 1] = {"left_out": {"hashes": [b32(sha(b"\0" + first))], "to": 1}}
    of = lines[feed]["feed"]
    case = b32(sha(b"wideberth/case/v1" + b32bytes(of.split("/")[1]) + bytes([1] * 16 + [2] * 16)))
    lines.insert(3, {"case": {"id": case, "since": {of: 2}}})
    data = "".join(f"{jcs(line)}\n" for line in lines)
    return data + jcs({"end": {"lines": len(lines), "sha256": b32(sha(data.encode()))}}) + "\n"


def peaks_of(leaves: list[bytes]) -> list[bytes]:
    """The roots of the complete subtrees, largest first."""
    found, at = [], 0
    for level in range(len(leaves).bit_length() - 1, -1, -1):
        if len(leaves) >> level & 1:
            found.append(root(leaves[at : at + (1 << level)]))
            at += 1 << level
    return found


def checked(data: bytes) -> dict[str, tuple[int, int, int]]:
    """(from, signed to, delivered to) of each feed. Raises: ValueError with the first thing that is false."""
    *lines, end, after = data.decode().split("\n")
    must(
        "end",
        not after
        and end
        == jcs({"end": {"lines": len(lines), "sha256": b32(sha(f"{chr(10).join(lines)}\n".encode()))}}),
    )
    rows = [json.loads(line) for line in lines]
    must("canonical", all(jcs(row) == line for row, line in zip(rows, lines, strict=True)))
    must("format", rows[0] in (FORMAT, OF_CASE) and list(rows[1]) == ["exported"])
    since = rows.pop(3)["case"]["since"] if rows[0] == OF_CASE else None
    genesis = rows[2]["genesis"]
    identities = {b32(sha(b32bytes(key))): b32bytes(key) for key in genesis["keys"]}
    line = b32(sha(jcs(genesis).encode()))
    certified: set[tuple[str, str, str, str]] = set()
    found: dict[str, tuple[int, int, int]] = {}
    tree: list[bytes] = []
    size, feed, start = 0, "", 0
    for row in rows[3:]:
        match row:
            case {"paper": text}:
                body, signatures = split(text)
                signer = signatures[0][0].removeprefix("wideberth/")
                must("paper", verifies(identities[signer], body.encode(), signatures[0][1][4:]))
                said = json.loads(body.split("\n")[1])
                certified.add((said["purpose"], said["origin"], signer, said["key"]))
            case {"feed": feed, "from": start, "peaks": peaks}:
                must("feed", feed.split("/")[1] == line and feed not in found)
                size, tree = start, [b32bytes(peak) for peak in peaks]
                must("since", since is None or size <= max(since.get(feed, 0) - 1, 0))
                found[feed] = (start, start, start)
            case {"entry": header, **rest}:
                must("place", header["origin"] == feed and header["n"] == size)
                if rest:
                    numbers = ["abcdefghijklmnopqrstuvwxyz234567".index(c) for c in str(rest["salt"])]
                    salt = int("".join(f"{number:05b}" for number in numbers)[:128], 2)
                    bound = b"wideberth/body/v1\n" + salt.to_bytes(16, "big") + jcs(rest["says"]).encode()
                    must("body", header["body_c"] == b32(sha(bound)))
                size = grow(tree, size, 0, sha(b"\0" + jcs(header).encode()))
            case {"left_out": {"hashes": hashes, "to": to}} if rows[0] == OF_CASE:
                must("since", since is None or to <= max(since.get(feed, 0) - 1, 0))
                for each in hashes:
                    level = 0
                    while size % 2 ** (level + 1) == 0 and size + 2 ** (level + 1) <= to:
                        level += 1
                    size = grow(tree, size, level, b32bytes(each))
                must("left out", hashes and size == to)
            case {"checkpoint": text}:
                body, signatures = split(text)
                whole = tree[-1]
                for peak in tree[-2::-1]:
                    whole = sha(b"\1" + peak + whole)
                must("checkpoint", body.split("\n")[:2] == [feed, str(size)])
                must("root", b64decode(body.split("\n")[2]) == whole)
                by = {worth(body, each, certified, feed) for each in signatures}
                must("signature", "log" in by)
                found[feed] = (start, size, size if "cosign" in by else found[feed][2])
            case _:
                must("line", False)
    must("since", since is None or set(since) <= set(found))
    must(
        "unsigned", all(each[1] > each[0] for each in found.values()) and found.get(feed, (0, -1))[1] == size
    )
    return found


def grow(tree: list[bytes], size: int, level: int, node: bytes) -> int:
    """One more complete subtree of 2^level leaves; the new size."""
    at = level
    while size >> at & 1:
        node, at = sha(b"\1" + tree.pop() + node), at + 1
    tree.append(node)
    return int(size + 2**level)


def worth(
    body: str, signature: tuple[str, bytes], certified: set[tuple[str, str, str, str]], feed: str
) -> str:
    """For what its key is certified; nothing for keys that are not."""
    name, data = signature
    for purpose, origin, signer, text in certified:
        known = (feed, 1) if purpose == "log" else (f"wideberth/{signer}", 4)
        key = b32bytes(text)
        if (
            origin == feed
            and name == known[0]
            and data[:4] == sha(name.encode() + b"\n" + bytes([known[1]]) + key)[:4]
        ):
            time_s = int.from_bytes(data[4:12], "big")
            plain = body if purpose == "log" else f"cosignature/v1\ntime {time_s}\n{body}"
            must("signature", verifies(key, plain.encode(), data[-64:]))
            return purpose
    return ""


def split(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and the name and bytes of each signature."""
    body, _, below = text.rpartition("\n\n")
    lines = [line.split(" ") for line in below.splitlines()]
    return f"{body}\n", [(name, b64decode(data)) for _, name, data in lines]


def verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """As libsodium does."""
    try:
        bindings.crypto_sign_open(signature + message, key)
    except exceptions.BadSignatureError:
        return False
    return True


def must(what: str, good: bool) -> None:
    """Raises: ValueError."""
    if not good:
        raise ValueError(what)


def main() -> int:
    """0 where nothing is false."""
    try:
        found = checked(Path(sys.argv[1]).read_bytes())
    except (ValueError, KeyError, IndexError, TypeError) as error:
        print(f"FALSE: {error}")
        return 1
    for feed, (start, signed, delivered) in found.items():
        print(f"{feed}: from {start}, signed to {signed}, delivered to {delivered}")
    print("whose keys these are is not shown")
    return 0


if __name__ == "__main__":
    sys.exit(main())
