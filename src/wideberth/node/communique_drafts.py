"""Drafts of notices for those who issue them, of what a published communiqué says and nothing else.

No plan, no notice and nothing else that a node holds is looked at: only volumes and texts that everybody has
read. Each is marked as a draft by its writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from wideberth.errors import Refused
from wideberth.formats import cap
from wideberth.formats.cap import Alert
from wideberth.formats.format import Writing, Written
from wideberth.formats.navwarn import write as navwarn
from wideberth.formats.notam import write as notam
from wideberth.model.communique import Published
from wideberth.model.plan import Plan
from wideberth.node.communique_views import CommuniqueDraftView
from wideberth.render import mark
from wideberth.space.reference import VerticalReference

if TYPE_CHECKING:
    from wideberth.node.communiques import Communiques

Format = Literal["notam", "navwarn", "cap"]
FORMATS: Final[tuple[Format, ...]] = ("notam", "navwarn", "cap")


def draft(
    room: Communiques, name: str, to: Format, reference: VerticalReference, sender: str, now_ms: int
) -> CommuniqueDraftView:
    """A draft of what stands on the public pages now.

    Raises: Refused (`communique.not_public`, `communique.no_area`), Invalid (`communique.none`, and as the
        writers).
    """
    room.one(name)
    said = next((each for each in room.published() if each.id == name), None)
    if said is None or said.withdrawn_ms is not None:
        words = "it is not published, so it is not public; accepted: one that stands on the public pages"
        raise Refused("communique.not_public", words)
    if not said.versions[0].volumes:
        words = "it asks nobody to keep clear of anything; accepted: one with an area: communique new --area"
        raise Refused("communique.no_area", words)
    data, notes = _written(said, to, reference, sender, now_ms)
    text = data.decode()
    if to != "cap":
        text = mark.text(text, exercise=said.exercise)
    return CommuniqueDraftView(name, said.versions[0].version, to, text, notes)


def _written(said: Published, to: Format, reference: VerticalReference, sender: str, now_ms: int) -> Written:
    newest = said.versions[0]
    if to == "cap":
        identifier = f"{said.id}.{newest.version}"
        return cap.write(
            Alert(identifier, sender, now_ms, said.by, newest.texts, newest.volumes, said.exercise)
        )
    plan = Plan("", said.id, newest.volumes)
    if to == "notam":
        return notam.write([plan])
    return navwarn.write([plan], Writing(reference, now_ms))
