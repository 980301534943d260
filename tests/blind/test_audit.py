from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.amount import amount
from tests.blind.two_sides import (
    ROLES,
    SEEDS,
    SESSION,
    Leaf,
    Leaves,
    Run,
    agreed,
    cell,
    committed,
    judge,
    opening,
    play,
)
from tests.conflict.sample import HOUR, apart, plan, volume
from wideberth.blind import audit, group, proof, psi, tree
from wideberth.blind.audit import Opened, Opening, Shown, audit_open, audit_term, prove_term
from wideberth.blind.check import SENTINEL
from wideberth.blind.cover import Cover
from wideberth.blind.messages import Commit, Evaluated, Masked, Result
from wideberth.blind.rules import Agreed, Role
from wideberth.blind.sets import Descent
from wideberth.errors import Invalid, NotTrusted
from wideberth.model.plan import Plan
from wideberth.space.stated import circle
from wideberth.space.units import METRE, NAUTICAL_MILE

A: list[Leaf] = [(0, 0, 0, 0), (3, 3, 3, 3), (9, 9, 9, 9), (20, 20, 20, 20)]
B: list[Leaf] = [(0, 0, 0, 0), (3, 3, 3, 2), (9, 9, 9, 11), (28, 20, 4, 20)]
NOWHERE: Leaf = (31, 0, 31, 0)
TERMS = agreed()


@pytest.fixture(scope="module")
def run() -> Run:
    return play(TERMS, Leaves(A, TERMS), Leaves(B, TERMS))


def ask(run: Run, role: Role, number: int, term: bytes, shown: Shown | None = None) -> str:
    commit, masked = run.one(Commit, role, number), run.one(Masked, role, number)
    return audit_term(
        commit, masked.points, term, shown or prove_term(SEEDS[role], SESSION, role, number, term)
    )


def code(run: Run, number: int, term: bytes, shown: Shown) -> str:
    with pytest.raises(NotTrusted) as error:
        ask(run, "a", number, term, shown)
    return error.value.code


# one term


@pytest.mark.parametrize("role", ROLES)
def test_who_was_there_is_shown_and_who_was_not(run: Run, role: Role) -> None:
    mine = {"a": A, "b": B}[role]
    for leaf in {*A, *B, NOWHERE}:
        first = cell(leaf, TERMS.levels[0])
        expected = first in {cell(each, TERMS.levels[0]) for each in mine}
        assert ask(run, role, 0, first) == ("present" if expected else "absent")


def test_a_cell_that_was_not_looked_at_closer_is_absent_from_later_rounds(run: Run) -> None:
    asked = audit.around(cell(A[3]), TERMS.levels)
    assert [ask(run, "a", number, term) for number, term in enumerate(asked)] == [
        "present",
        "absent",
        "absent",
    ]
    asked = audit.around(cell(A[0]), TERMS.levels)
    assert [ask(run, "a", number, term) for number, term in enumerate(asked)] == ["present"] * 3


def test_cells_around_a_cell() -> None:
    leaf = (9, 17, 4, 30)
    assert audit.around(cell(leaf), (12, 16, 20, 24)) == [cell(leaf, 12), cell(leaf, 16), cell(leaf, 20)]
    assert audit.around(cell(leaf, 16), (12, 16, 20)) == [cell(leaf, 12), cell(leaf, 16)]


def test_an_answer_of_another_key_round_side_or_session_is_refused(run: Run) -> None:
    term = cell(A[0], 12)
    for seed, session, role, number in (
        (b"X" * 32, SESSION, "a", 0),
        (SEEDS["a"], SESSION, "a", 1),
        (SEEDS["a"], SESSION, "b", 0),
        (SEEDS["a"], bytes(16), "a", 0),
    ):
        assert code(run, 0, term, prove_term(seed, session, role, number, term)) == "blind.proof"  # type: ignore[arg-type]  # roles as plain text


