"""The file of a release: what is in it, what it proves, and what strangers put into such files."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.two import A, B, origin, public, seed
from tests.render import released
from wideberth.errors import Invalid
from wideberth.formats import release_file
from wideberth.formats.release_file import Copy, Read
from wideberth.ledger import approval, certificate, ids
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.record import Anchor
from wideberth.model.release import Caveats, Document

FILES = {"release.txt": b"what is released\n", "release.csv": b"a,b\r\n"}
ONE, TWO, THREE = ("officer 1", "officer 2", "officer 3")
KNOWN = (Anchor(A.name, "the northerners"),)


def document(caveats: Caveats = released.CAVEATS) -> Document:
    made = released.document(caveats=caveats)
    return Document(
        made.id,
        A.name,
        "North",
        made.recipient,
        made.made_ms,
        caveats,
        made.title,
        made.records,
        exercise=False,
    )


COPY = release_file.make(document(), FILES, A.identity, B.name)


def signed(copy: Copy, *officers: str) -> list[Approval]:
    subject = Subject("release", copy.sha256)
    return [approval.sign(subject, seed(each)) for each in officers]


def paper(officer: str, role: str = "releasing officer", kind: str = "ed25519") -> bytes:
    said = Certificate(public(officer), "officer", origin(A), 7, kind, role)
    return certificate.certify(said, seed(A.label))


PAPERS = [paper(ONE, "releasing officer 1"), paper(TWO, "releasing officer 2")]
WHOLE = release_file.write(COPY, signed(COPY, ONE, TWO), PAPERS)


def verdict(data: bytes, papers: tuple[bytes, ...] = (), anchors: tuple[Anchor, ...] = KNOWN) -> str:
    return release_file.read(data).verify(anchors, papers).verdict


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {each: pack.read(each) for each in pack.namelist()}


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return made.getvalue()


def test_it_is_read_as_it_was_written() -> None:
    found = release_file.read(WHOLE)
    assert release_file.is_release(WHOLE)
    assert found.files == FILES and not found.wrong
    index = found.index
    assert (index.release, index.by, index.by_name, index.identity) == (
        "r-abcdefghijklmnopqrstuvwxyz",
        A.name,
        "North",
        A.identity,
    )
    assert (index.recipient, index.recipient_party) == ("Bravo mission", B.name)
    assert index.caveats == released.CAVEATS
    assert (index.records, index.made_ms, index.exercise) == (4, released.MADE, False)
    assert set(index.absent) == {"release.geojson", "release.html", "release.pdf"}
    proven = found.verify(KNOWN)
    assert (proven.verdict, proven.wrong, proven.label) == ("verified", (), "the northerners")
    assert {each.role for each in proven.officers} == {"releasing officer 1", "releasing officer 2"}


def test_the_same_parts_are_the_same_bytes() -> None:
    again = release_file.make(document(), dict(reversed(FILES.items())), A.identity, B.name)
    assert again.index == COPY.index
    assert release_file.write(again, signed(again, TWO, ONE), PAPERS[::-1]) == WHOLE
    assert next(iter(parts(WHOLE))) == "release.json"


def test_what_is_approved_is_the_index() -> None:
    index = json.loads(COPY.index)
    assert index["files"]["release.txt"] == {
        "sha256": hashlib.sha256(FILES["release.txt"]).hexdigest(),
        "size": len(FILES["release.txt"]),
    }
    other = release_file.make(document(Caveats(("Everybody",))), FILES, A.identity, B.name)
    moved = release_file.write(other, signed(COPY, ONE, TWO), PAPERS)
    proven = release_file.read(moved).verify(KNOWN)
    assert proven.verdict == "not verified"
    assert sum("over something else" in each for each in proven.wrong) == 2


def test_whoever_is_not_known_is_not_anchored() -> None:
    assert verdict(WHOLE, anchors=()) == "not anchored"
    assert verdict(WHOLE, anchors=(Anchor(B.name),)) == "not anchored"
    assert verdict(WHOLE, anchors=(Anchor(ids.base32(A.identity)),)) == "verified"


@pytest.mark.parametrize(
    ("approvals", "papers", "words"),
    [
        ((), PAPERS, "0 of 2 officers"),
        ((ONE,), PAPERS, "1 of 2 officers"),
        ((ONE, ONE), PAPERS, "1 of 2 officers"),
        ((ONE, THREE), PAPERS, "is not that of an officer of this party"),
        ((ONE, TWO), PAPERS[:1], "is not that of an officer of this party"),
        ((ONE, TWO), [PAPERS[0], paper(TWO, kind="webauthn")], "1 of 2 officers"),
        (
            (ONE, TWO),
            [
                PAPERS[0],
                certificate.certify(
                    Certificate(public(TWO), "officer", origin(B), 0, "ed25519", "x"), seed(B.label)
                ),
            ],
            "not signed by that identity",
        ),
    ],
)
def test_two_officers_of_the_party_must_have_signed(
    approvals: tuple[str, ...], papers: list[bytes], words: str
) -> None:
    proven = release_file.read(release_file.write(COPY, signed(COPY, *approvals), papers)).verify(KNOWN)
    assert proven.verdict == "not verified"
    assert any(words in each for each in proven.wrong), proven.wrong


def test_a_key_that_was_revoked_is_not_relied_on() -> None:
    revoked = certificate.revoke(Revocation(public(TWO), {origin(A): 900}), seed(A.label))
    assert verdict(WHOLE, (revoked,)) == "disputed"
    third = release_file.write(COPY, signed(COPY, ONE, TWO, THREE), [*PAPERS, paper(THREE), revoked])
    assert verdict(third) == "verified"  # two others are left
    use = certificate.certify(Certificate(public(TWO), "log", origin(A), 0), seed(A.label))
    assert verdict(WHOLE, (use,)) == "disputed"


def test_a_signature_that_is_false_is_said() -> None:
    good = signed(COPY, ONE, TWO)
    false = Approval(good[1].subject, good[1].key, good[0].signature)
    proven = release_file.read(release_file.write(COPY, [good[0], false], PAPERS)).verify(KNOWN)
    assert proven.verdict == "not verified" and any("is false" in each for each in proven.wrong)


def test_a_party_is_its_identity() -> None:
    """A stranger names another party, under an own key."""
    made = document()
    copy = release_file.make(made, FILES, B.identity, None)
    keyed = certificate.certify(
        Certificate(public(ONE), "officer", origin(B), 0, "ed25519", "x"), seed(B.label)
    )
    found = release_file.read(release_file.write(copy, signed(copy, ONE), [keyed])).verify(KNOWN)
    assert found.verdict == "not verified"
    assert any("identity key" in each for each in found.wrong)


@pytest.mark.parametrize("name", [*FILES, "release.json"])
def test_every_byte_counts(name: str) -> None:
    files = parts(WHOLE)
    files[name] = files[name].replace(b"e", b"E", 1) if name != "release.csv" else b"a,c\r\n"
    try:
        assert verdict(packed(files)) == "not verified"
    except Invalid as error:
        assert (error.code, name) == ("release.file", "release.json")


def test_what_is_missing_or_more_is_false() -> None:
    files = parts(WHOLE)
    del files["release.csv"]
    assert verdict(packed(files)) == "not verified"
    for more in ("release.pdf", "read-me-first.html", "approvals2/x"):
        found = release_file.read(packed(parts(WHOLE) | {more: b"x"}))
        assert found.wrong == (f"{more} is not in its index",)
        assert more not in found.files


def test_another_program_may_pack_it_again() -> None:
    files = parts(WHOLE)
    folders = {"approvals/": b"", "papers/": b""}
    turned = dict(sorted({**folders, **files}.items(), reverse=True))
    assert verdict(packed(turned, zipfile.ZIP_DEFLATED)) == "verified"


def test_what_can_be_used_until_a_time() -> None:
    found: Read = release_file.read(WHOLE)
    until = released.CAVEATS.expires_ms
    assert until is not None
    assert (found.expired(until - 1), found.expired(until)) == (False, True)
    open_ended = release_file.make(document(Caveats()), FILES, A.identity, None)
    assert not release_file.read(release_file.write(open_ended)).expired(2**52)


def index(change: Callable[[dict[str, object]], object]) -> bytes:
    found = json.loads(COPY.index)
    change(found)
    return json.dumps(found, indent=2).encode() + b"\n"


HOSTILE = {
    "no index": packed({"release.txt": b"x"}),
    "no JSON": packed({"release.json": b"{"}),
    "deep": packed({"release.json": b"[" * 100_000}),
    "no text": packed({"release.json": b"\xff\xfe"}),
    "schema": packed({"release.json": index(lambda each: each.update(schema="wideberth.release/2"))}),
    "unknown key": packed({"release.json": index(lambda each: each.update(safe=True))}),
    "a key twice": packed({"release.json": COPY.index.replace(b'"title"', b'"title": "x",\n  "title"', 1)}),
    "spaces": packed({"release.json": COPY.index + b" "}),
    "another name": packed(
        {"release.json": index(lambda each: each.update(files={"../x": {"sha256": "", "size": 1}}))}
    ),
    "too large": packed(
        {
            "release.json": index(
                lambda each: each.update(files={"release.txt": {"sha256": "", "size": 1 << 40}})
            )
        }
    ),
    "no files": packed({"release.json": index(lambda each: each.update(files={}))}),
    "key": packed({"release.json": index(lambda each: each.update(identity="a" * 51 + "b"))}),
    "time": packed({"release.json": index(lambda each: each.update(made="yesterday"))}),
    "an index that unpacks to much": packed({"release.json": bytes(1 << 20)}, zipfile.ZIP_DEFLATED),
    "an approval that unpacks to much": packed(
        parts(WHOLE) | {"papers/x": bytes(1 << 20)}, zipfile.ZIP_DEFLATED
    ),
    "many papers": packed(parts(WHOLE) | {f"papers/{n}": b"" for n in range(300)}),
    "outside": packed(parts(WHOLE) | {"papers/../../x": b""}),
    "an archive inside": packed(parts(WHOLE) | {"papers/x.zip": b""}),
    "cut": WHOLE[:-30],
    "empty": b"",
    "text": b"PK\x03\x04 not a zip",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as error:
        release_file.read(HOSTILE[name])
    assert error.value.code.split(".")[0] in ("release", "zip", "file", "time", "ledger")


def test_an_approval_that_is_none_is_said() -> None:
    found = release_file.read(packed(parts(WHOLE) | {"approvals/x.json": b"{}"}))
    assert found.wrong and found.wrong[0].startswith("approvals/x.json is no approval")


def test_only_files_of_a_release_are_packed() -> None:
    with pytest.raises(Invalid) as error:
        release_file.make(document(), {"evil.exe": b""}, A.identity, None)
    assert error.value.code == "release.file"
    with pytest.raises(Invalid) as error:
        release_file.make(document(), {"release.txt": bytes(release_file.LARGEST + 1)}, A.identity, None)
    assert error.value.code == "release.file"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_is_not_verified(data: st.DataObject) -> None:
    """One byte anywhere: the file proves the same, or it proves nothing."""
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytearray(WHOLE)
    changed[at] ^= other
    try:
        found = release_file.read(bytes(changed))
        verified = found.verify(KNOWN).verdict == "verified"
    except (Invalid, zlib.error) as error:
        assert isinstance(error, Invalid)
        return
    if verified:
        assert (found.index_bytes, found.files) == (COPY.index, FILES)
