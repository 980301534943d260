"""Loops that are compiled on first use, left as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def uncompiled() -> Iterator[None]:
    """The loops that are imported within run as they are written, in Python.

    On a machine that is new to them compiling takes longer than all of a story, which has few plans.
    """
    from numba import config  # takes long to load, and few commands need it

    switches: Any = config  # whose names are made when it is loaded
    before, switches.DISABLE_JIT = switches.DISABLE_JIT, True
    try:
        yield
    finally:
        switches.DISABLE_JIT = before
