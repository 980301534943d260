"""Entries of two parties about one case, each author with what it holds; traces of the model, replayed."""

from __future__ import annotations

from typing import NamedTuple

from tests.ledger.two import LINE, A, B, Party, origin, seed
from wideberth.desk import case_entries, cases
from wideberth.desk.case_entries import Accepted, Lapsed, Opened, Proposed, Ref, Retracted, Said
from wideberth.desk.cases import NOTICE, Case, Proposal, State
from wideberth.ledger import feed, ids, order
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Head
from wideberth.ledger.ids import Kind, Origin

NOTICES = {party.name: "n-" + ids.base32(seed(f"notice of {party.label}")[:16]) for party in (A, B)}
CASE = ids.case(LINE.id, *NOTICES.values())
WITHDRAWN = ("crossed", "lapsed", "retracted", "superseded")


class Chained(NamedTuple):
    """An entry of a party's chain, and where it stands."""

    entry: Entry
    ref: Ref


class Chain:
    """What one party has entered, and what it holds of the other's."""

    def __init__(self, party: Party, other: Party) -> None:
        self.party, self.other = party, other
        self.heads: dict[Origin, Head] = {}
        self.chain: list[Chained] = []
        self.held: set[int] = set()
        self.version = 0

    def enter(
        self,
        name: str,
        value: dict[str, Value],
        seen: list[Chained],
        kind: Kind = "main",
        *,
        own: bool = True,
        v: int = 1,
    ) -> Chained:
        """An entry that has folded these of the other's; without `own`, none of its own other feed."""
        mine = origin(self.party, kind)
        head = self.heads.get(mine, Head(mine))
        folded = dict(head.folded)
        for each in seen:
            folded[each.ref.origin] = max(each.ref.n + 1, folded.get(each.ref.origin, 0))
        if own:
            folded |= {of: each.size for of, each in self.heads.items() if of != mine}
        made = feed.append(head, feed.Written(name, v, folded, head.at_ms + 1), value, seed(name)[:16])
        self.heads[mine] = made.head
        chained = Chained(made.entry, Ref(mine, made.entry.header.n))
        self.chain.append(chained)
        return chained

    def say(self, said: Said, seen: list[Chained], kind: Kind = "main", *, own: bool = True) -> Chained:
        return self.enter(said.TYPE, case_entries.write(said), seen, kind, own=own)

    def notice(self, seen: list[Chained]) -> Chained:
        """Its plan's next version."""
        self.version += 1
        return self.enter(NOTICE, {"notice": NOTICES[self.party.name], "version": self.version}, seen)

    def proposal(self, version: int | None = None, notice: str | None = None) -> Proposed:
        of = notice or NOTICES[self.party.name]
        return Proposed(CASE, of, version or self.version, 1_000, {"delay_ms": 900_000})


def fold(entries: list[Entry]) -> State:
    return order.fold(order.place(LINE, entries), cases.evolve, State(LINE))


class Two:
    """Both chains, with a case that is open and known to both."""

    def __init__(self, one: Party = A, other: Party = B) -> None:
        self.chains = {"a": Chain(one, other), "b": Chain(other, one)}
        a, b = self.chains.values()
        a.notice([])
        b.notice(a.chain)
        opened = Opened(CASE, (NOTICES[A.name], NOTICES[B.name]), "close")
        a.say(opened, b.chain)
        b.say(opened, a.chain)
        # what was entered before the story begins, which both hold
        self.before = {name: len(each.chain) for name, each in self.chains.items()}

    def other(self, name: str) -> str:
        return "b" if name == "a" else "a"

    def seen(self, name: str, size: int) -> list[Chained]:
        """The first entries of the other's chain."""
        other = self.other(name)
        return self.chains[other].chain[: self.before[other] + size]

    def at(self, name: str, n: int) -> Chained:
        return self.chains[name].chain[self.before[name] + n]

    def state(self, name: str) -> State:
        """As a party has it: what it entered, and what it holds."""
        mine, other = self.chains[name], self.chains[self.other(name)]
        held = [
            each.entry
            for n, each in enumerate(other.chain)
            if n < self.before[self.other(name)] or n - self.before[self.other(name)] in mine.held
        ]
        return fold([each.entry for each in mine.chain] + held)

    def all(self) -> State:
        return fold([each.entry for chain in self.chains.values() for each in chain.chain])

    def case(self, state: State) -> Case:
        return state.cases[CASE]

    def proposal(self, state: State, name: str, n: int) -> Proposal:
        ref = self.at(name, n).ref
        return next(each for each in self.case(state).proposals if each.ref == ref)


class Replay(Two):
    """The lines of a trace of spec/case.pml, one after the other."""

    def do(self, line: str) -> None:
        name, what, *rest = line.split()
        if name == "=":
            self._ends(what, int(rest[0]), rest[1])
        else:
            getattr(self, f"on_{what}")(name, *rest)

    def on_receive(self, name: str, k: str) -> None:
        self.chains[name].held.add(int(k))

    def on_fold(self, name: str, k: str) -> None:
        assert int(k) in self.chains[name].held

    def on_propose(self, name: str, n: str, kind: str, _: str, folded: str) -> None:
        self._say(name, n, kind, folded, self.chains[name].proposal())

    def on_accept(self, name: str, n: str, kind: str, _: str, folded: str, __: str, of: str) -> None:
        ref = self.at(self.other(name), int(of)).ref
        self._say(name, n, kind, folded, Accepted(CASE, ref))

    def on_retract(self, name: str, n: str, kind: str, _: str, folded: str, __: str, of: str) -> None:
        self._say(name, n, kind, folded, Retracted(CASE, self.at(name, int(of)).ref))

    def on_lapse(self, name: str, n: str, kind: str, _: str, folded: str, __: str, of: str) -> None:
        self._say(name, n, kind, folded, Lapsed(CASE, self.at(name, int(of)).ref))

    def on_version(self, name: str, n: str, kind: str, _: str, folded: str) -> None:
        assert kind == "main"
        self._next(name, n, self.chains[name].notice(self.seen(name, int(folded))))

    def on_other(self, name: str, n: str, kind: Kind, _: str, folded: str) -> None:
        made = self.chains[name].enter("test.said", {}, self.seen(name, int(folded)), kind)
        self._next(name, n, made)

    def on_final(self, name: str, of: str, n: str) -> None:
        state = self.state(name)
        assert cases.final(state, self.proposal(state, of, int(n)))

    def _say(self, name: str, n: str, kind: str, folded: str, said: Said) -> None:
        slot: Kind = "urgent" if kind == "urgent" else "main"
        self._next(name, n, self.chains[name].say(said, self.seen(name, int(folded)), slot))

    def _next(self, name: str, n: str, made: Chained) -> None:
        assert self.at(name, int(n)) == made

    def _ends(self, name: str, n: int, status: str) -> None:
        for state in (self.state("a"), self.state("b"), self.all()):
            found = self.proposal(state, name, n).status
            assert ("withdrawn" if found in WITHDRAWN else found) == status, f"{found}, not {status}"
