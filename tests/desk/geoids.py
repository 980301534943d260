"""What altitudes are measured against in these tests: the geoid that ships with the package."""

from __future__ import annotations

from importlib.resources import files

from wideberth.formats import geoidgrid
from wideberth.space.reference import VerticalReference

GEOID = geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes())
REFERENCE = VerticalReference(GEOID)
