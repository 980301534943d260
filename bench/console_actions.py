"""How many actions, and how long, from an alarm to CHECK sent? And to a notice from a template?

    python bench/console_actions.py [--alarms 200] [--rounds 3] [--json FILE]

Two running nodes with a line and terms, a browser (Debian's Chromium) at one of them, and so many open
alarms: calls of the other party's that nobody has taken, one in four of them CHECK. From each of five start
screens CHECK is called by keys, and by clicks. An action is a key that is pressed or a click; typing a place
would be more, and none is typed. A machine acts here, without any time to think: the seconds are what the
console takes. Exit 1 where it took more than two actions, where CHECK did not arrive with the alarm's place,
or where the bar of alarms grew over two rows.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Error, Page, sync_playwright

from bench.report import facts
from tests.console import alarmed
from tests.console.seen import Seen, opened
from tests.console.two import Two, two, until
from wideberth.model.call import CHECK

FLAGS: Final = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
STARTS: Final = ("duty", "map", "cases", "calls", "plans")
MOST_ACTIONS: Final = 2
ROWS_PX: Final = 100
"""Two rows of the bar of alarms, with their borders."""
NOTICE_S: Final = 20.0
"""What is claimed of a notice from a template."""
FLASH_SHARE: Final = 4
"""One of so many calls is CHECK."""
BY: Final = ("keys", "clicks")
TIMES: Final = ("opened_s", "sent_s", "there_s")
TEMPLATE: Final = "3"
"""The key of a template that needs one place and no more."""


class Acting:
    """Whoever sits there: each key and each click counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def click(self, selector: str) -> None:
        self.actions += 1
        self.page.click(selector)


def check(seen: Seen, nodes: Two, start: str, by: str) -> dict[str, Any]:
    """CHECK once, from a start screen: what was counted. Raises: AssertionError where it did not arrive."""
    page = seen.page
    page.evaluate("to => { location.hash = to }", f"#/{start}")
    page.wait_for_selector(f"main[data-shown={start}][data-view={start}]")
    page.wait_for_selector(".alarms .first-alarm strong")
    known = {each.call for each in nodes.south.node.room.calls.all()}
    acting = Acting(page)
    begin = time.perf_counter()
    if by == "keys":
        acting.press("c")
    else:
        acting.click(".alarms button.check")
    page.wait_for_selector("dialog[data-dialog=check] button.send:focus")
    opened_s = time.perf_counter() - begin
    if by == "keys":
        acting.press("Enter")
    else:
        acting.click("dialog[data-dialog=check] button.send")
    page.wait_for_selector("dialog[data-dialog=check-sent]")
    sent_s = time.perf_counter() - begin
    until(lambda: bool(_new(nodes, known)))
    view = nodes.south.node.room.calls.one(_new(nodes, known)[0])
    assert (view.code, view.fields["place"]) == (CHECK, alarmed.PLACE)
    there_s = time.perf_counter() - begin
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    box = page.locator(".alarms").bounding_box()
    height = 0.0 if box is None else box["height"]
    return {"start": start, "by": by, "actions": acting.actions, "opened_s": opened_s, "sent_s": sent_s,
            "there_s": there_s, "bar_px": height}  # fmt: skip


def _new(nodes: Two, known: set[str]) -> list[str]:
    return [
        each.call for each in nodes.south.node.room.calls.all() if not each.mine and each.call not in known
    ]


