"""The relay tree: who of the party's own has confirmed what is handed down to them.

A tree is whole when every cell has signed the exact text, level by level, down to the last executor. What is
handed down is superseded by its next version: then all of it is to be confirmed again. Nothing is taken from
silence. An answer counts once: where its key is the cell's own, or its slip's; where its text is this one;
where it is newer than the answer before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import relay_entries
from wideberth.desk.relay_entries import Alarmed, Celled, Confirmed, Gone, Handed, Opened, Slip
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import body
from wideberth.ledger.body import Entry
from wideberth.model import relay as nouns
from wideberth.model.agreement import Disclosure
from wideberth.model.relay import ANSWERS, TRANSITIONS, About, Cell, How

KEPT: Final = 1_000
"""Relays that are known; older ones are only in the record. As many alarms of what nobody handed down."""

Subject = tuple[str | None, str]


class Duty(Struct, frozen=True):
    """What one cell owes in one relay, and how far it is.

    Attributes:
        stands: of the printable table (model.relay).
        how, handed_ms: how it was handed to the cell last, and when.
        slip: the newest one; `used` once the cell has answered by it.
        answer: the newest one, entered at `answered_ms`.
    """

    cell: Cell
    stands: nouns.Duty = "not told"
    how: How | None = None
    handed_ms: int | None = None
    slip: Slip | None = None
    used: bool = False
    answer: Confirmed | None = None
    answered_ms: int | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the cell has signed that it has it."""
        return self.stands == "confirmed"


class Relay(Struct, frozen=True):
    """Something that is handed down: what was opened and when, each cell's duty, the alarms that rang."""

    opened: Opened
    at_ms: int
    sha256: bytes
    duties: Map[str, Duty] = Map()
    alarms: frozenset[int] = frozenset()

    @property
    def id(self) -> str:
        """Its id."""
        return self.opened.relay

    @property
    def about(self) -> About:
        """What is handed down."""
        return self.opened.about

    @property
    def in_order(self) -> tuple[Duty, ...]:
        """All duties, each after the one above it."""
        return tuple(self.duties[each.id] for each in self.opened.cells)

    @property
    def whole(self) -> bool:
        """Whether every cell has confirmed."""
        return all(each.confirmed for each in self.duties.values())


class State(Struct, frozen=True):
    """Cells by their ids, relays by theirs, and which one stands for what is handed down.

    `order`: relays as they were opened. `slips`: relay and cell by the hash of a slip's secret. `alone`:
    alarms of what was handed to nobody.
    """

    cells: Map[str, Cell] = Map()
    relays: Map[str, Relay] = Map()
    order: tuple[str, ...] = ()
    current: Map[Subject, str] = Map()
    slips: Map[bytes, tuple[str, str]] = Map()
    alone: tuple[tuple[About, int], ...] = ()

    def stands(self, relay: Relay) -> bool:
        """Whether it is the newest for what it hands down."""
        return self.current.get(relay.about.subject) == relay.id

    def standing(self) -> Iterator[Relay]:
        """Those that are the newest, as they were opened."""
        return (found for each in self.order if self.stands(found := self.relays[each]))


def evolve(state: State, entry: Entry) -> State:
    """The step of the fold. An entry that cannot be read, or that does not fit, changes nothing."""
    if not body.understood(entry, relay_entries.KNOWN):
        return state
    try:
        said = relay_entries.read(entry)
    except Invalid:
        return state
    at_ms = entry.header.at_ms
    match said:
        case Celled():
            known = said.cell.id in state.cells or len(state.cells) < relay_entries.CELLS
            return structs.replace(state, cells=state.cells.set(said.cell.id, said.cell)) if known else state
        case Gone():
            gone = said.cell in state.cells
            return structs.replace(state, cells=state.cells.delete(said.cell)) if gone else state
        case Opened():
            return _opened(state, said, at_ms)
        case Alarmed(relay=None):
            return structs.replace(state, alone=(*state.alone, (said.about, said.mark))[-KEPT:])
        case _:
            return _in_relay(state, said, at_ms)


def _opened(state: State, said: Opened, at_ms: int) -> State:
    if said.relay in state.relays:
        return state
    duties = Map({each.id: Duty(each) for each in said.cells})
    made = Relay(said, at_ms, relay_entries.sha256(said.text), duties)
    state = structs.replace(
        state,
        relays=state.relays.set(said.relay, made),
        order=(*state.order, said.relay),
        current=state.current.set(said.about.subject, said.relay),
    )
    return _forget(state) if len(state.order) > KEPT else state


