"""`wideberth watch feed`: what a node publishes on maps, as a file for a map program, or a link to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from wideberth.cli import exporting, reached
from wideberth.cli.say import stopping, tell
from wideberth.errors import Refused, shorten
from wideberth.formats import kml_link

FEED_HELP = """\
Write what a node publishes on maps: own plans, what others told, sites, policies, alerts.

As KML for Google Earth and ATAK, as GeoJSON for QGIS and web maps, or as a link: a small KML file that has
Google Earth load the feed again and again, which needs --url, for there is where it will be loaded from.

--level coarse (the default) shows only what is this party's own, in the cells of a public grid. --level full
shows it as it is, and what others told: for this party's own people only.

A file is as of the moment in which it is written, which stands in it. Nothing in it is a permission.

\b
Examples:
  wideberth watch feed --geojson --out zones.geojson
  wideberth watch feed --kml --level full --what plan --what site --out zones.kml
  wideberth watch feed --link --url http://127.0.0.1:7878 --out wideberth.kml

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""


def feed(
    to: Annotated[
        str, typer.Option("--out", metavar="FILE", help="The file is written there.", show_default=False)
    ],
    kml: Annotated[bool, typer.Option("--kml", help="As KML.")] = False,
    geojson: Annotated[bool, typer.Option("--geojson", help="As GeoJSON.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Only a link to the feed, as KML.")] = False,
    level: Annotated[str, typer.Option("--level", metavar="LEVEL", help="coarse or full.")] = "coarse",
    what: Annotated[
        list[str] | None,
        typer.Option(
            "--what",
            metavar="KIND",
            help="plan, notice, site, movement, policy or alert; again for more. Else all.",
            show_default=False,
        ),
    ] = None,
    refresh_s: Annotated[
        int, typer.Option("--refresh", metavar="SECONDS", help="How often a link loads the feed.")
    ] = 30,
    url: reached.Url = None,
    data: reached.Data = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
) -> None:
    """Write a feed. `FEED_HELP` says the rest."""
    with stopping():
        if [kml, geojson, link].count(True) != 1:
            raise Refused("feed.format", "nothing is written; accepted: one of --kml, --geojson and --link")
        at = reached.where(url, data, os.environ)
        if link and at.url is None:
            raise Refused("feed.url", "a link is loaded over the network; accepted: --url of the node")
        exporting.check_new(Path(to), force)
        asked = urlencode({"level": level, **({"what": ",".join(what)} if what else {})})
        path = f"/v1/feeds/zones.{'geojson' if geojson else 'kml'}?{asked}"
        with reached.reached_at(at) as client:
            # a link leads only to what answers
            found = b"".join(client.fetch("GET", path))
        if link:
            found = kml_link.link(f"{at.url}{path}", f"Wideberth, {level}", refresh_s)
        exporting.write_bytes(Path(to), found, force=force)
        tell(f"written: {shorten(to, 400)}")
