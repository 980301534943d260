"""`wideberth pair send` and `pair fetch`: papers over loopback, and then the line is complete."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.onlines import Aside, Process
from tests.cli.runs import Ran, run
from tests.line.pairs import NORTH, SOUTH, End, met
from tests.links.pairs_online import HOST, QUICK, ended
from wideberth.cli.main import app
from wideberth.errors import Invalid, Unreachable
from wideberth.ledger import ids
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing_file import Agreed
from wideberth.links import identity, pair_channel, pair_papers
from wideberth.links.identity import Ends
from wideberth.links.pair_papers import Done, Mine
from wideberth.store import keyfile

ONLINE = met(NORTH, SOUTH)
SIDES = {"north": (NORTH, SOUTH), "south": (SOUTH, NORTH)}


def papers_of(end: End) -> bytes:
    return pairing_file.write_papers(ONLINE.line.id, end.papers(ONLINE.line))


def ends(own: End, peer: End) -> Ends:
    names = (ids.party(each.identity) for each in (own, peer))
    return identity.ends(pairing.secret(met(own, peer), own.private), ONLINE.line.id, *names)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Both sides up to their own papers."""
    for label, (own, peer) in SIDES.items():
        agreed = pairing_file.write_agreed(Agreed(met(own, peer), "online", peer.label))
        key = keyfile.Plain(keyfile.public(keyfile.PAIRING, own.private), own.private)
        keyfile.save(
            [
                (tmp_path / f"{label}.agreed", agreed, keyfile.MODE),
                (tmp_path / f"{label}.agreed.key", keyfile.write(key), keyfile.MODE),
                (tmp_path / f"{label}.papers", papers_of(own), keyfile.PUBLIC_MODE),
            ]
        )
    return tmp_path


