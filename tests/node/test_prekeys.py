"""Prekeys of a line: made daily, sealed on disk, gone from it after three days."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.ledger.two import LINE, A, origin, seed
from wideberth.ledger import canonical, feed, ids, seal
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.node import prekeys
from wideberth.node.prekeys import DAY_MS, Made, Prekeys
from wideberth.store.cipher import Cipher

NOW = 1_900_000_000_000
SEALING = Cipher(seed("journal"), bytes(16))


def made(folder: Path, sealing: Cipher = SEALING, line: str = LINE.id) -> Prekeys:
    return Prekeys(folder / "prekeys", sealing, line)


def test_one_a_day_and_it_is_there_after_a_start(tmp_path: Path) -> None:
    own = made(tmp_path)
    first = own.renew(NOW, seal.X25519)
    assert own.renew(NOW + DAY_MS - 1, seal.X25519) == first
    second = own.renew(NOW + DAY_MS, seal.HYBRID)
    assert (first.suite, second.suite) == (seal.X25519, seal.HYBRID)
    again = made(tmp_path)
    assert again.made == own.made
    assert again.by_id[second.id].id == second.id
    assert stat.S_IMODE((tmp_path / "prekeys").stat().st_mode) == 0o600


def test_what_is_erased_is_gone_from_the_file_and_its_old_place_holds_zeros(tmp_path: Path) -> None:
    own = made(tmp_path)
    first = own.renew(NOW, seal.X25519)
    own.renew(NOW + DAY_MS, seal.X25519)
    (tmp_path / "old").hardlink_to(tmp_path / "prekeys")
    own.erase(NOW + 3 * DAY_MS - 1)
    assert len(own.made) == 2
    own.erase(NOW + 3 * DAY_MS)
    assert list(own.by_id) == [own.made[0].private.public.id] != [first.id]
    assert made(tmp_path).made == own.made
    old = (tmp_path / "old").read_bytes()
    assert old == bytes(len(old)) != b""


def test_a_clock_that_was_wrong_leaves_nothing_for_ever(tmp_path: Path) -> None:
    own = made(tmp_path)
    own.renew(NOW + 400 * DAY_MS, seal.X25519)
    own.erase(NOW)
    assert own.made == []


def test_a_key_of_a_time_to_come_is_none_of_today(tmp_path: Path) -> None:
    own = made(tmp_path)
    first = own.renew(NOW + DAY_MS // 2, seal.X25519)
    assert own.renew(NOW, seal.X25519) != first


def test_private_halves_are_sealed_and_not_printed(tmp_path: Path) -> None:
    own = made(tmp_path)
    own.renew(NOW, seal.X25519)
    assert own.made[0].seed not in (tmp_path / "prekeys").read_bytes()
    assert repr(own.made) == f"[Made({NOW}, 1)]"


@pytest.mark.parametrize(
    "other", [{"line": "another"}, {"sealing": Cipher(seed("another"), bytes(16))}], ids=["line", "key"]
)
def test_a_file_that_does_not_open_counts_as_none(tmp_path: Path, other: dict[str, str]) -> None:
    made(tmp_path).renew(NOW, seal.X25519)
    assert made(tmp_path, **other).made == []  # type: ignore[arg-type]  # one of the two


def said(value: Value, of_type: str = prekeys.TYPE, v: int = 1) -> Entry:
    written = feed.Written(of_type, v, {}, NOW)
    return feed.append(feed.Head(origin(A)), written, value, bytes(16)).entry


@pytest.mark.parametrize("suite", [seal.X25519, seal.HYBRID])
def test_the_entry_of_a_prekey(suite: int) -> None:
    public = Made(NOW, suite, seed("prekey")).private.public
    assert prekeys.read(said(prekeys.write(public))) == public
    assert len(canonical.write(prekeys.write(public))) < 2_100


@pytest.mark.parametrize(
    "entry",
    [
        said({"key": ids.base32(bytes(32)), "suite": 3}),
        said({"key": ids.base32(bytes(32)), "suite": 2}),
        said({"key": ids.base32(bytes(32)), "suite": "1"}),
        said({"suite": 1}),
        said({"crit": ["until"], "key": ids.base32(bytes(32)), "suite": 1, "until": 1}),
        said({"key": ids.base32(bytes(32)), "suite": 1}, "test.said"),
        said({"key": ids.base32(bytes(32)), "suite": 1}, v=2),
        Entry(b"", said({}).header, b"", b""),
    ],
)
def test_what_says_no_key_that_can_be_sealed_to(entry: Entry) -> None:
    assert prekeys.read(entry) is None
