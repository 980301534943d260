"""Cursor on Target, written: a TAK data package of one drawing for each volume.

A stream of events has no file format that clients import; a data package has: a zip archive with
`MANIFEST/manifest.xml` (version 2) and one `.cot` document for each event (see cot_event). The point of each
event is the middle of its volume: `ce` is the radius about it and `le` half the height that hold the volume
(MITRE MP 090284: both may state an extent).
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats import cot_event
from wideberth.formats.format import Writing, Written
from wideberth.formats.properties import check_text
from wideberth.formats.raw import Tally
from wideberth.formats.times import show_time
from wideberth.model.plan import Plan
from wideberth.space.volume import Volume

EVENT_LIMIT = 10_000

ENDED = "ended plans are left out"


def write(plans: Sequence[Plan], writing: Writing) -> Written:
    """A data package with the volumes of the plans; the same plans at the same time give the same bytes.

    Of texts only callsign and label are written, never the note.

    Raises: Invalid (`cot.too_many`, `cot.empty`, `text.*`, and as `flatten.circumscribed` and `to_lonlat`).
    """
    tally = Tally()
    events: list[tuple[str, bytes, str]] = []
    total = sum(len(plan.volumes) for plan in plans if plan.state != "ended")
    if total > EVENT_LIMIT:
        raise Invalid("cot.too_many", "", f"{total:,} volumes", f"at most {EVENT_LIMIT:,} in a data package")
    for n, plan in enumerate(plans):
        if plan.state == "ended":
            tally.tell(ENDED, plan.id)
            continue
        for k, volume in enumerate(plan.volumes):
            uid = _uid(plan, k)
            name = _name(plan, k, f"plans[{n}]")
            event = _event(volume, uid, name, plan, writing, tally)
            events.append((uid, event, name))
    if not events:
        raise Invalid("cot.empty", "", "no volume", "plans with volumes that have not ended")
    return _package(events, writing), tally.notes()


def _uid(plan: Plan, k: int) -> str:
    """The same for the same volume of the same plan, whenever it is written: clients replace by it."""
    return cot_event.uid(plan.party, plan.id, str(k))


def _name(plan: Plan, k: int, path: str) -> str:
    name = plan.callsign or plan.label or plan.id
    check_text(name, f"{path}.callsign")
    return f"{name} {k + 1}/{len(plan.volumes)}" if len(plan.volumes) > 1 else name


def _event(volume: Volume, uid: str, name: str, plan: Plan, writing: Writing, tally: Tally) -> bytes:
    drawn = cot_event.zone(volume, name, uid, writing, tally, place=plan.id, archive=True)
    return etree.tostring(
        cot_event.element(drawn, writing.as_of), xml_declaration=True, encoding="UTF-8", standalone=True
    )


def _package(events: Sequence[tuple[str, bytes, str]], writing: Writing) -> bytes:
    names = "\0".join(uid for uid, _, _ in events).encode("ascii")
    root = etree.Element("MissionPackageManifest", version="2")
    configuration = _add(root, "Configuration")
    package = f"wideberth.{hashlib.sha256(names).hexdigest()[:32]}"
    _add(configuration, "Parameter", name="uid", value=package)
    _add(configuration, "Parameter", name="name", value=f"plans as of {show_time(writing.as_of)}")
    contents = _add(root, "Contents")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for uid, _, name in events:
            content = _add(contents, "Content", ignore="false", zipEntry=f"{uid}/{uid}.cot")
            _add(content, "Parameter", name="uid", value=uid)
            _add(content, "Parameter", name="name", value=name)
        manifest = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        _store(made, "MANIFEST/manifest.xml", manifest)
        for uid, event, _ in events:
            _store(made, f"{uid}/{uid}.cot", event)
    return packed.getvalue()


def _store(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(entry, data)


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag, attributes)
