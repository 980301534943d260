"""What a record proves, what it does not, and what is false in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import get_args

import pytest
from msgspec import structs

from tests.ledger import records
from tests.ledger.records import (
    ANSWERS,
    BOTH,
    MAIN,
    PAPERS,
    TRUSTED,
    WHOLE,
    cosigned,
    file,
    parts,
    read,
    signed,
)
from tests.ledger.two import GENESIS, LINE, A, B, Feed, Party, feed_of, origin, seed
from wideberth.errors import Invalid
from wideberth.formats.recordfile import Checkpoint, Part
from wideberth.ledger import body, canonical, certificate, epoch, feed, ids, keys, merkle, note, record
from wideberth.ledger.certificate import Certificate, Papers, Purpose, Standing
from wideberth.ledger.feed import Item, Written
from wideberth.ledger.ids import Origin
from wideberth.ledger.keyring import Keyring
from wideberth.ledger.record import Anchor, Finding, Result, Section

NAME = MAIN.head.origin.text


def wrong(found: Result) -> list[tuple[str, int | None]]:
    disputed = any(each.disputed for each in found.feeds)
    fine = "disputed" if disputed else "verified"
    assert record.verdict(found, TRUSTED) == ("not verified" if found.wrong.count else fine)
    return [(each.code, each.n) for each in found.wrong.listed]


def told(found: Result) -> list[tuple[str, int | None]]:
    return [(each.code, each.n) for each in found.told.listed]


def grown(of: Feed, author: Party, *more: tuple[Written, canonical.Value]) -> Feed:
    """A feed with more entries, made as a careless author might."""
    head, entries, nodes = of.head, list(of.entries), dict(of.nodes)
    for written, value in more:
        added = feed.append(structs.replace(head, folded={}, at_ms=0), written, value, seed("salt")[:16])
        head = added.head
        entries.append(added.entry)
        nodes.update({(node.level, node.number): node.digest for node in added.nodes})
    assert author.name == head.origin.party
    return Feed(head, tuple(entries), nodes)


def with_note(data: bytes, at: int = 3) -> list[Part]:
    """The feed with another checkpoint in the place of the one after `at` entries."""
    return [
        Checkpoint(data) if isinstance(p, Checkpoint) and i == at + 1 else p
        for i, p in enumerate(parts(MAIN))
    ]


def test_a_whole_record() -> None:
    found = read(WHOLE)
    assert wrong(found) == []
    main, answers = found.feeds
    assert (main.origin, main.start, main.size, main.signed, main.checkpoints) == (origin(A), 0, 6, 6, 2)
    assert (answers.size, answers.signed, answers.delivered) == (5, 5, 5)
    assert main.kinds == {("notice.told", 1, True): 6}
    assert (main.first_ms, main.last_ms, main.dropped) == (0, 5_000, 0)
    assert [main.standing(n) for n in (0, 5, 6)] == ["signed", "signed", "not signed"]
    assert [main.delivery_s(n) for n in (0, 2, 3)] == [records.COSIGNED_S + 2, records.COSIGNED_S + 2, None]
    assert set(record.rests_on(found)) == set(TRUSTED)


def test_without_anchors_nothing_is_verified() -> None:
    found = read(WHOLE)
    assert record.verdict(found, TRUSTED) == "verified"
    for trusted in ([], [A.name], [B.name], ["x"]):
        assert record.verdict(found, trusted) == "not anchored"
    assert set(get_args(record.Verdict)) == {"verified", "disputed", "not anchored", "not verified"}


def test_only_whose_signatures_count_must_be_known() -> None:
    alone = read(file(parts(MAIN, deliver=())))
    assert record.rests_on(alone) == (A.name,)
    assert record.verdict(alone, [A.name]) == "verified"
    assert record.verdict(alone, [B.name]) == "not anchored"


def test_anchors_are_names_or_identity_keys() -> None:
    anchors = [Anchor(A.name, "us"), Anchor(ids.base32(B.identity), "them"), Anchor(ids.base32(bytes(32)))]
    assert record.anchored(LINE, anchors) == {A.name: "us", B.name: "them"}
    assert record.anchored(LINE, [Anchor(A.name.upper()), Anchor("")]) == {}


def test_a_record_of_strangers_who_call_themselves_so_is_not_anchored() -> None:
    """All keys fresh, all signatures good: nobody's name is there."""
    one, two = Party("forger"), Party("forger's friend")
    genesis = ids.genesis(one.identity, two.identity, seed("chance"))
    line = ids.line(genesis)
    of = ids.Origin(line.id, one.name, "main", 0)
    added = feed.append(feed.Head(of), Written("notice.told", 1, {}, 1), {"word": "yes"}, bytes(16))
    paper = certificate.certify(Certificate(one.key("log"), "log", of, 0), seed("forger"))
    body_: list[Part] = [
        Section(of),
        Item(added.entry.leaf, added.entry.salt, added.entry.body),
        Checkpoint(note.write(feed.sign(added.head, one.seed("log")))),
    ]
    found = read(file(body_, [paper], genesis))
    assert found.wrong.count == 0
    assert record.verdict(found, TRUSTED) == "not anchored"
    assert record.anchored(found.line, [Anchor(A.name), Anchor(ids.base32(B.identity))]) == {}


