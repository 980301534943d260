"""Calls as they are folded: by the set of entries alone, along the printed table, whatever a party writes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.line import Talk
from tests.desk.phrased import ANYTHING
from tests.desk.test_call_entries import FLASH, ID, OTHER, PLACE, TYPES
from tests.ledger.two import LINE, A, B, Party, origin
from wideberth.desk import call_entries, calls
from wideberth.desk.call_entries import Answered, Called, Ended, Rang, ReadBack, Said, Taken
from wideberth.desk.calls import Call, Key, State
from wideberth.errors import Invalid, Refused
from wideberth.ledger import order
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.model import call as model
from wideberth.model import ring
from wideberth.model.call import ANSWERS, EVENTS, PHASES, TRANSITIONS

MOVED: Value = {"lat_e7": 351900000, "lon_e7": 366500000, "notation": None, "words": None}
SAME, WRONG = ReadBack(ID, {"place": PLACE}, "deputy"), ReadBack(ID, {"place": MOVED}, "deputy")
RANG, TAKEN = Rang(ID, "officer"), Taken(ID, "duty officer", "ru")


def write(talk: Talk, party: Party, said: Said, *, blind: bool = False) -> Entry:
    return talk.write(party, call_entries.type_of(said), call_entries.write(said), kind="urgent", blind=blind)


def fold(entries: Sequence[Entry]) -> State:
    return reduce(calls.evolve, order.place(LINE, entries), State(LINE))


def after(*said: tuple[Party, Said]) -> State:
    talk = Talk()
    for party, each in said:
        write(talk, party, each)
    return fold(talk.entries)


def only(state: State, by: Party = A, call: str = ID) -> Call:
    return state.calls[Key(by.name, call)]


def test_the_ladder_of_a_call() -> None:
    steps: list[tuple[Party, Said]] = [
        (A, FLASH),
        (B, RANG),
        (B, TAKEN),
        (B, SAME),
        (B, Answered(ID, "relayed", "deputy")),
        (B, Answered(ID, "executor confirmed", "deputy")),
        (A, Ended(ID)),
    ]
    found = [only(after(*steps[: n + 1])) for n in range(len(steps))]
    assert [each.phase for each in found] == [
        "sent", "ringing", "taken", "understood", "relayed", "executor confirmed", "ended"
    ]  # fmt: skip
    last = found[-1]
    assert [step for step, _ in last.rang] == ["officer"]
    assert last.taken == TAKEN and last.read_back == SAME and last.differs == ()
    assert [each.said.answer for each in last.answers] == ["relayed", "executor confirmed"]
    assert [each.waiting for each in found] == [True, True, False, False, False, False, False]


def test_a_read_back_is_compared_field_by_field() -> None:
    state = after((A, FLASH), (B, TAKEN), (B, WRONG))
    assert (only(state).phase, only(state).differs) == ("unclear", ("place",))
    assert Key(A.name, ID) in state.open
    # what has something else in hand has passed on, and answered, something else
    for answer in ANSWERS:
        later = only(after((A, FLASH), (B, WRONG), (B, Answered(ID, answer, "deputy"))))
        stays = answer in ("unclear", "unable", "objection")
        assert later.phase == (answer if stays else "unclear")
    right = after((A, FLASH), (B, WRONG), (B, SAME))
    assert (only(right).phase, only(right).differs) == ("understood", ())
    assert Key(A.name, ID) not in right.open


def test_a_field_that_is_missing_or_never_said_differs() -> None:
    heard = ReadBack(ID, {"altitude": 7}, "deputy")
    assert only(after((A, FLASH), (B, heard))).differs == ("altitude", "place")


def test_both_parties_may_use_the_same_id() -> None:
    theirs = Called(ID, None, {}, "en", "routine", "duty officer", "words")
    state = after(
        (A, FLASH), (B, theirs), (B, TAKEN), (A, Answered(ID, "objection", "deputy")), (B, Ended(ID))
    )
    assert (only(state, A).phase, only(state, B).phase) == ("taken", "ended")
    assert [each.by for each in state.sorted()] == [A.name, B.name]


def test_an_id_that_its_author_has_used_is_that_call_for_ever() -> None:
    again = Called(ID, None, {}, "en", "routine", "duty officer", "another")
    assert only(after((A, FLASH), (A, again))).said == FLASH


@pytest.mark.parametrize(
    ("by", "said"),
    [(A, RANG), (A, TAKEN), (A, SAME), (A, Answered(ID, "relayed", "deputy")), (B, Ended(ID))],
)
def test_only_the_other_party_answers_and_only_its_author_ends(by: Party, said: Said) -> None:
    assert after((A, FLASH), (by, said)) == after((A, FLASH))


def test_nobody_answers_what_is_not_before_them() -> None:
    talk = Talk()
    write(talk, A, FLASH)
    write(talk, B, TAKEN, blind=True)
    assert only(fold(talk.entries)).phase == "sent"
    assert after((B, TAKEN)) == State(LINE)


def test_what_is_of_other_things_or_has_lost_its_body_changes_nothing() -> None:
    talk = Talk()
    write(talk, A, FLASH)
    talk.write(B, "test.said", {"call": ID}, kind="urgent")
    talk.write(B, "call.rang", {"call": ID, "step": "nobody"}, kind="urgent")
    assert fold(talk.entries) == after((A, FLASH))


def test_it_rings_once_for_each_step() -> None:
    rung = only(after((A, FLASH), (B, RANG), (B, Rang(ID, "deputy")), (B, RANG)))
    assert [step for step, _ in rung.rang] == ["officer", "deputy"]


# whatever is written

PARTIES = st.sampled_from([A, B])
IDS = st.sampled_from([ID, OTHER])
FIELDS = st.dictionaries(st.sampled_from(["place", "what"]), st.one_of(st.just(PLACE), ANYTHING), max_size=2)
SAID: st.SearchStrategy[Said] = st.one_of(
    st.builds(Called, IDS, st.sampled_from(["CHECK", "NEW"]), FIELDS, st.just("en"), st.just("flash"),
              st.just("duty officer")),
    st.builds(Rang, IDS, st.sampled_from(["officer", "deputy", "channel"])),
    st.builds(Taken, IDS, st.just("duty officer"), st.just("ru")),
    st.builds(ReadBack, IDS, FIELDS, st.just("deputy")),
    st.builds(Answered, IDS, st.sampled_from(list(ANSWERS)), st.just("deputy")),
    st.builds(Ended, IDS),
)  # fmt: skip
SCRIPTS = st.lists(st.tuples(PARTIES, SAID, st.booleans()), max_size=14)


def played(script: Sequence[tuple[Party, Said, bool]]) -> list[Entry]:
    talk = Talk()
    for party, said, blind in script:
        write(talk, party, said, blind=blind)
    return talk.entries


@settings(deadline=None)
@given(SCRIPTS, st.randoms(use_true_random=False))
def test_the_state_is_one_of_a_set(script: list[tuple[Party, Said, bool]], chance: object) -> None:
    entries = played(script)
    mixed = [*entries, *entries]
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # random.Random, which hypothesis makes
    assert fold(mixed) == fold(entries)


@settings(deadline=None)
@given(SCRIPTS)
def test_every_step_is_one_of_the_printed_table(script: list[tuple[Party, Said, bool]]) -> None:
    state = State(LINE)
    for placed in order.place(LINE, played(script)):
        before, state = state, calls.evolve(state, placed)
        for key, found in state.calls.items():
            old = before.calls.get(key)
            if old is None:
                assert found.phase == "sent" and key in state.open
            elif structs.replace(found, steps=old.steps) != old:
                assert found.phase in TRANSITIONS[old.phase].values()
                assert found.said == old.said and key.by == old.by
        assert set(state.open) == {key for key, each in state.calls.items() if each.phase in model.UNSETTLED}
        assert sorted(each.n for each in state.calls.values()) == list(range(len(state.calls)))


@settings(deadline=None)
@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(["call", "fields", "step", "role", "x"]),
                                               st.one_of(ANYTHING, st.just(ID)), max_size=5))  # fmt: skip
def test_a_hostile_entry_changes_nothing_or_follows_the_table(of_type: str, value: dict[str, Value]) -> None:
    talk = Talk()
    write(talk, A, FLASH)
    before = fold(talk.entries)
    talk.write(B, of_type, value, kind="urgent")
    state = fold(talk.entries)
    assert only(state).said == FLASH
    assert only(state).phase in {"sent", *TRANSITIONS["sent"].values()}
    assert set(before.calls) <= set(state.calls)


def test_who_floods_pushes_out_only_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "KEPT", 3)
    some = [call_entries.new_call(bytes([n]) * 16) for n in range(1, 8)]
    flood = [(B, Called(each, None, {}, "en", "flash", "duty officer", "words")) for each in some]
    state = after((A, FLASH), *flood)
    assert [each.said.call for each in state.sorted()] == [ID, *some[-3:]]
    assert set(state.open) == set(state.calls)
    assert len(state.order) == 4
    # what has gone is answered by nobody, and stays gone
    assert after((A, FLASH), *flood, (A, Taken(some[0], "deputy", "en"))) == state


def test_the_newest_answers_are_held() -> None:
    many = [(B, Answered(ID, "objection", "deputy")) for _ in range(calls.SAID + 4)]
    assert len(only(after((A, FLASH), *many)).answers) == calls.SAID


def test_the_table_names_every_phase_and_event() -> None:
    assert set(TRANSITIONS) == set(PHASES)
    used = {event for after in TRANSITIONS.values() for event in after}
    assert used == set(EVENTS)
    assert {then for after in TRANSITIONS.values() for then in after.values()} <= set(PHASES)
    assert TRANSITIONS["ended"] == {}
    assert "permission" in ANSWERS["no objection stated"]
    lines = model.table().splitlines()
    assert len(lines) == 2 + sum(map(len, TRANSITIONS.values()))


def test_the_page_shows_the_tables() -> None:
    page = (Path(__file__).parents[2] / "docs/calls.md").read_text(encoding="utf-8")
    assert model.table() in page and ring.table() in page
    assert all(f"| **{phase}** | {words} |" in page for phase, words in PHASES.items())
    assert all(f"- *{event}*: {words}" in page for event, words in EVENTS.items())
    assert all(f"| `{of_type}` |" in page for of_type in TYPES)


# what people may say


def refused(code: str, decide: object, *given: object) -> None:
    with pytest.raises((Refused, Invalid)) as caught:
        decide(*given)  # type: ignore[operator]  # one of the decisions
    assert caught.value.code == code


def test_who_may_say_what() -> None:
    found = only(after((A, FLASH)))
    assert calls.take(found, B.name, TAKEN) == TAKEN
    assert calls.read_back(found, B.name, SAME) == SAME
    assert calls.end(found, A.name) == Ended(ID)
    refused("call.own", calls.take, found, A.name, TAKEN)
    refused("call.own", calls.read_back, found, A.name, SAME)
    refused("call.not_own", calls.end, found, B.name)
    refused("call.role", calls.take, found, B.name, Taken(ID, "a@example.org", "en"))
    refused("call.role", calls.take, found, B.name, Taken(ID, "x" * 61, "en"))
    refused("call.entry", calls.take, found, B.name, Taken(ID, "deputy", "x" * 20))
    taken = only(after((A, FLASH), (B, TAKEN)))
    refused("call.taken", calls.take, taken, B.name, TAKEN)
    over = only(after((A, FLASH), (A, Ended(ID))))
    refused("call.ended", calls.read_back, over, B.name, SAME)
    refused("call.ended", calls.end, over, A.name)
    refused("call.taken", calls.take, only(after((A, FLASH), (B, SAME))), B.name, TAKEN)


def test_an_answer_names_fields_of_the_call_and_waits_for_a_right_read_back() -> None:
    found = only(after((A, FLASH), (B, WRONG)))
    said = Answered(ID, "unclear", "deputy", ("place",))
    assert calls.answer(found, B.name, said) == said
    refused("call.fields", calls.answer, found, B.name, Answered(ID, "unclear", "deputy", ("where",)))
    refused("call.unclear", calls.answer, found, B.name, Answered(ID, "relayed", "deputy"))
    refused("call.own", calls.answer, found, A.name, said)


def test_a_call_is_to_a_role_and_names_nobody() -> None:
    assert calls.call(FLASH) == FLASH
    for to in ("", "+90 555 123 45 67", "a@example.org"):
        refused("call.role", calls.call, Called(ID, "NEW", {}, "en", "routine", to))
    text = "ask +90 555 123 45 67"
    refused("call.personal", calls.call, Called(ID, None, {}, "en", "routine", "duty officer", text))
    refused("call.entry", calls.call, Called(ID, None, {}, "en", "routine", "duty officer", "x" * 601))


def in_doubt(*said: Said) -> Call:
    """A call, to which the other party says this by entries that do not know of an own earlier one."""
    talk = Talk()
    talk.write(B, "test.said", {})
    write(talk, A, FLASH)
    del talk.heads[origin(B)]
    for each in (RANG, *said):
        write(talk, B, each)
    placed = order.place(LINE, talk.entries)
    assert [each.disputed for each in placed] == [False, False, *(True for _ in (RANG, *said))]
    return only(fold(talk.entries))


@pytest.mark.parametrize(
    "said", [TAKEN, SAME, Answered(ID, "executor confirmed", "x"), Answered(ID, "no objection stated", "x")]
)
def test_what_is_disputed_settles_nothing(said: Said) -> None:
    assert in_doubt(said).phase == "ringing"


def test_what_is_disputed_and_restricts_counts() -> None:
    assert in_doubt(WRONG).phase == "unclear"
    assert in_doubt(Answered(ID, "objection", "x")).phase == "objection"
    assert in_doubt(Answered(ID, "unable", "x"), SAME, TAKEN).phase == "unable"


def test_what_a_revoked_key_has_settled_is_open_again_and_its_objection_stands() -> None:
    def without(n: int, *said: tuple[Party, Said]) -> Call:
        """Judged where entries of both from this one on are void."""
        found = only(after((A, FLASH), (B, RANG), *said))
        return calls.judged(found, lambda ref: ref.n >= n and ref.origin.party == B.name)

    taken = without(1, (B, TAKEN), (B, SAME), (B, Answered(ID, "executor confirmed", "x")))
    assert (taken.phase, taken.taken, taken.read_back, taken.answers) == ("ringing", None, None, ())
    assert without(2, (B, TAKEN), (B, SAME)).phase == "taken"
    assert without(1, (B, TAKEN), (B, Answered(ID, "objection", "x"))).phase == "objection"
    assert without(1, (B, WRONG), (B, SAME)).phase == "unclear"
    whole = only(after((A, FLASH), (B, RANG), (B, TAKEN)))
    assert calls.judged(whole, lambda _: False) is whole
    # that its author needs nothing more is no different
    ended = only(after((A, FLASH), (B, TAKEN), (A, Ended(ID))))
    assert calls.judged(ended, lambda ref: ref.origin.party == A.name).phase == "taken"


def test_of_a_call_that_is_answered_without_end_the_newest_steps_are_held() -> None:
    said: list[tuple[Party, Said]] = [(B, WRONG), (B, SAME)] * (calls.STEPS + 5)
    found = only(after((A, FLASH), *said))
    assert len(found.steps) == 2 * calls.STEPS and found.phase == "understood"
    # what restricts is among them
    assert calls.judged(found, lambda _: True).phase == "unclear"


def test_who_takes_it_anew_has_it_although_nobody_saw_then_that_it_was_open() -> None:
    found = only(after((A, FLASH), (B, TAKEN), (B, Answered(ID, "executor confirmed", "x")), (B, TAKEN)))
    assert found.phase == "executor confirmed"
    again = calls.judged(found, lambda ref: ref.n < 2)
    assert (again.phase, again.answers) == ("taken", ()) and again.taken_at == found.steps[-1].at
