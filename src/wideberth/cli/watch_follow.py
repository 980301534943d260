"""Live sources followed without a node: what comes is taken, and once a second there is a look."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence

from wideberth.cli.say import tell
from wideberth.cli.watch_asked import Trust
from wideberth.cli.watch_faces import Face, Now, Objects, face
from wideberth.cli.watch_play import EVERY, Played
from wideberth.cli.watched import Watched
from wideberth.errors import shorten
from wideberth.formats.times import to_rfc3339
from wideberth.links import source_url, tak
from wideberth.links.source import Followed, Health, follow
from wideberth.links.source_url import Place
from wideberth.model.track import Report
from wideberth.node.watch_views import SourceView
from wideberth.watch.alerts import Alert
from wideberth.watch.looking import Looking


def follow_all(
    looking: Looking,
    sources: Sequence[tuple[str, str]],
    most_ms: int | None,
    own: str,
    trust: Trust,
    *,
    as_json: bool,
    metric: bool,
) -> Played:
    """Follow sources (name, URL) for `most_ms`, or until interrupted. Raises: Invalid, Refused."""
    followed = [_source(name, source_url.read(url), trust) for name, url in sources]
    shown = face(as_json=as_json, metric=metric, paced=True, own=own)
    if not isinstance(shown, Objects):
        names = ", ".join(f"{each.name} ({each.place.scheme})" for each in followed)
        tell(f"watching {shorten(names, 400)}; Ctrl-C ends it")
    following = Following(looking, followed, dict(sources), now)
    with shown:
        return asyncio.run(following.run(shown, most_ms))


def _source(name: str, place: Place, trust: Trust) -> Followed:
    """With TLS where that is asked for. Raises: Invalid (`tak.certificate`)."""
    secure = source_url.SCHEMES[place.scheme].transport == "tls"
    return Followed(name, place, tak.context(trust.ca, trust.cert, trust.key) if secure else None)


def now() -> int:
    """POSIX ms."""
    return time.time_ns() // 1_000_000


class Following:
    """Sources that are followed, and what is known of them."""

    def __init__(
        self,
        looking: Looking,
        sources: Sequence[Followed],
        urls: dict[str, str],
        clock: Callable[[], int],
    ) -> None:
        self._looking, self._sources, self._urls, self._clock = looking, sources, urls, clock
        self._watched = Watched(looking, self.shown)
        began = clock()
        self._health = {each.name: Health(each.name, "connecting", began) for each in sources}

    async def run(self, shown: Face, most_ms: int | None) -> Played:
        """Look once a second. Raises: Refused (`watch.package`)."""
        first = self._clock()
        tasks = [asyncio.create_task(self._follow(each)) for each in self._sources]
        looks = asyncio.create_task(self._look(shown, first, most_ms))
        try:
            # a source ends by an error only, and with it all of this
            await asyncio.wait([*tasks, looks], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
            return await looks
        finally:
            for task in tasks:
                task.cancel()
            looks.cancel()
            await asyncio.gather(*tasks, looks, return_exceptions=True)

    def shown(self) -> list[SourceView]:
        """How each source does."""
        return [
            SourceView(
                name=each.name,
                url=self._urls[each.name],
                party=each.name,
                state=each.state,
                since=to_rfc3339(each.since_ms),
                heard=None if each.heard_ms is None else to_rfc3339(each.heard_ms),
                reports=each.reports,
                faults=each.faults,
                dropped=each.replaced,
                words=each.words,
            )
            for each in self._health.values()
        ]

    async def _follow(self, source: Followed) -> None:
        opened = source_url.decoder(source.place.scheme)
        await follow(source, opened, self._take, self._clock, self._told, jitter=random.random)

    def _take(self, reports: list[Report]) -> None:
        self._looking.take(reports, self._clock())

    def _told(self, health: Health) -> None:
        self._health[health.name] = health

    async def _look(self, shown: Face, first: int, most_ms: int | None) -> Played:
        raised: dict[str, Alert] = {}
        looks = 0
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            at = self._clock()
            changes = self._looking.look(at)
            looks += 1
            for each in changes:
                raised[each.alert.id] = each.alert
            seen = Now(at, self._watched.alerts, self._watched.sources, self._watched.heard)
            shown.look(seen, [(each.what, self._watched.alert(each.alert)) for each in changes])
            # the clock of the wall may be set meanwhile
            if most_ms is not None and (loop.time() - began) * 1_000 >= most_ms:
                return Played(looks, raised, first, at)
            await asyncio.sleep(max(0.05, began + looks * EVERY / 1_000 - loop.time()))
