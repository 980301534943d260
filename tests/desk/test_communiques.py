"""Communiqués of a line: signed by two officers of each, differed from, withdrawn, revoked later."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from tests.desk.drafted import FIRST, ID, Line, again, approve, ready, sha
from tests.desk.line import ONE, THREE, TWO, revoked
from tests.ledger.two import LINE, A, B, Party, origin
from wideberth.desk import communique_entries, communiques
from wideberth.desk.case_entries import Ref
from wideberth.desk.communiques import Difference, Public, Standing, State
from wideberth.errors import WideberthError
from wideberth.ledger import order
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.model import communique as model
from wideberth.model.communique import TRANSITIONS, Event, Phase, Version


def phases(line: Line, version: Version = FIRST) -> tuple[Phase, Phase]:
    """As North and as South have it."""
    return line.standing(version, A).phase, line.standing(version, B).phase


def test_a_text_is_everybodys_when_two_officers_of_each_have_signed_that_very_text() -> None:
    line = ready()
    line.put()
    assert phases(line) == ("draft", "draft")
    line.signs(A)
    assert phases(line) == ("signed by some", "signed by some")
    assert not line.standing().whole
    line.signs(B)
    assert phases(line) == ("approved", "approved")
    assert communiques.signers(line.draft(), B.name, line.papers) == {B.key(ONE), B.key(TWO)}
    line.show(A)
    assert line.draft().pages[A.name].what == "published"
    assert line.standing(here="published").phase == "published"


@pytest.mark.parametrize(
    "approvals",
    [
        approve(B, FIRST, (ONE,)),
        approve(B, FIRST, (ONE, ONE)),
        approve(B, FIRST, (ONE, "a stranger")),
        approve(A),
        approve(B, again(1)),
    ],
    ids=["one key", "one key twice", "a stranger", "of the other party", "over another text"],
)
def test_less_than_two_keys_of_its_own_roster_is_no_signature(approvals: tuple[Approval, ...]) -> None:
    line = ready()
    line.put()
    line.signs(A)
    line.signs(B, FIRST, approvals)
    assert line.standing().phase == "signed by some"
    assert line.standing().signed == {A.name}


def test_a_difference_is_recorded_takes_back_what_its_author_signed_and_is_over_when_it_signs() -> None:
    line = ready()
    line.put()
    line.signs(A)
    line.differ(B)
    assert phases(line) == ("differing", "differing")
    word = communiques.said_to(line.draft(), line.papers)[B.name]
    assert isinstance(word, Difference) and word.differences == "Paragraph 2: no meeting was agreed."
    line.differ(A)
    assert line.standing().signed == frozenset()
    line.signs(A)
    assert phases(line)[0] == "differing"
    line.signs(B)
    assert phases(line)[0] == "approved"
    line.differ(B)
    assert phases(line)[0] == "approved"
    line.signs(B, FIRST, approve(B, FIRST, (ONE,)))
    assert phases(line)[0] == "approved"


def test_a_counter_text_is_the_next_version_and_the_first_is_signed_no_more_than_it_was() -> None:
    line = ready()
    line.put()
    line.signs(A)
    line.put(B, again(2))
    assert phases(line) == ("signed by some", "signed by some")
    assert phases(line, again(2)) == ("draft", "draft")
    line.signs(A, again(2))
    line.signs(B, again(2))
    assert phases(line, again(2)) == ("approved", "approved")
    assert [each.version for each in line.all.communiques[ID]] == [1, 2]


def test_of_two_texts_with_one_number_that_is_everybodys_which_all_have_signed() -> None:
    line = ready()
    line.put(A)
    line.put(B, again(1))
    line.signs(A)
    line.signs(B, again(1))
    assert phases(line, again(1))[0] == phases(line)[0] == "signed by some"
    line.signs(B)
    assert phases(line)[0] == "approved" and phases(line, again(1))[0] == "signed by some"


def test_a_signature_that_counts_for_nothing_neither_ends_a_difference_nor_hinders_one() -> None:
    line = ready()
    line.put()
    line.differ(B)
    line.signs(B, FIRST, approve(B, FIRST, (ONE,)))
    assert line.standing().phase == "differing"
    line.signs(A, FIRST, approve(A, FIRST, (ONE,)))
    line.differ(A)
    assert line.standing().differing == {A.name, B.name}


def test_a_key_that_is_revoked_later_takes_its_signature_back_and_is_known_to() -> None:
    line = ready()
    line.put()
    line.signs(A)
    line.signs(B)
    drafts = [(line.draft(), line.papers)]
    assert communiques.void(drafts) == frozenset()
    line.say(B, revoked(B, TWO, 0))
    assert line.standing().phase == "signed by some"
    assert communiques.void([(line.draft(), line.papers)]) == {B.name}
    # of whom no paper is held nothing is known to be void
    assert communiques.void([(line.draft(), {B.name: Papers()})]) == frozenset()
    line.signs(B, FIRST, approve(B, FIRST, (ONE, THREE)))
    assert line.standing().phase == "approved"
    assert communiques.void([(line.draft(), line.papers)]) == frozenset()


def test_a_key_that_is_revoked_from_after_it_signed_stands() -> None:
    line = ready()
    line.put()
    line.signs(A)
    made = line.signs(B)
    line.say(B, revoked(B, TWO, made.header.n + 1))
    assert line.standing().phase == "approved"


def test_what_is_withdrawn_by_the_other_is_not_published_here() -> None:
    line = ready()
    line.put()
    line.signs(A)
    line.signs(B)
    line.withdraw(B)
    assert phases(line) == ("withdrawn", "withdrawn")
    with pytest.raises(WideberthError) as raised:
        communiques.check(line.standing(me=A), "published")
    assert raised.value.code == "communique.taken_back"
    communiques.check(line.standing(me=B), "published")
    line.show(B)
    assert phases(line) == ("approved", "approved")
    assert line.standing(me=A, here="published").phase == "published"


def test_what_cannot_follow_changes_nothing() -> None:
    line = ready()
    line.put()
    before = line.all
    line.put()
    line.put(A, again(1))
    line.put(B, structs.replace(again(2), parties=(A.name, Party("east").name)))
    line.put(B, structs.replace(again(2), parties=(A.name, B.name, Party("east").name)))
    line.signs(A, again(2))
    line.differ(B, again(2))
    assert line.all == before


def test_a_disputed_signature_is_none() -> None:
    line = ready()
    line.put()
    line.signs(A)
    line.signs(B)
    state = order.fold(
        [each._replace(disputed=True) for each in line.placed], communiques.evolve, State(LINE)
    )
    [draft] = state.communiques[ID]
    assert communiques.stand([(draft, line.papers)], A.name).signed == frozenset()


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(communiques, "KEPT", 2)
    monkeypatch.setattr(communiques, "VERSIONS", 2)
    line = ready()
    for n in range(3):
        line.put(A, structs.replace(FIRST, id=communique_entries.new_id(bytes([n] * 16))))
        line.put(A, again(n + 2))
    assert len(line.all.communiques) == 2
    assert [each.version for each in line.all.communiques[ID]] == [1, 2]


def test_of_many_words_the_first_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(communiques, "WORDS", 2)
    line = ready()
    line.put()
    for _ in range(2):
        line.signs(B, FIRST, approve(B, FIRST, (ONE,)))
    before = line.all
    line.signs(B)
    assert line.all == before


def test_of_more_than_two_parties_each_line_has_what_its_two_say() -> None:
    east = Party("east")
    joint = structs.replace(FIRST, parties=(A.name, B.name, east.name))
    line = ready()
    line.put(A, joint)
    line.signs(A, joint)
    line.signs(B, joint)
    assert line.standing(joint).phase == "signed by some"
    # another line has the same text, and there the third has signed
    [by_us] = line.draft(joint).signatures(A.name)
    other = structs.replace(line.draft(joint), words=(structs.replace(by_us, by=east.name),))
    both = [(line.draft(joint), line.papers), (other, {east.name: line.papers[A.name]})]
    assert communiques.stand(both, A.name).phase == "approved"


def code(standing: Standing, event: Event) -> str | None:
    try:
        communiques.check(standing, event)
    except WideberthError as error:
        return error.code
    return None


def test_commands_say_why_something_would_not_count() -> None:
    line = ready()
    line.put()
    at = Ref(origin(A), line.heads[origin(A)].size)
    assert code(line.standing(), "published") == "communique.not_signed"
    assert code(line.standing(), "signed") is None

    def counted(approvals: tuple[Approval, ...]) -> str | None:
        try:
            communiques.counted(sha(), approvals, at, line.papers[A.name])
        except WideberthError as error:
            return error.code
        return None

    assert counted(approve(A)) is None
    assert counted(approve(B)) == counted(approve(A, again(1))) == "communique.not_counted"
    assert counted(approve(A, FIRST, (ONE,))) == counted(approve(A, FIRST, (ONE, ONE))) == "communique.two"
    assert counted(approve(A) * 3) == "communique.two"


def test_the_next_version_is_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ready()
    line.put()
    some = line.all.communiques[ID]

    def fits(version: Version, *, was_public: bool = False, here: Public | None = None) -> str | None:
        put = communique_entries.put(communique_entries.text(version))
        try:
            communiques.check_version(some, put, line.standing(here=here), was_public=was_public)
        except WideberthError as error:
            return error.code
        return None

    assert fits(again(2)) is None
    assert fits(again(3)) == fits(again(1)) == "communique.not_now"
    assert fits(structs.replace(again(2), parties=(B.name, A.name))) == "communique.not_now"
    assert fits(again(2), was_public=True, here="published") is None
    assert fits(again(2), was_public=True, here="withdrawn") == "communique.not_now"
    monkeypatch.setattr(communiques, "VERSIONS", 1)
    assert fits(again(2)) == "communique.full"


def test_the_table_names_each_phase_and_event() -> None:
    assert set(TRANSITIONS) == set(model.PHASES) == set(get_args(Phase))
    events = {event for found in TRANSITIONS.values() for event in found}
    assert events == set(model.EVENTS) and events < set(get_args(Event)) | events
    assert "| approved | published | published |" in model.table()


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs/communique.md").read_text(encoding="utf-8")
    assert model.table() in page
    assert all(f"| **{phase}** | {words} |" in page for phase, words in model.PHASES.items())
    assert all(f"- *{event}*: {words}" in page for event, words in model.EVENTS.items())


WHAT = ["sign", "sign", "one key", "differ", "amend", "publish", "withdraw", "revoke", "other", "nonsense"]


class Life(RuleBasedStateMachine):
    """Two parties do anything that the commands let them, and write anything; each step is of the table."""

    @initialize()
    def begin(self) -> None:
        self.line = ready()
        self.line.put()
        self.version = FIRST
        self.pages: dict[tuple[str, bytes], Public] = {}
        self.revoked = False

    def standing(self, me: Party, version: Version) -> Standing:
        return self.line.standing(version, me, self.pages.get((me.name, sha(version))))

    @rule(who=st.sampled_from([A, B]), what=st.sampled_from(WHAT))
    def do(self, who: Party, what: str) -> None:
        version = self.version
        events: dict[str, Event] = {
            "sign": "signed", "differ": "differed", "publish": "published", "withdraw": "withdrawn",
            "amend": "amended",
        }  # fmt: skip
        before, there = (self.standing(each, version) for each in (who, B if who == A else A))
        event = events.get(what)
        if event is None:
            self._anything(who, what)
            after = self.standing(who, version).phase
            assert after == before.phase or what == "revoke"
            return
        try:
            communiques.check(before, event)
        except WideberthError:
            refused = event not in TRANSITIONS[before.phase] or event == "published"
            assert refused
            if event == "published":
                assert not before.whole or before.off or before.phase not in ("approved", "withdrawn")
            return
        self._act(who, what)
        if what == "amend":
            assert self.standing(who, self.version).phase == "draft" in TRANSITIONS[before.phase]["amended"]
            return
        after = self.standing(who, version).phase
        assert after in TRANSITIONS[before.phase][event] or (what == "sign" and after == before.phase)
        # what this party does with its own pages changes nothing of what stands on the other's
        if what == "publish" and there.here is not None:
            assert self.standing(B if who == A else A, version).phase == there.phase

    def _act(self, who: Party, what: str) -> None:
        version = self.version
        match what:
            case "sign":
                self.line.signs(who, version, approve(who, version, (ONE, THREE)))
            case "differ":
                self.line.differ(who, version)
            case "amend":
                self.version = again(version.version + 1)
                self.line.put(who, self.version)
            case "publish":
                assert self.standing(who, version).whole
                self.pages[who.name, sha(version)] = "published"
                self.line.show(who, version)
            case _:
                self.pages[who.name, sha(version)] = "withdrawn"
                self.line.withdraw(who, version)

    def _anything(self, who: Party, what: str) -> None:
        match what:
            case "one key":
                self.line.signs(who, self.version, approve(who, self.version, (ONE,)))
            case "other":
                self.line.signs(who, self.version, approve(B if who == A else A, self.version))
            case "revoke":
                self.line.say(who, revoked(who, TWO, 1))
            case _:
                self.line.write(who, "communique.signed", {"communique": ID, "sha256": []})

    @invariant()
    def nothing_joint_is_published_that_not_all_have_signed(self) -> None:
        for name, digest in self.pages:
            found = next(each for each in self.line.all.communiques[ID] if each.sha256 == digest)
            if self.pages[name, digest] == "published":
                standing = communiques.stand([(found, self.line.papers)], name)
                assert standing.whole or communiques.void([(found, self.line.papers)])

    @invariant()
    def it_is_of_the_set_of_entries(self) -> None:
        mixed = random.Random(5).sample(self.line.entries, len(self.line.entries))
        assert order.fold(order.place(LINE, mixed), communiques.evolve, State(LINE)) == self.line.all


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