def _forget(state: State) -> State:
    """Without the oldest that is superseded, else of all: new versions drive out nothing that stands."""
    name = next((each for each in state.order if not state.stands(state.relays[each])), state.order[0])
    oldest = state.relays[name]
    slips, current = state.slips, state.current
    for digest in [each for each, (relay, _) in slips.items() if relay == name]:
        slips = slips.delete(digest)
    if state.stands(oldest):
        current = current.delete(oldest.about.subject)
    order = tuple(each for each in state.order if each != name)
    relays = state.relays.delete(name)
    return structs.replace(state, relays=relays, order=order, current=current, slips=slips)


def _in_relay(state: State, said: Handed | Confirmed | Alarmed, at_ms: int) -> State:
    relay = state.relays.get(said.relay or "")
    if relay is None or not state.stands(relay):
        return state
    if isinstance(said, Alarmed):
        # what is nearer to the start says what is further from it as well
        rung = relay.alarms | {each for each in relay.about.marks if each >= said.mark}
        duties = relay.duties
        for cell in said.cells:
            duty = duties.get(cell)
            then = None if duty is None else TRANSITIONS[duty.stands].get("alarmed")
            if duty is not None and then is not None:
                duties = duties.set(cell, structs.replace(duty, stands=then))
        return _with(state, structs.replace(relay, alarms=rung, duties=duties))
    duty = relay.duties.get(said.cell)
    if duty is None:
        return state
    if isinstance(said, Confirmed):
        if _why_not(relay, duty, said) is not None:
            return state
        then = TRANSITIONS[duty.stands][ANSWERS[said.rung]]
        by_slip = duty.slip is not None and said.key == duty.slip.key
        duty = structs.replace(duty, stands=then, answer=said, answered_ms=at_ms, used=duty.used or by_slip)
        return _with(state, _set(relay, duty))
    after = TRANSITIONS[duty.stands].get("handed")
    if after is None:
        return state
    duty = structs.replace(duty, stands=after, how=said.how, handed_ms=at_ms)
    if said.slip is not None:
        slips = state.slips if duty.slip is None else state.slips.delete(duty.slip.secret_sha256)
        if said.slip.secret_sha256 in slips:
            return state
        state = structs.replace(state, slips=slips.set(said.slip.secret_sha256, (relay.id, said.cell)))
        duty = structs.replace(duty, slip=said.slip, used=False)
    return _with(state, _set(relay, duty))


def _with(state: State, relay: Relay) -> State:
    return structs.replace(state, relays=state.relays.set(relay.id, relay))


def _set(relay: Relay, duty: Duty) -> Relay:
    return structs.replace(relay, duties=relay.duties.set(duty.cell.id, duty))


def _why_not(relay: Relay, duty: Duty, said: Confirmed) -> Invalid | Refused | NotTrusted | None:
    """Why an answer does not count; None where it does."""
    by_slip = duty.slip is not None and said.key == duty.slip.key
    if not by_slip and said.key != duty.cell.key:
        wanted = "the cell's own key, or its newest slip"
        return NotTrusted("relay.other_key", f"the key is not one of this cell's; accepted: {wanted}")
    if said.sha256 != relay.sha256:
        return Refused(
            "relay.other_text", "another text was signed; accepted: the one that is handed down now"
        )
    if by_slip and duty.used:
        return Refused("relay.used", "this slip was used; accepted: a new one, or the cell's own key")
    if duty.answer is not None and said.at_ms <= duty.answer.at_ms:
        return Refused("relay.older", "the cell has answered since; accepted: a newer answer")
    if ANSWERS[said.rung] not in TRANSITIONS[duty.stands]:
        return Refused("relay.said", "the cell has said that already; accepted: another answer")
    if not relay_entries.verifies(said):
        return NotTrusted("relay.signature", "the key has not signed this; accepted: a signature by it")
    return None


# decisions


def cell(state: State, text: str) -> Cell:
    """The cell of this id or name. Raises: Invalid (`relay.no_cell`)."""
    plain = text.casefold().strip()
    for each in state.cells.values():
        if text == each.id or plain == each.name.casefold():
            return each
    raise Invalid("relay.no_cell", "cell", text, "a cell: wideberth relay cells")


def relay(state: State, name: str) -> Relay:
    """Raises: Invalid (`relay.none`)."""
    found = state.relays.get(name)
    if found is None:
        raise Invalid("relay.none", "relay", name, "a relay of this node: wideberth relay status")
    return found


def add(state: State, chance: bytes, name: str, parent: str | None, key: bytes | None) -> Celled:
    """A new cell, under another or at the top.

    Raises: Invalid (`relay.name`, `relay.no_cell`), Refused (`relay.cell_exists`, `relay.too_many`).
    """
    relay_entries.name(name)
    above = None if parent is None else cell(state, parent).id
    if any(name.casefold() == each.name.casefold() for each in state.cells.values()):
        raise Refused("relay.cell_exists", "a cell has this name; accepted: another name")
    if len(state.cells) >= relay_entries.CELLS:
        raise Refused("relay.too_many", f"there are {relay_entries.CELLS} cells; accepted: no more")
    made = Cell(relay_entries.new_id(relay_entries.CELL_PREFIX, chance), name, above, key)
    return Celled(made)


