"""From a raw frame of Mode S, through dump1090, to a call at the other party's node."""

from __future__ import annotations

import asyncio
from pathlib import Path

from msgspec import structs

from tests.links.test_dump1090 import AIRCRAFT, as_text, dump1090, fed, field_frames
from tests.links.test_source import followed, run, until
from tests.story import whole
from tests.story.test_watch import agreed, codes
from wideberth.model.track import Report


def heard(shared: Path, folder: Path) -> list[Report]:
    """What dump1090 makes of the frames, as the node's source reads it from its SBS port."""
    frames = field_frames(shared)

    found: list[Report] = []

    async def main() -> None:
        async with followed(f"sbs://127.0.0.1:{sbs}") as source:
            await asyncio.sleep(0.5)
            await fed(raw, *as_text(frames))
            await until(lambda: len(source.reports) >= 850)
            found.extend(source.reports)

    with dump1090(folder) as (raw, sbs, _, _):
        run(main())
    return found


def test_an_alert_end_to_end_from_a_raw_frame_to_the_other_partys_node(shared: Path, tmp_path: Path) -> None:
    said = heard(shared, tmp_path)
    with whole.two(tmp_path / "nodes") as found:
        whole.settle(found)
        agreed(found)
        found.one.room.watch.claim(AIRCRAFT, "own")
        # dump1090 stamps what it hears with its clock; here it comes ten a second, by the nodes' clock
        shift = found.time.wall_ms - said[0].at_ms
        assert {each.id for each in said} == {AIRCRAFT}
        for n, each in enumerate(said[:200]):
            at_ms = said[0].at_ms + shift + n * 100
            found.one.room.watch.take([structs.replace(each, at_ms=at_ms)])
            if n % 10 == 9:
                found.time.pass_ms(1_000)
                found.one.room.watch.step()
        alerts = {each.kind: each for each in found.one.room.watch.alerts()}
        # it is ours and on no plan that anybody was told of
        alert = alerts["unplanned"]
        assert (alert.track, alert.party) == (AIRCRAFT, "ours")
        [called] = alert.called
        whole.settle(found)
        assert called.call is not None
        theirs = found.other.room.calls.one(called.call)
        place = theirs.fields["place"]
        assert theirs.code == "PRESENT" and not theirs.mine and isinstance(place, dict)
        # over the Netherlands, where it flew
        lat, lon = place["lat_e7"], place["lon_e7"]
        assert isinstance(lat, int) and isinstance(lon, int)
        assert 50 < lat / 1e7 < 54 and 2 < lon / 1e7 < 8
        assert "PRESENT" in codes(found.other)
