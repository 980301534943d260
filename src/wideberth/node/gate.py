"""The outbound gate of a node's lines (LINE 21): its setting, what it holds, and officers' words on both.

Whose words they are is known to the accounts alone (store.words); the private feed records the roles. What is
released is said in its turn, what is dropped counts as refused: both are durable when a method returns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from wideberth.desk import gate
from wideberth.desk.gate import Setting
from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.node.private import Untold
from wideberth.node.views import GateView, HeldView, time
from wideberth.store import duty
from wideberth.store.accounts import User

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Seen(NamedTuple):
    """What an officer has seen: an entry that the gate holds, and the SHA-256 (hex) of its text."""

    n: int
    sha256: str


class Gate:
    """Those of all lines of one node. Methods raise as Node.using, and as is said at each."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def view(self, line: str) -> GateView:
        """How the gate of a line stands."""
        with self._node.held():
            return self._view(self._node.of(line).id)

    def set(self, line: str, to: Setting, user: User) -> GateView:
        """An officer sets the gate. What needs fewer people than before needs as many to be set.

        What is held stays so under the setting it was held under; what still waits for other reasons is held
        from now on.
        """
        with self._node.using(line) as found:
            before = self._node.private.gates.get(line, "off")
            words = self._words(_asked(line, to), user, gate.people(before, to))
            if words and to != before:
                with self._node.recording() as private:
                    private.set_gate(line, to, words, self._now())
                for each in gate.SETTINGS:
                    self._node.people.words.forget(_asked(line, each))
                found.decided(to)
            return self._view(line)

    def held(self, line: str) -> list[HeldView]:
        """What the gate of a line holds, or what waits behind it, with its exact text, in its order."""
        with self._node.held():
            return [self._held(each) for each in self._through(self._node.of(line).id)]

    def release(self, line: str, seen: Sequence[Seen], user: User) -> list[HeldView]:
        """An officer has seen these texts: when there are as many officers as it takes, they are said.

        Raises: Invalid (`gate.not_held`), Refused (`gate.other_text`): nothing changes then.
        """
        return self._judge(line, seen, user, drop=False)

    def drop(self, line: str, seen: Sequence[Seen], user: User) -> list[HeldView]:
        """An officer does not let these through: one is enough, for it tells nobody anything.

        Raises: as `release`.
        """
        return self._judge(line, seen, user, drop=True)

    def _judge(self, line: str, seen: Sequence[Seen], user: User, *, drop: bool) -> list[HeldView]:
        with self._node.using(line) as found:
            held = {each.n: each for each in self._through(line) if each.held}
            gate.check_open([each.n for each in seen], list(held))
            for each in seen:
                gate.check_seen(each.n, each.sha256, _hash(_text(held[each.n].body)))
            judged = []
            for each in dict.fromkeys(seen):
                asked = f"release {line} {each.n} {each.sha256}"
                words = self._words(asked, user, 1 if drop else gate.needed(held[each.n].gate))
                if words:
                    self._node.people.words.forget(asked)
                    judged.append((each.n, words))
            if judged:
                with self._node.recording() as private:
                    private.judge(judged, self._now(), drop=drop)
                found.decided("dropped" if drop else "released")
            return [self._held(each) for each in self._through(line)]

    def _words(self, asked: str, user: User, needed: int) -> tuple[str, ...]:
        """The roles of those whose words are enough now; none where they are not."""
        people = self._node.people
        given = people.words.give(asked, user.id, duty.MAY, self._now(), needed)
        on = {each.user: each.post for each in people.watch().values()}
        # of a post where they have one: what a permission role is called says less
        return tuple(on.get(each, duty.MAY) for each in given)

    def _now(self) -> int:
        return self._node.clock.now()

    def _through(self, line: str) -> list[Untold]:
        """What goes through the gate of a line, and waits."""
        untold = self._node.private.untold
        return [each for each in untold if each.line == line and not each.free and each.gate != "off"]

    def _view(self, line: str) -> GateView:
        setting, now = self._node.private.gates.get(line, "off"), self._now()
        words = self._node.people.words
        asked: dict[Setting, int] = {}
        for each in gate.SETTINGS:
            if given := len(words.given(_asked(line, each), duty.MAY, now)):
                asked[each] = given
        held = sum(each.held for each in self._through(line))
        return GateView(line, setting, gate.SETTINGS[setting], asked, held)

    def _held(self, each: Untold) -> HeldView:
        text = _text(each.body)
        sha256 = _hash(text)
        asked = f"release {each.line} {each.n} {sha256}"
        given = self._node.people.words.given(asked, duty.MAY, self._now()) if each.held else ()
        return HeldView(
            n=each.n,
            type=each.type,
            since=time(each.at_ms),
            stage="held" if each.held else "released",
            gate=each.gate,
            seen=len(given),
            needed=gate.needed(each.gate),
            text=text,
            sha256=sha256,
            part=_part(each.type, each.body),
        )


def _asked(line: str, to: Setting) -> str:
    return f"gate {line} {to}"


def _text(body: Value) -> str:
    """The body as it will be sealed, byte for byte."""
    return canonical.write(body).decode()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _part(of_type: str, body: Value) -> str | None:
    """Of a part of something larger: what people can read of it."""
    if of_type != Part.TYPE or not isinstance(body, dict):
        return None
    data = body.get("data")
    try:
        return ids.unbase32(data, len(str(data)) * 5 // 8, "data").decode("utf-8", "backslashreplace")
    except Invalid:
        return None
