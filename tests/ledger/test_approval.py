"""Two officers, one exact hash: what counts as approved, and every way in which it does not."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from msgspec import structs

from tests.ledger.two import A, B, origin, seed
from wideberth.errors import Invalid
from wideberth.ledger import approval, canonical, ids, keys
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.ledger.ids import Origin

MAIN = origin(A)
TERMS = b'schema = "wideberth.terms/1"\n'
NUMBER = seed("agreement")[:16]
TERMED = approval.agreement(NUMBER, TERMS)
LIFT = Subject("lift", hashlib.sha256(b"hold h-1").digest())


def officer(name: str, from_n: int = 0, kind: str = "ed25519") -> Certificate:
    return Certificate(A.key(name), "officer", MAIN, from_n, kind, name)


def by(*names: str, subject: Subject = LIFT) -> list[Approval]:
    return [approval.sign(subject, A.seed(name)) for name in names]


PAPERS = Papers((officer("one"), officer("two"), officer("three", 9), officer("four", 0, "webauthn")))


def approved(approvals: list[Approval], n: int = 5, papers: Papers = PAPERS, subject: Subject = LIFT) -> bool:
    return approval.approved(subject, approvals, MAIN, n, papers)


def test_the_bytes_that_are_signed() -> None:
    assert approval.message(TERMED) == (b"wideberth/agreement/v1\n" + NUMBER + hashlib.sha256(TERMS).digest())
    assert approval.message(LIFT) == b"wideberth/approval/v1\nlift\n" + hashlib.sha256(b"hold h-1").digest()


def test_two_officers_approve() -> None:
    for subject in (LIFT, TERMED, Subject("release", LIFT.hash)):
        assert approved(by("one", "two", subject=subject), subject=subject)
    assert approval.approvers(LIFT, by("one", "two", "two"), MAIN, 5, PAPERS) == {A.key("one"), A.key("two")}


@pytest.mark.parametrize(
    "names", [(), ("one",), ("one", "one"), ("one", "three"), ("one", "four"), ("one", "log")]
)
def test_one_key_is_not_enough_however_often_it_signs(names: tuple[str, ...]) -> None:
    papers = Papers((*PAPERS.certificates, Certificate(A.key("log"), "log", MAIN, 0)))
    assert not approved(by(*names), papers=papers)


def test_a_key_counts_from_where_it_is_certified() -> None:
    assert [approved(by("one", "three"), n) for n in (8, 9)] == [False, True]


def test_a_revoked_key_counts_before_and_not_from_there_on() -> None:
    papers = Papers(PAPERS.certificates, (Revocation(A.key("two"), {MAIN: 7}),))
    assert [approved(by("one", "two"), n, papers) for n in (6, 7)] == [True, False]


def test_a_key_of_two_purposes_does_not_count() -> None:
    papers = Papers((*PAPERS.certificates, Certificate(A.key("two"), "log", MAIN, 0)))
    assert not approved(by("one", "two"), papers=papers)


def test_the_other_party_s_officers_do_not_count() -> None:
    theirs = [Certificate(B.key(name), "officer", origin(B), 0, "ed25519", name) for name in ("one", "two")]
    papers = Papers((*PAPERS.certificates, *theirs))
    signed = [approval.sign(LIFT, B.seed(name)) for name in ("one", "two")]
    assert not approved(signed, papers=papers)
    assert not approved([*by("one"), signed[0]], papers=papers)
    assert approval.approved(LIFT, signed, origin(B), 5, papers)


def test_an_approval_counts_for_nothing_else() -> None:
    other = approval.agreement(NUMBER, TERMS + b"# one more line\n")
    renumbered = approval.agreement(seed("another")[:16], TERMS)
    for replayed in (other, renumbered, Subject("release", TERMED.hash)):
        assert not approved(by("one", "two", subject=TERMED), subject=replayed)
        # the same signatures under a text that says otherwise
        relabelled = [structs.replace(each, subject=replayed) for each in by("one", "two", subject=TERMED)]
        assert not approved(relabelled, subject=replayed)
    assert not approved(by("one", "two"), subject=Subject("release", LIFT.hash))


def test_on_another_line_it_counts_only_where_the_keys_are_on_the_roster() -> None:
    elsewhere = Origin(ids.base32(seed("another line")), A.name, "main", 0)
    assert not approval.approved(LIFT, by("one", "two"), elsewhere, 5, PAPERS)
    there = [structs.replace(officer(name), origin=elsewhere) for name in ("one", "two")]
    assert approval.approved(LIFT, by("one", "two"), elsewhere, 5, Papers((*PAPERS.certificates, *there)))


def test_a_signature_of_another_key_does_not_count() -> None:
    one, two = by("one", "two")
    assert not approved([one, structs.replace(one, key=two.key)])
    assert not approved([one, structs.replace(two, signature=bytes(64))])
    assert approval.verifies(one) and not approval.verifies(structs.replace(one, key=two.key))


@pytest.mark.parametrize("subject", [LIFT, TERMED])
def test_an_approval_is_read_back(subject: Subject) -> None:
    (made,) = by("one", subject=subject)
    data = approval.write(made)
    assert approval.read(data) == made and canonical.accept(data)["what"] == subject.what
    assert len(made.signature) == keys.SIGNATURE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"v": 2}, "ledger.approval"),
        ({"type": "wideberth.other"}, "ledger.approval"),
        ({"more": 1}, "ledger.approval"),
        ({"what": "anything"}, "ledger.approval"),
        ({"what": "lift\n"}, "ledger.approval"),
        ({"what": "agreement"}, "ledger.approval"),
        ({"what": ["lift"]}, "ledger.approval"),
        ({"agreement": "a" * 26}, "ledger.approval"),
        ({"agreement": "a"}, "ledger.base32"),
        ({"hash": None}, "ledger.base32"),
        ({"key": "a"}, "ledger.base32"),
        ({"signature": ids.base32(bytes(63))}, "ledger.base32"),
    ],
)
def test_approvals_are_read_strictly(changes: dict[str, Any], code: str) -> None:
    value = {**canonical.accept(approval.write(by("one")[0])), **changes}
    try:
        approval.read(canonical.write(value))
    except Invalid as error:
        assert error.code == code
    else:
        assert code == ""


@pytest.mark.parametrize(
    "subject",
    [
        Subject("agreement", LIFT.hash),
        Subject("agreement", LIFT.hash, b""),
        Subject("agreement", LIFT.hash, bytes(15)),
        Subject("lift", LIFT.hash, NUMBER),
        Subject("lift", LIFT.hash, b""),
        Subject("lift", bytes(31)),
    ],
)
def test_what_cannot_be_is_neither_signed_nor_asked_for(subject: Subject) -> None:
    for attempt in (
        lambda: approval.sign(subject, A.seed("one")),
        lambda: approval.approved(subject, [], MAIN, 0, PAPERS),
        lambda: approval.write(Approval(subject, A.key("one"), bytes(64))),
    ):
        with pytest.raises(Invalid) as caught:
            attempt()
        assert caught.value.code == "ledger.approval"
