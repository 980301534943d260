"""What is said about communiqués: written and read; what is hidden, or says something else, is refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.drafted import FIRST, ID, NOW, Line, again, approve, ready, sha
from tests.desk.line import ONE
from tests.ledger.two import A, B, Party, seed
from wideberth.desk import communique_entries as entries
from wideberth.desk import communique_text
from wideberth.desk.communique_entries import Differed, Put, Said, Shown, Signed, Withdrawn
from wideberth.errors import Invalid
from wideberth.ledger import approval, canonical
from wideberth.ledger.ids import Kind
from wideberth.model.communique import LANGUAGES, Text, Version
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

AREA = Volume(
    Circle((33 * DEGREE, 35 * DEGREE), 5_000 * METRE),
    Altitude("MSL", 1_000 * FOOT),
    Altitude("MSL", 9_000 * FOOT),
    NOW,
    NOW + 3_600_000,
)
WHOLE = structs.replace(
    again(2), volumes=(AREA,), replies=False, correction="The hours were wrong.", exercise=True
)
OWN = structs.replace(FIRST, parties=(A.name,))
PUT = entries.put(entries.text(FIRST))
ALL: list[Said] = [
    PUT,
    structs.replace(PUT, text=None),
    entries.put(entries.text(WHOLE)),
    Signed(ID, sha(), approve()),
    Differed(ID, sha(), "one\n\ntwo"),
    Differed(ID, sha(), "one", FIRST.texts),
    Shown(ID, sha()),
    Withdrawn(ID, sha()),
    Withdrawn(ID, sha(), "an error"),
]


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.TYPE)
def test_what_is_written_is_read(said: Said) -> None:
    assert entries.read(Line().said(A, said)) == said


@pytest.mark.parametrize("version", [FIRST, WHOLE, OWN])
def test_the_text_that_is_signed_says_all_of_a_version(version: Version) -> None:
    data = entries.text(version)
    assert entries.read_text(data) == version
    assert canonical.accept(data, entries.LARGEST)["type"] == "wideberth.communique"


LETTERS = st.sampled_from("abcżжшאבجد 1-.,\"\\'é🙂")
LINES = st.text(LETTERS, min_size=1, max_size=20).map(str.strip).filter(bool)
BODIES = st.lists(LINES, min_size=1, max_size=3).map("\n\n".join)
TEXTS = st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=4, unique=True).flatmap(
    lambda some: st.tuples(*(st.builds(Text, st.just(each), LINES, BODIES) for each in some))
)


@settings(max_examples=60)
@given(
    TEXTS,
    st.lists(st.sampled_from([A.name, B.name, Party("east").name]), min_size=1, unique=True),
    st.booleans(),
    st.integers(1, entries.NUMBERS),
    st.lists(st.just(AREA), max_size=2),
)
def test_every_version_is_its_text_and_only_its_own(
    texts: tuple[Text, ...], parties: list[str], replies: bool, number: int, areas: list[Volume]
) -> None:
    made = Version(ID, number, tuple(parties), texts, tuple(areas), replies=replies, at_ms=NOW)
    data = entries.text(made)
    assert entries.read_text(data) == made
    assert entries.text(structs.replace(made, replies=not replies)) != data
    put = entries.put(data)
    assert put.text is not None and hashlib.sha256(put.text.encode()).digest() == put.sha256


def value(**more: Any) -> bytes:
    found = canonical.accept(entries.text(FIRST), entries.LARGEST)
    return canonical.write({**found, **more}, entries.LARGEST)


def said(**more: str) -> list[Any]:
    return [{"language": "en", "title": "One", "body": "Two.", **more}]


HIDDEN = {
    "a right-to-left override": "ab\u202ecd",
    "an isolate": "ab\u2066cd",
    "a mark of direction": "ab\u200fcd",
    "a zero-width space": "ab\u200bcd",
    "a zero-width joiner": "ab\u200dcd",
    "a soft hyphen": "ab\u00adcd",
    "a byte order mark": "ab\ufeffcd",
    "a variation selector": "ab\ufe0fcd",
    "a tag": "ab\U000e0041cd",
    "a filler": "ab\u3164cd",
    "a no-break space": "ab\u00a0cd",
    "a line separator": "ab\u2028cd",
    "an escape": "ab\x1b[2Jcd",
    "a tab": "ab\tcd",
    "a carriage return": "ab\rcd",
    "private use": "ab\ue000cd",
    "a pile of marks": "ab" + "\u0301" * 5 + "cd",
    "a mail address": "press@example.org",
    "a telephone": "+357 99 123456 78",
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("where", ["title", "body", "correction", "differences", "why"])
def test_nothing_is_hidden_in_any_text(where: str, text: str) -> None:
    with pytest.raises(Invalid) as raised:
        _say(where, text)
    assert raised.value.code == "communique.entry"
    assert text not in str(raised.value)


def _say(where: str, text: str) -> None:
    match where:
        case "correction":
            entries.read_text(value(correction=text))
        case "differences":
            entries.read(Line().said(A, Differed(ID, sha(), text)))
        case "why":
            entries.read(Line().said(A, Withdrawn(ID, sha(), text)))
        case _:
            entries.read_text(value(texts=said(**{where: text})))


@pytest.mark.parametrize(
    "text",
    ["שָׁלוֹם, 1.", "اَلسَّلَامُ", "Ещё й", "a\n\nb", "x\ny", "é" + "\u0301" * 3],
)
def test_whatever_writes_a_language_may_stand(text: str) -> None:
    assert communique_text.checked_text(text, "text", 100) == text


BAD: dict[str, bytes] = {
    "no texts": value(texts=[]),
    "texts that are none": value(texts="One"),
    "a text with more": value(texts=said(more="x")),
    "a language twice": value(texts=[*said(), *said()]),
    "another language": value(texts=said(language="fr")),
    "two lines of title": value(texts=said(title="One\nTwo")),
    "a long title": value(texts=said(title="x" * 201)),
    "an empty body": value(texts=said(body="")),
    "an empty line first": value(texts=said(body="\nTwo.")),
    "an empty line last": value(texts=said(body="Two.\n")),
    "a space at the end of a line": value(texts=said(body="Two. \nThree.")),
    "no parties": value(parties=[]),
    "a party twice": value(parties=[A.name, A.name]),
    "another type": value(type="wideberth.lift"),
    "another version": value(v=2),
    "more than it has": value(more=1),
    "a yes that is none": value(replies=1),
    "no number": value(version=0),
    "a number beyond": value(version=entries.NUMBERS + 1),
    "a time that is none": value(at_ms=-1),
    "volumes that are none": value(volumes=None),
    "many volumes": value(volumes=[None] * (entries.VOLUMES + 1)),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_a_text_that_says_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as raised:
        entries.read_text(data)
    assert raised.value.code == "communique.entry"


def test_bytes_that_are_not_canonical_are_refused() -> None:
    with pytest.raises(Invalid) as raised:
        entries.read_text(entries.text(FIRST).replace(b'{"at_ms"', b'{ "at_ms"'))
    assert raised.value.code == "ledger.json_not_canonical"


def of(one: Said, **more: Any) -> tuple[str, dict[str, Any]]:
    return one.TYPE, {**entries.write(one), **more}


LIFT = canonical.accept(approval.write(approval.sign(approval.Subject("lift", bytes(32)), seed("x"))))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("ledger.noun", of(PUT, communique="h-" + ID[2:])),
        ("ledger.base32", of(PUT, sha256="x")),
        ("communique.entry", of(PUT, text=entries.text(WHOLE).decode())),
        ("communique.entry", of(PUT, text=5)),
        ("communique.entry", of(PUT, text="x" * (entries.INLINE + 1))),
        ("communique.entry", of(PUT, version=2)),
        ("communique.entry", of(PUT, parties=[A.name])),
        ("communique.entry", of(ALL[3], approvals=[])),
        ("communique.entry", of(ALL[3], approvals=["yes"])),
        ("communique.entry", of(ALL[3], approvals=[LIFT])),
        ("communique.entry", of(ALL[4], differences=" ")),
        ("communique.entry", of(ALL[4], texts=None)),
        ("communique.entry", of(ALL[4], texts=said(body="x" * 30_001))),
        ("communique.entry", of(ALL[8], why="one\ntwo")),
    ],
)
def test_an_entry_that_says_something_else_changes_nothing(
    code: str, found: tuple[str, dict[str, Any]]
) -> None:
    line = ready()
    line.put()
    before = line.all
    made = line.write(B, *found)
    with pytest.raises(Invalid) as raised:
        entries.read(made)
    assert raised.value.code == code
    assert line.all == before


@pytest.mark.parametrize(
    ("kind", "v", "code"), [("urgent", 1, "ledger.misplaced"), ("main", 2, "ledger.not_understood")]
)
def test_it_stands_in_a_main_feed_in_version_1(kind: Kind, v: int, code: str) -> None:
    of_type, body = of(Shown(ID, sha()))
    made = Line().write(A, of_type, body, kind=kind, v=v)
    with pytest.raises(Invalid) as raised:
        entries.read(made)
    assert raised.value.code == code


def test_a_long_text_is_said_in_parts() -> None:
    long = structs.replace(FIRST, texts=(Text("en", "Long", "\n\n".join(["и" * 1_000] * 20)),))
    put = entries.put(entries.text(long))
    assert put.text is None and put.sha256 == sha(long)
    assert entries.read(Line().said(A, put)) == put
    with pytest.raises(Invalid):
        entries.text(structs.replace(FIRST, texts=(Text("en", "Long", "x" * 100_001),)))


FIELDS = st.sampled_from(sorted({name for names in entries.KNOWN.values() for name in names}))
NAMES = st.sampled_from([ID, A.name, B.name, "en", "title", "body"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**53 - 1) | st.text("a-7é", max_size=6) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=100)
@given(st.sampled_from(ALL), st.dictionaries(FIELDS, JSON, min_size=1, max_size=3))
def test_whatever_a_peer_writes_is_read_or_changes_nothing(like: Said, found: dict[str, Any]) -> None:
    line = ready()
    line.put()
    before = line.all
    made = line.write(B, *of(like, **found))
    try:
        entries.read(made)
    except Invalid:
        assert line.all == before
    else:
        assert set(before.communiques) <= set(line.all.communiques)


def test_signatures_are_over_its_sha256_and_nothing_else() -> None:
    one = approve(A, FIRST, (ONE,))[0]
    assert one.subject == approval.Subject("release", hashlib.sha256(entries.text(FIRST)).digest())
    assert isinstance(PUT, Put)