@pytest.mark.parametrize("kind", ["body", "salt"])
def test_a_body_that_was_swapped(kind: str) -> None:
    def swap(part: Part) -> Part:
        if isinstance(part, Item) and body.read(part.leaf).n == 4:
            return part._replace(body=MAIN.items[5].body) if kind == "body" else part._replace(salt=bytes(16))
        return part

    found = read(file([swap(part) for part in parts(MAIN)]))
    assert wrong(found) == [("ledger.commitment", 4)]


def test_a_dropped_body_is_counted_and_the_rest_stands() -> None:
    found = read(file([p._replace(salt=b"", body=b"") if isinstance(p, Item) else p for p in parts(MAIN)]))
    assert wrong(found) == []
    assert found.feeds[0].dropped == 6
    assert found.feeds[0].kinds == {("notice.told", 1, False): 6}


def test_entries_in_another_order_or_feed() -> None:
    of = parts(MAIN)
    of[2], of[3] = of[3], of[2]
    found = read(file(of))
    assert wrong(found) == [
        ("record.place", 1), ("record.place", 2), ("ledger.leaves", 2), ("ledger.leaves", 5),
        ("record.unsigned", 0),
    ]  # fmt: skip
    foreign: list[Part] = [Section(origin(A)), *parts(feed_of(A, 8, "urgent"))[1:]]
    assert wrong(read(file(foreign)))[0] == ("record.place", 0)


@pytest.mark.parametrize("gone", range(6))
def test_an_entry_that_was_taken_out(gone: int) -> None:
    found = read(file([p for p in parts(MAIN) if not (isinstance(p, Item) and body.read(p.leaf).n == gone)]))
    assert wrong(found)[0] in (("record.place", gone), ("record.checkpoint", gone - 1))


def test_a_tail_that_was_taken_off_is_told_by_who_knew_it() -> None:
    later = feed_of(B, 8)
    found = read(file([*parts(MAIN, end=6), *parts(later, B, (8,), (8,))]))
    assert wrong(found) == []
    (one,) = found.told.listed
    assert (one.code, one.feed, one.n) == ("record.tail", NAME, 6)
    assert one.words == f"the record ends here, and the main feed of {B.name[:8]}… had folded 8 entries of it"


def test_what_nobody_signed_is_false() -> None:
    """Otherwise anybody could add entries to a record that is true."""
    for end in (7, 8):
        found = read(file(parts(MAIN, end=end)))
        assert wrong(found) == [("record.unsigned", 6)]
        assert found.wrong.listed[0].words.startswith(f"signed by nobody, {end - 6} in all")
        assert [found.feeds[0].standing(n) for n in (5, 6)] == ["signed", "not signed"]
    found = read(file(parts(MAIN, sign=())))
    assert wrong(found) == [("record.unsigned", 0)]
    assert found.feeds[0].standing(0) == "not signed"
    assert wrong(read(file(parts(MAIN, sign=(), start=2)))) == [("record.unsigned", 2)]


