"""What is too thin to meet anything is widened: two flights both at exactly FL310 do meet."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from wideberth.space.altitude import DATUMS, SURFACE, UNLIMITED, Altitude, Datum
from wideberth.space.ground import Circle
from wideberth.space.volume import Frequencies, Volume
from wideberth.space.widen import UNBOUNDED, thick_bands, thick_frequencies, thick_windows

PLAIN = Volume(Circle((0, 0), 0))
FL310 = Altitude("FL", 31_000 * 3_048)


def thick_band(volume: Volume) -> tuple[Altitude, Altitude]:
    limits = [[(DATUMS.index(limit.datum), limit.value) for limit in (volume.lower, volume.upper)]]
    lower, upper = thick_bands(np.array(limits, dtype=np.int64))[0].tolist()
    return Altitude(DATUMS[lower[0]], lower[1]), Altitude(DATUMS[upper[0]], upper[1])


def thick_window(start: int, end: int) -> tuple[int, int]:
    first, last = thick_windows(np.array([start]), np.array([end]))
    return int(first[0]), int(last[0])


def test_exactly_one_flight_level_is_a_metre_thick() -> None:
    lower, upper = thick_band(replace(PLAIN, lower=FL310, upper=FL310))
    assert (lower, upper) == (Altitude("FL", FL310.value - 5_000), Altitude("FL", FL310.value + 5_000))


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (SURFACE, SURFACE, (Altitude("AGL", -5_000), Altitude("AGL", 5_000))),
        (SURFACE, Altitude("AGL", 4_000), (Altitude("AGL", -3_000), Altitude("AGL", 7_000))),
        (Altitude("AGL", -3), SURFACE, (Altitude("AGL", -5_002), Altitude("AGL", 4_999))),
        (Altitude("HAE", 0), Altitude("HAE", 1), (Altitude("HAE", -5_000), Altitude("HAE", 5_001))),
        (SURFACE, Altitude("AGL", 10_000), (SURFACE, Altitude("AGL", 10_000))),
        (SURFACE, UNLIMITED, (SURFACE, UNLIMITED)),
        (Altitude("HAE", 0), Altitude("MSL", 0), (Altitude("HAE", 0), Altitude("MSL", 0))),
        (Altitude("HAE", 0), Altitude("AGL", 0), (Altitude("HAE", 0), Altitude("AGL", 0))),
    ],
)
def test_bands(lower: Altitude, upper: Altitude, expected: tuple[Altitude, Altitude]) -> None:
    assert thick_band(replace(PLAIN, lower=lower, upper=upper)) == expected


@given(
    st.sampled_from(["HAE", "MSL", "ALT", "FL", "AGL", "MSL/ALT"]),
    st.integers(-(10**8), 10**8),
    st.integers(0, 30_000),
)
def test_a_band_keeps_its_centre_and_never_shrinks(datum: Datum, low: int, height: int) -> None:
    stated = Altitude(datum, low), Altitude(datum, low + height)
    lower, upper = thick_band(replace(PLAIN, lower=stated[0], upper=stated[1]))
    assert lower.datum == upper.datum == datum
    assert lower.value <= low <= low + height <= upper.value
    assert max(height, 10_000) <= upper.value - lower.value <= max(height, 10_001)
    assert abs(Fraction(lower.value + upper.value, 2) - Fraction(2 * low + height, 2)) <= Fraction(1, 2)


@given(st.integers(-(10**13), 10**13), st.integers(0, 3_000))
def test_a_window_keeps_its_centre_and_never_shrinks(start: int, long: int) -> None:
    low, high = thick_window(start, start + long)
    assert low <= start <= start + long <= high
    assert max(long, 1_000) <= high - low <= max(long, 1_001)
    assert abs((low + high) - (2 * start + long)) <= 1


def test_an_instant_is_a_second_long_and_no_end_is_for_ever() -> None:
    assert thick_window(60_000, 60_000) == (59_500, 60_500)
    for start, end in ((-UNBOUNDED, UNBOUNDED), (7, UNBOUNDED), (-UNBOUNDED, 7)):
        assert thick_window(start, end) == (start, end)


def test_a_single_frequency_is_a_hertz_wide_in_half_hertz() -> None:
    assert thick_frequencies(PLAIN) is None
    assert thick_frequencies(replace(PLAIN, band=Frequencies(100, 100))) == (199, 201)
    assert thick_frequencies(replace(PLAIN, band=Frequencies(100, 101))) == (200, 202)
    assert thick_frequencies(replace(PLAIN, band=Frequencies(100, 900))) == (200, 1_800)
