"""The sample of a record, and the file of its parties: data/samples/evidence.jsonl and parties.txt.

    python -m scripts.sample_record            write them
    python -m scripts.sample_record --check    they are what this package makes

Its keys are made from public words: what it says is an example, and nothing else.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from wideberth.formats import recordfile
from wideberth.formats.recordfile import Checkpoint, Exported, Opening, Part
from wideberth.ledger import certificate, entries, feed, ids, keys, note
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.entries import Paper
from wideberth.ledger.feed import Head, Item, Written
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Section

FOLDER = Path(__file__).parent.parent / "src" / "wideberth" / "data" / "samples"
BEGIN_S = 1_795_428_000  # 2026-11-23T10:00:00Z
SAID = (
    "Convoy of four trucks, north gate to the port road, 06:00Z to 07:30Z.",
    "Delayed by an hour: 07:00Z to 08:30Z.",
    "Convoy has arrived; the road is free.",
)


def seed(word: str) -> bytes:
    """32 bytes that anybody can make again."""
    return hashlib.sha256(f"wideberth sample {word}".encode()).digest()


def made() -> dict[str, bytes]:
    """The files by name."""
    north, south = keys.public(seed("north")), keys.public(seed("south"))
    genesis = ids.genesis(north, south, seed("chance"))
    origin = Origin(ids.line(genesis).id, ids.party(north), "main", 0)
    papers = (
        certificate.certify(Certificate(keys.public(seed("log")), "log", origin, 0), seed("north")),
        certificate.certify(Certificate(keys.public(seed("cosign")), "cosign", origin, 0), seed("south")),
    )
    bodies: list[tuple[str, Value]] = [(Paper.TYPE, entries.write(Paper(papers[0])))]
    bodies += [("sample.said", {"text": text}) for text in SAID]
    parts: list[Part] = [Section(origin)]
    head = Head(origin)
    for n, (kind, value) in enumerate(bodies):
        at_s = BEGIN_S + 600 * n
        added = feed.append(head, Written(kind, 1, {}, at_s * 1_000), value, seed(f"salt {n}")[:16])
        head, entry = added.head, added.entry
        parts.append(Item(entry.leaf, entry.salt, entry.body))
        signed = feed.sign(head, seed("log"))
        if n < len(bodies) - 1:  # the last one has not been delivered yet
            signed = note.cosign(signed, ids.cosigner(ids.party(south)), seed("cosign"), at_s + 2)
        parts.append(Checkpoint(note.write(signed)))
    exported = Exported((BEGIN_S + 2_400) * 1_000, ids.party(north), "wideberth sample")
    parties = f"# the parties of evidence.jsonl\n{ids.party(north)} North\n{ids.party(south)} South\n"
    return {
        "evidence.jsonl": b"".join(recordfile.write(Opening(exported, genesis, papers), parts)),
        "parties.txt": parties.encode(),
    }


def main() -> int:
    """0 where the files are as they must be, or now are."""
    found = made()
    if "--check" not in sys.argv[1:]:
        for name, data in found.items():
            (FOLDER / name).write_bytes(data)
    good = all((FOLDER / name).read_bytes() == data for name, data in found.items())
    print("the sample is unchanged" if good else "THE SAMPLE DIFFERS")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
