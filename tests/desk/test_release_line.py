"""Releases of a line, and what of the other party's may go further: two keys, recalls, consents, ends."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from tests.desk.line import ONE, THREE, TWO, revoked
from tests.desk.released import (
    CAVEATS,
    COPY,
    DAY,
    ID,
    INDEX,
    NOW,
    THIRD,
    Line,
    approve,
    asking,
    given,
    named,
)
from tests.ledger.two import LINE, A, B, Party, origin
from wideberth.desk import release_line, release_said
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_line import KEPT, TOLD, State
from wideberth.desk.release_said import About, Answered
from wideberth.errors import WideberthError
from wideberth.ledger import order
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.model.agreement import Release
from wideberth.model.release import ASKING, ASKING_EVENTS, ASKINGS, Asking, Caveats

END = NOW + DAY
ONWARD = Caveats(onward=True)
OPEN = Caveats(onward=True, originator_control=False)
CONSENT = Release("consent", ("Ally",))
NOTICE = About("notice", "n-" + ID[2:], 2)
RELEASE = About("release", ID)


def ready() -> Line:
    talk = Line()
    talk.officers(A, B)
    return talk


def code(act: Callable[[], object]) -> str:
    with pytest.raises(WideberthError) as raised:
        act()
    return raised.value.code


def counts(talk: Line) -> bool:
    return release_line.counted(talk.told(), talk.papers) is not None


def usable(talk: Line, at_ms: int = NOW) -> bool:
    return release_line.usable(talk.told(), talk.papers, at_ms) is not None


def passes(
    talk: Line,
    about: About = RELEASE,
    recipient: str = THIRD,
    number: int = 1,
    rule: Release | None = CONSENT,
    at_ms: int = NOW,
) -> str:
    """The code of why it may not; empty where it may."""
    why = release_line.may_pass_on(talk.releases, B.name, about, number, recipient, talk.papers, rule, at_ms)
    return "" if why is None else why.code


@pytest.mark.parametrize(
    ("approvals", "found"),
    [
        (approve(), True),
        (approve(INDEX, A, TWO, THREE), True),
        (approve(INDEX, A, ONE), False),
        (approve(INDEX, A, ONE, ONE), False),
        (approve(INDEX, A, ONE, "a stranger"), False),
        (approve(INDEX, B), False),
        (approve(COPY), False),
    ],
)
def test_a_release_counts_with_two_keys_of_its_authors_roster(
    approvals: tuple[Approval, ...], found: bool
) -> None:
    talk = ready()
    talk.give(structs.replace(given(), approvals=approvals))
    assert counts(talk) is found and usable(talk) is found
    assert passes(talk) == ("release.onward_never" if found else "release.not_to_use")
    talk.give()
    assert counts(talk), "told again, signed by two"


def test_taken_recalled_and_over() -> None:
    talk = ready()
    talk.give()
    talk.take(by=A)
    talk.take(sha256=INDEX)
    talk.take(named(1))
    assert talk.told().taken is None
    talk.take()
    taken = talk.told().taken
    assert taken is not None and taken[1].role == "duty officer"
    assert usable(talk, END - 1) and not usable(talk, END)
    talk.recall(by=B)
    assert usable(talk)
    talk.recall(blind=True)
    assert talk.told().recalled is not None and not usable(talk) and talk.told().taken == taken
    talk.give()
    assert not usable(talk), "what is recalled does not come back"


def test_a_revoked_key_takes_a_release_back_and_a_disputed_one_is_none() -> None:
    talk = ready()
    talk.give(blind=True)
    talk.say(B, revoked(B, ONE, 0))
    assert counts(talk)
    state = order.fold(
        [each._replace(disputed=True) for each in talk.placed], release_line.evolve, State(LINE)
    )
    assert release_line.counted(state.releases[A.name, ID], talk.papers) is None
    talk.say(A, revoked(A, TWO, 0))
    assert not counts(talk)


def test_with_the_log_key_revoked_nothing_that_permits_counts() -> None:
    talk = ready()
    talk.give(given(ID, ONWARD))
    asked = asking()
    talk.ask(asked)
    talk.consent(asked)
    papers = {**talk.papers}
    assert passes(talk) == ""
    log, gone = Certificate(A.key("log"), "log", origin(A), 0), Revocation(A.key("log"), {origin(A): 0})
    of = papers[A.name]
    papers[A.name] = Papers((*of.certificates, log), (*of.revocations, gone))
    assert release_line.counted(talk.told(), papers) is None
    assert release_line.standing(talk.releases, talk.put(asked), papers, NOW).phase == "lapsed"
    talk.decline(asked)
    papers[A.name] = Papers((*of.certificates, log), (*of.revocations, gone))
    assert release_line.standing(talk.releases, talk.put(asked), papers, NOW).phase == "declined"


@pytest.mark.parametrize(
    ("caveats", "recipient", "rule", "found"),
    [
        (Caveats(), THIRD, CONSENT, "release.onward_never"),
        (Caveats(), "Ally", CONSENT, "release.onward_never"),
        (Caveats((THIRD,)), THIRD, None, ""),
        (Caveats((THIRD,)), THIRD, Release(), ""),
        (Caveats(("Ally",)), THIRD, CONSENT, "release.onward_never"),
        (ONWARD, THIRD, None, "release.no_consent"),
        (ONWARD, THIRD, CONSENT, "release.no_consent"),
        (ONWARD, THIRD, Release("never"), "release.onward_never"),
        (ONWARD, "Ally", CONSENT, ""),
        (OPEN, THIRD, None, ""),
        (OPEN, THIRD, CONSENT, ""),
        (OPEN, THIRD, Release("never"), "release.onward_never"),
        (OPEN, "Ally", Release("never", ("Ally",)), ""),
    ],
)
def test_who_may_have_a_release_further(
    caveats: Caveats, recipient: str, rule: Release | None, found: str
) -> None:
    talk = ready()
    talk.give(given(ID, caveats))
    assert passes(talk, recipient=recipient, rule=rule) == found


@pytest.mark.parametrize(
    ("recipient", "rule", "found"),
    [
        (THIRD, None, "release.onward_never"),
        (THIRD, Release(), "release.onward_never"),
        ("Ally", CONSENT, ""),
        (THIRD, CONSENT, "release.no_consent"),
    ],
)
def test_who_may_have_what_a_line_told(recipient: str, rule: Release | None, found: str) -> None:
    assert passes(ready(), NOTICE, recipient, 0, rule) == found


def test_a_consent_is_to_one_recipient_for_these_records_of_this_version_until_its_time() -> None:
    talk = ready()
    talk.give(given(ID, ONWARD))
    asked, notice = asking(0, None, 1, 3), asking(1, NOTICE)
    for each in (asked, notice):
        talk.ask(each)
        talk.consent(each)
    assert passes(talk) == "" and passes(talk, number=3) == ""
    assert passes(talk, number=2) == "release.no_consent"
    assert passes(talk, recipient="Somebody") == "release.no_consent"
    assert passes(talk, at_ms=END - 1) == "" and passes(talk, at_ms=END) == "release.no_consent"
    assert passes(talk, rule=Release()) == "release.onward_never"
    assert passes(talk, NOTICE, number=0) == ""
    assert passes(talk, structs.replace(NOTICE, version=3), number=0) == "release.no_consent"
    talk.recall()
    assert passes(talk) == "release.not_to_use"
    whole = asking(2, About("release", named(1)))
    talk.give(given(named(1), ONWARD))
    talk.ask(whole)
    talk.consent(whole)
    assert passes(talk, whole.about, number=77) == "", "an asking that names no records is of all"


def test_two_officers_consent_and_whoever_consented_may_take_it_back() -> None:
    talk = ready()
    talk.give(given(ID, ONWARD))
    asked = asking()
    talk.ask(asked)
    assert talk.phase(asked) == "asked"
    talk.consent(asked, ONE)
    assert talk.phase(asked) == "asked" and passes(talk) == "release.no_consent"
    talk.consent(asked, by=B)
    talk.consent(asked, signed=approve())
    assert talk.phase(asked) == "asked"
    talk.consent(asked)
    assert talk.phase(asked) == "consented" and passes(talk) == ""
    assert talk.phase(asked, at_ms=END) == "lapsed"
    talk.consent(asked, ONE)
    assert talk.phase(asked) == "consented", "what does not count takes the place of nothing"
    talk.decline(asked, B)
    assert talk.phase(asked) == "consented"
    talk.decline(asked)
    assert talk.phase(asked) == "declined" and passes(talk) == "release.no_consent"
    refusal = talk.put(asked).replies[-1]
    assert release_line.consenters(talk.releases, talk.put(asked), refusal, talk.papers) == frozenset()
    talk.consent(asked, TWO, THREE)
    talk.say(A, revoked(A, THREE, 0))
    assert talk.phase(asked) == "lapsed" and passes(talk) == "release.no_consent"


def test_the_commands_say_why_something_would_not_count() -> None:
    talk = ready()
    talk.give(given(ID, ONWARD))
    asked, before = asking(), Ref(origin(A), 50)
    talk.ask(asked)
    put, papers = talk.put(asked), talk.papers[A.name]

    def answer(*names: str, until_ms: int = END) -> Answered:
        text = release_said.consent_text(B.name, A.name, asked, END)
        signed = approve(release_said.subject(text).hash, A, *names)
        return release_line.answer(put, A.name, until_ms, signed, before, papers, NOW)

    assert answer().until_ms == END and len(answer().approvals) == 2
    assert code(lambda: answer(ONE)) == "release.two"
    assert code(lambda: answer(until_ms=END - 1)) == "release.not_counted"
    assert code(lambda: answer(until_ms=NOW)) == "release.until"
    state = talk.releases
    assert release_line.ask(state, asking(1), B.name, NOW) == asking(1)
    assert code(lambda: release_line.ask(state, asked, B.name, END)) == "release.until"
    twice = structs.replace(asked, recipient="two\nlines")
    assert code(lambda: release_line.ask(state, twice, B.name, NOW)) == "release.entry"
    told = talk.told()
    assert release_line.take(told, "duty officer", talk.papers, NOW).sha256 == COPY
    over = structs.replace(told, recalled=(NOW, release_said.Recalled(ID)))
    assert code(lambda: release_line.take(over, "x", talk.papers, NOW)) == "release.not_to_use"
    assert release_line.give(given(), before, papers) == given()
    assert code(lambda: release_line.give(given(ID, CAVEATS, ONE), before, papers)) == "release.two"


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEPT > 2
    monkeypatch.setattr(release_line, "KEPT", 2)
    talk = ready()
    for n in range(4):
        talk.give(given(named(n)))
        talk.ask(asking(n))
    talk.give(given(named(0)), by=B)
    assert len(talk.releases.releases) == 3 and len(talk.releases.askings) == 2
    assert code(lambda: release_line.ask(talk.releases, asking(9), B.name, NOW)) == "release.full"
    for _ in range(TOLD + 2):
        talk.give(given(named(0), CAVEATS, ONE))
        talk.decline(asking(0))
    assert len(talk.told(named(0)).tellings) == TOLD and len(talk.put(asking(0)).replies) == TOLD


def test_the_table_of_askings_names_each_phase_and_event() -> None:
    assert set(ASKING) == set(ASKINGS)
    assert {event for found in ASKING.values() for event in found} == set(ASKING_EVENTS)
    assert release_line.event("asked", "lapsed") is None
    assert release_line.event("consented", "declined") == "declined"


WORDS = st.sampled_from(
    ["give", "one key", "recall", "take", "ask", "consent", "half", "decline", "revoke", "late", "nonsense"]
)


class Releases(RuleBasedStateMachine):
    """Two parties say anything about two releases, in any order; each step of an asking is of the table."""

    @initialize()
    def begin(self) -> None:
        self.talk, self.now = ready(), NOW
        self.known: dict[tuple[str, str], Asking] = {}

    @rule(by=st.sampled_from([A, B]), what=WORDS, which=st.integers(0, 1), blind=st.booleans())
    def say(self, by: Party, what: str, which: int, blind: bool) -> None:
        talk, other = self.talk, B if by == A else A
        asked = asking(which, About("release", named(which)))
        match what:
            case "give":
                talk.give(given(named(which), ONWARD, by=by), by, blind=blind)
            case "one key":
                talk.give(given(named(which), ONWARD, ONE, by=by), by, blind=blind)
            case "recall":
                talk.recall(named(which), by, blind=blind)
            case "take":
                talk.take(named(which), by)
            case "ask":
                talk.ask(asked, by, blind=blind)
            case "consent":
                talk.consent(asked, by=by, blind=blind)
            case "half":
                talk.consent(asked, ONE, signed=approve(INDEX, other, TWO), by=by)
            case "decline":
                talk.decline(asked, by, blind=blind)
            case "revoke":
                talk.say(by, revoked(by, TWO, 1))
            case "late":
                self.now = END
            case _:
                talk.write(by, "onward.asked", {"asked": asked.asked, "records": [[]]})

    @invariant()
    def it_follows_the_table(self) -> None:
        state, papers = self.talk.releases, self.talk.papers
        for key, put in state.askings.items():
            now = release_line.standing(state, put, papers, self.now).phase
            before = self.known.get(key, "asked")
            assert now == before or _steps(before, now)
            self.known[key] = now

    @invariant()
    def nothing_goes_further_without_two_keys_and_a_consent(self) -> None:
        state, papers = self.talk.releases, self.talk.papers
        for which in (0, 1):
            about = About("release", named(which))
            why = release_line.may_pass_on(state, B.name, about, 1, THIRD, papers, CONSENT, self.now)
            told = state.releases.get((A.name, about.id))
            if why is None:
                assert told is not None and told.recalled is None
                assert self.known[B.name, asking(which).asked] == "consented"

    @invariant()
    def it_is_of_the_set_of_entries(self) -> None:
        mixed = random.Random(5).sample(self.talk.entries, len(self.talk.entries))
        again = order.fold(order.place(LINE, mixed), release_line.evolve, State(LINE))
        assert again == self.talk.releases


def _steps(before: Asking, after: Asking) -> bool:
    """One step of the table, or two: a late entry may stand before one that was there."""
    reached = set(ASKING[before].values())
    return after in reached | {then for each in reached for then in ASKING[each].values()}


TestReleases = Releases.TestCase
TestReleases.settings = settings(max_examples=15, stateful_step_count=14, deadline=None)


def test_what_a_party_gave_itself_it_was_not_told() -> None:
    talk = ready()
    talk.give(given(ID, ONWARD, by=A))
    own = release_line.may_pass_on(talk.releases, A.name, RELEASE, 1, THIRD, talk.papers, CONSENT, NOW)
    assert own is not None and own.code == "release.not_to_use"
