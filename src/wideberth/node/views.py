"""What a node shows of itself, to its own people: the types of its API, and what its commands print.

Times are RFC 3339 in UTC with ms, ids and keys base32, SHA-256 of terms hexadecimal, as people compare them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct

from wideberth.desk.gate import Setting
from wideberth.desk.gate import Stage as Gated
from wideberth.desk.line_checks import Stage as Answered
from wideberth.ledger.ids import Kind
from wideberth.line.messages import Level
from wideberth.line.state import Stage
from wideberth.model.agreement import Phase

LAST_MS: Final = 253_402_300_799_000
"""The last second that a calendar has (year 9999). The clock of a peer may say any number."""


def time(ms: int) -> str:
    """A moment (ms POSIX UTC) as RFC 3339; what is later than the calendar is its last second."""
    moment = datetime.fromtimestamp(min(ms, LAST_MS) / 1_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FeedView(Struct, frozen=True):
    """A feed of a line.

    Attributes:
        origin: its name.
        mine: whether this party writes it.
        entries: how many are durable here.
        delivered: how many of an own feed the peer has confirmed; of the peer's, how many it has from us.
        frozen: whether nothing more of it is taken.
        root: of the Merkle tree over these entries (hexadecimal): the same where both nodes hold the same.
    """

    origin: str
    kind: Kind
    mine: bool
    entries: int
    delivered: int
    frozen: bool
    root: str


class AlarmView(Struct, frozen=True):
    """An alarm that was given on a line.

    Attributes:
        code, words: which one, and what happened.
        frozen: the feed of which nothing more is taken since.
        proof_bytes: how much proof is kept for it.
        seen: whether an officer has said that somebody saw it.
    """

    code: str
    words: str
    frozen: str | None
    proof_bytes: int
    seen: bool


class ProofView(Struct, frozen=True):
    """An alarm with its proof: each piece in base64. `seen` as in AlarmView."""

    code: str
    words: str
    frozen: str | None
    proof: tuple[str, ...]
    seen: bool


class CheckView(Struct, frozen=True):
    """The newest line check of a party: whether the other is there.

    Attributes:
        mine: whether this party has asked.
        at: when, on the asker's clock.
        desk: whether an officer's answer is asked for, not only the node's.
        stage: how far it was answered.
        role: of the officer who answered; None where none has.
    """

    mine: bool
    at: str
    desk: bool
    stage: Answered
    role: str | None


class LineView(Struct, frozen=True):
    """A line as it stands.

    Attributes:
        line, peer: ids; `label` is what this node calls the peer, `words` its identity in words.
        address: where the peer's node is called; None where only it calls, or files are carried.
        health: live, late or silent, with the reason in words; None as of a moment that is over.
        stage: whether this node signs on it, with what that means.
        clock_steady: False while the own clock has jumped and no officer has said which time is right.
        feeds: of both parties.
        not_told: how many entries wait to be said; `held`: how many of them until officers have seen them.
        candidates: feeds in a new epoch that an officer may admit.
        agreement: SHA-256 of the terms in force; None where none are.
        suspended_by: the parties that have suspended them.
        checks: the newest line check of each party.
        alarms: all that were ever given, the oldest first.
    """

    line: str
    peer: str
    label: str | None
    words: str
    address: str | None
    health: Level | None
    why: str
    stage: Stage
    stage_words: str
    clock_steady: bool
    feeds: tuple[FeedView, ...]
    not_told: int
    candidates: tuple[str, ...]
    agreement: str | None
    suspended_by: tuple[str, ...]
    checks: tuple[CheckView, ...]
    alarms: tuple[AlarmView, ...]
    held: int = 0


class GateView(Struct, frozen=True):
    """The outbound gate of a line.

    Attributes:
        gate: its setting; `means` in words.
        asked: of settings that more officers have to ask for: how many have.
        held: how many entries wait in it.
    """

    line: str
    gate: Setting
    means: str
    asked: dict[Setting, int]
    held: int


class HeldView(Struct, frozen=True):
    """Something that goes through the gate.

    Attributes:
        n: of the entry in the private feed; it is named by that.
        since: when it was to be said.
        stage: held; or released, and what was said before it is held still.
        gate: under which setting it is held.
        seen: how many officers have released it, of those `needed`.
        text: its body as it will be sealed, byte for byte; `sha256` of it, hexadecimal.
        part: of a part of something larger, what people can read of it.
    """

    n: int
    type: str
    since: str
    stage: Gated
    gate: Setting
    seen: int
    needed: int
    text: str
    sha256: str
    part: str | None


class SignerView(Struct, frozen=True):
    """A party of the line, how many of its officers' signatures count, and how many are missing."""

    party: str
    label: str
    signatures: int
    missing: int


