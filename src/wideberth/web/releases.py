"""Releases, as the node has them: drawn up, seen exactly, approved, delivered, recalled."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from wideberth.desk.inference import Wanted
from wideberth.desk.release_entries import Drawn
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.model.agreement import Step
from wideberth.model.release import Caveats, Recipient
from wideberth.node.release_meter import WANTED, MeterView
from wideberth.node.release_records import Choice, Level
from wideberth.node.release_views import (
    RecallNoticeView,
    RecipientView,
    ReleaseGridView,
    ReleaseLinkView,
    ReleaseView,
)
from wideberth.space.units import METRE, SECOND, parse_duration, parse_length
from wideberth.web.call import Call
from wideberth.web.roles import RELEASING
from wideberth.web.route import LARGE, OCTETS, Route

RECIPIENTS: Final = "/v1/recipients"
RELEASES: Final = "/v1/releases"
RELEASE: Final = f"{RELEASES}/{{release}}"
WIDEST: Final = 10_000_000
"""Metres or seconds of a cell: a quarter of the earth, a third of a year."""


class NewRecipient(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom this party releases to, or what is known of it anew.

    Attributes:
        recipient: as people here call it. `party`: its identity, where there is a line to it.
        allies: recipients that are taken to know what it knows.
    """

    recipient: str
    party: str | None = None
    allies: list[str] = []


class ReleaseRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A record that is chosen (node.release_records.Choice): coarse unless it is said to be full."""

    kind: Drawn
    of: str
    line: str | None = None
    rows: list[str] = []
    level: Level = "coarse"
    grid: ReleaseGridView | None = None


class ReleaseCaveats(Struct, frozen=True, forbid_unknown_fields=True):
    """What the recipient may do with it; the narrowest unless it is said."""

    release_to: list[str] = []
    originator_control: bool = True
    onward: bool = False
    expires: str | None = None


class ReleaseMade(Struct, frozen=True, forbid_unknown_fields=True):
    """What is released, and how it may be used."""

    title: str
    records: list[ReleaseRecord]
    caveats: ReleaseCaveats = ReleaseCaveats()


class ReleaseAmended(ReleaseMade, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A draft, drawn up anew; `before`: the index of the draft from which it was made.

    Where somebody has drawn it up anew since, it is refused, so that no record that a colleague has left out
    comes back unseen.
    """

    before: str | None = None


