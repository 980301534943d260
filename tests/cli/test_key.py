"""`wideberth key new` and `key show`: files of keys, and where passphrases come from."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.keys import Folder
from tests.cli.runs import SAMPLES, run
from wideberth.cli import key_asked
from wideberth.ledger import ids, keys, quints
from wideberth.store import keyfile

WORDS = "correct horse battery"
ROOT = str(SAMPLES.parent.parent.parent)


@pytest.fixture
def in_folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def secret(folder: Folder, name: str, words: str = WORDS) -> str:
    path = folder.path / name
    path.write_text(words + "\n", encoding="utf-8")
    path.chmod(0o600)
    return str(path)


def test_help_of_every_verb_has_an_example() -> None:
    for verb in ("new", "show", "certify", "revoke", "rotate", "check", "roster", "approve"):
        ran = run("key", verb, "--help")
        assert ran.code == 0 and f"\n    wideberth key {verb} " in ran.out and "Exit codes: 0 " in ran.out
    assert "never a person's name" in " ".join(run("key", "certify", "--help").out.split())
    assert "certify" in run("key").out + run("key").err


@pytest.mark.parametrize("purpose", keyfile.PURPOSES)
def test_a_new_key_and_its_public_half(in_folder: Folder, purpose: str) -> None:
    path = in_folder.path / "new.key"
    ran = in_folder.done("new", purpose, "--out", str(path), "--passphrase-file", secret(in_folder, "words"))
    found = keyfile.read(path.read_bytes())
    assert isinstance(found, keyfile.Sealed) and found.how.n == 2**17
    seed = keyfile.opened(found, lambda: WORDS)
    line = (in_folder.path / "new.key.pub").read_text()
    assert line == f"{found.public.text}\n" and ids.base32(found.public.key) in ran.out
    assert (path.stat().st_mode & 0o777) == 0o600
    assert ids.base32(seed) not in ran.out + ran.err and seed.hex() not in ran.out + ran.err
    assert "counts for nothing until" in ran.err or purpose in ("identity", "cell")
    assert "NOT SEALED" not in ran.out + ran.err


def test_an_identity_is_shown_with_its_words(in_folder: Folder) -> None:
    in_folder.key("identity", "north.key")
    shown = in_folder.done("show", in_folder.at("north.key"), in_folder.at("north.key.pub"), "--json").json
    found = shown["keys"]
    assert isinstance(found, list) and shown["schema"] == "wideberth.key/1"
    key = keyfile.read_public((in_folder.path / "north.key.pub").read_bytes()).key
    for row in found:
        assert row["public"] == ids.base32(key)
        assert (row["party"], row["words"]) == (ids.party(key), quints.identity(key))
    assert [row["private"] for row in found] == ["plain", "absent"]
    assert quints.identity(key) in in_folder.done("show", in_folder.at("north.key")).out


def test_show_never_shows_a_private_half_and_asks_for_no_passphrase(in_folder: Folder) -> None:
    in_folder.key("log", "log.key")
    in_folder.done(
        "new", "officer", "--out", in_folder.at("o.key"), "--passphrase-file", secret(in_folder, "words")
    )
    plain = keyfile.read((in_folder.path / "log.key").read_bytes())
    assert isinstance(plain, keyfile.Plain) and keys.public(plain.seed) == plain.public.key
    for more, words in (
        ((), ("sealed under a passphrase", "NOT SEALED")),
        (("--json",), ('"sealed"', '"plain"')),
    ):
        ran = in_folder.done("show", in_folder.at("log.key"), in_folder.at("o.key"), *more)
        assert all(word in ran.out for word in words)
        assert ids.base32(plain.seed) not in ran.out + ran.err


def test_seal_keys_of_both_suites(in_folder: Folder) -> None:
    for suite, length in ((1, 32), (2, 1216)):
        in_folder.key("seal", f"{suite}.key", "--suite", str(suite))
        found = in_folder.done("show", in_folder.at(f"{suite}.key.pub"), "--json").json["keys"]
        assert isinstance(found, list) and found[0]["suite"] == suite
        assert len(ids.unbase32(found[0]["public"], length, "")) == length
    assert "…" in in_folder.done("show", in_folder.at("2.key")).out
    for arguments in (("seal", "--suite", "3"), ("log", "--suite", "2")):
        in_folder.refused("key.suite", "new", *arguments, "--out", in_folder.at("3.key"), "--no-passphrase")


def test_that_a_key_is_not_sealed_is_told(in_folder: Folder) -> None:
    ran = in_folder.key("officer", "o.key")
    assert "o.key is NOT SEALED: whoever reads the file can sign with it." in ran.err


def test_nothing_is_written_over(in_folder: Folder) -> None:
    in_folder.key("officer", "o.key")
    before = (in_folder.path / "o.key").read_bytes()
    ran = in_folder.refused("key.exists", "new", "officer", "--out", in_folder.at("o.key"), "--no-passphrase")
    assert "never written over" in ran.err
    (in_folder.path / "o.key").rename(in_folder.path / "p.key")
    in_folder.refused("key.exists", "new", "officer", "--out", in_folder.at("o.key"), "--no-passphrase")
    assert (in_folder.path / "p.key").read_bytes() == before


def test_a_file_may_have_any_name(in_folder: Folder) -> None:
    name = "\udcff\n.key"
    for more in ((), ("--json",)):
        ran = in_folder.key("log", f"{len(more)}{name}", *more)
        assert "\\udcff\\u000a.key" in ran.err
    assert "\udcff" not in in_folder.done("show", in_folder.at(f"0{name}")).out


def test_a_passphrase_from_the_environment(in_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(key_asked.VARIABLE, WORDS)
    in_folder.done("new", "log", "--out", in_folder.at("log.key"))
    found = keyfile.read((in_folder.path / "log.key").read_bytes())
    assert keyfile.opened(found, lambda: WORDS)
    other = secret(in_folder, "other", "another one, longer")
    in_folder.done("new", "log", "--out", in_folder.at("2.key"), "--passphrase-file", other)  # the file wins
    found = keyfile.read((in_folder.path / "2.key").read_bytes())
    assert keyfile.opened(found, lambda: "another one, longer")


@pytest.mark.parametrize("words", ["short", "", "\udcff" * 12])
def test_a_passphrase_that_will_not_do(in_folder: Folder, words: str) -> None:
    path = in_folder.path / "words"
    path.write_bytes(words.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    in_folder.refused(
        "key.passphrase_source", "new", "log", "--out", in_folder.at("l.key"), "--passphrase-file", str(path)
    )


def test_where_no_passphrase_can_come_from(in_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(key_asked.VARIABLE, raising=False)
    new = ("new", "log", "--out", in_folder.at("log.key"))
    in_folder.refused("key.no_passphrase", *new)
    words = secret(in_folder, "words")
    in_folder.refused("key.passphrase_source", *new, "--passphrase-file", words, "--no-passphrase")
    in_folder.refused("file.missing", *new, "--passphrase-file", in_folder.at("none"))
    Path(words).chmod(0o644)
    assert WORDS not in in_folder.refused("key.mode", *new, "--passphrase-file", words).err


def test_other_purposes_and_files_are_refused(in_folder: Folder) -> None:
    in_folder.refused("key.purpose", "new", "root", "--out", in_folder.at("x.key"), "--no-passphrase")
    in_folder.refused("file.missing", "show", in_folder.at("none.key"))
    (in_folder.path / "text").write_text("a text")
    (in_folder.path / "text").chmod(0o600)
    assert "a text" not in in_folder.refused("key.file", "show", in_folder.at("text")).err
    in_folder.key("log", "log.key")
    (in_folder.path / "log.key").chmod(0o640)
    assert "chmod 600" in in_folder.refused("key.mode", "show", in_folder.at("log.key")).err
    (in_folder.path / "link").symlink_to(in_folder.path / "log.key.pub")
    in_folder.refused("key.link", "show", in_folder.at("link"))


def test_a_passphrase_from_a_pipe(in_folder: Folder) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{WORDS}\n".encode())
    os.close(writing)
    new = ("new", "log", "--out", in_folder.at("log.key"), "--passphrase-file", f"/dev/fd/{reading}")
    in_folder.done(*new)
    os.close(reading)
    found = keyfile.read((in_folder.path / "log.key").read_bytes())
    assert keyfile.opened(found, lambda: WORDS)


def at_a_terminal(answers: list[bytes], *arguments: str) -> tuple[int, str]:
    """The command at a terminal of its own; each answer is typed when a prompt has come."""
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "wideberth.cli", "key", *arguments],
        env={**os.environ, "PYTHONPATH": ROOT, "TERM": "dumb"},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    said, waiting = b"", list(answers)
    while True:
        try:
            part = os.read(leader, 65_536)
        except OSError:  # the end of a terminal on Linux
            break
        said += part
        if waiting and said.endswith((b": ", b"] ")):
            os.write(leader, waiting.pop(0) + b"\n")
    code = running.wait(60)
    os.close(leader)
    return code, said.decode("utf-8")


def test_at_a_terminal_a_new_passphrase_is_asked_twice_and_not_shown(tmp_path: Path) -> None:
    new = ("new", "log", "--out", str(tmp_path / "log.key"))
    code, said = at_a_terminal([WORDS.encode()] * 2, *new)
    assert code == 0, said
    assert "Passphrase of the new key" in said and WORDS not in said
    found = keyfile.read((tmp_path / "log.key").read_bytes())
    assert keyfile.opened(found, lambda: WORDS)
    code, said = at_a_terminal(
        [WORDS.encode(), b"correct horse", b"\x04"], *new[:-1], str(tmp_path / "2.key")
    )
    assert code == 2 and "[key.not_confirmed]" in said and not (tmp_path / "2.key").exists()


def test_at_a_terminal_a_yes_is_asked_for(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.key("officer", "o.key")
    (tmp_path / "lift.json").write_text("{}")
    approve = ("approve", "--officer", folder.at("o.key"), "--what", "lift", "--file", folder.at("lift.json"))
    code, said = at_a_terminal([b"n"], *approve, "--out", folder.at("no"))
    assert (code, "[key.not_confirmed]" in said, (tmp_path / "no").exists()) == (2, True, False)
    code, said = at_a_terminal([b"y"], *approve, "--out", folder.at("yes"))
    assert code == 0 and (tmp_path / "yes").exists(), said
