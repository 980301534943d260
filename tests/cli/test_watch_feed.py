"""`wideberth watch feed`, asked of a node that runs."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from lxml import etree
from typer.testing import CliRunner

from tests.cli.running import Desk, desk
from tests.story.desks import START, circle
from wideberth.cli.watch_feed import FEED_HELP, feed
from wideberth.model.plan import Plan
from wideberth.node.filings import Given

KML = "{http://www.opengis.net/kml/2.2}"
APP = typer.Typer()
APP.command(help=FEED_HELP)(feed)


class Ran(NamedTuple):
    """How it ended, and what it said."""

    code: int
    err: str


def ask(two: Desk, *arguments: str, role: str = "observer", url: bool = False) -> Ran:
    """The command, of the first node: by its socket, or by its URL."""
    north = next(str(each.path) for each in two.two.places if each.name == "north")
    at = ("--url", two.urls["north"]) if url else ("--data", north)
    environment = {
        "XDG_CONFIG_HOME": str(two.config),
        "WIDEBERTH_URL": None,
        "WIDEBERTH_DATA": None,
        "WIDEBERTH_TOKEN": two.tokens["north"][role],
    }
    found = CliRunner().invoke(APP, [*arguments, *at], env=environment)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Ran(found.exit_code, found.stderr)


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        plan = Plan("", "", (circle(34.1, 31.7, START),), "survey", callsign="heron 1")
        found.two.one.desk.submit([Given(plan)])
        yield found


def test_a_feed_is_written_for_its_owner_only(two: Desk, tmp_path: Path) -> None:
    file = tmp_path / "zones.geojson"
    ran = ask(two, "--geojson", "--level", "full", "--out", str(file))
    assert ran == Ran(0, f"written: {file}\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [found] = json.loads(file.read_bytes())["features"]
    assert found["properties"]["label"] == "heron 1"
    assert "[output.exists]" in ask(two, "--geojson", "--out", str(file)).err
    assert ask(two, "--geojson", "--force", "--out", str(file)).code == 0
    [found] = json.loads(file.read_bytes())["features"]
    assert found["properties"]["label"] == "Planned activity"
    assert (
        ask(two, "--geojson", "--what", "site", "--what", "policy", "--force", "--out", str(file)).code == 0
    )
    assert json.loads(file.read_bytes())["kinds"] == ["site", "policy"]


def test_as_kml_and_as_a_link_to_it(two: Desk, tmp_path: Path) -> None:
    file = tmp_path / "zones.kml"
    assert ask(two, "--kml", "--level", "full", "--out", str(file)).code == 0
    [place] = etree.fromstring(file.read_bytes()).iter(f"{KML}Placemark")
    assert place.findtext(f"{KML}name") == "PLAN heron 1"
    link = tmp_path / "link.kml"
    more = ("--link", "--level", "full", "--what", "plan", "--refresh", "60", "--out", str(link))
    assert ask(two, *more, url=True).code == 0
    root = etree.fromstring(link.read_bytes())
    href = root.findtext(f".//{KML}href")
    assert href == f"{two.urls['north']}/v1/feeds/zones.kml?level=full&what=plan"
    assert root.findtext(f".//{KML}refreshInterval") == "60"
    assert two.tokens["north"]["observer"].encode() not in link.read_bytes()


def test_what_cannot_be_written_is_said_and_nothing_is(two: Desk, tmp_path: Path) -> None:
    file = str(tmp_path / "x")
    for arguments, code in (
        ((), "feed.format"),
        (("--kml", "--geojson"), "feed.format"),
        (("--link",), "feed.url"),
        (("--kml", "--level", "all"), "api.query"),
        (("--kml", "--what", "people"), "api.query"),
    ):
        ran = ask(two, *arguments, "--out", file)
        assert ran.code == 2 and f"[{code}]" in ran.err, ran.err
    ran = ask(two, "--link", "--refresh", "1", "--out", file, url=True)
    assert ran.code == 2 and "[feed.refresh]" in ran.err
    ran = ask(two, "--kml", "--out", file, role="admin")
    assert "[api.role]" in ran.err
    assert not Path(file).exists()
