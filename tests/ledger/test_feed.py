"""Appending, and receiving in the order of LINE 7."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger import two
from tests.ledger.two import LINE, A, B, feed_of, origin, papers, seed, signed
from wideberth.errors import Invalid, NotTrusted, Stale, WideberthError
from wideberth.ledger import body, canonical, certificate, checkpoint, entries, feed, merkle, note
from wideberth.ledger.certificate import Papers
from wideberth.ledger.feed import Head, Item, Written

FEED = feed_of(A, 12)
PAPERS = papers(A)
SALT = seed("salt")[:16]


def head(size: int) -> Head:
    """What a receiver holds of FEED."""
    if size == 0:
        return Head(origin(A))
    last = FEED.entries[size - 1].header
    return Head(origin(A), merkle.tree_of(size, FEED.at), last.folded, last.at_ms)


def upto(size: int) -> bytes:
    return signed(head(size), A)


def refusal(call: Any, *arguments: Any) -> str:
    try:
        call(*arguments)
    except WideberthError as error:
        return error.code
    return ""


def test_appending_counts_and_links() -> None:
    assert [each.header.n for each in FEED.entries] == list(range(12))
    assert FEED.head.size == 12 and FEED.head == head(12)
    assert FEED.head.checkpoint == checkpoint.Checkpoint(
        f"wideberth/{LINE.id}/{A.name}/main/0",
        12,
        merkle.root(merkle.grown(merkle.EMPTY, [each.hash for each in FEED.entries])),
    )
    last = FEED.entries[-1].header
    assert (last.type, last.v, last.at_ms, last.agreement) == ("notice.told", 1, 11_000, seed("terms"))
    assert last.folded == {origin(B): 12} and body.value(FEED.entries[-1]) == {"n": 11, "word": "plan"}


@pytest.mark.parametrize(
    ("written", "value", "salt", "code"),
    [
        (Written("a", 1, {origin(B): 12}, 10_999), {}, SALT, "ledger.goes_back"),
        (Written("a", 1, {origin(B): 11}, 11_000), {}, SALT, "ledger.goes_back"),
        (Written("a", 1, {origin(B, "urgent"): 12}, 11_000), {}, SALT, "ledger.goes_back"),
        (Written("a", 1, {origin(B): 12, origin(A): 12}, 11_000), {}, SALT, "ledger.header"),
        (Written("A", 1, {origin(B): 12}, 11_000), {}, SALT, "ledger.header"),
        (Written("a", 1, {origin(B): 12}, 11_000), {}, b"", "ledger.salt"),
        (Written("a", 1, {origin(B): 12}, 11_000), {"a": 1.5}, SALT, "ledger.json_number"),
        (Written("a", 1, {origin(B): 12}, 11_000), [], SALT, "ledger.json_type"),
        (Written("a", 1, {origin(B): 12}, 11_000), {}, SALT, ""),
    ],
)
def test_an_author_does_not_go_back(written: Written, value: Any, salt: bytes, code: str) -> None:
    assert refusal(feed.append, FEED.head, written, value, salt) == code


@settings(max_examples=40)
@given(st.integers(0, 12), st.integers(0, 12), st.booleans())
def test_new_entries_are_received_from_any_size(one: int, other: int, proven: bool) -> None:
    old, size = min(one, other), max(one, other)
    proof = (merkle.consistency(old, size, FEED.at) if old else ()) if proven else None
    received = feed.receive(head(old), upto(size), FEED.items[old:size], PAPERS, proof)
    assert received.expected == old and received.head == head(size)
    assert received.entries == FEED.entries[old:size]
    assert note.write(received.note) == upto(size)


def test_a_cosignature_is_over_what_was_committed() -> None:
    received = feed.receive(head(3), upto(7), FEED.items[3:7], PAPERS)
    made = feed.cosign(received, f"wideberth/{B.name}", B.seed("cosign"), 1_800_000_000)
    cosigners = certificate.cosigners(origin(A), 6, B.name, papers(B))
    opened = checkpoint.read(
        note.write(made), origin(A).text, certificate.logs(origin(A), 6, PAPERS), cosigners
    )
    assert checkpoint.cosigned(opened.verified, 1_800_000_000) == {f"wideberth/{B.name}": 1_800_000_000}
    assert opened.checkpoint == head(7).checkpoint


def test_sizes_come_first() -> None:
    big = Item(bytes(canonical.HEADER + 1), SALT, b"")
    assert refusal(feed.receive, head(0), b"no note", [big], PAPERS) == "ledger.json_too_large"
    big = Item(b"", SALT, bytes(canonical.BODY + 1))
    assert refusal(feed.receive, head(0), b"no note", [big], PAPERS) == "ledger.json_too_large"
    assert refusal(feed.receive, head(0), b"no note", [Item(b"", b"", b"{}")], PAPERS) == "ledger.salt"
    many = [Item(b"", SALT, b"")] * (feed.BATCH + 1)
    assert refusal(feed.receive, head(0), b"no note", many, PAPERS) == "ledger.batch"


def test_the_limits_themselves_are_allowed() -> None:
    feed.check_sizes([Item(b"", SALT, b"")] * 100_000)
    feed.check_sizes([Item(bytes(canonical.HEADER), SALT, bytes(canonical.BODY))])
    assert (canonical.HEADER, canonical.BODY, canonical.URGENT, feed.BATCH) == (4096, 65536, 4096, 100_000)


def test_nobody_cosigns_what_has_no_body() -> None:
    whole, dropped = FEED.items[3], Item(FEED.items[4].leaf, b"", b"")
    assert dropped.dropped and not whole.dropped and not dropped._replace(body=b"{}").dropped
    with pytest.raises(Invalid) as caught:
        feed.receive(head(3), upto(5), [whole, dropped], PAPERS)
    assert (caught.value.code, caught.value.path) == ("ledger.dropped", "[1].body")


def test_history_comes_back_without_the_bodies_that_were_dropped() -> None:
    items = [FEED.items[3], Item(FEED.items[4].leaf, b"", b""), FEED.items[5]]
    feed.check_sizes(items, regained=True)
    assert feed.check_leaves(head(3), head(6).checkpoint, items) == head(6).tree
    assert feed.check_headers(head(3), items) == tuple(each.header for each in FEED.entries[3:6])
    assert refusal(feed.check_headers, head(4), items) == "ledger.header"
    assert refusal(feed.check_headers, head(3), [Item(b"{}", b"", b"")]) == "ledger.header"
    assert refusal(feed.check_headers, head(3), [items[0]._replace(body=b"{}")]) == "ledger.commitment"
    with pytest.raises(Invalid) as caught:
        feed.check_sizes([items[0]._replace(salt=b"")], regained=True)
    assert caught.value.code == "ledger.salt"


@pytest.mark.parametrize("kind", sorted(entries.KEPT))
def test_history_does_not_come_back_without_its_papers(kind: str) -> None:
    """Whoever serves it could else make a party forget a revocation."""
    added = feed.append(head(3), Written(kind, 1, {origin(B): 4}, 9_000), {"note": "…"}, SALT)
    item = Item(added.entry.leaf, SALT, added.entry.body)
    assert refusal(feed.check_headers, head(3), [item]) == ""
    with pytest.raises(Invalid) as caught:
        feed.check_headers(head(3), [Item(item.leaf, b"", b"")])
    assert (caught.value.code, caught.value.path) == ("ledger.dropped", "[0].body")


def test_then_the_signature_and_its_key() -> None:
    items, data = FEED.items[:5], upto(5)
    assert refusal(feed.receive, head(0), b"no note", items, PAPERS) == "ledger.note"
    assert refusal(feed.receive, head(0), data, items, Papers()) == "ledger.unsigned"
    assert refusal(feed.receive, head(0), data, items, papers(B)) == "ledger.unsigned"
    assert (
        refusal(feed.receive, head(0), data.replace(b"\n5\n", b"\n6\n"), items, PAPERS) == "ledger.signature"
    )
    assert refusal(feed.receive, head(0), data, items, papers(A, log_from=5)) == "ledger.key_not_valid"
    assert refusal(feed.receive, head(0), data, items, papers(A, log_from=4)) == ""
    stolen = Papers(PAPERS.certificates, (certificate.Revocation(A.key("log"), {origin(A): 4}),))
    assert refusal(feed.receive, head(0), data, items, stolen) == "ledger.key_not_valid"
    assert refusal(feed.receive, head(0), upto(4), items[:4], stolen) == ""
    from_one = Papers(PAPERS.certificates, (certificate.Revocation(A.key("log"), {origin(A): 1}),))
    found = [refusal(feed.receive, head(0), upto(n), FEED.items[:n], from_one) for n in (0, 1, 2)]
    assert found == ["", "", "ledger.key_not_valid"]
    urgent = feed_of(A, 5, "urgent")
    assert refusal(feed.receive, head(0), signed(urgent, A), items, PAPERS) == "ledger.unsigned"


def test_a_checkpoint_of_another_feed_under_a_known_key_is_refused() -> None:
    forged = note.write(
        note.sign(feed_of(A, 5, "urgent").head.checkpoint.text, origin(A).text, A.seed("log"))
    )
    assert refusal(feed.receive, head(0), forged, FEED.items[:5], PAPERS) == "ledger.other_origin"


def test_then_consistency_with_what_is_held() -> None:
    rewritten = feed_of(A, 8, word="rewritten")
    proof = merkle.consistency(5, 8, rewritten.at)
    same_size = feed_of(A, 5, word="rewritten")
    assert refusal(feed.receive, head(5), signed(rewritten, A), rewritten.items[5:], PAPERS, proof) == (
        "ledger.consistency"
    )
    assert (
        refusal(feed.receive, head(5), signed(rewritten, A), rewritten.items[5:], PAPERS) == "ledger.leaves"
    )
    assert refusal(feed.receive, head(5), signed(same_size, A), [], PAPERS) == "ledger.equivocation"
    assert (
        refusal(feed.receive, head(0), upto(5), FEED.items[:5], PAPERS, [bytes(32)]) == "ledger.consistency"
    )
    with pytest.raises(Stale) as caught:
        feed.receive(head(5), upto(4), [], PAPERS)
    assert (caught.value.code, caught.value.size) == ("ledger.stale", 5)
    longer = checkpoint.Checkpoint(*head(5).checkpoint[:3], ("more",))
    data = note.write(checkpoint.sign(longer, A.seed("log")))
    assert refusal(feed.receive, head(0), data, FEED.items[:5], PAPERS) == "ledger.checkpoint"


def test_then_the_leaves() -> None:
    assert refusal(feed.receive, head(3), upto(7), FEED.items[3:6], PAPERS) == "ledger.size"
    assert refusal(feed.receive, head(3), upto(7), FEED.items[2:7], PAPERS) == "ledger.size"
    swapped = [FEED.items[4], FEED.items[3], *FEED.items[5:7]]
    assert refusal(feed.receive, head(3), upto(7), swapped, PAPERS) == "ledger.leaves"
    altered = [FEED.items[3]._replace(leaf=FEED.items[3].leaf.replace(b'"n":3', b'"n":4')), *FEED.items[4:7]]
    assert refusal(feed.receive, head(3), upto(7), altered, PAPERS) == "ledger.leaves"


def test_then_the_bodies() -> None:
    items = [*FEED.items[3:6], FEED.items[6]._replace(body=b'{"n":7}')]
    with pytest.raises(NotTrusted) as caught:
        feed.receive(head(3), upto(7), items, PAPERS)
    assert caught.value.code == "ledger.commitment" and "entry 6" in caught.value.message


def made_by_a_bad_author(*entries: body.Entry) -> tuple[bytes, list[Item]]:
    tree = merkle.grown(merkle.EMPTY, [each.hash for each in entries])
    data = note.write(checkpoint.sign(checkpoint.of(origin(A).text, tree), A.seed("log")))
    return data, [Item(each.leaf, each.salt, each.body) for each in entries]


def test_an_entry_stands_where_it_says() -> None:
    data, items = made_by_a_bad_author(two.entry(A, 0), two.entry(A, 2))
    with pytest.raises(Invalid) as caught:
        feed.receive(Head(origin(A)), data, items, PAPERS)
    assert (caught.value.code, caught.value.path) == ("ledger.header", "[1].n")
    data, items = made_by_a_bad_author(two.entry(B, 0))
    assert refusal(feed.receive, Head(origin(A)), data, items, PAPERS) == "ledger.header"


def test_an_unreadable_entry_is_named() -> None:
    good = two.entry(A, 1)
    bad = body.Entry(b'{"v":1}', good.header, good.salt, good.body)
    data, items = made_by_a_bad_author(two.entry(A, 0), bad)
    with pytest.raises(Invalid) as caught:
        feed.receive(Head(origin(A)), data, items, PAPERS)
    assert (caught.value.code, caught.value.path) == ("ledger.header", "[1]")


@given(st.data())
def test_nothing_altered_on_the_way_is_received(data: st.DataObject) -> None:
    signed_note, items = upto(7), [list(item) for item in FEED.items[4:7]]
    parts: list[Any] = [("note", 0)] + [(i, j) for i in range(3) for j in range(3)]
    at = data.draw(st.sampled_from(parts))
    whole = bytearray(signed_note if at[0] == "note" else items[at[0]][at[1]])
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    if at[0] == "note":
        signed_note = bytes(whole)
    else:
        items[at[0]][at[1]] = bytes(whole)
    code = refusal(feed.receive, head(4), signed_note, [Item(*item) for item in items], PAPERS)
    assert code.startswith("ledger.")


def test_two_histories_of_one_feed_prove_themselves() -> None:
    other = feed_of(A, 12, word="rewritten")
    logs = certificate.logs(origin(A), 11, PAPERS)

    def opened(data: bytes) -> checkpoint.Opened:
        return checkpoint.read(data, origin(A).text, logs)

    mine, theirs = opened(upto(12)), opened(signed(other, A))
    earlier = opened(upto(7))
    hashes, rewritten = [each.hash for each in FEED.entries], [each.hash for each in other.entries]
    assert feed.contradict(mine, theirs)
    assert not feed.contradict(mine, mine)
    assert feed.contradict(earlier, theirs, rewritten) and feed.contradict(theirs, earlier, rewritten)
    assert not feed.contradict(earlier, mine, hashes)
    assert not feed.contradict(earlier, theirs)
    assert not feed.contradict(earlier, theirs, hashes)
    assert not feed.contradict(earlier, mine, rewritten)
    # the nodes above the leaves make the same root, but are not the leaves
    above = [FEED.at(1, number) for number in range(6)]
    assert merkle.root(merkle.grown(merkle.EMPTY, above)) == mine.checkpoint.root
    assert not feed.contradict(opened(upto(5)), mine, above)
    urgent = feed_of(A, 12, "urgent").head
    data = note.write(feed.sign(urgent, A.seed("log")))
    elsewhere = checkpoint.read(data, urgent.origin.text, certificate.logs(urgent.origin, 11, PAPERS))
    assert not feed.contradict(mine, elsewhere)


@pytest.mark.parametrize(
    ("known", "old", "size", "proof", "code"),
    [
        (5, 8, 7, [], "ledger.size"),
        (5, 4, 7, [], "ledger.stale"),
        (0, 0, 7, [], ""),
        (0, 0, 7, [bytes(32)], "ledger.consistency"),
        (5, 5, 7, None, ""),
        (5, 5, 5, [], ""),
        (5, 5, 7, [bytes(32)], "ledger.consistency"),
    ],
)
def test_from_one_checkpoint_to_the_next(known: int, old: int, size: int, proof: Any, code: str) -> None:
    assert refusal(feed.advance, head(known).checkpoint, old, head(size).checkpoint, proof) == code