def notice(seen: Seen, nodes: Two) -> dict[str, Any] | str:
    """A notice from a template, until the other party has it; or why it could not be measured."""
    page = seen.page
    page.evaluate("location.hash = '#/duty'")
    page.wait_for_selector("main[data-shown=duty]")
    known = {each.notice for each in nodes.south.side.notices(nodes.line)}
    begin = time.perf_counter()
    acting = Acting(page)
    page.evaluate("location.hash = '#/plans/new'")
    try:
        page.wait_for_selector("main[data-shown=plans] .templates button", timeout=8_000)
    except Error:
        return "the page #/plans/new with its templates is not there"
    acting.press(TEMPLATE)
    page.wait_for_selector("form.draft :is(input, textarea):focus")
    page.keyboard.insert_text("33.3, 35.3")  # as pasted: one action
    acting.actions += 1
    acting.press("Control+Enter")
    # the policy of the page lets no text be run as a script: it is asked from here
    until(lambda: bool(page.evaluate("location.hash.startsWith('#/plans/p-')")))
    filed_s = time.perf_counter() - begin
    until(lambda: bool({each.notice for each in nodes.south.side.notices(nodes.line)} - known))
    return {"actions": acting.actions, "filed_s": filed_s, "there_s": time.perf_counter() - begin}


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Raises: SystemExit where there is none."""
    found = shutil.which("chromium")
    if found is None:
        raise SystemExit("no chromium on this machine (Debian's package chromium)")
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=found, args=list(FLAGS))
        yield made
        made.close()


def ring(nodes: Two, number: int) -> list[str]:
    """So many open alarms at North."""
    flash = max(1, number // FLASH_SHARE)
    return [
        *alarmed.called(nodes, nodes.north, number=flash),
        *alarmed.called(nodes, nodes.north, number=number - flash, code="LINE-CHECK"),
    ]


def run(
    chromium: Browser, nodes: Two, folder: Path, *, alarms: int, rounds: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """All of it, on two nodes that run. Gives what was measured."""
    found: dict[str, Any] = {"alarms": alarms, "checks": []}
    with opened(chromium, nodes.north, folder) as seen:
        # pages that are not part of this installation are asked for all the same
        seen.allowed += ["404", "Failed to fetch dynamically imported module", "409"]
        seen.sign_in()
        ring(nodes, alarms)
        begin = time.perf_counter()
        seen.page.wait_for_selector(f".alarms[data-ringing='{alarms}']")
        shown_s = time.perf_counter() - begin
        tell(f"{alarms} alarms are open; all were shown {shown_s:.2f} s after the last rang")
        for start in STARTS:
            for by in BY:
                some = [check(seen, nodes, start, by) for _ in range(rounds)]
                middle = {name: median(one[name] for one in some) for name in TIMES}
                found["checks"].append({**some[0], **middle})
        found["notice"] = notice(seen, nodes)
    return found


def table(found: dict[str, Any]) -> str:
    """What was measured, for people."""
    rows = [f"{'start':<8}{'by':<8}{'actions':>8}{'filled in':>12}{'sent':>10}{'there':>10}{'bar':>8}"]
    rows += [
        f"{each['start']:<8}{each['by']:<8}{each['actions']:>8}{each['opened_s']:>10.2f} s"
        f"{each['sent_s']:>8.2f} s{each['there_s']:>8.2f} s{each['bar_px']:>5.0f} px"
        for each in found["checks"]
    ]
    told = found["notice"]
    if isinstance(told, str):
        rows.append(f"a notice from a template: NOT MEASURED: {told}")
    else:
        met = "met" if told["there_s"] <= NOTICE_S else "MISSED"
        rows.append(
            f"a notice from a template: {told['actions']} actions, filed after {told['filed_s']:.2f} s,"
            f" at the other party after {told['there_s']:.2f} s (at most {NOTICE_S:.0f} s: {met})"
        )
    return "\n".join(rows)


def wrong(found: dict[str, Any]) -> list[str]:
    """What is not as it is claimed to be; never a time."""
    said = []
    for each in found["checks"]:
        where = f"{each['start']} by {each['by']}"
        if each["actions"] > MOST_ACTIONS:
            said.append(f"{where}: {each['actions']} actions")
        if each["bar_px"] > ROWS_PX:
            said.append(f"{where}: the bar of alarms is {each['bar_px']:.0f} px high")
    return said


def main() -> int:
    """Measure, and print."""
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--alarms", type=int, default=200)
    said.add_argument("--rounds", type=int, default=3)
    said.add_argument("--json", type=Path)
    asked = said.parse_args()
    print(facts())
    with tempfile.TemporaryDirectory() as folder, browser() as chromium, two(Path(folder) / "two") as nodes:
        found = run(chromium, nodes, Path(folder), alarms=asked.alarms, rounds=asked.rounds, tell=print)
    print(table(found))
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=2))
    faults = wrong(found)
    for each in faults:
        print(f"NOT AS CLAIMED: {each}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
