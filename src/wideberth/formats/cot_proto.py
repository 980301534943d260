"""TAK protocol version 1: the binary form of Cursor on Target, by takproto where that is installed.

A datagram is `bf 01 bf` and a message; in a stream a message is `bf`, its length as a varint, and itself. The
length alone, which an attacker chooses, is read here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, NamedTuple

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats import xmltext

MAGIC: Final = b"\xbf"
MESH: Final = b"\xbf\x01\xbf"
_VARINT_LONGEST = 5
DETAILS: Final = frozenset(("contact", "track", "emergency", "__adsb", "__ais"))
"""Elements of a detail that are read, and no other."""


class Said(NamedTuple):
    """What an event says: the attributes of itself, of its point, and of DETAILS."""

    event: dict[str, str]
    point: dict[str, str]
    detail: dict[str, dict[str, str]]


def take(data: bytes | bytearray, longest: int) -> tuple[int, Said | None]:
    """How many bytes the message takes with which `data` begins, and what it says; None: it cannot be read.

    No bytes: it is not whole yet.
    """
    if len(data) < len(MESH) and MESH.startswith(bytes(data)):
        return 0, None
    if data.startswith(MESH):
        return len(data), _said(bytes(data[len(MESH) : len(MESH) + longest + 1]), longest)
    size, at = 0, len(MAGIC)
    while at < len(data):
        size |= (data[at] & 0x7F) << 7 * (at - len(MAGIC))
        at += 1
        if not data[at - 1] & 0x80:
            break
        if at > _VARINT_LONGEST:
            return len(data), None
    else:
        return 0, None
    if size > longest:
        # where the next begins nobody knows: all that has come is thrown away
        return len(data), None
    if len(data) < at + size:
        return 0, None
    return at + size, _said(bytes(data[at : at + size]), longest)


@cache
def _message() -> Any:  # a class that protobuf makes when it runs
    """The class of messages; None where takproto is not installed."""
    try:
        from takproto.proto import TakMessage  # an extra
    except ImportError:
        return None
    return TakMessage


def _said(data: bytes, longest: int) -> Said | None:
    made = _message()
    if made is None or not data or len(data) > longest:
        return None
    message = made()
    try:
        message.ParseFromString(data)
    except Exception:  # noqa: BLE001 - which one depends on the implementation of protobuf; none may get out
        return None
    event = message.cotEvent
    if not event.type or not event.uid:
        return None
    point = {"lat": repr(event.lat), "lon": repr(event.lon)}
    # a number that is not sent is 0 here; where 0 says something else, it was not sent
    point |= {name: repr(getattr(event, name)) for name in ("hae", "ce", "le") if getattr(event, name)}
    return Said(
        {
            "type": event.type,
            "uid": event.uid,
            "how": event.how,
            "opex": event.opex,
            "time": str(event.sendTime),
            "start": str(event.startTime),
            "stale": str(event.staleTime),
        },
        point,
        _detail(event.detail),
    )


def _detail(detail: Any) -> dict[str, dict[str, str]]:  # of a class that protobuf makes when it runs
    found: dict[str, dict[str, str]] = {}
    if detail.contact.callsign:
        found["contact"] = {"callsign": detail.contact.callsign}
    if detail.track.speed:
        # standing still and not knowing are the same bytes
        found["track"] = {"speed": repr(detail.track.speed), "course": repr(detail.track.course)}
    if detail.xmlDetail:
        try:
            root = xmltext.parse(f"<detail>{detail.xmlDetail}</detail>".encode("utf-8", "surrogatepass"))
        except Invalid:
            return found
        # what stands in the text goes before what stands in the fields
        found |= details(root)
    return found


def details(elements: Iterable[etree._Element]) -> dict[str, dict[str, str]]:
    """Those of them that are read; of the same name the first counts."""
    found: dict[str, dict[str, str]] = {}
    for each in elements:
        name = local(each)
        if name in DETAILS and name not in found:
            found[name] = attributes(each)
    return found


def local(element: etree._Element) -> str:
    """The name without its namespace, which nobody writes the same; several times as fast as by a QName."""
    return str(element.tag).rpartition("}")[2]


def attributes(element: etree._Element) -> dict[str, str]:
    """The attributes of an element."""
    return {str(name): str(value) for name, value in element.attrib.items()}
