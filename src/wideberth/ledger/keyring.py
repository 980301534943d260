"""The keys that may sign about one feed, looked up fast: what they are worth changes at few entries only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from wideberth.ledger import certificate, checkpoint, ids, note
from wideberth.ledger.certificate import Papers, Purpose, Standing
from wideberth.ledger.checkpoint import Opened
from wideberth.ledger.ids import Origin
from wideberth.ledger.note import Verifier


class Keyring:
    """The log keys of a feed's author and the cosign keys of its reader, all that were ever certified.

    Those that do not count are known too, so that "revoked" is told from "a stranger".
    """

    def __init__(self, origin: Origin, author: Papers, reader: str, of_reader: Papers) -> None:
        self._origin = origin
        self._papers: dict[Purpose, Papers] = {"log": author, "cosign": of_reader}
        self._logs = _certified(origin, "log", author, origin.text, note.ED25519)
        self._cosigners = _certified(origin, "cosign", of_reader, ids.cosigner(reader), note.COSIGNATURE)
        self._steps = sorted(_steps(origin, author) | _steps(origin, of_reader))
        self._worth: dict[tuple[int, Purpose], dict[bytes, Standing]] = {}

    def read(self, data: bytes) -> Opened:
        """A checkpoint that a key of the author has signed, whatever that key is worth. Raises: as
        checkpoint.read.
        """
        names = {(each.name, each.key_id) for each in note.parse(data).signatures}
        logs, cosigners = (
            [each for each in known if (each.name, each.key_id) in names]
            for known in (self._logs, self._cosigners)
        )
        return checkpoint.read(data, self._origin.text, logs, cosigners)

    def standing(self, key: Verifier, n: int) -> Standing:
        """What a signature of one of these keys about entry `n` is worth; as certificate.standing."""
        purpose: Purpose = "log" if key.kind == note.ED25519 else "cosign"
        place = bisect_right(self._steps, n), purpose
        if place not in self._worth:
            # of all keys at once: a record may have a thousand papers, and each of them a step
            self._worth[place] = certificate.standings(purpose, self._origin, n, self._papers[purpose])
        return self._worth[place].get(key.public, "unknown")

    def gaps(self, end: int) -> Iterator[tuple[int, int]]:
        """Where, below `end`, a log key was revoked and no other has followed it: (begin, end) each."""
        for begin, after in zip(self._steps, [*self._steps[1:], end], strict=True):
            worth = {self.standing(key, begin) for key in self._logs}
            if "disputed" in worth and "valid" not in worth and begin < end:
                yield begin, min(after, end)


def _certified(origin: Origin, purpose: Purpose, papers: Papers, name: str, kind: int) -> list[Verifier]:
    found = {each.key for each in papers.certificates if (each.purpose, each.origin) == (purpose, origin)}
    return [Verifier(name, kind, key) for key in sorted(found)]


def _steps(origin: Origin, papers: Papers) -> set[int]:
    """The entries at which what a key is worth may change; the first is one."""
    begins = {each.from_n for each in papers.certificates if each.origin == origin}
    return {0, *begins, *(each.last_n.get(origin, 0) for each in papers.revocations)}
