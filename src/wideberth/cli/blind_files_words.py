"""A blind check by file in words and as JSON: what came of it, what to hand over, and by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec

from wideberth.blind.check import WHY
from wideberth.blind.messages import Commit, Message
from wideberth.cli import blind_words
from wideberth.cli.blind_play import Played
from wideberth.cli.say import CONFLICTS, COULD_NOT, out, tell
from wideberth.errors import shorten
from wideberth.formats import blind_file
from wideberth.formats.blind_file import Kept
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import Plan
from wideberth.node.blind_shown import cell_view
from wideberth.node.blind_views import BlindCellView, BlindPlanView
from wideberth.render.words import counted

SCHEMA: Final = "wideberth.blind-files/1"
CELLS: Final = 200
"""Cells that JSON has, at most."""
PLANS: Final = 50
"""Matched plans that are listed for people, those that meet first."""
MEASURED: Final = {
    "one-shot": "7.5 % of plans without a conflict in sparse mixed traffic, 58.1 % in dense",
    "descent": "3.8 % of plans without a conflict in sparse mixed traffic, 28.7 % in dense",
}
"""False matches, measured to level 20 (docs/blind.md, By file; scripts/long/blind_one_shot.py)."""
_PROOF: Final = "what they sent is not as agreed: call them, and keep all files of this run"
TO_DO: Final = {
    "rules": "compare with the other officer the SHA-256 of the agreement, and the horizon (--from)",
    "share": "the plans of both are in much the same place: call",
    "stopped": "ask the other officer why, then begin a new run: wideberth blind start",
    "terms": "there are more cells than were agreed for one round: --descent, fewer plans at a time, or call",
}
"""What to do about each reason (check.WHY); of all others somebody did not keep to the rules."""


def commit(messages: Sequence[Message]) -> Commit | None:
    """The first commitment in a file."""
    return next((each for each in messages if isinstance(each, Commit)), None)


def exit_code(played: Played) -> int:
    """What the command ends with: plans that are NOT CHECKED count as much as NOT CLEAR."""
    outcome = None if played.verdict is None else played.verdict.outcome
    if outcome == "not clear":
        return COULD_NOT
    if outcome == "matched":
        return CONFLICTS
    return COULD_NOT if outcome == "clear" and played.left_out else 0


def tell_all(kept: Kept, played: Played, state: str, wrote: str | None, *, json: bool) -> None:
    """The answer on standard output; what to do next on standard error."""
    following = [shorten(each, 2_000) for each in _following(kept, played, state, wrote)]
    if json:
        whole = {**_document(kept, played, state, wrote), "next": following}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    else:
        out("".join(f"{shorten(each, 1_000)}\n" for each in _lines(kept, played, wrote)).encode())
    for each in following:
        tell(each)


def _lines(kept: Kept, played: Played, wrote: str | None) -> Iterator[str]:
    how, total = played.agreed, played.total
    yield f"run        {kept.session.hex()}"
    yield f"horizon    {to_rfc3339(how.from_ms)} until {to_rfc3339(how.until_ms)}"
    yield f"agreement  SHA-256 {sha256(kept.agreement).hexdigest()}"
    party = {plan.party for plan in (*played.plans, *played.left_out)}
    yield f"plans      {counted(len(played.plans), 'plan')} of {', '.join(map(shorten, party))}"
    for plan in played.left_out:
        yield f"left out   {blind_words.plan(_named(plan))}: cannot be checked blindly, NOT CHECKED"
    form = "one exchange" if how.form == "one-shot" else "level by level"
    yield f"form       {form}: {total} files in all, {_left(kept, played)} still to be handed over"
    if how.blind.mode == "count":
        yield "           a count, without proofs: for parties that trust each other's programs"
    else:
        yield f"told in vain, as measured: {MEASURED[how.form]}"
    if wrote is not None:
        yield f"wrote      {wrote}: file {played.number} of {total}, {len(played.file):,} bytes"
    if played.verdict is not None:
        yield ""
        yield from _verdict(played)


def _verdict(played: Played) -> Iterator[str]:
    yield words(played)
    met: dict[int, list[BlindCellView]] = {}
    for match in () if played.verdict is None else played.verdict.matches:
        view = cell_view(match.cell, ())
        for k in match.plans:
            met.setdefault(k, []).append(view)
    first = sorted(met, key=lambda k: min(each.start for each in met[k]))
    for k in first[:PLANS]:
        cells = met[k]
        yield f"met        {blind_words.plan(_named(played.plans[k]))}, in {counted(len(cells), 'cell')}"
        yield f"           {blind_words.box(*_around(cells))}"
        yield f"           {min(each.start for each in cells)} to {max(each.end for each in cells)}"
    if len(first) > PLANS:
        yield f"           and {counted(len(first) - PLANS, 'plan')} more: --json"


def _around(cells: Sequence[BlindCellView]) -> tuple[tuple[float, float, float, float], float, float | None]:
    """What is around cells; around the Earth where they lie on both sides of 180°."""
    west, south, east, north = zip(*(each.area for each in cells), strict=True)
    upper = [each.upper_m for each in cells if each.upper_m is not None]
    return (
        (min(west), min(south), max(east), max(north)),
        min(each.lower_m for each in cells),
        max(upper) if len(upper) == len(cells) else None,
    )


def words(played: Played) -> str:
    """What came of it; no more than that."""
    verdict, how = played.verdict, played.agreed
    if verdict is None:
        return "not finished: NOT CHECKED"
    as_of, until = to_rfc3339(how.from_ms), to_rfc3339(how.until_ms)
    if verdict.outcome == "not clear":
        return f"NOT CLEAR: {WHY.get(verdict.why, verdict.why)}. These plans are NOT CHECKED"
    if verdict.outcome == "matched":
        cells = len(verdict.matches) if verdict.count is None else verdict.count
        return f"conflict possible here: call. Plans of both are in {counted(cells, 'cell')}, as of {as_of}"
    return (
        f"no known conflict between the plans that both committed to, as of {as_of}, until {until};"
        " it says nothing of plans not in the set"
    )


def _following(kept: Kept, played: Played, state: str, wrote: str | None) -> Iterator[str]:
    verdict = played.verdict
    if wrote is not None:
        yield f"Hand {wrote} to the other officer, who runs: wideberth blind {_theirs(played, wrote)}"
    if verdict is None:
        yield _by_when(played)
    elif verdict.outcome == "not clear":
        what = TO_DO.get(verdict.why, _PROOF)
        yield f"{what[:1].upper()}{what[1:]}."
        if kept.first:
            yield "Nothing was written: what is put right here can be tried again at once."
    elif verdict.outcome == "matched":
        yield "Call the other officer now: say which plans these are, and agree which of them moves."
    if played.left_out:
        yield f"{counted(len(played.left_out), 'plan')} cannot be checked so, NOT CHECKED: call."
    if not (kept.first and verdict is not None):
        yield f"Keep {state} here, for nobody else: it holds the plans and the secret of the run."


def _theirs(played: Played, wrote: str) -> str:
    """What the other side runs."""
    number, total = played.number, played.total
    verb = "finish" if number >= total - 1 or played.verdict is not None else "answer"
    own = " PLANS --agreement TERMS --key KEY --peer PUB" if number == 1 else ""
    new = "" if number == total or (verb == "finish" and number < total - 1) else " --out NEXT"
    return f"{verb} {wrote}{own} --state THEIRS{new}"


def _by_when(played: Played) -> str:
    begin, over = to_rfc3339(played.agreed.from_ms), to_rfc3339(played.agreed.until_ms)
    return f"All files before the first plan begins: the horizon is from {begin}, and over at {over}."


def _left(kept: Kept, played: Played) -> int:
    """Files that are not yet handed over, the one just made among them."""
    if played.verdict is not None and played.verdict.outcome == "not clear":
        return 1 if played.file else 0
    heard = blind_file.due(kept.role, kept.received) - 2 if kept.received else 0
    return played.total - heard


def _document(kept: Kept, played: Played, state: str, wrote: str | None) -> dict[str, Any]:
    verdict, how = played.verdict, played.agreed
    matches = () if verdict is None else verdict.matches
    met = Counter(k for match in matches for k in match.plans)
    return {
        "schema": SCHEMA,
        "run": kept.session.hex(),
        "role": kept.role,
        "form": kept.form,
        "mode": how.blind.mode,
        "agreement": sha256(kept.agreement).hexdigest(),
        "from": to_rfc3339(how.from_ms),
        "until": to_rfc3339(how.until_ms),
        "files": played.total,
        "left": _left(kept, played),
        "wrote": wrote,
        "number": played.number if wrote is not None else None,
        "state": state,
        "plans": len(played.plans),
        "left_out": [_named(plan) for plan in played.left_out],
        "told_in_vain": None if how.blind.mode == "count" else MEASURED[how.form],
        "outcome": None if verdict is None else verdict.outcome,
        "why": None if verdict is None else verdict.why,
        "words": words(played),
        "count": None if verdict is None else verdict.count,
        "met": {played.plans[k].id: n for k, n in sorted(met.items())},
        "cells": [
            cell_view(match.cell, tuple(_named(played.plans[k]) for k in match.plans))
            for match in matches[:CELLS]
        ],
        "more_cells": max(0, len(matches) - CELLS),
    }


def _named(plan: Plan) -> BlindPlanView:
    """A plan by its id and label; in files the id is mostly what people call it."""
    return BlindPlanView(plan.id, plan.label or plan.id)
