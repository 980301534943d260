"""Reading test vectors that others have made."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any, cast


def rows(file: Path) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", json.loads(file.read_text(encoding="utf-8")))


def wycheproof(file: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(group, test) of a Wycheproof file."""
    groups = json.loads(file.read_text(encoding="utf-8"))["testGroups"]
    return [(group, each) for group in groups for each in group["tests"]]


def b64(text: str) -> bytes:
    return b64decode(text)
