"""One check from question to report: files, minima, search, and what must be told. It can be asked again."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files as package_files

from msgspec import Struct, structs

from wideberth.cli.clears import Wanted, clears
from wideberth.cli.engine import engine_for
from wideberth.cli.files import read_bytes
from wideberth.cli.load import Loaded, in_file, load
from wideberth.cli.notes import ground_notes, review_notes, terms_notes
from wideberth.cli.progress import Steps
from wideberth.conflict.find import find
from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import agreement, geoidgrid
from wideberth.formats.reading import Options
from wideberth.formats.times import zone_version
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.model.terms import Terms
from wideberth.render.offers import searched
from wideberth.render.report import Report, in_order
from wideberth.space.reference import Terrain, VerticalReference


class Question(Struct, frozen=True):
    """What is asked: `chosen` minima, or an `agreement` (a file) that states them; all but the time.

    `wanted` says which plans are to be cleared, and how.
    """

    files: tuple[str, ...]
    reading: Options
    chosen: SeparationTable | None
    agreement: str | None
    terrain: Terrain | None
    own: bool
    metric: bool
    limit: int
    wanted: Wanted = Wanted()


class Asked(Struct, frozen=True):
    """What a check is asked to decide and with what: `terms` where there is an agreement."""

    table: SeparationTable
    reference: VerticalReference
    terms: Terms | None
    explicit: bool
    own: bool


def answer(question: Question, now: int, *, quiet: bool) -> Report:
    """The report of a check as of `now` (POSIX ms), with progress unless `quiet`.

    Raises: Invalid, Refused (`party.only_one`).
    """
    zone = question.reading.zone
    what = _asked(question)
    with Steps(quiet=quiet) as steps:
        loaded = load(question.files, structs.replace(question.reading, as_of=now), steps.at)
        _check_parties(loaded, what)
        plans = [one.plan for _, one in loaded.filed]
        found = find(
            plans,
            what.table,
            what.reference,
            own=what.own,
            limit=question.limit,
            engine=engine_for(sum(len(plan.volumes) for plan in plans), what.reference, steps),
            progress=lambda done, total: steps.at("comparing plans", done, total),
        )
        _check_frequency(plans, found.conflicts, what)
        conflicts = in_order(found.conflicts, loaded.filed)
        proposals = clears(
            question.wanted,
            loaded.filed,
            conflicts,
            what.table,
            what.reference,
            what.terms,
            own=what.own,
            now=now,
            step=steps.at,
        )
        notes = [
            *loaded.notes,
            *found.notes,
            *ground_notes(loaded, found.conflicts),
            *terms_notes(what.terms, plans, found.conflicts),
            *review_notes(plans, now, zone),
        ]
        if proposals is not None:
            notes.append(searched(proposals, question.metric, own=what.own, more=question.wanted.more))
        if zone is not None:
            notes.append(f"times without an offset are read in {zone}, {zone_version()}")
        return Report(
            as_of=now,
            filed=loaded.filed,
            table=what.table,
            conflicts=conflicts,
            refused=loaded.refused,
            notes=tuple(dict.fromkeys(notes)),
            places=() if what.terms is None else what.terms.places,
            zone=zone,
            metric=question.metric,
            own=what.own,
            count=found.count,
            proposals=proposals,
        )


def geoid_reference(terrain: Terrain | None = None) -> VerticalReference:
    """What altitudes are measured against: the geoid that ships with the package, and the ground if known."""
    grid = geoidgrid.read((package_files("wideberth.data") / "egm96-15.bin.z").read_bytes())
    return VerticalReference(grid, terrain or Terrain())


def terms_of(path: str) -> Terms:
    """The agreement. Raises: Invalid, its path beginning with the file."""
    try:
        return agreement.read_terms(read_bytes(path))
    except Invalid as error:
        raise in_file(path, error) from error


def _asked(question: Question) -> Asked:
    reference = geoid_reference(question.terrain)
    chosen = question.chosen
    if question.agreement is not None:
        agreed = terms_of(question.agreement)
        ground = question.terrain or agreed.ground
        reference = VerticalReference(reference.geoid, ground, agreed.qnh, agreed.atmosphere)
        return Asked(agreed.table, reference, agreed, False, question.own)
    if chosen is None:
        raise AssertionError("either a table or terms")
    return Asked(chosen, reference, None, not chosen.source.startswith("preset"), question.own)


def _check_parties(loaded: Loaded, what: Asked) -> None:
    """Refuse what would look like an answer but compares nothing. Raises: Refused (`party.only_one`)."""
    parties = {one.plan.party for _, one in loaded.filed}
    if len(parties) < 2 and not what.own and not loaded.refused:
        who = f"one party, {shorten(next(iter(parties)))}" if parties else "no plan"
        raise Refused(
            "party.only_one",
            f"found plans of {who}; accepted: plans of two parties or more (is a `party` missing?),"
            " or --own to compare plans of the same party",
        )


def _check_frequency(plans: Sequence[Plan], conflicts: Sequence[Conflict], what: Asked) -> None:
    """Refuse to call two emissions that meet a conflict where no frequency minimum is given.

    GEOMETRY, Separation: it is required only when two emissions meet.

    Raises: Invalid (`separation.missing`).
    """
    if not what.explicit or what.table.rows[0].rules[0].f is not None:
        return
    volumes = {plan.key: plan.volumes for plan in plans}
    for conflict in conflicts:
        sides = zip(conflict.plans, conflict.volumes, strict=True)
        if all(volumes[key][k].band is not None for key, k in sides):
            wanted = "a frequency minimum such as 1MHz, 0 or any, because emissions meet"
            raise Invalid("separation.missing", "--frequency", "nothing", wanted)
