"""What a node knows of communiqués, over all its lines and the private feed, and how it is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wideberth.desk import communique_entries, communiques
from wideberth.desk.case_entries import Ref
from wideberth.desk.communique_entries import Differed, Put
from wideberth.desk.communique_own import Kept
from wideberth.desk.communiques import Difference, Draft, Signature, Standing
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.formats import native
from wideberth.ledger import approval, body, entries, parts
from wideberth.ledger.certificate import Papers
from wideberth.ledger.entries import Part
from wideberth.model.communique import PHASES, Text, Version
from wideberth.node.communique_views import (
    CommuniquePartyView,
    CommuniqueVersionView,
    CommuniqueView,
    CommuniqueWordsView,
)
from wideberth.node.open_line import OpenLine
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node

NOT_TOLD = "it could not be said on every line yet"


class On(NamedTuple):
    """A version on a line; `told` whether it stands there, or waits to be said."""

    line: OpenLine
    draft: Draft
    told: bool


class Known(NamedTuple):
    """A version, on each line that it stands on or waits for; `kept` in the private feed."""

    name: str
    lines: tuple[On, ...]
    kept: Kept | None

    @property
    def draft(self) -> Draft:
        """As one of these has it."""
        return self.lines[0].draft if self.kept is None else self.kept.draft

    @property
    def sha256(self) -> bytes:
        """Of its canonical text."""
        return self.draft.sha256

    @property
    def shown(self) -> bool:
        """Whether it was ever published here."""
        return self.kept is not None and self.kept.shown_ms is not None

    @property
    def told(self) -> bool:
        """Whether it is on every line that it is meant for."""
        return all(on.told for on in self.lines)

    def read(self) -> bytes:
        """Its canonical text. Raises: Refused (`communique.no_text` where it is not held here whole)."""
        if self.kept is not None:
            return self.kept.text
        put = Put(self.name, self.draft.version, self.draft.parties, self.sha256)
        for on in self.lines:
            data = _text(on)
            if data is None or hashlib.sha256(data).digest() != self.sha256:
                continue
            try:
                if communique_entries.says(put, communique_entries.read_text(data)):
                    return data
            except Invalid:
                continue  # whatever it is, it is no communiqué
        words = (
            "its text is not held here whole, or says something else than its entry; accepted: one that is"
        )
        raise Refused("communique.no_text", words)


def found(node: Node) -> dict[str, list[Known]]:
    """All versions of all communiqués, by id, in the order of their numbers."""
    on_lines: dict[tuple[str, bytes], list[On]] = {}
    for line in node.all_lines():
        for name, some in line.fold.all.communiques.communiques.items():
            for each in some:
                on_lines.setdefault((name, each.sha256), []).append(On(line, each, told=True))
        for untold in line.talk.waiting():
            if (untold.type, untold.v) == (Put.TYPE, communique_entries.V) and isinstance(untold.body, dict):
                said = communique_entries.read_value(Put.TYPE, untold.body)
                if not isinstance(said, Put):
                    continue
                some_on = on_lines.setdefault((said.communique, said.sha256), [])
                if all(on.line is not line for on in some_on):
                    where = Ref(line.state.newest(node.party, "main").origin, -1)
                    made = Draft(node.party, said.version, said.parties, said.sha256, where, untold.at_ms)
                    some_on.append(On(line, made, told=False))
    kept = {
        (name, each.draft.sha256): each
        for name, own in node.private.communiques.communiques.items()
        for each in own.versions
    }
    all_found: dict[str, list[Known]] = {}
    for name, sha256 in {**on_lines, **kept}:
        one = Known(name, tuple(on_lines.get((name, sha256), ())), kept.get((name, sha256)))
        all_found.setdefault(name, []).append(one)
    for versions in all_found.values():
        versions.sort(key=lambda each: (each.draft.version, each.draft.at_ms, each.sha256))
    return all_found


def stand(node: Node, known: Known) -> Standing:
    """Where a version stands, by all papers that are known now."""
    page = None if known.kept is None else known.kept.page
    return communiques.stand(_drafts(node, known), node.party, page)


def void(node: Node, known: Known) -> frozenset[str]:
    """Parties that have signed it and whose signatures count no more, by all papers that are known now."""
    return communiques.void(_drafts(node, known))


def _drafts(node: Node, known: Known) -> list[tuple[Draft, Mapping[str, Papers]]]:
    """What each line, and the private feed, has of a version, with the papers it is judged by."""
    drafts: list[tuple[Draft, Mapping[str, Papers]]] = [
        (on.draft, {**on.line.fold.state.papers, node.party: own_papers(node, on.line)}) for on in known.lines
    ]
    if known.kept is not None:
        drafts.append((known.kept.draft, {node.party: _kept_papers(node, known.kept)}))
    return drafts


def own_papers(node: Node, line: OpenLine) -> Papers:
    """The own papers on a line, with what it has revoked on any: a key is revoked for all it signs."""
    here = line.fold.state.papers.get(node.party, Papers())
    elsewhere = (
        each
        for other in node.all_lines()
        if other is not line
        for each in other.fold.state.papers.get(node.party, Papers()).revocations
        if each not in here.revocations
    )
    return Papers(here.certificates, (*here.revocations, *dict.fromkeys(elsewhere)))


def names(node: Node) -> dict[str, str]:
    """What parties are called where everybody reads it: as agreements call them, else as this node does."""
    called: dict[str, str] = {node.party: f"party {node.party[:10]}"}
    for line in node.all_lines():
        called[line.state.peer] = line.label or f"party {line.state.peer[:10]}"
    for line in node.all_lines():
        force = line.fold.standing.in_force
        if force is not None:
            terms = force.version.agreement
            called |= {party.name: party.label for party in terms.parties}
    return called | ({node.party: node.settings.name} if node.settings.name else {})


def view(node: Node, name: str, some: Sequence[Known]) -> CommuniqueView:
    """A communiqué as it is shown: the newest version first."""
    versions = tuple(_version(node, each) for each in reversed(some))
    newest = versions[0]
    public = [each.draft.version for each in some if each.kept and each.kept.page == "published"]
    return CommuniqueView(
        communique=name,
        joint=len(some[0].draft.parties) > 1,
        title=newest.texts[0].title if newest.texts else "",
        phase=newest.phase,
        words=newest.words,
        public=max(public, default=None),
        versions=versions,
        talks=tuple(sorted(_talks(node, name))),
    )


def words(node: Node, name: str | None) -> str | None:
    """The title of a communiqué and where it stands; None where it is not known here."""
    some = found(node).get(name or "")
    if not some:
        return None
    shown = view(node, name or "", some)
    return f"{shown.title}: {shown.phase}"


def _version(node: Node, known: Known) -> CommuniqueVersionView:
    standing, draft, kept = stand(node, known), known.draft, known.kept
    said: Version | None
    try:
        said = communique_entries.read_text(known.read())
    except Refused:
        said = None
    shown_ms = None if kept is None else kept.shown_ms
    first = min((on.draft for on in known.lines), key=lambda each: each.at_ms, default=draft)
    return CommuniqueVersionView(
        version=draft.version,
        sha256=known.sha256.hex(),
        mine=first.by == node.party,
        at=time(first.at_ms),
        told=known.told,
        phase=standing.phase,
        words=PHASES[standing.phase] if known.told else NOT_TOLD,
        readable=said is not None,
        texts=() if said is None else _words(said.texts),
        volumes=() if said is None else tuple(native.volume_to_json(each) for each in said.volumes),
        replies=said is not None and said.replies,
        correction="" if said is None else said.correction,
        exercise=said is not None and said.exercise,
        parties=tuple(_party(node, known, each) for each in draft.parties),
        published=None if shown_ms is None else time(shown_ms),
    )


def _party(node: Node, known: Known, party: str) -> CommuniquePartyView:
    on = next((on for on in known.lines if party in on.line.state.line.parties), None)
    us, kept = party == node.party, known.kept
    draft = known.draft if on is None else on.draft
    page = draft.pages.get(party)
    what, since, why = (None, 0, None) if page is None else (page.what, page.at_ms, page.why)
    if us and kept is not None and kept.page is not None:
        what, since, why = kept.page, kept.changed_ms, kept.why
    if on is None:
        papers: Mapping[str, Papers] = {} if kept is None else {party: _kept_papers(node, kept)}
    else:
        papers = {**on.line.fold.state.papers, node.party: own_papers(node, on.line)}
    word = communiques.said_to(draft, papers).get(party)
    difference = word if isinstance(word, Difference) else None
    return CommuniquePartyView(
        party=party,
        us=us,
        label=None if us or on is None else on.line.label,
        line=None if on is None else on.line.id,
        signatures=len(communiques.signers(draft, party, papers)) if isinstance(word, Signature) else 0,
        needed=approval.NEEDED,
        differs=None if difference is None else difference.differences,
        differs_at=None if difference is None else time(difference.at_ms),
        instead=() if difference is None or on is None else _words(_instead(on.line, difference.ref)),
        page=what,
        page_at=None if what is None else time(since),
        page_why=why,
    )


def _kept_papers(node: Node, kept: Kept) -> Papers:
    """By which the signatures under an own communiqué are judged."""
    signed = kept.draft.signatures(node.party)
    named = {each.ref.origin.line for each in signed}
    line = next((each for each in node.all_lines() if each.id in named), None)
    return Papers() if line is None else own_papers(node, line)


def _talks(node: Node, name: str) -> set[str]:
    """Talks that name it as their outcome."""
    return {
        talks.said.id
        for line in node.all_lines()
        for talks in line.fold.all.talks.talks.values()
        if any(each.communique == name for each in talks.outcomes.values())
    }


def _words(texts: Sequence[Text]) -> tuple[CommuniqueWordsView, ...]:
    return tuple(CommuniqueWordsView(each.language, each.title, each.body) for each in texts)


def _instead(line: OpenLine, ref: Ref) -> tuple[Text, ...]:
    """What the author of a difference would have, out of its entry; nothing where that was dropped."""
    try:
        said = communique_entries.read(line.state.feeds[ref.origin].entries[ref.n])
    except Invalid:
        return ()
    return said.texts if isinstance(said, Differed) else ()


def _text(on: On) -> bytes | None:
    """What is held of a version's text on a line."""
    if not on.told:
        for untold in on.line.talk.waiting():
            if untold.type == Put.TYPE and isinstance(untold.body, dict):
                said = communique_entries.read_value(Put.TYPE, untold.body)
                if isinstance(said, Put) and said.sha256 == on.draft.sha256 and said.text is not None:
                    return said.text.encode()
        return None
    feed = on.line.state.feeds[on.draft.ref.origin]
    try:
        put = communique_entries.read(feed.entries[on.draft.ref.n])
        if isinstance(put, Put) and put.text is not None:
            return put.text.encode()
        return parts.join(_parts(on))
    except (Invalid, NotTrusted):
        return None


def _parts(on: On) -> Iterator[Part]:
    for entry in on.line.state.feeds[on.draft.ref.origin].entries[: on.draft.ref.n]:
        if entry.header.type == Part.TYPE and body.understood(entry, entries.KNOWN):
            try:
                found_part = entries.read(entry)
            except Invalid:
                continue  # of something else
            if isinstance(found_part, Part) and found_part.sha256 == on.draft.sha256:
                yield found_part
