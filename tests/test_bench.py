"""The benchmarks' own claims: legal and seeded traffic, gates that fail, planes as good as they say.

Never a time.
"""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from bench import (
    batch,
    exact,
    gate,
    line,
    live,
    ours,
    plot,
    postgis,
    propose,
    report,
    sample,
    submit_peer,
    submit_traffic,
    verify,
)
from bench import submit as submitting
from bench.kinds import KINDS
from bench.line_ways import Held
from bench.live_peers import All, Libspatialindex, Sqlite
from bench.measure import Measured
from bench.operations import ADD, ASK, REMOVE, REPLACE, differing, operations, perform
from bench.ours_live import Ours
from bench.plane import Flat, close, comparable, doubt, flatten, gap, undecided
from bench.traffic import (
    BEGIN,
    GEOD,
    PLACES,
    POLYGON,
    Index,
    Traffic,
    generate,
    plans_of,
    single,
    theatres,
    thinned,
)
from bench.ways import WAYS, absent
from wideberth.conflict.find import find
from wideberth.formats.recordfile import Part
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import check_volume

VOLUMES = 300
COLUMNS = ("shape", "first", "points", "reach", "low", "high", "start", "end", "plan", "party", "theatre")


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return generate(VOLUMES, 1, "mixed")


@pytest.fixture(scope="module")
def flat(traffic: Traffic) -> Flat:
    return flatten(traffic)


@pytest.fixture(scope="module")
def wanted(flat: Flat) -> Index:
    """The pairs that trying all of them finds."""
    i, j = np.array(list(combinations(range(VOLUMES), 2))).T
    keep = comparable(flat, i, j)
    i, j = i[keep], j[keep]
    near = gap(flat, i, j) < flat.h
    return np.stack([i[near], j[near]], -1)


def test_the_same_arguments_give_the_same_traffic_and_others_give_other(traffic: Traffic) -> None:
    again, other = generate(VOLUMES, 1, "mixed"), generate(VOLUMES, 2, "mixed")
    assert all(np.array_equal(getattr(traffic, name), getattr(again, name)) for name in COLUMNS)
    assert not np.array_equal(traffic.start, other.start)
    assert len(traffic) == len(other) == VOLUMES


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_traffic_is_legal_wherever_it_is(kind: str, place: str) -> None:
    plans = plans_of(generate(120, 1, kind, place))
    assert len({plan.key for plan in plans}) == len(plans)
    volumes = [volume for plan in plans for volume in plan.volumes]
    assert len(volumes) == 120
    for volume in volumes:
        ground = volume.ground
        if isinstance(ground, Circle):
            lon, lat = (x / DEGREE for x in ground.centre)
            assert circle(lon, lat, ground.radius) == ground
        elif isinstance(ground, Corridor):
            line = [(lon / DEGREE, lat / DEGREE) for lon, lat in ground.points]
            assert corridor(line, ground.half_width, "geodesic") == ground
        else:
            ring = [(lon / DEGREE, lat / DEGREE) for lon, lat in ground.rings[0]]
            assert polygon([ring], "geodesic", closed=False) == ground
        assert check_volume(volume) is volume
        assert volume.start is not None
        assert volume.end is not None
        assert BEGIN <= volume.start < volume.end
        assert volume.lower.datum == volume.upper.datum == KINDS[kind].datum
    assert {type(volume.ground) for volume in volumes} == {Circle, Corridor, Polygon}


def test_plans_hold_what_the_columns_say(traffic: Traffic) -> None:
    volumes = [(plan, volume) for plan in plans_of(traffic) for volume in plan.volumes]
    assert [volume.start for _, volume in volumes] == traffic.start.tolist()
    assert [volume.end for _, volume in volumes] == traffic.end.tolist()
    assert [volume.lower.value for _, volume in volumes] == traffic.low.tolist()
    assert [volume.upper.value for _, volume in volumes] == traffic.high.tolist()
    assert [plan.party for plan, _ in volumes] == [f"party-{party:02d}" for party in traffic.party.tolist()]
    assert max(len(plan.volumes) for plan, _ in volumes) > 1


