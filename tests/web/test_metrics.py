"""What monitoring reads: what is counted, in which words, and what is not in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.story import whole
from tests.web.reached import Reached, reached
from wideberth.desk.rings import About
from wideberth.node.config import Config
from wideberth.node.log import SHOWN
from wideberth.node.ringing import Wanted
from wideberth.web.metrics import Metrics


def samples(text: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """By name, as Prometheus' own parser reads them."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for each in family.samples:
            found.setdefault(each.name, []).append((each.labels, each.value))
    return found


def read(api: Reached) -> dict[str, list[tuple[dict[str, str], float]]]:
    answer = api.ask("GET", "/v1/metrics", "observer")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return samples(answer.text)


def test_entries_are_counted_by_feed_and_side(api: Reached) -> None:
    whole.settle(api.two)
    for _ in range(3):
        api.node.say(api.line, "urgent", "test.said", 1, {"said": "words"})
    found = read(api)
    shown = api.line[:SHOWN]
    view = {(each.kind, each.mine): each for each in api.node.line(api.line).feeds}
    for kind in ("urgent", "main"):
        for side in ("own", "peer"):
            labels = {"line": shown, "feed": kind, "side": side}
            feed = view[kind, side == "own"]
            assert (labels, feed.entries) in found["wideberth_entries"]
            assert (labels, feed.delivered) in found["wideberth_entries_delivered"]
    assert ({"line": shown, "feed": "urgent", "side": "own"}, 3) in found["wideberth_entries"]
    assert ({"line": shown, "feed": "urgent", "side": "own"}, 0) in found["wideberth_entries_delivered"]
    assert found["wideberth_entries_not_told"] == [({"line": shown}, 0)]


def test_the_state_of_a_line_is_one_of_all_there_are(api: Reached) -> None:
    found = read(api)
    shown = api.line[:SHOWN]
    healths = {labels["health"]: value for labels, value in found["wideberth_line_health"]}
    assert healths == {"live": 1, "late": 0, "silent": 0}
    stages = {labels["stage"]: value for labels, value in found["wideberth_line_stage"]}
    assert stages == {"asking": 1, "regaining": 0, "whole": 0, "waived": 0}
    assert found["wideberth_line_clock_steady"] == [({"line": shown}, 1)]
    assert found["wideberth_line_alarms"] == [({"line": shown}, 0)]


def test_drops_lost_lines_of_the_log_and_the_journal_are_counted(api: Reached) -> None:
    assert api.node.incoming(api.line, [b"nonsense", b"more"]) == 0
    api.node.log.lost = 7
    api.node._trouble.words = "the disk is full"
    found = read(api)
    assert [
        value for labels, value in found["wideberth_dropped_total"] if labels["line"] == api.line[:SHOWN]
    ] == [2]
    assert found["wideberth_log_lost_total"] == [({}, 7)]
    assert found["wideberth_trouble"] == [({}, 1)]
    assert found["wideberth_event_readers"] == [({}, 0)]
    [(_, size)] = found["wideberth_journal_bytes"]
    assert size >= (api.node.path / "journal.db").stat().st_size > 0


def test_requests_are_counted_by_route_and_not_by_path(api: Reached) -> None:
    api.ask("GET", f"/v1/lines/{api.line}", "observer")
    api.ask("GET", "/v1/lines/whatever-somebody-types", "observer")
    api.ask("BREW", "/whatever-else")
    found = read(api)
    counts = {
        tuple(sorted(labels.items())): value for labels, value in found["wideberth_request_seconds_count"]
    }

    def count(method: str, route: str, status: str) -> float:
        return counts[("method", method), ("route", route), ("status", status)]

    assert count("GET", "/v1/lines/{line}", "200") == 1
    assert count("GET", "/v1/lines/{line}", "404") == 1
    assert count("other", "other", "404") == 1


def test_nothing_that_anybody_wrote_is_in_it(tmp_path: Path) -> None:
    with reached(tmp_path) as api:
        whole.settle(api.two)
        api.node.say(api.line, "main", "test.said", 1, {"said": "tell-tale"})
        api.ask("GET", "/v1/tell-tale", "observer")
        text = api.ask("GET", "/v1/metrics", "observer").text
        for never in ("tell-tale", "observer", "south", api.line, api.node.party, str(tmp_path)):
            assert never not in text


def test_a_journal_elsewhere_has_no_size_here(api: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.node, "settings", Config(journal="postgresql://somewhere"))
    assert "wideberth_journal_bytes" not in Metrics(api.node, lambda: 0).text().decode()


def test_what_sounds_is_counted(api: Reached) -> None:
    overdue = Wanted(About("concern", None, "d-1"), "concern.overdue", "routine")
    api.node.room.ringing.sources.append(lambda: [overdue])
    api.node.tick()
    found = read(api)
    [(_, sounds)] = found["wideberth_sounds_total"]
    assert sounds >= 1
    assert found["wideberth_sounding"] == [({}, 1)] and found["wideberth_sounds_hour"] == [({}, sounds)]
