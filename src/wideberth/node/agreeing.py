"""Agreements on the lines of a node: what its officers do. Part of the node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wideberth.ledger import approval
from wideberth.node.open_line import OpenLine
from wideberth.node.views import AgreementsView

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Agreeing:
    """Of one node. Methods raise as Node.using, and as is said at each."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def of(self, line: str) -> AgreementsView:
        """The agreements of a line."""
        with self._node.held():
            return self._node.of(line).agreements(self._node.all_lines())

    def propose(self, line: str, data: bytes) -> AgreementsView:
        """Put terms to the other party. Raises: as agreement_commands.propose."""
        return self._change(line, lambda found: found.propose(data))

    def sign(self, line: str, sha256: bytes, approvals: Sequence[bytes]) -> AgreementsView:
        """Hand in officers' signatures. Raises: as agreement_commands.sign, and as approval.read."""
        read = [approval.read(each.removesuffix(b"\n")) for each in approvals]
        return self._change(line, lambda found: found.sign(sha256, read))

    def suspend(self, line: str, number: bytes) -> AgreementsView:
        """Stop keeping to an agreement, at once. Raises: as agreement_commands.suspend."""
        return self._change(line, lambda found: found.suspend(number))

    def resume(self, line: str, number: bytes) -> AgreementsView:
        """Take the own suspension back. Raises: as agreement_commands.resume."""
        return self._change(line, lambda found: found.resume(number))

    def end(self, line: str, number: bytes) -> AgreementsView:
        """End an agreement for good. Raises: as agreement_commands.end."""
        return self._change(line, lambda found: found.end(number))

    def _change(self, line: str, change: Callable[[OpenLine], None]) -> AgreementsView:
        with self._node.using(line) as found:
            change(found)
        return self.of(line)
