"""What two parties make of each other's values, and what comes out of a pairing."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.line.pairs import LINE, MET, NORTH, SOUTH, STRANGER, End, seed
from wideberth.errors import Invalid, NotTrusted, Refused, WideberthError
from wideberth.ledger import body, certificate, entries, feed, ids, keys, quints
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.ids import Origin
from wideberth.line import pairing
from wideberth.line.pairing import TRANSCRIPT, Hello, Met, Way

VALUES = st.binary(min_size=32, max_size=32)
HERE = ids.party(NORTH.identity)
SMALL_ORDER = (
    bytes(32),
    (1).to_bytes(32, "little"),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
)


@pytest.mark.parametrize("way", sorted(TRANSCRIPT))
@given(draws=st.tuples(VALUES, VALUES, VALUES, VALUES, VALUES, VALUES))
@settings(max_examples=25)
def test_both_sides_come_to_the_same(way: Way, draws: tuple[bytes, ...]) -> None:
    seeds, privates, chances = draws[:2], draws[2:4], draws[4:]
    one, other = (
        pairing.hello(keys.public(a), b, c) for a, b, c in zip(seeds, privates, chances, strict=True)
    )
    if one.identity == other.identity or one.pairing == other.pairing or one.chance == other.chance:
        return
    here, there = pairing.meet(one, other, way), pairing.meet(other, one, way)
    assert (here.transcript, here.genesis) == (there.transcript, there.genesis)
    assert (here.digits, here.words) == (there.digits, there.words)
    assert pairing.secret(here, privates[0]) == pairing.secret(there, privates[1])
    assert here.line == there.line and set(here.line.keys) == {one.identity, other.identity}
    assert pairing.yes(here, privates[0], one.identity) == pairing.yes(there, privates[1], one.identity)


@given(st.integers(0, 191), st.integers(1, 255))
def test_any_other_byte_makes_another_transcript_line_and_secret(at: int, change: int) -> None:
    both = bytearray(NORTH.hello.data + SOUTH.hello.data)
    both[at] ^= change
    one, other = pairing.read_hello(bytes(both[:96])), pairing.read_hello(bytes(both[96:]))
    found = pairing.meet(one, other, "file")
    assert found.transcript != MET.transcript and found.line.id != LINE.id
    assert found.words != MET.words and found.digits != MET.digits


def test_the_two_ways_are_told_apart() -> None:
    online = pairing.meet(NORTH.hello, SOUTH.hello, "online")
    assert online.transcript != MET.transcript and online.line.id != LINE.id
    assert pairing.secret(online, NORTH.private) != pairing.secret(MET, NORTH.private)


def test_what_people_compare() -> None:
    made = Met(bytes(range(32)), b"", NORTH.hello, SOUTH.hello)
    number = int.from_bytes(bytes(range(32)), "big") % 10**12
    assert (
        made.digits.replace(" ", "") == f"{number:012d}"
        and [len(x) for x in made.digits.split(" ")] == [4] * 3
    )
    assert quints.unwords("-".join(made.words)) == bytes(range(32))
    assert [row.count("-") for row in made.words] == [7, 7]
    zeros = Met(bytes(31) + b"\x07", b"", NORTH.hello, SOUTH.hello)
    assert zeros.digits == "0000 0000 0007"


def test_the_commitment_covers_identity_pairing_key_and_chance() -> None:
    shown = NORTH.hello
    whole = b"wideberth/pair/v1\n" + shown.identity + shown.pairing + shown.chance
    assert shown.commitment == hashlib.sha256(whole).digest()


def test_neither_chooses_what_the_line_is_called() -> None:
    for other in (End("south", "second"), End("stranger")):
        assert pairing.meet(NORTH.hello, other.hello, "file").line.id != LINE.id
    assert NORTH.hello.chance not in MET.genesis and SOUTH.hello.chance not in MET.genesis


def test_own_values_that_come_back_are_refused() -> None:
    mine = NORTH.hello
    for peer in (
        mine,
        Hello(SOUTH.identity, mine.pairing, seed("x")),
        Hello(SOUTH.identity, seed("x"), mine.chance),
    ):
        with pytest.raises(NotTrusted) as caught:
            pairing.meet(mine, peer, "file")
        assert caught.value.code == "pair.reflected"


def test_one_identity_at_both_ends_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        pairing.meet(NORTH.hello, End("north", "second").hello, "online")
    assert caught.value.code == "pair.same_identity"


@pytest.mark.parametrize("length", [0, 31, 95, 97, 192])
def test_values_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(Invalid) as caught:
        pairing.read_hello(bytes(length))
    assert caught.value.code == "pair.length"
    for identity, private, chance in ((31, 32, 32), (32, 31, 32), (32, 32, 33)):
        with pytest.raises(Invalid) as caught:
            pairing.hello(bytes(identity), bytes(private), bytes(chance))
        assert caught.value.code == "pair.length"


@pytest.mark.parametrize("point", SMALL_ORDER, ids=bytes.hex)
def test_a_key_that_makes_a_known_secret_is_refused(point: bytes) -> None:
    found = pairing.meet(NORTH.hello, Hello(SOUTH.identity, point, seed("chance")), "online")
    with pytest.raises(NotTrusted) as caught:
        pairing.secret(found, NORTH.private)
    assert caught.value.code == "pair.key"


def test_another_pairing_key_than_the_one_shown_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        pairing.secret(MET, End("north", "second").private)
    assert caught.value.code == "pair.other_key"
    assert SOUTH.private.hex() not in str(caught.value)


def test_a_yes_says_who_said_it() -> None:
    said = {pairing.yes(MET, NORTH.private, each.identity) for each in (NORTH, SOUTH)}
    assert len(said) == 2 and pairing.secret(MET, NORTH.private) not in said
    assert not any(hmac.compare_digest(pairing.secret(MET, NORTH.private), each) for each in said)


def test_the_papers_of_a_line_that_begins() -> None:
    for end in (NORTH, SOUTH):
        found = pairing.read_papers(LINE, end.identity, end.papers(LINE))
        assert [each.purpose for each in found.certificates] == ["log", "log", "cosign", "cosign", "seal"]
    feeds = {origin.text for _, origin in pairing.needed(LINE, HERE)}
    assert feeds == {
        f"wideberth/{LINE.id}/{party}/{kind}/0" for party in LINE.parties for kind in ("urgent", "main")
    }


def test_what_is_entered_reads_back_in_a_private_feed() -> None:
    said = pairing.to_enter(MET, NORTH.papers(LINE), SOUTH.papers(LINE), "South")
    assert [each.TYPE for each in said] == ["line.opened", *["paper"] * 10]
    private = Origin(ids.PRIVATE, HERE, "main", 0)
    for each in said:
        written = feed.Written(each.TYPE, 1, {}, 0)
        made = feed.append(feed.Head(private), written, entries.write(each), bytes(16)).entry
        assert body.understood(made, entries.KNOWN) and entries.read(made) == each
    with pytest.raises(Invalid) as caught:
        pairing.to_enter(MET, NORTH.papers(LINE), SOUTH.papers(LINE), "two\nlines")
    assert caught.value.code == "pair.label"


def sign(paper: Certificate | Revocation, end: End = SOUTH) -> bytes:
    return certificate.sign(paper, seed(end.label))


def changed(at: int, **changes: object) -> list[bytes]:
    """South's papers with one of them changed."""
    import msgspec

    found = SOUTH.certificates(LINE)
    found[at] = msgspec.structs.replace(found[at], **changes)
    return [sign(each) for each in found]