def test_what_holds_nothing_proves_nothing() -> None:
    assert wrong(read(file([]))) == [("record.empty", None)]
    assert wrong(read(file(parts(MAIN, sign=(), end=0)))) == [("record.empty", None)]
    before = [*parts(MAIN, start=6), Checkpoint(note.write(signed(MAIN, 6)))]
    found = read(file([*before, *parts(ANSWERS, B, (5,))]))
    assert wrong(found) == [("record.empty", None)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (note.write(signed(MAIN, 2)), "record.checkpoint"),
        (note.write(signed(MAIN, 5)), "record.checkpoint"),
        (note.write(signed(feed_of(A, 8, word="other"), 3)), "ledger.leaves"),
        (note.write(signed(ANSWERS, 3, author=B)), "ledger.unsigned"),
        (note.write(signed(feed_of(A, 8, "urgent"), 3)), "ledger.unsigned"),
        (note.write(signed(MAIN, 3, seed("anybody"))), "ledger.unsigned"),
        (note.write(signed(MAIN, 3, A.seed("officer"))), "ledger.unsigned"),
        (note.write(cosigned(signed(MAIN, 3, seed("anybody")))), "ledger.unsigned"),
        (note.write(signed(MAIN, 3)).replace(b"\n3\n", b"\n4\n"), "ledger.signature"),
        (note.write(cosigned(signed(MAIN, 3))).replace(b"\n3\n", b"\n4\n"), "ledger.signature"),
        (
            note.write(
                note.sign(signed(MAIN, 3).text + "more\n", NAME, A.seed("log"))
            ),
            "record.checkpoint",
        ),
    ],
    ids=range(11),
)  # fmt: skip
def test_a_checkpoint_that_is_false(data: bytes, code: str) -> None:
    found = read(file(with_note(data)))
    assert wrong(found) == [(code, 2)]
    assert found.feeds[0].signed == 6


def test_a_checkpoint_that_does_not_belong_is_told_from_one_of_this_feed() -> None:
    """The log key of this feed may not sign under its name what belongs to another."""
    other = note.sign(signed(ANSWERS, 3, author=B).text, NAME, A.seed("log"))
    assert wrong(read(file(with_note(note.write(other))))) == [("ledger.other_origin", 2)]


def test_a_cosignature_of_a_stranger_delivers_nothing() -> None:
    for one in (
        cosigned(signed(MAIN, 3), B, seed("anybody")),
        cosigned(signed(MAIN, 3), A, A.seed("cosign")),
        cosigned(signed(MAIN, 3), B, B.seed("log")),
    ):
        found = read(file(with_note(note.write(one))))
        assert wrong(found) == []
        assert found.feeds[0].delivered == 0
        assert told(found) == [("record.stranger", 2)]


def test_a_cosignature_from_the_future_delivers_nothing() -> None:
    found = read(file(parts(MAIN)), now_s=records.COSIGNED_S - 1_000)
    assert wrong(found) == [] and found.feeds[0].delivered == 0
    assert told(found) == [("record.cosignature", 2)]
    assert record.rests_on(found) == (A.name,)


def test_a_revoked_log_key_before_and_after() -> None:
    for last_n, disputed in ((6, []), (5, [(3, 6)]), (3, [(3, 6)]), (2, [(0, 6)]), (0, [(0, 6)])):
        found = read(file(parts(MAIN), [*PAPERS, records.revoked(A, "log", last_n)]))
        assert wrong(found) == []
        assert found.feeds[0].disputed == disputed, last_n
        assert found.feeds[0].signed == 6
        assert found.feeds[0].standing(4) == ("disputed" if disputed else "signed")


def test_a_revocation_from_elsewhere_counts() -> None:
    data = file(parts(MAIN))
    assert read(data).feeds[0].disputed == []
    assert read(data, [records.revoked(A, "log", 3)]).feeds[0].disputed == [(3, 6)]


def test_the_key_that_follows_does_not_lift_the_dispute() -> None:
    second = seed("second log")
    notes = [*PAPERS, records.revoked(A, "log", 2), records.key_paper(A, keys.public(second), "log", 5)]
    part = with_note(note.write(signed(MAIN, 6, second)), at=7)
    found = read(file(part, notes))
    assert wrong(found) == []
    # up to 3 signed with the revoked key; 3 and 4 before any key that counts, with or without a checkpoint
    assert found.feeds[0].disputed == [(0, 5)]
    assert [found.feeds[0].standing(n) for n in (4, 5, 6)] == ["disputed", "signed", "not signed"]


