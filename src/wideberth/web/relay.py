"""The relay tree: cells, what is handed down to them, slips, and what cells sign."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from wideberth.desk import relay_entries
from wideberth.desk.relay_entries import Confirmed
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.ledger import ids, keys
from wideberth.model.relay import Answer, How
from wideberth.node.relay_views import RelayCellView, RelaysView, RelayView, SlipView
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER, PLANNING
from wideberth.web.route import Route

CELLS: Final = "/v1/relay-cells"
RELAY: Final = "/v1/relays/{relay}"


class NewCell(Struct, frozen=True, forbid_unknown_fields=True):
    """A cell: a role, never a person; the cell above it; its own Ed25519 key (base32), if it has one."""

    name: str
    above: str | None = None
    key: str | None = None


class OpenRelay(Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed down: a notice of a line, or an own plan; to these cells and those above, or to all."""

    notice: str | None = None
    line: str | None = None
    plan: str | None = None
    cells: Annotated[list[str], Meta(max_length=relay_entries.CELLS)] = []


class TestRelay(Struct, frozen=True, forbid_unknown_fields=True):
    """Within how many minutes these cells, or all, are to answer."""

    minutes: int
    cells: Annotated[list[str], Meta(max_length=relay_entries.CELLS)] = []


class HandedOver(Struct, frozen=True, forbid_unknown_fields=True):
    """To which cell, and how; slips are made apart."""

    cell: str
    how: How


class SlipFor(Struct, frozen=True, forbid_unknown_fields=True):
    """For which cell."""

    cell: str


class CellSaid(Struct, frozen=True, forbid_unknown_fields=True):
    """What a cell has signed: the text's hash, key and signature in base32, the time that it signed."""

    cell: str
    rung: Answer
    at: str
    sha256: str
    key: str
    signature: str


def cells(call: Call) -> list[RelayCellView]:
    """All of them."""
    return call.node.room.relay.cells()


def add(call: Call) -> list[RelayCellView]:
    """A new one. Raises: as Relay.add; Invalid (`ledger.base32`)."""
    said = call.body
    key = None if said.key is None else ids.unbase32(said.key, keys.KEY, "key")
    return call.node.room.relay.add(said.name, said.above, key)


def remove(call: Call) -> list[RelayCellView]:
    """It is none any more. Raises: as Relay.remove."""
    return call.node.room.relay.remove(call.named["cell"])


def relays(call: Call) -> RelaysView:
    """All that stand."""
    return call.node.room.relay.all()


def one(call: Call) -> RelayView:
    """One of them. Raises: as Relay.one."""
    return call.node.room.relay.one(call.named["relay"])


def open_(call: Call) -> RelayView:
    """Hand something down. Raises: as Relay.open; Invalid (`relay.subject`)."""
    said = call.body
    of_line = said.line is not None and said.notice is not None
    if of_line is (said.plan is not None) or (said.line is None) is not (said.notice is None):
        raise Invalid("relay.subject", "", "neither, or both", "line and notice, or plan")
    return call.node.room.relay.open(said.line, said.notice if of_line else said.plan, said.cells)


def test(call: Call) -> RelayView:
    """Whether the cells can be reached. Raises: as Relay.test."""
    return call.node.room.relay.test(call.body.minutes, call.body.cells)


def hand(call: Call) -> RelayView:
    """It was handed over. Raises: as Relay.hand."""
    return call.node.room.relay.hand(call.named["relay"], call.body.cell, call.body.how)


def slip(call: Call) -> SlipView:
    """A slip for a cell. Raises: as Relay.slip."""
    return call.node.room.relay.slip(call.named["relay"], call.body.cell)


def confirm(call: Call) -> RelayView:
    """What a cell has signed. Raises: as Relay.confirm; Invalid (`ledger.base32`, `relay.id`, `time.*`)."""
    said, relay = call.body, call.node.room.relay.one(call.named["relay"]).relay
    given = Confirmed(
        relay,
        relay_entries.cell_id(said.cell),
        ids.unbase32(said.sha256, ids.HASH, "sha256"),
        said.rung,
        parse_time(said.at, "at"),
        ids.unbase32(said.key, keys.KEY, "key"),
        ids.unbase32(said.signature, keys.SIGNATURE, "signature"),
    )
    return call.node.room.relay.confirm(given)


ROUTES: Final = (
    Route("GET", CELLS, PLANNING, None, list[RelayCellView], cells,
          "The party's own cells, which must confirm what is handed down. No other party learns of them."),
    Route("POST", CELLS, OFFICER, NewCell, list[RelayCellView], add, "A new cell, under another or first.",
          act="relay.cell"),
    Route("DELETE", f"{CELLS}/{{cell}}", OFFICER, None, list[RelayCellView], remove,
          "A last cell is none any more. What was handed down to it still waits for it.",
          act="relay.cell_gone"),
    Route("GET", "/v1/relays", PLANNING, None, RelaysView, relays,
          "What is handed down now, with its tree; and what begins within the hour and is with nobody."),
    Route("POST", "/v1/relays", OFFICER, OpenRelay, RelayView, open_,
          "Hand a notice or an own plan down the tree. A newer version is handed down anew by itself.",
          act="relay.open"),
    Route("POST", "/v1/relay-tests", OFFICER, TestRelay, RelayView, test,
          "Test whether cells can be reached: who does not answer in time is shown as a broken branch, and "
          "rings.", act="relay.test"),
    Route("GET", RELAY, PLANNING, None, RelayView, one, "One of them, with its exact text."),
    Route("POST", f"{RELAY}/handed", OFFICER, HandedOver, RelayView, hand,
          "It was handed to a cell. That confirms nothing.", act="relay.hand"),
    Route("POST", f"{RELAY}/slip", OFFICER, SlipFor, SlipView, slip,
          "A one-use slip for a cell without a node. Its secret is shown this once.", act="relay.slip"),
    Route("POST", f"{RELAY}/confirm", OFFICER, CellSaid, RelayView, confirm,
          "What a cell has signed over the exact text, by its own key or by that of its slip.",
          act="relay.confirm"),
)  # fmt: skip
"""What of the API is about the relay tree."""
