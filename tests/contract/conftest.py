"""Each contract test runs once with every database that keeps journals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.journals import Place, postgres_place, sqlite_place


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with sqlite_place(tmp_path) if request.param == "sqlite" else postgres_place() as found:
        yield found
