"""`wideberth pair open` and `pair call`: two processes over loopback, and each end in this process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest
import typer
from typer.testing import CliRunner

from tests.cli.onlines import ASKED, Aside, Folder, Process, folder
from tests.cli.runs import Ran, run
from tests.line.pairs import NORTH, SOUTH
from tests.links.pairs_online import PLATE, QUICK, no, thinks, yes
from wideberth.cli import pair_asked
from wideberth.cli.main import app
from wideberth.errors import Invalid, WideberthError
from wideberth.line import pairing, pairing_code, pairing_file
from wideberth.line.pairing import Met
from wideberth.line.pairing_code import Code
from wideberth.links import pair, pair_channel
from wideberth.store import keyfile


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return folder(tmp_path_factory.mktemp("online"))


@pytest.fixture
def desk(keys: Folder, tmp_path: Path) -> Folder:
    """A folder of its own with the keys, and nothing else."""
    for each in keys.path.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
        (tmp_path / each.name).chmod(0o600)
    return Folder(tmp_path)


@contextmanager
def process(
    desk: Folder, officer: pair.Officer, who: str, terminal: int = PIPE
) -> Iterator[tuple[Process, Aside[Met]]]:
    """One side as a process, until its officer is asked; the other in a thread."""
    if who == "open":
        with Process(*desk.opening(), terminal=terminal) as there:
            code = pairing_code.read(there.code())
            yield there, Aside(lambda: pair.call(code, SOUTH.mine, officer, QUICK))
        return
    listening = pair_channel.bound("127.0.0.1", 0)
    code = pairing_code.make(PLATE, "127.0.0.1", listening.getsockname()[1])
    side = Aside(lambda: pair.answer(listening, PLATE, NORTH.mine, officer, lambda: None, QUICK))
    with Process(*desk.calling(code.text), terminal=terminal) as here:
        yield here, side


def code_of(error: object) -> str:
    assert isinstance(error, WideberthError), error
    return error.code


# processes


@pytest.mark.slow
def test_two_processes_pair(desk: Folder) -> None:
    opening = desk.opening("south.agreed", "--label", "South", "--json")
    with Process(*opening) as there, Process(*desk.calling(there.code())) as here:
        assert here.digits() == there.digits()
        assert desk.names() == set()  # nothing before a yes
        for each in (there, here):
            each.types("perhaps\n\n")
            each.until("Please type yes or no.\nAre", "Please type yes or no.")
            each.types("YES\n")
        assert (there.ended(), here.ended()) == (0, 0), there.err + here.err
        answer = json.loads(there.out)
        assert answer["schema"] == "wideberth.pair/1" and answer["agreed"]["label"] == "South"
        assert "pair certify" in here.err and "Both officers said yes." in here.err
    secrets = []
    for name in ("south.agreed", "north.agreed"):
        assert (desk.path / name).stat().st_mode & 0o777 == 0o600
        found = pairing_file.read_agreed((desk.path / name).read_bytes())
        key = keyfile.read((desk.path / f"{name}.key").read_bytes())
        assert found.way == "online"
        secrets.append((found.met.line, pairing.secret(found.met, keyfile.opened(key, str))))
    assert secrets[0] == secrets[1] and secrets[0][0].id == answer["agreed"]["line"]
    assert desk.names() == {f"{name}.agreed{key}" for name in ("north", "south") for key in ("", ".key")}


@pytest.mark.slow
def test_one_side_says_no(desk: Folder) -> None:
    """The other has said yes, and nothing of it is left."""
    with Process(*desk.opening()) as there, Process(*desk.calling(there.code())) as here:
        assert there.digits() == here.digits()
        here.types("y\n")
        here.until("You said yes.")
        there.types("no\n")
        assert (there.ended(), here.ended()) == (2, 2)
        assert "[pair.not_the_same]" in there.err and "[pair.peer_no]" in here.err
        for each in (there, here):
            assert "Nothing was written." in each.err and "new code" in each.err
            assert "another network" in each.err and each.out == ""
    assert desk.names() == set()


@pytest.mark.slow
@pytest.mark.parametrize(("who", "number"), [("open", signal.SIGINT), ("call", signal.SIGTERM)])
def test_a_side_that_is_stopped_tells_the_other(desk: Folder, who: str, number: int) -> None:
    with process(desk, thinks, who) as (one, other):
        one.until(ASKED)
        one.stopped(number)
        assert one.ended() == 128 + number and code_of(other.result()) == "pair.peer_no"
        assert "Stopped. The other side is told no" in one.err and "Traceback" not in one.err
    assert desk.names() == set()


@pytest.mark.slow
@pytest.mark.parametrize(("who", "said"), [("open", "yes"), ("call", "nothing")])
def test_a_side_that_is_killed(desk: Folder, who: str, said: str) -> None:
    """The other ends. What the killed one leaves is no agreed file."""
    with process(desk, thinks, who) as (one, other):
        one.until(ASKED)
        if said == "yes":
            one.types("yes\n")
            one.until("You said yes.")
        one.stopped(signal.SIGKILL)
        assert one.ended() == -signal.SIGKILL and code_of(other.result()) == "pair.lost"
    left = "south.agreed" if who == "open" else "north.agreed"
    assert desk.names() == ({f"{left}.part", f"{left}.key"} if said == "yes" else set())


@pytest.mark.slow
def test_stopped_or_killed_while_it_waits_for_a_call(desk: Folder) -> None:
    code = ""
    for number, wanted in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
        with Process(*desk.opening()) as there:
            code = there.code()
            there.stopped(number)
            assert there.ended() == wanted and "Traceback" not in there.err
            assert ("Stopped." in there.err) == (number == signal.SIGINT)
    ran = run(*desk.calling(code))
    assert ran.code == 3 and "[pair.unreachable]" in ran.err and "does not answer" in ran.err
    assert "Nothing was written." in ran.err and desk.names() == set()


@pytest.mark.slow
def test_the_end_of_what_is_typed_is_a_no(desk: Folder) -> None:
    with process(desk, thinks, "call") as (here, other):
        here.until(ASKED)
        assert here.process.stdin is not None
        here.types("yess\nyes")
        here.process.stdin.close()
        here.process.stdin = None
        assert here.ended() == 2 and "[pair.not_the_same]" in here.err
        assert code_of(other.result()) == "pair.peer_no"
    assert desk.names() == set()


@pytest.mark.slow
def test_at_a_terminal_what_was_typed_before_the_digits_counts_for_nothing(desk: Folder) -> None:
    near, far = os.openpty()
    try:
        listening = pair_channel.bound("127.0.0.1", 0)
        code = pairing_code.make(PLATE, "127.0.0.1", listening.getsockname()[1])
        asked, answer = threading.Event(), threading.Event()

        def came() -> None:
            asked.set()
            answer.wait(200)  # the other side shows nothing before somebody has typed

        side = Aside(lambda: pair.answer(listening, PLATE, NORTH.mine, yes, came, QUICK))
        with Process(*desk.calling(code.text), terminal=far) as here:
            here.until("Calling")
            assert asked.wait(200)
            os.write(near, b"yes\n")
            answer.set()
            here.until(ASKED)
            os.write(near, b"n\n")
            assert here.ended() == 2 and "You said yes." not in here.err
            assert code_of(side.result()) == "pair.peer_no"
    finally:
        os.close(near)
        os.close(far)
    assert desk.names() == set()


@pytest.mark.slow
def test_input_from_a_file(desk: Folder) -> None:
    said = desk.path / "said"
    said.write_text("yes\n")
    with said.open() as file, process(desk, yes, "call", file.fileno()) as (here, other):
        assert here.ended() == 0 and isinstance(other.result(), Met)


# what is typed, in this process


async def typed(chunks: list[bytes], monkeypatch: pytest.MonkeyPatch) -> bool:
    """The answer to a question, when these bytes are typed and then no more."""
    read, write = os.pipe()
    with os.fdopen(read) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        asking = asyncio.create_task(pair_asked.Typed().yes("? "))
        for each in chunks:
            await asyncio.sleep(0)
            os.write(write, each)
        os.close(write)
        return await asking


@pytest.mark.parametrize(
    ("chunks", "wanted"),
    [
        ([b"yes\n"], True),
        ([b"Y\n"], True),
        ([b"y", b"e", b"s\n"], True),
        ([b"perhaps\n\nyes\n"], True),
        ([b"\xff\xfe\nyes\n"], True),
        ([b"no\nyes\n"], False),
        ([b"n\n"], False),
        ([], False),
        ([b"yes"], False),
        ([b"yess\n"], False),
        ([b"x" * 20_000, b"yes\n"], False),
    ],
)
def test_only_a_yes_is_a_yes(chunks: list[bytes], wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asyncio.run(typed(chunks, monkeypatch)) is wanted


def test_a_question_that_is_withdrawn_leaves_the_input_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def withdrawn() -> bool:
        asking = asyncio.create_task(pair_asked.Typed().yes("? "))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        return asyncio.get_running_loop().remove_reader(stdin.fileno())

    read, write = os.pipe()
    with os.fdopen(read) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert asyncio.run(withdrawn()) is False
    os.close(write)


def test_a_file_is_read_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "said").write_text("hm\nyes\n")
    with (tmp_path / "said").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert asyncio.run(pair_asked.Typed().yes("? ")) is True


@pytest.mark.parametrize("end", [0, 1])
def test_a_terminal_that_is_gone_says_no(end: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the system makes of it: the end of the input, or an error."""
    pair_of_ends = os.openpty()
    near, far = pair_of_ends[end], pair_of_ends[1 - end]

    async def gone() -> bool:
        asking = asyncio.create_task(pair_asked.Typed().yes("? "))
        await asyncio.sleep(0)
        os.close(near)
        return await asking

    with os.fdopen(far) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert asyncio.run(gone()) is False


