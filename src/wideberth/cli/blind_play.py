"""One side of a blind check by file: all that it says, made again from what it keeps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Final, NamedTuple

from wideberth.blind.check import BlindCheck, Out, Own, Verdict
from wideberth.blind.cover import Cover, Unfit
from wideberth.blind.one_shot import OneShot, Sets
from wideberth.blind.rules import Agreed, Form
from wideberth.blind.sets import Descent
from wideberth.cli.answer import geoid_reference
from wideberth.cli.progress import Steps
from wideberth.errors import Refused
from wideberth.formats import agreement, blind_file, native
from wideberth.formats.blind_file import HandOver, Kept
from wideberth.formats.reading import Options
from wideberth.ledger import keys
from wideberth.model.agreement import Blind
from wideberth.model.plan import Plan
from wideberth.space.reference import VerticalReference

NO_LINE: Final = bytes(32)
"""What a run by file is bound to in the place of a line."""


class Played(NamedTuple):
    """How far a run by file has come.

    Attributes:
        file: the last one that this side has made, its bytes, or empty; `number` its own.
        verdict: once there is one.
        plans: in it, in the sequence that matches number; `left_out`: plans that cannot be checked so.
        agreed: what both must have alike.
    """

    file: bytes
    number: int
    verdict: Verdict | None
    plans: tuple[Plan, ...]
    left_out: tuple[Plan, ...]
    agreed: Agreed

    @property
    def total(self) -> int:
        """Files of the whole run."""
        return blind_file.total(len(self.agreed.levels))


def terms(data: bytes, path: str) -> Blind:
    """What an agreement says of the blind check.

    Raises: Invalid (as formats.agreement.read), Refused (`blind.none_agreed`).
    """
    found = agreement.read(data, path).agreement.rules.blind
    if found is None:
        words = f"{path} has no [blind]; accepted: terms that both go by, with that table"
        raise Refused("blind.none_agreed", words)
    return found


def agreed(data: bytes, from_ms: int, form: Form) -> Agreed:
    """What both sides must have alike. Raises: as `terms`."""
    blind = terms(data, "agreement")
    found = agreement.read(data).agreement.terms
    reference = VerticalReference(geoid_reference().geoid, found.ground, found.qnh, found.atmosphere)
    digest, until_ms = sha256(data).digest(), from_ms + blind.horizon_ms
    return Agreed((digest,), NO_LINE, found.table, reference, blind, from_ms, until_ms, form)


def play(kept: Kept, seed: bytes, steps: Steps) -> Played:
    """All of a run, as far as what was received leads. The same bytes each time.

    Args:
        seed: the private half of the officer's key.

    Raises: Refused (`blind.no_group`, `blind.terms`), Invalid.
    """
    how = agreed(kept.agreement, kept.from_ms, kept.form)
    every = [one.plan for one in native.read(kept.document, Options(file="", as_of=0)).filed]
    steps.at("cells", 0, 1)
    sets, plans, left_out = _sets(every, how, kept)
    with ThreadPoolExecutor(os.cpu_count() or 1) as hands:
        check = BlindCheck(how, kept.role, sets, _own(kept, native.write(plans), seed, steps, hands))
        file, number, verdict = _through(check, kept, lambda body: keys.sign(seed, body))
    return Played(file, number, verdict, plans, left_out, how)


def _own(kept: Kept, document: bytes, seed: bytes, steps: Steps, hands: ThreadPoolExecutor) -> Own:
    return Own(
        session=kept.session,
        seed=kept.seed,
        document=document,
        sign=lambda data: keys.sign(seed, data),
        verify=lambda data, signature: keys.verifies(kept.peer, data, signature),
        spread=hands.map,
        progress=lambda done, rounds, what: steps.at(f"{what}, round {done + 1} of {rounds}", done, rounds),
    )


def _sets(every: Sequence[Plan], how: Agreed, kept: Kept) -> tuple[Sets, tuple[Plan, ...], tuple[Plan, ...]]:
    """The sets, of all plans but those that cannot be checked so; these and those."""
    unfit: frozenset[str] = frozenset()
    while True:
        plans = tuple(plan for plan in every if plan.id not in unfit)
        try:
            cover = Cover(plans, how)
            sets = OneShot(cover, how, kept.role) if how.form == "one-shot" else Descent(cover, how.levels)
        except Unfit as found:
            unfit |= found.plans
        else:
            return sets, plans, tuple(plan for plan in every if plan.id in unfit)


def _through(
    check: BlindCheck, kept: Kept, sign: Callable[[bytes], bytes]
) -> tuple[bytes, int, Verdict | None]:
    """The last file of this side, its number, and the verdict."""
    said: list[Out] = check.start()
    file, number = b"", 1
    # the side that answers begins with what it has heard
    groups = [b"", *kept.received] if kept.role == "a" else list(kept.received)
    for k, data in enumerate(groups):
        number = 2 * k + (1 if kept.role == "a" else 2)
        for message in blind_file.read(data).messages if data else ():
            said += check.receive(message)
        told = tuple(each for each in said if not isinstance(each, Verdict))
        file = blind_file.write(HandOver(kept.session, kept.form, number, told), sign) if told else b""
        said = []
    if check.verdict is not None and check.verdict.why == "stopped":
        file = b""  # nobody waits for it
    return file, number, check.verdict
