"""A trace of the model (spec/line.pml), replayed: what its two nodes do, ours do, with the same outcome.

The model's network keeps every packet, of every start it was sent in; so does this. Its receipts and heads
are statuses here. Where the model leaves open when something happens, ours does it at once: a test looks at
what is held, at what is refused, and at who may sign.
"""

from __future__ import annotations

import copy
from typing import NamedTuple

from tests.ledger.two import A, B, origin, seed
from tests.line import two
from tests.line.two import Disk, codes
from wideberth.ledger import epoch
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.ids import Origin
from wideberth.ledger.seal import Content
from wideberth.line.messages import NewEpoch
from wideberth.line.terms import Terms

TERMS = Terms(window=1, credit_main=100)


class Place(NamedTuple):
    """Entry `n` of a main feed, the `variant`-th that was signed there."""

    feed: Origin
    n: int
    variant: int


class Replay:
    """Two nodes, and all that they sent."""

    def __init__(self) -> None:
        self.nodes = dict(zip("ab", two.joined(TERMS), strict=True))
        self.packets: dict[Place, Content] = {}
        self.came: dict[str, Place] = {}
        self.kept: dict[str, Disk] = {}
        self.receipts: dict[tuple[Origin, int], list[Content]] = {}
        self.counts: dict[str, int] = {}

    def do(self, line: str) -> None:
        """One line of a trace. Raises: AssertionError where ours does something else."""
        who, what, *more = line.split()
        if who == "=":
            self.check_held([int(size) for size in (what, *more)])
            return
        self.counts[what] = self.counts.get(what, 0) + 1
        getattr(self, "on_" + what.replace("-", "_"))(who, *more)

    def check_held(self, sizes: list[int]) -> None:
        feeds = [origin(party, epoch=number) for party in (A, B) for number in (0, 1)]
        for node in self.nodes.values():
            assert [node.size(feed) for feed in feeds] == sizes
        assert self.nodes["a"].disk.entries == self.nodes["b"].disk.entries

    def on_sign(self, who: str, place: str, variant: str) -> None:
        node, at = self.nodes[who], self.place(who, place, variant)
        assert node.size(at.feed) == at.n
        if at.feed.epoch > node.state.newest(node.party.name, "main").origin.epoch:
            former = node.state.feeds[at.feed._replace(epoch=at.feed.epoch - 1)]
            note = epoch.sign(Epoch(at.feed, former.size, former.root(former.size)), seed(node.party.label))
            node.do(NewEpoch(node.now, "main", note, seed(f"{place} {variant}")[:16]))
        else:
            node.say()
        assert node.size(at.feed) == at.n + 1, "signed"
        self.packets[at] = node.state.feeds[at.feed].content(at.n, node.state.talk.session)

    def on_receive(self, who: str, place: str, variant: str) -> None:
        self.came[who] = self.place(self.other(who), place, variant)

    def on_commit(self, who: str, place: str, variant: str) -> None:
        at = self.came.pop(who)
        assert at == self.place(self.other(who), place, variant)
        node = self.nodes[who]
        node.state.open(at.feed)  # an officer admits every epoch
        assert codes(node.receive(self.packets[at])) == []
        assert node.size(at.feed) == at.n + 1, "taken"

    def on_again(self, who: str, place: str, variant: str) -> None:
        self.unchanged(who, self.place(self.other(who), place, variant))

    def on_refuse_gap(self, who: str, place: str, variant: str) -> None:
        self.unchanged(who, self.place(self.other(who), place, variant))

    def on_refuse_old(self, who: str, place: str, variant: str) -> None:
        self.unchanged(who, self.place(self.other(who), place, variant))

    def on_cosign(self, who: str, number: str, _: str, size: str) -> None:
        node, feed = self.nodes[who], origin(self.nodes[self.other(who)].party, epoch=int(number))
        assert node.size(feed) == int(size) and node.state.signing
        self.receipts.setdefault((feed, int(size)), []).append(self.status(who))

    def on_receipt(self, who: str, number: str, _: str, size: str) -> None:
        node, feed = self.nodes[who], origin(self.nodes[who].party, epoch=int(number))
        refused = [codes(node.receive(each)) for each in self.receipts[feed, int(size)]]
        if [] not in refused:  # a newer one has come already
            assert refused and all("line.old_status" in each for each in refused)
        else:
            assert node.state.receipts[feed] >= int(size)

    def on_crash(self, who: str) -> None:
        self.came.pop(who, None)
        self.nodes[who].start()
        assert not self.nodes[who].state.signing

    def on_backup(self, who: str) -> None:
        self.kept[who] = copy.deepcopy(self.nodes[who].disk)

    def on_restore(self, who: str) -> None:
        self.nodes[who].disk = copy.deepcopy(self.kept[who])
        self.nodes[who].world.signed.clear()
        self.on_crash(who)

    def on_waive(self, who: str, *_: str) -> None:
        self.nodes[who].waive()
        assert self.nodes[who].state.signing

    def on_show(self, who: str, *_: str) -> None:
        """Both ways, until the one that was started has its answer."""
        self.came.pop(who, None)
        asker = self.other(who)
        for here in (asker, who, asker, who):
            self.nodes[self.other(here)].receive(self.status(here))
        node, own = self.nodes[asker], self.nodes[asker].party.name
        assert node.state.talk.answered
        shown = [feed for feed in self.nodes[who].state.of(own) if feed.size > node.size(feed.origin)]
        assert not (shown and node.state.signing), "its own tail is missing"

    def on_refetch(self, who: str, author: str, place: str, variant: str) -> None:
        at, node, peer = self.place(author, place, variant), self.nodes[who], self.nodes[self.other(who)]
        node.state.open(at.feed)
        if node.size(at.feed) > at.n:  # it came by itself
            return
        node.receive(peer.state.feeds[at.feed].content(at.n, peer.state.talk.session))
        assert node.size(at.feed) == at.n + 1, "got back"

    def on_join(self, who: str) -> None:
        node = self.nodes[who]
        assert node.state.stage == "whole" and node.state.signing
        for at, content in self.packets.items():  # the outbox: all that is its own goes again in this start
            if node.size(at.feed) > at.n and at.feed.party == node.party.name:
                entry = node.state.feeds[at.feed].entries[at.n]
                if entry.leaf == content.leaf:
                    self.packets[at] = content._replace(session=node.state.talk.session)

    def unchanged(self, who: str, at: Place) -> None:
        before = copy.deepcopy(self.nodes[who].disk)
        self.nodes[who].receive(self.packets[at])
        assert self.nodes[who].disk == before

    def status(self, who: str) -> Content:
        """Where a node stands now."""
        node = self.nodes[who]
        node.out = []
        node.state.talk.tell = True
        node.tick()
        return next(each for each in node.out if not each.leaf)

    def place(self, author: str, place: str, variant: str) -> Place:
        number, n = place.split("/")
        return Place(origin(self.nodes[author].party, epoch=int(number)), int(n), int(variant.lstrip("#")))

    @staticmethod
    def other(who: str) -> str:
        return "b" if who == "a" else "a"
