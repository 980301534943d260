"""Own releases: two keys approve one, then it leaves; each step is one of the printed table."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from tests.desk.line import ONE, THREE, TWO, Talk, revoked
from tests.desk.released import (
    CAVEATS,
    COPY,
    DAY,
    DOCUMENT,
    DRAFT,
    ID,
    INDEX,
    NOW,
    SOURCES,
    THIRD,
    approve,
    approved,
    delivered,
    named,
)
from tests.ledger.two import LINE, A, B, origin, seed
from wideberth.desk import release_own
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_entries import Delivered, Kept, Recalled, Received, Said, Withdrawn
from wideberth.desk.release_own import Own, State
from wideberth.errors import Refused, WideberthError
from wideberth.ledger.certificate import Papers
from wideberth.model import release as model
from wideberth.model.release import EVENTS, PHASES, TRANSITIONS, Phase, Recipient

SECRET = seed("secret")
LINK = Delivered(ID, "link", COPY, 300, link=SECRET, until_ms=NOW + 3_600_000)
SENT = Delivered(ID, "line", COPY, 300, LINE.id)
RECEIPT = Received(ID, "file", NOW, role="liaison officer")


def papers(*gone: str) -> Papers:
    talk = Talk()
    talk.officers(A, B)
    for name in gone:
        talk.say(A, revoked(A, name, 0))
    return talk.state.papers[A.name]


ROSTER = papers()


def after(*said: Said, at_ms: int = NOW) -> State:
    state = State()
    for each in (Kept(Recipient(THIRD)), DRAFT, *said):
        state = release_own.evolve(state, each, at_ms)
    return state


def phase(*said: Said, of: Papers = ROSTER, now_ms: int = NOW) -> Phase:
    return release_own.phase(after(*said).releases[ID], of, now_ms)


def own(*said: Said) -> Own:
    return after(*said).releases[ID]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ((), "draft"),
        ((Withdrawn(ID),), "withdrawn"),
        ((approved(ONE),), "draft"),
        ((approved(ONE, ONE),), "draft"),
        ((approved(ONE, "a stranger"),), "draft"),
        ((approved(by=B),), "draft"),
        ((approved(index=seed("other")),), "draft"),
        ((approved(ONE), approved(TWO)), "approved"),
        ((approved(),), "approved"),
        ((approved(), structs.replace(DRAFT, version=2)), "draft"),
        ((approved(), structs.replace(DRAFT, version=1)), "approved"),
        ((approved(), Withdrawn(ID)), "withdrawn"),
        ((Withdrawn(ID), approved(), SENT), "withdrawn"),
        ((delivered(),), "draft"),
        ((approved(ONE), delivered()), "draft"),
        ((RECEIPT, Recalled(ID)), "draft"),
        ((approved(), RECEIPT, Recalled(ID)), "approved"),
        ((approved(), SENT), "delivered"),
        ((approved(), SENT, Withdrawn(ID)), "delivered"),
        ((approved(), SENT, RECEIPT), "received"),
        ((approved(), LINK, RECEIPT, SENT), "received"),
        ((approved(), SENT, Recalled(ID)), "recalled"),
        ((approved(), SENT, RECEIPT, Recalled(ID), RECEIPT), "recalled"),
    ],
)
def test_where_it_stands(said: tuple[Said, ...], found: Phase) -> None:
    assert phase(*said) == found


def test_its_time_is_over_at_its_time_and_a_recall_stands_all_the_same() -> None:
    end = CAVEATS.expires_ms
    assert end is not None
    for said in ((approved(),), (approved(), SENT), (approved(), SENT, RECEIPT)):
        assert phase(*said, now_ms=end - 1) != "expired" and phase(*said, now_ms=end) == "expired"
    assert phase(now_ms=end) == "draft"
    assert phase(approved(), SENT, Recalled(ID), now_ms=end) == "recalled"
    state = release_own.evolve(after(approved(), SENT), delivered(), end)
    assert len(state.releases[ID].delivered) == 1, "what is over does not leave again"


def test_a_key_that_is_revoked_later_takes_an_approval_back_and_nothing_that_has_left() -> None:
    gone = papers(TWO)
    assert phase(approved(), of=gone) == "draft"
    assert phase(approved(), SENT, of=gone) == "delivered"
    assert phase(approved(), approved(ONE, THREE), of=gone) == "approved"
    assert release_own.approvers(own(approved(), approved(THREE)), gone) == {A.key(ONE), A.key(THREE)}
    assert release_own.event("approved", "draft") == "a signing key is revoked"
    assert release_own.event("withdrawn", "draft") is None


def test_a_link_leads_to_its_copy_once() -> None:
    known = own(approved(), LINK, SENT)
    found = release_own.link(after(approved(), LINK), SECRET)
    assert (
        found is not None and found[1] == LINK and release_own.link(after(approved(), SENT), SECRET) is None
    )

    def leads(*said: Said, now_ms: int = NOW) -> bool:
        return release_own.leads(own(approved(), LINK, *said), LINK, now_ms)

    assert leads() and leads(now_ms=NOW + 3_599_999) and release_own.leads(known, LINK, NOW)
    assert not leads(now_ms=NOW + 3_600_000)
    assert not leads(Received(ID, "link", NOW, link=SECRET)) and leads(Received(ID, "link", NOW, link=COPY))
    assert leads(RECEIPT) and not leads(Recalled(ID))
    long = structs.replace(LINK, until_ms=NOW + 9 * DAY)
    assert not release_own.leads(own(approved(), long), long, NOW + DAY), "the time of the release is over"


def code(act: Callable[[], object]) -> str:
    with pytest.raises(WideberthError) as raised:
        act()
    return raised.value.code


BEFORE = Ref(origin(A), 9)


def test_what_an_officer_may_do_where_it_stands() -> None:
    draft, two, sent = own(), own(approved()), own(approved(), SENT)
    assert release_own.withdraw(two, ROSTER, NOW) == Withdrawn(ID)
    assert release_own.approve(draft, approve(), BEFORE, ROSTER, NOW).approvals == approve()
    assert release_own.deliver(two, LINK, ROSTER, NOW) == LINK
    assert release_own.receipt(sent, "file", NOW, ROSTER, NOW, role="liaison officer") == RECEIPT
    assert release_own.recall(sent, None, ROSTER, NOW) == Recalled(ID)
    amended = release_own.amend(after(), draft, DOCUMENT, SOURCES, COPY, ROSTER, NOW)
    assert (amended.version, amended.mark, amended.index) == (2, DRAFT.mark, COPY)
    for act in (
        lambda: release_own.withdraw(sent, ROSTER, NOW),
        lambda: release_own.approve(two, approve(), BEFORE, ROSTER, NOW),
        lambda: release_own.deliver(draft, LINK, ROSTER, NOW),
        lambda: release_own.deliver(two, LINK, papers(TWO), NOW),
        lambda: release_own.deliver(two, LINK, ROSTER, NOW + DAY),
        lambda: release_own.receipt(two, "file", NOW, ROSTER, NOW),
        lambda: release_own.recall(two, None, ROSTER, NOW),
        lambda: release_own.amend(after(), two, DOCUMENT, SOURCES, COPY, ROSTER, NOW),
        lambda: release_own.approve(draft, approve(), BEFORE, ROSTER, NOW + DAY),
    ):
        assert code(act) == "release.not_now"
    assert code(lambda: release_own.deliver(two, structs.replace(LINK, until_ms=NOW), ROSTER, NOW)) == (
        "release.until"
    )
    assert code(lambda: release_own.receipt(sent, "file", NOW + 1, ROSTER, NOW)) == "release.until"


@pytest.mark.parametrize(
    ("approvals", "found"),
    [
        (approve(INDEX, A, ONE), "release.two"),
        (approve(INDEX, A, ONE) * 2, "release.two"),
        (approve(INDEX, A, ONE, TWO) * 3, "release.two"),
        (approve(INDEX, A, ONE, "a stranger"), "release.not_counted"),
        (approve(INDEX, B), "release.not_counted"),
        (approve(COPY), "release.not_counted"),
    ],
)
def test_why_an_approval_would_not_count(approvals: Any, found: str) -> None:
    assert code(lambda: release_own.approve(own(), approvals, BEFORE, ROSTER, NOW)) == found


def test_only_to_a_recipient_that_is_kept() -> None:
    state = after()
    other = structs.replace(DOCUMENT, id=named(1))
    assert release_own.draft(state, other, SOURCES, DRAFT.mark, INDEX).release == named(1)
    stranger = structs.replace(other, recipient="Somebody")
    assert code(lambda: release_own.draft(state, stranger, SOURCES, DRAFT.mark, INDEX)) == "release.recipient"
    late = structs.replace(other, made_ms=NOW + DAY)
    assert code(lambda: release_own.draft(state, late, SOURCES, DRAFT.mark, INDEX)) == "release.expires"
    assert code(lambda: release_own.draft(state, DOCUMENT, SOURCES, DRAFT.mark, INDEX)) == "release.full"
    assert release_own.keep(Recipient("Ally", None, (THIRD,)), state).recipient.allies == (THIRD,)
    assert code(lambda: release_own.keep(Recipient("Ally", None, ("Ally",)), state)) == "release.recipient"
    assert code(lambda: release_own.keep(Recipient("Ally", None, ("No",)), state)) == "release.recipient"


def test_there_is_an_end_to_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_own, "RECIPIENTS", 1)
    monkeypatch.setattr(release_own, "DELIVERIES", 1)
    assert code(lambda: release_own.keep(Recipient("Ally"), after())) == "release.full"
    assert release_own.keep(Recipient(THIRD, B.name), after()).recipient.party == B.name
    assert code(lambda: release_own.deliver(own(approved(), SENT), SENT, ROSTER, NOW)) == "release.full"


def test_of_one_that_is_not_known_nothing_is_kept() -> None:
    state = release_own.evolve(State(), SENT, NOW)
    assert state == State() == release_own.evolve(State(), structs.replace(DRAFT, version=2), NOW)


def test_the_table_names_each_phase_and_event() -> None:
    assert set(TRANSITIONS) == set(PHASES)
    assert {event for found in TRANSITIONS.values() for event in found} == set(EVENTS)
    assert "| draft | approved | approved |" in model.table()
    page = (Path(__file__).parents[2] / "docs/onward.md").read_text(encoding="utf-8")
    assert model.asking_table() in page


WORDS = st.sampled_from(
    [
        "amend",
        "withdraw",
        "one",
        "two",
        "both",
        "wrong",
        "file",
        "link",
        "receipt",
        "recall",
        "revoke",
        "late",
    ]
)


class Releases(RuleBasedStateMachine):
    """Anything is entered, in any order; each step is one of the table, and nothing leaves without two."""

    @initialize()
    def begin(self) -> None:
        self.state, self.papers, self.now = after(), ROSTER, NOW
        self.before: Phase = "draft"

    @rule(what=WORDS)
    def say(self, what: str) -> None:
        said: dict[str, Said] = {
            "withdraw": Withdrawn(ID),
            "one": approved(ONE),
            "two": approved(TWO),
            "both": approved(ONE, THREE),
            "wrong": approved(index=COPY),
            "file": delivered(),
            "link": LINK,
            "receipt": RECEIPT,
            "recall": Recalled(ID),
        }
        if what == "late":
            self.now = NOW + DAY
        elif what == "revoke":
            self.papers = papers(TWO)
        elif what == "amend":
            version = self.state.releases[ID].drafted.version + 1
            self.enter(structs.replace(DRAFT, version=version))
        elif isinstance(leaves := said[what], Delivered) and self.papers is not ROSTER:
            # the fold holds no papers: that a revoked key counts no more is for the command to see
            known, signed = self.state.releases[ID], self.papers
            with suppress(Refused):
                self.enter(release_own.deliver(known, leaves, signed, self.now))
        else:
            self.enter(said[what])

    def enter(self, said: Said) -> None:
        self.state = release_own.evolve(self.state, said, self.now)

    @invariant()
    def it_follows_the_table(self) -> None:
        known = self.state.releases[ID]
        now = release_own.phase(known, self.papers, self.now)
        assert now == self.before or release_own.event(self.before, now) is not None
        self.before = now

    @invariant()
    def nothing_leaves_without_two_keys(self) -> None:
        known = self.state.releases[ID]
        assert not known.delivered or release_own.approved(known, ROSTER)


TestReleases = Releases.TestCase
TestReleases.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
