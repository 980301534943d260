"""Running the command: in this process, and as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.main import get_command
from typer.testing import CliRunner

from wideberth.cli.main import app

with as_file(files("wideberth.data") / "samples") as folder:
    SAMPLES = Path(folder)
OURS, THEIRS, TERMS = (str(SAMPLES / name) for name in ("ours.geojson", "theirs.kml", "terms.toml"))
AS_OF = ("--as-of", "2026-11-23T10:00:00Z")
CREWED = ("--preset", "crewed", *AS_OF)


class Ran:
    """Exit code and both outputs of a run."""

    def __init__(self, code: int, out: bytes, err: str) -> None:
        self.code, self.bytes, self.err = code, out, err

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.bytes.decode("utf-8")

    @property
    def json(self) -> dict[str, object]:
        """Standard output as the one JSON object that it must be."""
        found = json.loads(self.bytes)
        assert isinstance(found, dict)
        return found

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """The conflicts in the JSON."""
        found = self.json["conflicts"]
        assert isinstance(found, list)
        return found


@cache
def _command() -> Any:
    """The whole command line, made once: that takes longer than most of what it is asked."""
    return get_command(app)


def run(*arguments: str, typed: str | None = None, **environment: str | None) -> Ran:
    """The command in this process. An error that nobody foresaw is raised."""
    made = _command()
    with patch("typer.testing._get_command", lambda _: made):
        result = CliRunner().invoke(app, list(arguments), input=typed, env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout_bytes, result.stderr)


def process(*arguments: str, **environment: str) -> Ran:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "wideberth.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent.parent.parent), **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8"))


def plan(owner: str | None, name: str, **properties: object) -> dict[str, object]:
    """A GeoJSON feature: a circle of 1 km at 33 E, 34 N, for an hour, unless told otherwise."""
    stated: dict[str, object] = {
        "party": owner,
        "plan": name,
        "start": "2026-11-24T08:00:00Z",
        "end": "2026-11-24T09:00:00Z",
        "lower": "FL100",
        "upper": "FL110",
        "radius_m": 1_000,
        **properties,
    }
    at = stated.pop("at", [33.0, 34.0])
    held = {key: value for key, value in stated.items() if value is not None}
    return {"type": "Feature", "properties": held, "geometry": {"type": "Point", "coordinates": at}}


def save(path: Path, *features: dict[str, object]) -> str:
    """A file of features."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)
