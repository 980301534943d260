"""Releases of the tests' first party, in its private feed and on the line; what is asked about them there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tests.desk.line import ONE, TWO, Talk
from tests.formats import made_plans
from tests.ledger.two import LINE, A, B, Party, origin, seed
from wideberth.desk import release_line, release_said
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_entries import DRAWN, Approved, Delivered, Drafted, Source
from wideberth.desk.release_fields import new_id
from wideberth.desk.release_line import Put, State, Told
from wideberth.desk.release_said import About, Answered, Asked, Given, Recalled, Taken
from wideberth.ledger import approval, feed, ids, order
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Origin
from wideberth.model.agreement import Step
from wideberth.model.release import KINDS, Caveats, Document, Record
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

NOW = 1_800_000_000_000
DAY = 86_400_000
ID = new_id(bytes(16))
THIRD = "Third State"
CAVEATS = Caveats(("Ally",), expires_ms=NOW + DAY)
AREA = Volume(Circle((33 * DEGREE, 35 * DEGREE), 5_000 * METRE), start=NOW, end=NOW + 3_600_000)
RECORDS = (
    Record(1, "plan", "HERON 1", A.name, "North", (AREA,), facts=(("activity", "survey"),)),
    Record(
        2, "statement", "", B.name, "South", text="Nothing\r\nat night.", level="coarse", grid=Step(1, 2, 3)
    ),
)
DOCUMENT = Document(ID, A.name, "North", THIRD, NOW, CAVEATS, "Plans of the week", RECORDS)
SOURCES = (Source("plan", "p-" + ID[2:]), Source("statement", "d-" + ID[2:], LINE.id))
INDEX = hashlib.sha256(b"release.json").digest()
COPY = hashlib.sha256(b"zip").digest()
DRAFT = Drafted(DOCUMENT, SOURCES, seed("mark"), INDEX)
PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)


def named(n: int) -> str:
    """The id of another release."""
    return new_id(seed(f"release {n}")[:16])


def approve(index: bytes = INDEX, by: Party = A, *names: str) -> tuple[Approval, ...]:
    return over(Subject("release", index), by, *names)


def over(subject: Subject, by: Party, *names: str) -> tuple[Approval, ...]:
    return tuple(approval.sign(subject, by.seed(name)) for name in names or (ONE, TWO))


def approved(*names: str, index: bytes = INDEX, n: int = 0, by: Party = A) -> Approved:
    return Approved(ID, approve(index, by, *names), Ref(origin(A), n))


def delivered(**more: object) -> Delivered:
    return Delivered(ID, "file", COPY, 300, **more)  # type: ignore[arg-type]  # a test says which


def private(name: str, value: Value, at_ms: int = NOW) -> Entry:
    head = feed.Head(PRIVATE)
    return feed.append(head, feed.Written(name, 1, {}, at_ms), value, seed(name)[:16]).entry


def given(release: str = ID, caveats: Caveats = CAVEATS, *names: str, by: Party = A) -> Given:
    signed = approve(INDEX, by, *names)
    return Given(release, "Plans of the week", caveats, INDEX, COPY, 300, signed)


class Line(Talk):
    """The same, with releases: A gives, B receives and asks."""

    def give(self, said: Given | None = None, by: Party = A, *, blind: bool = False) -> Entry:
        return self._main(by, said or given(by=by), blind=blind)

    def recall(self, release: str = ID, by: Party = A, *, blind: bool = False) -> Entry:
        return self._main(by, Recalled(release), blind=blind)

    def take(self, release: str = ID, by: Party = B, sha256: bytes = COPY) -> Entry:
        return self._main(by, Taken(release, sha256, "duty officer"))

    def ask(self, said: Asked, by: Party = B, *, blind: bool = False) -> Entry:
        return self._main(by, said, blind=blind)

    def consent(
        self,
        asked: Asked,
        *names: str,
        by: Party = A,
        until_ms: int = NOW + DAY,
        signed: Sequence[Approval] = (),
        blind: bool = False,
    ) -> Entry:
        text = release_said.consent_text(LINE.other(by.name), by.name, asked, until_ms)
        made = tuple(signed) or over(release_said.subject(text), by, *names)
        return self._main(by, Answered(asked.asked, "consent", until_ms, made), blind=blind)

    def decline(self, asked: Asked, by: Party = A, *, blind: bool = False) -> Entry:
        return self._main(by, Answered(asked.asked, "decline"), blind=blind)

    def _main(self, by: Party, said: release_said.Said, *, blind: bool = False) -> Entry:
        return self.write(by, said.TYPE, release_said.write(said), blind=blind)

    @property
    def releases(self) -> State:
        return order.fold(self.placed, release_line.evolve, State(LINE))

    @property
    def papers(self) -> Mapping[str, Papers]:
        return self.state.papers

    def told(self, release: str = ID, by: Party = A) -> Told:
        return self.releases.releases[by.name, release]

    def put(self, asked: Asked, by: Party = B) -> Put:
        return self.releases.askings[by.name, asked.asked]

    def phase(self, asked: Asked, by: Party = B, at_ms: int = NOW) -> str:
        return release_line.standing(self.releases, self.put(asked, by), self.papers, at_ms).phase


def asking(n: int = 0, about: About | None = None, *records: int, recipient: str = THIRD) -> Asked:
    number = release_said.new_asking(seed(f"asking {n}")[:16])
    return Asked(number, about or About("release", ID), recipient, records, NOW + DAY)


TEXTS = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\0"), max_size=20
).filter(lambda text: not any("\u202a" <= each <= "\u202e" or "\u2066" <= each <= "\u2069" for each in text))
NAMES = st.sampled_from([THIRD, "Ally", "Grüne Linie", "خط", "Совет", "a b"])
TIMES = st.integers(0, 2**53 - 1)
CAVEAT = st.builds(
    Caveats, st.lists(NAMES, unique=True).map(tuple), st.booleans(), st.booleans(), st.none() | TIMES
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    made = tuple(
        Record(
            n,
            draw(st.sampled_from(KINDS)),
            draw(TEXTS),
            draw(st.sampled_from([A.name, B.name])),
            draw(NAMES),
            tuple(draw(st.lists(made_plans.volumes(), max_size=2))),
            draw(st.sampled_from(["full", "coarse"])),
            draw(st.none() | st.builds(Step, *[st.integers(1, 2**53 - 1)] * 3)),
            tuple(draw(st.lists(st.tuples(NAMES, TEXTS), max_size=2))),
            draw(TEXTS),
        )
        for n in range(1, draw(st.integers(1, 3)) + 1)
    )
    return Document(
        ID,
        A.name,
        draw(NAMES),
        draw(NAMES),
        draw(TIMES),
        draw(CAVEAT),
        draw(NAMES),
        made,
        draw(st.booleans()),
    )


def sources(n: int) -> st.SearchStrategy[tuple[Source, ...]]:
    one = st.builds(
        Source,
        st.sampled_from(DRAWN),
        st.sampled_from([*(each.id for each in SOURCES), "list 0123456789"]),
        st.none() | st.just(LINE.id),
        st.sampled_from(["", "7", "row-4"]),
        st.integers(1, 9),
    )
    return st.lists(one, min_size=n, max_size=n).map(tuple)
