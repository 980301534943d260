"""The files of a pairing by file: offers, papers, and what a pairing has come to. Bytes in, bytes out.

Each is one line of canonical JSON that names its type and version. None holds a secret: the private pairing
key has a file of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids, note
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import HASH
from wideberth.line import pairing
from wideberth.line.pairing import Hello, Met, Way

OFFER = "wideberth.pair.offer"
PAPERS = "wideberth.pair.papers"
AGREED = "wideberth.pair.agreed"
LINE = "wideberth.line"
SIZE = 1024 * 1024
"""Bytes of each."""

_AGREED = ("genesis", "label", "mine", "peer", "type", "v", "way")
_LINE = ("genesis", "label", "mine", "papers", "peer", "peer_papers", "type", "v", "way")


class Agreed(Struct, frozen=True):
    """A pairing whose transcript people have compared; `label` is what this node calls the peer."""

    met: Met
    way: Way
    label: str | None = None


class Paired(Struct, frozen=True):
    """A pairing that is complete, with the papers of both."""

    agreed: Agreed
    own: tuple[bytes, ...]
    peers: tuple[bytes, ...]


def write_offer(hello: Hello) -> bytes:
    """What a party hands to the other."""
    return _write({**_hello(hello), "type": OFFER, "v": 1})


def read_offer(data: bytes) -> Hello:
    """Raises: Invalid (`pair.file`, `pair.version`, `ledger.base32`, and as canonical.accept)."""
    found = _read(data, OFFER, ("chance", "identity", "pairing", "type", "v"))
    return _read_hello(found, "")


def write_papers(line: str, notes: Sequence[bytes]) -> bytes:
    """A party's certificates for a line, which are signed notes."""
    return _write({"line": line, "papers": _texts(notes), "type": PAPERS, "v": 1})


def read_papers(data: bytes, line: str) -> tuple[bytes, ...]:
    """The notes, not yet verified (pairing.read_papers).

    Raises: Invalid (`pair.file`, also for those of another line; `pair.version`, and as canonical.accept).
    """
    found = _read(data, PAPERS, ("line", "papers", "type", "v"))
    if found["line"] != line:
        raise Invalid("pair.file", "line", found["line"], f"papers for the line {line}")
    return _notes(found["papers"], "papers")


def write_agreed(agreed: Agreed) -> bytes:
    """What is kept between the comparison and the papers. Raises: Invalid (`pair.label`)."""
    return _write({**_agreed(agreed), "type": AGREED, "v": 1})


def read_agreed(data: bytes) -> Agreed:
    """Raises: Invalid (`pair.file`, `pair.version`, and as canonical.accept), and as pairing.meet."""
    return _read_agreed(_read(data, AGREED, _AGREED))


def write_paired(paired: Paired) -> bytes:
    """What a node takes up. Raises: as pairing.to_enter."""
    met = paired.agreed.met
    pairing.to_enter(met, paired.own, paired.peers, paired.agreed.label)
    papers: dict[str, Value] = {"papers": _texts(paired.own), "peer_papers": _texts(paired.peers)}
    return _write({**_agreed(paired.agreed), **papers, "type": LINE, "v": 1})


def read_paired(data: bytes) -> Paired:
    """A pairing whose papers are verified again.

    Raises: Invalid (`pair.file`, `pair.version`, and as canonical.accept), and as pairing.meet and
    pairing.read_papers.
    """
    found = _read(data, LINE, _LINE)
    own, peers = _notes(found["papers"], "papers"), _notes(found["peer_papers"], "peer_papers")
    made = Paired(_read_agreed(found), own, peers)
    pairing.to_enter(made.agreed.met, own, peers, made.agreed.label)
    return made


def _write(value: dict[str, Value]) -> bytes:
    return canonical.write(value, SIZE) + b"\n"


def _read(data: bytes, kind: str, fields: Collection[str]) -> dict[str, Value]:
    found = canonical.accept(data.removesuffix(b"\n"), SIZE)
    if found.get("type") != kind:
        raise Invalid("pair.file", "type", found.get("type"), kind)
    if found.get("v") != 1:
        raise Invalid("pair.version", "v", found.get("v"), "version 1; a newer program reads newer files")
    if tuple(found) != tuple(fields):
        raise Invalid("pair.file", "", sorted(found), ", ".join(fields))
    return found


def _agreed(agreed: Agreed) -> dict[str, Value]:
    pairing.check_label(agreed.label)
    return {
        "genesis": agreed.met.genesis.decode(),
        "label": agreed.label,
        "mine": _hello(agreed.met.mine),
        "peer": _hello(agreed.met.peer),
        "way": agreed.way,
    }


def _read_agreed(found: dict[str, Value]) -> Agreed:
    way, label = _way(found["way"]), found["label"]
    if label is not None and not isinstance(label, str):
        raise Invalid("pair.file", "label", label, "a text, or null")
    both = []
    for name in ("mine", "peer"):
        each = found[name]
        if not isinstance(each, dict) or tuple(each) != ("chance", "identity", "pairing"):
            raise Invalid("pair.file", name, each, "an object of chance, identity, pairing")
        both.append(_read_hello(each, f"{name}."))
    met = pairing.meet(both[0], both[1], way)
    if found["genesis"] != met.genesis.decode():
        raise Invalid("pair.file", "genesis", found["genesis"], "the one that these values make")
    pairing.check_label(label)
    return Agreed(met, way, label)


def _way(found: Value) -> Way:
    for way in pairing.TRANSCRIPT:
        if found == way:
            return way
    raise Invalid("pair.file", "way", found, " or ".join(pairing.TRANSCRIPT))


def _hello(hello: Hello) -> dict[str, Value]:
    return {
        "chance": ids.base32(hello.chance),
        "identity": ids.base32(hello.identity),
        "pairing": ids.base32(hello.pairing),
    }


def _read_hello(found: dict[str, Value], path: str) -> Hello:
    return Hello(
        *(ids.unbase32(found[name], HASH, f"{path}{name}") for name in ("identity", "pairing", "chance"))
    )


def _texts(notes: Sequence[bytes]) -> list[Value]:
    for each in notes:
        note.parse(each)
    return [each.decode() for each in notes]


def _notes(found: Value, path: str) -> tuple[bytes, ...]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Invalid("pair.file", path, found, "a list of signed notes")
    return tuple(str(each).encode() for each in found)
