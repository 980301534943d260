"""All bytes that both sides send hold nothing of plans that do not meet, nor does their number."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import mgrs
import pytest
from msgspec import structs

from tests.blind.sides import HOUR, QUICK, ROLES, SESSION, Side, Span, Told, agreed, own, talk
from tests.conflict.sample import CREWED, every, plan, volume
from wideberth.blind import psi, tree
from wideberth.blind.check import PLANS, Verdict
from wideberth.blind.cover import Cover
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result, write
from wideberth.blind.rules import Role
from wideberth.formats import native
from wideberth.model.agreement import Blind
from wideberth.model.plan import Plan
from wideberth.space.stated import circle
from wideberth.space.units import DEGREE, METRE

FROM = 1_800_000_000_000
LON, LAT = 34.1234567, 31.7654321
HIDDEN = plan(
    "alpha",
    volume(circle(LON, LAT, 4_321 * METRE), "7350ft MSL", "9150ft MSL", FROM + HOUR, FROM + 2 * HOUR),
    name="p-canaryhiddenplan2345672345",
    label="CANARY LABEL",
    callsign="CANARY61",
    note="a note of canaries",
    activity="crewed",
)
MEETS = structs.replace(
    HIDDEN,
    id="p-openly",
    label="",
    callsign="",
    note="",
    volumes=(volume(circle(35.5, 32.5, 1_000 * METRE), "FL100", "FL110", FROM + HOUR, FROM + 2 * HOUR),),
)
TERMS = agreed(Blind(start_level=12, floor_level=16), every(CREWED), from_ms=FROM, until_ms=FROM + 24 * HOUR)


def side(role: Role, plans: list[Plan]) -> Side:
    """One that is bound to its plans as a node is."""
    return Side(role, Cover(plans, TERMS), TERMS, document=native.write(plans))


def dms(degrees: float) -> Iterator[str]:
    """Degrees, minutes and seconds as people write them."""
    whole, minutes = int(degrees), degrees % 1 * 60
    seconds = minutes % 1 * 60
    yield f"{whole:02d}{int(minutes):02d}{int(seconds):02d}"
    yield f"{whole}°{int(minutes):02d}'"
    yield f"{whole}°{minutes:06.3f}"[:9]


def numbers() -> Iterator[float]:
    """What is said of the hidden plan in figures."""
    (each,) = HIDDEN.volumes
    yield from (LON, LAT, round(LON, 5), round(LAT, 5), round(LON, 3), round(LAT, 3))
    yield from (round(LON * DEGREE), round(LAT * DEGREE), 4_321 * METRE)
    yield from (each.lower.value, each.upper.value)
    assert each.start is not None
    assert each.end is not None
    yield from (each.start, each.end, each.start // 1000, each.end // 1000)


def as_bytes() -> Iterator[bytes]:
    """Every form of it: figures, places, names, cells, and their plain hashes."""
    for number in numbers():
        yield str(number).encode()
        for form in ("<d", ">d"):
            yield struct.pack(form, float(number))
        if isinstance(number, int):
            for form in ("<q", ">q"):
                yield struct.pack(form, number)
            if abs(number) < 2**31:
                yield from (struct.pack("<i", number), struct.pack(">i", number))
    for degrees in (LON, LAT):
        yield from (each.encode() for each in dms(degrees))
    for precision in (2, 3, 4, 5):
        yield mgrs.MGRS().toMGRS(LAT, LON, MGRSPrecision=precision).encode()
    named = (HIDDEN.label, HIDDEN.callsign, HIDDEN.note, HIDDEN.id, HIDDEN.id[2:], HIDDEN.party)
    yield from (text.encode() for text in (*named, HIDDEN.activity))
    written = [native.write([HIDDEN]), native.write([HIDDEN, MEETS]), native.write([MEETS, HIDDEN])]
    for data in (*written, HIDDEN.id.encode()):
        yield from plain_hashes(data)
        yield hashlib.sha256(PLANS + hashlib.sha256(data).digest()).digest()
    for term in terms():
        yield from (term, term[1:9], term[5:], *plain_hashes(term))


def terms() -> Iterator[bytes]:
    """Cells that it is in, of all levels."""
    cover = Cover([HIDDEN], TERMS)
    for level in (8, 12, 16):
        yield from tree.terms(cover.at(level).cells, level)


def plain_hashes(data: bytes) -> Iterator[bytes]:
    for salt in (b"", SESSION, *(psi.context(SESSION, k) for k in range(2)), TERMS.sha256):
        for made in (hashlib.sha256, hashlib.sha512, hashlib.sha1, hashlib.blake2b):
            yield made(salt + data).digest()


def elements() -> Iterator[bytes]:
    """The points of its cells, which nobody's secret hides."""
    for k in range(2):
        yield from psi.split(psi.points(list(terms()), psi.context(SESSION, k)))