def command(verb: str, *arguments: str | Path) -> Ran:
    found = CliRunner().invoke(app, ["pair", verb, *map(str, arguments)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Ran(found.exit_code, found.stdout_bytes, found.stderr)


class Kept:
    def __init__(self, error: Exception | None = None) -> None:
        self.data: list[bytes] = []
        self.error = error

    def __call__(self, data: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.data.append(data)


def waiting(mine: Mine) -> tuple[str, Aside[Done]]:
    """South waits in a thread; where."""
    listening = pair_channel.bound(HOST, 0)
    where = f"{HOST}:{listening.getsockname()[1]}"
    return where, Aside(lambda: pair_papers.wait(listening, ends(SOUTH, NORTH), mine, QUICK))


def test_north_sends_and_fetches_at_once_and_the_line_is_complete(desk: Path) -> None:
    kept = Kept()
    where, south = waiting(Mine(papers_of(SOUTH), kept))
    out = desk / "south.came"
    ran = command(
        "send", desk / "north.agreed", desk / "north.papers", "--out", out, "--call", where, "--json"
    )
    assert ran.code == 0 and south.result() == Done(True, True), ran.err
    assert kept.data == [(desk / "north.papers").read_bytes()] and out.read_bytes() == papers_of(SOUTH)
    assert ran.json["exchanged"]["line"] == ONLINE.line.id  # type: ignore[index]  # an object of the answer
    assert "Missing" not in ran.err
    done = command("finish", desk / "north.agreed", desk / "north.papers", out, "--out", desk / "south.line")
    assert done.code == 0 and "the line is complete" in done.err
    assert f"{desk / 'north.agreed'}.key to the node" in done.err
    assert pairing_file.read_paired((desk / "south.line").read_bytes()).agreed.way == "online"


def test_one_after_the_other(desk: Path) -> None:
    kept = Kept()
    where, south = waiting(Mine(None, kept))
    ran = command("send", desk / "north.agreed", desk / "north.papers", "--call", where)
    assert ran.code == 0 and south.result() == Done(True, False) and "Missing: theirs." in ran.err
    where, south = waiting(Mine(papers_of(SOUTH), None))
    ran = command("fetch", desk / "north.agreed", "--out", desk / "came", "--call", where)
    assert ran.code == 0 and south.result() == Done(False, True)
    assert "are good" in ran.err and (desk / "came").read_bytes() == papers_of(SOUTH)


def test_fetch_hands_over_too(desk: Path) -> None:
    kept = Kept()
    where, south = waiting(Mine(papers_of(SOUTH), kept))
    own = ("--papers", desk / "north.papers", "--key", desk / "north.agreed.key")
    ran = command("fetch", desk / "north.agreed", "--out", desk / "came", *own, "--call", where)
    assert ran.code == 0 and south.result() == Done(True, True) and len(kept.data) == 1


def test_the_own_side_waits(desk: Path) -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    kept = Kept()

    async def calls() -> Done:
        while True:  # until somebody waits there
            try:
                return await pair_papers.call(
                    HOST, port, ends(SOUTH, NORTH), Mine(papers_of(SOUTH), kept), QUICK
                )
            except Unreachable:
                await asyncio.sleep(0.05)

    south = Aside(calls)
    own = (desk / "north.agreed", desk / "north.papers")
    ran = command("send", *own, "--out", desk / "came", "--listen", f"{HOST}:{port}")
    assert ran.code == 0 and south.result() == Done(True, True)
    assert f"Waiting on {HOST} port {port}" in ran.err and (desk / "came").exists()


def test_papers_that_are_not_good_are_not_kept(desk: Path) -> None:
    for bad, code in (
        (papers_of(NORTH), "ledger.unsigned"),
        (pairing_file.write_papers(ONLINE.line.id, SOUTH.papers(ONLINE.line)[:-1]), "pair.papers_missing"),
        (b"{}", "pair.file"),
        (b"\xff\x00", "ledger."),
    ):
        where, south = waiting(Mine(bad, None))
        ran = command("fetch", desk / "north.agreed", "--out", desk / "came", "--call", where)
        assert ran.code == 2 and f"[{code}" in ran.err and "their papers" in ran.err
        assert south.result() == Done(False, False) and not (desk / "came").exists()


def test_what_the_other_side_does_not_do_is_said(desk: Path) -> None:
    agreed, own = desk / "north.agreed", desk / "north.papers"
    where, _ = waiting(Mine(None, None))
    ran = command("send", agreed, own, "--call", where)
    assert ran.code == 3 and "[pair.not_kept]" in ran.err and "pair fetch" in ran.err
    where, _ = waiting(Mine(None, Kept()))
    ran = command("send", agreed, own, "--out", desk / "came", "--call", where)
    assert ran.code == 3 and "but keep the own papers" in ran.err and not (desk / "came").exists()
    where, _ = waiting(Mine(papers_of(SOUTH), Kept(Invalid("pair.file", "", "these", "others"))))
    ran = command("send", agreed, own, "--out", desk / "came", "--call", where)
    assert ran.code == 3 and f"theirs are in {desk / 'came'}" in ran.err and (desk / "came").exists()


def test_papers_that_came_are_kept_although_the_line_is_cut_then(desk: Path) -> None:
    listening = pair_channel.bound(HOST, 0)

    async def cut() -> None:
        from wideberth.links import tls

        channel = await pair_channel.admitted(
            listening, tls.server(ends(SOUTH, NORTH)), lambda _: True, 100, QUICK
        )
        await channel.send(papers_of(SOUTH))
        while await channel.receive(pairing_file.SIZE) != pair_papers.KEPT:
            pass
        channel.abort()

    south = Aside(cut)
    where = f"{HOST}:{listening.getsockname()[1]}"
    ran = command("fetch", desk / "north.agreed", "--out", desk / "came", "--call", where)
    assert south.result() is None and ran.code == 3 and "[pair.lost]" in ran.err
    assert "have come all the same" in ran.err and (desk / "came").read_bytes() == papers_of(SOUTH)


def test_what_is_seen_before_anybody_is_called(desk: Path) -> None:
    agreed, own = desk / "north.agreed", desk / "north.papers"
    (desk / "taken").write_text("somebody's")
    for code, *arguments in (
        ("pair.address", agreed, own),
        ("pair.address", agreed, own, "--call", HOST, "--listen", f"{HOST}:0"),
        ("pair.address", agreed, own, "--listen", "here"),
        ("pair.address", agreed, own, "--call", "two words"),
        ("ledger.unsigned", agreed, desk / "south.papers", "--call", HOST),
        ("pair.other_key", agreed, own, "--call", HOST, "--key", desk / "south.agreed.key"),
        ("key.exists", agreed, own, "--call", HOST, "--out", desk / "taken"),
        ("file.missing", desk / "nothing", own, "--call", HOST),
    ):
        ran = command("send", *arguments)
        assert ran.code == 2 and f"[{code}]" in ran.err and ran.out == "", ran.err
    assert (desk / "taken").read_text() == "somebody's"


def test_nobody_there(desk: Path) -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        where = f"{HOST}:{free.getsockname()[1]}"
    ran = command("fetch", desk / "north.agreed", "--out", desk / "came", "--call", where)
    assert ran.code == 3 and "[pair.unreachable]" in ran.err


@pytest.mark.slow
def test_a_process_that_waits_serves_the_other_party_and_can_be_stopped(desk: Path) -> None:
    own = ("pair", "send", str(desk / "north.agreed"), str(desk / "north.papers"), "--listen", f"{HOST}:0")
    with Process(*own) as north:
        port = int(north.until("Ctrl-C").partition(" port ")[2].split()[0])
        kept = Kept()
        calling = Aside(
            lambda: ended(pair_papers.call(HOST, port, ends(SOUTH, NORTH), Mine(None, kept), QUICK))
        )
        assert north.ended() == 0 and calling.result() == "paired"
        assert kept.data == [papers_of(NORTH)] and "keep them" in north.err
    with Process(*own) as north:
        north.until("Ctrl-C")
        north.stopped(signal.SIGINT)
        assert north.ended() == 130 and "Stopped." in north.err and "Traceback" not in north.err


def test_digits_are_what_is_seen_again_before_the_identity_signs(desk: Path, tmp_path: Path) -> None:
    halves = []
    for purpose in ("log", "cosign", "seal"):
        run("key", "new", purpose, "--out", str(tmp_path / f"{purpose}.key"), "--no-passphrase")
        halves += [f"--{purpose}", str(tmp_path / f"{purpose}.key.pub")]
    from tests.line.pairs import seed

    key = keyfile.Plain(keyfile.public("identity", seed("north")), seed("north"))
    keyfile.save([(tmp_path / "north.key", keyfile.write(key), keyfile.MODE)])
    identity_file = ("--identity", tmp_path / "north.key", "--out", tmp_path / "again.papers", "--yes")
    ran = command("certify", desk / "north.agreed", *identity_file, *halves)
    assert ran.code == 0 and f"digits       {ONLINE.digits}" in ran.err.partition("What will be")[0]
    assert " read  " not in ran.err and "wideberth pair send" in ran.err
