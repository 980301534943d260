"""Alarms on their way out: to a webhook as signed JSON, and by mail, SMS and the like through apprise.

Each channel has a thread of its own, and whoever rings waits for neither. What is sent is a code and ids; the
sentence of the alarm only where the settings say so. A channel that fails is tried again a few times and says
so; nothing depends on it.

    POST, with the headers
      Content-Type: application/json
      Wideberth-Delivery: <start of the node>-<number of the ring>
      Wideberth-Signature: sha256=<HMAC-SHA-256 of the body under the shared key, hexadecimal>
    {"at":…,"exercise":…,"id":…,"kind":…,"line":…,"n":…,"schema":"wideberth.ring/1","start":…,"step":…,"words":…}

`at` is in what is signed: a receiver refuses what is old, and what it has had (`start` and `n`).
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, Full, Queue
from typing import Final, NamedTuple

import httpx
import msgspec

SCHEMA: Final = "wideberth.ring/1"
SIGNATURE: Final = "wideberth-signature"
DELIVERY: Final = "wideberth-delivery"
PAUSES: Final = (1.0, 5.0, 20.0)
"""Seconds before another try; after the last one it is given up."""
TIMEOUT: Final = 10.0
WAITING: Final = 100
"""Rings that wait for a channel; of more the oldest are left out, and counted."""
EXTRA: Final = (
    "apprise is not installed: alarms go to no mail and no SMS; accepted: pip install wideberth[notify]"
)


class Ring(NamedTuple):
    """Something that sounds, as Happened has it; `step`: for whom by now."""

    n: int
    at: str
    kind: str
    id: str
    line: str | None
    step: str
    words: str


class Whom(NamedTuple):
    """Where rings go (see node.config_alarms); `start` names this start of the node."""

    webhook: str
    key: str
    notify: tuple[str, ...]
    words: bool
    start: str
    exercise: bool


class Sent(NamedTuple):
    """What became of rings on a channel; `words` where it failed, None where it works."""

    channel: str
    words: str | None


Told = Callable[[Sent], None]
"""Called in the thread of a channel, when it fails and when it works again."""


class Channel:
    """A thread that gives rings to `send`, one after the other; `send` returns why it could not, or None."""

    def __init__(
        self, name: str, send: Callable[[Ring], str | None], told: Told, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._name, self._send, self._told, self._pauses = name, send, told, pauses
        self._waiting: Queue[Ring | None] = Queue(WAITING)
        self._ended = threading.Event()
        self._words: str | None = None
        self._thread = threading.Thread(target=self._run, name=f"ring {name}", daemon=True)
        self._thread.start()

    def ring(self, ring: Ring | None) -> None:
        """One more, at once; None ends it."""
        while True:
            try:
                self._waiting.put_nowait(ring)
            except Full:
                # the newest is what matters
                try:
                    self._waiting.get_nowait()
                except Empty:
                    continue
                self._tell("rings came faster than they could be sent: the oldest were left out")
                continue
            return

    def close(self, within: float = 1.0) -> None:
        """End it; what waits is sent as far as that takes no longer than this (s)."""
        self.ring(None)
        self._thread.join(within)
        self._ended.set()

    def _run(self) -> None:
        while (ring := self._waiting.get()) is not None:
            self._tell(self._try(ring))

    def _try(self, ring: Ring) -> str | None:
        for pause in (*self._pauses, None):
            try:
                why = self._send(ring)
            except Exception as error:  # noqa: BLE001 - a library of others; its text may hold a password
                why = f"failed ({type(error).__name__})"
            if why is None or pause is None or self._ended.wait(pause):
                return why
        return None  # pragma: no cover - the last pause is None

    def _tell(self, words: str | None) -> None:
        """Say what has changed: not at every ring of a night."""
        if words != self._words:
            self._words = words
            self._told(Sent(self._name, words))


class Ringer:
    """All channels of a node that are set up."""

    def __init__(self, whom: Whom, told: Told, pauses: Sequence[float] | None = None) -> None:
        pauses = PAUSES if pauses is None else pauses
        self._channels: list[Channel] = []
        if whom.webhook:
            self._channels.append(Channel("webhook", Webhook(whom).send, told, pauses))
        if whom.notify:
            self._channels.append(Channel("notify", Notify(whom).send, told, pauses))

    def ring(self, ring: Ring) -> None:
        """Send it on every channel; waits for none."""
        for each in self._channels:
            each.ring(ring)

    def close(self) -> None:
        """End all of them."""
        for each in self._channels:
            each.close()


def body(ring: Ring, whom: Whom) -> bytes:
    """What is sent to a webhook."""
    said = {
        "schema": SCHEMA,
        "at": ring.at,
        "exercise": whom.exercise,
        "id": ring.id,
        "kind": ring.kind,
        "line": ring.line,
        "n": ring.n,
        "start": whom.start,
        "step": ring.step,
        "words": ring.words if whom.words else None,
    }
    return msgspec.json.encode(said, order="sorted")


def signature(data: bytes, key: str) -> str:
    """The value of the header that signs a body."""
    return "sha256=" + hmac.new(key.encode(), data, hashlib.sha256).hexdigest()


class Webhook:
    """A URL that takes rings."""

    def __init__(self, whom: Whom) -> None:
        self._whom = whom
        # no proxy of the environment, and no redirect: it goes where the settings say or nowhere
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False)

    def send(self, ring: Ring) -> str | None:
        """Send one; why it could not be."""
        data = body(ring, self._whom)
        headers = {
            "content-type": "application/json",
            "user-agent": "wideberth",
            DELIVERY: f"{self._whom.start}-{ring.n}",
            SIGNATURE: signature(data, self._whom.key),
        }
        try:
            with self._http.stream("POST", self._whom.webhook, content=data, headers=headers) as answer:
                status = answer.status_code
        except httpx.HTTPError as error:
            return f"the webhook cannot be reached ({type(error).__name__})"
        return None if 200 <= status < 300 else f"the webhook answers {status}"


class Notify:
    """Addresses of mail, SMS and the like."""

    def __init__(self, whom: Whom) -> None:
        self._whom = whom

    def send(self, ring: Ring) -> str | None:
        """Send one to every address; why it could not be."""
        try:
            import apprise  # an extra, and slow to load: only where it is needed, and in this thread
        except ImportError:
            return EXTRA
        # it writes addresses, with their passwords, to its log
        logging.getLogger("apprise").disabled = True
        memory = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY)
        failed = 0
        for address in self._whom.notify:
            one = apprise.Apprise(asset=memory)
            good = one.add(address) and one.notify(title=title(self._whom), body=text(ring, self._whom))
            failed += not good
        count = len(self._whom.notify)
        return None if not failed else f"{failed} of {count} addresses did not take an alarm"


def title(whom: Whom) -> str:
    """The subject of a message."""
    return "EXERCISE: Wideberth alarm" if whom.exercise else "Wideberth alarm"


def text(ring: Ring, whom: Whom) -> str:
    """A message in one line: code and ids, and the sentence where the settings say so."""
    line = f", line {ring.line[:8]}" if ring.line else ""
    words = f": {ring.words}" if whom.words else ""
    exercise = "EXERCISE " if whom.exercise else ""
    return f"{exercise}{ring.at} {ring.kind} {ring.id[:10]}{line}, for the {ring.step}{words}"
