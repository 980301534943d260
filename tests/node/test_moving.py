"""The file of a node that moves: whole and as it was, or nothing."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.two import LINE, A, B, Party, origin, seed
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import body, feed, ids, keys, merkle, note
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Certificate, Papers
from wideberth.ledger.ids import Origin
from wideberth.node import directory, moved, moving
from wideberth.node.config import Config
from wideberth.store import keyfile

KEY = bytes(range(32))
HALF = keyfile.public("identity", seed("north"))
MOVE = bytes(moved.MOVE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    directory.make(tmp_path / "north", HALF, KEY, None, Config())
    return tmp_path / "north"


def pack(path: Path, out: Path) -> moving.Packed:
    with directory.held(path, moved=True):
        return moving.pack(path, Config(), KEY, out, 1_900_000_000_000)


def unpack(file: Path, path: Path, key: bytes = KEY) -> moving.Packed:
    return moving.unpack(file, path, lambda _: key)


def content(path: Path) -> dict[str, bytes]:
    return {
        each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()
    }


def refused(step: Callable[[], object]) -> str:
    with pytest.raises((Refused, Invalid)) as caught:
        step()
    assert isinstance(caught.value, Refused | Invalid)
    return caught.value.code


def test_all_of_it_comes_out_but_what_belongs_to_the_place(path: Path, tmp_path: Path) -> None:
    (path / "run" / "node.sock").touch()
    (path / "log" / "2026-11-27.jsonl").write_bytes(b"{}\n")
    (path / "snapshots" / "x.new").touch()
    before = content(path)
    done = pack(path, tmp_path / "north.move")
    new = tmp_path / "far" / "north"
    assert unpack(tmp_path / "north.move", new)._replace(lines=0) == done._replace(lines=0)
    left = {"lock", "journal.db.lock", "run/node.sock", "snapshots/x.new"}
    assert content(new) == {name: data for name, data in before.items() if name not in left}
    assert [each.stat().st_mode & 0o777 for each in (new, new / "run", new / "accounts.db")] == [
        0o700,
        0o700,
        0o600,
    ]
    with directory.held(new), directory.open_journal(new, Config(), KEY) as journal:
        assert journal.heads() == {}


def test_what_was_moved_is_packed_again_as_it_was(path: Path, tmp_path: Path) -> None:
    first = pack(path, tmp_path / "first.move")
    assert pack(path, tmp_path / "second.move") == first
    assert (tmp_path / "first.move").read_bytes() == (tmp_path / "second.move").read_bytes()
    with pytest.raises(Refused) as caught, directory.held(path):
        pass
    assert caught.value.code == "node.moved"


def test_where_the_file_cannot_be_made_nothing_has_moved(path: Path, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    assert refused(lambda: pack(path, tmp_path / "there")) == "move.exists"
    assert refused(lambda: pack(path, path / "north.move")) == "move.exists"
    with pytest.raises(FileNotFoundError):
        pack(path, tmp_path / "none" / "north.move")
    (path / "log" / "link").symlink_to(tmp_path / "there")
    assert refused(lambda: pack(path, tmp_path / "north.move")) == "node.link"
    assert not (tmp_path / "north.move").exists()
    with directory.held(path):
        assert not (path / "moved").exists()


def test_a_second_time_that_fails_does_not_bring_it_back(path: Path, tmp_path: Path) -> None:
    pack(path, tmp_path / "north.move")
    with pytest.raises(FileNotFoundError):
        pack(path, tmp_path / "none" / "north.move")
    assert (path / "moved").exists()


def test_it_is_never_unpacked_over_something(path: Path, tmp_path: Path) -> None:
    pack(path, tmp_path / "north.move")
    assert refused(lambda: unpack(tmp_path / "north.move", path)) == "node.exists"


def test_another_key_or_a_changed_manifest_makes_nothing(path: Path, tmp_path: Path) -> None:
    pack(path, tmp_path / "north.move")
    assert refused(lambda: unpack(tmp_path / "north.move", tmp_path / "new", bytes(32))) == "move.key"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["north", "north.move"]


def members(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(file) as archive:
        found = []
        for each in archive.getmembers():
            source = archive.extractfile(each)
            assert source is not None
            found.append((each, source.read()))
        return found


def written(file: Path, found: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as archive:
        for member, data in found:
            member.size = len(data) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(data))


def renamed(name: str) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.mode = 0o600
    return made


def linked(name: str) -> tarfile.TarInfo:
    made = renamed(name)
    made.type, made.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return made


Found = list[tuple[tarfile.TarInfo, bytes]]


def another(found: Found, old: bytes, new: bytes) -> Found:
    assert old in found[0][1]
    return [(found[0][0], found[0][1].replace(old, new, 1)), *found[1:]]


def in_place(found: Found, name: str, made: tarfile.TarInfo, data: bytes) -> Found:
    return [(made, data) if each.name == name else (each, old) for each, old in found]


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[1:],
        lambda found: found[:-1],
        lambda _: [],
        lambda found: [*found, found[-1]],
        lambda found: [*found, (renamed("../evil"), b"x")],
        lambda found: in_place(found, "accounts.db", renamed("accounts.db"), b"x"),
        lambda found: [
            (each, data[:-1] + bytes([data[-1] ^ 1])) if each.name == "accounts.db" else (each, data)
            for each, data in found
        ],
        lambda found: in_place(found, "node.toml", linked("node.toml"), b""),
        lambda found: another(found, b'"accounts.db"', b'"../count.db"'),
        lambda found: another(found, b'"accounts.db"', b'"/ccounts.db"'),
        lambda found: another(found, b'"accounts.db":{', b'"accounts.db":3,"x":{'),
        lambda found: another(found, b'"mode":384', b'"mode":511'),
        lambda found: another(found, b"wideberth.move", b"wideberth.some"),
        lambda found: another(found, b"{", b"["),
        lambda found: [(found[0][0], found[0][1] + b"x\xff"), *found[1:]],
        lambda found: [(linked(moving.MANIFEST), b""), *found[1:]],
    ],
)
def test_a_file_that_was_changed_makes_nothing(
    path: Path, tmp_path: Path, change: Callable[[Found], Found]
) -> None:
    pack(path, tmp_path / "north.move")
    written(tmp_path / "other.move", change(members(tmp_path / "north.move")))
    assert refused(lambda: unpack(tmp_path / "other.move", tmp_path / "new")) == "move.damaged"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["north", "north.move", "other.move"]


@pytest.mark.parametrize("size", [0, 1, 600, 5_000])
def test_a_part_of_a_file_makes_nothing(path: Path, tmp_path: Path, size: int) -> None:
    pack(path, tmp_path / "north.move")
    (tmp_path / "part").write_bytes((tmp_path / "north.move").read_bytes()[:size])
    assert refused(lambda: unpack(tmp_path / "part", tmp_path / "new")) == "move.damaged"


def papers(party: Party) -> Papers:
    return Papers((Certificate(keys.public(party.seed("log")), "log", origin(party), 0),))


def statement(party: Party = A, log: bytes = b"", line: str = LINE.id) -> bytes:
    heads = [
        feed.Head(Origin(line, party.name, kind, 0), merkle.grown(merkle.EMPTY, [bytes(32)] * 3))
        for kind in ids.KINDS
    ]
    return moved.sign(line, MOVE, heads, [log or party.seed("log")])


def told(value: Value, party: Party = A) -> Entry:
    assert isinstance(value, dict)
    written_as = feed.Written(moved.TYPE, moved.V, {}, 1)
    return feed.append(feed.Head(origin(party)), written_as, value, bytes(body.SALT)).entry


def test_the_last_word_of_the_old_machine() -> None:
    found = moved.read(told({"note": statement().decode()}), papers(A))
    assert (found.line, found.move) == (LINE.id, MOVE)
    assert {each: mark.size for each, mark in found.heads.items()} == {
        origin(A, kind): 3 for kind in ids.KINDS
    }


def test_whoever_else_signs_it_is_not_believed() -> None:
    with pytest.raises(NotTrusted):
        moved.read(told({"note": statement(log=seed("thief")).decode()}), papers(A))
    with pytest.raises(NotTrusted):
        moved.read(told({"note": statement(B).decode()}), papers(B))
    with pytest.raises(NotTrusted):
        moved.read(told({"note": statement(B).decode()}), papers(A))


def signed(rest: str) -> str:
    return note.write(note.sign(f"{moved.HEADING}\n{rest}\n", origin(A).text, A.seed("log"))).decode()


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"note": "none"},
        {"crit": ["soon"], "note": statement().decode()},
        {"note": signed("x")},
        {"note": signed("{}")},
        {"note": signed('{"heads":3,"line":"x","move":"x","v":1}')},
        {"note": signed('{"heads":{"x":3},"line":"x","move":"x","v":1}')},
        {"note": signed(f'{{"heads":{{"{origin(A).text}":3}},"line":"x","move":"x","v":1}}')},
        {"note": signed('{"heads":{},"line":"x","move":"x","v":2}')},
        {"note": signed('{"heads":{},"line":"x","move":"x","v":1}')},
        {"note": note.write(note.sign("other\nx\n", origin(A).text, A.seed("log"))).decode()},
    ],
)
def test_what_is_no_last_word(value: Value) -> None:
    with pytest.raises(Invalid):
        moved.read(told(value), papers(A))


def test_the_move_that_an_entry_tells_of() -> None:
    entry = told({"note": statement().decode()})
    assert moved.move_of(entry) == MOVE
    assert moved.move_of(told({})) is None
    assert moved.move_of(Entry(entry.leaf, entry.header, b"", b"")) is None
    other = feed.append(feed.Head(origin(A)), feed.Written("test.said", 1, {}, 1), {}, bytes(16)).entry
    assert moved.move_of(other) is None
