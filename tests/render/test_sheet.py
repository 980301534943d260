"""Volumes on one sheet: drawn, and in words beneath."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from wideberth.render import sheet
from wideberth.render.sheet import Thing
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Volume

START = 1_900_000_000_000
BOX = Volume(
    Circle((330_000_000, 340_000_000), 2_000 * METRE), SURFACE, Altitude("MSL", 3_000 * FOOT + 1), START, None
)
WAY = Volume(
    Corridor(((330_000_000, 340_000_000), (332_000_000, 341_000_000)), 500 * METRE), SURFACE, UNLIMITED
)


def test_each_thing_is_drawn_in_its_own_way_and_said_in_words() -> None:
    found = sheet.svg(
        "What <they> are told", "as it is", [Thing("12 notice", (BOX, WAY)), Thing("13", (BOX,))]
    )
    root = etree.fromstring(found.encode())
    assert root.tag.endswith("svg") and "http" not in found.replace("http://www.w3.org/2000/svg", "")
    assert len(set(re.findall(r'id="hatch-(\d+)"', found))) == 2
    assert "What &lt;they&gt; are told" in found
    assert "until further notice; SFC to 3,001 ft MSL; 33°58.9′N – 34°01.1′N" in found
    assert "in force – until further notice; SFC to UNL" in found
    assert len(re.findall("<path", found)) > 3


def test_what_has_no_volumes_is_named_and_too_many_lines_are_counted(tmp_path: Path) -> None:
    found = sheet.svg("t", "b", [Thing("14 checked", ())])
    assert "14 checked: no volumes" in found and "clipPath" not in found
    many = sheet.svg("t", "b", [Thing("15", (BOX,) * 300)])
    assert "and 101 more lines, which are not shown here" in many
    etree.fromstring(many.encode())