def forms(raw: bytes) -> Iterator[bytes]:
    """As it is, in hex, base32 and base64, at each alignment."""
    yield raw
    yield from (raw.hex().encode(), raw.hex().upper().encode(), raw[::-1])
    if len(raw) >= 8:
        yield base64.b32encode(raw)[: len(raw) * 8 // 5]
        for pad in range(3):
            coded = base64.b64encode(bytes(pad) + raw)
            yield coded[(pad * 8 + 5) // 6 : (pad + len(raw)) * 8 // 6]


def found(canaries: Iterable[bytes], sent: bytes) -> list[bytes]:
    """Those canaries that are there in any form; nothing so short that it might be there by chance."""
    return [raw for raw in canaries for form in forms(raw) if len(form) >= 4 and form in sent]


def run(plans: dict[Role, list[Plan]]) -> tuple[dict[Role, Side], bytes]:
    sides = {role: side(role, plans[role]) for role in ROLES}
    sent = talk(sides)
    return sides, b"\n".join(write(message) for _, message in sent)


@pytest.mark.parametrize("others", [[], [structs.replace(MEETS, party="bravo")]], ids=["clear", "matched"])
@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_a_plan_that_does_not_meet_is_sent(role: Role, others: list[Plan]) -> None:
    plans: dict[Role, list[Plan]] = {"a": others, "b": others}
    sides, sent = run(plans | {role: [HIDDEN, MEETS]})
    verdict = sides[role].verdict
    assert verdict is not None
    assert verdict.outcome == ("matched" if others else "clear")
    assert all(each.plans == (1,) for each in verdict.matches)
    assert found(as_bytes(), sent) == []
    assert found(elements(), sent) == []


def test_the_search_finds_what_is_there() -> None:
    """Each canary in each form, planted among the bytes; and a masked element where it is."""
    sides, sent = run({"a": [HIDDEN], "b": []})
    for raw in as_bytes():
        for form in forms(raw):
            if len(form) >= 4:
                assert found([raw], sent[:100] + form + sent[100:]) != []
    assert found([sides["a"]._mine.masked[:32]], sent) != []


def test_the_salt_is_all_that_hides_the_document() -> None:
    sides, sent = run({"a": [HIDDEN], "b": []})
    digest = hashlib.sha256(native.write([HIDDEN])).digest()
    salt = psi.salt(own("a").seed, SESSION)
    assert found([hashlib.sha256(PLANS + salt + digest).digest()], sent) != []
    assert sides["a"].plans in sent


AT = 64
ONE: list[Span] = [((AT, AT, AT, 8), (AT + 1, AT + 1, AT, 8))]
AWAY: list[Span] = [((AT + 40, AT, AT, 8), (AT + 41, AT + 1, AT, 8))]


class Counted:
    """A spread that counts what it was given to do, by what is done."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []

    def __call__(self, function: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
        given = list(values)
        self.done.append((function.__qualname__, len(given)))
        return map(function, given)


def shape(message: Message) -> tuple[str, int, int]:
    return type(message).__name__, _round(message), len(write(message))


def test_a_run_that_matches_looks_like_one_that_does_not() -> None:
    """Messages in number, order and length, and the work for them, where sizes are in the same bucket."""
    seen = []
    for theirs in (ONE, AWAY):
        terms = agreed(QUICK)
        work = {role: Counted() for role in ROLES}
        sides = {
            role: Side(role, Told(plans, terms), terms, spread=work[role])
            for role, plans in zip(ROLES, (ONE, theirs), strict=True)
        }
        sent = talk(sides)
        seen.append(
            (
                [(role, *shape(message)) for role, message in sent],
                {role: each.done for role, each in work.items()},
            )
        )
        assert isinstance(sides["a"].verdict, Verdict)
        assert sides["a"].verdict.outcome == ("matched" if theirs is ONE else "clear")
    assert seen[0] == seen[1]
    assert all(seen[0][1].values())


def test_what_differs_is_the_size_of_later_rounds_and_the_bits_of_a_result() -> None:
    wide: list[Span] = [((AT, AT, AT, 8), (AT + 11, AT + 11, AT, 8))]
    away: list[Span] = [((AT + 40, AT, AT, 8), (AT + 51, AT + 11, AT, 8))]
    sizes = []
    for theirs in (wide, away):
        terms = agreed(QUICK)
        sides = {
            role: Side(role, Told(plans, terms), terms)
            for role, plans in zip(ROLES, (wide, theirs), strict=True)
        }
        sizes.append([(role, message) for role, message in talk(sides)])
    first = [[shape(m) for _, m in sent if _round(m) == 0 and not isinstance(m, Result)] for sent in sizes]
    assert first[0] == first[1]
    kinds = [[shape(message)[:2] for _, message in sent] for sent in sizes]
    assert kinds[0] == kinds[1]
    assert [m.n for _, m in sizes[1] if isinstance(m, Commit)] == [64] * 6
    assert max(m.n for _, m in sizes[0] if isinstance(m, Commit)) > 64


def _round(message: Message) -> int:
    return message.round if isinstance(message, Commit | Masked | Evaluated | Result) else -1
