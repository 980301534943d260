"""What would clear plans as text for a terminal: for each plan its conflicts in short, and the offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wideberth.conflict.offer import Limits, Offer
from wideberth.conflict.propose import Answer
from wideberth.conflict.result import Conflict
from wideberth.formats.reading import Filed
from wideberth.formats.times import show_time
from wideberth.render.offers import after_words, missing_words, offer_words
from wideberth.render.report import Report, answers_of, plans_of
from wideberth.render.table import notes, refusals, who
from wideberth.render.words import axes, compared, counted, separation, window
from wideberth.space.units import SECOND

RIVALS = 3
"""Plans in conflict with one that are shown."""
SHOWN = 50
"""Plans that are shown unless all is asked for."""
ADVICE = (
    "Each change supposes that all other plans stay as they are. Agree it with the others, and check again."
)


def proposals_table(report: Report, asked: Sequence[Filed], *, every: bool = False) -> RenderableType:
    """The whole result; at most 50 plans unless `every`.

    Args:
        report: its conflicts are those of the plans asked about.
        asked: the plans that may change.
    """
    answers = [answer for answer in answers_of(report).values() if answer.hits]
    parts: list[RenderableType] = [
        Text(_headline(report, asked), style="bold red" if report.conflicts else "bold"),
        Text(f"separation: {separation(report.table)}"),
        Text(compared(report)),
    ]
    met: dict[tuple[str, str], list[Conflict]] = {}
    for conflict in report.conflicts:
        for key in conflict.plans:
            met.setdefault(key, []).append(conflict)
    shown = answers if every else answers[:SHOWN]
    for number, answer in enumerate(shown, start=1):
        parts += [Text(), _answer(number, answer, met.get(answer.plan, []), report)]
    if len(shown) < len(answers):
        parts += [Text(), Text(f"… and {counted(len(answers) - len(shown), 'more plan')}; --all shows all")]
    if report.conflicts:
        parts += [Text(), Text(ADVICE)]
    parts += notes(report)
    if report.refused:
        parts += [Text(), refusals(report)]
    return Group(*parts)


def _headline(report: Report, asked: Sequence[Filed]) -> str:
    when = f"as of {show_time(report.as_of // SECOND * SECOND, report.zone)}"
    keys = {one.plan.key for one in asked}
    hit = {key for conflict in report.conflicts for key in conflict.plans if key in keys}
    if not hit:
        return f"no known conflict of {counted(len(asked), 'plan')}, {when}"
    return f"{len(hit):,} of {counted(len(asked), 'plan')} in conflict, {when}"


def _answer(number: int, answer: Answer, met: Sequence[Conflict], report: Report) -> RenderableType:
    _, filed = plans_of(report)[answer.plan]
    title = Table.grid(padding=(0, 2))
    title.add_column(width=3, justify="right")
    title.add_column(overflow="fold")
    title.add_row(Text(str(number), style="bold"), Text(who(filed), style="bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=12, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, words in _lines(answer, met, report):
        grid.add_row(Text(name), Text(words))
    return Group(title, Padding(grid, (0, 0, 0, 5)))


def _lines(answer: Answer, met: Sequence[Conflict], report: Report) -> Iterator[tuple[str, str]]:
    filed = plans_of(report)
    heading = "in conflict"
    for rival in answer.rivals[:RIVALS]:
        pairs = [conflict for conflict in met if rival in conflict.plans]
        words = f"with {who(filed[rival][1])}"
        if pairs:
            gaps = ", ".join(f"{name} {figure}" for name, figure in axes(pairs[0], report.metric))
            more = f", and {counted(len(pairs) - 1, 'more pair')} of volumes" if len(pairs) > 1 else ""
            words += f": {window(pairs[0], report.zone)}, {gaps}{more}"
        yield heading, words
        heading = ""
    if answer.hits > RIVALS:
        yield "", f"and with {counted(answer.hits - RIVALS, 'more plan')}"
    heading = "would clear"
    limits = report.proposals.limits if report.proposals is not None else Limits()
    before = filed[answer.plan][1].plan
    for offer in sorted(answer.offers, key=lambda offer: size(offer, limits)):
        after = after_words(offer, before, report.zone, report.metric)
        yield heading, offer_words(offer, report.metric) + (f": {after}" if after else "")
        heading = ""
    if not answer.offers:
        yield heading, "none found within the limits"
    if missing := missing_words(answer):
        yield "not offered", missing


def smallest(report: Report) -> tuple[Offer, ...]:
    """The smallest change offered for each plan."""
    limits = report.proposals.limits if report.proposals is not None else Limits()
    offers = [answer.offers for answer in answers_of(report).values() if answer.offers]
    return tuple(min(one, key=lambda offer: size(offer, limits)) for one in offers)


def size(offer: Offer, limits: Limits) -> float:
    """How much of what is allowed a change takes, for showing small ones first."""
    return (
        offer.by_t / max(limits.delay, limits.advance, 1)
        + offer.by_v / max(limits.climb, limits.descend, 1)
        + offer.by_h / max(limits.sidestep, 1)
    )
