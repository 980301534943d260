"""Which key may sign what, and from when."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import A, B, origin, seed
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import canonical, certificate, ids, keys, note, seal
from wideberth.ledger.certificate import Certificate, Papers, Revocation

LOG = A.key("log")
CERTIFICATE = Certificate(LOG, "log", origin(A), 5)
REVOCATION = Revocation(LOG, {origin(A): 9})
OFFICER = Certificate(A.key("officer"), "officer", origin(A, "urgent"), 0, "ed25519", "ضابط مناوب 2")


def test_papers_are_read_back_by_whoever_knows_the_identity_key() -> None:
    for made in (
        CERTIFICATE,
        OFFICER,
        Certificate(bytes(77), "officer", origin(A), 0, "webauthn", "deputy"),
        Certificate(A.key("cosign"), "cosign", origin(B), 0),
        Certificate(seal.prekey(1, seed("p")).public, "seal", origin(A), 0),
        Certificate(seal.prekey(2, seed("p")).public, "seal", origin(A), 0),
    ):
        assert certificate.read_certificate(certificate.certify(made, seed("north")), A.identity) == made
        assert certificate.read(certificate.sign(made, seed("north")), A.identity) == made
    for revoked in (REVOCATION, Revocation(LOG, {}), Revocation(bytes(77), {})):
        assert certificate.read_revocation(certificate.revoke(revoked, seed("north")), A.identity) == revoked


def test_the_note_in_full() -> None:
    data = certificate.certify(CERTIFICATE, seed("north"))
    text, _, line = data.decode().rpartition("\n\n")
    assert text.split("\n") == [
        "wideberth/certificate/v1",
        f'{{"from_n":5,"key":"{ids.base32(LOG)}","origin":"{origin(A).text}","purpose":"log","v":1}}',
    ]
    assert line.startswith(f"— wideberth/{A.name} ")
    officer = certificate.certify(OFFICER, seed("north")).decode().split("\n")[1]
    assert (
        f'"kind":"ed25519","origin":"{OFFICER.origin.text}","purpose":"officer","role":"ضابط مناوب 2"'
        in officer
    )
    data = certificate.revoke(REVOCATION, seed("north"))
    assert data.decode().split("\n")[:2] == [
        "wideberth/revocation/v1",
        f'{{"key":"{ids.base32(LOG)}","last_n":{{"{origin(A).text}":9}},"v":1}}',
    ]


def test_papers_of_another_identity_are_not_trusted() -> None:
    forged = certificate.certify(Certificate(LOG, "log", origin(B), 5), seed("south"))
    with pytest.raises(NotTrusted) as caught:
        certificate.read_certificate(forged, A.identity)
    assert caught.value.code == "ledger.unsigned"


def signed(text: str) -> bytes:
    return note.write(note.sign(text, ids.cosigner(A.name), seed("north")))


def paper(**changes: Any) -> bytes:
    value: dict[str, Any] = {
        "from_n": 5, "key": ids.base32(LOG), "origin": origin(A).text, "purpose": "log", "v": 1,
    }  # fmt: skip
    value = {key: found for key, found in {**value, **changes}.items() if found != "gone"}
    return signed(f"wideberth/certificate/v1\n{canonical.write(value).decode()}\n")


def test_a_paper_is_what_its_first_line_says() -> None:
    text = paper().decode().split("\n")[1]
    for heading, code in (("certificate/v2", "ledger.certificate"), ("certificate/v1", "")):
        try:
            certificate.read_certificate(signed(f"wideberth/{heading}\n{text}\n"), A.identity)
        except Invalid as error:
            assert error.code == code
        else:
            assert code == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (paper(from_n=-1), "ledger.certificate"),
        (paper(from_n=True), "ledger.certificate"),
        (paper(from_n="5"), "ledger.certificate"),
        (paper(purpose="any"), "ledger.certificate"),
        (paper(purpose="cosign"), "ledger.certificate"),
        (paper(purpose="cosign", origin=origin(B).text), ""),
        (paper(origin=origin(B).text), "ledger.certificate"),
        (paper(origin="x"), "ledger.origin"),
        (paper(key=7), "ledger.certificate"),
        (paper(key="a"), "ledger.certificate"),
        (paper(key=ids.base32(bytes(1216))), "ledger.certificate"),
        (paper(key="A" * 52), "ledger.base32"),
        (paper(key=ids.base32(A.identity)), "ledger.certificate"),
        (paper(v=2), "ledger.certificate"),
        (paper(more=1), "ledger.certificate"),
        (paper(v="gone"), "ledger.certificate"),
        (signed("wideberth/certificate/v2\n{}\n"), "ledger.certificate"),
        (signed("wideberth/certificate/v1\n"), "ledger.certificate"),
        (signed("wideberth/certificate/v1\n{}\n"), "ledger.certificate"),
        (signed("wideberth/certificate/v1\n{ }\n"), "ledger.json_not_canonical"),
        (paper(kind="ed25519", role="deputy"), "ledger.certificate"),
        (paper(purpose="officer"), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519"), "ledger.certificate"),
        (paper(purpose="officer", role="deputy"), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role="deputy"), ""),
        (paper(purpose="officer", kind="ed25519", role="d" * 64), ""),
        (paper(purpose="officer", kind="ed25519", role="d" * 65), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role=""), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role=" deputy"), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role=2), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role="deputy\n"), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role="dep\u202euty"), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role="dep\u200buty"), "ledger.certificate"),
        (paper(purpose="officer", kind="ed25519", role="deputy\U000e0041"), "ledger.certificate"),
        (paper(purpose="officer", kind="Ed25519", role="deputy"), "ledger.certificate"),
        (paper(purpose="officer", kind="k" * 33, role="deputy"), "ledger.certificate"),
        (paper(purpose="officer", kind=1, role="deputy"), "ledger.certificate"),
        (
            paper(purpose="officer", kind="ed25519", role="deputy", key=ids.base32(bytes(33))),
            "ledger.certificate",
        ),
        (paper(purpose="officer", kind="later", role="deputy", key=ids.base32(bytes(33))), ""),
        (paper(purpose="officer", kind="later", role="deputy", key=ids.base32(bytes(4096))), ""),
        (
            paper(purpose="officer", kind="later", role="deputy", key=ids.base32(bytes(4097))),
            "ledger.certificate",
        ),
        (
            paper(purpose="officer", kind="later", role="deputy", key=ids.base32(bytes(31))),
            "ledger.certificate",
        ),
        (certificate.revoke(REVOCATION, seed("north")), "ledger.certificate"),
        (b"", "ledger.note"),
        (paper(), ""),
    ],
)
def test_certificates_are_read_strictly(data: bytes, code: str) -> None:
    try:
        certificate.read_certificate(data, A.identity)
    except Invalid as error:
        assert error.code == code
    else:
        assert code == ""


@pytest.mark.parametrize("last_n", [None, {"x": 1}, {origin(A).text: -1}])
def test_revocations_are_read_strictly(last_n: Any) -> None:
    value = canonical.write({"key": ids.base32(LOG), "last_n": last_n, "v": 1}).decode()
    with pytest.raises(Invalid) as caught:
        certificate.read_revocation(signed(f"wideberth/revocation/v1\n{value}\n"), A.identity)
    assert caught.value.code in ("ledger.certificate", "ledger.origin")


@pytest.mark.parametrize(
    "made",
    [
        Certificate(A.identity, "log", origin(A), 0),
        Certificate(LOG, "log", origin(A), 0, "ed25519", "deputy"),
        Certificate(LOG, "officer", origin(A), 0),
        Certificate(LOG, "officer", origin(B), 0, "ed25519", "deputy"),
    ],
)
def test_what_could_not_be_read_is_not_signed(made: Certificate) -> None:
    with pytest.raises(Invalid) as caught:
        certificate.certify(made, seed("north"))
    assert caught.value.code == "ledger.certificate"


def test_a_certificate_is_no_revocation() -> None:
    with pytest.raises(Invalid) as caught:
        certificate.read_revocation(paper(), A.identity)
    assert (caught.value.code, caught.value.path) == ("ledger.certificate", "line 1")


def test_a_length_that_no_key_has_is_told_with_those_that_keys_have() -> None:
    for data, wanted in (
        (paper(key="a"), "a key of 32 bytes"),
        (paper(key="a", purpose="seal"), "a key of 32 or 1216 bytes"),
        (paper(key="a", purpose="officer", kind="later", role="deputy"), "a key of 32 to 4096 bytes"),
    ):
        with pytest.raises(Invalid) as caught:
            certificate.read(data, A.identity)
        assert caught.value.wanted == wanted


def test_a_key_counts_from_where_it_is_certified_to_where_it_is_revoked() -> None:
    papers = Papers((CERTIFICATE,), (REVOCATION,))

    def standing(n: int, purpose: certificate.Purpose = "log", key: bytes = LOG, where: Any = None) -> str:
        return certificate.standing(key, purpose, where or origin(A), n, papers)

    assert [standing(n) for n in (4, 5, 8, 9, 10)] == ["unknown", "valid", "valid", "disputed", "disputed"]
    assert standing(6, "officer") == "unknown"
    assert standing(6, key=A.key("officer")) == "unknown"
    assert standing(6, where=origin(A, "urgent")) == "unknown"


def test_a_revocation_counts_from_the_first_entry_in_feeds_it_does_not_name() -> None:
    urgent = Certificate(LOG, "log", origin(A, "urgent"), 0)
    papers = Papers((CERTIFICATE, urgent), (REVOCATION,))
    assert certificate.standing(LOG, "log", origin(A, "urgent"), 0, papers) == "disputed"
    assert certificate.standing(LOG, "log", origin(A), 8, papers) == "valid"
    everywhere = Papers((CERTIFICATE, urgent), (Revocation(LOG, {}),))
    assert certificate.standing(LOG, "log", origin(A), 8, everywhere) == "disputed"
    of_another = Papers((CERTIFICATE, urgent), (Revocation(A.key("officer"), {}),))
    assert certificate.standing(LOG, "log", origin(A), 8, of_another) == "valid"


def test_one_key_has_one_purpose() -> None:
    """And what it signed is not unsaid by a second certificate: that would go further than a revocation."""
    second = Certificate(LOG, "officer", origin(A), 8, "ed25519", "deputy")
    both = Papers((CERTIFICATE, second))
    assert certificate.standing(LOG, "log", origin(A), 6, both) == "disputed"
    assert [certificate.standing(LOG, "officer", origin(A), n, both) for n in (7, 8)] == [
        "unknown",
        "disputed",
    ]
    assert certificate.standing(LOG, "seal", origin(A), 8, both) == "unknown"
    assert certificate.logs(origin(A), 6, both) == ()


def test_of_officers_one_kind_counts() -> None:
    for kind, wanted in (("ed25519", "valid"), ("webauthn", "unknown")):
        papers = Papers((Certificate(LOG, "officer", origin(A), 0, kind, "deputy"),))
        assert certificate.standing(LOG, "officer", origin(A), 0, papers) == wanted


def test_papers_are_sorted_by_what_they_are() -> None:
    found = certificate.papers([REVOCATION, CERTIFICATE, OFFICER])
    assert found == Papers((CERTIFICATE, OFFICER), (REVOCATION,))


def test_keys_follow_each_other() -> None:
    second = keys.public(seed("second log"))
    papers = Papers(
        (CERTIFICATE, Certificate(second, "log", origin(A), 9)),
        (REVOCATION,),
    )
    found = [[each.public for each in certificate.logs(origin(A), n, papers)] for n in (4, 8, 9)]
    assert found == [[], [LOG], [second]]
    verifier = certificate.logs(origin(A), 8, papers)[0]
    assert (verifier.name, verifier.kind) == (origin(A).text, note.ED25519)


@given(st.permutations(range(4)), st.integers(0, 12))
def test_papers_count_in_any_order(order: list[int], n: int) -> None:
    revocations = (REVOCATION, Revocation(LOG, {origin(A): 7}))
    certificates = (CERTIFICATE, Certificate(LOG, "log", origin(A), 2))
    mixed = [*certificates, *revocations]
    shuffled = Papers(
        tuple(x for i in order if isinstance(x := mixed[i], Certificate)),
        tuple(x for i in order if isinstance(x := mixed[i], Revocation)),
    )
    wanted = "unknown" if n < 2 else "valid" if n < 7 else "disputed"
    assert certificate.standing(LOG, "log", origin(A), n, shuffled) == wanted
    assert certificate.standing(LOG, "log", origin(A), n, Papers(certificates, revocations)) == wanted