def test_a_range_within_a_gap_of_keys() -> None:
    second = seed("second log")
    notes = [*PAPERS, records.revoked(A, "log", 2), records.key_paper(A, keys.public(second), "log", 5)]
    of = parts(MAIN, sign=(), start=4, end=6)
    found = read(file([*of, Checkpoint(note.write(signed(MAIN, 6, second)))], notes))
    assert found.feeds[0].disputed == [(4, 5)]
    of = parts(MAIN, sign=(), start=5, end=6)
    assert read(file([*of, Checkpoint(note.write(signed(MAIN, 6, second)))], notes)).feeds[0].disputed == []


def test_a_key_before_it_counts_or_with_two_purposes() -> None:
    late = seed("late log")
    notes = [*PAPERS, records.key_paper(A, keys.public(late), "log", 5)]
    found = read(file(with_note(note.write(signed(MAIN, 3, late))), notes))
    assert wrong(found) == [("ledger.key_not_valid", 2)]
    officer = Certificate(A.key("log"), "officer", origin(A), 0, "ed25519", "duty officer 1")
    both = [*PAPERS, certificate.certify(officer, seed("north"))]
    found = read(file(parts(MAIN), both))
    assert wrong(found) == [] and found.feeds[0].disputed == [(0, 6)]


def test_a_revoked_cosign_key_delivers_nothing() -> None:
    for last_n, delivered in ((3, 3), (2, 0)):
        found = read(file(parts(MAIN), [*PAPERS, records.revoked(B, "cosign", last_n, origin(A))]))
        assert found.feeds[0].delivered == delivered
        assert told(found) == ([] if delivered else [("record.cosignature", 2)])


def test_papers_of_strangers_and_forged_ones() -> None:
    stranger = Party("stranger")
    of = ids.Origin(LINE.id, stranger.name, "main", 0)
    forged = certificate.certify(Certificate(seed("k"), "log", of, 0), seed("stranger"))
    found = read(file(parts(MAIN), [*PAPERS, forged]))
    assert [each.code for each in found.wrong.listed] == ["record.paper"]
    altered = PAPERS[0].replace(b'"from_n":0', b'"from_n":1')
    found = read(file(parts(MAIN), [altered, *PAPERS[1:]]))
    assert found.wrong.listed == [
        Finding("record.paper", "", None, f"paper 1: the signature of wideberth/{A.name} does not verify")
    ]
    with pytest.raises(Invalid) as caught:
        read(file(parts(MAIN), [b"x", *PAPERS]))
    assert (caught.value.code, caught.value.path) == ("ledger.note", "papers[0]")
    with pytest.raises(Invalid) as caught:
        record.papers(LINE, [b""] * (record.PAPERS + 1))
    assert caught.value.code == "record.too_many"


def test_a_paper_that_stands_in_a_feed_cannot_be_left_out() -> None:
    def said(value: canonical.Value) -> list[Part]:
        of = grown(MAIN, A, (Written("paper", 1, {}, 9_000), value))
        return parts(of, sign=(9,), deliver=())

    revocation = records.revoked(A, "log", 7)
    left_out = read(file(said({"note": revocation.decode()})))
    assert wrong(left_out) == [("record.paper_left_out", 8)]
    there = read(file(said({"note": revocation.decode()}), [*PAPERS, revocation]))
    assert wrong(there) == []
    nonsense: list[canonical.Value] = [{"note": "nonsense"}, {"note": 7}, {}]
    assert [wrong(read(file(said(value)))) for value in nonsense] == [[], [], []]


def test_a_paper_cannot_be_dropped_from_its_entry() -> None:
    """Else whoever exports a record could take out the revocation of the key that signed it."""
    revocation = records.revoked(A, "log", 2)
    of = grown(MAIN, A, (Written("paper", 1, {}, 9_000), {"note": revocation.decode()}))
    whole = parts(of, sign=(9,), deliver=())
    dropped = [
        part._replace(salt=b"", body=b"") if isinstance(part, Item) and b'"paper"' in part.leaf else part
        for part in whole
    ]
    assert wrong(read(file(dropped))) == [("record.paper_left_out", 8)]
    assert read(file(whole, [*PAPERS, revocation])).feeds[0].disputed == [(0, 9)]


