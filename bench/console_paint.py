"""How soon does the duty screen stand there, with nothing of it in the browser's cache?

    python bench/console_paint.py [--rounds 7] [--json FILE]

A running node with a line, terms, plans, a case, calls and sites, and a browser (Debian's Chromium) that is
signed in. Each round begins with an empty cache: *first paint* and *contentful* are the browser's figures,
*frame* is when the bar and the menu stand, *data* when the duty screen shows its line and its plans, all in
ms from the beginning of the navigation. *Warm* is the same with what the browser keeps, asked about by ETag.
Bytes are those of files and answers as they came over the wire. Exit 1 where the screen never shows its data,
or where anything came from elsewhere.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.report import bound, facts
from tests.console.filled import fill
from tests.console.seen import Seen, opened
from tests.console.two import One, two

FLAGS: Final = ("--no-sandbox",)
DATA_MS: Final = 2_000
"""Within how long the duty screen is to show what it is for, cold."""
FIGURES: Final = ("first_paint", "contentful", "frame", "data", "files", "kilobytes")
LOOK: Final = """{
    const seen = {};
    const look = () => {
        const at = performance.now();
        if (document.querySelector('header.bar')) seen.frame ??= at;
        const line = document.querySelector('.now-grid .lines li');
        const next = document.querySelector('.now-grid .next li');
        if (line && next) seen.data ??= at;
        if (seen.data === undefined) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.looked = seen;
}"""
"""Before anything of the page: when what stands there."""
READ: Final = """() => {
    const paints = performance.getEntriesByType('paint');
    const paint = (name) => paints.find((each) => each.name === name)?.startTime ?? null;
    const loaded = ['resource', 'navigation'].flatMap((each) => performance.getEntriesByType(each));
    return {
        first_paint: paint('first-paint'), contentful: paint('first-contentful-paint'), ...window.looked,
        files: loaded.length, kilobytes: loaded.reduce((sum, each) => sum + each.transferSize, 0) / 1000,
        elsewhere: loaded.map((each) => each.name).filter((each) => !each.startsWith(location.origin)),
    };
}"""


def once(page: Page, devtools: CDPSession, one: One, *, cold: bool) -> dict[str, Any]:
    """One navigation. Raises: TimeoutError; AssertionError where anything came from elsewhere."""
    page.goto("about:blank")
    if cold:
        devtools.send("Network.clearBrowserCache")
    page.goto(f"{one.url}/console/#/duty")
    page.wait_for_function("() => window.looked.data !== undefined")
    found: dict[str, Any] = page.evaluate(READ)
    assert found.pop("elsewhere") == []
    return found


def measured(browser: Browser, one: One, folder: Path, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Rounds, cold and warm."""
    with opened(browser, one, folder) as seen:
        seen.page.add_init_script(LOOK)
        _signed_in(seen)
        devtools = seen.page.context.new_cdp_session(seen.page)
        devtools.send("Network.enable")
        return {
            kind: [once(seen.page, devtools, one, cold=kind == "cold") for _ in range(rounds)]
            for kind in ("cold", "warm")
        }


def _signed_in(seen: Seen) -> None:
    seen.sign_in()
    # what it complains of while it is left in the middle is not what is measured
    seen.allowed.append("Failed to load resource")


def shown(found: dict[str, list[dict[str, Any]]]) -> None:
    """A table, and the target."""
    print(f"{'':6}" + "".join(f"{each:>14}" for each in FIGURES))
    for kind, rounds in found.items():
        row = [median(each[name] for each in rounds) for name in FIGURES]
        print(f"{kind:6}" + "".join(f"{each:>14,.0f}" for each in row))
    data = median(each["data"] for each in found["cold"])
    print(bound("duty screen with its data, cold", "ms", data, most=DATA_MS))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="navigations of each kind")
    parser.add_argument("--json", metavar="FILE", help="write all that was measured")
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium on this machine (Debian's package chromium)")
        return 2
    print(facts())
    with (
        tempfile.TemporaryDirectory() as folder,
        two(Path(folder) / "two") as nodes,
        sync_playwright() as play,
    ):
        fill(nodes)
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        print(f"Chromium {browser.version}")
        found = measured(browser, nodes.north, Path(folder), asked.rounds)
        browser.close()
    shown(found)
    if asked.json:
        Path(asked.json).write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
