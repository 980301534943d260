"""OpenAir files into plans: each area from its AC record to the next."""

from __future__ import annotations

import re

from wideberth.errors import Invalid, shorten
from wideberth.formats import times
from wideberth.formats.format import Peek
from wideberth.formats.openair.limits import limit
from wideberth.formats.openair.lines import DRAWN, STATED, TERRAIN, UNUSED, Line, decoded, records
from wideberth.formats.openair.shape import Drawing
from wideberth.formats.profile import NO_LOWER, NO_UPPER
from wideberth.formats.published import Published, Window, assemble, line
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import UNSPECIFIED
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude

AREAS = 100_000
ARCS = 20_000
"""Of a file: each is worked out to up to 1,440 vertices."""
WINDOWS = 1_000
"""Activation times of one area."""

NOT_READ = "records {} bound nothing that is read here and are left out"
LAND = "terrain (TO, TC) is not read: only airspace is"
STRAY = "a line before the first area is no record and is left out"
NO_NAME = "an area without name (AN) is named after its line"
TIMES = "activation times (AA) that cannot be read: the area is read as in force all the time"

_RECORD = re.compile(r"(?:A[CNHL]\s|D[PCBAY]\s*[\dNS]|V\s*[XDW]\s*=)", re.IGNORECASE)
_START = re.compile(r"(?:A[CN]\s|S[PB]\s|AY\s|T[OC](?:\s|$))", re.IGNORECASE)
_PERIOD = re.compile(r"(\S{4,40}?)\s*/\s*(\S{4,40})")
_MINUTES = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE)


def known(peek: Peek) -> bool:
    """True for a text whose first line that is no remark begins an area, and that draws or bounds one."""
    rows = [row.strip() for row in peek.head.splitlines()]
    rows = [row for row in rows if row and row[0] not in "*#;"]
    if not rows or _START.match(rows[0]) is None:
        return False
    keys = {row[:2].upper() for row in rows if _RECORD.match(row)}
    return bool({"AC", "AN"} & keys) and len(keys) >= 3


class Area:
    """The records of one area, as far as they were read; `fault` is the first error in them."""

    def __init__(self, begin: Line, tally: Tally) -> None:
        self.begin = begin
        self.tally = tally
        self.terrain = begin.key in TERRAIN
        self.name = self.kind = self.type = ""
        self.radio: list[str] = []
        self.lower: Altitude | None = None
        self.upper: Altitude | None = None
        self.windows: list[Window] = []
        self.always = False
        self.drawing = Drawing(tally)
        self.fault: Invalid | None = None

    @property
    def stated(self) -> bool:
        """True where it is more than a style: AC with colours only sets how a class is shown."""
        return bool(self.name or self.lower or self.upper or self.drawing.begun or self.fault)

    @property
    def where(self) -> str:
        """The area as people find it."""
        return f'"{shorten(self.name, 60)}" {self.begin.where}' if self.name else self.begin.where

    def take(self, record: Line, options: Options) -> None:
        """One record; an error is kept, and what follows is read past."""
        if self.fault is not None and (record.key in DRAWN or record.key.startswith("V ")):
            return
        try:
            self._take(record, options)
        except Invalid as error:
            self.fault = self.fault or error

    def _take(self, record: Line, options: Options) -> None:
        key, text = record.key, record.text
        if key.startswith("V "):
            self.drawing.variable(record)
        elif key in DRAWN:
            self.drawing.draw(record)
        elif key in STATED:
            self._state(key, text, record, options)
        elif key in UNUSED:
            return
        elif key and key[0] in "AST":
            self.tally.tell(NOT_READ.format(key), record.where)
        else:
            wanted = f"one of {', '.join((*STATED, *DRAWN))}, V; or a remark behind *"
            raise Invalid("openair.record", record.where, record.whole, wanted)

    def _state(self, key: str, text: str, record: Line, options: Options) -> None:
        if key == "AC":
            self.kind = text
        elif key == "AN":
            self.name = line(text)
        elif key == "AY":
            self.type = text
        elif key in ("AF", "AG"):
            self.radio.append(text)
        elif key == "AA":
            self._activation(text, record, options)
        elif key == "AH":
            found = limit(text, record.where, "up", self.tally)
            self.upper = _once(self.upper, found, record)
        else:
            found = limit(text, record.where, "down", self.tally)
            self.lower = _once(self.lower, found, record)

    def _activation(self, text: str, record: Line, options: Options) -> None:
        try:
            self.windows.append(window(text, record.where, options))
        except Invalid:
            self.always = True
            self.tally.tell(TIMES, record.where)
        if len(self.windows) > WINDOWS:
            self.always, self.windows = True, []
            self.tally.tell(TIMES, record.where)

    def published(self) -> Published:
        """The area. Raises: Invalid (its first error, and those of its outline)."""
        if self.fault is not None:
            raise self._placed(self.fault)
        if not self.name:
            self.tally.tell(NO_NAME, self.begin.where)
        for stated_limit, note in ((self.lower, NO_LOWER), (self.upper, NO_UPPER)):
            if stated_limit is None:
                self.tally.tell(note, self.where)
        try:
            grounds = self.drawing.grounds()
        except Invalid as error:
            raise self._placed(error) from None
        return Published(
            id=self.name or self.begin.where,
            where=self.where,
            grounds=grounds,
            lower=self.lower or SURFACE,
            upper=self.upper or UNLIMITED,
            windows=((None, None),) if self.always or not self.windows else tuple(self.windows),
            note=" ".join(self.radio),
            activity=line(self.type or self.kind) or UNSPECIFIED,
            doubt=self.drawing.doubt,
        )

    def _placed(self, error: Invalid) -> Invalid:
        """The error with the area's name before its place."""
        path = f"{self.where}, {error.path}" if error.path else self.where
        return Invalid(error.code, path, error.found, error.wanted)


