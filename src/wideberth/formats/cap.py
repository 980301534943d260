"""Drafts of CAP alerts (OASIS Common Alerting Protocol 1.2): what is said to everybody, where and when.

A draft is for the authority that issues alerts: it has status Draft (Exercise in an exercise), and urgency,
severity and certainty are Unknown, because they are that authority's to judge. One info block for each
language and each time (CAP 1.2 §3.2.2), whose areas hold at least what was there: shapes are covered by
polygons of "lat,lon" pairs, straight on a map, that close, or circles of "lat,lon km" (§3.2.4); times are
rounded outwards to the second and end in "-00:00" (§3.3.2). Altitudes are feet above mean sea level; where a
limit is none, the area is written without levels, which is every height.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from lxml import etree
from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats.format import Written
from wideberth.formats.raw import Tally
from wideberth.model.communique import Text
from wideberth.space.flatten import circumscribed, to_lonlat
from wideberth.space.ground import Circle, Point, Polygon, crosses_antimeridian
from wideberth.space.stated import MAX_RADIUS
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import YEARS, Volume

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
NOTE: Final = (
    "DRAFT, NOT ISSUED. To be checked, completed and issued by the competent authority. It gives no "
    "permission and no guarantee. Absence from it removes no protection under international humanitarian law."
)
EXERCISE: Final = "EXERCISE: nothing here is real. "
UNKNOWN: Final = "urgency, severity and certainty are Unknown: they are for the authority to judge"
COVERED: Final = "shapes are written as polygons that cover them, without holes"
PADS: Final = "pads are written as larger areas and longer times"
LEVELS: Final = "levels that are not all above mean sea level are left out: the area holds at every height"
_AREA: Final = {"en": "Area", "ru": "Район", "he": "אזור", "ar": "منطقة"}
_UNFIT: Final = re.compile(r"[\s,<&]")
_SECOND: Final = 1_000

Window = tuple[int | None, int | None]


class Alert(Struct, frozen=True):
    """What an alert is made of.

    Attributes:
        identifier: of this message, without spaces, commas, `<` and `&` (CAP 1.2 §3.2.1).
        sender: of whoever drafts it, likewise.
        sent_ms: when it is drafted, POSIX ms.
        by: whose it is, as people call them.
        texts: one for each language; the title is the event and the headline, the body the description.
        volumes: where and when.
        exercise: whether it is of an exercise.
    """

    identifier: str
    sender: str
    sent_ms: int
    by: tuple[str, ...]
    texts: tuple[Text, ...]
    volumes: tuple[Volume, ...]
    exercise: bool = False


def write(alert: Alert) -> Written:
    """The document, and notes on what it does not say.

    Raises: Invalid (`cap.identifier`, `cap.empty`, `cap.cannot_say` for emissions and for areas over the
        antimeridian, `geometry.not_a_polygon`, `geometry.radius`, `geometry.pole_edge`).
    """
    for path, name in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not name or _UNFIT.search(name):
            raise Invalid("cap.identifier", path, name, "a name without spaces, commas, < and &")
    if not alert.volumes or not alert.texts:
        raise Invalid("cap.empty", "", "no area, or no text", "one area and one text or more")
    tally = Tally()
    tally.tell(UNKNOWN, alert.identifier)
    # most readers know it by the default namespace
    root = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})  # type: ignore[dict-item]  # stubs: no None
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", _time(alert.sent_ms))
    _add(root, "status", "Exercise" if alert.exercise else "Draft")
    _add(root, "msgType", "Alert")
    _add(root, "scope", "Public")
    _add(root, "note", f"{EXERCISE}{NOTE}" if alert.exercise else NOTE)
    windows: dict[Window, list[Volume]] = {}
    for volume in alert.volumes:
        windows.setdefault(_window(volume), []).append(volume)
    for text in alert.texts:
        for window, volumes in windows.items():
            _info(root, alert, text, (window, volumes), tally)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True), tally.notes()


def _info(
    root: etree._Element, alert: Alert, text: Text, found: tuple[Window, Sequence[Volume]], tally: Tally
) -> None:
    """The elements in the order of the schema."""
    (start, end), volumes = found
    info = _add(root, "info")
    _add(info, "language", text.language)
    _add(info, "category", "Other")
    _add(info, "event", text.title)
    for name in ("urgency", "severity", "certainty"):
        _add(info, name, "Unknown")
    if start is not None:
        _add(info, "onset", _time(start))
    if end is not None:
        _add(info, "expires", _time(end))
    _add(info, "senderName", ", ".join(alert.by))
    _add(info, "headline", text.title)
    _add(info, "description", text.body)
    for n, volume in enumerate(volumes, 1):
        area = _add(info, "area")
        _add(area, "areaDesc", f"{_AREA.get(text.language, _AREA['en'])} {n}")
        _shape(area, volume, f"{alert.identifier}, area {n}", tally)
        _levels(area, volume, alert.identifier, tally)


def _shape(area: etree._Element, volume: Volume, where: str, tally: Tally) -> None:
    if volume.band is not None:
        raise Invalid(
            "cap.cannot_say", where, "an emission on a band of frequencies", "volumes without a band"
        )
    if volume.pad.h or volume.pad.v or volume.pad.t:
        tally.tell(PADS, where)
    ground, more = volume.ground, volume.ground.slack + volume.pad.h
    if isinstance(ground, Circle):
        radius = ground.radius + more
        if radius > MAX_RADIUS:
            raise Invalid("geometry.radius", where, f"{radius / METRE:g} m with its pad", "up to 5,000 km")
        _add(area, "circle", f"{_pair(ground.centre)} {_kilometres(radius)}")
        return
    plain = isinstance(ground, Polygon) and ground.edges == "lonlat" and not more
    if not plain or (isinstance(ground, Polygon) and len(ground.rings) > 1):
        tally.tell(COVERED, where)
    if not plain:
        # what long edges may be off by when they are drawn straight on a map is below a metre
        ground = to_lonlat(circumscribed(structs.replace(ground, slack=more + METRE)))
    if crosses_antimeridian(ground):
        raise Invalid("cap.cannot_say", where, "an area over the antimeridian", "one on either side of it")
    assert isinstance(ground, Polygon)
    ring = ground.rings[0]
    _add(area, "polygon", " ".join(map(_pair, (*ring, ring[0]))))


def _levels(area: etree._Element, volume: Volume, where: str, tally: Tally) -> None:
    lower, upper = volume.lower, volume.upper
    if (lower.datum, upper.datum) == ("MSL", "MSL"):
        _add(area, "altitude", str((lower.value - volume.pad.v) // FOOT))
        _add(area, "ceiling", str(-(-(upper.value + volume.pad.v) // FOOT)))
    elif (lower.datum, upper.datum) != ("SFC", "UNL"):
        tally.tell(LEVELS, where)


def _window(volume: Volume) -> Window:
    start = None if volume.start is None else max(YEARS[0], volume.start - volume.pad.t)
    end = None if volume.end is None else min(YEARS[1], volume.end + volume.pad.t)
    return (
        None if start is None else start // _SECOND * _SECOND,
        None if end is None else -(-end // _SECOND) * _SECOND,
    )


def _time(moment: int) -> str:
    """`2026-07-17T10:16:00-00:00`: UTC, as the standard has it."""
    shown = datetime.fromtimestamp(min(moment, YEARS[1]) // _SECOND, UTC)
    return shown.isoformat(timespec="seconds").replace("+00:00", "-00:00")


def _pair(point: Point) -> str:
    lon, lat = point
    return f"{lat / DEGREE:.7f},{lon / DEGREE:.7f}"


def _kilometres(length: int) -> str:
    """To the metre, upwards."""
    metres = max(1, -(-length // METRE))
    return f"{metres // 1_000}.{metres % 1_000:03d}"


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{CAP}}}{name}")
    element.text = text
    return element