def test_the_area_grows_with_the_volumes_or_the_time_or_nothing() -> None:
    area, more, crowd = (generate(25_000, 1, "mixed", grow=grow) for grow in ("area", "time", "nothing"))
    assert len(area.centres) == 3
    assert np.unique(area.theatre).tolist() == [0, 1, 2]
    assert len(more.centres) == len(crowd.centres) == 1
    day = 86_400_000
    assert max(crowd.start.max(), area.start.max()) < BEGIN + 1.2 * day < BEGIN + 2.4 * day < more.start.max()
    small, one = generate(2_500, 1, "mixed"), generate(10_000, 1, "mixed")
    assert np.median(flatten(small).far) * 2 == pytest.approx(np.median(flatten(one).far), rel=0.2)


@pytest.mark.parametrize("place", PLACES)
def test_theatres_are_too_far_apart_to_meet(place: str) -> None:
    centres = theatres(PLACES[place], 100)
    assert len(centres) == 100
    assert centres[0].tolist() == list(PLACES[place])
    pairs = np.array([(*a, *b) for a, b in combinations(centres, 2)])
    assert np.min(GEOD.inv(*pairs.T)[2]) > 1_450_000


def test_traffic_is_kept_in_a_file_thinned_and_made_single(traffic: Traffic, tmp_path: Path) -> None:
    traffic.save(tmp_path / "held.npz")
    again = Traffic.load(tmp_path / "held.npz")
    assert again.kind == traffic.kind
    assert all(np.array_equal(getattr(traffic, name), getattr(again, name)) for name in COLUMNS)
    fewer = thinned(traffic, 50, seed=1)
    assert np.unique(fewer.plan).tolist() == list(range(50))
    held = {plan.volumes for plan in plans_of(traffic)}
    assert all(plan.volumes in held for plan in plans_of(fewer))
    assert [len(plan.volumes) for plan in plans_of(single(traffic))] == [1] * VOLUMES


@pytest.mark.parametrize("place", ["33N", "pole", "180"])
@pytest.mark.parametrize("kind", ["mixed", "military"])
def test_the_plane_is_as_good_as_it_says(place: str, kind: str) -> None:
    made = generate(400, 1, kind, place)
    flat, plans = flatten(made), plans_of(made)
    begin = {plan.key: int(np.searchsorted(made.plan, number)) for number, plan in enumerate(plans)}
    compared = 0
    for conflict in find(plans, KINDS[kind].table, ours.reference()).conflicts:
        i, j = (begin[key] + part for key, part in zip(conflict.plans, conflict.volumes, strict=True))
        planar, known = (float(f(flat, np.array([i]), np.array([j]))[0]) for f in (gap, doubt))
        assert conflict.gap.h is not None
        if planar > 100:
            assert abs(planar - conflict.gap.h / METRE) <= known + 1
            compared += 1
    assert compared >= 10
    assert 1.0 < doubt(flat, np.arange(399), np.arange(1, 400)).max() < 30.0


def test_edges_bend_no_more_than_allowed_for() -> None:
    made = generate(400, 1, "military", "70N")
    flat, centre = flatten(made), made.centres[0]
    worst = 0.0
    for row in np.flatnonzero(made.shape == POLYGON)[:40].tolist() + np.argsort(-flat.far)[:40].tolist():
        points = made.points[made.first[row] : made.first[row + 1]] / DEGREE
        for (lon1, lat1), (lon2, lat2) in pairwise(points):
            azimuth, _, size = GEOD.inv(lon1, lat1, lon2, lat2)
            lon, lat, _ = GEOD.fwd(lon1, lat1, azimuth, size / 2)
            ends = []
            for x, y in ((lon1, lat1), (lon, lat), (lon2, lat2)):
                turn, _, away = GEOD.inv(centre[0], centre[1], x, y)
                ends.append(away * np.array([np.sin(np.radians(turn)), np.cos(np.radians(turn))]))
            along = ends[2] - ends[0]
            out = abs(float(np.linalg.det(np.stack([along, ends[1] - ends[0]])))) / float(
                np.linalg.norm(along)
            )
            assert out <= flat.bend[row] + 1e-6
            worst = max(worst, out / max(flat.bend[row], 1e-6))
    assert worst > 0.7  # nor is far too much allowed for