class VersionView(Struct, frozen=True):
    """Terms that were proposed on a line.

    Attributes:
        agreement: id of the agreement; `version` counts from 1; `previous` is the SHA-256 it follows.
        in_force: whether they are in force now; `was_in_force` whether they ever were.
        ignored: why they can never be in force; None where they can.
        elsewhere: of terms of three parties and more, with whom they are not in force, or not known to be.
        terms: their exact text.
    """

    sha256: str
    agreement: str
    title: str
    version: int
    previous: str | None
    in_force: bool
    was_in_force: bool
    ignored: str | None
    signers: tuple[SignerView, ...]
    elsewhere: str | None
    terms: str


class AgreementsView(Struct, frozen=True):
    """The agreements of a line.

    Attributes:
        phases: for each agreement by its id, where it stands.
        named: SHA-256 of the version that this party goes by in what it signs now.
        suspended_by: the parties that have suspended the one in force.
        told: what was ignored, in words.
    """

    line: str
    phases: dict[str, Phase]
    named: str | None
    versions: tuple[VersionView, ...]
    suspended_by: tuple[str, ...]
    told: tuple[str, ...]


class Imported(Struct, frozen=True):
    """What became of a bundle: messages it should hold, that opened, did not open, and are not there."""

    line: str
    messages: int
    opened: int
    unopened: int
    missing: int


What = Literal[
    "agreement.changed",
    "alarm.seen",
    "alert.changed",
    "blind.changed",
    "blind.over",
    "blind.audit",
    "call.changed",
    "case.changed",
    "claim.changed",
    "clock.confirmed",
    "communique.changed",
    "concern.changed",
    "declaration.changed",
    "duty.changed",
    "entry.arrived",
    "entry.delivered",
    "entry.not_told",
    "entry.shown",
    "entry.unable",
    "gate.changed",
    "hold.changed",
    "line.alarm",
    "line.check",
    "line.health",
    "line.lost",
    "line.opened",
    "line.stage",
    "node.disk",
    "node.stopping",
    "notice.arrived",
    "plan.changed",
    "relay.changed",
    "onward.changed",
    "release.changed",
    "reply.waiting",
    "ring.changed",
    "site.changed",
    "site.touched",
    "talks.changed",
    "words.changed",
]


class Happened(Struct, frozen=True):
    """Something that happened in this start of the node; `n` counts from 1.

    What it changed is read from the line. `words` are for people and hold nothing that anybody wrote. `noun`
    is the id of the plan, notice, case or call; None where so many have changed that all are read again.
    `loud`: it sounds (the alarm budget: flash, too late to act, overdue).
    """

    n: int
    at: str
    what: What
    line: str | None = None
    origin: str | None = None
    entry: int | None = None
    type: str | None = None
    code: str | None = None
    words: str | None = None
    noun: str | None = None
    loud: bool = False


class BellView(Struct, frozen=True):
    """What sounds, and how often it did.

    Attributes:
        sounding: how much rings aloud now, and nobody has taken it.
        hour: how often something sounded in the last hour; `budget` how often one person can heed.
        words: the same in words.
        unsent: by channel, why alarms do not go out on it; empty where they do, or none is set up.
    """

    sounding: int
    hour: int
    budget: int
    words: str
    unsent: dict[str, str]


class NodeView(Struct, frozen=True):
    """The node as it stands: whose it is, since when it runs, what it could not write.

    `exercise`: none of it is real. `bell`: what sounds, and how often.
    """

    version: str
    party: str
    words: str
    started: str
    now: str
    start: str
    lines: int
    log_lost: int
    trouble: str | None
    bell: BellView
    exercise: bool = False
