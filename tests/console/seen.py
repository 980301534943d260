"""The console in a browser, as one person has it before them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.console.two import One

WIDE = {"width": 1280, "height": 720}
TABLET = {"width": 820, "height": 1180}
SLOW_MS = 60_000
"""How long a page may take for anything: the machine may be busy."""
expect.set_options(timeout=SLOW_MS)
SHOTS = "WIDEBERTH_TEST_SHOTS"
"""A folder where screenshots are kept to be looked at; without it they go with the test."""


class Seen:
    """A page of the console.

    Attributes:
        page: Playwright's. `one`: whose node it is.
        wrong: what the browser complained of: errors, violations of the policy, requests to elsewhere.
    """

    def __init__(self, page: Page, one: One, shots: Path) -> None:
        self.page, self.one, self.shots = page, one, shots
        self.wrong: list[str] = []
        self.allowed: list[str] = []
        page.set_default_timeout(SLOW_MS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", self._request)

    def sign_in(self, name: str = "duty", *, fresh: bool = True) -> None:
        """By name and password, as people do; until the duty screen is there.

        `fresh`: the account prefers nothing yet, whatever a test before has chosen.
        """
        if fresh:
            people = self.one.node.people
            people.passkeys.prefer(people.user(name).id, "{}")
        self.page.goto(f"{self.one.url}/console/")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", self.one.party.password(name))
        self.page.keyboard.press("Enter")
        self.shown("duty")

    def go(self, view: str, *rest: str) -> None:
        """To a view by its address."""
        self.page.evaluate("to => { location.hash = to }", "#/" + "/".join((view, *rest)))
        self.shown(view)

    def shown(self, view: str) -> None:
        """Wait until a view is there."""
        self.page.wait_for_selector(f"main[data-shown={view}][data-view={view}]")

    def views(self) -> list[str]:
        """The views that this account is offered, as the menu has them."""
        found = self.page.eval_on_selector_all("nav a[data-to]", "all => all.map(each => each.dataset.to)")
        assert len(found) > 10, found
        return list(map(str, found))

    def settled(self, quiet_ms: int = 300) -> None:
        """Wait until nothing on the page has changed for a while: what was asked for has come."""
        self.page.evaluate(
            """quiet => new Promise((done) => {
                const end = () => { seen.disconnect(); done(); };
                let last = setTimeout(end, quiet);
                const again = () => { clearTimeout(last); last = setTimeout(end, quiet); };
                const seen = new MutationObserver(again);
                seen.observe(document.querySelector('main'), { childList: true, subtree: true });
                setTimeout(end, 5_000);
            })""",
            quiet_ms,
        )

    def language(self, code: str) -> None:
        """Choose a language, and wait until the page is in it."""
        self.page.select_option("select.languages", code)
        self.page.wait_for_selector(f"html[lang={code}]")
        self.page.wait_for_selector("main[data-shown]")

    def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for each in keys:
            self.page.keyboard.press(each)

    def shot(self, name: str, *, whole: bool = False) -> Path:
        """A screenshot, to be looked at."""
        folder = Path(os.environ.get(SHOTS) or self.shots)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        self.page.screenshot(path=path, full_page=whole)
        return path

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The API as this page reaches it."""
        return self.page.evaluate(
            """async ([method, path, body]) => {
                const headers = body === null ? {} : {'content-type': 'application/json'};
                const said = body === null ? undefined : JSON.stringify(body);
                const answer = await fetch(path, {method, headers, body: said});
                const text = await answer.text();
                if (!answer.ok) throw new Error(text);
                return text === '' ? null : JSON.parse(text);
            }""",
            [method, path, body],
        )

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not any(each in said.text for each in self.allowed):
            self.wrong.append(f"console: {said.text} ({said.location['url']})")

    def _request(self, asked: Request) -> None:
        if not asked.url.startswith((self.one.url, "data:", "blob:")):
            self.wrong.append(f"outside request: {asked.url}")


@contextmanager
def opened(
    browser: Browser, one: One, shots: Path, *, size: dict[str, int] = WIDE, **more: Any
) -> Iterator[Seen]:
    """A browser window of its own, empty as a new one; what went wrong in it fails at the end."""
    context = browser.new_context(viewport=size, locale="en-GB", **more)  # type: ignore[arg-type]  # a dict of sizes
    try:
        seen = Seen(context.new_page(), one, shots)
        # the sign-in asks who is there, and nobody is yet
        seen.allowed.append("401")
        yield seen
        assert seen.wrong == [], "\n".join(seen.wrong)
    finally:
        context.close()
