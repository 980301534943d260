"""Pairing on a network (LINE 18): commit, then reveal, then two officers who compare twelve digits.

The caller was told a code, the called one gave it. Messages:

    caller → called   commitment: SHA-256 of what it is going to show
    called → caller   hello: identity, pairing key, random bytes
    caller → called   reveal: the same of the caller, which must match its commitment
    both              yes, when the own officer has said that the digits are the same
    both              no, at any time

`step` takes one event and knows no clock: that time is up is an event. What is not in TABLE ends the pairing,
and so does whatever does not hold: one attempt, then a new code.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Refused, WideberthError
from wideberth.ledger.ids import HASH
from wideberth.line import pairing
from wideberth.line.pairing import HELLO, Hello, Met

Side = Literal["caller", "called"]
Stage = Literal["waiting", "calling", "answered", "comparing", "said yes", "heard yes", "paired", "ended"]
Message = Literal["commitment", "hello", "reveal", "yes", "no"]
Local = Literal["officer: yes", "officer: no", "time is up"]
What: TypeAlias = Message | Local
Event: TypeAlias = bytes | Local
"""A message that came, or what happened here."""

VERSION = 1
MESSAGES: Final[dict[Message, tuple[int, int]]] = {
    "commitment": (1, HASH),
    "hello": (2, HELLO),
    "reveal": (3, HELLO),
    "yes": (4, HASH),
    "no": (5, 0),
}
"""The number of each message, and how many bytes it carries."""

_BOTH: Final[dict[tuple[Stage, What], Stage]] = {
    ("comparing", "officer: yes"): "said yes",
    ("comparing", "yes"): "heard yes",
    ("said yes", "yes"): "paired",
    ("heard yes", "officer: yes"): "paired",
}
TABLE: Final[dict[Side, dict[tuple[Stage, What], Stage]]] = {
    "caller": {("calling", "hello"): "comparing", **_BOTH},
    "called": {("waiting", "commitment"): "answered", ("answered", "reveal"): "comparing", **_BOTH},
}
"""Where each event leads. `no`, `officer: no`, `time is up` and all that is not here end it."""
DONE: Final = ("paired", "ended")


class Mine(NamedTuple):
    """What this side has drawn for this one pairing: what it shows, and its private pairing key."""

    hello: Hello
    private: bytes


class Pairing(Struct, frozen=True):
    """A pairing as one side has it.

    `send`: messages that go out now. `met`: both sides' values, once they are known: show its digits from
    then on. When `stage` is "paired", both officers have said yes. When it is "ended", `error` says why, and
    nothing of it may be used.
    """

    side: Side
    mine: Mine
    stage: Stage
    send: tuple[bytes, ...] = ()
    commitment: bytes | None = None
    met: Met | None = None
    error: WideberthError | None = None


def begin(side: Side, mine: Mine) -> Pairing:
    """A new pairing; the caller's first message is ready to go."""
    if side == "called":
        return Pairing(side, mine, "waiting")
    return Pairing(side, mine, "calling", (message("commitment", mine.hello.commitment),))


def step(state: Pairing, event: Event) -> Pairing:
    """The state after an event, and what is to be sent then. What is wrong with an event ends the pairing.

    Raises: Refused (`pair.used`) where it is over: a code is good for one attempt.
    """
    if state.stage in DONE:
        raise Refused("pair.used", f"this pairing is over ({state.stage}); accepted: a new code")
    try:
        what, data = read(event) if isinstance(event, bytes) else (event, b"")
        if what in _ENDS:
            raise _ending(what)
        after = TABLE[state.side].get((state.stage, what))
        if after is None:
            raise NotTrusted(
                "pair.order", f"{what} while {state.stage}; out of order, or for the second time"
            )
        return msgspec.structs.replace(_ACTIONS[what](state, data), stage=after)
    except WideberthError as error:
        # a peer is told that it is over, and not why
        send = () if error.code == "pair.peer_no" else (message("no"),)
        return msgspec.structs.replace(state, stage="ended", send=send, met=None, error=error)


def message(what: Message, data: bytes = b"") -> bytes:
    """Version, number of the message, and what it carries."""
    return bytes((VERSION, MESSAGES[what][0])) + data


def read(data: bytes) -> tuple[Message, bytes]:
    """Which message it is, and what it carries. Raises: Invalid (`pair.message`, `pair.length`)."""
    for what, (number, length) in MESSAGES.items():
        if data[:2] == bytes((VERSION, number)):
            if len(data) != 2 + length:
                raise Invalid("pair.length", what, f"{len(data) - 2} bytes", f"{length} bytes")
            return what, data[2:]
    raise Invalid("pair.message", "", data[:2].hex(), f"a message of version {VERSION}")


def table() -> str:
    """The transitions as a table in Markdown, for docs/pairing.md."""
    rows = ["| side | stage | event | then |", "|---|---|---|---|"]
    for side, steps in TABLE.items():
        rows += [f"| {side} | {stage} | {what} | {after} |" for (stage, what), after in steps.items()]
    rows += [f"| both | any but {' and '.join(DONE)} | {', '.join(_ENDS)}, or any other | ended |"]
    return "\n".join(rows) + "\n"


def _ending(what: What) -> Refused:
    return _ENDS[what]()


def _commitment(state: Pairing, data: bytes) -> Pairing:
    send = (message("hello", state.mine.hello.data),)
    return msgspec.structs.replace(state, send=send, commitment=data)


def _hello(state: Pairing, data: bytes) -> Pairing:
    met = _meet(state, pairing.read_hello(data))
    return msgspec.structs.replace(state, send=(message("reveal", state.mine.hello.data),), met=met)


def _reveal(state: Pairing, data: bytes) -> Pairing:
    peer = pairing.read_hello(data)
    if peer.commitment != state.commitment:
        raise NotTrusted("pair.commitment", "what the other node shows is not what it committed to")
    return msgspec.structs.replace(state, send=(), met=_meet(state, peer))


def _meet(state: Pairing, peer: Hello) -> Met:
    met = pairing.meet(state.mine.hello, peer, "online")
    pairing.secret(met, state.mine.private)  # a key that makes no secret is refused before anybody compares
    return met


def _officer_yes(state: Pairing, _: bytes) -> Pairing:
    said = pairing.yes(_met(state), state.mine.private, state.mine.hello.identity)
    return msgspec.structs.replace(state, send=(message("yes", said),))


def _peer_yes(state: Pairing, data: bytes) -> Pairing:
    met = _met(state)
    if not hmac.compare_digest(pairing.yes(met, state.mine.private, met.peer.identity), data):
        raise NotTrusted("pair.yes", "a yes that the other party did not send")
    return msgspec.structs.replace(state, send=())


def _met(state: Pairing) -> Met:
    assert state.met is not None  # by TABLE: nobody says yes before both have met
    return state.met


_ACTIONS: Mapping[What, Callable[[Pairing, bytes], Pairing]] = {
    "commitment": _commitment,
    "hello": _hello,
    "reveal": _reveal,
    "yes": _peer_yes,
    "officer: yes": _officer_yes,
}
_ENDS: Mapping[What, Callable[[], Refused]] = {
    "no": lambda: Refused("pair.peer_no", "the other side has ended it; accepted: a new code"),
    "officer: no": lambda: Refused("pair.not_the_same", "the officer said no; accepted: a new code"),
    "time is up": lambda: Refused("pair.time_out", "nothing came in time; accepted: a new code"),
}