# one end in this process


def command(*arguments: str, says: str = "yes\n") -> Ran:
    found = CliRunner().invoke(app, list(arguments), input=says)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Ran(found.exit_code, found.stdout_bytes, found.stderr)


def against(desk: Folder, officer: pair.Officer, *more: str, says: str = "yes\n") -> tuple[Ran, object]:
    """`pair call` here against a called side in a thread, and how that has ended."""
    listening = pair_channel.bound("127.0.0.1", 0)
    code = pairing_code.make(PLATE, "127.0.0.1", listening.getsockname()[1])
    side = Aside(lambda: pair.answer(listening, PLATE, NORTH.mine, officer, lambda: None, QUICK))
    ran = command(*desk.calling(code.text, "north.agreed", *more), says=says)
    return ran, side.result()


def test_the_caller(desk: Folder) -> None:
    ran, there = against(desk, yes, "--label", "North")
    assert ran.code == 0 and isinstance(there, Met), ran.err
    found = pairing_file.read_agreed((desk.path / "north.agreed").read_bytes())
    assert found.met.line == there.line and found.label == "North" and there.digits in ran.err
    assert "north.agreed.key stays here" in ran.err and desk.names() == {"north.agreed", "north.agreed.key"}


def test_the_caller_whose_officer_says_no(desk: Folder) -> None:
    ran, there = against(desk, yes, says="maybe\nno\n")
    assert ran.code == 2 and "[pair.not_the_same]" in ran.err and "Please type yes or no." in ran.err
    assert isinstance(there, WideberthError) and there.code == "pair.peer_no" and desk.names() == set()


