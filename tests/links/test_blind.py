"""The blind check between two whole nodes on real sockets: TLS, threads, and a clock that goes on."""

from __future__ import annotations

from pathlib import Path

from tests.links.box import run, until
from tests.links.test_side import joined
from tests.story import test_blind as blind
from tests.story import whole


def test_two_nodes_compare_over_the_network_and_a_case_is_open_at_both(tmp_path: Path) -> None:
    async def main(found: whole.Two) -> None:
        nodes = found.one, found.other
        async with joined(found):
            found.time.pass_ms(15 * blind.MINUTE_MS)
            await until(lambda: all(blind.view(found, node).standing is not None for node in nodes), 60)
            await until(lambda: all(node.desk.cases(found.line) for node in nodes), 60)
        for node in nodes:
            standing = blind.view(found, node).standing
            assert standing is not None and standing.outcome == "matched" and standing.cells
            assert [each.phase for each in node.desk.cases(found.line)] == ["open"]

    with whole.two(tmp_path) as found:
        whole.settle(found)
        blind.agreed(found)
        blind.meeting(found)
        run(main(found))