def test_every_way_finds_the_pairs_that_trying_all_of_them_finds(
    traffic: Traffic, flat: Flat, wanted: Index, tmp_path: Path
) -> None:
    assert len(wanted) >= 30
    tried = 0
    for name, way in WAYS.items():
        if way.prepare is None or absent(name):
            continue
        found = np.stack(way.prepare(traffic, tmp_path)()(), -1)
        assert gate.twice(found, VOLUMES) == 0, name
        assert {*map(tuple, found.tolist())} == {*map(tuple, wanted.tolist())}, name
        tried += 1
    assert tried >= 5
    found = np.stack(ours.whole(traffic, ours.engine("plain", 1))()(), -1)
    assert gate.compare(flat, found, wanted).equal


def test_the_gate_sees_a_pair_dropped_invented_or_repeated(flat: Flat, wanted: Index) -> None:
    assert gate.compare(flat, wanted, wanted[::-1]).equal
    sure = ~undecided(flat, wanted[:, 0], wanted[:, 1])
    dropped = np.delete(wanted, np.flatnonzero(sure)[3], axis=0)
    verdict = gate.compare(flat, wanted, dropped)
    assert verdict.missing.tolist() == [wanted[np.flatnonzero(sure)[3]].tolist()]
    assert len(verdict.more) == 0
    assert gate.compare(flat, dropped, wanted).more.tolist() == verdict.missing.tolist()
    told = gate.complaints(flat, "a peer", verdict)
    assert told[0] == "a peer: 1 of our pairs missing, 0 pairs more"
    assert "m apart on the plane, known to ±" in told[1]
    assert gate.complaints(flat, "a peer", gate.compare(flat, wanted, wanted)) == []
    assert gate.twice(np.array([[1, 2], [1, 2], [4, 3], [5, 5]]), 10) == 3


def test_pairs_that_the_plane_cannot_settle_are_left_out_on_both_sides(flat: Flat) -> None:
    i, j = np.array(list(combinations(range(VOLUMES), 2))).T
    margin = gap(flat, i, j) - flat.h
    known = doubt(flat, i, j)
    open_ = np.flatnonzero(np.abs(margin) <= known)[:2]
    assert len(open_) == 2
    pairs = np.stack([i[open_], j[open_]], -1)
    none = np.zeros((0, 2), dtype=np.int64)
    for one, two in ((pairs, none), (none, pairs), (pairs, pairs)):
        verdict = gate.compare(flat, one, two)
        assert verdict.equal
        assert verdict.left_out == 2


def test_the_oracle_sees_a_pair_dropped_or_invented(traffic: Traffic, flat: Flat, wanted: Index) -> None:
    around = sample.around(flat, 10_000, seed=1)
    chosen = sample.choose(flat, around, 60, seed=1)
    assert len(np.unique(chosen, axis=0)) == 60
    right = sample.check(traffic, flat, wanted, 60, seed=1)
    assert right.size == 60
    assert right.wrong == ()
    assert set(right.counts) == {"reported, rightly", "not reported, rightly"}
    assert right.near >= 1
    reported = {*map(tuple, wanted.tolist())}
    inside = [pair for pair in map(tuple, chosen.tolist()) if pair in reported]
    outside = [pair for pair in map(tuple, chosen.tolist()) if pair not in reported]
    sure = np.array([pair for pair in inside if gap(flat, *np.array([pair]).T)[0] < flat.h - 50][:1])
    kept = np.array([pair for pair in map(tuple, wanted.tolist()) if pair != tuple(sure[0])])
    assert sample.check(traffic, flat, kept, 60, seed=1).counts["missed"] == 1
    more = np.concatenate([wanted, [outside[-1]]])
    wrong = sample.check(traffic, flat, more, 60, seed=1)
    assert wrong.counts["invented"] == 1
    assert wrong.wrong[0].startswith("invented: volumes ")


