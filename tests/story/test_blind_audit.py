"""Audits between two whole nodes: what was in a set is proven over the line, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.story import whole
from tests.story.test_blind import MINUTE_MS, agreed, meeting, run
from tests.story.whole import Two
from wideberth.blind import audit as proofs
from wideberth.desk import blind_audit_entries as entries
from wideberth.desk import blind_entries, blind_fields
from wideberth.desk.blind_audit_entries import Answered, Question
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval
from wideberth.model.blind import About
from wideberth.node import blind_evidence
from wideberth.node.blind_audit import Spot
from wideberth.node.blind_audit_views import AuditTextView, AuditView
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, METRE

HERE = (36 * DEGREE, 33 * DEGREE)
_ELSEWHERE = count(44)
HEIGHT = Altitude("MSL", 450 * METRE)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Plans that met, and the case that was opened of it."""
    with whole.two(tmp_path_factory.mktemp("met")) as two:
        whole.settle(two)
        agreed(two)
        meeting(two)
        run(two)
        yield two


@pytest.fixture
def found(met: Two) -> Two:
    """The same on another day, which has its own budget."""
    met.time.pass_ms(24 * 60 * MINUTE_MS)
    whole.settle(met)
    return met


def away() -> tuple[int, int]:
    """A place that no other test asks about, and that no plan is near."""
    return next(_ELSEWHERE) * DEGREE, 33 * DEGREE


def session(found: Two) -> str:
    newest = next(each for each in found.one.private.blinds.of(found.line) if each.outcome == "matched")
    return blind_fields.session_id(newest.begun.session)


def about(found: Two) -> About:
    [case] = found.one.desk.cases(found.line)
    return About("case", case.case)


def asking(found: Two, place: tuple[int, int] = HERE, number: int = 0, hours: float = 2.7) -> AuditTextView:
    """What North asks about a place."""
    kept = next(each for each in found.one.private.blinds.of(found.line) if each.outcome == "matched")
    spot = Spot(place, HEIGHT, kept.begun.from_ms + round(hours * 60) * MINUTE_MS)
    return found.one.room.audits.question(found.line, session(found), number, spot, about(found))


def signed(found: Two, text: str, which: int, officers: tuple[int, ...] = (0, 1)) -> list[bytes]:
    subject = entries.subject(text.encode())
    return [approval.write(approval.sign(subject, found.places[which].officer(n))) for n in officers]


def question(asked: AuditTextView) -> Question:
    return Question(asked.run, asked.round, bytes.fromhex(asked.where.cell), About("case", asked.about))


def ask(found: Two, asked: AuditTextView, officers: tuple[int, ...] = (0, 1)) -> AuditView:
    given = signed(found, asked.text, 0, officers)
    made = found.one.room.audits.ask(found.line, question(asked), given)
    whole.deliver(found.line, found.one, found.other)
    return made


def agree(found: Two, audit: AuditView, officers: tuple[int, ...] = (0, 1)) -> AuditView:
    given = signed(found, audit.text, 1, officers)
    found.other.room.audits.agree(found.line, audit.audit, given)
    whole.settle(found)
    return found.one.room.audits.one(found.line, audit.audit)


def test_presence_and_absence_are_proven_and_both_see_it(found: Two) -> None:
    shown = None
    for place, proven in ((HERE, "present"), (away(), "absent")):
        asked = asking(found, place)
        west, south, east, north = asked.where.area
        assert west <= place[0] / DEGREE < east and south <= place[1] / DEGREE < north
        made = ask(found, asked)
        assert (made.audit, made.mine, made.phase, made.asks) == (asked.audit, True, "asked", 2)
        whole.settle(found)
        # two officers of theirs have not agreed: no answer, however long it takes
        assert found.one.room.audits.one(found.line, made.audit).answered is None
        [theirs, *_] = found.other.room.audits.all(found.line)
        assert (theirs.audit, theirs.text, theirs.mine) == (asked.audit, asked.text, False)
        shown = agree(found, made)
        assert (shown.phase, shown.proven, shown.claimed) == ("answered", proven, proven == "present")
        assert found.other.room.audits.one(found.line, made.audit).proven == proven
    newest = [each.proven for each in found.one.room.audits.all(found.line)[:2]]
    assert newest == ["absent", "present"]
    assert shown is not None and "NOT IN THE SET" in str(shown.proof) and "not put in" in str(shown.proof)


def test_absence_in_a_later_round_says_what_it_is_worth(found: Two) -> None:
    shown = agree(found, ask(found, asking(found, away(), 2)))
    assert shown.proven == "absent" and "ask about round 0 first" in str(shown.proof)
    assert shown.where is not None and shown.where.level == 20


