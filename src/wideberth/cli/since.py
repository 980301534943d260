"""`--since`: an earlier result from its file, and a report that says what changed."""

from __future__ import annotations

from msgspec import structs

from wideberth.cli.files import read_bytes
from wideberth.errors import Invalid
from wideberth.formats import earlier, since
from wideberth.formats.earlier import Outcome
from wideberth.formats.result import check_document
from wideberth.render.changes import warnings
from wideberth.render.report import Report, answers_of


def read_earlier(path: str) -> Outcome:
    """The result that a file holds. Raises: Invalid, its path beginning with the file."""
    try:
        return earlier.read(read_bytes(path))
    except Invalid as error:
        place = f"{path}: {error.path}" if error.path else path
        wanted = earlier.REWRITTEN if error.code == "file.empty" else error.wanted
        raise Invalid(error.code, place, error.found, wanted) from error


def document_of(report: Report) -> dict[str, object]:
    """The object of `check --json`, with the key `since` where the report was compared."""
    changes = report.since
    words = () if changes is None else warnings(changes, report.zone)
    document = check_document(
        as_of=report.as_of,
        filed=report.filed,
        source=report.table.source,
        table=report.table,
        conflicts=report.conflicts,
        refused=report.refused,
        notes=[note for note in report.notes if note not in words],
        count=report.count,
        clears={key: answer.offers for key, answer in answers_of(report).items()},
    )
    return document if changes is None else {**document, "since": since.to_json(changes, words)}


def outcome(report: Report) -> Outcome:
    """The report as the earlier result of the next one."""
    return earlier.outcome_of(document_of(structs.replace(report, since=None)))


def compared_with(report: Report, before: Outcome) -> tuple[Report, Outcome]:
    """The report with what changed since `before`, and what the next one is to be compared with."""
    now = outcome(report)
    states = {one.plan.key: one.plan.state for _, one in report.filed}
    changes = since.compare(before, now, states, own=report.own)
    notes = (*report.notes, *warnings(changes, report.zone))
    return structs.replace(report, since=changes, notes=notes), since.carried(now, changes)
