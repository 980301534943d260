"""Peers: PostGIS through its own client `psql`, loading and indexing included.

Where the server is comes from libpq's variables (PGHOST, PGPORT, PGUSER, PGDATABASE); unset ones mean
this machine, user postgres, database wideberth_bench, as `scripts/postgis` brings it up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import shapely

from bench.index_ways import corners, reaches
from bench.plane import Flat
from bench.traffic import BEGIN, Index

Pairs = tuple[Index, Index]
DEFAULTS = {"PGHOST": "127.0.0.1", "PGUSER": "postgres", "PGDATABASE": "wideberth_bench"}

SETTINGS = """
SET client_min_messages = warning; SET jit = off; SET max_parallel_workers_per_gather = 0;
SET max_parallel_maintenance_workers = 0; SET temp_buffers = '1GB'; SET maintenance_work_mem = '1GB';
SET work_mem = '256MB'; SET enable_hashjoin = off; SET enable_mergejoin = off;
"""
TABLE = """
CREATE TEMP TABLE v (id int4, party int4, core geometry, r float8, box geometry, nd geometry, grown geometry,
    low int8, high int8, begins int8, ends int8, heights int8range, spell int8range);
\\copy v from '{rows}'
"""
THREE_COLUMNS = """
CREATE INDEX held ON v USING gist (box, heights, spell);
ANALYZE v;
\\copy (SELECT a.id, b.id FROM v a JOIN v b ON b.box && ST_Expand(a.box, {h}) \
AND b.heights && int8range(a.low - {v}, a.high + {v}) AND b.spell && int8range(a.begins - {t}, a.ends + {t}) \
WHERE a.id < b.id AND a.party <> b.party AND ST_DWithin(a.core, b.core, {h} + a.r + b.r)) to '{pairs}'
"""
N_DIMENSIONS = """
CREATE INDEX held ON v USING gist (nd gist_geometry_ops_nd);
ANALYZE v;
\\copy (SELECT a.id, b.id FROM v a JOIN v b ON b.nd &&& a.grown \
WHERE a.id < b.id AND a.party <> b.party AND a.low - {v} < b.high AND b.low - {v} < a.high \
AND a.begins - {t} < b.ends AND b.begins - {t} < a.ends \
AND ST_DWithin(a.core, b.core, {h} + a.r + b.r)) to '{pairs}'
"""


def unreachable() -> str:
    """Why PostGIS cannot be asked, or nothing."""
    if shutil.which("psql") is None:
        return "psql is not installed"
    try:
        asked = _psql("SELECT postgis_version()", seconds=10)
    except subprocess.TimeoutExpired:
        return "no answer from the server within 10 s"
    return asked.stderr.strip().splitlines()[0] if asked.returncode else ""


def version() -> str:
    """Of the server and of PostGIS."""
    asked = _psql("SELECT current_setting('server_version') || ', PostGIS ' || postgis_version()", seconds=10)
    return f"PostgreSQL {asked.stdout.strip()}"


def write_rows(flat: Flat, path: Path) -> None:
    """The table, one row a line, as psql copies it; with all that either index needs."""
    low, high = corners(flat)
    h, _, v, t = reaches(flat).tolist()
    grow = np.array([h, h, v, t])
    cores = shapely.to_wkb(flat.cores, hex=True).tolist()
    with path.open("w", encoding="ascii") as file:
        numbers = (flat.party, flat.radius, flat.low, flat.high, flat.start - BEGIN, flat.end - BEGIN)
        columns = (cores, low.tolist(), high.tolist(), (low - grow).tolist(), (high + grow).tolist())
        for k, (core, a, b, c, d, party, radius, floor, top, begins, ends) in enumerate(
            zip(*columns, *(column.tolist() for column in numbers), strict=True)
        ):
            box = f"LINESTRING({a[0]!r} {a[1]!r},{b[0]!r} {b[1]!r})"
            file.write(
                f"{k}\t{party}\t{core}\t{radius!r}\t{box}\t{_line(a, b)}\t{_line(c, d)}"
                f"\t{floor}\t{top}\t{begins}\t{ends}\t[{floor},{top})\t[{begins},{ends})\n"
            )


def run(flat: Flat, rows: Path, index: str) -> Pairs:
    """Load the rows, index them, ask for the pairs. Raises: RuntimeError with what the server said."""
    pairs = rows.with_suffix(".pairs")
    given = {"rows": rows, "pairs": pairs, "h": repr(flat.h), "v": flat.v, "t": flat.t}
    asked = _psql((SETTINGS + TABLE + index).format(**given))
    if asked.returncode:
        raise RuntimeError(asked.stderr.strip())
    found = np.loadtxt(pairs, dtype=np.int64, ndmin=2).reshape(-1, 2)
    pairs.unlink()
    return found[:, 0], found[:, 1]


def _line(a: list[float], b: list[float]) -> str:
    ends = (" ".join(map(repr, corner)) for corner in (a, b))
    return f"LINESTRING ZM({','.join(ends)})"


def _psql(script: str, seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        env={**DEFAULTS, **os.environ},
    )
