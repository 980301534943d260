"""Shared fixtures."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from wideberth.formats import geoidgrid
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference

ROOT = Path(__file__).parent.parent

# a busy machine is no failure: examples are bounded by count, not by time
# under CI the same examples every time: a new find belongs to whoever is at work, not to whoever submits
settings.register_profile(
    "wideberth",
    deadline=None,
    # in all 100, as hypothesis has it: WIDEBERTH_TEST_WHOLE=1, and scripts/test --measured
    max_examples=100 if os.environ.get("WIDEBERTH_TEST_WHOLE") == "1" else 32,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
# several times slower an example: scripts/test --measured has all of them
settings.register_profile("measured", settings.get_profile("wideberth"), max_examples=30)
settings.load_profile("wideberth")


def shared_folder() -> Path | None:
    """The folder of field data and test vectors, if it is there."""
    folder = Path(os.environ.get("WIDEBERTH_TEST_DATA", ROOT / ".." / "shared"))
    return folder.resolve() if (folder / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Field data and vectors (WIDEBERTH_TEST_DATA); absent: the test is skipped and says so."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("no field data: set WIDEBERTH_TEST_DATA to the folder that holds data/ and vectors/")
    return folder


@pytest.fixture(scope="session")
def geoid() -> Geoid:
    """The grid that ships with the package."""
    return geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes())


@pytest.fixture(scope="session")
def reference(geoid: Geoid) -> VerticalReference:
    """What altitudes are measured against when nothing is agreed."""
    return VerticalReference(geoid)