SMALL = ["--sizes", "300", "--rounds", "1", "--sample", "20", "--threads", "1"]


def test_batch_prints_a_table_and_writes_figures_and_a_plot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--json", str(tmp_path / "a.json"), "--plot", str(tmp_path / "a.svg")]
    assert batch.main([*SMALL, "--ways", "boxes,buckets", *out]) == 0
    told = capsys.readouterr().out
    assert "300 volumes, " in told
    for title in ("wideberth ", "shapely STRtree, boxes first", "shapely STRtree, half hours"):
        assert title in told
    assert "missed 0" in told
    assert "FAILED" not in told
    size = json.loads((tmp_path / "a.json").read_text())["sizes"][0]
    assert size["volumes"] == 300
    assert [one["way"] for one in size["measured"]] == ["ours", "boxes", "buckets"]
    assert all(one["seconds"][0] > 0 for one in size["measured"])
    assert set(size["measured"][0]["stages"]) == {"lay out", "search"}
    assert (tmp_path / "a.svg").read_text().count("<circle") == 3


def test_a_pair_dropped_by_one_way_fails_the_batch_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wanted: Index
) -> None:
    def fake(way: str, *_: object, **__: object) -> tuple[Measured, Index]:
        stages = {"lay out": [0.1], "search": [0.1]} if way == "ours" else {}
        return Measured(way, 1, (0.5,), stages=stages), wanted[1:] if way == "boxes" else wanted

    monkeypatch.setattr(batch, "measure", fake)
    assert batch.main([*SMALL, "--ways", "buckets"]) == 0
    assert batch.main([*SMALL, "--ways", "boxes"]) == 1
    assert (
        "FAILED: shapely STRtree, boxes first: 1 of our pairs missing, 0 pairs more"
        in capsys.readouterr().out
    )


def test_a_way_that_breaks_or_finds_nothing_fails_the_batch_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fake(way: str, *_: object, **__: object) -> tuple[Measured, Index]:
        return Measured(way, 1, problem="failed: out of memory"), np.zeros((0, 2), dtype=np.int64)

    monkeypatch.setattr(batch, "measure", fake)
    assert batch.main([*SMALL, "--ways", "boxes"]) == 1
    assert "FAILED: wideberth: failed: out of memory" in capsys.readouterr().out


def made_size(volumes: int, ours_s: float, peer_s: float) -> batch.Size:
    one = Measured("ours", 1, (ours_s,), stages={"lay out": [ours_s / 2], "search": [ours_s / 4]})
    return batch.Size(volumes, 10, 5, 0, (one, Measured("buckets", 1, (peer_s,))), {}, 0, ())


def test_targets_are_told_met_or_missed() -> None:
    assert batch.targets(made_size(100_000, 1.0, 12.5)) == [
        "target ≥ 10× shapely STRtree, half hours: measured 12.5×: met (search alone 50.0×)"
    ]
    assert "measured 7.0×: missed" in batch.targets(made_size(1_000_000, 1.0, 7.0))[0]
    assert batch.targets(made_size(10_000, 1.0, 7.0)) == []
    assert report.bound("p99.9", "µs", 1_500.0, most=1_000.0).endswith("measured 1,500: missed")
    assert report.bound("sustained", "operations/s", 80_000.0, least=70_000.0).endswith(": met")


def test_what_would_take_too_long_is_not_run_and_says_so() -> None:
    before = [made_size(10_000, 1.0, 13.0)]
    reason = batch._too_slow("buckets", 1, 100_000, before, cap=120.0)
    assert reason == "not run: 13.0 s at 10,000, would be over 120 s"
    assert batch._too_slow("buckets", 1, 30_000, before, cap=120.0) == ""
    assert batch._too_slow("boxes", 1, 100_000, before, cap=120.0) == ""
    stopped = batch.Size(
        10_000, 1, 0, 0, (Measured("boxes", 1, problem="stopped, not done after 1 s"),), {}, 0, ()
    )
    assert batch._too_slow("boxes", 1, 100_000, [stopped], cap=1.0) == "not run: not done at 10,000 either"


