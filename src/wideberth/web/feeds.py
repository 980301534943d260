"""Feeds for map programs: what is published, as KML and GeoJSON, and the file that loads it each time."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from wideberth.errors import Invalid
from wideberth.formats import geojson_feed, kml_link
from wideberth.formats.feed_shape import Feed
from wideberth.model.published import KINDS, LEVELS, Level
from wideberth.node import config
from wideberth.node.published import published
from wideberth.render import mark
from wideberth.web.call import Call

LEVEL: Final = "level"
WHAT: Final = "what"
REFRESH: Final = "refresh_s"
OF_FEED: Final = (LEVEL, WHAT)
OF_LINK: Final = (LEVEL, WHAT, REFRESH)
KML: Final = "/v1/feeds/zones.kml"
GEOJSON: Final = "/v1/feeds/zones.geojson"
LINK: Final = "/v1/feeds/link.kml"
EVERY_S: Final = 30
"""Seconds between two times that a feed is loaded, unless it is said."""


def as_kml(call: Call) -> bytes:
    """The feed as KML. Raises: as `feed`, and as kml_link.write."""
    return kml_link.write(feed(call))


def as_geojson(call: Call) -> bytes:
    """The feed as GeoJSON. Raises: as `feed`, and as geojson_feed.write."""
    return geojson_feed.write(feed(call))


def link(call: Call) -> bytes:
    """The network link to the feed. Raises: Invalid (`api.query`, and as kml_link.link)."""
    level, kinds = _level(call), _kinds(call)
    said = call.asked.get(REFRESH, str(EVERY_S))
    if not (said.isascii() and said.isdecimal() and len(said) <= 6):
        raise Invalid("api.query", REFRESH, said, "a whole number of seconds")
    asked = urlencode({LEVEL: level, **({WHAT: ",".join(kinds)} if WHAT in call.asked else {})})
    listener = config.listener(call.node.settings.api, "api")
    # where it is asked over its own socket only, the name by which this is loaded is as good as any
    base = "" if listener is None else f"http://{_host(listener[0])}:{listener[1]}"
    return kml_link.link(f"{base}{KML}?{asked}", f"Wideberth, {level}", int(said))


def feed(call: Call) -> Feed:
    """What is asked for, as it is now. Raises: Invalid (`api.query`)."""
    level, kinds = _level(call), _kinds(call)
    now_ms = call.node.clock.now()
    warned = call.node.room.watch.warned()
    found = tuple(each for each in published(call.node, level, now_ms, warned) if each.kind in kinds)
    return Feed(found, level, now_ms, kinds, mark.MARK if call.node.settings.exercise else "")


def _level(call: Call) -> Level:
    """The narrower one, unless it is said."""
    said = call.asked.get(LEVEL, "coarse")
    for level in LEVELS:
        if said == level:
            return level
    raise Invalid("api.query", LEVEL, said, ", ".join(LEVELS))


def _kinds(call: Call) -> tuple[str, ...]:
    """All, unless some are named."""
    said = call.asked.get(WHAT)
    if said is None:
        return tuple(KINDS)
    named = said.split(",")
    for each in named:
        if each not in KINDS:
            raise Invalid("api.query", WHAT, each, f"some of {', '.join(KINDS)}, with commas between them")
    return tuple(each for each in KINDS if each in named)


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