def test_the_caller_who_hears_no_keeps_nothing(desk: Folder) -> None:
    async def slow_no(_: Met) -> bool:
        while not (desk.path / "north.agreed.part").exists():
            await asyncio.sleep(0.01)
        return False

    ran, there = against(desk, slow_no)
    assert ran.code == 2 and "[pair.peer_no]" in ran.err and desk.names() == set()
    assert isinstance(there, WideberthError) and there.code == "pair.not_the_same"


def test_an_output_that_appears_meanwhile_is_not_written_over(desk: Folder) -> None:
    async def late(_: Met) -> bool:
        (desk.path / "north.agreed").write_text("somebody's")
        return True

    ran, _ = against(desk, late)
    assert ran.code == 2 and "[key.exists]" in ran.err
    assert (desk.path / "north.agreed").read_text() == "somebody's" and desk.names() == {"north.agreed"}


def opened(
    desk: Folder, monkeypatch: pytest.MonkeyPatch, officer: pair.Officer, *more: str, says: str = "yes\n"
) -> tuple[Ran, object]:
    """`pair open` here, and a caller in a thread who hears the code as soon as it is made."""
    make, sides = pairing_code.make, []

    def told(nameplate: bytes, host: str, port: int) -> Code:
        code = make(nameplate, host, port)
        sides.append(Aside(lambda: pair.call(code, SOUTH.mine, officer, QUICK)))
        return code

    monkeypatch.setattr(pairing_code, "make", told)
    ran = command(*desk.opening("south.agreed", *more), says=says)
    return ran, sides[0].result()