@pytest.mark.parametrize(
    "arguments",
    [["--sizes", "5"], ["--sizes", "many"], ["--ways", "magic"], ["--threads", "2"], ["--rounds", "0"]],
)
def test_odd_arguments_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        batch.main(arguments)
    assert refused.value.code == 2


def test_a_database_that_does_not_answer_is_a_reason_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    assert postgis.unreachable()
    assert absent("postgis") == postgis.unreachable()
    assert absent("boxes") == ""


def test_live_indexes_answer_as_trying_all_does() -> None:
    made = single(generate(3_000, 1, "mixed"))
    flat = flatten(made)
    asked = operations(made, 1_500, 1_500, seed=1)
    assert {ADD, REMOVE, REPLACE, ASK} == set(asked.what)
    changed = np.flatnonzero(np.array(asked.what) == REPLACE)
    assert np.array_equal(made.party[asked.row[changed]], made.party[asked.old[changed]])
    assert np.array_equal(asked.name[asked.row[changed]], asked.name[asked.old[changed]])
    plain = perform(All(flat), asked)
    assert len(plain.answers) >= 50
    assert len(plain.took) == 1_500
    peers = [Sqlite(flat)] + ([] if absent("rtree") else [Libspatialindex(flat)])
    for index in (*peers, Ours(made, asked)):
        assert differing(flat, asked, plain.answers, perform(index, asked).answers)[0] == 0
    assert differing(flat, asked, plain.answers, plain.answers[1:])[0] == 1


class Forgetful(All):
    """An index that never lets go."""

    def remove(self, row: int) -> None:
        pass


def test_an_index_that_answers_wrongly_fails_the_live_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = ["--resident", "1000", "--operations", "1000", "--ways", f"all,{live.SQLITE}"]
    assert live.main([*some, "--json", str(tmp_path / "live.json")]) == 0
    assert "operations/s" in capsys.readouterr().out
    first = json.loads((tmp_path / "live.json").read_text())[0]
    assert first["name"] == "all"
    assert first["times"][ASK][0] > 0
    monkeypatch.setitem(live.MAKES, "all", lambda _traffic, flat, _wanted: Forgetful(flat))
    assert live.main(some) == 1
    assert "FAILED: all: " in capsys.readouterr().out


def test_places_are_checked_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--volumes", "300", "--sample", "15", "--places", "pole,180", "--kinds", "mixed"]
    assert exact.main([*arguments, "--engine", "plain", "--json", str(tmp_path / "places.json")]) == 0
    assert "missed against the oracle, of 30: measured 0: met" in capsys.readouterr().out
    assert [one["place"] for one in json.loads((tmp_path / "places.json").read_text())] == ["pole", "180"]


