"""Golden vectors of pairing: tests/line/pairing.json, from fixed seeds, the same every time.

python -m scripts.golden_pairing            write the file
python -m scripts.golden_pairing --check    the file is what this package makes, and what a second, minimal
                                            implementation (scripts/pairing_again.py) makes
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from scripts import pairing_again
from wideberth.ledger import certificate, ids, keys, seal
from wideberth.ledger.certificate import Certificate
from wideberth.line import pairing, pairing_code, pairing_file, pairing_step
from wideberth.line.pairing import Met
from wideberth.line.pairing_file import Agreed, Paired

FILE = Path(__file__).parent.parent / "tests" / "line" / "pairing.json"
PARTIES = ("north", "south")


def inputs() -> dict[str, Any]:
    """All that the vectors are made from: seeds and random values in hex."""

    def seed(name: str) -> str:
        return hashlib.sha256(f"wideberth golden pairing {name}".encode()).hexdigest()

    names = ("identity", "log", "cosign", "seal", "pairing", "chance")
    return {
        "code": {"host": "north.example", "nameplate": seed("nameplate")[:8], "port": 7879},
        "label": "South — الجنوب",
        "parties": {party: {name: seed(f"{party} {name}") for name in names} for party in PARTIES},
    }


def made(given: dict[str, Any]) -> dict[str, Any]:
    """The vectors, by this package: north is the caller, and the one whose files are shown."""
    drawn = {
        party: {name: bytes.fromhex(text) for name, text in values.items()}
        for party, values in given["parties"].items()
    }
    north, south = (
        pairing.hello(keys.public(each["identity"]), each["pairing"], each["chance"])
        for each in (drawn["north"], drawn["south"])
    )
    code = given["code"]
    online, by_file = pairing.meet(north, south, "online"), pairing.meet(north, south, "file")
    own, peers = (papers(by_file, drawn[party]) for party in PARTIES)
    agreed = Agreed(by_file, "file", given["label"])
    private = drawn["north"]["pairing"]
    return {
        "code": pairing_code.make(bytes.fromhex(code["nameplate"]), code["host"], code["port"]).text,
        "files": {
            "agreed": pairing_file.write_agreed(agreed).decode(),
            "line": pairing_file.write_paired(Paired(agreed, own, peers)).decode(),
            "offer": pairing_file.write_offer(north).decode(),
            "papers": pairing_file.write_papers(by_file.line.id, own).decode(),
        },
        "messages": [
            pairing_step.message("commitment", north.commitment).hex(),
            pairing_step.message("hello", south.data).hex(),
            pairing_step.message("reveal", north.data).hex(),
            pairing_step.message("yes", pairing.yes(online, private, north.identity)).hex(),
            pairing_step.message("yes", pairing.yes(online, private, south.identity)).hex(),
            pairing_step.message("no").hex(),
        ],
        "ways": {"file": derived(by_file, private), "online": derived(online, private)},
    }


def derived(met: Met, private: bytes) -> dict[str, Any]:
    """What comes out of a transcript."""
    return {
        "digits": met.digits,
        "genesis": met.genesis.decode(),
        "line": met.line.id,
        "secret": pairing.secret(met, private).hex(),
        "transcript": met.transcript.hex(),
        "words": list(met.words),
    }


def papers(met: Met, seeds: dict[str, bytes]) -> tuple[bytes, ...]:
    """The certificates that a line needs, of the party with these seeds."""
    party = ids.party(keys.public(seeds["identity"]))
    halves = {"seal": seal.prekey(seal.X25519, seeds["seal"]).public}
    halves |= {name: keys.public(seeds[name]) for name in ("log", "cosign")}
    return tuple(
        certificate.certify(Certificate(halves[purpose], purpose, origin, 0), seeds["identity"])
        for purpose, origin in pairing.needed(met.line, party)
    )


def text() -> str:
    """The file as this package makes it."""
    given = inputs()
    value = {"inputs": given, "vectors": made(given)}
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """0 where the file is as it must be, or now is."""
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    found = FILE.read_text(encoding="utf-8")
    kept = json.loads(found)
    good = found == text() and pairing_again.made(kept["inputs"]) == kept["vectors"]
    print("the golden vectors are unchanged" if good else "THE GOLDEN VECTORS DIFFER")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
