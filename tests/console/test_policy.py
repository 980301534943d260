"""The policy that the browser keeps: no view breaks it or asks anybody else, and what would is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from tests.console.filled import fill
from tests.console.seen import Seen, opened
from tests.console.two import Two
from wideberth.web import console_files

HEARD = """{
    window.broken = [];
    document.addEventListener('securitypolicyviolation', (event) => {
        window.broken.push(`${event.violatedDirective}: ${event.blockedURI} in ${event.sourceFile}`);
    });
}"""
"""Before anything of the page: whatever breaks the policy is kept."""
FAR = "http://203.0.113.7/"
PLANTED = {
    "an image from elsewhere": f"new Image().src = '{FAR}x.png';",
    "a request to elsewhere": f"fetch('{FAR}').catch(() => {{}});",
    "a script in an attribute": "body.setAttribute('onclick', 'window.ran = 1'); body.click();",
    "a script in the page": "made('script').textContent = 'window.ran = 1'; body.append(last);",
    "a style in an attribute": "body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>');",
    "a frame of somebody else's": f"made('iframe').src = '{FAR}'; body.append(last);",
    "a form that is sent away": f"made('form').action = '{FAR}'; body.append(last); last.submit();",
    "text that is run": "setTimeout(() => (0, eval)('window.ran = 1'));",
}
"""What a mistake, or whoever got a label through, might do."""
RUN = (
    "() => {{ const {{ body }} = document; let last;"
    " const made = (tag) => (last = document.createElement(tag)); {} }}"
)


@pytest.fixture
def heard(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.page.add_init_script(HEARD)
        seen.sign_in("chief")
        yield seen


def test_no_view_breaks_it(heard: Seen, nodes: Two) -> None:
    fill(nodes)
    for view in heard.views():
        heard.go(view)
        heard.settled()
        assert heard.page.evaluate("window.broken") == [], view
        assert heard.wrong == [], view


def test_what_would_break_it_is_stopped_and_found(heard: Seen) -> None:
    for what, script in PLANTED.items():
        heard.wrong.clear()
        heard.page.evaluate("() => { window.broken = []; }")
        # as a script of ours would, which the policy lets run
        heard.page.evaluate(RUN.format(script))
        heard.page.wait_for_function("() => window.broken.length > 0")
        assert heard.page.evaluate("window.ran") is None, what
        # the same would fail any test of the console
        assert heard.wrong != [], what
    heard.wrong.clear()


def test_nobody_else_may_frame_it(nodes: Two) -> None:
    found = httpx.get(f"{nodes.north.url}/console/").headers
    assert "frame-ancestors 'none'" in found["content-security-policy"]
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"


def test_files_are_the_same_for_everybody_and_hold_nothing_of_a_node(nodes: Two) -> None:
    secrets = [
        each.encode()
        for one in (nodes.north, nodes.south)
        for each in (one.party.id, one.party.word, *one.party.tokens.values(), nodes.line, nodes.terms)
    ]
    with httpx.Client() as north, httpx.Client() as south:
        for name in sorted(console_files.names()):
            found = north.get(f"{nodes.north.url}/console/{name}")
            assert found.status_code == 200, name
            assert found.content == south.get(f"{nodes.south.url}/console/{name}").content, name
            assert "set-cookie" not in found.headers
            assert not any(each in found.content for each in secrets), name


def test_what_is_no_file_of_the_console_is_not_there(nodes: Two) -> None:
    for path in (
        "/console/nothing.js",
        "/console/../node.toml",
        "/console/%2e%2e/%2e%2e/node.toml",
        "/console/words/",
        "/console/vendor/../../console_files.py",
    ):
        assert httpx.get(f"{nodes.north.url}{path}").status_code == 404, path
    assert httpx.post(f"{nodes.north.url}/console/", content=b"x").status_code in (404, 405)
