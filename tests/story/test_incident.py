"""The pack of an incident: two nodes, calls and a case, and what anybody can verify of it afterwards."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from tests.cli.runs import process
from tests.ledger import records
from tests.story import case_told as played
from tests.story import whole
from tests.story.desks import desks
from tests.story.test_sites import site
from tests.story.whole import Two
from wideberth.cli.incident import checked
from wideberth.desk import incident as rules
from wideberth.errors import Invalid, Refused
from wideberth.formats import incidentpack, recordfile
from wideberth.formats.recordfile import Reader
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.feed import Item
from wideberth.ledger.order import Placed
from wideberth.node import incident
from wideberth.node.calls import Asked
from wideberth.render.day_table import MARK

SECRET = "HIDDEN FROM THE PACK"
CALLED = "Stop and check where you are"


class Told(NamedTuple):
    """Two nodes after a call and its answer, a case, and something that nobody is to see."""

    two: Two
    call: str
    case: str
    notices: tuple[str, str]
    plan: str


def free(words: str, precedence: Any = "priority", re: str | None = None) -> Asked:
    return Asked(None, {}, "duty officer", precedence, "en", text=words, re=re)


def play(two: Two) -> Told:
    two.one.people.begin("chief", "correct horse battery", two.time.wall_ms)
    two.one.people.set_roles("chief", ["admin", "officer"])
    two.one.people.take("chief", "officer", two.time.wall_ms)
    case, _, notices = played.play(two)
    two.one.room.calls.call(two.line, free(SECRET))
    whole.settle(two, 1)
    call = two.one.room.calls.call(two.line, free(CALLED, "flash")).call
    whole.settle(two, 1)
    two.other.room.calls.take(call, "watch officer", "ru")
    whole.settle(two, 1)
    two.other.room.calls.answer(call, "relayed", "watch officer")
    back = two.other.room.calls.call(two.line, free("We have stopped", re=call)).call
    whole.settle(two, 1)
    two.one.room.calls.take(back, "officer", "en")
    two.one.room.calls.call(two.line, free(SECRET))
    whole.settle(two)
    [plan, *_] = [each.plan for each in two.one.desk.plans() if each.label == "NORTH 1"]
    return Told(two, call, case, notices, plan)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with desks(tmp_path_factory.mktemp("incident")) as two:
        yield play(two)


class Unpacked(NamedTuple):
    """What is in a pack."""

    told: dict[str, Any]
    page: str
    rows: list[dict[str, Any]]
    record: bytes
    data: bytes


def unpacked(data: bytes) -> Unpacked:
    index, files = incidentpack.read(data)
    timeline = json.loads(files["timeline.json"])
    record = next(found for name, found in files.items() if name.endswith(".record"))
    return Unpacked(index, files["incident.html"].decode(), timeline["rows"], record, data)


def refused(code: str, ask: Callable[[], object]) -> None:
    with pytest.raises((Invalid, Refused)) as caught:
        ask()
    assert caught.value.code == code


def types(found: Unpacked) -> list[str]:
    return [each["type"] for each in found.rows if each["feed"] != "private"]


def items(record: bytes) -> list[Item]:
    return [each for each in Reader(io.BytesIO(record)).parts() if isinstance(each, Item)]


def test_a_call_with_its_answers_in_order_and_who_held_each(told: Told) -> None:
    found = unpacked(incident.pack(told.two.one, told.call))
    assert found.told["about"] == told.call and len(found.told["ids"]) == 1
    named = types(found)
    assert named.count("call") == 2 and {"call.rang", "call.taken", "call.said"} <= set(named)
    assert named.index("call") < named.index("call.taken") < named.index("call.said")
    first = next(each for each in found.rows if each["type"] == "call")
    assert first["says"]["text"] == CALLED and first["standing"] == "signed"
    # the other party signed that it held it, and an entry of its own shows it
    assert first["receipt"] is not None and first["shown_by"]["feed"].count(told.two.other.party) == 1
    assert first["here_by"] == first["claimed"], "our own, by our clock"
    taken = next(each for each in found.rows if each["type"] == "call.taken")
    assert taken["role"] == "watch officer" and taken["claimed"] <= taken["here_by"]
    assert [each["here_by"] for each in found.rows if "here_by" in each] == sorted(
        each["here_by"] for each in found.rows if "here_by" in each
    )


def test_what_rang_here_and_which_posts_were_held_are_told_as_our_own_word(told: Told) -> None:
    [call] = [each["says"]["call"] for each in unpacked(incident.pack(told.two.one, told.call)).rows
              if each["type"] == "call" and each["says"].get("re")]  # fmt: skip
    found = unpacked(incident.pack(told.two.one, call))
    rung = [each["type"] for each in found.rows if each["feed"] == "private"]
    assert "ring.begun" in rung and {"ring.taken", "ring.over"} & set(rung)
    assert "chief" not in found.page and ">officer<" in found.page and ">taken<" in found.page
    assert "Nobody else has signed them" in found.page


def test_nothing_else_is_in_it_but_headers(told: Told) -> None:
    for about in (told.call, told.case, told.notices[0]):
        found = unpacked(incident.pack(told.two.one, about))
        assert SECRET.encode() not in found.data and played.SECRET.encode() not in found.data
        whole_ones = [each for each in items(found.record) if each.body]
        bare = [each for each in items(found.record) if not each.body]
        assert len(whole_ones) >= len(types(found)) and bare
        [line] = found.told["lines"]
        assert (line["entries"], line["headers_only"]) == (len(types(found)), len(bare))
        assert any("only the headers" in each for each in found.told["not_in_it"])
        assert told.plan.encode() not in found.data


def test_the_records_verify_by_another_process_without_a_node(told: Told, tmp_path: Path) -> None:
    pack = tmp_path / "incident.zip"
    pack.write_bytes(incident.pack(told.two.one, told.call))
    # as the command says: with Python's own tool
    subprocess.run([sys.executable, "-m", "zipfile", "-e", pack, tmp_path / "pack"], check=True)
    [record] = (tmp_path / "pack" / "records").iterdir()
    parties = [f"--trust={each.party}" for each in told.two.places]
    when = ("--as-of", "2027-02-01T00:00:00Z")
    ran = process("verify", str(record), *parties, "--entries", "--json", *when)
    assert ran.code == 0, ran.out + ran.err
    rows = [json.loads(each) for each in ran.out.splitlines()[1:]]
    assert all(each["understood"] for each in rows if each["says"])
    assert next(each["says"]["text"] for each in rows if each["type"] == "call" and each["says"]) == CALLED
    assert process("verify", str(record), *when).code == 4
    damaged = record.read_bytes().replace(CALLED.encode(), b"Go on. " + CALLED.encode()[7:])
    record.write_bytes(damaged)
    assert process("verify", str(record), *parties, *when).code != 0


def test_the_same_bytes_each_time_and_no_time_in_the_archive(told: Told) -> None:
    one, again = (incident.pack(told.two.one, told.case) for _ in range(2))
    assert one == again
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [each.filename for each in archive.infolist()][:3] == [
            "index.json", "incident.html", f"records/{told.two.line[:12]}.record",
        ]  # fmt: skip
    assert checked(one, told.two.time.wall_ms // 1_000)["schema"] == incidentpack.SCHEMA


def test_both_sides_tell_the_same_entries(told: Told) -> None:
    mine, theirs = (unpacked(incident.pack(node, told.call)) for node in told.two[:2])
    ours, others = (
        sorted((row["feed"], row["n"]) for row in each.rows if row["feed"] != "private")
        for each in (mine, theirs)
    )
    assert ours == others
    # each party's file has the receipts that it was given
    assert mine.record != theirs.record


def test_a_case_a_notice_a_plan_and_the_beginning_of_an_id(told: Told) -> None:
    case = unpacked(incident.pack(told.two.one, told.case))
    assert {*told.notices} <= set(case.told["ids"])
    assert {"notice", "case.opened", "case.proposal", "case.accept", "case.closed"} <= set(types(case))
    short = unpacked(incident.pack(told.two.one, told.case[:8]))
    assert short.told["about"] == told.case and short.rows == case.rows
    mine = next(each for each in told.notices if each == ids.notice_of(told.two.line, told.plan))
    by_notice, by_plan = (unpacked(incident.pack(told.two.one, each)) for each in (mine, told.plan))
    assert types(by_notice) == types(by_plan) and "case.opened" in types(by_notice)
    assert told.case in by_plan.told["ids"]


def test_a_part_of_the_time(told: Told) -> None:
    last = told.two.time.wall_ms
    refused("record.nothing_signed", lambda: incident.pack(told.two.one, told.call, last + 1))
    refused("record.range", lambda: incident.pack(told.two.one, told.call, 5, 4))
    found = unpacked(incident.pack(told.two.one, told.call, last - 3 * 61_000))
    assert 0 < len(found.rows) < len(unpacked(incident.pack(told.two.one, told.call)).rows)
    assert any("dates outside" in each for each in found.told["not_in_it"]) and "of 2027-" in found.page


@pytest.mark.parametrize("about", ["", "k-", "k-aaaaa", "k-" + "a" * 26, "p-" + "a" * 26, "s-" + "a" * 26,
                                   "a" * 52, "../../x" * 3])  # fmt: skip
def test_what_nothing_is_about(told: Told, about: str) -> None:
    refused("incident.none", lambda: incident.pack(told.two.one, about))


def test_a_beginning_that_several_have(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LEAST", 2)
    refused("incident.several", lambda: incident.pack(told.two.one, "k-"))


def test_a_pack_that_would_be_too_large(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    made = len(incident.pack(told.two.one, told.case))
    monkeypatch.setattr(incident, "LARGEST", made - 20_000)
    refused("record.too_large", lambda: incident.pack(told.two.one, told.case))


def test_what_would_not_verify_is_not_given(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    true = body.reread

    def false(leaf: bytes, salt: bytes, says: bytes) -> Entry:
        return structs.replace(true(leaf, salt, says), body=says.replace(b"Stop", b"Go  "))

    monkeypatch.setattr(body, "reread", false)
    refused("record.not_verified", lambda: incident.pack(told.two.one, told.call))


def test_what_is_not_signed_yet_is_not_in_it_and_that_is_told(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        call = two.one.room.calls.call(two.line, free(CALLED, "flash")).call
        pack = unpacked(incident.pack(two.one, call))
        [row] = [each for each in pack.rows if each["type"] == "call"]
        assert (row["receipt"], row["shown_by"]) == (None, None)
        assert "nothing shows it" in pack.page
        assert any(each.startswith("Proof that the other party had 1") for each in pack.told["not_in_it"])


def test_an_exercise_is_marked_everywhere(tmp_path: Path) -> None:
    with whole.two(tmp_path, exercise=True) as two:
        whole.settle(two)
        call = two.one.room.calls.call(two.line, free(CALLED, "flash")).call
        whole.settle(two)
        found = unpacked(incident.pack(two.one, call))
    assert found.told["exercise"] is True and found.page.count(MARK) == 2
    assert "<title>EXERCISE" in found.page
    with whole.two(tmp_path / "real") as two:
        call = two.one.room.calls.call(two.line, free(CALLED, "flash")).call
        whole.settle(two)
        assert MARK not in unpacked(incident.pack(two.one, call)).page


def test_the_page_asks_nobody_and_runs_nothing(told: Told) -> None:
    page = unpacked(incident.pack(told.two.one, told.case)).page
    for each in ("http", "<script", "src=", "url(", "@import"):
        assert each not in page.replace("http-equiv", "")
    assert "no permission and no guarantee" in page and "<h2>What is not in this pack, and why</h2>" in page
    assert f"--trust {told.two.one.party}" in page


@pytest.mark.parametrize("change", ["a file", "the index", "one more", "one less", "no zip", "cut"])
def test_a_pack_that_is_not_as_it_was_written(told: Told, change: str) -> None:
    data = incident.pack(told.two.one, told.call)
    _, files = incidentpack.read(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        index = archive.read("index.json")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("index.json", b"{" if change == "the index" else index)
        for n, (name, found) in enumerate(files.items()):
            if not (change == "one less" and n == 0):
                archive.writestr(name, found + b" " if change == "a file" and n == 0 else found)
        if change == "one more":
            archive.writestr("more.txt", b"")
    altered = {"no zip": b"x" * 99, "cut": data[:-30]}.get(change, made.getvalue())
    with pytest.raises(Invalid) as caught:
        checked(altered, 0)
    assert caught.value.code in ("incident.pack", "zip.damaged")


def test_a_record_in_it_that_is_false_is_found(told: Told) -> None:
    index, files = incidentpack.read(incident.pack(told.two.one, told.call))
    name = next(each for each in files if each.endswith(".record"))
    parts = list(Reader(io.BytesIO(files[name])).parts())
    opening = Reader(io.BytesIO(files[name])).opening
    at = next(n for n, each in enumerate(parts) if isinstance(each, Item) and CALLED.encode() in each.body)
    item = parts[at]
    assert isinstance(item, Item)
    parts[at] = item._replace(body=item.body.replace(b"Stop", b"Go  "))
    false = b"".join(recordfile.write(opening, parts))
    index.pop("files")
    with pytest.raises(Refused) as caught:
        checked(incidentpack.write(index, {**files, name: false}), told.two.time.wall_ms // 1_000)
    assert caught.value.code == "record.not_verified"


def test_a_list_of_sites_is_told_with_its_rows(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        rows = [site(f"row-{n}") for n in range(3)]
        mine = two.one.sites.edition("Hospitals", rows).list.list
        two.one.sites.send(two.line, mine)
        whole.settle(two)
        [theirs] = [each for each in two.other.sites.told(two.line) if not each.mine]
        two.other.sites.answer(two.line, theirs.list, 1, "received", {})
        two.one.room.calls.call(two.line, free(SECRET))
        whole.settle(two)
        found = unpacked(incident.pack(two.one, mine))
        assert types(found) == ["site.list", "part", "site.status"]
        assert found.told["about"] == theirs.list and found.told["ids"] == []
        assert mine.encode() not in found.data, "what it is called in the own feed"
        assert SECRET.encode() not in found.data and " is in bodies/" in found.page
        [name] = [each for each in found.told["files"] if each.startswith("bodies/")]
        body_of_it = incidentpack.read(found.data)[1][name]
        assert b"Clinic row-2" in body_of_it and name == f"bodies/{sha256(body_of_it).hexdigest()}.txt"
        assert types(unpacked(incident.pack(two.other, theirs.list))) == types(found)


def placed(told: Told) -> list[Placed]:
    return list(told.two.one.of(told.two.line).state.order.placed)


def test_who_held_an_entry_is_the_first_of_the_other_partys_that_had_folded_it(told: Told) -> None:
    """Worked out again, the slow way."""
    order = placed(told)
    line = told.two.one.of(told.two.line).state.line
    refs = {rules.ref(each.entry.header) for each in order}
    found = rules.covering(line, order, refs)
    for each in order:
        at = rules.ref(each.entry.header)
        wanted = next(
            (
                rules.ref(other.entry.header)
                for other in order
                if other.entry.header.origin.party != at.origin.party
                and other.entry.header.folded.get(at.origin, 0) > at.n
            ),
            None,
        )
        assert (found[at].ref if at in found else None) == wanted


def test_by_our_clock_nothing_stands_later_than_what_follows_it(told: Told) -> None:
    order = placed(told)
    line = told.two.one.of(told.two.line).state.line
    refs = {rules.ref(each.entry.header) for each in order}
    covered = rules.covering(line, order, refs)
    record = recordfile.verify(Reader(io.BytesIO(unpacked(incident.pack(told.two.one, told.call)).record)),
                               {}, told.two.time.wall_ms // 1_000)  # fmt: skip
    feeds = {each.origin: each for each in record.feeds}
    some = [each for each in order if each.entry.header.origin in feeds]
    rows = rules.rows(some, refs, feeds, covered)
    for party in line.parties:
        times = rules.by_our_clock(rows, party)
        assert times == sorted(times) and len(times) == len(rows)


def test_a_body_that_says_nothing_concerns_nothing() -> None:
    header = body.read(records.MAIN.items[0].leaf)
    for says in (b"", b"{", b"[]", b"\xff"):
        assert rules.value(Entry(b"", header, b"", says)) == {}
    assert rules.meant([], "k-aaaaaaaa") == set() and rules.concerned([], {"x"}) == set()
    assert list(rules.strings([1, None, {"a": ["b", {"c": "d"}]}])) == ["b", "d"]
