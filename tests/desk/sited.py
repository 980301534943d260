"""Rows of lists, made; and entries of a private feed, one after the other."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.formats import made_plans
from tests.ledger.two import A, seed
from wideberth.desk import site_cases, site_entries, sites
from wideberth.desk.site_entries import Opened, Rowed, Said
from wideberth.ledger import feed, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import seen
from wideberth.ledger.ids import Origin
from wideberth.model.site import GRADES, KINDS, Listed
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
LIST = site_entries.new_list(seed("a list")[:16])
OTHER = site_entries.new_list(seed("another list")[:16])
HERE = Volume(Circle((36 * DEGREE, 33 * DEGREE), 250 * METRE))

lines = st.text(st.characters(categories=["L", "N", "Zs"]), max_size=30).filter(
    lambda text: text == "" or seen(text, 60)
)


def row(id_: str = "h-1", name: str = "Clinic", **more: object) -> Listed:
    return Listed(id_, "site", name, (HERE,), "hospital", **more)  # type: ignore[arg-type]  # as the test names


@st.composite
def rows(draw: st.DrawFn) -> Listed:
    return Listed(
        draw(st.text("abc-0123456789", min_size=1, max_size=60)),
        draw(st.sampled_from(KINDS)),
        draw(st.sampled_from(["Clinic 4", "Школа № 7", "مدرسة", ""])),
        tuple(draw(st.lists(made_plans.volumes(), min_size=1, max_size=2))),
        draw(st.sampled_from(["camp", "hospital", ""])),
        draw(st.sampled_from(GRADES)),
        draw(st.sampled_from(["a visit", ""])),
        draw(st.none() | st.binary(min_size=32, max_size=32)),
        draw(st.none() | made_plans.instants),
        draw(st.sampled_from(["movement", "relief convoy", ""])),
        draw(st.sampled_from(["heron 1", ""])),
    )


class Private:
    """A private feed, and what it comes to."""

    def __init__(self) -> None:
        self.head = feed.Head(PRIVATE)
        self.state = sites.State()
        self.cases = site_cases.State()

    def enter(self, name: str, value: object, at_ms: int = 0, v: int = 1) -> Entry:
        written = feed.Written(name, v, {}, max(at_ms, self.head.at_ms + 1))
        made = feed.append(self.head, written, value, bytes(16))  # type: ignore[arg-type]  # also what is none
        self.head = made.head
        sites.take(self.state, made.entry)
        site_cases.take(self.cases, made.entry)
        return made.entry

    def say(self, *said: Said | site_cases.Said) -> list[Entry]:
        return [
            self.enter(
                each.TYPE,
                site_cases.write(each)
                if isinstance(each, site_cases.Opened | site_cases.Closed)
                else site_entries.write(each),
            )
            for each in said
        ]


def begun(*found: Listed) -> Private:
    """A list with these rows."""
    made = Private()
    made.say(Opened(LIST, "Hospitals"), *(Rowed(LIST, 1, each) for each in found))
    return made
