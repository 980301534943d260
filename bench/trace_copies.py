"""Releases to be traced: invented plans for several recipients, and what each recipient's copy says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from wideberth.desk import fingerprint
from wideberth.desk.trace import Known
from wideberth.formats import release_file
from wideberth.formats.release_told import Told
from wideberth.ledger import ids
from wideberth.model.agreement import Step
from wideberth.model.marked import Choose
from wideberth.model.release import Caveats, Document, Record
from wideberth.node.trace import lines
from wideberth.render import release_files, release_sheet
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

RECIPIENTS = ("Harbour Watch", "Northern Corridor", "Relief Convoys", "Third Observer")
NOW = 1_790_000_000_000
_NAMES = ("RAVEN", "HERON", "OSPREY", "LINNET", "SWIFT", "PLOVER")


class Copied(NamedTuple):
    """A copy: what is released, and its mark."""

    document: Document
    mark: bytes

    @property
    def choose(self) -> Choose:
        return fingerprint.choose(self.mark, self.document.recipient)

    def told(self, choose: Choose | None = None) -> Told:
        """What it says; by other choices, where they are given."""
        document, recipient = self.document, self.document.recipient
        order = fingerprint.order(self.mark, recipient, len(document.records))
        token = fingerprint.token(self.mark, recipient)
        return release_sheet.told(document, choose or self.choose, order, token)

    def known(self) -> Known:
        """As its author knows it."""
        return Known(self.document.id, self.document.recipient, lines(self.document), self.mark)

    def files(self, *, pdf: bool) -> dict[str, bytes]:
        """All its files, and the archive with them."""
        made = release_files.files(self.told(), pdf=pdf)
        copy = release_file.make(self.document, made, bytes(32), None)
        return {**made, "release.zip": release_file.write(copy)}


def sentences(told: Told) -> tuple[list[str], list[list[str]], list[str]]:
    """Before the records, of each record in the copy's order with its facts, and after them."""
    records = [
        [*told.remarks[each.number], *(f"{key}: {value}" for key, value in facts(each))]
        for each in told.records
    ]
    return list(told.heading), records, list(told.closing)


def facts(record: Record) -> Sequence[tuple[str, str]]:
    """What a record tells, as names and values."""
    found = list(release_sheet.facts(record))
    for area in release_sheet.areas(record):
        found += area.facts
        found += [(each.what, f"{each.decimal} {each.dms} {each.mgrs}") for each in area.positions]
    return found


def released(rng: random.Random, records: int, recipients: Sequence[str] = RECIPIENTS) -> list[Copied]:
    """A release to each of the recipients, of the same records."""
    made = tuple(_record(rng, number) for number in range(1, records + 1))
    at = NOW + rng.randrange(10**8)
    caveats = Caveats(onward=rng.random() < 0.5, expires_ms=at + 10**9 if rng.random() < 0.5 else None)
    return [
        Copied(
            Document(
                f"r-{ids.base32(rng.randbytes(16))}", "p" * 52, "North", each, at, caveats, "Plans", made
            ),
            rng.randbytes(32),
        )
        for each in recipients
    ]


def _record(rng: random.Random, number: int) -> Record:
    start = NOW + rng.randrange(10**8)
    centre = (round(rng.uniform(35, 38) * DEGREE), round(rng.uniform(33, 36) * DEGREE))
    ground = Circle(centre, rng.randrange(500, 20_000) * METRE)
    upper = Altitude("MSL/ALT", rng.randrange(20, 300) * 100 * FOOT)
    volume = Volume(ground, upper=upper, start=start, end=start + 3_600_000)
    coarse = rng.random() < 0.5
    return Record(
        number,
        rng.choice(("plan", "notice")),
        f"{rng.choice(_NAMES)} {rng.randrange(1, 100)}",
        "p" * 52,
        rng.choice(("North", "South")),
        (volume,),
        "coarse" if coarse else "full",
        Step(1_852 * METRE, 500 * FOOT, 900_000) if coarse else None,
        (("activity", "survey"),),
    )
