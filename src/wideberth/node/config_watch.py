"""The settings `[watch]` of a node: where live tracks come from, and where zones and alerts are published."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.model.agreement import Disclosure
from wideberth.model.separation import PRESETS
from wideberth.model.track import Kind

MOST: Final = 32
"""The most sources, and the most places to publish to."""
LOOK_AHEAD: Final = (10, 3_600)
"""Seconds."""
OWN: Final = "own"
SCHEMES: Final = (
    "ais+tcp",
    "ais+udp",
    "beast",
    "cot+tcp",
    "cot+tls",
    "cot+udp",
    "readsb+http",
    "readsb+https",
    "sbs",
)
"""Of a source: how it comes, and what it says."""
OUT: Final = ("cot+tcp", "cot+tls", "cot+udp")
LEVELS: Final[tuple[Disclosure, ...]] = ("full", "coarse")


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where reports come from.

    Attributes:
        name: unique among the sources.
        url: SCHEME://HOST:PORT, one of SCHEMES; with cot+udp and ais+udp where this node listens.
        whose: `own` where it reports only units of this party; a line's label where only units of theirs;
            nothing: anybody's.
        activity: of its units, where no plan says it.
        kind: of its units, where the reports do not say it.
        unplanned: whether what is nobody's and comes near is told of; else only what closes with own units.
        ca, cert, key: files in the data directory, of a TLS connection (PEM).
    """

    name: str
    url: str
    whose: str = ""
    activity: str = ""
    kind: Kind = "unknown"
    unplanned: bool = True
    ca: str = ""
    cert: str = ""
    key: str = ""


class Publish(Struct, frozen=True, forbid_unknown_fields=True):
    """Where zones and alerts are published for this party's own people.

    Attributes:
        name: unique among them.
        url: SCHEME://HOST:PORT of a TAK server, or of a multicast group.
        level: how much of own plans it shows: `full`, or `coarse` as another party would see it.
        alerts: whether alerts go there too.
        ca, cert, key: as of a source.
    """

    name: str
    url: str
    level: Disclosure = "coarse"
    alerts: bool = True
    ca: str = ""
    cert: str = ""
    key: str = ""


class Watching(Struct, frozen=True, forbid_unknown_fields=True):
    """How live tracks are watched.

    Attributes:
        look_ahead_s: how far ahead.
        preset: of minima (model.separation.PRESETS), for as long as no agreement is in force; nothing: then
            tracks are not compared with each other.
        sources, publish: see there.
    """

    look_ahead_s: int = 300
    preset: str = ""
    sources: tuple[Source, ...] = ()
    publish: tuple[Publish, ...] = ()


DEFAULT: Final = Watching()
TEMPLATE: Final = f"""\
# How many seconds ahead live tracks are looked at ({LOOK_AHEAD[0]} to {LOOK_AHEAD[1]:,}).
# watch.look_ahead_s = {DEFAULT.look_ahead_s}

# The preset of minima between tracks while no agreement is in force ({", ".join(PRESETS)}); nothing: they are
# not compared then.
# watch.preset = ""

# Where live tracks come from (docs/tracks.md): any number of these. Tables such as these stand last.
# [[watch.sources]]
# name = "receiver"
# url = "sbs://127.0.0.1:30003"
# whose = ""

# Where zones and alerts are published: any number of these.
# [[watch.publish]]
# name = "tak"
# url = "cot+tcp://127.0.0.1:8087"
# level = "coarse"
"""


def read(said: object, path: str) -> Watching:
    """The settings that a table says.

    Raises: Invalid (`config.type`, `config.unknown_key`, `config.value`).
    """
    try:
        found = msgspec.convert(said, Watching, strict=True)
    except msgspec.ValidationError as error:
        words = str(error)
        code = "config.unknown_key" if "unknown field" in words else "config.type"
        raise Invalid(code, path, words, "the keys of docs/tracks.md") from error
    low, high = LOOK_AHEAD
    if not low <= found.look_ahead_s <= high:
        raise Invalid(
            "config.value", f"{path}.look_ahead_s", found.look_ahead_s, f"{low} to {high:,} seconds"
        )
    if found.preset and found.preset not in PRESETS:
        raise Invalid("config.value", f"{path}.preset", found.preset, ", ".join(PRESETS))
    _check_places(found.sources, f"{path}.sources", SCHEMES)
    _check_places(found.publish, f"{path}.publish", OUT)
    for n, each in enumerate(found.publish):
        if each.level not in LEVELS:
            raise Invalid("config.value", f"{path}.publish[{n}].level", each.level, ", ".join(LEVELS))
    return found


def _check_places(some: tuple[Any, ...], path: str, schemes: tuple[str, ...]) -> None:
    if len(some) > MOST:
        raise Invalid("config.value", path, f"{len(some)} of them", f"at most {MOST}")
    seen: set[str] = set()
    for n, each in enumerate(some):
        if not 0 < len(each.name) <= 60 or not each.name.isprintable() or each.name in seen:
            raise Invalid(
                "config.value", f"{path}[{n}].name", each.name, "a name of up to 60 letters, each once"
            )
        seen.add(each.name)
        scheme, _, rest = each.url.partition("://")
        if scheme not in schemes or not rest:
            wanted = f"SCHEME://HOST:PORT with one of {', '.join(schemes)}"
            raise Invalid("config.value", f"{path}[{n}].url", each.url, wanted)
