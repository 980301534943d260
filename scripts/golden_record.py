"""Golden record files: tests/formats/golden/*.jsonl, made from the golden vectors, the same every time.

python -m scripts.golden_record            write the files
python -m scripts.golden_record --check    the files are what this package makes, and what a second, minimal
                                           implementation (scripts/record_again.py) makes
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from scripts import golden, record_again
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Checkpoint, Exported, LeftOut, OfCase, Opening, Part
from wideberth.ledger import certificate, ids, keys, merkle
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.feed import Item
from wideberth.ledger.record import Section

FOLDER = Path(__file__).parent.parent / "tests" / "formats" / "golden"
FILES = {"whole": 0, "part": 1}
"""The name of each file, and the entry that it begins from."""


def made(given: dict[str, Any], vectors: dict[str, Any], start: int) -> str:
    """North's main feed of the golden vectors, from entry `start` on; the last entry without its body."""
    origin = ids.origin(vectors["cosigned"].split("\n")[0])
    seeds = {name: bytes.fromhex(seed) for name, seed in given["seeds"]["south"].items()}
    cosigner = Certificate(keys.public(seeds["cosign"]), "cosign", origin, 0)
    papers = (vectors["papers"][0].encode(), certificate.certify(cosigner, seeds["identity"]))
    held = [each for each in vectors["entries"] if json.loads(each["leaf"])["origin"] == origin.text]
    before = merkle.grown(merkle.EMPTY, [bytes.fromhex(each["hash"]) for each in held[:start]])
    items = [Item(e["leaf"].encode(), bytes.fromhex(e["salt"]), e["body"].encode()) for e in held[start:]]
    items[-1] = Item(items[-1].leaf, b"", b"")
    exported = Exported(given["cosigned_s"] * 1000, origin.party, "golden")
    parts: list[Part] = [Section(origin, before), *items, Checkpoint(vectors["cosigned"].encode())]
    return b"".join(recordfile.write(Opening(exported, vectors["genesis"].encode(), papers), parts)).decode()


def made_case(given: dict[str, Any], vectors: dict[str, Any]) -> str:
    """The same feed as the record of a case: a hash for the first entry, then the others."""
    reader = recordfile.Reader(io.BytesIO(made(given, vectors, 0).encode()))
    section, first, *rest = reader.parts()
    if not isinstance(section, Section) or not isinstance(first, Item):
        raise TypeError(f"not a feed of entries: {section}")
    one, other = (f"n-{ids.base32(bytes([n] * 16))}" for n in (1, 2))
    of = OfCase(ids.case(section.origin.line, one, other), {section.origin: 2})
    parts = [section, LeftOut(1, (merkle.leaf_hash(first.leaf),)), *rest]
    return b"".join(recordfile.write(reader.opening._replace(case=of), parts)).decode()


def main() -> int:
    """0 where the files are as they must be, or now are."""
    kept = json.loads(golden.FILE.read_text(encoding="utf-8"))
    given, vectors = kept["inputs"], kept["vectors"]
    good = True
    for name, start in FILES.items():
        file, text = FOLDER / f"{name}.jsonl", made(given, vectors, start)
        if "--check" not in sys.argv[1:]:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        found = file.read_text(encoding="utf-8")
        good = good and found == text == record_again.made(given, vectors, start)
    file, text = FOLDER / "case.jsonl", made_case(given, vectors)
    if "--check" not in sys.argv[1:]:
        file.write_text(text, encoding="utf-8")
    good = good and file.read_text(encoding="utf-8") == text == record_again.made_case(given, vectors)
    print("the golden records are unchanged" if good else "THE GOLDEN RECORDS DIFFER")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
