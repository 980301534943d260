"""`wideberth blind arbiter`: whether an opened run of the blind check is what its party was bound to."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

import typer

from wideberth.blind import audit, messages
from wideberth.blind.audit import DIFFERENCES, Matched, Opened, Opening
from wideberth.blind.cover import Cover
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result
from wideberth.blind.rules import Agreed, Role
from wideberth.blind.sets import Descent
from wideberth.cli import asked as options
from wideberth.cli import desk_asked as asked
from wideberth.cli.answer import geoid_reference
from wideberth.cli.desk_asked import Json
from wideberth.cli.files import read_bytes
from wideberth.cli.key_asked import naming
from wideberth.cli.say import NOT_VERIFIED, stopping
from wideberth.desk import cutover
from wideberth.errors import Invalid
from wideberth.formats import agreement, blind_opening, native
from wideberth.formats.blind_opening import BlindOpening
from wideberth.ledger import ids
from wideberth.model.plan import Plan
from wideberth.render.words import counted
from wideberth.space.reference import VerticalReference

ARBITER_HELP = """\
Look at a run that a party has opened: from its seed and its plans everything that it was bound to is made
again, and what differs is told, round for round. No node is needed.

It shows that the plans in the file are those that the party was bound to, and that its sets held their cells
and nothing else. Whether the commitments are the ones that were signed, the record of the line says: their
hashes are printed. It says nothing of plans that are in neither.

\b
Exit codes: 0 as committed, 1 something differs, 2 bad input, 3 could not.
"""
Of = dict[tuple[type, int, Role], Message]
NO_DIFFERENCE: Final = "as committed"


def arbiter(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `wideberth blind open` has written.")],
    json: Json = False,
) -> None:
    """Look at an opened run. `ARBITER_HELP` says the rest."""
    with stopping():
        with naming(file):
            found = blind_opening.read(read_bytes(file))
            opening, commits, rounds, plans = look(found)
        texts = [f"run       {found.session} of {found.party}", f"plans     {counted(plans, 'plan')} in it"]
        for commit, each in zip(commits, rounds, strict=False):
            texts += [
                f"round {each.round}   level {each.level}, {counted(each.cells, 'cell')}: {_words(each)}"
            ]
            texts += [f"key       {ids.base32(commit.key)}", f"masked    {ids.base32(commit.masked)}"]
        missing = len(commits) - len(rounds)
        if missing:
            texts.append(f"NOT LOOKED AT: {counted(missing, 'round')}, whose keys are not of the seed")
        wrong = missing > 0 or any(each.differs for each in rounds)
        document = {
            "run": found.session,
            "party": found.party,
            "role": opening.role,
            "plans": plans,
            "rounds": [
                {
                    "round": each.round,
                    "level": each.level,
                    "cells": each.cells,
                    "differs": {name: DIFFERENCES[name] for name in each.differs},
                    "missing": [term.hex() for term in each.missing],
                    "strange": each.strange,
                    "overstated": [term.hex() for term in each.overstated],
                }
                for each in rounds
            ],
            "as_committed": not wrong,
        }
        following = ["Compare key and masked with blind.committed in the record: wideberth verify."]
        asked.answer(document, texts, following, json=json)
        if wrong:
            raise typer.Exit(NOT_VERIFIED)


def look(found: BlindOpening) -> tuple[Opening, list[Commit], list[Opened], int]:
    """What was opened, its commitments, what an arbiter finds of each round, and of how many plans.

    Raises: Invalid (as agreement.read, native.read, audit.read, messages.read; `blind.opening_file`), and as
    Cover, audit.matched and audit.audit_open.
    """
    opening = audit.read(found.opening)
    if not isinstance(opening, Opening):
        raise _invalid("opening", "another message", "seed and document")
    agreed = _agreed(found)
    read = [messages.read(each) for each in found.messages]
    known: Of = {
        (type(each), each.round, each.role): each for each in read if not isinstance(each, messages.Stopped)
    }
    some = [known.get((Commit, n, opening.role)) for n in range(len(agreed.levels))]
    commits = [each for each in some if isinstance(each, Commit)]
    plans = _plans(opening.document)
    sets = Descent(Cover(plans, agreed), agreed.levels)
    masked, matched = [], []
    for n in range(len(commits)):
        one = known.get((Masked, n, opening.role))
        if not isinstance(one, Masked):
            break
        masked.append(one.points)
        if agreed.blind.mode != "count" and (here := _matched(known, n, opening.role)) is not None:
            matched.append(here)
    return opening, commits, audit.audit_open(commits, masked, opening, agreed, sets, matched), len(plans)


def _plans(document: bytes) -> list[Plan]:
    """Those in a document, which may have none: a file of plans has some."""
    if document == native.write([]):
        return []
    return [each.plan for each in native.read(document, options.options(now=0, tz=None)).filed]


def _matched(known: Of, n: int, role: Role) -> Matched | None:
    other: Role = "b" if role == "a" else "a"
    of = [known.get(each) for each in ((Masked, n, role), (Evaluated, n, other), (Evaluated, n, role),
                                       (Result, n, role), (Result, n, other))]  # fmt: skip
    match of:
        case [
            Masked() as set_,
            Evaluated() as again,
            Evaluated() as own,
            Result() as mine,
            Result() as theirs,
        ]:
            return audit.matched(set_, again, own, mine, theirs)
    return None


def _agreed(found: BlindOpening) -> Agreed:
    """The terms of the run, of the documents in the file."""
    if not 1 <= len(found.terms) <= 2:
        raise _invalid("terms", f"{len(found.terms)}", "one version, or two")
    versions = [agreement.read(each).agreement for each in found.terms]
    bindings = [cutover.binding(each) for each in versions]
    bound = cutover.merge(bindings[0], bindings[-1])
    if bound.rules.blind is None:
        raise _invalid("terms", "no blind check", "terms with [blind]")
    reference = VerticalReference(geoid_reference().geoid, bound.ground, bound.qnh, bound.atmosphere)
    return Agreed(
        terms=tuple(sorted(hashlib.sha256(each).digest() for each in found.terms)),
        channel=ids.unbase32(found.line, ids.HASH, "line"),
        table=bound.table,
        reference=reference,
        blind=bound.rules.blind,
        from_ms=found.from_ms,
        until_ms=found.until_ms,
    )


def _words(found: Opened) -> str:
    if not found.differs:
        return NO_DIFFERENCE
    return "DIFFERS: " + "; ".join(DIFFERENCES[name] for name in found.differs)


def _invalid(path: str, found: str, wanted: str) -> Invalid:
    return Invalid("blind.opening_file", path, found, wanted)
