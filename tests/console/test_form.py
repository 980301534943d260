"""Fields as people fill them in, and what is shared by all forms: read as it was meant, or not at all."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import expect

from tests.console.seen import Seen

NOW = datetime(2026, 11, 28, 14, 0, 30, tzinfo=UTC)
KNOWN: Final[dict[str, str | None]] = {
    "2026-11-28 14:30": "2026-11-28T14:30:00Z",
    "2026-11-28T14:30:05": "2026-11-28T14:30:05Z",
    "2026-11-28 14:30Z": "2026-11-28T14:30:00Z",
    "14:30": "2026-11-28T14:30:00Z",
    "01:30": "2026-11-29T01:30:00Z",  # the one that is nearest, not the one of this day
    "03:00Z": "2026-11-28T03:00:00Z",
    "1430": "2026-11-28T14:30:00Z",
    "+2h": "2026-11-28T16:00:30Z",
    "+45 min": "2026-11-28T14:45:30Z",
    "281430Z NOV 26": "2026-11-28T14:30:00Z",
    "28.11.2026 14:30": None,
    "11/12/2026 02:30": None,
    "2026-02-30 10:00": None,
    "25:00": None,
    "311430Z NOV 26": None,
    "soon": None,
}
READ = """async ([texts, now]) => {
    const { read, rfc } = await import('/console/core/moment.js');
    return texts.map((each) => { const found = read(each, now); return found === null ? null : rfc(found); });
}"""


def read(desk: Seen, *texts: str) -> list[Any]:
    found = desk.page.evaluate(READ, [list(texts), NOW.timestamp() * 1_000])
    assert isinstance(found, list)
    return found


def test_times_are_read_as_they_are_meant(desk: Seen) -> None:
    assert read(desk, *KNOWN) == list(KNOWN.values())


def test_what_is_written_is_read_as_the_same(desk: Seen) -> None:
    chance = random.Random(7)
    moments = [chance.randrange(0, 4_000_000_000) * 1_000 for _ in range(500)]
    again = desk.page.evaluate(
        """async (moments) => {
            const { read, write } = await import('/console/core/moment.js');
            return moments.map((each) => read(write(each), 0));
        }""",
        moments,
    )
    assert again == moments


def test_a_field_says_how_it_reads_and_never_drops_what_it_cannot(desk: Seen) -> None:
    said = desk.page.evaluate(
        """async () => {
            const { field } = await import('/console/core/form.js');
            const made = field('at', 'At', { kind: 'time' });
            const found = [];
            for (const text of ['', '2026-11-28 14:30', '28/11 at noon']) {
                made.input.value = text;
                made.input.dispatchEvent(new Event('input'));
                found.push([made.value(), made.element.querySelector('.read').textContent]);
            }
            return found;
        }"""
    )
    assert said[0][0] is None
    assert said[1][0] == "2026-11-28T14:30:00Z"
    assert "2026-11-28 14:30Z" in said[1][1]
    assert said[2][0] == "28/11 at noon"
    assert "281430Z NOV 26" in said[2][1]


def test_a_time_ahead_is_the_one_that_was_shown(desk: Seen) -> None:
    """However long the form stays open."""
    shown, sent = desk.page.evaluate(
        """async () => {
            const { field } = await import('/console/core/form.js');
            const made = field('at', 'At', { kind: 'time' });
            made.input.value = '+2h';
            made.input.dispatchEvent(new Event('input'));
            const shown = made.element.querySelector('.read').textContent;
            await new Promise((done) => setTimeout(done, 1_500));
            return [shown, made.value()];
        }"""
    )
    assert sent.replace("T", " ").removesuffix(":00Z").removesuffix("Z") in shown


def test_what_is_no_number_is_not_sent_as_nothing(desk: Seen) -> None:
    page = desk.page
    page.evaluate(
        """async () => {
            const { field, form } = await import('/console/core/form.js');
            window.sent = [];
            const made = form([field('least', 'Least', { kind: 'number' })], {
                submit: 'Hand in', send: async (found) => { window.sent.push(found); return null; },
            });
            document.querySelector('main').prepend(made);
        }"""
    )
    least = page.get_by_label("Least", exact=True)
    least.press_sequentially("1e")
    least.press("Enter")
    expect(page.locator("main form .problem").first).to_contain_text("no number")
    assert page.evaluate("window.sent") == []
    least.fill("15")
    least.press("Enter")
    page.wait_for_function("window.sent.length === 1")
    assert page.evaluate("window.sent") == [{"least": 15}]


def test_a_place_that_is_typed_on_is_waited_for(desk: Seen) -> None:
    """Whoever hands in and types on gets the place that stands there then."""
    found = desk.page.evaluate(
        """async () => {
            const { placeField } = await import('/console/core/place.js');
            const made = placeField('place', 'Place');
            const type = (text) => {
                made.input.value = text;
                made.input.dispatchEvent(new Event('input'));
            };
            type('33.5, 36.2');
            const waiting = made.settled();
            await new Promise((done) => setTimeout(done, 50));
            type('33.5, 36.25');
            return waiting;
        }"""
    )
    assert found == {"lat": 33.5, "lon": 36.25}


def test_what_is_done_is_done_once(desk: Seen) -> None:
    """Even where a view enables the button meanwhile; and a failure is said where its place has gone."""
    page = desk.page
    count = page.evaluate(
        """async () => {
            const { act } = await import('/console/core/dialog.js');
            const { Problem } = await import('/console/core/api.js');
            const failed = new Problem(409, { code: 'some.rule', detail: 'it was not sent' });
            const button = document.createElement('button');
            let count = 0;
            let end;
            const first = act(button, () => { count += 1; return new Promise((done) => { end = done; }); });
            button.disabled = false;
            await act(button, async () => { count += 1; });
            end();
            await first;
            await act(button, async () => { throw failed; }, { at: document.createElement('div') });
            return count;
        }"""
    )
    assert count == 1
    expect(page.locator("#said")).to_contain_text("it was not sent")


def test_what_stays_in_a_list_keeps_the_focus(desk: Seen) -> None:
    found = desk.page.evaluate(
        """async () => {
            const { h, keep } = await import('/console/core/html.js');
            const list = h('ul');
            document.querySelector('main').prepend(list);
            const draw = (each) => h('li', {}, h('input', { 'aria-label': each }));
            keep(list, ['one', 'two', 'three'], (each) => each, draw);
            const third = list.lastElementChild.firstElementChild;
            third.focus();
            keep(list, ['two', 'three'], (each) => each, draw);
            return [document.activeElement === third, list.textContent === '' && list.childElementCount];
        }"""
    )
    assert found == [True, 2]
