"""Pictures of alerts that are over: one file each, in the folder watch/ of a node, for thirty days.

A trail of live tracks is no entry: what was reported of others is nobody's record. It is kept with the alert
that it led to, so that both sides can look at what happened, and then it is gone.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from wideberth.node import files
from wideberth.watch.encounter import Encounter

FOLDER: Final = "watch"
KEPT_MS: Final = 30 * 24 * 3_600_000
"""As long as what was compared blindly is kept (node.blind_evidence)."""
_NAME: Final = re.compile("w-[a-z2-7]{26}")


def keep(path: Path, found: Encounter, now_ms: int) -> None:
    """Keep a picture. Where it cannot be written there is none: no alert waits for that."""
    with suppress(OSError):
        folder = path / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        where = _file(path, found.alert.id)
        if where is not None:
            files.replace(where, [msgspec.json.encode(found)])
            # by the clock of the node, as everything that it keeps
            os.utime(where, ns=(now_ms * 1_000_000,) * 2)


def read(path: Path, alert: str) -> Encounter | None:
    """The picture of an alert; None where there is none, or none any more."""
    where = _file(path, alert)
    try:
        return None if where is None else msgspec.json.decode(where.read_bytes(), type=Encounter)
    except (OSError, msgspec.MsgspecError):
        return None


def expire(path: Path, now_ms: int) -> None:
    """Let go of what is older than KEPT_MS."""
    for each in (path / FOLDER).glob("w-*.json"):
        with suppress(OSError):
            if each.stat().st_mtime * 1_000 < now_ms - KEPT_MS:
                each.unlink()


def _file(path: Path, alert: str) -> Path | None:
    """Where it is; None for what is no id of an alert."""
    return path / FOLDER / f"{alert}.json" if _NAME.fullmatch(alert) else None
