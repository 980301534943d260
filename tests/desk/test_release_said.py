"""What is said about releases on lines: written and read again; what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.line import ONE
from tests.desk.released import CAVEATS, COPY, ID, NOW, Line, asking, given, named, over
from tests.ledger.two import LINE, A, B
from wideberth.desk import release_said
from wideberth.desk.release_said import KNOWN, About, Answered, Asked, Given, Recalled, Said, Taken
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.ledger.ids import Kind
from wideberth.model.release import Caveats

NOTICE = About("notice", "n-" + ID[2:], 3)
SIGNED = over(release_said.subject(b"text"), A)
ALL: list[Said] = [
    given(),
    structs.replace(given(named(1), Caveats()), exercise=True),
    Taken(ID, COPY, "duty officer"),
    Recalled(ID),
    Recalled(ID, "an error in it"),
    asking(0, NOTICE),
    structs.replace(asking(1, None, 1, 7), reason="to keep them clear"),
    Answered(asking().asked, "consent", NOW, SIGNED, "for this once"),
    Answered(asking().asked, "decline"),
]


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.TYPE)
def test_what_is_written_is_read(said: Said) -> None:
    value = release_said.write(said)
    assert release_said.read(Line().write(A, said.TYPE, value)) == said
    assert {*value, "crit"} == KNOWN[said.TYPE, 1]
    assert release_said.NOUNS[said.TYPE] in value


def told(**more: Any) -> dict[str, Any]:
    return {**release_said.write(given()), **more}


def asked(**more: Any) -> dict[str, Any]:
    return {**release_said.write(asking()), **more}


def answered(**more: Any) -> dict[str, Any]:
    return {**release_said.write(Answered(asking().asked, "consent", NOW, SIGNED)), **more}


BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("release", "ledger.noun", told(release="r")),
    ("release", "release.entry", told(title="")),
    ("release", "release.entry", told(title="see x@example.org")),
    ("release", "release.entry", told(caveats={})),
    ("release", "release.entry", told(caveats={**told()["caveats"], "onward": "no"})),
    ("release", "release.entry", told(caveats={**told()["caveats"], "release_to": [1]})),
    ("release", "release.entry", told(caveats={**told()["caveats"], "expires_ms": -1})),
    ("release", "ledger.base32", told(index="x")),
    ("release", "release.entry", told(size=2**30)),
    ("release", "release.entry", told(approvals=[])),
    ("release", "release.entry", told(approvals=told()["approvals"] * 3)),
    ("release", "release.entry", told(exercise=None)),
    ("release.taken", "release.entry", {**release_said.write(Taken(ID, COPY, "x")), "role": ""}),
    ("release.recalled", "release.entry", {"release": ID, "reason": 5}),
    ("onward.asked", "ledger.noun", asked(asked=ID)),
    ("onward.asked", "release.entry", asked(about={"kind": "release", "id": ID})),
    ("onward.asked", "release.entry", asked(about={"kind": "plan", "id": ID, "version": 1})),
    ("onward.asked", "release.entry", asked(about={"kind": "release", "id": "", "version": 1})),
    ("onward.asked", "release.entry", asked(about={"kind": "release", "id": ID, "version": 0})),
    ("onward.asked", "release.entry", asked(records=[2, 1])),
    ("onward.asked", "release.entry", asked(records=[0])),
    ("onward.asked", "release.entry", asked(records=None)),
    (
        "onward.asked",
        "release.entry",
        asked(about={"kind": "notice", "id": NOTICE.id, "version": 1}, records=[1]),
    ),
    ("onward.asked", "release.entry", asked(recipient="")),
    ("onward.asked", "release.entry", asked(until_ms=None)),
    ("onward.answered", "release.entry", answered(answer="yes")),
    ("onward.answered", "release.entry", answered(approvals=[])),
    ("onward.answered", "release.entry", answered(until_ms=None)),
    ("onward.answered", "release.entry", answered(answer="decline")),
]


@pytest.mark.parametrize(("kind", "code", "value"), BAD)
def test_what_says_something_else_is_refused(kind: str, code: str, value: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as raised:
        release_said.read(Line().write(A, kind, value))
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("kind", "v", "code"), [("urgent", 1, "ledger.misplaced"), ("main", 2, "ledger.not_understood")]
)
def test_it_stands_in_a_main_feed_in_version_1(kind: Kind, v: int, code: str) -> None:
    made = Line().write(A, Recalled.TYPE, {"release": ID, "reason": None}, kind=kind, v=v)
    with pytest.raises(Invalid) as raised:
        release_said.read(made)
    assert raised.value.code == code


def test_what_is_signed_says_who_consents_to_what_for_whom_until_when() -> None:
    one = release_said.consent_text(B.name, A.name, asking(), NOW)
    said = canonical.accept(one)
    assert (said["asker"], said["originator"], said["type"]) == (B.name, A.name, "wideberth.onward")
    others = [
        release_said.consent_text(A.name, B.name, asking(), NOW),
        release_said.consent_text(B.name, A.name, asking(), NOW + 1),
        release_said.consent_text(B.name, A.name, asking(recipient="Ally"), NOW),
        release_said.consent_text(B.name, A.name, asking(0, None, 1), NOW),
        release_said.consent_text(B.name, A.name, asking(0, NOTICE), NOW),
        release_said.consent_text(B.name, A.name, structs.replace(asking(), reason="x"), NOW),
    ]
    assert one not in others and len({*others}) == len(others)


FIELDS = st.sampled_from(sorted({name for names in KNOWN.values() for name in names}))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 2**53 - 1)
    | st.text("a-7é", max_size=6)
    | st.sampled_from([ID, asking().asked, A.name, "consent", "decline", "notice"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)
WHOLE: dict[str, dict[str, Any]] = {each.TYPE: release_said.write(each) for each in ALL}


@settings(max_examples=150, deadline=None)
@any_of(st.sampled_from(sorted(WHOLE)), st.dictionaries(FIELDS, JSON, max_size=6), st.booleans())
def test_whatever_a_peer_writes_is_read_or_changes_nothing(
    kind: str, found: dict[str, Any], whole: bool
) -> None:
    line = Line()
    line.officers(A, B)
    line.give()
    line.ask(asking())
    before = line.releases
    # with the rest as it should be, each field is reached
    line.write(A, kind, {**(WHOLE[kind] if whole else {}), **found})
    after = line.releases
    assert set(before.releases) <= set(after.releases) and set(before.askings) <= set(after.askings)
    assert after.line == LINE and isinstance(line.told().tellings[0].said, Given)
    assert isinstance(line.put(asking()).said, Asked)


def test_an_approval_names_its_officer() -> None:
    assert given(ID, CAVEATS, ONE).approvals == given().approvals[:1]