def test_an_answer_about_another_term_is_refused(run: Run) -> None:
    there, not_there = cell(A[0], 12), cell(NOWHERE, 12)
    shown = {term: prove_term(SEEDS["a"], SESSION, "a", 0, term) for term in (there, not_there)}
    assert code(run, 0, there, shown[not_there]) == "blind.proof"
    assert code(run, 0, not_there, shown[there]) == "blind.proof"


def test_absent_is_not_said_of_a_term_that_is_there_nor_present_of_one_that_is_not(run: Run) -> None:
    there, not_there = cell(A[0], 12), cell(NOWHERE, 12)
    one, other = (prove_term(SEEDS["a"], SESSION, "a", 0, term) for term in (there, not_there))
    assert code(run, 0, there, Shown(other.element, one.proof)) == "blind.proof"
    assert code(run, 0, not_there, Shown(one.element, other.proof)) == "blind.proof"
    # a proof that is true of an element masked with a secret of the liar's choice, but not of its key
    secret = psi.secret(b"X" * 32, SESSION, "a", 0)
    context = psi.context(SESSION, 0) + b"aaudit"
    point = psi.points([there], psi.context(SESSION, 0))
    element = group.multiply(secret, point)
    made = proof.prove(secret, run.one(Commit, "a", 0).key, point, element, context)
    assert code(run, 0, there, Shown(element, made)) == "blind.proof"
    assert code(run, 0, there, Shown(group.IDENTITY, one.proof)) == "blind.element"


def test_another_masked_set_is_refused(run: Run) -> None:
    term = cell(A[0], 12)
    commit, shown = run.one(Commit, "a", 0), prove_term(SEEDS["a"], SESSION, "a", 0, term)
    mine = run.one(Masked, "a", 0).points
    for other in (
        run.one(Masked, "b", 0).points,
        run.one(Masked, "a", 1).points,
        mine[32:],
        mine.replace(shown.element, b""),
        mine + mine[-32:],
        b"",
    ):
        with pytest.raises(NotTrusted) as error:
            audit_term(commit, other, term, shown)
        assert error.value.code == "blind.masked"
    with pytest.raises(NotTrusted) as error:
        audit_term(replace(commit, n=commit.n + 1), mine, term, shown)
    assert error.value.code == "blind.masked"


def test_a_key_that_is_not_proven_is_refused(run: Run) -> None:
    term = cell(A[0], 12)
    commit, shown = run.one(Commit, "a", 0), prove_term(SEEDS["a"], SESSION, "a", 0, term)
    masked = run.one(Masked, "a", 0).points
    for lie in (replace(commit, proof=bytes(64)), replace(commit, key=run.one(Commit, "b", 0).key)):
        with pytest.raises(NotTrusted) as error:
            audit_term(lie, masked, term, shown)
        assert error.value.code == "blind.key"


