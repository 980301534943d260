"""The node goes away and comes back, events are lost, a session ends: nothing old is shown as current."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.console.seen import SLOW_MS, Seen, opened
from tests.console.two import One, Two, until

LOST = (
    "CONNECTION_REFUSED",
    "INCOMPLETE_CHUNKED_ENCODING",
    "EMPTY_RESPONSE",
    "CONNECTION_RESET",
    "Failed to fetch",
)
"""What the browser says where a node is away."""
BETWEEN = """{
    const real = window.fetch;
    window.between = { drop: 0, cut: () => {} };
    window.fetch = async (path, options) => {
        const answer = await real(path, options);
        if (path !== '/v1/events' || !answer.ok) return answer;
        const decode = new TextDecoder(), encode = new TextEncoder();
        let rest = '';
        const through = new TransformStream({
            start(to) { window.between.cut = () => to.error(new TypeError('cut')); },
            transform(piece, to) {
                rest += decode.decode(piece, { stream: true });
                const blocks = rest.split('\\n\\n');
                rest = blocks.pop();
                for (const each of blocks) {
                    if (window.between.drop > 0 && each.includes('event: ')) window.between.drop -= 1;
                    else to.enqueue(encode.encode(each + '\\n\\n'));
                }
            },
        });
        return new Response(answer.body.pipeThrough(through), { headers: answer.headers });
    };
}"""
"""What stands between the page and its node: it can lose an event, and break."""
PROBE = """async (line) => {
    const live = await import('/console/core/live.js');
    const shown = document.createElement('output');
    shown.id = 'probe';
    document.body.append(shown);
    window.probe = { live, heard: [] };
    live.whenHappened((event) => window.probe.heard.push(event.what));
    live.use(`/v1/lines/${line}/gate`, ['gate.'], (state) => {
        shown.dataset.stale = String(state.stale);
        shown.textContent = state.data?.gate ?? '';
    });
}"""
"""Something that a view shows and keeps, without any view: what the gate of a line is set to."""


@pytest.fixture
def desk(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    """As elsewhere; the node may be another one since, which no test can reach into."""
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.sign_in(fresh=False)
        yield seen


@pytest.fixture
def probed(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    """A desk with something on it that is kept read; the browser may say that it does not reach the node."""
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.allowed += LOST
        seen.page.add_init_script(BETWEEN)
        # a node that was started again is another one here, and no test of these prefers anything
        seen.sign_in(fresh=False)
        seen.page.evaluate(PROBE, nodes.line)
        seen.page.wait_for_selector(".age.current")
        seen.page.wait_for_selector("#probe[data-stale=false]")
        yield seen


def gate(one: One, line: str, wanted: str) -> None:
    """Change something that the probe shows."""
    token = {"authorization": f"Bearer {one.party.tokens['second']}"}
    answer = httpx.put(f"{one.url}/v1/lines/{line}/gate", json={"gate": wanted}, headers=token, timeout=60)
    assert answer.status_code == 200, answer.text


def shows(seen: Seen, wanted: str) -> None:
    said = "wanted => document.getElementById('probe').textContent === wanted"
    seen.page.wait_for_function(said, arg=wanted)


def test_the_node_goes_away_and_comes_back(probed: Seen, nodes: Two) -> None:
    page = probed.page
    page.evaluate("window.never = 'reloaded'")
    nodes.stop(nodes.north)
    try:
        page.wait_for_selector(".age.stale")
        said, told = page.inner_text(".age"), page.inner_text(".time [role=status]")
        assert "NOT CURRENT" in said and "NOT CURRENT" in told
        assert "as of" in said and "nothing heard for" in said
        # each thing that is shown says so too, and what was there is there still
        page.wait_for_selector("#probe[data-stale=true]")
        shows(probed, "off")
        assert page.get_attribute("body", "data-standing") == "stale"
        # how old it is goes on, and a reader of screens is told once
        page.wait_for_function("said => document.querySelector('.age').textContent !== said", arg=said)
        assert page.inner_text(".time [role=status]") == told
        probed.shot("not-current")
        # what is done now is not done, and says so
        found = page.evaluate(
            "import('/console/core/api.js').then(api => api.post('/v1/duty/present')).catch(e => e.code)"
        )
        assert found == "console.unreached"
        # a page that was never opened cannot be now, and says so
        page.evaluate("location.hash = '#/help'")
        again = page.get_by_role("button", name="Try again")
        again.wait_for()
    finally:
        nodes.start(nodes.north)
    gate(nodes.north, nodes.line, "always")
    page.wait_for_selector(".age.current")
    page.wait_for_selector("#probe[data-stale=false]")
    shows(probed, "always")
    assert page.evaluate("window.never") == "reloaded"
    again.click()
    page.get_by_role("heading", name="Keys and help").wait_for()
    # another start of the node has other events: it was told to read all again
    assert "again" in page.evaluate("window.probe.heard")
    gate(nodes.north, nodes.line, "off")
    shows(probed, "off")


def test_a_stream_that_breaks_goes_on_where_it_was(probed: Seen, nodes: Two) -> None:
    page = probed.page
    asked: list[str | None] = []
    page.on(
        "request",
        lambda each: (
            asked.append(each.headers.get("last-event-id")) if each.url.endswith("/events") else None
        ),
    )
    before = page.evaluate("window.probe.heard.length")
    # the network is cut under the stream, and what happens meanwhile is heard afterwards, once
    page.route("**/v1/events", lambda route: route.abort("connectionfailed"))
    probed.allowed.append("ERR_CONNECTION_FAILED")
    page.evaluate("window.between.cut()")
    page.wait_for_selector(".age.stale")
    for each in ("always", "off"):
        gate(nodes.north, nodes.line, each)
    page.unroute("**/v1/events")
    page.wait_for_selector(".age.current")
    until(lambda: page.evaluate("before => window.probe.heard.length > before", before))
    assert asked[-1] is not None
    heard = page.evaluate("before => window.probe.heard.slice(before)", before)
    assert "again" not in heard
    assert heard.count("gate.changed") == 2, heard


def test_a_single_event_that_is_lost_is_healed(probed: Seen, nodes: Two) -> None:
    page = probed.page
    # one event never arrives: what a broken proxy would do
    page.evaluate("{ window.between.drop = 1 }")
    gate(nodes.north, nodes.line, "always")
    gate(nodes.north, nodes.line, "off")
    until(lambda: "again" in page.evaluate("window.probe.heard"))
    shows(probed, "off")


def test_a_view_that_fails_keeps_nothing_from_the_others(probed: Seen, nodes: Two) -> None:
    page = probed.page
    probed.allowed.append("planted")
    page.evaluate("""{
        const fail = () => { if (window.planted) throw new Error('planted'); };
        window.probe.live.whenHappened(fail);
        window.probe.live.use('/v1/lines', ['gate.'], fail);
        window.planted = true;
    }""")
    gate(nodes.north, nodes.line, "always")
    shows(probed, "always")
    gate(nodes.north, nodes.line, "off")
    shows(probed, "off")
    page.wait_for_selector(".age.current")


def test_a_machine_that_slept_says_so_at_once(probed: Seen) -> None:
    """The clock that runs evenly stands still in sleep, the other one does not."""
    page = probed.page
    # nothing arrives any more, and the hour is another
    page.evaluate("window.probe.live.pause()")
    page.wait_for_selector(".age.stale")
    page.evaluate("{ const real = Date.now.bind(Date); Date.now = () => real() + 3_600_000; }")
    page.wait_for_function("() => document.querySelector('.age').textContent.includes('1 h')")


def test_a_clock_that_is_wrong_is_said(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.page.add_init_script("{ const real = Date.now.bind(Date); Date.now = () => real() + 90_000; }")
        seen.sign_in(fresh=False)
        seen.page.wait_for_selector(".age.current")
        # a busy machine measures it less exactly
        expect(seen.page.locator(".skew")).to_contain_text(re.compile(r"1 min [123]\d s"))
        # and what is shown is the node's own time
        shown = seen.page.inner_text(".clock")
        apart = seconds(time.strftime("%H:%M:%SZ", time.gmtime())) - seconds(shown)
        assert min(apart % 86_400, -apart % 86_400) < 45
        # it is set right while the page is open
        seen.page.evaluate(
            "{ const before = Date.now(); const run = performance.now();"
            " Date.now = () => before - 90_000 + performance.now() - run; }"
        )
        seen.page.wait_for_function("() => document.querySelector('.skew').textContent === ''")


def seconds(clock: str) -> int:
    hours, minutes, rest = clock.rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def end_sessions(one: One) -> None:
    """As an admin does who finds a console that somebody left."""
    with httpx.Client(
        base_url=one.url, headers={"authorization": f"Bearer {one.party.tokens['chief']}"}, timeout=60
    ) as chief:
        for each in chief.get("/v1/users/duty/tokens").json():
            if each["name"].startswith("console"):
                assert chief.delete(f"/v1/users/duty/tokens/{each['name']}").status_code == 204


def test_a_session_that_ends_leaves_what_was_typed(desk: Seen, nodes: Two) -> None:
    page = desk.page
    page.wait_for_selector(".age.current")
    # a form in a view, and a dialog over it, both begun
    page.evaluate("""async () => {
        const { field } = await import('/console/core/form.js');
        const { dialog } = await import('/console/core/dialog.js');
        document.querySelector('main').append(field('typed', 'Typed before', { kind: 'area' }).element);
        dialog('A dialog', () => [field('inside', 'Typed inside').element]);
    }""")
    page.get_by_label("Typed before").evaluate("each => { each.value = 'half a plan' }")
    page.get_by_label("Typed inside").fill("half a call")
    end_sessions(nodes.north)
    page.wait_for_selector(".sign-in-over .sign-in")
    page.wait_for_selector("body[data-standing=stale]")
    desk.press("Escape", "Escape")
    page.wait_for_selector(".sign-in-over .sign-in")  # a browser closes it for a moment
    desk.shot("session-ended")
    page.fill(".sign-in-over input[name=name]", "duty")
    page.fill(".sign-in-over input[name=password]", nodes.north.party.password("duty"))
    desk.press("Enter")
    page.wait_for_selector(".sign-in-over", state="detached")
    page.wait_for_selector(".age.current")
    expect(page.get_by_label("Typed inside")).to_have_value("half a call")
    desk.press("Escape")
    expect(page.get_by_label("Typed before")).to_have_value("half a plan")


def test_whoever_signs_out_leaves_nothing_running(desk: Seen) -> None:
    page = desk.page
    page.wait_for_selector(".age.current")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector(".sign-in")
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.wait_for_timeout(3_500)
    assert asked == []


def test_many_windows_share_one_stream(probed: Seen, nodes: Two) -> None:
    """A browser keeps six connections to a node: with a stream for each window, six would be none left."""
    first = probed.page
    asked: list[str] = []
    first.context.on("request", lambda each: asked.append(each.url) if "/events" in each.url else None)
    windows = [first.context.new_page() for _ in range(7)]
    for page in windows:
        page.set_default_timeout(SLOW_MS)
        page.goto(f"{nodes.north.url}/console/#/help")
        page.wait_for_selector(".age.current")
    assert asked == []
    last = windows[-1]
    last.evaluate(PROBE, nodes.line)
    last.wait_for_selector("#probe[data-stale=false]")
    told = "wanted => document.getElementById('probe').textContent === wanted"
    gate(nodes.north, nodes.line, "always")
    last.wait_for_function(told, arg="always")
    # the one that reads is closed: another goes on from the same event, and nothing is missed
    first.close()
    for page in windows[:-1]:
        page.close()
    # what a page asks for is heard of while a page is asked for something
    until(lambda: bool(last.evaluate("1")) and len(asked) >= 1)
    gate(nodes.north, nodes.line, "off")
    last.wait_for_function(told, arg="off")
    last.wait_for_selector(".age.current")
    assert "again" not in last.evaluate("window.probe.heard")
