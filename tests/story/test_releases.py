"""Releases between two whole nodes, and to somebody without one: seen exactly, approved twice, delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs

from tests.story import desks, whole
from tests.story.desks import DAY_MS, HOUR_MS, START, circle, given
from tests.story.whole import Place, Two
from wideberth.desk import release_entries
from wideberth.errors import WideberthError
from wideberth.formats import release_file
from wideberth.formats.release_file import Verified
from wideberth.ledger import approval, ids
from wideberth.ledger.approval import Subject
from wideberth.ledger.record import Anchor
from wideberth.model.release import Caveats, Recipient
from wideberth.node import communique_known
from wideberth.node.node import Node
from wideberth.node.release_records import Choice
from wideberth.node.release_views import LinkPage, ReleaseView
from wideberth.render.mark import MARK

ROLE = "releasing officer"
LABEL = "qxj7-private-label"


class Drawn(NamedTuple):
    """Two nodes, and a draft of the first for the second, of one own plan."""

    two: Two
    plan: str
    release: ReleaseView

    @property
    def node(self) -> Node:
        return self.two.one

    def phase(self) -> str:
        return self.node.room.releases.one(self.release.release).phase


def signed(place: Place, index: bytes, officers: tuple[int, ...] = (0, 1)) -> list[bytes]:
    """What officers of a party sign of an index."""
    subject = Subject("release", hashlib.sha256(index).digest())
    return [approval.write(approval.sign(subject, place.officer(n))) for n in officers]


def approve(drawn: Drawn, officers: tuple[int, ...] = (0, 1)) -> ReleaseView:
    releases, name = drawn.node.room.releases, drawn.release.release
    return releases.approve(name, signed(drawn.two.places[0], releases.index(name), officers))


def verified(place: Place, data: bytes) -> Verified:
    """What somebody who knows the party finds, with the file alone."""
    return release_file.read(data).verify([Anchor(ids.party(place.identity), "North")])


@contextmanager
def drawn(folder: Path, caveats: Caveats | None = None, *, line: bool = True) -> Iterator[Drawn]:
    with desks.desks(folder, "none") as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START), label=LABEL)])
        releases = two.one.room.releases
        releases.add_recipient(Recipient("South", two.other.party if line else None))
        [view] = releases.draft(
            ["South"], "Survey flights", [Choice("plan", plan.plan)], caveats or Caveats()
        )
        yield Drawn(two, plan.plan, view)


def code(error: pytest.ExceptionInfo[WideberthError]) -> str:
    return error.value.code


def test_nothing_leaves_before_two_officers_have_signed_its_very_bytes(tmp_path: Path) -> None:
    with drawn(tmp_path) as found:
        releases, name = found.node.room.releases, found.release.release
        assert found.phase() == "draft"
        for leave in (
            lambda: releases.send(name, ROLE),
            lambda: releases.save(name, ROLE),
            lambda: releases.link(name, found.two.time.wall_ms + HOUR_MS, ROLE),
        ):
            with pytest.raises(WideberthError) as error:
                leave()
            assert code(error) == "release.not_now"
        with pytest.raises(WideberthError) as error:
            approve(found, (0,))
        assert code(error) == "release.two"
        with pytest.raises(WideberthError) as error:
            approve(found, (0, 0))
        assert code(error) == "release.two"
        other = signed(found.two.places[1], releases.index(name))
        with pytest.raises(WideberthError) as error:
            releases.approve(name, other)
        assert code(error) == "release.not_counted"
        assert found.phase() == "draft" and releases.one(name).deliveries == ()
        assert approve(found).phase == "approved"


def test_what_was_amended_is_approved_anew(tmp_path: Path) -> None:
    with drawn(tmp_path) as found:
        releases, name = found.node.room.releases, found.release.release
        former = releases.index(name)
        # one officer has signed on paper, and then it is drawn up anew
        one = signed(found.two.places[0], former)
        chosen, before = [Choice("plan", found.plan)], found.release.index
        again = releases.amend(name, "Survey flights, again", chosen, Caveats(), before)
        # nobody brings back what a colleague has changed since
        with pytest.raises(WideberthError) as error:
            releases.amend(name, "Survey flights", chosen, Caveats(), before)
        assert code(error) == "release.newer"
        assert again.index != found.release.index and again.phase == "draft"
        with pytest.raises(WideberthError) as error:
            releases.approve(name, one)
        assert code(error) == "release.not_counted"
        assert approve(found).phase == "approved"
        with pytest.raises(WideberthError) as error:
            releases.amend(name, "Too late", [Choice("plan", found.plan)], Caveats())
        assert code(error) == "release.not_now"


def test_the_preview_is_what_leaves_and_it_verifies_without_a_node(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        releases, name = found.node.room.releases, found.release.release
        preview = {each.file: releases.preview(name, each.file) for each in releases.one(name).files}
        approve(found)
        data = releases.save(name, ROLE)
        read = release_file.read(data)
        assert {release_file.INDEX: read.index_bytes, **read.files} == preview
        assert verified(found.two.places[0], data).verdict == "verified"
        assert read.verify([]).verdict == "not anchored"
        assert data == releases.save(name, ROLE)
        view = releases.one(name)
        assert (view.phase, [each.way for each in view.deliveries]) == ("delivered", ["file", "file"])
        assert view.deliveries[0].sha256 == hashlib.sha256(data).hexdigest()
        received = releases.receipt(name, "registry", found.two.time.wall_ms)
        assert (received.phase, received.receipts[0].by_hand) == ("received", True)


def test_no_id_or_label_of_an_own_plan_leaves_and_no_more_than_was_chosen(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        releases, name = found.node.room.releases, found.release.release
        approve(found)
        read = release_file.read(releases.save(name, ROLE))
        text = b"".join(read.files.values()) + read.index_bytes
        for secret in (found.plan, found.plan[2:12], LABEL, "heron 1"):
            assert secret.encode() not in text
        [record] = releases.one(name).records
        assert (record.level, record.grid is not None, record.title) == ("coarse", True, "")
        full = Choice("plan", found.plan, level="full")
        [exact] = releases.draft(["South"], "Exactly", [full], Caveats())
        assert b"heron 1" in releases.preview(exact.release, "release.txt")
        assert exact.records[0].volumes != record.volumes


def test_over_a_line_the_other_node_holds_the_same_bytes(tmp_path: Path) -> None:
    with drawn(tmp_path) as found:
        releases, name = found.node.room.releases, found.release.release
        approve(found)
        sent = releases.send(name, ROLE)
        assert sent.phase == "delivered" and sent.deliveries[0].told
        whole.settle(found.two)
        assert releases.one(name).deliveries[0].delivered
        told = found.two.other._open[found.two.line].fold.all.releases.releases[found.node.party, name]
        assert told.tellings[0].said.sha256.hex() == sent.deliveries[0].sha256
        # asked again, nothing is said twice
        releases.send(name, ROLE)
        whole.settle(found.two)
        assert len(releases.one(name).deliveries) == 1
        assert len(found.node._open[found.two.line].fold.all.releases.releases) == 1


def test_what_was_signed_for_one_party_does_not_go_to_another_of_the_same_name(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        releases, name = found.node.room.releases, found.release.release
        approve(found)
        # by now people here call another so, or have a line to it
        releases.add_recipient(Recipient("South", found.two.other.party))
        with pytest.raises(WideberthError) as error:
            releases.send(name, ROLE)
        assert code(error) == "release.no_line" and "drawn up anew" in error.value.message
        assert releases.one(name).deliveries == ()
        # as a file it goes to whom it names
        read = release_file.read(releases.save(name, ROLE))
        assert (read.index.recipient, read.index.recipient_party) == ("South", None)


def test_a_link_gives_the_copy_once(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        releases, name = found.node.room.releases, found.release.release
        approve(found)
        made = releases.link(name, found.two.time.wall_ms + HOUR_MS, ROLE)
        token = made.path.removeprefix("/d/")
        assert releases.link_leads(token) and not releases.link_leads("a" * 52)
        assert releases.link_page(token).state == "open"
        assert releases.link_page(token).title == "Survey flights"
        data = releases.link_fetch(token)
        assert isinstance(data, bytes)
        assert verified(found.two.places[0], data).verdict == "verified"
        again = releases.link_fetch(token)
        assert isinstance(again, LinkPage) and (again.state, again.title) == ("used", "")
        view = releases.one(name)
        assert (view.phase, view.deliveries[0].link) == ("received", "used")
        # the secret is kept nowhere
        kept = b"".join(file.read_bytes() for file in found.two.places[0].path.rglob("*") if file.is_file())
        assert token.encode() not in kept
        with pytest.raises(WideberthError) as error:
            releases.link_fetch("a" * 52)
        assert code(error) == "release.no_link"


def test_a_link_is_dead_after_its_time_and_after_a_recall(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        releases, name, time = found.node.room.releases, found.release.release, found.two.time
        approve(found)
        late, dead = (
            releases.link(name, time.wall_ms + HOUR_MS, ROLE).path.removeprefix("/d/") for _ in range(2)
        )
        longer = releases.link(name, time.wall_ms + DAY_MS, ROLE).path.removeprefix("/d/")
        time.pass_ms(HOUR_MS)
        for token, state in ((late, "over"), (dead, "over"), (longer, "open")):
            assert releases.link_page(token).state == state
        assert isinstance(releases.link_fetch(late), LinkPage)
        releases.recall(name, "the plan has changed")
        page = releases.link_fetch(longer)
        assert isinstance(page, LinkPage) and page.state == "recalled"
        with pytest.raises(WideberthError) as error:
            releases.link(name, time.wall_ms + HOUR_MS, ROLE)
        assert code(error) == "release.not_now"
        with pytest.raises(WideberthError) as error:
            releases.save(name, ROLE)
        assert code(error) == "release.not_now"
        for until in (time.wall_ms, time.wall_ms + 31 * DAY_MS):
            with pytest.raises(WideberthError) as error:
                releases.link(name, until, ROLE)
            assert code(error) == "release.until"


def test_a_recall_is_told_on_the_line_and_printed_for_the_rest(tmp_path: Path) -> None:
    with drawn(tmp_path) as found:
        releases, name = found.node.room.releases, found.release.release
        approve(found)
        with pytest.raises(WideberthError) as error:
            releases.recall_notice(name)
        assert code(error) == "release.not_recalled"
        releases.send(name, ROLE)
        data = releases.save(name, ROLE)
        whole.settle(found.two)
        view = releases.recall(name, "the plan has changed")
        assert (view.phase, view.recall_told) == ("recalled", True)
        whole.settle(found.two)
        told = found.two.other._open[found.two.line].fold.all.releases.releases[found.node.party, name]
        assert told.recalled is not None and told.recalled[1].reason == "the plan has changed"
        notice = releases.recall_notice(name).text
        assert "RECALLED" in notice and hashlib.sha256(data).hexdigest() in notice
        assert "international humanitarian law" in notice and "the plan has changed" in notice


def test_what_has_expired_does_not_leave_any_more(tmp_path: Path) -> None:
    with drawn(tmp_path, Caveats(expires_ms=whole.WALL_MS + 2 * HOUR_MS)) as found:
        releases, name, time = found.node.room.releases, found.release.release, found.two.time
        approve(found)
        link = releases.link(name, time.wall_ms + DAY_MS, ROLE).path.removeprefix("/d/")
        time.pass_ms(2 * HOUR_MS)
        assert found.phase() == "expired"
        page = releases.link_fetch(link)
        assert isinstance(page, LinkPage) and page.state == "over"
        for leave in (releases.send, releases.save):
            with pytest.raises(WideberthError) as error:
                leave(name, ROLE)
            assert code(error) == "release.not_now"
        assert releases.recall(name).phase == "recalled"


def test_each_slip_is_one_clear_error(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        releases, name, plan = found.node.room.releases, found.release.release, Choice("plan", found.plan)
        fresh = "r-" + "a" * 26
        cases = [
            ("release.recipient", lambda: releases.draft(["Nobody"], "x", [plan], Caveats())),
            ("release.recipients", lambda: releases.draft([], "x", [plan], Caveats())),
            ("release.records", lambda: releases.draft(["South"], "x", [], Caveats())),
            ("release.records", lambda: releases.draft(["South"], "x", [plan, plan], Caveats())),
            ("release.recipient", lambda: releases.add_recipient(Recipient("East", "a" * 52))),
            ("release.recipient", lambda: releases.add_recipient(Recipient("East", None, ("West",)))),
            ("release.expires", lambda: releases.draft(["South"], "x", [plan], Caveats(expires_ms=1))),
            ("release.none", lambda: releases.one(fresh)),
            ("release.no_file", lambda: releases.preview(name, "release.exe")),
        ]
        before = len(releases.all())
        for wanted, act in cases:
            with pytest.raises(WideberthError) as error:
                act()  # type: ignore[no-untyped-call]  # a list of lambdas of several kinds
            assert code(error) == wanted
        assert len(releases.all()) == before
        approve(found)
        with pytest.raises(WideberthError) as error:
            releases.send(name, ROLE)
        assert code(error) == "release.no_line" and "one-use link" in error.value.message


def test_what_was_durable_before_a_crash_is_said_after_it(tmp_path: Path) -> None:
    with drawn(tmp_path) as found:
        releases, name, two = found.node.room.releases, found.release.release, found.two
        approve(found)
        data = releases.save(name, ROLE)
        # the node is killed when it is durable that it has left on the line, and before it is said there
        digest = hashlib.sha256(data).digest()
        left = release_entries.Delivered(name, "line", digest, len(data), two.line, role=ROLE)
        with found.node.recording() as private:
            private.write(release_entries.to_write(left), two.time.wall_ms)
        assert not releases.one(name).deliveries[1].told
    with two.places[0].open(two.time) as again, two.places[1].open(two.time) as other:
        both = Two(again, other, two.line, two.places, two.time)
        assert again.room.releases.one(name).phase == "delivered"
        whole.settle(both)
        view = again.room.releases.one(name)
        assert view.deliveries[1].told and view.deliveries[1].delivered
        assert (again.party, name) in other._open[two.line].fold.all.releases.releases


def test_in_an_exercise_everything_of_a_release_says_so(tmp_path: Path) -> None:
    with whole.two(tmp_path, exercise=True) as two:
        whole.settle(two)
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        releases = two.one.room.releases
        releases.add_recipient(Recipient("Observers"))
        [view] = releases.draft(["Observers"], "Trial", [Choice("plan", plan.plan)], Caveats())
        assert view.exercise
        for file in (each.file for each in view.files if not each.file.endswith(".pdf")):
            assert b"xercise" in releases.preview(view.release, file).lower(), file
        approve(Drawn(two, plan.plan, view))
        until = two.time.wall_ms + HOUR_MS
        token = releases.link(view.release, until, ROLE).path.removeprefix("/d/")
        assert releases.link_page(token).exercise
        releases.recall(view.release)
        assert MARK in releases.recall_notice(view.release).text


def test_several_recipients_have_copies_of_their_own(tmp_path: Path) -> None:
    with drawn(tmp_path) as found:
        releases = found.node.room.releases
        releases.add_recipient(Recipient("East", None, ("South",)))
        views = releases.draft(["South", "East"], "To both", [Choice("plan", found.plan)], Caveats())
        assert [each.recipient for each in views] == ["South", "East"]
        texts = [releases.preview(each.release, "release.txt") for each in views]
        assert texts[0] != texts[1]
        csv = [releases.preview(each.release, "release.geojson").count(b"coordinates") for each in views]
        assert csv[0] == csv[1] > 0
        known = {each.recipient: each for each in releases.recipients()}
        assert (known["South"].line, known["East"].line) == (found.two.line, None)


def test_a_party_is_called_what_its_node_says_where_others_read_it(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "none") as two:
        two.one.settings = structs.replace(two.one.settings, name="Ministry of the Coast")
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START), label=LABEL)])
        releases = two.one.room.releases
        releases.add_recipient(Recipient("Observers"))
        [view] = releases.draft(["Observers"], "Survey flights", [Choice("plan", plan.plan)], Caveats())
        text = releases.preview(view.release, "release.txt").decode()
        assert "recall: ask Ministry of the Coast" in text and two.one.party in text
        assert communique_known.names(two.one)[two.one.party] == "Ministry of the Coast"
