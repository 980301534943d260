"""Where a source of live tracks is, and how what comes from there is read: one table of schemes."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Final, Literal, NamedTuple, cast

from wideberth.errors import Invalid
from wideberth.formats.decoded import Opened

Transport = Literal["tcp", "tls", "udp", "http", "https"]


class Scheme(NamedTuple):
    """How reports come.

    Attributes:
        transport: with udp this node listens.
        module: of wideberth.formats, loaded where it is needed; `opened`: what it has of the type Opened.
        silent_s: without a byte for so long a connection is taken for dead.
        port, path: where the URL says none.
        pinged: whether a sign of life is asked for, as a TAK server answers it.
    """

    transport: Transport
    module: str
    silent_s: float
    opened: str = "opened"
    port: int | None = None
    path: str = ""
    pinged: bool = False


AIRCRAFT_JSON: Final = "/data/aircraft.json"
SCHEMES: Final[dict[str, Scheme]] = {
    # a busy coast sends every second, a quiet one may send nothing for minutes
    "ais+tcp": Scheme("tcp", "ais", 300),
    "ais+udp": Scheme("udp", "ais", 300, "opened_datagrams"),
    "cot+tcp": Scheme("tcp", "cot_report", 120, port=8_087, pinged=True),
    "cot+tls": Scheme("tls", "cot_report", 120, port=8_089, pinged=True),
    "cot+udp": Scheme("udp", "cot_report", 300, port=6_969),
    # dump1090 and readsb send a sign of life every minute
    "beast": Scheme("tcp", "beast", 130, port=30_005),
    "readsb+http": Scheme("http", "readsb", 30, port=80, path=AIRCRAFT_JSON),
    "readsb+https": Scheme("https", "readsb", 30, port=443, path=AIRCRAFT_JSON),
    "sbs": Scheme("tcp", "sbs", 130, port=30_003),
}
_URL = re.compile(
    r"([a-z][a-z0-9+]{1,20})://(\[[0-9A-Fa-f:.%]{2,60}\]|[A-Za-z0-9._*-]{1,253})(?::([1-9][0-9]{0,4}))?"
    r"(/[!-~]{0,500})?"
)
_PORTS: Final = 65_535


class Place(NamedTuple):
    """A host (a name, or an address; IPv6 without brackets), a port, and a path of HTTP."""

    scheme: str
    host: str
    port: int
    path: str = ""


def read(url: str) -> Place:
    """The place that a URL says. Raises: Invalid (`watch.url`)."""
    wanted = f"SCHEME://HOST:PORT with one of {', '.join(SCHEMES)}"
    found = _URL.fullmatch(url)
    scheme = None if found is None else SCHEMES.get(found[1])
    if found is None or scheme is None:
        raise Invalid("watch.url", "", url, wanted)
    port = int(found[3]) if found[3] else scheme.port
    over_http = scheme.transport in ("http", "https")
    path = found[4] or ""
    if port is None or port > _PORTS or (path not in ("", "/") and not over_http):
        raise Invalid("watch.url", "", url, wanted)
    where = (path if path not in ("", "/") else scheme.path) if over_http else ""
    return Place(found[1], found[2].strip("[]"), port, where)


def decoder(scheme: str) -> Opened:
    """What reads a source of a scheme."""
    said = SCHEMES[scheme]
    # late: some need a package of the extra `watch`, and each takes its time to load
    return cast(Opened, getattr(import_module(f"wideberth.formats.{said.module}"), said.opened))