def _once(before: Altitude | None, found: Altitude, record: Line) -> Altitude:
    if before is not None and before != found:
        raise Invalid("openair.repeated", record.where, record.whole, f"one {record.key} an area")
    return found


def window(text: str, where: str, options: Options) -> Window:
    """The period of an AA record, `2026-05-01T08:00Z/2026-05-01T17:00Z`; NONE leaves an end open.

    Raises: Invalid (`time.*`).
    """
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise Invalid("time.malformed", where, text, "two times with / between them, or NONE for one of them")
    ends: list[int | None] = []
    for part, edge in ((match[1], "start"), (match[2], "end")):
        if part.upper() == "NONE":
            ends.append(None)
            continue
        moment = _MINUTES.fullmatch(part)
        exact = f"{moment[1]}T{moment[2]}{moment[3] or ':00'}{moment[4] or ''}" if moment else part
        ends.append(times.parse_time(exact, where, options.zone, "start" if edge == "start" else "end"))
    if ends[0] is not None and ends[1] is not None and ends[1] < ends[0]:
        raise Invalid("time.backwards", where, text, "start before end")
    return ends[0], ends[1]


def read(data: bytes, options: Options) -> Reading:
    """The areas of an OpenAir file, a plan each; an area with an error joins the faults.

    Limits: AH, AL; MSL is `MSL/ALT`. Edges are geodesics. The activity is the type (AY), else the class.

    Raises: Invalid (`file.empty`, `file.too_large`, `openair.too_many`, `openair.empty`).
    """
    tally = Tally()
    found: list[Published] = []
    faults: list[Invalid] = []
    area: Area | None = None
    count = arcs = 0
    strayed = False
    for record in records(decoded(data, tally)):
        if _begins(record, area):
            count += _close(area, found, faults)
            area = Area(record, tally)
        if area is None:
            if record.key in DRAWN and not strayed:
                strayed = True
                wanted = "an area that begins with AC or AN before what draws it"
                faults.append(Invalid("openair.record", record.where, record.whole, wanted))
            elif record.key not in UNUSED and not record.key.startswith("V "):
                tally.tell(STRAY, record.where)
        else:
            area.take(record, options) if not area.terrain else tally.tell(LAND, area.begin.where)
        arcs += record.key in ("DA", "DB")
        if arcs > ARCS:
            raise Invalid("openair.too_many", record.where, "more arcs", f"at most {ARCS:,} arcs")
        if count > AREAS:
            raise Invalid("openair.too_many", record.where, "more areas", f"at most {AREAS:,} areas")
    count += _close(area, found, faults)
    if not count:
        raise Invalid("openair.empty", "", "no area", "areas that begin with AC and AN records")
    return assemble(found, options, tally, faults)


def _begins(record: Line, area: Area | None) -> bool:
    """AC begins an area; so does AN where the one before has its name and its outline already."""
    if record.key in ("AC", *TERRAIN):
        # a class may stand behind the name, as long as nothing of the area was drawn
        return area is None or area.terrain or bool(area.kind) or area.drawing.begun
    return record.key == "AN" and (area is None or area.terrain or (bool(area.name) and area.drawing.begun))


def _close(area: Area | None, found: list[Published], faults: list[Invalid]) -> int:
    if area is None or area.terrain or not area.stated:
        return 0
    try:
        found.append(area.published())
    except Invalid as error:
        faults.append(error)
    return 1
