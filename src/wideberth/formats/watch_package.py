"""The packages of the extra `watch`, loaded where a source needs one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from wideberth.errors import Refused


def load(name: str) -> Any:
    """The package of this name. Raises: Refused (`watch.package`) where it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        words = f"{name} is not installed; accepted: pip install 'wideberth[watch]'"
        raise Refused("watch.package", words) from error