@pytest.mark.parametrize(("author", "other"), [(A, B), (B, A)], ids=["A", "B"])
def test_what_else_stands_below_a_paper_takes_nothing_from_it(author: Party, other: Party) -> None:
    """Whoever hands a revocation on could else end it, with a line in the other party's name."""
    revocation = records.revoked(author, "log", 2)
    paper = note.parse(revocation)
    named = note.Signature(ids.cosigner(other.name), b"0000", bytes(64))
    forged = note.parse(note.write(note.sign(paper.text + "x\n", named.name, seed(other.label)))).signatures
    own = note.sign(paper.text, named.name, seed(other.label)).signatures
    wanted = certificate.read(revocation, author.identity)
    for more in ((named,), forged):
        assert record.read_paper(LINE, note.write(note.Note(paper.text, (*more, *paper.signatures)))) == {
            author.name: wanted
        }
    both = note.write(note.Note(paper.text, (*own, *paper.signatures)))
    assert record.read_paper(LINE, both) == {author.name: wanted, other.name: wanted}
    certified = note.parse(records.certified(author)[0])
    both = note.write(
        note.Note(
            certified.text,
            (*note.sign(certified.text, named.name, seed(other.label)).signatures, *certified.signatures),
        )
    )
    assert list(record.read_paper(LINE, both)) == [author.name]


LATER = origin(A, "main", 1)


def begun_again(said: bytes | None, size: int = 1) -> list[Part]:
    """The feed of epoch 1, whose first entry holds this note, or is another entry."""
    written = Written("notice.told" if said is None else "epoch", 1, {}, 9_000)
    value: canonical.Value = {"word": "yes"} if said is None else {"note": said.decode()}
    of = grown(Feed(feed.Head(LATER), (), {}), A, *[(written, value)] * size)
    return parts(of, sign=(size,), deliver=())


def epoch_papers() -> list[bytes]:
    paper = certificate.certify(Certificate(A.key("log"), "log", LATER, 0), seed("north"))
    return [*PAPERS, paper]


def test_a_feed_begins_again_by_the_identity_only() -> None:
    """A stolen log key could else begin it, and forget what was cosigned."""
    good = epoch.sign(epoch.Epoch(LATER, 6, bytes(32)), seed("north"))
    found = read(file(begun_again(good), epoch_papers()))
    assert wrong(found) == [] and found.feeds[0].after == 6
    urgent = epoch.sign(epoch.Epoch(origin(A, "urgent", 1), 6, bytes(32)), seed("north"))
    by_log = epoch.sign(epoch.Epoch(LATER, 6, bytes(32)), A.seed("log"))
    for bad in (None, urgent, by_log):
        assert wrong(read(file(begun_again(bad), epoch_papers()))) == [("record.epoch", 0)]
    dropped = [p._replace(salt=b"", body=b"") if isinstance(p, Item) else p for p in begun_again(good)]
    assert wrong(read(file(dropped, epoch_papers()))) == [("record.epoch", 0)]


@pytest.mark.parametrize(("after", "behind"), [(2, [("record.epoch_behind", 0)]), (3, []), (4, [])])
def test_a_feed_that_begins_again_before_what_was_delivered(after: int, behind: list[object]) -> None:
    later = begun_again(epoch.sign(epoch.Epoch(LATER, after, bytes(32)), seed("north")))
    for body_ in ([*parts(MAIN), *later], [*later, *parts(MAIN)]):
        found = read(file(body_, epoch_papers()))
        assert wrong(found) == [] and told(found) == behind


def test_a_thousand_papers_are_looked_at_once_for_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """One key at a time took minutes."""
    more = [
        records.key_paper(A, hashlib.sha256(b"%d" % i).digest(), "log", i)
        for i in range(record.PAPERS - len(PAPERS))
    ]
    held = record.papers(LINE, [*PAPERS, *more])
    ring = Keyring(origin(A), held.papers[A.name], B.name, held.papers[B.name])
    looks, standings = list[int](), certificate.standings

    def counted(purpose: Purpose, origin_: Origin, n: int, papers: Papers) -> dict[bytes, Standing]:
        looks.append(n)
        return standings(purpose, origin_, n, papers)

    monkeypatch.setattr(certificate, "standings", counted)
    assert list(ring.gaps(record.PAPERS)) == []
    assert len(looks) == len(set(looks)) <= record.PAPERS


