"""Areas and routes as publications state them (NOTAM, OpenAir, AIXM, orders, lists) become plans.

Such a document has records, each with a name of its own, a ground or several, limits and times. It names
no party as the profile does: the file stands for the party, which is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.profile import NO_PARTY
from wideberth.formats.properties import TEXT_LIMIT
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Ground, crosses_antimeridian
from wideberth.space.volume import Pad, Volume, check_volume

Window = tuple[int | None, int | None]

ANTIMERIDIAN = "an edge crosses the antimeridian (180°) the short way"
REPEATED = "a name that comes again in the file got a number, as in 'North (2)'"
SHORTENED = f"a text of more than {TEXT_LIMIT:,} characters was cut"
DOUBT = "positions are taken as good to half of their last digit: pads of up to {}"


class Published(Struct, frozen=True, kw_only=True):
    """One record: every ground in every window is a volume.

    `doubt` (0.1 mm) is the largest doubt of its positions and is added to the horizontal pad.
    `where` names the record for people (`line 41`, `NOTAM A0117/26`).
    """

    id: str
    where: str
    grounds: tuple[Ground, ...]
    lower: Altitude = SURFACE
    upper: Altitude = UNLIMITED
    windows: tuple[Window, ...] = ((None, None),)
    label: str = ""
    note: str = ""
    activity: str = UNSPECIFIED
    doubt: int = 0
    pad: Pad = Pad()
    review: int | None = None
    party: str | None = None


def assemble(
    records: Sequence[Published], options: Options, tally: Tally, faults: Sequence[Invalid] = ()
) -> Reading:
    """The plans of the records. A record whose axes are upside down joins the faults.

    Names that come twice are numbered, texts are made one line and cut to what a plan may hold.
    """
    filed: list[Filed] = []
    wrong = list(faults)
    taken: dict[tuple[str, str], int] = {}
    worst = 0
    for record in records:
        try:
            volumes = _volumes(record)
        except Invalid as error:
            wrong.append(error)
            continue
        if any(crosses_antimeridian(ground) for ground in record.grounds):
            tally.tell(ANTIMERIDIAN, record.where)
        party = record.party
        if party is None:
            party = shorten(options.file, TEXT_LIMIT)
            tally.tell(NO_PARTY.format(party), record.where)
        name = free_name(party, line(record.id) or record.where, taken, record.where, tally)
        for text in (record.label, record.note):
            if len(line(text, TEXT_LIMIT + 1)) > TEXT_LIMIT:
                tally.tell(SHORTENED, record.where)
        worst = max(worst, record.doubt)
        plan = Plan(
            party=party,
            id=name,
            volumes=volumes,
            activity=record.activity,
            label=line(record.label),
            note=line(record.note),
            review=record.review,
        )
        filed.append(Filed(plan, (record.where,) * len(volumes)))
    notes = tally.notes()
    if worst:
        notes = (*notes, DOUBT.format(f"{worst / 10_000:,.0f} m" if worst >= 10_000 else "1 m"))
    return Reading(tuple(filed), notes, tuple(wrong))


def _volumes(record: Published) -> tuple[Volume, ...]:
    pad = Pad(record.pad.h + record.doubt, record.pad.v, record.pad.t)
    return tuple(
        check_volume(Volume(ground, record.lower, record.upper, start, end, None, pad), record.where)
        for ground in record.grounds
        for start, end in record.windows
    )


def line(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text as one line that shows as what it is: white space becomes one space, what misleads goes."""
    plain = " ".join(text.split())
    plain = "".join(c for c in plain if c.isprintable() or c in "\u200c\u200d")
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"


def free_name(party: str, name: str, taken: dict[tuple[str, str], int], where: str, tally: Tally) -> str:
    """A name that no other plan of the party has; `taken` counts, so that one name a million times costs
    no more than a million names.
    """
    free = name
    while (party, free) in taken:
        taken[party, name] += 1
        free = f"{name} ({taken[party, name]})"
    if free != name:
        tally.tell(REPEATED, where)
    taken[party, free] = 1
    return free