def remove(state: State, name: str) -> Gone:
    """It is no cell any more. Raises: Invalid (`relay.no_cell`), Refused (`relay.has_cells`)."""
    found = cell(state, name)
    below = [each.name for each in state.cells.values() if each.parent == found.id]
    if below:
        raise Refused("relay.has_cells", f"below it stand {', '.join(sorted(below))}; accepted: a last cell")
    return Gone(found.id)


def chosen(state: State, names: Collection[str] | None) -> tuple[Cell, ...]:
    """These cells with all above them, each after the one above it; all cells if none are named.

    Raises: Invalid (`relay.no_cell`), Refused (`relay.no_cells`).
    """
    if not state.cells:
        raise Refused("relay.no_cells", "there is no cell; accepted: wideberth relay cell add ROLE")
    wanted = set(state.cells) if not names else {cell(state, each).id for each in names}
    for each in tuple(wanted):
        above = state.cells[each].parent
        while above is not None and above in state.cells and above not in wanted:
            wanted.add(above)
            above = state.cells[above].parent
    return _from_the_top([state.cells[each] for each in wanted])


def open_(
    state: State,
    chance: bytes,
    about: About,
    cells: tuple[Cell, ...],
    start_ms: int,
    text: str,
    read_back: str,
    level: Disclosure = "full",
) -> Opened:
    """Hand something down; what was handed down of it before is superseded.

    Raises: Refused (`relay.same`: the same text is with the same cells already).
    """
    before = state.relays.get(state.current.get(about.subject, ""))
    same = before is not None and (before.about, before.opened.text, before.opened.cells) == (
        about,
        text,
        cells,
    )
    if before is not None and same:
        raise Refused("relay.same", f"it is handed down already, as {before.id}; accepted: other cells")
    name = relay_entries.new_id(relay_entries.RELAY_PREFIX, chance)
    return Opened(name, about, cells, start_ms, text, read_back, level)


def again(state: State, before: Relay) -> tuple[Cell, ...]:
    """The cells for the next version: the same ones, as they are now; those that are gone are left out."""
    held = [state.cells[each.id] for each in before.opened.cells if each.id in state.cells]
    return _from_the_top(held) if held else before.opened.cells


def hand(state: State, name: str, of: str, how: How, slip: Slip | None = None) -> Handed:
    """It is handed to a cell.

    Raises: Invalid (`relay.none`, `relay.no_cell`), Refused (`relay.superseded`, `relay.said`).
    """
    found = relay(state, name)
    duty = _duty(state, found, of)
    if "handed" not in TRANSITIONS[duty.stands]:
        raise Refused("relay.said", "the cell has confirmed already; accepted: one that has not")
    return Handed(found.id, duty.cell.id, how, slip)


def confirm(state: State, said: Confirmed) -> Confirmed:
    """What a cell says, if it counts.

    Raises: Invalid (`relay.none`, `relay.no_cell`), Refused (`relay.superseded`, `relay.other_text`,
    `relay.used`, `relay.older`, `relay.said`), NotTrusted (`relay.other_key`, `relay.signature`).
    """
    found = relay(state, said.relay)
    duty = _duty(state, found, said.cell)
    why = _why_not(found, duty, said)
    if why is not None:
        raise why
    return said


def named(found: Relay, text: str) -> Duty:
    """The duty of the cell of this id or name. Raises: Invalid (`relay.no_cell`)."""
    plain = text.casefold().strip()
    for each in found.in_order:
        if text == each.cell.id or plain == each.cell.name.casefold():
            return each
    raise Invalid("relay.no_cell", "cell", text, "a cell of this relay: wideberth relay status")


def _duty(state: State, found: Relay, text: str) -> Duty:
    if not state.stands(found):
        words = "a newer version was handed down since; accepted: an answer to that one"
        raise Refused("relay.superseded", words)
    return named(found, text)


def _from_the_top(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Each cell after the one above it; what is above a cell and not among them is left out of its way up."""
    held = {each.id: each for each in cells}
    below: dict[str | None, list[Cell]] = {}
    for each in sorted(held.values(), key=lambda each: (each.name, each.id)):
        above = each.parent if each.parent in held else None
        below.setdefault(above, []).append(structs.replace(each, parent=above))
    found, waiting = list[Cell](), list(reversed(below.get(None, ())))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += reversed(below.get(one.id, ()))
    return tuple(found)
