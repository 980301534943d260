"""Readers kept by others, asked how much of a file they read."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Opinion(Struct, frozen=True):
    """`records` that the reader `name` found, `whole` where it took the file without an error."""

    name: str
    records: int
    whole: bool


ORACLES: dict[str, Callable[[bytes, str], Opinion]] = {}
"""By the name of our format."""
