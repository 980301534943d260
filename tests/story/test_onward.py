"""What another party told goes further only as it says: refused, asked, consented by two, and no longer.

North releases to South; South would release some of it to West, and West to somebody without a node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.ledger.two import seed
from tests.story import desks, whole
from tests.story.desks import DAY_MS, HOUR_MS, START, circle, given
from tests.story.whole import Place, Time
from wideberth.desk import release_said
from wideberth.desk.release_said import About, Answered, Given
from wideberth.errors import WideberthError
from wideberth.formats import release_back, release_file
from wideberth.ledger import approval, certificate, entries, keys, parts
from wideberth.ledger.approval import Subject
from wideberth.ledger.certificate import Revocation
from wideberth.ledger.ids import Origin
from wideberth.model.release import Caveats, Recipient
from wideberth.node.node import Node
from wideberth.node.onward_views import OnwardView
from wideberth.node.past import Pasts
from wideberth.node.release_records import Choice
from wideberth.node.release_views import ReleaseView

ROLE = "releasing officer"
THIRD = "Relief Agency"
ONWARD = Caveats(onward=True)


class Row(NamedTuple):
    """North, South and West; North and West have no line to each other."""

    places: tuple[Place, ...]
    nodes: tuple[Node, ...]
    lines: tuple[str, str]
    time: Time

    def settle(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            for line, (one, other) in zip(self.lines, ((0, 1), (1, 2)), strict=True):
                whole.deliver(line, self.nodes[one], self.nodes[other])
            self.time.pass_ms(1_000)
            for each in self.nodes:
                each.tick()

    def sign(self, who: int, data: bytes, officers: tuple[int, ...] = (0, 1)) -> list[bytes]:
        subject = Subject("release", hashlib.sha256(data).digest())
        return [approval.write(approval.sign(subject, self.places[who].officer(n))) for n in officers]

    def draft(self, who: int, to: str, choice: Choice, caveats: Caveats = ONWARD) -> ReleaseView:
        return self.nodes[who].room.releases.draft([to], "Survey flights", [choice], caveats)[0]

    def approve(self, who: int, release: str) -> None:
        releases = self.nodes[who].room.releases
        releases.approve(release, self.sign(who, releases.index(release)))

    def give(self, who: int, to: str, choice: Choice, caveats: Caveats = ONWARD) -> str:
        """Drawn up, approved, and told on the line to the next party."""
        release = self.draft(who, to, choice, caveats).release
        self.approve(who, release)
        self.nodes[who].room.releases.send(release, ROLE)
        self.settle()
        return release

    def ask(self, who: int, release: str, to: str = THIRD, *records: int, hours: int = 24) -> OnwardView:
        until_ms = self.time.wall_ms + hours * HOUR_MS
        asked = self.nodes[who].room.onward.ask(
            self.lines[who - 1], "release", release, to, records, until_ms
        )
        self.settle()
        return asked

    def consent(
        self, who: int, asked: str, officers: tuple[int, ...] = (0, 1), hours: int = 24
    ) -> OnwardView:
        """What the officers of `who` sign to what the next party asks."""
        onward, line = self.nodes[who].room.onward, self.lines[who]
        until_ms = self.time.wall_ms + hours * HOUR_MS
        text = onward.text(line, asked, until_ms).text
        view = onward.consent(line, asked, until_ms, self.sign(who, text.encode(), officers))
        self.settle()
        return view


@contextmanager
def row(folder: Path) -> Iterator[Row]:
    time = Time()
    places = tuple(whole.make(folder, name) for name in ("north", "south", "west"))
    nodes = tuple(each.open(time) for each in places)
    pairs = ((places[0], places[1]), (places[1], places[2]))
    for n, (one, other) in enumerate(pairs):
        nodes[n].take_up(whole.paired(one, other), one.private)
        nodes[n + 1].take_up(whole.paired(other, one), other.private)
    found = Row(places, nodes, (whole.met(*pairs[0]).line.id, whole.met(*pairs[1]).line.id), time)
    try:
        found.settle()
        nodes[0].room.releases.add_recipient(Recipient("South", nodes[1].party))
        nodes[1].room.releases.add_recipient(Recipient("West", nodes[2].party))
        for each in nodes:
            each.room.releases.add_recipient(Recipient(THIRD))
        yield found
    finally:
        for each in nodes:
            each.close()


def planned(found: Row) -> Choice:
    """A plan of North's."""
    [plan] = found.nodes[0].desk.submit([given(circle(33.0, 34.0, START))])
    return Choice("plan", plan.plan, level="full")


def code(act: Callable[[], object]) -> str:
    with pytest.raises(WideberthError) as raised:
        act()
    return raised.value.code


