"""What an officer may do now, and what is refused with what would be accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from tests.desk.agreed import FIRST, NUMBER, PARTIES, after, terms_of
from tests.desk.line import ONE, THREE, TWO, Talk, certified, signed
from tests.ledger.two import A, B, Party, origin, seed
from wideberth.desk import agreement_commands as commands
from wideberth.desk.agreement_entries import Ended, Proposed, Resumed, Signed, Suspended
from wideberth.desk.agreements import State, phase
from wideberth.errors import Invalid, Refused
from wideberth.formats import agreement_draft
from wideberth.ledger import parts

SECOND = after(FIRST)
OTHER = agreement_draft.draft(seed("other")[:16], "Other terms", PARTIES)


def refused(code: str, attempt: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        attempt()
    assert caught.value.code == code
    assert "accepted: " in caught.value.message
    return caught.value.message


def propose(talk: Talk, party: Party, data: bytes = FIRST) -> None:
    for each in commands.propose(talk.state, data, terms_of):
        talk.say(party, each)


def sign(talk: Talk, party: Party, *names: str, data: bytes = FIRST) -> None:
    mine = origin(party)
    approvals = [signed(party, name, data) for name in names]
    n = talk.heads[mine].size
    for each in commands.sign(talk.state, hashlib.sha256(data).digest(), approvals, mine, n):
        talk.say(party, each)


def agreed() -> Talk:
    talk = Talk()
    talk.officers(A, B)
    propose(talk, A)
    for party in (A, B):
        sign(talk, party, ONE, TWO)
    return talk


def test_from_a_proposal_to_the_end() -> None:
    talk = agreed()
    assert phase(talk.state, NUMBER) == "in force"
    talk.say(A, commands.suspend(talk.state, NUMBER))
    assert phase(talk.state, NUMBER) == "suspended"
    talk.say(A, commands.resume(talk.state, NUMBER, A.name))
    propose(talk, B, SECOND)
    sign(talk, B, ONE, TWO, data=SECOND)
    sign(talk, A, TWO, THREE, data=SECOND)
    assert phase(talk.state, NUMBER) == "in force"
    talk.say(B, commands.end(talk.state, NUMBER))
    assert phase(talk.state, NUMBER) == "ended"


def test_what_is_written() -> None:
    state = agreed().state
    assert commands.suspend(state, NUMBER) == Suspended(NUMBER)
    assert commands.end(state, NUMBER) == Ended(NUMBER)
    approval = signed(A, THREE)
    found = commands.sign(state, hashlib.sha256(FIRST).digest(), [approval], origin(A), 9)
    assert found == (Signed(approval),)
    talk = agreed()
    talk.say(B, Suspended(NUMBER))
    assert commands.resume(talk.state, NUMBER, B.name) == Resumed(NUMBER)


def test_large_terms_go_in_parts() -> None:
    large = FIRST + b"# a long comment\n" * 4_000
    found = commands.propose(Talk().state, large, terms_of)
    assert found == (*parts.split(large), Proposed(NUMBER, hashlib.sha256(large).digest()))


def test_what_stands_inline_fits_whatever_it_holds() -> None:
    quoted = FIRST + b'# "\\' + b'"\\' * ((30_000 - len(FIRST) - 5) // 2) + b"\n"
    talk = Talk()
    propose(talk, A, quoted)
    assert [each.header.type for each in talk.entries] == ["agreement.proposed"]
    assert phase(talk.state, NUMBER) == "proposed"


def test_bytes_that_are_no_terms_are_not_proposed() -> None:
    with pytest.raises(Invalid):
        commands.propose(Talk().state, FIRST[:-1], terms_of)


def test_what_is_not_possible_now() -> None:
    state = Talk().state
    for attempt in (commands.suspend, commands.end):
        message = refused("agreement.not_now", lambda do=attempt: do(state, NUMBER))  # type: ignore[misc]  # a default
        assert "is none" in message
    refused("agreement.not_now", lambda: commands.resume(agreed().state, NUMBER, A.name))
    talk = agreed()
    talk.say(A, Ended(NUMBER))
    assert "nothing" in refused("agreement.not_now", lambda: commands.end(talk.state, NUMBER))


def test_only_who_suspended_resumes() -> None:
    talk = agreed()
    talk.say(A, Suspended(NUMBER))
    refused("agreement.not_suspended", lambda: commands.resume(talk.state, NUMBER, B.name))


def test_what_cannot_follow_is_not_proposed() -> None:
    state = agreed().state
    refused("agreement.known", lambda: commands.propose(state, FIRST, terms_of))
    refused("agreement.not_next", lambda: commands.propose(state, OTHER, terms_of))
    refused("agreement.not_next", lambda: commands.propose(state, after(SECOND, "5NM", "6NM"), terms_of))


def test_what_cannot_follow_is_not_signed() -> None:
    talk = agreed()
    propose(talk, A, SECOND)
    talk.say(A, Proposed(terms_of(OTHER).id, hashlib.sha256(OTHER).digest(), OTHER))
    refused("agreement.not_next", lambda: sign(talk, A, ONE, data=OTHER))
    refused("agreement.unknown", lambda: sign(talk, A, ONE, data=after(FIRST, "3NM", "9NM")))
    for party in (A, B):
        talk.sign(party, ONE, TWO, data=OTHER)
    talk.say(A, Ended(NUMBER))
    message = refused("agreement.not_next", lambda: sign(talk, A, THREE, data=OTHER))
    assert "has to be ended first" in message, "what all signed while it could not be stays ignored"


@pytest.mark.parametrize("name", ["stranger", "log"])
def test_a_signature_that_does_not_count_is_not_entered(name: str) -> None:
    talk = Talk()
    talk.officers(A)
    talk.say(A, certified(A, "log", "log"))
    propose(talk, A)
    assert "roster" in refused("agreement.not_counted", lambda: sign(talk, A, ONE, name))


def test_nor_one_over_other_bytes_or_by_a_party_without_papers() -> None:
    talk = Talk()
    talk.officers(A)
    propose(talk, A)
    state: State = talk.state
    sha256 = hashlib.sha256(FIRST).digest()
    other = [signed(A, ONE, SECOND)]
    refused("agreement.not_counted", lambda: commands.sign(state, sha256, other, origin(A), 9))
    theirs = [signed(B, ONE)]
    refused("agreement.not_counted", lambda: commands.sign(state, sha256, theirs, origin(B), 9))