def test_one_officer_is_refused_on_either_side(found: Two) -> None:
    asked = asking(found, away())
    for officers in ((0,), (1, 1)):
        with pytest.raises(Refused, match="officers have signed") as refused:
            ask(found, asked, officers)
        assert refused.value.code == "blind.two"
    made = ask(found, asked)
    with pytest.raises(Refused) as refused:
        agree(found, made, (0,))
    assert refused.value.code == "blind.two"
    # those who ask do not agree for the others, nor to another text
    other = signed(found, made.text + " ", 1)
    for given in (signed(found, made.text, 0), other):
        with pytest.raises(Refused) as refused:
            found.other.room.audits.agree(found.line, made.audit, given)
        assert refused.value.code == "blind.not_counted"
    with pytest.raises(Refused) as refused:
        found.one.room.audits.agree(found.line, made.audit, signed(found, made.text, 0))
    assert refused.value.code == "blind.not_asked"
    assert found.one.room.audits.one(found.line, made.audit).phase == "asked"


def test_more_than_a_day_has_is_refused(found: Two) -> None:
    made = [ask(found, asking(found, away())) for _ in range(5)]
    for each in made[:4]:
        agree(found, each)
    with pytest.raises(Refused) as refused:
        agree(found, made[4])
    assert refused.value.code == "blind.spent"
    with pytest.raises(Refused) as refused:
        ask(found, asking(found))
    assert refused.value.code == "blind.spent"
    found.time.pass_ms(24 * 60 * MINUTE_MS)
    assert agree(found, ask(found, asking(found, number=1))).proven == "present"


def test_a_lying_answer_is_shown_as_one(found: Two) -> None:
    seed = next(each for each in found.other.private.blinds.of(found.line) if each.outcome == "matched").begun
    for lie in ("claim", "other term", "not a proof", "other key"):
        asked = asking(found, away())
        made = ask(found, asked)
        term = bytes.fromhex(asked.where.cell)
        of = bytes.fromhex(asking(found).where.cell) if lie == "other term" else term
        key = bytes(32) if lie == "other key" else seed.seed
        shown = proofs.write(proofs.prove_term(key, seed.session, seed.role, 0, of))
        proof = b"nothing" if lie == "not a proof" else shown
        said = Answered(question(asked), lie in ("claim", "other term"), proof)
        found.other.say(found.line, "main", said.TYPE, blind_entries.V, blind_entries.write(said))
        whole.settle(found)
        shown_here = found.one.room.audits.one(found.line, made.audit)
        assert (shown_here.phase, shown_here.proven) == ("answered", "lie"), lie
        assert "LYING ANSWER" in str(shown_here.proof)


def test_what_is_not_of_the_line_cannot_be_asked(found: Two) -> None:
    asked = asking(found)
    audits, line = found.one.room.audits, found.line
    for incident in (About("case", about(found).id[::-1]), About("call", "k-" + "a" * 26)):
        with pytest.raises(Refused) as refused:
            audits.ask(line, question(asked)._replace(about=incident), signed(found, asked.text, 0))
        assert refused.value.code in ("blind.no_incident", "blind.not_counted")
    for number, run_id in ((9, asked.run), (0, "b-" + "a" * 26)):
        with pytest.raises(Refused) as refused:
            audits.question(line, run_id, number, bytes.fromhex(asked.where.cell), about(found))
        assert refused.value.code == "blind.unknown"
    with pytest.raises(Invalid) as invalid:
        audits.question(line, asked.run, 1, bytes.fromhex(asked.where.cell), about(found))
    assert invalid.value.code == "blind.audit_level"
    with pytest.raises(Invalid) as invalid:
        audits.question(line, asked.run, 0, Spot(HERE, Altitude("AGL", 0), 0), about(found))
    assert invalid.value.code == "blind.audit_height"
    with pytest.raises(Invalid) as invalid:
        audits.one(line, "ab" * 32)
    assert invalid.value.code == "blind.no_audit"


def test_a_set_that_is_not_kept_is_neither_agreed_about_nor_proven(found: Two) -> None:
    made = ask(found, asking(found, away()))
    assert agree(found, made).proven == "absent"
    for node in (found.one, found.other):
        for each in (node.path / blind_evidence.FOLDER).iterdir():
            each.unlink()
    later = ask(found, asking(found, away()))
    with pytest.raises(Refused) as refused:
        agree(found, later)
    assert refused.value.code == "blind.not_kept"
    found.one.close()
    again = found.places[0].open(found.time)
    try:
        shown = again.room.audits.one(found.line, made.audit)
        assert shown.proven == "unproven" and "not kept here" in str(shown.proof)
    finally:
        again.close()
