"""What is asked of the API and what only it answers; the rest of its answers are node.views.

Strict: a field that is not known is refused. Times are RFC 3339, ids and keys base32, as in node.views.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from wideberth.desk.gate import Setting
from wideberth.ledger.ids import Kind
from wideberth.model.agreement import Precedence
from wideberth.model.manual import Answer, Channel, Level, ReadBack
from wideberth.store.duty import How, Post
from wideberth.web.desk_asked import Change

Days = Annotated[int, Meta(ge=1, le=400)]
Role = Literal["admin", "interpreter", "observer", "officer", "planner", "releasing"]


class Login(Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password; `token` is what the new token is called, `days` how long it lasts."""

    name: str
    password: str
    token: str
    days: Days | None = None


class Granted(Struct, frozen=True):
    """A token, which is shown this once, and when it ends."""

    token: str
    expires: str


class Begin(Struct, frozen=True, forbid_unknown_fields=True):
    """The first user, an admin."""

    name: str
    password: str


class NewUser(Struct, frozen=True, forbid_unknown_fields=True):
    """An account to be made."""

    name: str
    password: str
    roles: list[Role]


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """Another password; all tokens of the account end."""

    password: str


class NewRoles(Struct, frozen=True, forbid_unknown_fields=True):
    """Other roles."""

    roles: list[Role]


class Enabled(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an account may log in; if not, its tokens end, and its duty."""

    enabled: bool


class UserView(Struct, frozen=True):
    """An account."""

    name: str
    roles: tuple[str, ...]
    enabled: bool
    made: str


class NewToken(Struct, frozen=True, forbid_unknown_fields=True):
    """A token to be made: what it is called, how long it lasts."""

    token: str
    days: Days | None = None


class TokenView(Struct, frozen=True):
    """A token, without itself. `used` is right to a minute, None where it never was."""

    name: str
    made: str
    used: str | None
    expires: str


class DutyView(Struct, frozen=True):
    """Who has a post: None where nobody does; since when, and how it came to that."""

    post: Post
    name: str | None
    since: str | None
    how: How | None


class Take(Struct, frozen=True, forbid_unknown_fields=True):
    """Go on duty; with `relieve` over the head of a holder who is away."""

    post: Post
    relieve: bool = False


class Hand(Struct, frozen=True, forbid_unknown_fields=True):
    """Hand a post over to an account; `sheet`: the SHA-256 of the handover sheet that both have signed."""

    post: Post
    to: str
    sheet: str | None = None


class TakeUp(Struct, frozen=True, forbid_unknown_fields=True):
    """A line to be begun.

    Attributes:
        paired: the text of the file that the pairing ended with.
        pairing_key: the private half of the pairing key, 32 bytes in base32.
        address: where the peer's node is called; None where nobody here calls.
    """

    paired: str
    pairing_key: str
    address: str | None = None


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the peer's node is called; None where nobody here calls."""

    address: str | None


class Admit(Struct, frozen=True, forbid_unknown_fields=True):
    """A feed of the peer's in a new epoch, by its name."""

    origin: str


class NewEpoch(Struct, frozen=True, forbid_unknown_fields=True):
    """The end of an own feed is given up; `note` is the statement that the identity key has signed."""

    kind: Kind
    note: str


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """The exact text of terms."""

    terms: str


class Approvals(Struct, frozen=True, forbid_unknown_fields=True):
    """Officers' signatures over terms, each the text of a signed note."""

    approvals: list[str]


class Papers(Struct, frozen=True, forbid_unknown_fields=True):
    """Certificates and revocations, each the text of a signed note."""

    papers: list[str]


class Check(Struct, frozen=True, forbid_unknown_fields=True):
    """A line check; `desk`: an officer's answer is asked for, not only the node's."""

    desk: bool = False


class Checked(Struct, frozen=True, forbid_unknown_fields=True):
    """An officer's answer to the other party's checks, in this role, never with a name."""

    role: str


class Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """How many alarms of a line somebody saw, from the first: what comes meanwhile is not among them."""

    alarms: Annotated[int, Meta(ge=1)]


class SetGate(Struct, frozen=True, forbid_unknown_fields=True):
    """How the outbound gate of a line is to be."""

    gate: Setting


class SeenText(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that an officer has seen: the entry that holds it, and its SHA-256, hexadecimal."""

    n: Annotated[int, Meta(ge=0)]
    sha256: str


class SeenTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """Texts that an officer has seen."""

    entries: Annotated[list[SeenText], Meta(min_length=1)]


class OpenManual(Struct, frozen=True, forbid_unknown_fields=True):
    """A manual line to be opened; `preset` names the separation by which its plans are compared here."""

    label: str
    channel: Channel
    language: str = "en"
    level: Level = "coarse"
    preset: str = "crewed"


class ToldBy(Struct, frozen=True, forbid_unknown_fields=True):
    """A notice was told in a text with this SHA-256 (hexadecimal), to a role; `at` None is now."""

    sha256: str
    to: str
    read_back: ReadBack
    at: str | None = None
    language: str | None = None


class AnsweredBy(Struct, frozen=True, forbid_unknown_fields=True):
    """What a role of the far end said; `version` None is the newest that was told, `at` None now."""

    answer: Answer
    by: str
    at: str | None = None
    version: Annotated[int, Meta(ge=1)] | None = None
    language: str | None = None


class CallOn(Struct, frozen=True, forbid_unknown_fields=True):
    """Something else that was said, by us (`mine`) or to us; `at` None is now.

    `code`, `fields`: of the phrase book; `heard`: what was read back of them, null where nothing was.
    """

    mine: bool
    words: str
    role: str
    precedence: Precedence = "routine"
    at: str | None = None
    language: str | None = None
    code: str | None = None
    fields: dict[str, Any] = {}
    heard: dict[str, Any] | None = None


class TheirPlans(Struct, frozen=True, forbid_unknown_fields=True):
    """Plans of the far end's, as the text of a native document; with `amend` the next version of that one."""

    plans: str
    by: str
    at: str | None = None
    amend: str | None = None


class CaseProposed(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the own plan (`ours`) or of theirs, offered by us (`mine`) or by a role of the far end."""

    change: Change
    mine: bool
    ours: bool
    role: str | None = None
    read_back: ReadBack = "none"
    at: str | None = None
    language: str | None = None


class CaseSaid(Struct, frozen=True, forbid_unknown_fields=True):
    """Something was said of a case by us (`mine`), in a text with this SHA-256, or by a role of the far end.

    `proposal` None: the only one that can be meant, or the conflict itself. `at` None is now.
    """

    said: Literal["told", "accept", "decline", "retract", "closed"]
    mine: bool
    role: str
    read_back: ReadBack = "none"
    sha256: str | None = None
    proposal: Annotated[int, Meta(ge=1)] | None = None
    anyway: bool = False
    at: str | None = None
    language: str | None = None


class JoinedOn(Struct, frozen=True, forbid_unknown_fields=True):
    """The line on which the far end has joined."""

    line: str


class ConfirmRows(Struct, frozen=True, forbid_unknown_fields=True):
    """What an officer in this role says of each row of an entry of history."""

    origin: str
    n: Annotated[int, Meta(ge=0)]
    rows: list[Literal["confirmed", "disputed", "not known"]]
    role: str


class Health(Struct, frozen=True):
    """The node answers. Nothing else is said to somebody without a token."""