class ReleaseDrafted(ReleaseMade, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A release for each of these recipients; each has a copy of its own."""

    recipients: list[str]


class ReleaseApproved(Struct, frozen=True, forbid_unknown_fields=True):
    """Officers' signatures over its exact index, each as the text of its file."""

    approvals: list[str]


class ReleaseBy(Struct, frozen=True, forbid_unknown_fields=True):
    """Who does it, as a role."""

    role: str = "releasing officer"


class ReleaseLinked(ReleaseBy, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A one-use link, until a time."""

    until: str


class ReleaseReceived(Struct, frozen=True, forbid_unknown_fields=True):
    """In which role the recipient's says that it has it, and when; None: now."""

    role: str
    at: str | None = None


class ReleaseRecalled(Struct, frozen=True, forbid_unknown_fields=True):
    """Why, in a line that its recipient is told; nobody has to say."""

    reason: str | None = None


def recipients(call: Call) -> list[RecipientView]:
    """All of them."""
    return call.node.room.releases.recipients()


def add_recipient(call: Call) -> RecipientView:
    """One more. Raises: as Releases.add_recipient."""
    said: NewRecipient = call.body
    return call.node.room.releases.add_recipient(Recipient(said.recipient, said.party, tuple(said.allies)))


def releases(call: Call) -> list[ReleaseView]:
    """All of them, without their records."""
    return call.node.room.releases.all()


def one(call: Call) -> ReleaseView:
    """One of them. Raises: as Releases.one."""
    return call.node.room.releases.one(call.named["release"])


def draft(call: Call) -> list[ReleaseView]:
    """Draw some up. Raises: Invalid (`time.*`), and as Releases.draft."""
    said: ReleaseDrafted = call.body
    return call.node.room.releases.draft(
        said.recipients, said.title, _choices(said.records), _caveats(said.caveats)
    )


def amend(call: Call) -> ReleaseView:
    """Draw one up anew. Raises: Invalid (`time.*`), and as Releases.amend."""
    said: ReleaseAmended = call.body
    return call.node.room.releases.amend(
        call.named["release"], said.title, _choices(said.records), _caveats(said.caveats), said.before
    )


def meter(call: Call) -> MeterView:
    """What its recipient could infer. Raises: as Releases.meter, and as parse_length, parse_duration."""
    asked = call.asked
    extent = parse_length(asked["extent"], "extent") if "extent" in asked else WANTED.extent
    window = parse_duration(asked["window"], "window") if "window" in asked else WANTED.window
    return call.node.room.releases.meter(call.named["release"], Wanted(extent, window))


def preview(call: Call) -> bytes:
    """A file of its copy. Raises: as Releases.preview."""
    return call.node.room.releases.preview(call.named["release"], call.named["file"])


def approve(call: Call) -> ReleaseView:
    """Two officers have signed. Raises: as Releases.approve."""
    said: ReleaseApproved = call.body
    approvals = [each.encode() for each in said.approvals]
    return call.node.room.releases.approve(call.named["release"], approvals)


def withdraw(call: Call) -> ReleaseView:
    """Take it back before it leaves. Raises: as Releases.withdraw."""
    return call.node.room.releases.withdraw(call.named["release"])


def send(call: Call) -> ReleaseView:
    """Deliver it on a line. Raises: as Releases.send."""
    return call.node.room.releases.send(call.named["release"], call.body.role)


def save(call: Call) -> bytes:
    """Deliver it as a file. Raises: as Releases.save."""
    return call.node.room.releases.save(call.named["release"], call.body.role)


def link(call: Call) -> ReleaseLinkView:
    """Deliver it by a link. Raises: Invalid (`time.*`), and as Releases.link."""
    said: ReleaseLinked = call.body
    until = parse_time(said.until, "until")
    return call.node.room.releases.link(call.named["release"], until, said.role)


def receipt(call: Call) -> ReleaseView:
    """Its recipient has it. Raises: Invalid (`time.*`), and as Releases.receipt."""
    said: ReleaseReceived = call.body
    at = call.node.clock.now() if said.at is None else parse_time(said.at, "at")
    return call.node.room.releases.receipt(call.named["release"], said.role, at)


def recall(call: Call) -> ReleaseView:
    """Take it back. Raises: as Releases.recall."""
    return call.node.room.releases.recall(call.named["release"], call.body.reason)


def notice(call: Call) -> RecallNoticeView:
    """What is handed over then. Raises: as Releases.recall_notice."""
    return call.node.room.releases.recall_notice(call.named["release"])


def _choices(some: list[ReleaseRecord]) -> list[Choice]:
    return [
        Choice(each.kind, each.of, each.line, tuple(each.rows), each.level, _grid(each.grid)) for each in some
    ]


def _grid(said: ReleaseGridView | None) -> Step | None:
    """Raises: Invalid (`release.grid`)."""
    if said is None:
        return None
    for each in (said.h_m, said.v_m, said.t_s):
        if not 0 < each <= WIDEST:
            raise Invalid("release.grid", "grid", each, f"cells of at most {WIDEST:,} m or s")
    return Step(round(said.h_m * METRE), round(said.v_m * METRE), round(said.t_s * SECOND))


def _caveats(said: ReleaseCaveats) -> Caveats:
    expires = None if said.expires is None else parse_time(said.expires, "expires")
    return Caveats(tuple(said.release_to), said.originator_control, said.onward, expires)


ROUTES: Final = (
    Route("GET", RECIPIENTS, RELEASING, None, list[RecipientView], recipients,
          "Whom this party releases to."),
    Route("POST", RECIPIENTS, RELEASING, NewRecipient, RecipientView, add_recipient,
          "A recipient, or what is known of it anew.", act="release.recipient"),
    Route("GET", RELEASES, RELEASING, None, list[ReleaseView], releases,
          "All releases, the newest first, without their records."),
    Route("POST", RELEASES, RELEASING, ReleaseDrafted, list[ReleaseView], draft,
          "Draw up a release for each of these recipients: records, each at its level, under caveats. "
          "Nothing leaves.", most=LARGE, heavy=True, act="release.draft"),
    Route("GET", RELEASE, RELEASING, None, ReleaseView, one, "One release with its records."),
    Route("PUT", RELEASE, RELEASING, ReleaseAmended, ReleaseView, amend,
          "Draw a draft up anew: what was signed of it counts no more.", most=LARGE, heavy=True,
          act="release.amend"),
    Route("GET", f"{RELEASE}/meter", RELEASING, None, MeterView, meter,
          "What its recipient, with its allies, could infer from this and all that it was told before, in "
          "figures; and the smallest grid on which no ground is shorter than `extent` (10NM), no window than "
          "`window` (1h).", query=("extent", "window"), heavy=True),
    Route("GET", f"{RELEASE}/files/{{file}}", RELEASING, None, bytes, preview,
          "A file of its copy, exactly as it would be delivered; two officers sign `release.json`.",
          media=OCTETS, whole=True),
    Route("POST", f"{RELEASE}/approvals", RELEASING, ReleaseApproved, ReleaseView, approve,
          "Approve it, by two officers' own signatures over its exact index.", most=LARGE,
          act="release.approve"),
    Route("POST", f"{RELEASE}/withdraw", RELEASING, None, ReleaseView, withdraw,
          "Take it back before it has left.", act="release.withdraw"),
    Route("POST", f"{RELEASE}/send", RELEASING, ReleaseBy, ReleaseView, send,
          "Deliver it on the line to its recipient.", act="release.send"),
    Route("POST", f"{RELEASE}/file", RELEASING, ReleaseBy, bytes, save,
          "Deliver it as a file: it is entered as having left.", media=OCTETS, whole=True,
          act="release.file"),
    Route("POST", f"{RELEASE}/link", RELEASING, ReleaseLinked, ReleaseLinkView, link,
          "Deliver it by a link that works once, until then; it is shown this once.", act="release.link"),
    Route("POST", f"{RELEASE}/receipt", RELEASING, ReleaseReceived, ReleaseView, receipt,
          "Enter that its recipient has it.", act="release.receipt"),
    Route("POST", f"{RELEASE}/recall", RELEASING, ReleaseRecalled, ReleaseView, recall,
          "Take it back, whatever has become of it.", act="release.recall"),
    Route("GET", f"{RELEASE}/notice", RELEASING, None, RecallNoticeView, notice,
          "What is handed over to whoever has a copy that was recalled."),
)  # fmt: skip
"""What of the API is about releases."""