def test_the_called_side(desk: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, here = opened(desk, monkeypatch, yes, "--json")
    assert ran.code == 0 and isinstance(here, Met), ran.err
    assert ran.json["agreed"]["line"] == here.line.id  # type: ignore[index]  # an object of the answer
    assert "Somebody calls with this code." in ran.err and here.digits in ran.err


def test_the_called_side_that_hears_no(desk: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, here = opened(desk, monkeypatch, no, says="")
    assert ran.code == 2 and desk.names() == set()
    assert (
        isinstance(here, WideberthError)
        and {here.code, ran.err.split("[")[-1].split("]")[0]}
        == {
            "pair.not_the_same",
            "pair.peer_no",
        }
    ) or "[pair.not_the_same]" in ran.err


def test_the_port_may_be_another_outside(desk: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Code] = []

    def told(nameplate: bytes, host: str, port: int) -> Code:
        seen.append(Code(nameplate, host, port))
        raise Invalid("pair.code", "", "enough", "nothing")

    monkeypatch.setattr(pairing_code, "make", told)
    for host, wanted in (("north.example:7900", ("north.example", 7900)), ("192.0.2.7", ("192.0.2.7", None))):
        assert command(*desk.opening("out", "--host", host)).code == 2
        assert seen[-1].host == wanted[0] and (wanted[1] is None or seen[-1].port == wanted[1])


# what is refused before anybody is called


def refused(desk: Folder, code: str, *arguments: str) -> Ran:
    ran = command(*arguments)
    assert ran.code in (2, 3) and f"[{code}]" in ran.err and ran.out == "", ran.err
    assert desk.names() <= {"taken.agreed"} and "Nothing was written" not in ran.err
    return ran


def test_what_is_seen_before_anybody_is_called(desk: Folder) -> None:
    code = pairing_code.make(PLATE, "127.0.0.1", 1).text
    refused(desk, "pair.label", *desk.opening("x.agreed", "--label", "two\nlines"))
    refused(desk, "pair.code", *desk.calling("no code"))
    refused(desk, "file.missing", *desk.opening("nowhere/x.agreed"))
    refused(desk, "pair.code_check", *desk.calling(code.replace("127.0.0.1", "127.0.0.2")))
    everywhere = [each.replace("127.0.0.1:0", "0.0.0.0:0") for each in desk.opening("x.agreed")]
    assert "--host north.example" in refused(desk, "pair.host", *everywhere).err
    for text in ("127.0.0.1", "here:1", "::1:80", "[127.0.0.1]:80", "1.2.3:80", "127.0.0.1:65536", "[::g]:1"):
        wrong = [each.replace("127.0.0.1:0", text) for each in desk.opening("x.agreed")]
        refused(desk, "pair.address", *wrong)
    for text in ("two words", "a:b:c", "name:0", "name:65536"):
        refused(desk, "pair.address", *desk.opening("x.agreed", "--host", text))
    refused(desk, "pair.code", *desk.opening("x.agreed", "--host", "no_name"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        busy = [each.replace("127.0.0.1:0", f"127.0.0.1:{port}") for each in desk.opening("x.agreed")]
        assert "a running node" in refused(desk, "pair.listen", *busy).err
    for name in ("taken.agreed", "taken.agreed.key", "taken.agreed.part"):
        (desk.path / name).write_text("somebody's")
        refused_here = command(*desk.opening("taken.agreed"))
        assert refused_here.code == 2 and "[key.exists]" in refused_here.err
        (desk.path / name).unlink()


def test_addresses() -> None:
    assert pair_asked.listening("[2001:DB8::7]:7880") == ("2001:db8::7", 7880)
    assert pair_asked.called("[2001:db8::7]:7880", "--call") == ("2001:db8::7", 7880)
    assert pair_asked.reached(None, "192.0.2.7") == ("192.0.2.7", None)


def test_a_process_that_ignores_hangups_still_does() -> None:
    async def look() -> list[object]:
        return [signal.getsignal(signal.SIGHUP)]

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert pair_asked.stoppable(look, "") == [signal.SIG_IGN]
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_stops_it_after_its_last_words(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    before = signal.getsignal(signal.SIGTERM)

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            said.append("goodbye")

    with pytest.raises(typer.Exit) as caught:
        pair_asked.stoppable(work, "Stopped.")
    assert caught.value.exit_code == 128 + signal.SIGTERM and said == ["goodbye"]
    assert "Stopped." in capsys.readouterr().err and signal.getsignal(signal.SIGTERM) == before


def test_help_has_examples() -> None:
    for verb in ("open", "call", "send", "fetch"):
        ran = run("pair", verb, "--help")
        assert ran.code == 0 and f"\n    wideberth pair {verb} " in ran.out and "Exit codes: 0 " in ran.out
