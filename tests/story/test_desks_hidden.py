"""Less or more is told of a plan, a peer asks by proposing, or takes an id: no conflict is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.two import seed
from tests.story import desks, whole
from tests.story.desks import START, circle, given
from tests.story.whole import Two
from wideberth.desk import case_entries, notice_entries, volumes
from wideberth.desk.case_entries import Proposed
from wideberth.desk.notice_entries import Told
from wideberth.errors import Refused
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import certificate, ids
from wideberth.ledger.certificate import Revocation
from wideberth.node.node import Node

HERE, THERE, BOTH = (circle(lon, 34.0, START) for lon in (33.0, 33.5, 34.0))


def case_of(found: Two, one: str, other: str) -> str:
    """The id of the case of two plans, which may not be there."""
    return ids.case(found.line, ids.notice_of(found.line, one), ids.notice_of(found.line, other))


def finds(node: Node, found: Two, case: str) -> set[str]:
    known = node.of(found.line).fold.all.cases.cases.get(case)
    return set(known.finds) if known else set()


def test_what_was_hidden_from_each_other_is_compared_once_it_is_to_be_told(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        first = desks.terms(found, {"*": "full", "quiet": "conflict-only"}, desks.AT_ONCE)
        desks.agree(found, first)
        [hidden, _] = found.one.desk.submit([given(HERE, BOTH, activity="quiet"), given(THERE)])
        [theirs, _] = found.other.desk.submit([given(THERE, BOTH, activity="quiet"), given(HERE)])
        whole.settle(found, 12)
        # each is named for its case with the other's open plan; of the two nobody sees both
        case = case_of(found, hidden.plan, theirs.plan)
        assert len(found.one.desk.cases()) == 2
        assert not finds(found.one, found, case)
        signed = agreement.read(first)
        second = agreement_draft.following(signed).replace(b'level = "conflict-only"', b'level = "full"')
        desks.agree(found, second)
        whole.settle(found)
        assert finds(found.one, found, case) == {place.party for place in found.places}
        told = found.other.desk.notice(found.line, ids.notice_of(found.line, hidden.plan))
        assert (told.level, told.version, len(told.volumes or ())) == ("full", 1, 2)


def test_a_case_is_not_closed_because_less_is_told_from_now_on(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(HERE)])
        [theirs] = found.other.desk.submit([given(HERE)])
        whole.settle(found)
        case = case_of(found, mine.plan, theirs.plan)
        found.one.desk.amend(mine.plan, given(HERE)._replace(disclosure="none"))
        whole.settle(found)
        told = found.other.desk.notice(found.line, ids.notice_of(found.line, mine.plan))
        assert (told.level, told.volumes) == ("conflict-only", ())
        assert finds(found.other, found, case) == {found.places[0].party}
        with pytest.raises(Refused):
            found.other.desk.activate(theirs.plan)
        # nothing new is said of it
        [more] = found.other.desk.submit([given(HERE)])
        whole.settle(found)
        assert not finds(found.other, found, case_of(found, mine.plan, more.plan))
        found.one.desk.amend(mine.plan, given(THERE)._replace(disclosure="none"))
        whole.settle(found)
        assert not finds(found.other, found, case)


def test_a_proposal_is_no_question_about_what_is_hidden(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        hidden, _ = found.one.desk.submit(
            [given(THERE)._replace(disclosure="conflict-only"), given(HERE, label="shown")]
        )
        [theirs] = found.other.desk.submit([given(HERE)])
        whole.settle(found)
        [case] = found.other.desk.cases()
        notice = ids.notice_of(found.line, theirs.plan)
        asked = Proposed(case.case, notice, 1, START, {"volumes": volumes.write_all((THERE,))})
        found.other.say(found.line, "main", asked.TYPE, case_entries.V, case_entries.write(asked))
        whole.settle(found)
        # they learn nothing by it; the own plan is held back all the same
        assert len(found.other.desk.notices(found.line)) == 2
        assert [each.case for each in found.other.desk.cases()] == [case.case]
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(hidden.plan)
        assert f"in conflict with their notice {notice}" in caught.value.message
        # what becomes of it is a version like any other
        found.other.desk.amend(theirs.plan, given(THERE))
        whole.settle(found)
        assert finds(found.other, found, case_of(found, hidden.plan, theirs.plan)) == {found.places[0].party}


def test_who_tells_a_notice_under_the_id_of_another_gives_no_permission_by_it(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        [mine] = found.one.desk.submit([given(HERE)])
        notice = ids.notice_of(found.line, mine.plan)
        taken = Told(notice, 5, "full", "accepted", "survey", "", (THERE,))
        found.other.say(found.line, "main", taken.TYPE, 1, notice_entries.write(taken))
        whole.settle(found)
        desks.agree(found, desks.terms(found, {"*": "full"}))
        whole.settle(found)
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert "under the id of this one: call" in caught.value.message
        assert found.one.desk.activate(mine.plan, "commander").unconfirmed == (found.places[1].party,)


def test_an_answer_that_only_a_revoked_key_has_signed_permits_nothing(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(HERE)])
        whole.settle(found)
        south = found.places[1]
        told = found.one.of(found.line).fold.all.notices.notices[ids.notice_of(found.line, mine.plan)]
        assert (
            told.checked and told.by_answer is not None and found.one.desk.plan(mine.plan).on[0].blocked == ()
        )
        [log] = {
            each.key
            for each in found.one.of(found.line).state.papers[south.party].certificates
            if (each.purpose, each.origin) == ("log", told.by_answer.origin)
        }
        gone = Revocation(log, {told.by_answer.origin: told.by_answer.n})
        found.one.papers(found.line, [certificate.revoke(gone, seed("south identity"))])
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert "signed with a key that is revoked" in caught.value.message
        assert found.one.desk.activate(mine.plan, "commander").unconfirmed == (south.party,)
