"""Statements of a line as a fold: by the printed table, from the set of entries, whatever a peer writes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs

from tests.desk.stated import AREA, DAY, NOW, ROLE, Statements, asked, declared, name, raised, ref
from tests.ledger.two import LINE, A, B, Party
from wideberth.desk import statement_commands as commands
from wideberth.desk import statement_entries as entries
from wideberth.desk import statements
from wideberth.desk.statement_entries import (
    Accepted,
    Acknowledged,
    Asked,
    Assured,
    Claimed,
    Declared,
    KeptOpen,
    Raised,
    Reminded,
    Responded,
    Said,
    Withdrawn,
)
from wideberth.desk.statements import State, Statement
from wideberth.errors import Invalid, Refused
from wideberth.ledger import order
from wideberth.ledger.order import Placed
from wideberth.model import statement as model
from wideberth.model.statement import KINDS, REMIND_MS, REMINDERS, SILENCE, TRANSITIONS, Answer, Assurance


def version(of: Statement) -> int:
    assert isinstance(of.said, Declared)
    return of.said.version


def test_a_declaration_is_acknowledged_responded_to_amended_withdrawn() -> None:
    talk = Statements()
    talk.state_that(A, declared())
    assert (talk.one().phase, talk.one().kind) == ("stated", "declaration")
    talk.state_that(B, Acknowledged("declaration", name(), "watch officer", 1))
    found = talk.one()
    assert found.acknowledged is not None
    assert (found.phase, found.acknowledged.role) == ("acknowledged", "watch officer")
    talk.state_that(B, Responded(name(), 1, "We see it otherwise.", ROLE))
    assert (talk.one().phase, len(talk.one().replies)) == ("responded", 1)
    talk.state_that(A, declared(version=2, text="We go."))
    found = talk.one()
    assert (found.phase, found.acknowledged, version(found)) == ("stated", None, 2)
    # what crossed with it is kept, and is no word about the new version
    talk.state_that(B, Responded(name(), 1, "We have said so.", ROLE))
    talk.state_that(B, Acknowledged("declaration", name(), ROLE, 1))
    assert (talk.one().phase, len(talk.one().replies)) == ("stated", 2)
    talk.state_that(A, Withdrawn("declaration", name(), ROLE))
    talk.state_that(B, Acknowledged("declaration", name(), ROLE, 2))
    assert (talk.one().phase, talk.one().acknowledged) == ("withdrawn", None)


def test_what_cannot_be_read_or_does_not_fit_changes_nothing() -> None:
    talk = Statements()
    talk.state_that(A, declared())
    before = talk.folded
    talk.write(B, "declaration.responded", {"crit": ["later"], "later": 1})
    talk.write(B, "declaration.responded", {"declaration": name()})
    talk.write(B, "test.said", {})
    talk.state_that(B, Responded(name(), 2, "To a version that nobody has said.", ROLE))
    talk.state_that(B, Assured(name(), "yes", "To no concern.", ROLE))
    talk.state_that(B, Acknowledged("claim", name(), ROLE))
    talk.state_that(A, Acknowledged("declaration", name(), ROLE, 1))
    assert talk.folded == before


def test_a_policy_stays_one_and_expires_as_of_a_time() -> None:
    talk = Statements()
    talk.state_that(A, declared(area=AREA, expires=NOW + DAY))
    talk.state_that(A, declared(version=2))
    found = talk.one()
    assert (found.kind, version(found)) == ("policy", 1)
    assert [statements.phase(found, NOW + late) for late in (DAY - 1, DAY)] == ["stated", "expired"]
    assert [statements.in_force(found, NOW + late) for late in (DAY - 1, DAY)] == [True, False]
    assert statements.overdue(found, NOW + 9 * DAY) is None


def test_a_concern_is_answered_kept_open_and_accepted() -> None:
    talk = Statements()
    talk.state_that(A, raised())
    talk.state_that(B, Acknowledged("concern", name(), ROLE))
    first = ref(talk.state_that(B, Assured(name(), "no", "We cannot.", ROLE)))
    assert talk.one().phase == "answered"
    talk.state_that(A, KeptOpen(name(), first, NOW + 3 * DAY, ROLE))
    assert (talk.one().phase, talk.one().due) == ("still open", NOW + 3 * DAY)
    second = ref(talk.state_that(B, Assured(name(), "partly", "For these.", ROLE)))
    # about an answer that has a newer one
    talk.state_that(A, Accepted(name(), first, ROLE))
    assert talk.one().phase == "answered"
    talk.state_that(A, Accepted(name(), second, ROLE))
    assert (talk.one().phase, talk.one().judged) == ("accepted as answered", second)
    # the assurance is taken back
    talk.state_that(B, Assured(name(), "no", "No longer.", ROLE))
    assert talk.one().phase == "answered"


def reminders(state: State, at_ms: int) -> tuple[Reminded, ...]:
    return statements.reminders(state, A.name, lambda _: at_ms)


def test_reminders_are_due_by_priority_and_come_to_an_end() -> None:
    talk = Statements()
    talk.state_that(A, raised(precedence="flash"))
    talk.state_that(A, raised(1, by=NOW + 9 * DAY))
    talk.state_that(B, raised(2))
    at = NOW + DAY
    assert reminders(talk.folded, at - 1) == ()
    assert statements.overdue(talk.one(), at) == at
    (found,) = reminders(talk.folded, at)
    assert found == Reminded(name(), 1)
    state = talk.folded
    for n in range(1, REMINDERS + 1):
        entry = structs.replace(
            talk.state_that(A, Reminded(name(), n)).header, at_ms=at + (n - 1) * REMIND_MS["flash"]
        )
        placed = talk.placed[-1]
        whole = placed._replace(entry=structs.replace(placed.entry, header=entry))
        state = statements.evolve(state, whole)
        assert state.all[A.name, name()].reminders == n
        assert reminders(state, entry.at_ms + REMIND_MS["flash"] - 1) == ()
    # it stays overdue, and is said no more
    late = at + 99 * DAY
    assert [each.id for each in reminders(state, late)] == [name(1)]
    assert statements.overdue(state.all[A.name, name()], late) == at
    # a reminder of the other party's, or out of turn, changes nothing
    talk.state_that(B, Reminded(name(1), 1))
    talk.state_that(A, Reminded(name(1), 2))
    assert talk.one(1).reminders == 0


def test_silence_to_a_claim_is_silence_and_an_answer_expires() -> None:
    talk = Statements()
    talk.state_that(A, asked())
    found = talk.one()
    assert (statements.phase(found, NOW + 9 * DAY), statements.overdue(found, NOW + 9 * DAY)) == (
        "stated",
        NOW + DAY,
    )
    talk.state_that(B, Acknowledged("claim", name(), ROLE))
    assert statements.overdue(talk.one(), NOW + 9 * DAY) == NOW + DAY
    talk.state_that(B, Claimed(name(), "no", NOW + 2 * DAY, ROLE))
    found = talk.one()
    assert statements.overdue(found, NOW + 9 * DAY) is None
    assert [statements.phase(found, NOW + n * DAY) for n in (1, 2)] == ["answered", "answer expired"]
    talk.state_that(B, Claimed(name(), "yes", NOW + 5 * DAY, ROLE))
    assert statements.phase(talk.one(), NOW + 2 * DAY) == "answered"


def test_one_id_of_two_parties_is_two_statements() -> None:
    talk = Statements()
    talk.state_that(A, declared())
    talk.state_that(B, declared(text="And so do we."))
    talk.state_that(B, raised())  # of another kind with the same id: nothing
    talk.state_that(A, Withdrawn("declaration", name(), ROLE))
    assert (talk.one(by=A).phase, talk.one(by=B).phase) == ("withdrawn", "stated")


def doubtful(talk: Statements) -> State:
    """The last entry is disputed."""
    *before, last = talk.placed
    return statements.evolve(order.fold(before, statements.evolve, State(LINE)), last._replace(disputed=True))


def test_in_doubt_only_what_restricts_counts() -> None:
    some: list[tuple[Party, Any, bool]] = [
        (A, declared(), True),
        (A, declared(version=2), False),
        (B, Acknowledged("declaration", name(), ROLE, 1), False),
        (B, Responded(name(), 1, "No.", ROLE), True),
        (A, Withdrawn("declaration", name(), ROLE), False),
    ]
    for n, (party, said, counts) in enumerate(some):
        talk = Statements()
        if n:
            talk.state_that(A, declared())
        before = talk.folded
        talk.state_that(party, said)
        assert (doubtful(talk) != before) is counts, said
    given: Assurance
    for given, counts in (("no", True), ("yes", False), ("partly", False)):
        talk = Statements()
        talk.state_that(A, raised())
        before = talk.folded
        talk.state_that(B, Assured(name(), given, "so", ROLE))
        assert (doubtful(talk) != before) is counts
    answer: Answer
    for answer, counts in (("no", False), ("yes", True), ("unknown", False)):
        talk = Statements()
        talk.state_that(A, asked())
        before = talk.folded
        talk.state_that(B, Claimed(name(), answer, NOW + DAY, ROLE))
        assert (doubtful(talk) != before) is counts


def test_who_states_without_end_fills_nothing() -> None:
    state, most = State(LINE), statements.KEPT["declaration"]
    talk = Statements()
    talk.state_that(A, declared(1))
    talk.state_that(A, Withdrawn("declaration", name(1), ROLE))
    for n in range(most + 5):
        talk.state_that(A, declared(n) if n != 1 else declared(199))
    state = talk.folded
    held = [each.id for each in state.of(A.name)]
    assert len(held) == most == len(state.all)
    assert name(1) not in held and name(0) not in held and name(most + 4) in held
    with pytest.raises(Refused) as caught:
        commands.make(state, A.name, declared(250), NOW)
    assert caught.value.code == "statement.full"
    for n in range(statements.REPLIES + 3):
        talk.state_that(B, Responded(name(most), 1, f"word {n}", ROLE))
    assert len(talk.one(most).replies) == statements.REPLIES


def code(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises((Invalid, Refused)) as caught:
        act(*given, **more)
    return str(caught.value.code)


def test_what_may_be_said_now() -> None:
    talk = Statements()
    state = talk.folded
    assert commands.make(state, A.name, declared(), NOW) == declared()
    assert code(commands.make, state, A.name, declared(expires=NOW + 1), NOW + 1) == "statement.time"
    assert code(commands.make, state, A.name, raised(by=NOW + 3_700 * DAY), NOW) == "statement.time"
    assert code(commands.make, state, A.name, asked(by=NOW), NOW) == "statement.time"
    assert code(commands.make, state, A.name, declared(text="é" * 4_001), NOW) == "statement.text"
    long = structs.replace(asked(), what=structs.replace(asked().what, description="\u20ac" * 1_300))
    assert code(commands.make, state, A.name, long, NOW) in ("ledger.json_too_large", "statement.text")
    assert code(commands.acknowledge, state, A.name, name(), ROLE) == "statement.none"
    assert code(commands.withdraw, state, A.name, name(), ROLE) == "statement.none"
    talk.state_that(A, declared())
    talk.state_that(A, raised(1))
    talk.state_that(A, asked(2))
    state = talk.folded
    again = commands.make(state, A.name, declared(text="more"), NOW)
    assert isinstance(again, Declared) and again.version == 2
    assert code(commands.make, state, A.name, raised(1), NOW) == "statement.other_kind"
    assert code(commands.make, state, A.name, declared(area=AREA), NOW) == "statement.other_kind"
    # nobody acknowledges or answers what is its own
    assert code(commands.acknowledge, state, A.name, name(), ROLE) == "statement.none"
    assert commands.acknowledge(state, B.name, name(), ROLE).version == 1
    assert commands.acknowledge(state, B.name, name(1), ROLE).version is None
    assert commands.respond(state, B.name, name(), "Words.", ROLE).version == 1
    assert code(commands.respond, state, B.name, name(1), "Words.", ROLE) == "statement.other_kind"
    assert commands.assure(state, B.name, name(1), "yes", "Yes.", ROLE).given == "yes"
    assert code(commands.assure, state, B.name, name(2), "yes", "Yes.", ROLE) == "statement.other_kind"
    assert commands.claim(state, B.name, name(2), "yes", NOW + 1, ROLE, None, NOW).answer == "yes"
    assert code(commands.claim, state, B.name, name(2), "yes", NOW, ROLE, None, NOW) == "statement.time"
    assert (
        code(commands.claim, state, B.name, name(), "yes", NOW + 1, ROLE, None, NOW) == "statement.other_kind"
    )
    assert code(commands.accept, state, A.name, name(1), None, ROLE) == "statement.no_answer"
    assert code(commands.accept, state, A.name, name(), None, ROLE) == "statement.other_kind"
    talk.state_that(B, Acknowledged("concern", name(1), ROLE))
    answer = ref(talk.state_that(B, Assured(name(1), "yes", "Yes.", ROLE)))
    talk.state_that(A, Withdrawn("declaration", name(), ROLE))
    state = talk.folded
    assert code(commands.acknowledge, state, B.name, name(1), ROLE) == "statement.acknowledged"
    assert commands.accept(state, A.name, name(1), None, ROLE).answer == answer
    assert commands.keep_open(state, A.name, name(1), answer.n, NOW + 1, ROLE, NOW).by == NOW + 1
    assert code(commands.keep_open, state, A.name, name(1), None, NOW, ROLE, NOW) == "statement.time"
    assert code(commands.accept, state, A.name, name(1), answer.n + 1, ROLE) == "statement.newer_answer"
    assert code(commands.withdraw, state, A.name, name(), ROLE) == "statement.over"
    assert code(commands.respond, state, B.name, name(), "x", ROLE) == "statement.over"
    assert code(commands.make, state, A.name, declared(), NOW) == "statement.over"
    assert commands.withdraw(state, A.name, name(2), ROLE).noun == "claim"


def test_the_tables_are_whole_and_say_what_silence_means() -> None:
    assert set(TRANSITIONS) == set(KINDS) == set(SILENCE)
    for kind, steps in TRANSITIONS.items():
        phases = {after for events in steps.values() for after in events.values()} | {"stated"}
        assert phases == set(steps), kind
        assert steps["withdrawn"] == {}
        assert model.table(kind).count("\n") == 2 + sum(map(len, steps.values()))
    for words in (*SILENCE.values(), *model.PHASES.values(), *KINDS.values(), *model.ANSWERS.values()):
        assert "agree" not in words and "safe" not in words
    assert "never consent" in SILENCE["declaration"] and "not a no" in SILENCE["claim"]


IDS = st.integers(0, 2)
PARTIES = st.sampled_from([A, B])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", name(), "d-x", ROLE, "yes"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["n", "role"]), inner),
    max_leaves=4,
)


class Machine(RuleBasedStateMachine):
    """Both parties say what they like, sometimes without having seen the other, sometimes nonsense."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Statements()

    def say(self, party: Party, said: Any, blind: bool) -> None:
        self.talk.state_that(party, said, blind=blind)

    @rule(party=PARTIES, n=IDS, version=st.integers(1, 3), policy=st.booleans(), blind=st.booleans())
    def declare(self, party: Party, n: int, version: int, policy: bool, blind: bool) -> None:
        self.say(party, declared(n, version, AREA if policy else None), blind)

    @rule(party=PARTIES, n=IDS, which=st.sampled_from([raised, asked]), blind=st.booleans())
    def ask(self, party: Party, n: int, which: Any, blind: bool) -> None:
        self.say(party, which(n), blind)

    @rule(
        party=PARTIES,
        n=IDS,
        noun=st.sampled_from(entries.NOUNS),
        version=st.integers(1, 3),
        blind=st.booleans(),
    )
    def acknowledge(self, party: Party, n: int, noun: entries.Noun, version: int, blind: bool) -> None:
        of = version if noun == "declaration" else None
        self.say(party, Acknowledged(noun, name(n), ROLE, of), blind)

    @rule(
        party=PARTIES,
        n=IDS,
        version=st.integers(1, 3),
        given=st.sampled_from(["yes", "no"]),
        blind=st.booleans(),
    )
    def answer(self, party: Party, n: int, version: int, given: Any, blind: bool) -> None:
        known = [self.talk.folded.all.get((each.name, name(n))) for each in (A, B) if each != party]
        for each in known:
            if each is not None and isinstance(each.said, Declared):
                self.say(party, Responded(name(n), version, "Words.", ROLE), blind)
            elif each is not None and isinstance(each.said, Raised):
                self.say(party, Assured(name(n), given, "Words.", ROLE), blind)
            elif each is not None and isinstance(each.said, Asked):
                self.say(party, Claimed(name(n), given, NOW + DAY, ROLE), blind)

    @rule(party=PARTIES, n=IDS, back=st.integers(1, 4), accept=st.booleans(), blind=st.booleans())
    def judge(self, party: Party, n: int, back: int, accept: bool, blind: bool) -> None:
        some = self.talk.entries[-back:]
        if some:
            which = ref(some[0])
            made = Accepted(name(n), which, ROLE) if accept else KeptOpen(name(n), which, NOW, ROLE)
            self.say(party, made, blind)

    @rule(
        party=PARTIES,
        n=IDS,
        noun=st.sampled_from(entries.NOUNS),
        count=st.integers(1, 3),
        blind=st.booleans(),
    )
    def end(self, party: Party, n: int, noun: entries.Noun, count: int, blind: bool) -> None:
        said = Reminded(name(n), count) if count < 3 else Withdrawn(noun, name(n), ROLE)
        self.say(party, said, blind)

    @rule(party=PARTIES, of_type=st.sampled_from(sorted(entries.KINDS)), value=st.data())
    def nonsense(self, party: Party, of_type: str, value: st.DataObject) -> None:
        names = sorted(entries._FIELDS[of_type])
        body = value.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANYTHING)))
        kind: Any = value.draw(st.sampled_from(["main", "urgent"]))
        self.talk.write(party, of_type, body, kind=kind)

    @invariant()
    def each_step_is_in_the_table(self) -> None:
        state = State(LINE)
        for placed in self.talk.placed:
            after = statements.evolve(state, placed)
            for key, now in after.all.items():
                check_step(state.all.get(key), now)
            state = after

    @invariant()
    def it_depends_on_the_set_alone(self) -> None:
        mixed = list(self.talk.entries)
        random.Random(len(mixed)).shuffle(mixed)
        again: tuple[Placed, ...] = order.place(LINE, mixed)
        assert order.fold(again, statements.evolve, State(LINE)) == self.talk.folded