def test_a_missed_conflict_fails_the_places(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(*_: object) -> object:
        none = np.zeros(0, dtype=np.int64)
        return lambda: lambda: (none, none)

    monkeypatch.setattr(ours, "whole", nothing)
    assert exact.main(["--volumes", "300", "--sample", "15", "--places", "33N", "--kinds", "mixed"]) == 1
    told = capsys.readouterr().out
    assert "0 of our pairs missing, " in told
    assert "FAILED: missed: volumes " in told


def test_an_offer_that_clears_nothing_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--plans", "60", "--check", "5"]
    assert propose.main(arguments) == 0
    assert "60 mixed plans, " in capsys.readouterr().out

    def later(days: int) -> propose.Propose:
        return lambda _plans, keys, _table: [propose.Offer(key, later=days * 86_400_000) for key in keys]

    assert propose.main(arguments, later(30)) == 0
    assert "5 offers checked again: 0 do not clear" in capsys.readouterr().out
    assert propose.main(arguments, later(0)) == 1
    assert "FAILED: Offer(plan=('party-" in capsys.readouterr().out
    plans = plans_of(propose.scenario(60, "mixed", "33N", 1))
    higher = propose.moved(plans[0], propose.Offer(plans[0].key, higher=5))
    assert higher.volumes[0].lower.value == plans[0].volumes[0].lower.value + 5
    assert higher.volumes[0].start == plans[0].volumes[0].start


def test_a_chart_is_log_log() -> None:
    lines = [
        plot.Line("ours", ((1e3, 0.01), (1e4, 0.1), (1e5, 1.0)), ours=True),
        plot.Line("a <peer>", ((1e3, 0.1), (1e5, 10.0))),
    ]
    drawn = plot.chart(lines, "seconds")
    assert "a &lt;peer&gt;" in drawn
    for label in ("1,000", "10,000", "100,000", "0.01 s", "10 s"):
        assert f">{label}</text>" in drawn
    # equal steps: three decades of cost on one straight line
    assert 'd="M80.0 490.0L385.0 346.7L690.0 203.3"' in drawn


def test_the_unused_pairs_of_close_are_those_beyond_the_minimum(flat: Flat, wanted: Index) -> None:
    assert close(flat, wanted[:, 0], wanted[:, 1]).all()


def test_a_record_is_verified_and_its_tree_hashed_alone_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["verify", "--entries", "70", "--every", "9", "--json", str(tmp_path / "out")]
    )
    verify.main()
    assert "70 entries, 8 checkpoints" in capsys.readouterr().out
    assert json.loads((tmp_path / "out").read_text())["entries"] == 70


def test_a_record_that_does_not_verify_fails_the_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = verify.made

    def swapped(entries: int, every: int) -> list[Part]:
        parts = list(made(entries, every))
        return [parts[0], parts[2], parts[1], *parts[3:]]

    monkeypatch.setattr(verify, "made", swapped)
    monkeypatch.setattr("sys.argv", ["verify", "--entries", "9"])
    with pytest.raises(SystemExit) as caught:
        verify.main()
    assert caught.value.code == 1 and "the roots differ" in capsys.readouterr().out


def test_a_line_is_timed_and_both_nodes_hold_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = ["--entries", "120", "--round-trips", "5", "--store", str(tmp_path)]
    monkeypatch.setattr("sys.argv", ["line", *counts, "--json", str(tmp_path / "out")])
    line.main()
    told = capsys.readouterr().out
    assert "both nodes hold the same 247 entries in one order" in told
    assert "started from 247 entries in " in told
    found = json.loads((tmp_path / "out").read_text())
    assert found["start"]["entries"] == 247
    assert ("no nats-server here" in told) is (len(found["ways"]) == 1)


@pytest.mark.parametrize("far", [Held(b"other", 9, 0.0), Held(b"one", 8, 0.0)])
def test_two_nodes_that_hold_something_else_fail_the_run(
    far: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    line.check(Held(b"one", 9, 0.1), Held(b"one", 9, 0.2), 9)
    for held, said in ((far, 9), (Held(b"one", 9, 0.0), 10)):
        with pytest.raises(SystemExit) as caught:
            line.check(Held(b"one", 9, 0.0), held, said)
        assert caught.value.code == 1 and "FAILED: 9 and " in capsys.readouterr().out


def test_the_gate_of_filed_plans_fails_where_a_conflict_is_missing_or_invented() -> None:
    near, far, doubtful = ("a", 100.0), ("b", 5_550.0), ("c", 5_557.0)
    assert submitting.check([{"a", "b"}, set(), {"c"}], [[near, far], [doubtful], [doubtful]]) == 3
    for mine in (set[str](), {"a", "x"}):
        with pytest.raises(SystemExit):
            submitting.check([mine], [[near]])


def test_plans_to_be_filed_are_the_same_for_both_ways(tmp_path: Path) -> None:
    some = submit_traffic.plans("north", 40, 400, 0, 1)
    assert some == submit_traffic.plans("north", 40, 400, 0, 1)
    held = submit_peer.Held(tmp_path / "peer.db")
    held.fill("south", [some[0]._replace(name="it", lon=some[0].lon + 0.001)])
    assert [name for name, _ in held.submit("north", some[0])] == ["it"]
    assert held.submit("south", some[1]) == []
