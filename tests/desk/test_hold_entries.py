"""What is said about holds: written and read again; what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.held import HOLD, ID, NOW, Line, approve, text
from tests.desk.line import ONE, TWO
from tests.ledger.two import A, B, seed
from wideberth.desk import hold_entries, volumes
from wideberth.desk.hold_entries import Ended, Lifted, Put, Said
from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import approval, canonical, ids
from wideberth.ledger.ids import Kind
from wideberth.model.hold import Area, Hold, Moment, Talks, Terms
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.stated import circle, polygon
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

AREA = Area(Circle((33 * DEGREE, 35 * DEGREE), 5_000 * METRE))
BAND = Area(AREA.ground, Altitude("MSL", 1_000 * FOOT), Altitude("FL", 10_000 * FOOT))
TALKS = Talks(ids.noun("t", bytes(16)))
ALL: list[Said] = [
    Put(HOLD),
    Put(structs.replace(HOLD, area=AREA, activities=("survey", "transit"), reason="until we have met")),
    Put(structs.replace(HOLD, area=BAND, until=TALKS, parties=(B.name,))),
    Put(structs.replace(HOLD, until=Terms(bytes(16), 3))),
    Lifted(ID, approve()),
    Ended(ID),
]


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.TYPE)
def test_what_is_written_is_read(said: Said) -> None:
    talk = Line()
    made = talk.write(A, said.TYPE, hold_entries.write(said), kind="urgent")
    assert hold_entries.read(made) == said
    if isinstance(said, Put):
        assert hold_entries.checked(said.hold) == said.hold


TIMED = volumes.write(Volume(AREA.ground, start=5))


def value(**more: Any) -> dict[str, Any]:
    return {**hold_entries.write(Put(HOLD)), **more}


BAD: list[tuple[str, dict[str, Any]]] = [
    ("ledger.noun", value(hold="k-" + ID[2:])),
    ("ledger.base32", value(hold="h-short")),
    ("hold.entry", value(parties=[])),
    ("hold.entry", value(parties=[A.name, A.name])),
    ("hold.entry", value(parties=A.name)),
    ("ledger.base32", value(parties=["somebody"])),
    ("hold.entry", value(from_ms=True)),
    ("hold.entry", value(from_ms=-1)),
    ("hold.entry", value(until=None)),
    ("hold.entry", value(until={"at_ms": 1, "talks": TALKS.talks})),
    ("hold.entry", value(until={"at_ms": "noon"})),
    ("hold.entry", value(until={"at_ms": NOW - 1})),
    ("ledger.noun", value(until={"talks": ID})),
    ("hold.entry", value(until={"agreement": ids.base32(bytes(16)), "version": 0})),
    ("ledger.base32", value(until={"agreement": "x", "version": 1})),
    ("hold.entry", value(activities=[])),
    ("hold.entry", value(activities=[""])),
    ("hold.entry", value(activities="survey")),
    ("hold.entry", value(reason="line\nline")),
    ("hold.entry", value(reason="call +357 99 123456 78")),
    ("hold.entry", value(reason=5)),
    ("volume.entry", value(area={"ground": None})),
    ("hold.entry", value(area=TIMED)),
]


@pytest.mark.parametrize(("code", "body"), BAD)
def test_what_says_something_else_is_refused(code: str, body: dict[str, Any]) -> None:
    made = Line().write(A, Put.TYPE, body, kind="urgent")
    with pytest.raises(Invalid) as raised:
        hold_entries.read(made)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("hold.entry", {"hold": ID, "approvals": []}),
        ("hold.entry", {"hold": ID, "approvals": ["yes"]}),
        ("hold.entry", {"hold": ID, "approvals": None}),
        ("ledger.approval", {"hold": ID, "approvals": [{}]}),
        (
            "hold.entry",
            {
                "hold": ID,
                "approvals": [
                    canonical.accept(
                        approval.write(approval.sign(approval.Subject("release", bytes(32)), seed("x")))
                    )
                ],
            },
        ),
    ],
)
def test_a_lift_holds_approvals_of_a_lift(code: str, body: Any) -> None:
    made = Line().write(A, Lifted.TYPE, body, kind="urgent")
    with pytest.raises(Invalid) as raised:
        hold_entries.read(made)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("kind", "v", "code"), [("main", 1, "ledger.misplaced"), ("urgent", 2, "ledger.not_understood")]
)
def test_it_stands_in_an_urgent_feed_in_version_1(kind: Kind, v: int, code: str) -> None:
    made = Line().write(A, Put.TYPE, value(), kind=kind, v=v)
    with pytest.raises(Invalid) as raised:
        hold_entries.read(made)
    assert raised.value.code == code


def test_a_hold_that_does_not_fit_is_refused_before_it_is_said() -> None:
    points = [(33.0 + i / 1000, 35.0 + (i % 2) / 10_000) for i in range(300)]
    ring = [*points, (33.0, 36.0), points[0]]
    wide = Area(polygon([ring], "lonlat", "", closed=True))
    with pytest.raises(WideberthError) as raised:
        hold_entries.checked(structs.replace(HOLD, area=wide))
    assert raised.value.code == "hold.too_large"
    small = structs.replace(HOLD, area=Area(circle(33.0, 35.0, 10, "")))
    assert hold_entries.checked(small) == small


def test_what_is_signed_says_which_hold_and_whose() -> None:
    one = text()
    assert canonical.accept(one)["hold"] == ID and canonical.accept(one)["author"] == A.name
    others = [text(by=B), text(Hold(ID, HOLD.parties, NOW + 1, Moment(NOW + 2)))]
    assert one not in others and len({*others}) == 2
    assert approve()[0] != approve(HOLD, A, TWO)[0] and approve(HOLD, A, ONE) == approve()[:1]


FIELDS = st.sampled_from(sorted({name for names in hold_entries.KNOWN.values() for name in names}))
NAMES = st.sampled_from([ID, A.name, B.name, TALKS.talks])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**53 - 1) | st.text("a-7é", max_size=6) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)
KINDS = st.sampled_from(sorted({kind for kind, _ in hold_entries.KNOWN}))


@settings(max_examples=200, deadline=None)
@given(KINDS, st.dictionaries(FIELDS, JSON, max_size=8), st.booleans())
def test_whatever_a_peer_writes_is_read_or_changes_nothing(
    kind: str, found: dict[str, Any], whole: bool
) -> None:
    line = Line()
    line.put()
    before = line.holds
    # with the rest as it should be, each field is reached
    line.write(A, kind, {**(value() if whole and kind == Put.TYPE else {}), **found}, kind="urgent")
    after = line.holds
    assert after == before or set(before.holds) <= set(after.holds)
