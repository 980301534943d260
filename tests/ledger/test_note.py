"""Signed notes, checkpoints and cosignatures: the specifications' examples, and vectors of two readings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import seed
from tests.ledger.vectors import b64, rows
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import checkpoint, cosignature, ids, keys, merkle, note
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.note import Signature, Verifier

LOG, WITNESS = seed("log"), seed("witness")
NAME, OTHER = "example.org/log", "example.org/witness"
LOG_KEY = Verifier(NAME, note.ED25519, keys.public(LOG))
WITNESS_KEY = Verifier(OTHER, note.COSIGNATURE, keys.public(WITNESS))
TREE = merkle.grown(merkle.EMPTY, [merkle.leaf_hash(b"one"), merkle.leaf_hash(b"two")])
SIGNED = note.write(checkpoint.sign(checkpoint.of(NAME, TREE), LOG))
LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(c) for c in range(32)]))


def refusal(data: bytes, known: list[Verifier]) -> str:
    try:
        note.verify(note.parse(data), known)
    except (Invalid, NotTrusted) as error:
        return error.code
    return ""


@given(st.lists(LINES, min_size=1))
def test_any_text_can_be_signed_and_read_back(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    made = note.cosign(note.sign(text, NAME, LOG), OTHER, WITNESS, 1_800_000_000)
    found = note.parse(note.write(made))
    assert found == made and found.text == text
    assert note.verify(found, [LOG_KEY, WITNESS_KEY]) == ((LOG_KEY, None), (WITNESS_KEY, 1_800_000_000))


@given(st.data())
def test_any_bit_changed_is_noticed(data: st.DataObject) -> None:
    changed = bytearray(SIGNED)
    at = data.draw(st.integers(0, len(SIGNED) - 1))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(bytes(changed), [LOG_KEY]) != ""


@given(st.binary(max_size=80) | st.text("— ab+\nAB=", max_size=80).map(str.encode))
def test_anything_is_a_note_or_one_invalid(data: bytes) -> None:
    try:
        found = note.parse(data)
    except Invalid as error:
        assert error.code in ("ledger.note", "ledger.base64", "ledger.key_name")
    else:
        assert note.write(found) == data


def test_examples_of_the_specifications(shared: Path) -> None:
    """The example keys are not all public: what is shown is read and written back, byte for byte."""
    examples = rows(shared / "vectors" / "signed-note" / "c2sp-spec-examples.json")
    read, checkpoints, known = 0, 0, []
    for example in examples:
        if "vkey" in example:
            known.append(note.read_vkey(example["vkey"]))
            assert note.write_vkey(known[-1]) == example["vkey"]
        elif example["spec"] == "tlog-witness":  # its signature is shortened in the text
            with pytest.raises(Invalid):
                note.parse(example["note"].encode())
        else:
            found = note.parse(example["note"].encode())
            assert note.write(found).decode() == example["note"]
            read += 1
            if example["spec"] != "signed-note":
                assert checkpoint.parse(found.text).text == found.text
                assert checkpoint.parse(found.text).size == 20_852_163
                checkpoints += 1
    second = note.parse(examples[1]["note"].encode())
    assert note.verify(second, known) == ((known[0], None),)
    assert (len(examples), read, checkpoints, len(known)) == (6, 4, 2, 1)


def test_notes_to_accept_and_to_refuse(shared: Path) -> None:
    counts = [0, 0]
    for case in rows(shared / "vectors" / "signed-note" / "notes.json"):
        known = [note.read_vkey(each) for each in case["vkeys"]]
        try:
            verified = note.verify(note.parse(b64(case["note_b64"])), known)
        except (Invalid, NotTrusted):
            verified = ()
        assert [each.verifier.name for each in verified] == case["verified_by"], case["desc"]
        assert bool(verified) is case["accept"]
        counts[case["accept"]] += 1
    assert counts == [16, 5]


def test_cosignatures_with_a_quorum_and_a_clock(shared: Path) -> None:
    counts = [0, 0]
    for case in rows(shared / "vectors" / "signed-note" / "cosignatures.json"):
        log = note.read_vkey(case["log_vkey"])
        witnesses = [note.read_vkey(each) for each in case["witness_vkeys"]]
        try:
            opened = checkpoint.read(b64(case["note_b64"]), log.name, [log], witnesses)
            accepted = len(checkpoint.cosigned(opened.verified, case["now"])) >= case["quorum"]
        except (Invalid, NotTrusted):
            accepted = False
        assert accepted is case["accept"], case["desc"]
        counts[case["accept"]] += 1
    assert counts == [6, 2]


def test_checkpoints_of_a_log_of_others(shared: Path) -> None:
    folder = shared / "vectors" / "tlog-tiles"
    key = note.read_vkey((folder / "vkey.txt").read_text(encoding="ascii").strip())
    sizes = []
    for size in range(16):
        data = (folder / f"checkpoint.{size}").read_bytes()
        opened = checkpoint.read(data, "example.com/log/testdata", [key])
        assert note.write(opened.note) == data
        sizes.append(opened.checkpoint.size)
    assert sizes == list(range(16))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (note.SIZE + 1), "ledger.note"),
        (b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n", "ledger.note"),
        (b"a\t\n\n\xe2\x80\x94 a AAAAAAA=\n", "ledger.note"),
        (b"a\n\xe2\x80\x94 a AAAAAAA=\n", "ledger.note"),
        (b"a\n\n\xe2\x80\x94 a AAAAAAA=", "ledger.note"),
        (b"a\n\n\xe2\x80\x94 a AAAAAAA=\nrest", "ledger.note"),
        (b"x\xe2\x80\x94 a AAAAAAA=\n", "ledger.note"),
        (b"a\n\n", "ledger.note"),
        (b"a\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 101, "ledger.note"),
        (b"a\n\n- a AAAAAAA=\n", "ledger.note"),
        (b"a\n\n\xe2\x80\x94 a AAAAAA==\n", "ledger.note"),
        (b"a\n\n\xe2\x80\x94 a AAAAAAB=\n", "ledger.base64"),
        (b"a\n\n\xe2\x80\x94 a AAAAAAA= b\n", "ledger.base64"),
        (b"a\n\n\xe2\x80\x94 a AAAA AAA=\n", "ledger.base64"),
        (b"a\n\n\xe2\x80\x94 a\n", "ledger.base64"),
        (b"a\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "ledger.key_name"),
        ("a\n\n— a\u2003b AAAAAAA=\n".encode(), "ledger.key_name"),
        (b"a\n\n\xe2\x80\x94  AAAAAAA=\n", "ledger.key_name"),
        (b"a\n\n\xe2\x80\x94 a AAAAAAA=\n", "ledger.unsigned"),
    ],
)
def test_each_refusal_has_its_code(data: bytes, code: str) -> None:
    assert refusal(data, [LOG_KEY]) == code


def test_a_bad_signature_of_a_known_key_refuses_the_whole_note() -> None:
    found = note.parse(SIGNED)
    bad = Signature(NAME, LOG_KEY.key_id, bytes(64))
    assert (
        refusal(note.write(note.Note(found.text, (*found.signatures, bad))), [LOG_KEY]) == "ledger.signature"
    )
    for short in (bytes(71), (2**63).to_bytes(8, "big") + bytes(64)):
        line = Signature(OTHER, WITNESS_KEY.key_id, short)
        data = note.write(note.Note(found.text, (*found.signatures, line)))
        assert refusal(data, [LOG_KEY]) == ""
        assert refusal(data, [LOG_KEY, WITNESS_KEY]) == "ledger.signature"


def test_a_plain_signature_is_no_cosignature() -> None:
    found = note.parse(SIGNED)
    plain = Signature(OTHER, WITNESS_KEY.key_id, keys.sign(WITNESS, found.text.encode()))
    data = note.write(note.Note(found.text, (*found.signatures, plain)))
    assert refusal(data, [LOG_KEY, WITNESS_KEY]) == "ledger.signature"


def test_a_hundred_signatures_are_read() -> None:
    found = note.parse(SIGNED)
    data = note.write(note.Note(found.text, found.signatures * note.SIGNATURES))
    assert len(note.verify(note.parse(data), [LOG_KEY])) == note.SIGNATURES == 100
    assert note.SIZE == 2**20
    long = note.write(note.sign("x" * (note.SIZE - len(SIGNED)) + "\n", NAME, LOG))
    assert len(note.parse(long).signatures) == 1


def test_a_key_name_has_no_spaces_of_any_kind() -> None:
    for name in ("", "a b", "a\u2003b", "a\x01b", "a+b"):
        with pytest.raises(Invalid) as caught:
            note.sign("text\n", name, LOG)
        assert caught.value.code == "ledger.key_name"


def test_keys_of_other_kinds_and_lengths_are_not_read() -> None:
    for kind, length in ((6, 32), (2, 32), (1, 31), (4, 33)):
        with pytest.raises(Invalid) as caught:
            note.read_vkey(note.write_vkey(Verifier(NAME, kind, bytes(length))))
        assert caught.value.code == "ledger.vkey"
    for key in (LOG_KEY, WITNESS_KEY):
        assert note.read_vkey(note.write_vkey(key)) == key


def test_a_line_of_a_type_to_come_is_kept_and_ignored() -> None:
    found = note.parse(SIGNED)
    later = Signature(NAME, b"\x06\x06\x06\x06", bytes(2428))
    data = note.write(note.Note(found.text, (*found.signatures, later)))
    opened = checkpoint.read(data, NAME, [LOG_KEY])
    assert note.write(opened.note) == data and [each.verifier for each in opened.verified] == [LOG_KEY]


def test_a_second_key_with_the_id_of_the_first_takes_nothing_from_it() -> None:
    """Four bytes are found again within hours: a party could make all that it signed unreadable so."""

    class Same(Verifier, frozen=True):
        @property
        def key_id(self) -> bytes:
            return LOG_KEY.key_id

    same, signed = Same(NAME, note.ED25519, bytes(32)), note.parse(SIGNED)
    for known in ([LOG_KEY, same], [same, LOG_KEY], [LOG_KEY, LOG_KEY]):
        assert [each.verifier for each in note.verify(signed, known)] == [LOG_KEY]
    with pytest.raises(NotTrusted) as caught:
        note.verify(signed, [same])
    assert caught.value.code == "ledger.signature"


def test_what_is_no_note_is_in_no_message() -> None:
    """A key file or a passphrase, given by mistake where a paper is wanted."""
    for data in (b'{"seed":"sn4vkiprvzzxag5k"}\n', b"dull kettle orbits fourteen\n"):
        with pytest.raises(Invalid) as caught:
            note.parse(data)
        assert caught.value.found == "something else"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ledger.vkey"),
        ("a+530d903a", "ledger.vkey"),
        ("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "ledger.vkey"),
        ("example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "ledger.vkey"),
        ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==", "ledger.vkey"),
        ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", "ledger.base64"),
        ("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "ledger.key_name"),
    ],
)
def test_keys_are_read_strictly(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        note.read_vkey(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n"])
def test_no_note_is_signed_that_could_not_be_read(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        note.sign(text, NAME, LOG)
    assert caught.value.code == "ledger.note"


@pytest.mark.parametrize("time_s", [-1, 2**63])
def test_a_cosignature_has_a_time_that_the_format_allows(time_s: int) -> None:
    with pytest.raises(Invalid) as caught:
        note.cosign(note.parse(SIGNED), OTHER, WITNESS, time_s)
    assert caught.value.code == "ledger.time"
    for good in (0, 2**63 - 1):
        made = note.parse(note.write(note.cosign(note.parse(SIGNED), OTHER, WITNESS, good)))
        assert note.verify(made, [WITNESS_KEY]) == ((WITNESS_KEY, good),)
    assert cosignature.split((2**63).to_bytes(8, "big") + bytes(64)) is None
    assert cosignature.split(bytes(71)) is None and cosignature.split(bytes(73)) is None
    assert cosignature.split(bytes(72)) == (0, bytes(64))
    data = cosignature.sign(WITNESS, "text\n", 2**63 - 1)
    assert cosignature.verifies(WITNESS_KEY.public, "text\n", data)
    assert not cosignature.verifies(WITNESS_KEY.public, "text\n", data[:-1])
    assert not cosignature.verifies(WITNESS_KEY.public, "Text\n", data)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ledger.checkpoint"),
        ("a\n1\n", "ledger.checkpoint"),
        ("a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nAAAA", "ledger.checkpoint"),
        ("\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "ledger.checkpoint"),
        ("a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", "ledger.checkpoint"),
        ("a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "ledger.checkpoint"),
        ("a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "ledger.checkpoint"),
        ("a\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "ledger.checkpoint"),
        ("a\n1\nAAAA\n", "ledger.checkpoint"),
        ("a\n1\n!\n", "ledger.base64"),
    ],
)
def test_checkpoints_are_read_strictly(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        checkpoint.parse(text)
    assert caught.value.code == code


@given(
    LINES.filter(bool),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES.filter(bool)),
)
def test_a_checkpoint_is_read_back(origin: str, size: int, root: bytes, more: list[str]) -> None:
    made = Checkpoint(origin, size, root, tuple(more))
    assert checkpoint.parse(made.text) == made


def test_a_checkpoint_needs_its_authors_key_and_its_origin() -> None:
    data = note.write(note.cosign(note.parse(SIGNED), OTHER, WITNESS, 5))
    opened = checkpoint.read(data, NAME, [LOG_KEY], [WITNESS_KEY])
    assert opened.checkpoint == Checkpoint(NAME, 2, merkle.root(TREE))
    assert checkpoint.cosigned(opened.verified, 5) == {OTHER: 5}
    assert checkpoint.cosigned(opened.verified, -295) == {OTHER: 5}
    assert checkpoint.cosigned(opened.verified, -296) == {}
    twice = note.write(note.cosign(note.parse(data), OTHER, WITNESS, 3))
    both = checkpoint.read(twice, NAME, [LOG_KEY], [WITNESS_KEY])
    assert checkpoint.cosigned(both.verified, 5) == {OTHER: 5}
    for logs, origin, code in (
        ([], NAME, "ledger.unsigned"),
        ([LOG_KEY], "example.org/else", "ledger.other_origin"),
    ):
        with pytest.raises(NotTrusted) as caught:
            checkpoint.read(data, origin, logs, [WITNESS_KEY])
        assert caught.value.code == code


def test_base64_has_one_form() -> None:
    assert ids.unbase64("AAAA", "") == bytes(3)
    for text in ("", "AAA", "AAB=", "AA==\n", "A\nAAA", "____", "é"):
        with pytest.raises(Invalid) as caught:
            ids.unbase64(text, "where")
        assert (caught.value.code, caught.value.path) == ("ledger.base64", "where")
