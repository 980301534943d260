"""What is told of a conflict on a manual line, and of what is offered to clear it, word for word (LINE 21).

It says what the far end may see of our plan, its own plan as it was understood, and the change: no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from wideberth.model.manual_case import Said
from wideberth.render import script, spoken, wording
from wideberth.render.script import Notice
from wideberth.render.wording import As, Fact, Part, Wording
from wideberth.render.words import counted, duration, height
from wideberth.space.volume import Volume

_NO: Final = "It gives no permission, and asks for none."
_BOTH: Final = "Until both have said the same, and read it back, the old and the new count as occupied."
OPENINGS: Final[dict[Said, tuple[str, ...]]] = {
    "told": (f"Two plans are in conflict: one of ours and one of yours. {_NO}",),
    "proposal": (
        f"Two plans are in conflict: one of ours and one of yours. This is a proposal. {_NO}",
        _BOTH,
    ),
    "accept": (f"You have proposed a change. We accept it as it stands here. {_NO}", _BOTH),
    "decline": ("You have proposed a change. We do not accept it: the two plans are still in conflict.",),
    "retract": ("We take our proposal back: the two plans stand as they were.",),
    "closed": (f"We know of no conflict between the two plans any more. {_NO}",),
}
ANSWERS: Final[dict[Said, tuple[str, ...]]] = {
    "told": ("a change of your plan that you propose", "no change", "unclear: send again"),
    "proposal": ("accepted", "declined", "another change that you propose", "unclear: send again"),
    "accept": ("read back as it stands here", "taken back", "unclear: send again"),
    "decline": ("received", "another change that you propose", "unclear: send again"),
    "retract": ("received", "unclear: send again"),
    "closed": ("received", "objection", "unclear: send again"),
}


class Offer(Struct, frozen=True):
    """A change of our plan (`ours`) or theirs: its number, in words, and what the plan would be."""

    n: int
    ours: bool
    change: str
    volumes: tuple[Volume, ...]


class Told(Struct, frozen=True):
    """What is told: our plan as the far end may see it, its own plan, and the change, if one is meant."""

    case: str
    said: Said
    ours: Notice
    theirs: Notice
    offer: Offer | None = None


def text(told: Told, of: As) -> str:
    """The whole text."""
    # a telling with an offer in it is that of our proposal
    kind: Said = "proposal" if told.said == "told" and told.offer is not None else told.said
    case, to = reference(told.case), told.ours.to
    return wording.text(
        Wording(
            to=to,
            channel=told.ours.channel,
            title=f"Case {case}: to {to}",
            subject=f"Case {case}: {_SUBJECTS[kind]}",
            opening=OPENINGS[kind],
            aloud=tuple(_parts(told, aloud=True)),
            written=tuple(_parts(told, aloud=False)),
            notes=tuple(script.notes(told.ours)),
            asks="the number of this case",
            answers=ANSWERS[kind],
        ),
        of,
    )


def reference(case: str) -> str:
    """The first characters of a case's id: enough to tell it from others, short enough to be said."""
    return case[:6].upper()


def words(
    said: Said, case: str, *, mine: bool, n: int | None = None, ours: bool = False, change: str = ""
) -> str:
    """What was said in a few words, for a list; it may be shown to the far end. At most 300 characters."""
    who, of = ("we" if mine else "they"), "" if n is None else f" proposal {n}"
    if said == "told":
        what = f"told of{of}" if n is not None else "told that the two plans are in conflict"
    elif said == "closed":
        what = "told that no conflict is known any more"
    else:
        verb = {"proposal": "proposed", "accept": "accepted", "decline": "declined", "retract": "took back"}[
            said
        ]
        what = f"{who} {verb}{of}"
    if change:
        # `ours` and `mine` are as we see it
        what += f": {'our' if ours else 'their'} plan {change}"
    return f"case {reference(case)}: {what}"[:300]


def change_words(of: Mapping[str, Any]) -> str:
    """A change in words: `15 min later`, `500 ft (153 m) higher`, `elsewhere, in 2 volumes`, `cancelled`."""
    (kind, value), *_ = of.items()
    if kind == "cancel":
        return "cancelled"
    if kind == "volumes":
        return f"elsewhere, in {counted(len(value), 'volume')}"
    if kind == "delay_ms":
        return f"{duration(abs(value), up=True)} {'later' if value > 0 else 'earlier'}"
    return f"{height(abs(value), metric=False)} {'higher' if value > 0 else 'lower'}"


_SUBJECTS: Final[dict[Said, str]] = {
    "told": "two plans in conflict",
    "proposal": "a proposal",
    "accept": "your proposal, accepted",
    "decline": "your proposal, declined",
    "retract": "our proposal, taken back",
    "closed": "no known conflict any more",
}


def _parts(told: Told, *, aloud: bool) -> list[Part]:
    case = reference(told.case)
    about = [Fact("case", case, spoken.name(case))]
    if told.offer is not None:
        whose = "ours" if told.offer.ours else "yours"
        about += [
            Fact("proposal", str(told.offer.n), spoken.number(str(told.offer.n))),
            Fact("of which plan", whose, whose),
            Fact("change", told.offer.change, _figures(told.offer.change)),
        ]
    found: list[Part] = [("Case", about)]
    for heading, notice, ours in (
        ("Our plan", told.ours, True),
        ("Your plan, as we have it", told.theirs, False),
    ):
        found += [(_under(heading, part), some) for part, some in script.facts(notice, aloud=aloud)]
        if told.offer is not None and told.offer.ours is ours and told.offer.volumes:
            for k, volume in enumerate(told.offer.volumes, 1):
                name = f"{heading}, as it would be: volume {k} of {len(told.offer.volumes)}"
                found.append((name, list(script.volume_facts(volume, aloud=aloud))))
    return found


def _under(heading: str, part: str) -> str:
    return heading if part == "Notice" else f"{heading}: {part.lower()}"


def _figures(change: str) -> str:
    """Figures digit by digit, the rest as it stands."""
    return " ".join(
        spoken.number(each) if each.replace(",", "").replace(".", "").isdecimal() else each
        for each in change.split()
    )