def other_line() -> list[bytes]:
    """Papers of South, good in every way, of an earlier pairing with North."""
    return SOUTH.papers(pairing.meet(End("north", "second").hello, SOUTH.hello, "file").line)


@pytest.mark.parametrize(
    ("code", "notes"),
    [
        ("pair.papers_missing", []),
        ("pair.papers_missing", SOUTH.papers(LINE)[:-1]),
        ("pair.papers_missing", SOUTH.papers(LINE)[1:]),
        ("pair.papers_missing", changed(0, from_n=1)),
        ("pair.papers_missing", changed(1, key=SOUTH.key("cosign"))),
        ("pair.paper_line", other_line()),
        ("pair.paper_line", [*SOUTH.papers(LINE), other_line()[0]]),
        ("ledger.unsigned", STRANGER.papers(pairing.meet(NORTH.hello, STRANGER.hello, "file").line)),
        ("ledger.unsigned", NORTH.papers(LINE)),
        ("ledger.certificate", [sign(Revocation(SOUTH.key("log"), {}))]),
        ("pair.papers", SOUTH.papers(LINE)[:1] * 101),
    ],
)
def test_papers_that_prove_nothing_are_refused(code: str, notes: list[bytes]) -> None:
    with pytest.raises(WideberthError) as caught:
        pairing.to_enter(MET, NORTH.papers(LINE), notes)
    assert caught.value.code == code


def test_what_is_missing_is_named() -> None:
    with pytest.raises(Invalid, match="seal for wideberth/"):
        pairing.read_papers(LINE, SOUTH.identity, SOUTH.papers(LINE)[:-1])


def test_who_relays_and_shows_another_identity_is_seen() -> None:
    """North and South, each with the stranger between: nothing that they compare is the same."""
    north = pairing.meet(NORTH.hello, STRANGER.hello, "online")
    south = pairing.meet(SOUTH.hello, STRANGER.hello, "online")
    assert north.digits != south.digits and north.line.id != south.line.id


def test_who_relays_and_exchanges_only_pairing_keys_is_seen() -> None:
    """The identities are the true ones, so that the names would not show it; the digits do."""
    for_north = Hello(SOUTH.identity, STRANGER.hello.pairing, SOUTH.hello.chance)
    for_south = Hello(NORTH.identity, STRANGER.hello.pairing, NORTH.hello.chance)
    north, south = (
        pairing.meet(NORTH.hello, for_north, "online"),
        pairing.meet(SOUTH.hello, for_south, "online"),
    )
    assert north.digits != south.digits and north.line.id != south.line.id
    # and no paper of South's is about the line that North believes in
    with pytest.raises(NotTrusted) as caught:
        pairing.read_papers(north.line, SOUTH.identity, SOUTH.papers(south.line))
    assert caught.value.code == "pair.paper_line"