def test_bytes_that_lie_across_two_elements_are_none_of_them() -> None:
    term = cell(A[0], 12)
    shown = prove_term(SEEDS["a"], SESSION, "a", 0, term)
    commit, _ = committed(TERMS, "a", [term])
    for masked, answer in (
        (bytes(16) + shown.element + bytes(16), "absent"),
        (bytes(16) + shown.element + bytes(16) + shown.element, "present"),
    ):
        said = replace(commit, n=len(masked) // 32, masked=hashlib.sha256(masked).digest())
        assert audit_term(said, masked, term, shown) == answer


def test_a_cell_of_another_level_is_not_asked_for(run: Run) -> None:
    term = cell(A[0], 16)
    with pytest.raises(Invalid, match="level 16") as error:
        ask(run, "a", 0, term)
    assert error.value.code == "blind.audit_level"
    commit, masked = run.one(Commit, "a", 0), run.one(Masked, "a", 0).points
    shown = prove_term(SEEDS["a"], SESSION, "a", 0, term)
    assert audit_term(commit, masked, term, shown, (12, 16)) == "absent"
    with pytest.raises(Invalid) as error:
        ask(run, "a", 0, SENTINEL)
    assert error.value.code == "blind.term"


def test_a_proof_for_an_audit_is_none_in_a_run_nor_the_reverse(run: Run) -> None:
    term, key = cell(A[0], 12), run.one(Commit, "a", 0).key
    shown = prove_term(SEEDS["a"], SESSION, "a", 0, term)
    point = psi.points([term], psi.context(SESSION, 0))
    context = psi.proof_context(SESSION, 0, "a")
    with pytest.raises(NotTrusted):
        psi.verify(key, point, shown.element, shown.proof, context)
    secret = psi.secret(SEEDS["a"], SESSION, "a", 0)
    of_a_run = psi.prove(secret, key, point, shown.element, context)
    assert code(run, 0, term, Shown(shown.element, of_a_run)) == "blind.proof"


@settings(max_examples=amount(100, 30))
@given(at=st.integers(20, 115), bit=st.integers(0, 7))
def test_no_altered_answer_is_taken(run: Run, at: int, bit: int) -> None:
    term = cell(A[0], 12)
    data = bytearray(audit.write(prove_term(SEEDS["a"], SESSION, "a", 0, term)))
    data[at] ^= 1 << bit
    shown = audit.read(bytes(data))
    assert isinstance(shown, Shown)
    assert code(run, 0, term, shown) in ("blind.proof", "blind.element")


def test_bytes_of_answers_and_openings() -> None:
    shown = prove_term(SEEDS["a"], SESSION, "a", 0, cell(A[0], 12))
    assert len(audit.write(shown)) == 116
    for each in (shown, opening("a"), opening("b"), replace(opening("b"), document=b"")):
        assert audit.read(audit.write(each)) == each
    data = audit.write(shown)
    whole = audit.write(opening("b"))
    other_role = whole[:36] + b"\x02" + whole[37:]
    for other in (data[:-1], data + b"x", b"x" + data, data.replace(b"\nT", b"\nU"), whole[:60], other_role):
        with pytest.raises(Invalid) as error:
            audit.read(other)
        assert error.value.code == "blind.message"


# all of it


def reopened(run: Run, role: Role, leaves: Sequence[Leaf], handed: Opening | None = None) -> list[Opened]:
    """What an arbiter finds who takes these for the cells of the document."""
    return audit_open(
        run.of(Commit, role),
        [each.points for each in run.of(Masked, role)],
        handed or opening(role),
        run.terms,
        Leaves(leaves, run.terms),
        run.found(role),
    )


@pytest.mark.parametrize("role", ROLES)
def test_an_honest_side_is_as_committed(run: Run, role: Role) -> None:
    found = reopened(run, role, {"a": A, "b": B}[role])
    assert [(each.round, each.level, each.differs) for each in found] == [
        (0, 12, ()),
        (1, 16, ()),
        (2, 20, ()),
    ]
    assert found[0].cells == len({cell(leaf, 12) for leaf in {"a": A, "b": B}[role]})


leaf = st.tuples(*[st.sampled_from([0, 1, 2, 4, 9, 31])] * 4)


@settings(max_examples=amount(40, 6))
@given(a=st.lists(leaf, max_size=8), b=st.lists(leaf, max_size=8), odd=st.booleans())
def test_honest_sides_are_as_committed_whatever_they_hold(a: list[Leaf], b: list[Leaf], odd: bool) -> None:
    def full(term: bytes) -> bool:
        return term[-1] % 2 == odd or term[10] % 2 == odd

    run = play(TERMS, Leaves(a, TERMS, full), Leaves(b, TERMS, full))
    assert all(each is not None and each.outcome != "not clear" for each in run.verdicts.values())
    for role, mine in (("a", a), ("b", b)):
        found = audit_open(
            run.of(Commit, role),  # type: ignore[arg-type]  # roles as plain text
            [each.points for each in run.of(Masked, role)],  # type: ignore[arg-type]  # roles as plain text
            opening(role),  # type: ignore[arg-type]  # roles as plain text
            TERMS,
            Leaves(mine, TERMS, full),
            run.found(role),  # type: ignore[arg-type]  # roles as plain text
        )
        assert [each.differs for each in found] == [()] * 3


def test_a_run_that_counts_is_opened_too() -> None:
    terms = agreed("count")
    run = play(terms, Leaves(A, terms), Leaves(B, terms))
    for leaves, differs in ((A, ()), (A[1:], ("strange",))):
        found = audit_open(
            run.of(Commit, "a"),
            [each.points for each in run.of(Masked, "a")],
            opening("a"),
            terms,
            Leaves(leaves, terms),
            [],
        )
        assert [each.differs for each in found] == [differs]


def test_a_document_that_lacks_a_plan_is_found(run: Run) -> None:
    # two of its plans are in one cell of the first level
    found = reopened(run, "a", A[1:])
    assert [(each.differs, each.strange) for each in found] == [((), 0), (("strange",), 1), (("strange",), 1)]
    without = reopened(run, "a", [each for each in A if each != A[3]])
    assert without[0].differs == ("strange",) and without[0].strange == 1
    assert [each.differs for each in without[1:]] == [(), ()]


def test_cells_that_were_left_out_of_the_set_are_named(run: Run) -> None:
    more: list[Leaf] = [*A, NOWHERE]
    first, *rest = reopened(run, "a", more)
    assert first.differs == ("cells",) and first.missing == (cell(NOWHERE, 12),) and first.strange == 0
    assert [each.differs for each in rest] == [(), ()]


def test_another_seed_document_or_agreement_is_found(run: Run) -> None:
    found = reopened(run, "a", A, replace(opening("a"), seed=b"X" * 32))
    assert [each.differs for each in found] == [("plans", "key")]
    found = reopened(run, "a", A, replace(opening("a"), document=b"plans"))
    assert [each.differs for each in found] == [("plans",)] * 3
    other = replace(run.terms, from_ms=1_001)
    found = reopened(run._replace(terms=other), "a", A)
    assert [each.differs for each in found] == [("rules",)] * 3


def test_openings_are_of_one_side_and_run(run: Run) -> None:
    for handed in (replace(opening("a"), session=bytes(16)), opening("b")):
        with pytest.raises(Invalid) as error:
            reopened(run, "a", A, handed)
        assert error.value.code == "blind.opening"
    commits = run.of(Commit, "a")
    with pytest.raises(Invalid, match="another round"):
        audit_open(commits[1:], [], opening("a"), TERMS, Leaves(A, TERMS), [])


def alone(
    said: Sequence[bytes], n: int | None = None, shown: bytes | None = None, terms: Agreed = TERMS
) -> Opened:
    """What is found of one round of a side that has put exactly this into its set."""
    commit, masked = committed(terms, "a", said, n=n)
    sets = [masked if shown is None else shown]
    (found,) = audit_open([commit], sets, opening("a"), terms, Leaves(A, terms), [])
    return found


def honest(terms: Agreed = TERMS) -> tuple[list[bytes], list[bytes]]:
    """Its cells, and its pads."""
    cells = sorted({cell(leaf, terms.levels[0]) for leaf in A})
    return cells, psi.pads(SEEDS["a"], SESSION, "a", 0, 63 - len(cells))


def test_what_can_be_wrong_with_a_set() -> None:
    cells, pads = honest()
    assert alone([SENTINEL, *cells, *pads]).differs == ()
    found = alone([SENTINEL, *cells, *[bytes([k]) * 32 for k in range(len(pads))]])
    assert (found.differs, found.strange, found.missing) == (("strange",), len(pads), ())
    assert alone([b"another", *cells, *pads]).differs == ("sentinel", "strange")
    more = psi.pads(SEEDS["a"], SESSION, "a", 0, 71 - len(cells))
    assert alone([SENTINEL, *cells, *more]).differs == ("pads",)
    lacking = alone([SENTINEL, *cells[1:], *psi.pads(SEEDS["a"], SESSION, "a", 0, 64 - len(cells))])
    assert (lacking.differs, lacking.missing, lacking.strange) == (("cells",), (cells[0],), 0)
    swapped = alone([SENTINEL, *cells[1:], cell(NOWHERE, 12), *pads])
    assert (swapped.differs, swapped.missing) == (("cells", "strange"), (cells[0],))


def test_a_set_that_was_shown_is_the_committed_one() -> None:
    cells, pads = honest()
    _, other = committed(TERMS, "a", [SENTINEL, *cells])
    assert alone([SENTINEL, *cells, *pads], shown=other).differs == ("shown",)


def test_a_set_that_was_never_shown_is_made_again() -> None:
    cells, pads = honest()
    for said, differs in (([*cells, *pads], ()), ([*cells[1:], *pads, b"x"], ("set",))):
        commit, _ = committed(TERMS, "a", [SENTINEL, *said])
        (found,) = audit_open([commit], [], opening("a"), TERMS, Leaves(A, TERMS), [])
        assert found.differs == differs


def test_cells_that_are_said_to_be_filled_and_are_not(run: Run) -> None:
    term = cell(A[0], 12)
    terms = agreed()
    cheated = play(terms, Leaves(A, terms, lambda each: each == term), Leaves(B, terms))
    first, *rest = reopened(cheated, "a", A)
    assert (first.differs, first.overstated) == (("filled",), (term,))
    assert [each.differs for each in rest] == [(), ()]
    # and the bit of the sentinel
    secret = psi.secret(SEEDS["a"], SESSION, "a", 0)
    sentinel = group.multiply(secret, psi.points([SENTINEL], psi.context(SESSION, 0)))
    found = audit_open(
        run.of(Commit, "a")[:1],
        [run.one(Masked, "a", 0).points],
        opening("a"),
        TERMS,
        Leaves(A, TERMS),
        [{sentinel: (True, False)}],
    )
    assert [(each.differs, each.overstated) for each in found] == [(("filled",), ())]


def test_results_about_other_sets_are_refused(run: Run) -> None:
    sets = run.one(Masked, "a", 0), run.one(Evaluated, "b", 0), run.one(Evaluated, "a", 0)
    mine, theirs = run.one(Result, "a", 0), run.one(Result, "b", 0)
    assert len(audit.matched(*sets, mine, theirs)) == len(mine.filled)
    for pair in ((replace(mine, filled=(True,)), theirs), (mine, replace(theirs, filled=(True,)))):
        with pytest.raises(NotTrusted) as error:
            audit.matched(*sets, *pair)
        assert error.value.code == "blind.unequal"


# with plans


def test_a_plan_that_is_left_out_of_the_document_or_of_the_set_is_found() -> None:
    terms = replace(agreed(), from_ms=0, until_ms=HOUR, table=apart(h=NAUTICAL_MILE))
    mine = [plan("a", volume(circle(33.0, 35.0, 500 * METRE), "FL100", "FL120"), name="near")]
    hidden = plan("a", volume(circle(36.0, 37.0, 500 * METRE), "FL100", "FL120"), name="far")
    theirs = [plan("b", volume(circle(33.001, 35.0, 500 * METRE), "FL110", "FL130"))]

    def sets(plans: Sequence[Plan]) -> Descent:
        return Descent(Cover(plans, terms), terms.levels)

    run = play(terms, sets([*mine, hidden]), sets(theirs))
    assert all(each is not None and each.outcome == "matched" for each in run.verdicts.values())
    assert judge(run).outcome == "matched"

    def found(plans: Sequence[Plan]) -> list[Opened]:
        points = [each.points for each in run.of(Masked, "a")]
        return audit_open(run.of(Commit, "a"), points, opening("a"), terms, sets(plans), run.found("a"))

    assert [each.differs for each in found([*mine, hidden])] == [()] * 3
    without = found(mine)
    assert [each.differs for each in without] == [("strange",), (), ()]
    assert without[0].strange == len(sets([hidden]).terms())
    more = found(
        [*mine, hidden, plan("a", volume(circle(40.0, 37.0, 500 * METRE), "SFC", "FL020"), name="new")]
    )
    assert [each.differs for each in more] == [("cells",), (), ()]
    assert {tree.read(term)[0] for term in more[0].missing} == {12}
