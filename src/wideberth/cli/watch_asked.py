"""What `watch run` is asked: recordings and sources by name, whose they are, what is to be kept clear."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from msgspec import Struct, structs

from wideberth.cli.answer import terms_of
from wideberth.cli.files import read_bytes
from wideberth.cli.load import Loaded, in_file, load
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import recording
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable, choose
from wideberth.model.track import Report, Whose
from wideberth.space.reference import Terrain, VerticalReference
from wideberth.space.units import SECOND, parse_duration
from wideberth.watch.whose import Known, plain
from wideberth.watch.zone import Zone

LOOK_AHEAD: Final = (10 * SECOND, 3_600 * SECOND)
FASTEST: Final = 100_000
MOST: Final = 32
"""Sources at most."""
_SPEED = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(?:x|×)?")
_NAME = re.compile(r"[^\s=:/][^=:/]{0,59}")


class Recorded(Struct, frozen=True):
    """A recording: what it is called, its file, what was read."""

    name: str
    path: str
    reports: tuple[Report, ...]


class Trust(NamedTuple):
    """Files in PEM for sources over TLS: whom to trust, and what to show; empty: as the system has it."""

    ca: str = ""
    cert: str = ""
    key: str = ""


class Against(Struct, frozen=True):
    """What is to be kept clear: zones of others, own plans, callsigns by which tracks are known; refusals."""

    zones: tuple[Zone, ...] = ()
    plans: tuple[Zone, ...] = ()
    by_callsign: Mapping[str, Whose] = {}
    loaded: Loaded | None = None


def speed(text: str | None) -> float | None:
    """How many times as fast as it was; None: as fast as it goes. Raises: Invalid (`option.play`)."""
    if text is None or text == "max":
        return None
    match = _SPEED.fullmatch(text)
    value = float(match[1]) if match else 0.0
    if not 0 < value <= FASTEST:
        raise Invalid("option.play", "--speed", text, f"max, or how many times as fast, to {FASTEST:,}")
    return value


def look_ahead(text: str) -> int:
    """Ms. Raises: Invalid (`duration.*`, `option.look_ahead`)."""
    value = parse_duration(text, "--look-ahead", "up")
    low, high = LOOK_AHEAD
    if not low <= value <= high:
        raise Invalid("option.look_ahead", "--look-ahead", text, "10s to 1h")
    return value


class Named(NamedTuple):
    """A source: its name, where it is, and whether it was given that name."""

    name: str
    place: str
    given: bool


def named(texts: Sequence[str], taken: Callable[[str], bool], *, bare: bool = True) -> list[Named]:
    """Each `NAME=PLACE`, or where `bare`, a file, which is called as it is without its endings.

    `taken` says of a text with a `=` that it is the path of a file.

    Raises: Invalid (`watch.name`), Refused (`watch.names`).
    """
    found: dict[str, Named] = {}
    for text in texts:
        name, equals, place = text.partition("=")
        given = not bare or (bool(equals) and not taken(text))
        if not given:
            name, place = PurePath(text).name.split(".", 1)[0] or text, text
        elif _NAME.fullmatch(name) is None or not name.isprintable() or not place:
            raise Invalid("watch.name", "", text, "NAME=FILE or NAME=URL, the name up to 60 letters")
        if name in found:
            raise Refused(
                "watch.names", f"two sources called {shorten(name, 60)}; accepted: NAME={shorten(place, 200)}"
            )
        found[name] = Named(name, place, given)
    if len(found) > MOST:
        raise Refused("watch.names", f"{len(found)} sources; accepted: at most {MOST}")
    return list(found.values())


def is_file(text: str) -> bool:
    """Whether the whole text is the path of something, whatever is in it."""
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def recorded(name: str, path: str, given: bool, options: Options) -> tuple[Recorded, tuple[str, ...]]:
    """A recording, `given` its name or not, and what is to be told of it.

    Raises: Invalid, its path beginning with the file.
    """
    try:
        found = recording.read(read_bytes(path), name, structs.replace(options, file=path))
    except Invalid as error:
        raise in_file(path, error) from error
    # what a file says of whose its reports are counts, unless it was given a name
    reports = [structs.replace(each, source=name) for each in found.reports] if given else found.reports
    return Recorded(name, path, tuple(reports)), found.notes


def against(
    paths: Sequence[str],
    options: Options,
    table: SeparationTable,
    own: str,
    step: Callable[[str, int, int], None],
) -> Against:
    """Plans and sites as zones with the minima of the table; plans of `own` are what its units keep to.

    Raises: Invalid where files state one plan twice or are given twice.
    """
    if not paths:
        return Against()
    loaded = load(paths, options, step)
    zones: list[Zone] = []
    plans: list[Zone] = []
    by_callsign: dict[str, Whose] = {}
    for _, filed in loaded.filed:
        plan = filed.plan
        if plan.state == "ended":
            continue
        zone = _zone(plan, table, own)
        (plans if zone.kind == "plan" else zones).append(zone)
        if plan.callsign:
            by_callsign[plain(plan.callsign)] = Whose(plan.party, zone.id, plan.activity, "callsign")
    return Against(tuple(zones), tuple(plans), by_callsign, loaded)


def known(names: Sequence[str], own: str, every: bool, callsigns: Mapping[str, Whose]) -> Known:
    """Each source is a party by its name; with `every` none is, but `own`, and all are compared with all.

    Raises: Refused (`watch.own`, `watch.one_party`).
    """
    parties = {whose.party for whose in callsigns.values()}
    if own and own not in names and own not in parties:
        given = ", ".join((*names, *sorted(parties)))
        words = f"nothing of {shorten(own, 60)} is given; accepted: one of {given}"
        raise Refused("watch.own", shorten(words, 600))
    by_source = {name: Whose(name, how="source") for name in names if not every or name == own}
    return Known(own=own, by_source=by_source, by_callsign=callsigns, every=every)


def check_parties(some: Known, names: Sequence[str], zones: Against) -> None:
    """Refuse what would look like an answer but compares nothing. Raises: Refused (`watch.one_party`)."""
    if len(names) < 2 and not some.every and not zones.zones and not zones.plans:
        raise Refused(
            "watch.one_party",
            f"{names[0]} alone is one party, and nothing is to be kept clear; accepted: a second FILE or"
            " --source, --against FILE, or --every to compare all tracks with each other",
        )


def decided(
    chosen: SeparationTable | None, agreement: str | None, terrain: Terrain | None, geoid: VerticalReference
) -> tuple[SeparationTable, VerticalReference]:
    """What decides: the minima, and what altitudes are measured against. Raises: Invalid."""
    if agreement is None:
        assert chosen is not None
        return chosen, VerticalReference(geoid.geoid, terrain or Terrain())
    agreed = terms_of(agreement)
    ground = terrain or agreed.ground
    return agreed.table, VerticalReference(geoid.geoid, ground, agreed.qnh, agreed.atmosphere)


def _zone(plan: Plan, table: SeparationTable, own: str) -> Zone:
    mine = bool(own) and plan.party == own
    site = plan.activity == "site"
    return Zone(
        id=f"{plan.party}/{plan.id}",
        kind="plan" if mine else "site" if site else "notice",
        # a site is kept clear by everybody, also by whoever told of it
        party="" if site else plan.party,
        name=plan.label or plan.callsign or plan.id,
        volumes=plan.volumes,
        # what the tracks do is not known here: the largest minima of any activity
        rules=choose(table, plan.activity, "").row.rules,
    )


def lasting(text: str) -> int:
    """Ms of `--for`. Raises: Invalid (`duration.*`, `option.lasting`)."""
    value = parse_duration(text, "--for", "up")
    if value < SECOND:
        raise Invalid("option.lasting", "--for", text, "1s or more")
    return value
