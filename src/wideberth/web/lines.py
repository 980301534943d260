"""Lines, their agreements and bundles, as the node has them."""

from __future__ import annotations

import io
import re
from typing import Final

from wideberth.errors import Invalid, Refused
from wideberth.formats import bundle as bundles
from wideberth.ledger import approval, ids, keys
from wideberth.node.past import Past
from wideberth.node.past_views import AsOfView
from wideberth.node.views import AgreementsView, Imported, LineView, NodeView, ProofView
from wideberth.web.call import Call
from wideberth.web.problems import not_found
from wideberth.web.route import AS_OF

_HEX: Final = re.compile("[0-9a-f]{64}")


def status(call: Call) -> NodeView:
    """The node as it stands."""
    return call.node.status()


def lines(call: Call) -> list[LineView]:
    """All lines."""
    return call.node.lines()


def line(call: Call) -> LineView:
    """One line."""
    return call.node.line(call.named["line"])


def take_up(call: Call) -> LineView:
    """Begin a line. Raises: Invalid (`api.body`), and as Node.take_up."""
    said = call.body
    try:
        key = ids.unbase32(said.pairing_key, keys.KEY, "pairing_key")
    except Invalid:
        # what stands there may be a key with a slip of the pen: it is not said again
        wanted = "the 32 bytes of the pairing key in lower-case base32"
        raise Invalid("api.body", "pairing_key", "something else", wanted) from None
    return call.node.take_up(said.paired.encode(), key, said.address)


def readdress(call: Call) -> LineView:
    """Where the peer is called. Raises: as Node.readdress."""
    return call.node.readdress(call.named["line"], call.body.address)


def waive(call: Call) -> LineView:
    """Sign without the peer's heads. Raises: as Node.waive."""
    return call.node.waive(call.named["line"])


def confirm_clock(call: Call) -> NodeView:
    """The wall clock is right. Raises: as Node.confirm_clock."""
    call.node.confirm_clock()
    return call.node.status()


def admit(call: Call) -> LineView:
    """Admit a new epoch of the peer's. Raises: as Node.admit."""
    return call.node.admit(call.named["line"], call.body.origin)


def new_epoch(call: Call) -> LineView:
    """Begin a new epoch of an own feed. Raises: as Node.new_epoch."""
    return call.node.new_epoch(call.named["line"], call.body.kind, call.body.note.encode())


def papers(call: Call) -> LineView:
    """Certificates and revocations. Raises: as Node.papers."""
    return call.node.papers(call.named["line"], [each.encode() for each in call.body.papers])


def check(call: Call) -> LineView:
    """Ask whether the other party is there. Raises: as Node.check."""
    return call.node.check(call.named["line"], desk=call.body.desk)


def checked(call: Call) -> LineView:
    """Answer the other party's checks. Raises: as Node.checked."""
    return call.node.checked(call.named["line"], call.body.role)


def known(call: Call) -> AsOfView:
    """What was here at a moment. Raises: Invalid (`api.query`) without one."""
    if not isinstance(call.node, Past):
        raise Invalid("api.query", AS_OF, "nothing", "a moment, as 2026-11-23T14:05:00Z")
    return call.node.known()


def alarms(call: Call) -> list[ProofView]:
    """All alarms of a line with their proofs."""
    return call.node.proofs(call.named["line"])


def seen(call: Call) -> LineView:
    """Somebody saw the alarms of a line. Raises: as Node.seen."""
    return call.node.seen(call.named["line"], call.body.alarms)


def bundle(call: Call) -> bytes:
    """All that the peer has not confirmed. Raises: as Node.bundle."""
    return call.node.bundle(call.named["line"])


def take_bundle(call: Call) -> Imported:
    """Take a bundle of this line. Raises: Refused (`bundle.other_line`), and as Node.take_bundle."""
    found = line(call)
    if bundles.begin(io.BytesIO(call.body)).tag != bundles.tag(found.line, call.node.party):
        raise Refused(
            "bundle.other_line", "the bundle is for another line, or is one that this node has written"
        )
    return call.node.take_bundle(call.body)


def agreements(call: Call) -> AgreementsView:
    """The agreements of a line."""
    return call.node.agreed.of(call.named["line"])


def propose(call: Call) -> AgreementsView:
    """Put terms forward. Raises: as Agreeing.propose."""
    return call.node.agreed.propose(call.named["line"], call.body.terms.encode())


def sign(call: Call) -> AgreementsView:
    """Officers' signatures over terms. Raises: Refused (`api.not_found`), and as Agreeing.sign."""
    text = call.named["sha256"]
    if not _HEX.fullmatch(text):
        raise not_found()
    approvals = [each.encode() for each in call.body.approvals]
    return call.node.agreed.sign(call.named["line"], bytes.fromhex(text), approvals)


def suspend(call: Call) -> AgreementsView:
    """Suspend an agreement. Raises: as `_agreement`, and as Agreeing.suspend."""
    return call.node.agreed.suspend(call.named["line"], _agreement(call))


def resume(call: Call) -> AgreementsView:
    """Take an own suspension back. Raises: as `_agreement`, and as Agreeing.resume."""
    return call.node.agreed.resume(call.named["line"], _agreement(call))


def end(call: Call) -> AgreementsView:
    """End an agreement. Raises: as `_agreement`, and as Agreeing.end."""
    return call.node.agreed.end(call.named["line"], _agreement(call))


def _agreement(call: Call) -> bytes:
    """Raises: Refused (`api.not_found`)."""
    try:
        return ids.unbase32(call.named["agreement"], approval.AGREEMENT_ID, "agreement")
    except Invalid:
        raise not_found() from None
