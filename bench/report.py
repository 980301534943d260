"""What all benchmarks print: the machine, targets beside figures, what is being done."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from importlib import metadata

import pyproj
import shapely

from bench import postgis


def facts() -> str:
    """Of the machine and the libraries."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    server = postgis.unreachable()
    parts = [
        f"{platform.machine()}, {os.cpu_count()} cores, load {load}",
        f"Python {platform.python_version()}",
        f"numpy {_version('numpy')}",
        f"numba {_version('numba')}",
        f"shapely {shapely.__version__} (GEOS {shapely.geos_version_string})",
        f"PROJ {pyproj.proj_version_str}",
        f"SQLite {sqlite3.sqlite_version}",
        f"rtree {_version('rtree')}",
        f"no PostGIS ({server})" if server else postgis.version(),
    ]
    return "; ".join(parts)


def target(title: str, wanted: float, measured: float) -> str:
    """One line: at least so many times faster than a peer."""
    verdict = "met" if measured >= wanted else "missed"
    return f"target ≥ {wanted:g}× {title}: measured {measured:.1f}×: {verdict}"


def bound(
    title: str, unit: str, measured: float, *, least: float | None = None, most: float | None = None
) -> str:
    """One line: a figure that should not be below `least` or above `most`."""
    sign, wanted = ("≥", least) if least is not None else ("≤", most)
    assert wanted is not None
    met = measured >= wanted if least is not None else measured <= wanted
    return (
        f"target {sign} {wanted:,g} {unit}, {title}: measured {measured:,.4g}: {'met' if met else 'missed'}"
    )


def progress(text: str) -> None:
    """Say what is being done, if anybody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text} … ")
        sys.stderr.flush()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"
