"""A browser and two running nodes for the tests of the console.

Chromium is Debian's, with WebGL in software. Where there is none a test skips and says so; under CI it fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.console.seen import Seen, opened
from tests.console.two import Two, two

FLAGS = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        reason = "no chromium on this machine (Debian's package chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two nodes that the tests of a file share."""
    with two(tmp_path_factory.mktemp("two")) as found:
        yield found


@pytest.fixture
def desk(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    """The officer of North, signed in, at the duty screen; what the browser complained of fails the test."""
    with opened(chromium, nodes.north, tmp_path) as found:
        found.sign_in()
        yield found


@pytest.fixture
def other_desk(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    """The same at South."""
    with opened(chromium, nodes.south, tmp_path) as found:
        found.sign_in()
        yield found
