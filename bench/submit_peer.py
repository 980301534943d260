"""What most people would build: FastAPI with SQLite's R*Tree behind it, and nothing that is synced.

Where FastAPI is not installed, Starlette takes its place, the faster of the two. Run by bench/submit.py.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from pyproj import Geod

from bench.submit_traffic import MINUTE_MS, Flat

NEAR_M, NEAR_FT, NEAR_MS = 3 * 1852.0, 3_000, 5 * MINUTE_MS
"""As the terms of the two parties have it: keeping one of the three is enough."""
DEGREE_M = 111_000.0
DOUBT_M = 5.0
"""As near to the minimum as this, neither answer is wrong."""


class Held:
    """All plans, of which those of the other party are asked about."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._geod = Geod(ellps="WGS84")
        self._base = sqlite3.connect(path, check_same_thread=False)
        self._base.executescript(
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;"
            "CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, y0, y1, z0, z1, t0, t1);"
            "CREATE TABLE plans (id INTEGER PRIMARY KEY, party TEXT, plan TEXT);"
        )

    def fill(self, party: str, some: Sequence[Flat]) -> None:
        """Many, before anything is timed."""
        for each in some:
            self._put(party, each)
        self._base.commit()

    def submit(self, party: str, plan: Flat) -> list[tuple[str, float]]:
        """Keep it; the plans of the other party that are too close, and how far away each is in metres."""
        with self._lock:
            self._put(party, plan)
            self._base.commit()
            return [each for each in self._near(party, plan) if each[1] < NEAR_M + DOUBT_M]

    def _put(self, party: str, plan: Flat) -> None:
        row = self._base.execute(
            "INSERT INTO plans (party, plan) VALUES (?, ?)", (party, json.dumps(plan))
        ).lastrowid
        self._base.execute("INSERT INTO boxes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (row, *_box(plan, 0.0)))

    def _near(self, party: str, plan: Flat) -> list[tuple[str, float]]:
        x0, x1, y0, y1, z0, z1, t0, t1 = _box(plan, NEAR_M)
        rows = self._base.execute(
            "SELECT plan FROM boxes JOIN plans USING (id) WHERE party <> ? AND x1 >= ? AND x0 <= ?"
            " AND y1 >= ? AND y0 <= ? AND z1 >= ? AND z0 <= ? AND t1 >= ? AND t0 <= ?",
            (party, x0, x1, y0, y1, z0, z1, t0, t1),
        )
        found = []
        for (text,) in rows:
            other = Flat(*json.loads(text))
            up = max(other.low_ft - plan.high_ft, plan.low_ft - other.high_ft)
            late = max(other.start_ms - plan.end_ms, plan.start_ms - other.end_ms)
            if up < NEAR_FT and late < NEAR_MS:
                _, _, metres = self._geod.inv(plan.lon, plan.lat, other.lon, other.lat)
                found.append((other.name, metres - plan.radius_m - other.radius_m))
        return found


def _box(plan: Flat, by_m: float) -> tuple[float, ...]:
    """Grown by what is kept apart; the R-tree holds 32-bit floats, so times are minutes."""
    high = (plan.radius_m + by_m) / DEGREE_M * 1.01
    wide = high * 1.5
    up, late = (NEAR_FT, NEAR_MS) if by_m else (0, 0)
    return (
        *(plan.lon - wide, plan.lon + wide, plan.lat - high, plan.lat + high),
        *(plan.low_ft - up, plan.high_ft + up),
        *((plan.start_ms - late) / MINUTE_MS - 1, (plan.end_ms + late) / MINUTE_MS + 1),
    )


def name() -> str:
    """Which of the two it is."""
    return "FastAPI" if find_spec("fastapi") else "Starlette (FastAPI is not installed)"


def serve(wire: Connection, folder: Path, filled: dict[str, list[Flat]]) -> None:
    """In a process of its own, until it is ended."""
    held = Held(folder / "peer.db")
    for party, some in filled.items():
        held.fill(party, some)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    made = _fastapi(held.submit) if find_spec("fastapi") else _starlette(held.submit)
    config = uvicorn.Config(made, log_level="critical", access_log=False)
    wire.send(listener.getsockname()[1])
    uvicorn.Server(config).run([listener])


def _fastapi(submit: Callable[[str, Flat], list[tuple[str, float]]]) -> Any:
    from fastapi import Body, FastAPI  # type: ignore[import-not-found]  # not in every environment

    made = FastAPI()

    def answer(plan: Any = Body()) -> dict[str, Any]:  # noqa: B008 - as FastAPI wants it
        return {"conflicts": submit("north", Flat(*plan))}

    # in threads, as a function that waits for a database has to be
    answer.__annotations__ = {"plan": Any}
    made.post("/plans")(answer)
    return made


def _starlette(submit: Callable[[str, Flat], list[tuple[str, float]]]) -> Any:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def answer(request: Request) -> JSONResponse:
        plan = Flat(*await request.json())
        return JSONResponse({"conflicts": await run_in_threadpool(submit, "north", plan)})

    return Starlette(routes=[Route("/plans", answer, methods=["POST"])])
