"""Which officers' keys count at an entry, and why the others do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import A, B, origin
from wideberth.ledger import certificate
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.ledger.roster import roster

MAIN = origin(A)
ONE, TWO = A.key("officer one"), A.key("officer two")


def officer(
    key: bytes, role: str, from_n: int = 0, kind: str = "ed25519", where: object = MAIN
) -> Certificate:
    assert isinstance(where, type(MAIN))
    return Certificate(key, "officer", where, from_n, kind, role)


def test_the_roster_is_what_the_certificates_say() -> None:
    papers = Papers(
        (officer(ONE, "duty officer 1"), officer(TWO, "duty officer 2", 9)), (Revocation(ONE, {MAIN: 12}),)
    )
    rows = [
        [
            (each.role, each.from_n, each.last_n, each.standing, each.why)
            for each in roster(MAIN, n, papers).values()
        ]
        for n in (0, 9, 12)
    ]
    first, second = ("duty officer 1", 0, 12), ("duty officer 2", 9, None)
    expected = [
        [(*first, "valid", None), (*second, "unknown", "not yet")],
        [(*first, "valid", None), (*second, "valid", None)],
        [(*first, "disputed", "revoked"), (*second, "valid", None)],
    ]
    assert [sorted(each) for each in rows] == expected
    assert list(roster(MAIN, 0, papers)) == sorted((ONE, TWO))
    assert all(key == each.key for key, each in roster(MAIN, 0, papers).items())


def test_it_is_the_roster_of_one_feed_and_of_officers_only() -> None:
    papers = Papers(
        (
            officer(ONE, "duty officer 1", where=origin(A, "urgent")),
            officer(B.key("officer"), "duty officer 1", where=origin(B)),
            Certificate(A.key("log"), "log", MAIN, 0),
        )
    )
    assert roster(MAIN, 5, papers) == {}
    assert list(roster(origin(A, "urgent"), 5, papers)) == [ONE]


def test_a_key_of_two_purposes_or_two_kinds_is_shown_and_does_not_count() -> None:
    for second in (Certificate(ONE, "log", MAIN, 0), officer(ONE, "deputy", 0, "webauthn")):
        found = roster(MAIN, 5, Papers((officer(ONE, "duty officer 1", 1), second)))[ONE]
        assert (found.role, found.standing, found.why) == ("duty officer 1", "disputed", "two uses")


def test_a_key_of_a_kind_that_is_not_known_is_shown_and_does_not_count() -> None:
    token = bytes(77)
    found = roster(MAIN, 5, Papers((officer(token, "deputy", 0, "webauthn"),)))[token]
    assert (found.kind, found.standing, found.why) == ("webauthn", "unknown", "another kind")


def test_the_role_is_that_of_the_newest_certificate_that_has_begun() -> None:
    papers = Papers((officer(ONE, "deputy", 7), officer(ONE, "duty officer 1", 3)))
    found = [roster(MAIN, n, papers)[ONE] for n in (2, 3, 6, 7)]
    assert [each.role for each in found] == ["deputy", "duty officer 1", "duty officer 1", "deputy"]
    assert {each.from_n for each in found} == {3}
    assert [each.standing for each in found] == ["unknown", "valid", "valid", "valid"]


@given(st.permutations(range(6)), st.integers(0, 12))
def test_papers_count_in_any_order(order: list[int], n: int) -> None:
    held: list[certificate.Paper] = [
        officer(ONE, "deputy", 2),
        officer(ONE, "duty officer 1", 2),
        officer(TWO, "duty officer 2", 4),
        officer(TWO, "deputy", 8),
        Revocation(ONE, {MAIN: 10}),
        Revocation(ONE, {MAIN: 6}),
    ]
    assert roster(MAIN, n, certificate.papers(held[i] for i in order)) == roster(
        MAIN, n, certificate.papers(held)
    )
    found = roster(MAIN, n, certificate.papers(held))[ONE]
    assert (found.standing == "valid") is (2 <= n < 6) and found.last_n == 6
