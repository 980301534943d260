"""Loading the compiled loops: from then on small looks go by them, and find the same."""

from __future__ import annotations

import pytest

from wideberth.space.reference import VerticalReference
from wideberth.watch import closing, entering, loops


def test_once_loaded_they_serve_small_looks(
    monkeypatch: pytest.MonkeyPatch, reference: VerticalReference
) -> None:
    for module in (closing, entering):
        monkeypatch.setattr(module, "_LOADED", set())
    loops.load(reference)
    assert closing._LOADED and entering._LOADED
