"""The files of a pairing by file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.line.pairs import LINE, MET, NORTH, SOUTH, End
from wideberth.errors import Invalid, WideberthError
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing_file import Agreed, Paired

AGREED = Agreed(MET, "file", "South")
PAIRED = Paired(AGREED, tuple(NORTH.papers(LINE)), tuple(SOUTH.papers(LINE)))
FILES: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "offer": (pairing_file.write_offer(NORTH.hello), pairing_file.read_offer),
    "papers": (
        pairing_file.write_papers(LINE.id, PAIRED.own),
        lambda data: pairing_file.read_papers(data, LINE.id),
    ),
    "agreed": (pairing_file.write_agreed(AGREED), pairing_file.read_agreed),
    "paired": (pairing_file.write_paired(PAIRED), pairing_file.read_paired),
}


def test_each_file_is_read_back() -> None:
    wanted = {"offer": NORTH.hello, "papers": PAIRED.own, "agreed": AGREED, "paired": PAIRED}
    for name, (data, read) in FILES.items():
        assert read(data) == wanted[name] and data.endswith(b"\n") and data.count(b"\n") == 1
    unnamed = Agreed(pairing.meet(NORTH.hello, SOUTH.hello, "online"), "online")
    assert pairing_file.read_agreed(pairing_file.write_agreed(unnamed)) == unnamed


def test_no_file_holds_a_secret() -> None:
    from wideberth.ledger import ids

    for data, _ in FILES.values():
        for secret in (NORTH.private, SOUTH.private, pairing.secret(MET, NORTH.private)):
            assert ids.base32(secret).encode() not in data


def test_both_sides_come_to_the_same_from_the_same_files_in_any_order() -> None:
    one, other = (pairing_file.read_offer(pairing_file.write_offer(end.hello)) for end in (NORTH, SOUTH))
    here, there = pairing.meet(one, other, "file"), pairing.meet(other, one, "file")
    assert here.words == there.words and here.genesis == there.genesis


def with_changes(name: str, **changes: Any) -> bytes:
    value = {**json.loads(FILES[name][0]), **changes}
    kept = {key: each for key, each in value.items() if each is not ...}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


OTHER = pairing.meet(NORTH.hello, End("stranger").hello, "file").genesis.decode()
HELLO = json.loads(FILES["agreed"][0])["mine"]


@pytest.mark.parametrize(
    ("code", "name", "changes"),
    [
        ("pair.file", "offer", {"type": "wideberth.pair.papers"}),
        ("pair.file", "offer", {"type": ...}),
        ("pair.version", "offer", {"v": 2}),
        ("pair.version", "paired", {"v": ...}),
        ("pair.file", "offer", {"more": 1}),
        ("pair.file", "offer", {"chance": ...}),
        ("ledger.base32", "offer", {"chance": "aaaa"}),
        ("ledger.base32", "offer", {"identity": None}),
        ("pair.file", "papers", {"line": "x"}),
        ("pair.file", "papers", {"papers": {}}),
        ("pair.file", "papers", {"papers": [1]}),
        ("pair.file", "agreed", {"way": "post"}),
        ("pair.file", "agreed", {"way": ["file"]}),
        ("pair.file", "agreed", {"way": "online"}),
        ("pair.file", "agreed", {"genesis": OTHER}),
        ("pair.file", "agreed", {"label": 1}),
        ("pair.label", "agreed", {"label": ""}),
        ("pair.label", "agreed", {"label": "x" * 101}),
        ("pair.label", "agreed", {"label": "two\nlines"}),
        ("pair.file", "agreed", {"mine": "x"}),
        ("pair.file", "agreed", {"peer": {}}),
        ("pair.reflected", "agreed", {"peer": HELLO}),
        ("ledger.base32", "agreed", {"mine": {**HELLO, "chance": "x"}}),
        ("pair.file", "paired", {"papers": None}),
        ("pair.papers_missing", "paired", {"peer_papers": []}),
        ("pair.file", "paired", {"type": "wideberth.pair.agreed"}),
    ],
)
def test_what_is_no_such_file_is_refused(code: str, name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(WideberthError) as caught:
        FILES[name][1](with_changes(name, **changes))
    assert caught.value.code == code


@given(st.sampled_from(sorted(FILES)), st.integers(0), st.integers(1, 255))
@settings(max_examples=100)
def test_a_changed_byte_is_refused_or_makes_other_words(name: str, at: int, change: int) -> None:
    data = bytearray(FILES[name][0])
    data[at % (len(data) - 1)] ^= change
    try:
        found = FILES[name][1](bytes(data))
    except WideberthError:
        return
    if isinstance(found, pairing.Hello):
        assert pairing.meet(found, SOUTH.hello, "file").words != MET.words
    elif name == "papers":
        with pytest.raises(WideberthError):
            pairing.read_papers(LINE, NORTH.identity, list(found))  # type: ignore[call-overload]  # notes
    else:
        label = found.agreed.label if isinstance(found, Paired) else found.label  # type: ignore[attr-defined]  # Agreed
        assert label != "South"


def test_what_is_not_paired_is_not_written() -> None:
    for label, own in (("South", ()), ("", PAIRED.own)):
        with pytest.raises(WideberthError):
            pairing_file.write_paired(Paired(Agreed(MET, "file", label), own, PAIRED.peers))
    with pytest.raises(Invalid):
        pairing_file.write_agreed(Agreed(MET, "file", "\u202e"))
    with pytest.raises(Invalid):
        pairing_file.write_papers(LINE.id, [b"no note"])
