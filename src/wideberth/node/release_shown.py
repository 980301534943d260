"""How a node shows its releases: to its own people, to whoever holds a link or has what was recalled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from wideberth.desk import release_own
from wideberth.desk.release_entries import Delivered
from wideberth.desk.release_own import Own
from wideberth.formats.release_file import INDEX, Copy
from wideberth.formats.times import show_time
from wideberth.ledger import approval
from wideberth.ledger.certificate import Papers
from wideberth.model.release import PHASES, Document
from wideberth.model.site import NOTICE
from wideberth.node import release_views
from wideberth.node.open_line import OpenLine
from wideberth.node.release_views import (
    LINK_STATES,
    LinkPage,
    LinkState,
    ReleaseDeliveryView,
    ReleaseFileView,
    ReleaseReceiptView,
    ReleaseView,
)
from wideberth.node.site_shown import delivered
from wideberth.node.views import time
from wideberth.render.mark import MARK

NOBODY: Final = "nobody says"


def view(
    known: Own,
    copy: Copy | None,
    lines: Mapping[str, OpenLine],
    papers: Papers,
    now_ms: int,
    *,
    whole: bool,
) -> ReleaseView:
    """A release, for people; `copy`: made, where it can be; `whole`: with its records."""
    document, recalled = known.document, known.recalled
    phase = release_own.phase(known, papers, now_ms)
    return ReleaseView(
        release=known.id,
        recipient=document.recipient,
        title=document.title,
        made=time(document.made_ms),
        exercise=document.exercise,
        caveats=release_views.caveats(document.caveats),
        phase=phase,
        words=PHASES[phase],
        index=known.drafted.index.hex(),
        signatures=len(release_own.approvers(known, papers)),
        needed=approval.NEEDED,
        files=() if copy is None else tuple(_files(copy)),
        records=tuple(map(release_views.record, document.records)) if whole else (),
        deliveries=tuple(_delivery(known, at_ms, each, lines, now_ms) for at_ms, each in known.delivered),
        receipts=tuple(
            ReleaseReceiptView(time(each.at_claimed_ms), each.role or NOBODY, each.way, each.way == "file")
            for _, each in known.received
        ),
        recalled=None if recalled is None else time(recalled[0]),
        recall_told=recalled is not None and _recall_told(known, lines),
    )


def link_state(known: Own, to: Delivered, now_ms: int) -> LinkState:
    """What has become of a one-use link."""
    if release_own.leads(known, to, now_ms):
        return "open"
    if known.recalled is not None:
        return "recalled"
    if to.link in {each.link for _, each in known.received}:
        return "used"
    return "over"


def link_page(known: Own, to: Delivered, by: str, now_ms: int, *, over: bool = False) -> LinkPage:
    """What its page shows to whoever holds its secret; `over`: it leads to nothing, whatever its time."""
    document: Document = known.document
    state: LinkState = "over" if over else link_state(known, to, now_ms)
    title = document.title if state == "open" else ""
    until_ms = to.until_ms or 0
    if known.expires_ms is not None:
        until_ms = min(until_ms, known.expires_ms)
    return LinkPage(
        state, LINK_STATES[state], known.id, by, title, to.size, time(until_ms), document.exercise
    )


def recall_notice(known: Own, by: str) -> str:
    """What is printed and handed to whoever has a copy that was recalled, in plain lines."""
    document, recalled = known.document, known.recalled
    if recalled is None:
        return ""
    at_ms, said = recalled
    copies = {each.sha256.hex(): show_time(when) for when, each in known.delivered}
    return "\n".join(
        [
            *([MARK, ""] if document.exercise else []),
            "RECALLED",
            "",
            f"Release {known.id}: {document.title}",
            f"of {by}, to {document.recipient}, drawn up {show_time(document.made_ms)}",
            f"is recalled, since {show_time(at_ms)}.",
            *([f"Its author says: {said.reason}"] if said.reason else []),
            "",
            "Do not use it any more, and do not pass it on. Destroy every copy, also printed ones, and tell",
            "whoever had it from you the same. Then say in writing, in your role, that this was done.",
            "",
            "The copies are files with these SHA-256:",
            *(f"  {digest}  (left {when})" for digest, when in copies.items()),
            f"Each holds {INDEX} with the SHA-256 {known.drafted.index.hex()}.",
            "",
            NOTICE,
            "",
        ]
    )


def _files(copy: Copy) -> Iterator[ReleaseFileView]:
    for name, data in ((INDEX, copy.index), *copy.files.items()):
        yield ReleaseFileView(name, hashlib.sha256(data).hexdigest(), len(data))


def _delivery(
    known: Own, at_ms: int, said: Delivered, lines: Mapping[str, OpenLine], now_ms: int
) -> ReleaseDeliveryView:
    line = lines.get(said.line or "")
    told = None if line is None else line.fold.all.releases.releases.get((line.state.party, known.id))
    return ReleaseDeliveryView(
        way=said.way,
        at=time(at_ms),
        role=said.role or NOBODY,
        sha256=said.sha256.hex(),
        line=said.line,
        told=told is not None,
        delivered=line is not None
        and told is not None
        and any(delivered(line.state, each.ref) is not None for each in told.tellings),
        until=None if said.until_ms is None else time(said.until_ms),
        link=link_state(known, said, now_ms) if said.way == "link" else None,
    )


def _recall_told(known: Own, lines: Mapping[str, OpenLine]) -> bool:
    """Whether the recall stands on each line that the release has left on, and on one at least."""
    on = {each.line for _, each in known.delivered if each.line is not None}
    found = [
        line.fold.all.releases.releases.get((line.state.party, known.id))
        for line in lines.values()
        if line.id in on
    ]
    return bool(found) and all(each is not None and each.recalled is not None for each in found)
