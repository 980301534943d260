"""What the tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.reached import Reached, reached


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Reached]:
    with reached(tmp_path) as found:
        yield found