def received(release: str, *rows: str) -> Choice:
    return Choice("release", release, rows=rows, level="full")


def test_refused_asked_consented_by_one_and_by_two_then_no_longer(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, _ = found.nodes
        line = found.lines[0]
        release = found.give(0, "South", planned(found))
        [view] = south.room.onward.received.all()
        assert (view.release, view.by, view.standing, view.taken) == (release, north.party, "here", None)
        data = south.room.onward.received.take(line, release, "duty officer")
        assert release_file.read(data).wrong == () and data == south.room.onward.received.take(
            line, release, "x"
        )
        found.settle()
        assert north.room.releases.one(release).phase == "received"
        assert south.room.onward.received.one(line, release).role == "duty officer"

        def draft() -> ReleaseView:
            return found.draft(1, THIRD, received(release))

        # refused: nobody was asked
        assert code(draft) == "release.no_consent"
        asked = found.ask(1, release).asked
        assert code(draft) == "release.no_consent", "silence is no consent"
        [theirs] = north.room.onward.all()
        assert (theirs.mine, theirs.recipient, theirs.phase, theirs.told) == (False, THIRD, "asked", True)
        [ring] = north.room.ringing.all()
        assert (ring.id, ring.why, ring.loud) == (asked, "onward.asked", False)
        assert south.room.ringing.all() == []
        # one key: refused here, and of no effect there where it is said all the same
        assert code(lambda: found.consent(0, asked, (0,))) == "release.two"
        until_ms = found.time.wall_ms + HOUR_MS
        text = north.room.onward.text(line, asked, until_ms).text.encode()
        one = [approval.read(each) for each in found.sign(0, text, (0,))]
        said = Answered(asked, "consent", until_ms, tuple(one))
        north.say(line, "main", said.TYPE, 1, release_said.write(said))
        found.settle()
        assert south.room.onward.one(line, asked).signatures == 1 and code(draft) == "release.no_consent"
        # two keys: it goes
        assert found.consent(0, asked).phase == "consented"
        assert north.room.ringing.all() == []
        drawn = draft().release
        found.approve(1, drawn)
        copy = release_file.read(south.room.releases.save(drawn, ROLE))
        [record] = release_back.records(copy.files)
        assert (record.originator, record.title) == (north.party, "heron 1")
        [link] = south.room.onward.chain(drawn).records
        assert link.may and link.consent is not None and link.consent.asked == asked
        assert (link.ours, link.originator, link.line) == (False, north.party, line)
        assert link.consent.entry is not None and release in link.told
        [further] = south.room.onward.chain(release, line).further
        assert (further.release, further.recipient, further.numbers) == (drawn, THIRD, (1,))
        # not to anybody else, nor anything else
        south.room.releases.add_recipient(Recipient("Somebody"))
        assert code(lambda: found.draft(1, "Somebody", received(release))) == "release.no_consent"
        # a key is revoked: no copy leaves any more, also of what was approved
        key = keys.public(found.places[0].officer(1))
        gone = Revocation(key, {Origin(line, north.party, "main", 0): 0})
        south.papers(line, [certificate.revoke(gone, seed("north identity"))])
        assert south.room.onward.one(line, asked).phase == "lapsed"
        assert code(lambda: south.room.releases.save(drawn, ROLE)) == "release.not_to_use"
        assert south.room.onward.received.one(line, release).standing == "not signed"
        [link] = south.room.onward.chain(drawn).records
        assert (link.may, link.code) == (False, "release.not_to_use")


def test_a_consent_ends_is_taken_back_and_a_copy_expires_and_is_recalled(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, _ = found.nodes
        line, plan = found.lines[0], planned(found)
        ends = Caveats(onward=True, expires_ms=found.time.wall_ms + 3 * DAY_MS)
        release = found.give(0, "South", plan, ends)
        asked = found.ask(1, release).asked
        found.consent(0, asked, hours=2)
        drawn = found.draft(1, THIRD, received(release)).release
        # between drawing up and approving the consent ends
        found.time.pass_ms(2 * HOUR_MS)
        found.approve(1, drawn)
        assert code(lambda: south.room.releases.save(drawn, ROLE)) == "release.no_consent"
        assert south.room.onward.one(line, asked).phase == "lapsed"
        found.consent(0, asked)
        assert south.room.releases.save(drawn, ROLE)
        # taken back, and given again
        declined = north.room.onward.decline(line, asked, "not any more")
        assert declined.phase == "declined"
        found.settle()
        assert code(lambda: south.room.releases.save(drawn, ROLE)) == "release.no_consent"
        assert south.room.onward.one(line, asked).answer_reason == "not any more"
        found.consent(0, asked, hours=9 * 24)
        assert south.room.releases.save(drawn, ROLE)
        # as of then it was so; what was here is entered from time to time
        found.time.pass_ms(HOUR_MS)
        found.settle()
        then = found.time.wall_ms
        found.time.pass_ms(3 * DAY_MS)
        take = south.room.onward.received.take
        assert code(lambda: take(line, release, ROLE)) == "release.not_to_use"
        assert south.room.onward.received.one(line, release).standing == "expired"
        assert code(lambda: south.room.releases.save(drawn, ROLE)) == "release.not_to_use"
        with Pasts(south).at(then) as past:
            assert past.room.onward.received.one(line, release).standing == "here"
            assert past.room.onward.one(line, asked).phase == "consented"
        # recalled: whatever was consented to
        other = found.give(0, "South", plan)
        again = found.ask(1, other).asked
        found.consent(0, again)
        last = found.draft(1, THIRD, received(other)).release
        north.room.releases.recall(other, "an error in it")
        found.settle()
        shown = south.room.onward.received.one(line, other)
        assert (shown.standing, shown.reason) == ("RECALLED", "an error in it")
        assert code(lambda: take(line, other, ROLE)) == "release.not_to_use"
        found.approve(1, last)
        assert code(lambda: south.room.releases.save(last, ROLE)) == "release.not_to_use"
        assert code(lambda: found.draft(1, THIRD, received(other))) == "release.not_to_use"
        assert code(lambda: found.ask(1, other)) == "release.not_to_use"


def test_what_goes_to_nobody_else_goes_nowhere_and_whom_it_names_may_have_it(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        south, plan = found.nodes[1], planned(found)
        never = found.give(0, "South", plan, Caveats())
        assert code(lambda: found.draft(1, THIRD, received(never))) == "release.onward_never"
        assert code(lambda: found.ask(1, never)) == "release.onward_never"
        named = found.give(0, "South", plan, Caveats((THIRD,)))
        assert found.draft(1, THIRD, received(named)).phase == "draft"
        [link] = south.room.onward.chain(south.room.releases.all()[0].release).records
        assert link.may and link.consent is None and "beforehand" in link.words
        assert code(lambda: found.ask(1, named)) == "onward.may_already"
        assert code(lambda: found.draft(1, THIRD, received(named, "2"))) == "release.no_record"
        assert code(lambda: found.draft(1, THIRD, received("r-" + "a" * 26))) == "release.no_record"
        # a notice is its author's too; without an agreement that says otherwise it goes to nobody
        source = About("notice", "n-" + "a" * 26)
        line = found.lines[0]
        assert code(lambda: south.room.onward.about(line, "notice", source.id)) == "release.no_record"


def test_who_consents_to_what_it_had_from_another_needs_that_ones_consent(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, west = found.nodes
        first = found.give(0, "South", planned(found))
        to_west = found.ask(1, first, "West", 1).asked
        found.consent(0, to_west)
        second = found.give(1, "West", received(first, "1"))
        [view] = west.room.onward.received.all()
        assert (view.release, view.by) == (second, south.party)
        assert code(lambda: found.draft(2, THIRD, received(second))) == "release.no_consent"
        asked = found.ask(2, second).asked
        # South may not consent to what is North's
        assert code(lambda: found.consent(1, asked)) == "release.no_consent"
        assert code(lambda: found.draft(2, THIRD, received(second))) == "release.no_consent"
        further = found.ask(1, first).asked
        found.consent(0, further)
        found.consent(1, asked)
        drawn = found.draft(2, THIRD, received(second)).release
        document = west.room.releases.one(drawn)
        assert [each.originator for each in document.records] == [north.party], "it stays North's"
        [link] = west.room.onward.chain(drawn).records
        assert link.said_by == "North" or link.said_by == north.party
        assert link.line == found.lines[1] and link.consent is not None


def test_a_concern_is_raised_from_what_was_released(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, _ = found.nodes
        line = found.lines[0]
        release = found.give(0, "South", planned(found))
        raised = north.room.onward.concern(
            line, release, "A part of it was published.", "that nobody else has it",
            precedence="priority", by_ms=found.time.wall_ms + DAY_MS, role=ROLE,
        )  # fmt: skip
        found.settle()
        [shown] = south.room.statements.all(line)
        assert shown.statement == raised.statement and release in (shown.text or "")
        nothing = "r-" + "a" * 26

        def concern() -> object:
            return south.room.onward.concern(
                line, nothing, "x", "y", precedence="priority", by_ms=1, role=ROLE
            )

        assert code(concern) == "release.none"


def test_what_is_not_there_or_not_ones_own_to_say_is_refused(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, _ = found.nodes
        line, missing = found.lines[0], "o-" + "a" * 26
        release = found.give(0, "South", planned(found))
        asked = found.ask(1, release).asked
        assert code(lambda: south.room.onward.one(line, missing)) == "onward.none"
        assert code(lambda: south.room.onward.decline(line, asked)) == "onward.not_ours"
        assert code(lambda: south.room.onward.text(line, asked)) == "onward.not_ours"
        assert code(lambda: south.room.onward.chain(release)) == "release.none"
        assert code(lambda: north.room.onward.received.one(line, release)) == "release.none"
        assert code(lambda: north.room.onward.chain("r-" + "a" * 26)) == "release.none"
        with pytest.raises(WideberthError) as raised:
            south.room.onward.received.take(line, "r-" + "a" * 26, ROLE)
        assert raised.value.code == "release.none"
        assert (
            north.room.onward.text(line, asked).text
            == north.room.onward.text(line, asked, found.time.wall_ms + 24 * HOUR_MS - 2_000).text
        )


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        release = found.give(0, "South", planned(found))
        asked = found.ask(1, release).asked
        found.consent(0, asked)
        found.nodes[1].close()
        with found.places[1].open(found.time) as south:
            assert south.room.onward.one(found.lines[0], asked).phase == "consented"
            assert south.room.onward.received.take(found.lines[0], release, ROLE)


def test_what_an_agreement_says_of_notices_is_kept_to(tmp_path: Path) -> None:
    for rule, why in (("never", "release.onward_never"), ("consent", "release.no_consent")):
        with desks.desks(tmp_path / rule, "full", {'onward = "never"': f'onward = "{rule}"'}) as two:
            two.one.desk.submit([given(circle(33.0, 34.0, START))])
            whole.settle(two)
            [notice] = two.other.desk.notices(two.line)
            onward, releases = two.other.room.onward, two.other.room.releases
            releases.add_recipient(Recipient(THIRD))
            until_ms = two.time.wall_ms + DAY_MS

            def draft(of: str = notice.notice, node: Node = two.other) -> object:
                choice = Choice("notice", of, level="full")
                return node.room.releases.draft([THIRD], "What we were told", [choice], Caveats())

            assert code(draft) == why
            if rule == "consent":
                asked = onward.ask(two.line, "notice", notice.notice, THIRD, (), until_ms).asked
                whole.settle(two)
                text = two.one.room.onward.text(two.line, asked, until_ms).text
                subject = Subject("release", hashlib.sha256(text.encode()).digest())
                signed = [approval.sign(subject, two.places[0].officer(n)) for n in range(2)]
                approvals = [approval.write(each) for each in signed]
                two.one.room.onward.consent(two.line, asked, until_ms, approvals)
                whole.settle(two)
                assert draft()
                # its next version is another: nobody has consented to that
                [plan] = two.one.desk.plans()
                two.one.desk.amend(plan.plan, given(circle(33.5, 34.0, START)))
                whole.settle(two)
                assert code(draft) == "release.no_consent"
            else:
                with pytest.raises(WideberthError) as raised:
                    onward.ask(two.line, "notice", notice.notice, THIRD, (), until_ms)
                assert raised.value.code == why


def test_a_copy_that_is_not_what_was_signed_is_not_given(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, _ = found.nodes
        line, release = found.lines[0], "r-" + "a" * 26
        index = b"{}"
        data = b"no zip"
        said = Given(
            release,
            "Something else",
            ONWARD,
            hashlib.sha256(index).digest(),
            hashlib.sha256(data).digest(),
            len(data),
            tuple(approval.read(each) for each in found.sign(0, index)),
        )
        for part in parts.split(data):
            north.say(line, "main", part.TYPE, 1, entries.write(part))
        north.say(line, "main", said.TYPE, 1, release_said.write(said))
        found.settle()
        [view] = south.room.onward.received.all()
        assert (view.standing, view.signatures) == ("not whole", 2)
        assert code(lambda: south.room.onward.received.take(line, release, ROLE)) == "release.not_whole"
        assert code(lambda: found.draft(1, THIRD, received(release))) == "release.not_whole"


def test_the_gate_holds_a_consent_and_neither_a_refusal_nor_a_recall(tmp_path: Path) -> None:
    with row(tmp_path) as found:
        north, south, _ = found.nodes
        line = found.lines[0]
        release = found.give(0, "South", planned(found))
        asked = found.ask(1, release).asked
        with north.recording() as private:
            private.set_gate(line, "always", [ROLE], found.time.wall_ms)
        held = found.consent(0, asked)
        assert held.phase == "asked" and south.room.onward.one(line, asked).phase == "asked"
        north.room.onward.decline(line, asked)
        found.settle()
        assert south.room.onward.one(line, asked).phase == "declined"
        north.room.releases.recall(release)
        found.settle()
        assert south.room.onward.received.one(line, release).standing == "RECALLED"
