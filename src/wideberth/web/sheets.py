"""The sheets of paper as pages, with the SHA-256 by which one says which sheet was handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from wideberth.node import blackout as on_paper
from wideberth.node import handover as handing
from wideberth.node import phrases
from wideberth.render import blackout as paper
from wideberth.render import handover as sheets
from wideberth.render.blackout import Channel
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import Route

Short = Annotated[str, Meta(min_length=1, max_length=200)]
MOST: Final = 200
"""Channels on a blackout sheet."""


class SheetPage(Struct, frozen=True):
    """A sheet of one moment: the page to be printed, and the SHA-256 (hexadecimal) of its UTF-8."""

    as_of: str
    page: str
    sha256: str


class OtherChannel(Struct, frozen=True, forbid_unknown_fields=True):
    """Another way to reach a role of a line's other party; `line` is what that is called here."""

    line: Short
    role: Short
    how: Short


class AskBlackout(Struct, frozen=True, forbid_unknown_fields=True):
    """Other channels, for the paper only: no node keeps them."""

    channels: Annotated[list[OtherChannel], Meta(max_length=MOST)] = []


def handover(call: Call) -> SheetPage:
    """The handover sheet as a page, as of now."""
    sheet = handing.sheet(call.node)
    page = sheets.html(sheet)
    return SheetPage(sheet.as_of, page, sheets.sha256(page))


def blackout(call: Call) -> SheetPage:
    """The blackout sheet as a page, as of now."""
    sheet = on_paper.sheet(call.node)
    named: dict[str, tuple[Channel, ...]] = {}
    labels = [each.label for each in sheet.lines]
    for each in call.body.channels:
        label = _on_it(each.line, labels)
        named[label] = (*named.get(label, ()), Channel(each.role, each.how))
    page = paper.html(sheet, phrases.shipped(), named)
    return SheetPage(sheet.as_of, page, sheets.sha256(page))


def _on_it(name: str, labels: Sequence[str]) -> str:
    """What a line is called on the sheet, which cuts long names; else the name as it is."""
    if name in labels:
        return name
    return next((each for each in labels if each[-1:] == "…" and name.startswith(each[:-1])), name)


ROUTES: Final = (
    Route("GET", "/v1/handover/page", OFFICER, None, SheetPage, handover,
          "The handover sheet as a page to be printed, as of now, with its SHA-256.", present=True),
    Route("POST", "/v1/blackout/page", OFFICER, AskBlackout, SheetPage, blackout,
          "The blackout sheet as a page to be printed, as of now. Other channels are put on it, and kept "
          "nowhere."),
)  # fmt: skip
"""What of the API is about sheets of paper."""
