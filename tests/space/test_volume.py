"""A volume whose axes are upside down is refused, and says which axis."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from wideberth.errors import Invalid
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle
from wideberth.space.volume import Frequencies, Pad, Volume, check_volume

PLAIN = Volume(Circle((330_000_000, 350_000_000), 10_000))

FIRST, LAST = (round(datetime(*t, tzinfo=UTC).timestamp() * 1000) for t in ((1, 1, 1), (9999, 12, 31)))
LAST += 86_400_000 - 1
"""RFC 3339 writes the years 1 to 9999."""


def test_what_is_not_stated_is_from_the_surface_up_until_further_notice() -> None:
    assert (PLAIN.lower, PLAIN.upper) == (SURFACE, UNLIMITED)
    assert (PLAIN.start, PLAIN.end, PLAIN.band, PLAIN.pad) == (None, None, None, Pad(0, 0, 0))


@pytest.mark.parametrize(
    "volume",
    [
        PLAIN,
        replace(PLAIN, start=5, end=5),  # an instant
        replace(PLAIN, start=5),
        replace(PLAIN, end=-5),
        replace(PLAIN, band=Frequencies(0, 0)),
        replace(PLAIN, band=Frequencies(7, 8), pad=Pad(1, 2, 3)),
        replace(PLAIN, band=Frequencies(7, 10**15 - 1)),
        replace(PLAIN, start=FIRST, end=LAST),
        replace(PLAIN, lower=Altitude("FL", 5), upper=Altitude("FL", 5)),
    ],
)
def test_axes_the_right_way_up_pass_unchanged(volume: Volume) -> None:
    assert check_volume(volume, "features[0]") is volume


@pytest.mark.parametrize(
    ("volume", "code"),
    [
        (replace(PLAIN, start=5, end=4), "time.backwards"),
        (replace(PLAIN, start=FIRST - 1), "time.range"),
        (replace(PLAIN, end=LAST + 1), "time.range"),
        (replace(PLAIN, band=Frequencies(7, 10**15)), "frequency.range"),
        (replace(PLAIN, lower=Altitude("MSL", 2), upper=Altitude("MSL", 1)), "altitude.upside_down"),
        (replace(PLAIN, band=Frequencies(8, 7)), "frequency.backwards"),
        (replace(PLAIN, band=Frequencies(-1, 7)), "frequency.backwards"),
        (replace(PLAIN, pad=Pad(-1, 0, 0)), "pad.negative"),
        (replace(PLAIN, pad=Pad(0, -1, 0)), "pad.negative"),
        (replace(PLAIN, pad=Pad(0, 0, -1)), "pad.negative"),
    ],
)
def test_every_axis_is_checked(volume: Volume, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_volume(volume, "features[0]")
    assert (caught.value.code, caught.value.path) == (code, "features[0]")