def check_step(before: Statement | None, now: Statement) -> None:
    if before is None:
        assert now.phase == "stated"
    elif before.phase != now.phase:
        assert now.phase in TRANSITIONS[now.kind][before.phase].values()
    elif before != now and before.phase == "withdrawn":
        raise AssertionError("something was said to what is withdrawn")
    for late in (0, DAY, 99 * DAY):
        statements.overdue(now, NOW + late)
        shown = statements.phase(now, NOW + late)
        assert shown in TRANSITIONS[now.kind]


Machine.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestStatements = Machine.TestCase


def test_an_answer_of_a_revoked_key_counts_where_it_restricts_alone() -> None:
    def judged(*said: Said) -> Statement:
        talk = Statements()
        talk.state_that(A, asked())
        last = [talk.state_that(B, each) for each in said][-1]
        return statements.judged(talk.one(), lambda found: found == ref(last))

    until = NOW + DAY
    ours, not_ours = (Claimed(name(), answer, until, ROLE) for answer in ("yes", "no"))
    read = Acknowledged("claim", name(), ROLE)
    assert (judged(read, not_ours).phase, judged(read, not_ours).replies) == ("acknowledged", ())
    assert judged(not_ours).phase == "stated" and statements.overdue(judged(not_ours), until) is not None
    assert judged(ours).phase == "answered"
    kept = judged(ours, not_ours)
    assert kept.phase == "answered" and kept.answer is not None and kept.answer.said == ours
