"""What monitoring reads (Prometheus' text): counts and states, and nothing that anybody wrote.

Labels hold eight characters of a line's id, as the log does, and words of fixed lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Histogram, exposition
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from wideberth.line.messages import Level
from wideberth.line.state import Stage
from wideberth.node import directory
from wideberth.node.log import SHOWN
from wideberth.node.node import Node
from wideberth.node.views import LineView

TYPE: Final = exposition.CONTENT_TYPE_PLAIN_0_0_4
SECONDS: Final = (0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0)
"""Upper ends of the buckets in which requests are counted."""
OTHER: Final = "other"
"""The route of a request that has none, and a method that is none of ours."""
METHODS: Final = ("DELETE", "GET", "POST", "PUT")

_FEED: Final = ("line", "feed", "side")


class Metrics:
    """The counts of one node, in a registry of their own; many threads may call it."""

    def __init__(self, node: Node, readers: Callable[[], int]) -> None:
        """`readers`: how many read the events."""
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "wideberth_request_seconds",
            "Requests to the API, and how long they took.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._registry.register(_OfNode(node, readers))

    def request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """A request was answered."""
        named = method if method in METHODS else OTHER
        self._requests.labels(named, route or OTHER, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All of it. Raises: as Node.status."""
        return exposition.generate_latest(self._registry)


class _OfNode(Collector):
    """What the node says of itself when it is asked."""

    def __init__(self, node: Node, readers: Callable[[], int]) -> None:
        self._node, self._readers = node, readers

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Prometheus' own interface."""
        status = self._node.status()
        yield _gauge("wideberth_trouble", "1 while the disk cannot be written.", status.trouble is not None)
        yield _counter("wideberth_log_lost", "Events that the log could not hold.", status.log_lost)
        yield _gauge("wideberth_event_readers", "Who reads the events.", self._readers())
        keeping = self._node.room.keeping
        bell = keeping.bell()
        yield _gauge("wideberth_sounding", "What rings aloud now, and nobody has taken.", bell.sounding)
        yield _gauge("wideberth_sounds_hour", "How often something sounded in the last hour.", bell.hour)
        yield _counter("wideberth_sounds", "How often something sounded in this start.", keeping.sounded)
        size = _journal_bytes(self._node)
        if size is not None:
            yield _gauge("wideberth_journal_bytes", "Size of journal.db and what belongs to it.", size)
        lines = self._node.lines()
        yield from _feeds(lines)
        yield from _states(lines)
        yield self._drops()

    def _drops(self) -> CounterMetricFamily:
        found = CounterMetricFamily(
            "wideberth_dropped", "Messages that were not taken, by code.", labels=("line", "code")
        )
        # two lines may begin with the same characters
        counts: Counter[tuple[str, str]] = Counter()
        for line, codes in self._node.drops().items():
            for code, count in codes.items():
                counts[line[:SHOWN], code] += count
        for labels, count in counts.items():
            found.add_metric(labels, count)
        return found


def _feeds(lines: Sequence[LineView]) -> Iterator[GaugeMetricFamily]:
    entries: Counter[tuple[str, str, str]] = Counter()
    delivered: Counter[tuple[str, str, str]] = Counter()
    not_told: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        shown = line.line[:SHOWN]
        not_told[(shown,)] += line.not_told
        for feed in line.feeds:
            side = (shown, feed.kind, "own" if feed.mine else "peer")
            entries[side] += feed.entries
            delivered[side] += feed.delivered
    yield _counted("wideberth_entries", "Entries that are durable here.", _FEED, entries)
    yield _counted("wideberth_entries_delivered", "Of these, those the other side has too.", _FEED, delivered)
    yield _counted("wideberth_entries_not_told", "Entries that wait to be said.", ("line",), not_told)


def _states(lines: Sequence[LineView]) -> Iterator[GaugeMetricFamily]:
    """One gauge for each state there is, of which one is 1: so that none is missed in silence."""
    healths: Counter[tuple[str, ...]] = Counter()
    stages: Counter[tuple[str, ...]] = Counter()
    steady: Counter[tuple[str, ...]] = Counter()
    alarms: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        shown = line.line[:SHOWN]
        for health in get_args(Level):
            healths[shown, health] += line.health == health
        for stage in get_args(Stage):
            stages[shown, stage] += line.stage == stage
        steady[(shown,)] += line.clock_steady
        alarms[(shown,)] += len(line.alarms)
    yield _counted("wideberth_line_health", "1 for how the line is now.", ("line", "health"), healths)
    yield _counted("wideberth_line_stage", "1 for whether it signs now.", ("line", "stage"), stages)
    yield _counted("wideberth_line_clock_steady", "0 while the clock is in doubt.", ("line",), steady)
    yield _counted("wideberth_line_alarms", "Alarms that were ever given.", ("line",), alarms)


def _counted(
    name: str,
    words: str,
    labels: Sequence[str],
    counts: Counter[tuple[str, str, str]] | Counter[tuple[str, ...]],
) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, words, labels=labels)
    for values, count in counts.items():
        found.add_metric(values, count)
    return found


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _counter(name: str, words: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, words, value=value)


def _journal_bytes(node: Node) -> int | None:
    """What the journal takes on disk; None where it is in PostgreSQL."""
    if node.settings.journal:
        return None
    found = node.path.glob(f"{directory.JOURNAL}*")
    return sum(each.stat().st_size for each in found)