def test_going_back_is_told() -> None:
    of = grown(MAIN, A, (Written("notice.told", 1, {origin(B): 7}, 6_999), {}))
    found = read(file(parts(of, sign=(9,), deliver=())))
    assert wrong(found) == [] and told(found) == [("record.goes_back", 8), ("record.goes_back", 8)]
    assert found.feeds[0].last_ms == 7_000 and found.feeds[0].folded == {origin(B): 8}


def test_what_is_not_understood_is_counted() -> None:
    of = grown(
        MAIN,
        A,
        (Written("notice.told", 2, {origin(B): 8}, 9_000), {}),
        (Written("new.thing", 1, {origin(B): 8}, 9_000), {}),
        (Written("notice.told", 1, {origin(B): 8}, 9_000), {"crit": ["word"], "word": "x"}),
        (Written("notice.told", 1, {origin(B): 8}, 9_000), {"crit": ["colour"], "colour": "x"}),
    )
    found = read(file(parts(of, sign=(12,), deliver=())))
    assert found.feeds[0].kinds == {
        ("notice.told", 1, True): 9,
        ("notice.told", 2, False): 1,
        ("new.thing", 1, False): 1,
        ("notice.told", 1, False): 1,
    }


def test_what_is_kept_in_mind_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MANY", 2)
    monkeypatch.setattr(record, "KEPT", 3)
    more: list[tuple[Written, canonical.Value]] = [
        (Written(f"t{i}", 1, {origin(B, "main", i): 1, origin(B, "urgent", i): 1}, 1), {})
        for i in range(1, 6)
    ]
    of = grown(feed_of(A, 0), A, *more)
    found = read(file(parts(of, sign=(5,), deliver=())))
    assert found.feeds[0].kinds == {("t1", 1, False): 1, ("t2", 1, False): 1, (record.OTHERS, 1, False): 3}
    assert len(found.feeds[0].folded) == 2
    assert (len(found.told.listed), found.told.count) == (3, 4)


@pytest.mark.parametrize("start", range(6))
def test_a_range_is_proven_by_the_trees_before_it(start: int) -> None:
    section, *rest = parts(MAIN, start=start)
    assert isinstance(section, Section)
    found = read(file([section, *rest]))
    assert wrong(found) == []
    assert (found.feeds[0].start, found.feeds[0].size) == (start, 6)
    for i in range(start.bit_count()):
        peaks = list(section.tree.peaks)
        peaks[i] = bytes(32)
        forged = Section(section.origin, merkle.Tree(start, tuple(peaks)))
        assert "ledger.leaves" in [code for code, _ in wrong(read(file([forged, *rest])))]


@pytest.mark.parametrize(
    "sections",
    [
        [Section(origin(A)._replace(line=LINE.id[::-1][1:] + "a"))],
        [Section(origin(Party("stranger")))],
        [*parts(MAIN), *parts(MAIN)],
    ],
    ids=["line", "party", "twice"],
)
def test_feeds_of_this_line_once_each(sections: Sequence[Part]) -> None:
    with pytest.raises(Invalid) as caught:
        read(file(sections))
    assert caught.value.code == "record.feed"


def test_many_checkpoints_of_one_size_are_one_delivery() -> None:
    once = note.write(cosigned(signed(MAIN, 3)))
    again: list[Part] = [*parts(MAIN, end=3, sign=(3,)), Checkpoint(once), *parts(MAIN)[5:]]
    found = read(file(again))
    assert wrong(found) == []
    assert list(found.feeds[0].sizes) == [3]


def test_the_genesis_is_that_of_the_feeds() -> None:
    other = ids.genesis(A.identity, B.identity, seed("another chance"))
    assert other != GENESIS
    with pytest.raises(Invalid) as caught:
        read(file(BOTH, genesis=other))
    assert caught.value.code == "record.feed"
