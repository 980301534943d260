"""A new epoch is shown to an officer only where it names exactly what its peer has cosigned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.two import LINE, A, B, feed_of, origin, seed
from wideberth.errors import Invalid, NotTrusted, Stale, WideberthError
from wideberth.ledger import entries, epoch, feed, ids, note, statement
from wideberth.ledger.body import Entry
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.entries import NewEpoch
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.ids import Origin

COSIGNED = feed_of(A, 5).head.checkpoint
NEW = Epoch(origin(A, "main", 1), 5, COSIGNED.root)
VALUE: dict[str, Any] = {
    "origin": NEW.origin.text,
    "previous": origin(A).text,
    "root": ids.base32(NEW.root),
    "size": 5,
    "v": 1,
}


def first(note: bytes, where: Origin = NEW.origin) -> Entry:
    written = feed.Written(NewEpoch.TYPE, entries.V, {}, 0)
    value = entries.write(NewEpoch(note))
    return feed.append(feed.Head(where), written, value, seed("salt")[:16]).entry


def code(note: bytes, cosigned: Checkpoint = COSIGNED, where: Origin = NEW.origin) -> str:
    try:
        epoch.check(first(note, where), LINE, cosigned)
    except WideberthError as error:
        return error.code
    return ""


def test_what_was_cosigned_goes_on() -> None:
    made = epoch.sign(NEW, seed(A.label))
    assert made.startswith(b"wideberth/epoch/v1\n{") and f"— wideberth/{A.name} " in made.decode()
    assert epoch.read(made, A.identity) == NEW and NEW.previous == origin(A)
    assert epoch.check(first(made), LINE, COSIGNED) == NEW
    nothing = feed.Head(origin(A)).checkpoint
    assert code(epoch.sign(Epoch(NEW.origin, 0, nothing.root), seed(A.label)), nothing) == ""


def test_less_than_was_cosigned_is_no_reason_to_begin_again() -> None:
    made = epoch.sign(Epoch(NEW.origin, 4, feed_of(A, 4).head.checkpoint.root), seed(A.label))
    with pytest.raises(Stale) as caught:
        epoch.check(first(made), LINE, COSIGNED)
    assert (caught.value.code, caught.value.size) == ("ledger.epoch_behind", 5)


def test_what_was_never_cosigned_is_not_trusted() -> None:
    for size, root, wanted in ((6, NEW.root, "ledger.epoch_ahead"), (5, bytes(32), "ledger.equivocation")):
        with pytest.raises(NotTrusted) as caught:
            epoch.check(first(epoch.sign(Epoch(NEW.origin, size, root), seed(A.label))), LINE, COSIGNED)
        assert caught.value.code == wanted


def test_only_the_identity_key_of_the_feeds_party_begins_an_epoch() -> None:
    assert code(epoch.sign(NEW, A.seed("log"))) == "ledger.unsigned"
    assert code(epoch.sign(NEW, seed(B.label))) == "ledger.unsigned"
    made = epoch.sign(NEW, seed(A.label))
    assert code(made.replace(b'"size":5', b'"size":4')) == "ledger.signature"


def test_it_is_about_this_feed() -> None:
    made = epoch.sign(NEW, seed(A.label))
    assert code(made, where=origin(A, "main", 2)) == "ledger.epoch"
    assert code(made, where=origin(A, "urgent", 1)) == "ledger.epoch"
    assert code(made, feed_of(A, 5, "urgent").head.checkpoint) == "ledger.epoch"
    with pytest.raises(Invalid) as caught:
        epoch.check(first(made, origin(A, "main", 1)._replace(party=ids.base32(bytes(32)))), LINE, COSIGNED)
    assert caught.value.code == "ledger.stranger"
    other = feed.append(
        feed.Head(NEW.origin),
        feed.Written("commitment", 1, {}, 0),
        {"c": ids.base32(bytes(32))},
        seed("salt")[:16],
    ).entry
    with pytest.raises(Invalid) as caught:
        epoch.check(other, LINE, COSIGNED)
    assert (caught.value.code, caught.value.path) == ("ledger.epoch", "type")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"size": -1}, "ledger.epoch"),
        ({"size": True}, "ledger.epoch"),
        ({"size": "5"}, "ledger.epoch"),
        ({"v": 2}, "ledger.epoch"),
        ({"more": 1}, "ledger.epoch"),
        ({"previous": origin(A, "urgent").text}, "ledger.epoch"),
        ({"origin": origin(A).text, "previous": origin(A).text}, "ledger.epoch"),
        ({"origin": origin(A, "main", 2).text}, "ledger.epoch"),
        ({"origin": "x"}, "ledger.origin"),
        ({"root": "x"}, "ledger.base32"),
    ],
)
def test_a_statement_is_read_strictly(changes: dict[str, Any], wanted: str) -> None:
    data = statement.sign(epoch.HEADING, {**VALUE, **changes}, seed(A.label))
    with pytest.raises(Invalid) as caught:
        epoch.read(data, A.identity)
    assert caught.value.code == wanted


def test_another_statement_is_none() -> None:
    assert epoch.read(statement.sign(epoch.HEADING, VALUE, seed(A.label)), A.identity) == NEW
    for heading, wanted in (
        ("wideberth/certificate/v1", "ledger.statement"),
        (epoch.HEADING + "\n", "ledger.json_not_canonical"),
    ):
        with pytest.raises(Invalid) as caught:
            epoch.read(statement.sign(heading, VALUE, seed(A.label)), A.identity)
        assert caught.value.code == wanted
    bare = note.write(note.sign(epoch.HEADING + "\n", ids.cosigner(A.name), seed(A.label)))
    with pytest.raises(Invalid) as caught:
        epoch.read(bare, A.identity)
    assert caught.value.code == "ledger.statement"
