"""What a node shows of what others released to it, and of what may go further. Times RFC 3339 in UTC.

SHA-256 is hexadecimal. Of people there are roles.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.desk.release_said import Subjects
from wideberth.model.release import Answer, Asking, Kind, Phase
from wideberth.node.release_views import CaveatsView

Standing = Literal["here", "expired", "RECALLED", "not signed", "not whole"]
STANDINGS: Final[dict[Standing, str]] = {
    "here": "it may be used, under its caveats",
    "expired": "the time until which it may be used is over: it is given to nobody any more",
    "RECALLED": "its author has taken it back: it is not to be used any more, and given to nobody",
    "not signed": "two officers of its author have not signed it, or a key that signed it was revoked",
    "not whole": "not all of it is here, or it is not what was signed: ask for it to be sent again",
}


class ReceivedReleaseView(Struct, frozen=True):
    """A release that another party has given this one on a line.

    Attributes:
        line, label: on which; what that is called here.
        release, by, title, caveats: its id, whose it is, what it is called, what holds of all of it.
        at: when it was told, by its author's clock. `exercise`: whether it is of one.
        sha256, size: of the file, in bytes.
        signatures: how many of its author's officers count, of those that are `needed`.
        standing, words: whether it may be used (STANDINGS).
        taken, role: when an officer of ours took it, and in which role.
        recalled, reason: when it was taken back, and why, if that is said.
    """

    line: str
    label: str | None
    release: str
    by: str
    title: str
    caveats: CaveatsView
    at: str
    exercise: bool
    sha256: str
    size: int
    signatures: int
    needed: int
    standing: Standing
    words: str
    taken: str | None
    role: str | None
    recalled: str | None
    reason: str | None


class OnwardView(Struct, frozen=True):
    """An asking whether something that one party of a line told the other may go further.

    Attributes:
        line, label: on which; what that is called here.
        asked: its id. `mine`: whether this party asks; else it is this party's to say.
        kind, of, version: what was told: the kind of record, its id on that line, its version.
        records: of a release: which records; empty: all.
        recipient: to whom it would go.
        at, until: when it was asked, and until when consent is asked for. `reason`: why, if that is said.
        told: whether the asking stands on the line; else it waits, for the line or for its gate.
        phase, words: where it stands now (model.release.ASKINGS).
        answered, answer, answer_reason: the answer that makes it so: when, which, why if that is said.
        consent_until: until when it consents.
        origin, entry: where that answer stands, for whoever verifies the record.
        signatures: how many officers' signatures under the newest consent count, of those that are `needed`.
    """

    line: str
    label: str | None
    asked: str
    mine: bool
    kind: Subjects
    of: str
    version: int
    records: tuple[int, ...]
    recipient: str
    at: str
    until: str
    reason: str | None
    told: bool
    phase: Asking
    words: str
    answered: str | None
    answer: Answer | None
    answer_reason: str | None
    consent_until: str | None
    origin: str | None
    entry: int | None
    signatures: int
    needed: int


class OnwardTextView(Struct, frozen=True):
    """The exact text that two officers sign to consent."""

    asked: str
    text: str


class ChainRecordView(Struct, frozen=True):
    """A record of an own release: from whom it came, by whose word it may go to the recipient.

    Attributes:
        number, kind, title: as in the release.
        originator, said_by: whose it is, by its identity and by its name.
        ours: whether it is this party's own.
        line, label, told: where it was told to us, and as what; None and empty of own ones.
        may: whether it may go to the recipient now. `code`, `words`: why, or why not.
        consent: the asking that lets it, or the newest one about it.
    """

    number: int
    kind: Kind
    title: str
    originator: str
    said_by: str
    ours: bool
    line: str | None
    label: str | None
    told: str
    may: bool
    code: str | None
    words: str
    consent: OnwardView | None


class ChainFurtherView(Struct, frozen=True):
    """An own release that holds something of this one; `numbers`: which records of this one."""

    release: str
    recipient: str
    phase: Phase
    numbers: tuple[int, ...]


class ChainView(Struct, frozen=True):
    """From whom to whom: a release of ours, or one that we received.

    Attributes:
        release, title, recipient: recipient: of ours, whom it is for; of a received one, this party.
        mine: whether it is of this party.
        by, label: its author, and what that is called here.
        records: of ours, each with where it came from; empty of a received one.
        further: own releases that hold something of it.
    """

    release: str
    mine: bool
    title: str
    by: str
    label: str | None
    recipient: str
    records: tuple[ChainRecordView, ...]
    further: tuple[ChainFurtherView, ...]
