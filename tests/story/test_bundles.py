"""Two whole nodes that share nothing but files which people carry."""

from __future__ import annotations

import random
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.two import LINE
from tests.story.histories import Courier
from tests.story.parties import Node, pair, same
from wideberth.errors import Invalid, Refused
from wideberth.node import bundles
from wideberth.node.bundles import Imported
from wideberth.node.prekeys import DAY_MS


def said(word: str) -> str:
    return f'{{"said":"{word}"}}'


def joined(tmp_path: Path) -> tuple[Node, Node, Courier]:
    one, other = pair(tmp_path)
    courier = Courier(tmp_path)
    courier.both_ways(one, other)
    assert one.stage == other.stage == "whole"
    return one, other, courier


def test_entries_receipts_and_restarts_over_files_only(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    one.say("corridor 4 closed")
    one.say("stop", "urgent")
    other.say("runway works")
    courier.both_ways(one, other)
    one.restart()
    one.say("said while the other is not known to listen")
    courier.both_ways(one, other)
    assert sorted(other.words()) == sorted(
        said(w)
        for w in ("corridor 4 closed", "stop", "runway works", "said while the other is not known to listen")
    )
    assert one.talk.state.receipts[one.origin()] == len(one.entries(one.origin()))
    assert same(one, other)


def test_one_file_each_way_brings_an_entry_and_its_receipt(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    one.say("tonight", "urgent")
    courier.carry(one, other)
    assert other.arrived()[-1] == said("tonight")
    courier.carry(other, one)
    assert one.talk.state.receipts[one.origin("urgent")] == 1
    # nothing is left to say but where one stands
    assert bundles.write(one.talk, tmp_path / "last.bundle") == 1


def test_more_entries_than_the_network_would_have_on_its_way(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    for n in range(120):
        one.say(f"n {n}")
    result = courier.carry(one, other)
    assert result == Imported(121, 121, 0, 0)
    assert other.words() == [said(f"n {n}") for n in range(120)]


def test_twice_and_in_any_order_it_is_harmless(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    for i in range(3):
        one.say(f"one {i}")
        other.say(f"other {i}")
        courier.both_ways(one, other, 1)
    old = [*courier.carried, *courier.carried]
    random.Random(6).shuffle(old)
    before = one.placed()
    for to, path in old:
        bundles.read(to.talk, path)
    assert one.placed() == before
    assert not [code for code in one.codes() + other.codes() if code.startswith("line.equi")]
    courier.both_ways(one, other)
    assert same(one, other)


def test_an_old_copy_is_rejoined_over_files(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    one.say("in the copy")
    courier.both_ways(one, other)
    one.copy(tmp_path / "backup")
    courier.both_ways(one, other)
    one.world.pass_ms(DAY_MS)
    courier.both_ways(one, other)
    one.say("after the copy")
    other.say("theirs after the copy")
    courier.both_ways(one, other)
    one.put_back(tmp_path / "backup")
    assert said("after the copy") not in one.words()
    courier.both_ways(one, other)
    assert "line.rolled_back" in other.codes()
    assert one.stage == "whole"
    assert sorted(one.words()) == sorted(
        said(w) for w in ("in the copy", "after the copy", "theirs after the copy")
    )
    assert same(one, other)


def test_what_is_damaged_or_missing_is_counted_and_comes_again(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    for n in range(4):
        one.say(f"n {n}")
    path = courier.bundle(one)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    damaged = tmp_path / "damaged"
    damaged.write_bytes(data)
    assert bundles.read(other.talk, damaged) == Imported(5, 4, 1, 0)
    assert other.words() == [said(f"n {n}") for n in range(3)]
    damaged.write_bytes(path.read_bytes()[: len(data) // 2])
    assert bundles.read(other.talk, damaged).missing == 4
    courier.carried.append((other, path))
    courier.both_ways(one, other)
    assert other.words() == [said(f"n {n}") for n in range(4)]
    assert same(one, other)


def test_a_bundle_is_for_its_owner_only_and_names_nobody(tmp_path: Path) -> None:
    one, other, courier = joined(tmp_path)
    one.say("corridor 4 closed")
    path = courier.bundle(one)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    data = path.read_bytes()
    for text in (LINE.id, one.party.name, other.party.name, "corridor", "test.said"):
        assert text.encode() not in data
    # lengths are those of the size classes
    assert len(data) > 1_000


def test_a_bundle_of_ones_own_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    one, _, courier = joined(tmp_path)
    with pytest.raises(Refused) as caught:
        bundles.read(one.talk, courier.bundle(one))
    assert caught.value.code == "bundle.other_line"
    other_file = tmp_path / "photo"
    other_file.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(Invalid) as invalid:
        bundles.read(one.talk, other_file)
    assert invalid.value.code == "bundle.file"


def test_nothing_is_written_over_and_nothing_half_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _, courier = joined(tmp_path)
    path = courier.bundle(one)
    before = path.read_bytes()
    with pytest.raises(Refused) as caught:
        bundles.write(one.talk, path)
    assert caught.value.code == "bundle.exists"
    assert path.read_bytes() == before

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("wideberth.node.files.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        bundles.write(one.talk, tmp_path / "another")
    assert not list(tmp_path.glob("another*"))


OPS = st.tuples(st.sampled_from(("say", "write", "read", "old", "restart")), st.integers(0, 1))


@settings(max_examples=6, deadline=None)
@given(ops=st.lists(OPS, min_size=5, max_size=20), seed=st.integers(0, 9))
def test_files_lost_repeated_and_reordered_with_restarts(ops: list[tuple[str, int]], seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        nodes = pair(Path(folder))
        courier, words = Courier(Path(folder)), []
        for i, (op, who) in enumerate(ops):
            node, peer = nodes[who], nodes[1 - who]
            if op == "say":
                node.say(f"word {i}", "main" if i % 2 else "urgent")
                words.append(said(f"word {i}"))
            elif op == "write":
                courier.carried.append((peer, courier.bundle(node)))
            elif op in ("read", "old") and courier.carried:
                to, path = courier.carried[-1] if op == "read" else chance.choice(courier.carried)
                bundles.read(to.talk, path)
            elif op == "restart":
                node.restart()
        courier.both_ways(*nodes, times=6)
        assert sorted(nodes[0].words()) == sorted(words)
        assert same(*nodes)
        for node in nodes:
            node.stop()
