"""The terms of an agreement as a TOML file: the bytes are what officers sign, so they are read strictly.

Nothing has a default that a program could change later: what is agreed is written out. A key that is not
known is refused. Nothing may read differently from what it is (`as_seen`), and no two names may look alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from wideberth.errors import Invalid
from wideberth.formats import agreed_values as values
from wideberth.formats import terms
from wideberth.formats import tomltext as toml
from wideberth.formats.as_seen import as_seen, look, place_in
from wideberth.formats.properties import check_name
from wideberth.formats.tomltext import Table
from wideberth.ledger import approval, ids
from wideberth.model.agreement import (
    BLIND_MODES,
    BLOCKS,
    DISCLOSURES,
    ONWARDS,
    PLACINGS,
    PRECEDENCES,
    SCHEMA,
    WATCH_CALLS,
    Agreement,
    Allotment,
    Answers,
    Blind,
    Clock,
    Disclosure,
    LeadTime,
    Party,
    Precedence,
    Release,
    Rules,
    Silence,
    Step,
    Watch,
)
from wideberth.model.separation import EVERY
from wideberth.model.terms import Terms

KEYS: Final = (
    "schema",
    "id",
    "version",
    "previous",
    "parties",
    *terms.KEYS,
    "lead_times",
    "clocks",
    "disclosure",
    "block_activation",
    "silence",
    "proposals",
    "coarse",
    "answers",
    "courier_prekey_days",
    "retention",
    "release",
    "languages",
    "allotments",
    "blind",
    "watch",
)
PREKEY_DAYS = (3, 14)
PARTIES = range(2, 64)
ANSWERS = (1, 10_000)
BLIND_DURATIONS: Final = {
    "every": ("1min", "1d"),
    "horizon": ("1min", "31d"),
    "timeout": ("5s", "1d"),
}
BLIND_NUMBERS: Final = {
    "start_level": (12, 32),
    "floor_level": (12, 32),
    "terms": (100, 1_000_000),
    "matched_percent": (1, 100),
    "cells_a_day": (1, 1_000_000),
    "audits_a_day": (0, 1_000),
}
LEVEL_STEP: Final = 4
LOOK_AHEAD: Final = ("10s", "60min")
CALLS_A_DAY: Final = (1, 1_000)
VERSIONS = 1_000_000

_Choice = TypeVar("_Choice", bound=str)
_HEX = re.compile("[0-9a-f]{64}")
_HOUR = re.compile("([01][0-9]|2[0-3]|24(?=:00)):([0-5][0-9])")
_LANGUAGE = re.compile("[a-z]{2,3}")


class Signed(NamedTuple):
    """An agreement and the bytes that say it, which are what is signed."""

    agreement: Agreement
    data: bytes

    @property
    def hash(self) -> bytes:
        """SHA-256 of the bytes: the name of this version."""
        return hashlib.sha256(self.data).digest()

    @property
    def subject(self) -> approval.Subject:
        """What an officer approves."""
        return approval.agreement(self.agreement.id, self.data)


def read(data: bytes, path: str = "") -> Signed:
    """The agreement in a file. `path` stands before every place in an error, which names its line.

    Raises: Invalid (`agreement.*`, and as formats.terms.read).
    """
    text = as_seen(data, path)
    try:
        return Signed(_agreement(toml.parse(data, "")), data)
    except Invalid as error:
        line = toml.line_of(text, error.path) if error.path else None
        place = error.path if line is None else f"line {line}, {error.path}"
        raise Invalid(error.code, place_in(path, place), error.found, error.wanted) from error


def read_terms(data: bytes, path: str = "") -> Terms:
    """What a check needs, from an agreement or from a file of terms alone. Raises: as `read`."""
    return read(data, path).agreement.terms if is_agreement(data) else terms.read(data, path)


def is_agreement(data: bytes) -> bool:
    """Whether a file says that it is an agreement; whether it is one, `read` tells."""
    return re.search(rb'^\s*schema\s*=\s*"wideberth\.agreement/', data, re.MULTILINE) is not None


def _agreement(found: Table) -> Agreement:
    toml.check_keys(found, KEYS, "")
    if found.get("schema") != SCHEMA:
        raise Invalid("terms.schema", "schema", found.get("schema", "nothing"), f'"{SCHEMA}"')
    parties = _parties(found)
    version = values.whole(found, "version", 1, VERSIONS)
    agreement = Agreement(
        id=ids.unbase32(values.needed(found, "id"), approval.AGREEMENT_ID, "id"),
        version=version,
        previous=_previous(found, version),
        parties=parties,
        terms=terms.agreed(found, tuple(each.label for each in parties), ""),
        rules=_rules(found, parties),
    )
    _check_alike(agreement)
    return agreement


def _previous(found: Table, version: int) -> bytes | None:
    """The SHA-256 of the version before, in hex; the first version has none, and no other goes without."""
    value = found.get("previous")
    if version == 1:
        if value is not None:
            raise Invalid("agreement.previous", "previous", value, "none in version 1")
        return None
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        wanted = "the SHA-256 of the file of the version before: 64 hex digits in lower case"
        raise Invalid("agreement.previous", "previous", "nothing" if value is None else value, wanted)
    return bytes.fromhex(value)


def _parties(found: Table) -> tuple[Party, ...]:
    parties = []
    for table, where in toml.tables(found, "parties", ""):
        toml.check_keys(table, ("label", "name"), where)
        name = toml.text(table, "name", where)
        ids.unbase32(name, ids.HASH, toml.at(where, "name"))
        label_at = toml.at(where, "label")
        parties.append(Party(name, check_name(toml.text(table, "label", where), label_at)))
    if len(parties) not in PARTIES:
        wanted = f"{PARTIES.start} to {PARTIES.stop - 1} [[parties]], each with label and name"
        raise Invalid("agreement.parties", "parties", f"{len(parties)} parties", wanted)
    values.once((each.name for each in parties), "parties")
    values.once((each.label for each in parties), "parties")
    return tuple(parties)


def _rules(found: Table, parties: Sequence[Party]) -> Rules:
    return Rules(
        lead_times=_lead_times(found),
        clocks=_clocks(found),
        disclosure=_disclosure(found),
        block_activation=values.choice(found, "block_activation", "", BLOCKS),
        silence=_silence(found),
        proposals=_step(found, "proposals"),
        coarse=_step(found, "coarse"),
        answers=_answers(found),
        prekey_days=values.whole(found, "courier_prekey_days", *PREKEY_DAYS),
        retention_ms=values.duration(found, "retention", ""),
        release=_release(found),
        languages=_languages(found),
        allotments=_allotments(found, [each.label for each in parties]),
        blind=_blind(found),
        watch=_watch(found),
    )


def _lead_times(found: Table) -> dict[str, LeadTime]:
    rows: dict[str, LeadTime] = {}
    for table, where in toml.tables(found, "lead_times", ""):
        toml.check_keys(table, ("activity", "notice", "too_late", "answer"), where)
        activity = _activity(table, where, rows)
        notice, late, answer = (
            values.duration(table, key, where) for key in ("notice", "too_late", "answer")
        )
        if late > notice:
            wanted = "at most the notice"
            raise Invalid("terms.range", toml.at(where, "too_late"), table["too_late"], wanted)
        rows[activity] = LeadTime(notice, late, answer)
    return _with_every(rows, "lead_times")


def _clocks(found: Table) -> dict[Precedence, Clock]:
    table = toml.table(values.needed(found, "clocks"), "clocks")
    toml.check_keys(table, PRECEDENCES, "clocks")
    return {precedence: _clock(table, precedence) for precedence in PRECEDENCES}


def _clock(table: Table, precedence: str) -> Clock:
    where = toml.at("clocks", precedence)
    value = values.needed(table, precedence, "clocks")
    if not isinstance(value, list) or len(value) != 3:
        wanted = 'three times: the deputy, the whole watch, the commander, for example ["30s", "60s", "120s"]'
        raise Invalid("agreement.clock", where, value, wanted)
    deputy, watch, commander = (values.as_duration(each, f"{where}[{i}]") for i, each in enumerate(value))
    if not deputy < watch < commander:
        raise Invalid("agreement.clock", where, value, "each later than the one before")
    return Clock(deputy, watch, commander)


def _disclosure(found: Table) -> dict[str, Disclosure]:
    rows: dict[str, Disclosure] = {}
    for table, where in toml.tables(found, "disclosure", ""):
        toml.check_keys(table, ("activity", "level"), where)
        activity = _activity(table, where, rows)
        rows[activity] = values.choice(table, "level", where, DISCLOSURES)
    return _with_every(rows, "disclosure")


def _silence(found: Table) -> Silence:
    table = toml.table(values.needed(found, "silence"), "silence")
    keys = ("heartbeat", "urgent_late", "main_late", "silent")
    toml.check_keys(table, keys, "silence")
    heartbeat, urgent, main, silent = (values.duration(table, key, "silence") for key in keys)
    if max(heartbeat, urgent, main) > silent:
        wanted = "at least as long as heartbeat, urgent_late and main_late"
        raise Invalid("terms.range", "silence.silent", table["silent"], wanted)
    return Silence(heartbeat, urgent, main, silent)


def _step(found: Table, key: str) -> Step:
    table = toml.table(values.needed(found, key), key)
    toml.check_keys(table, ("horizontal", "vertical", "time"), key)
    return Step(
        values.length(table, "horizontal", key),
        values.length(table, "vertical", key),
        values.duration(table, "time", key),
    )


def _answers(found: Table) -> Answers:
    table = toml.table(values.needed(found, "answers"), "answers")
    toml.check_keys(table, ("every", "a_day"), "answers")
    return Answers(
        values.duration(table, "every", "answers"), values.whole(table, "a_day", *ANSWERS, path="answers")
    )


def _release(found: Table) -> Release:
    table = toml.table(values.needed(found, "release"), "release")
    toml.check_keys(table, ("onward", "recipients"), "release")
    recipients = values.names(table, "recipients", "release")
    return Release(values.choice(table, "onward", "release", ONWARDS), recipients)


def _languages(found: Table) -> tuple[str, ...]:
    languages = values.names(found, "languages", "")
    for i, each in enumerate(languages):
        if not _LANGUAGE.fullmatch(each):
            raise Invalid(
                "agreement.language", f"languages[{i}]", each, "codes of ISO 639 such as en, ru, he, ar"
            )
    if not languages:
        raise Invalid("agreement.language", "languages", "none", "one language or more")
    return languages


def _allotments(found: Table, labels: Sequence[str]) -> tuple[Allotment, ...]:
    allotted = []
    for table, where in toml.tables(found, "allotments", ""):
        toml.check_keys(table, ("party", "activity", "hours", "area"), where)
        party = values.choice(table, "party", where, labels)
        allotted.append(
            Allotment(
                party, _activity(table, where, ()), _hours(table, where), terms.area_in(table, "area", where)
            )
        )
    return tuple(allotted)


def _blind(found: Table) -> Blind | None:
    """What is agreed of the blind check; None without a table of it."""
    if "blind" not in found:
        return None
    table = toml.table(found["blind"], "blind")
    toml.check_keys(table, ("mode", *BLIND_DURATIONS, *BLIND_NUMBERS), "blind")
    mode = values.choice(table, "mode", "blind", BLIND_MODES)
    durations = {
        f"{key}_ms": values.between(table, key, *ends, path="blind") for key, ends in BLIND_DURATIONS.items()
    }
    numbers = {key: values.whole(table, key, *ends, path="blind") for key, ends in BLIND_NUMBERS.items()}
    for key in ("start_level", "floor_level"):
        if numbers[key] % LEVEL_STEP:
            raise Invalid("terms.range", toml.at("blind", key), table[key], f"a multiple of {LEVEL_STEP}")
    blind = Blind(mode, **durations, **numbers)
    if blind.start_level > blind.floor_level:
        raise Invalid("terms.range", "blind.floor_level", table["floor_level"], "at least start_level")
    # a silent run has ended when the next one begins, and no time between two of them is left out
    if blind.timeout_ms > blind.every_ms:
        raise Invalid("terms.range", "blind.timeout", table["timeout"], "at most as long as every")
    if blind.horizon_ms < blind.every_ms:
        raise Invalid("terms.range", "blind.horizon", table["horizon"], "at least as long as every")
    return blind


def _watch(found: Table) -> Watch | None:
    """What alerts of the watch over live tracks tell; None without a table of it."""
    if "watch" not in found:
        return None
    table = toml.table(found["watch"], "watch")
    toml.check_keys(table, ("call", "place", "look_ahead", "a_day"), "watch")
    listed = values.names(table, "call", "watch")
    for n, each in enumerate(listed):
        if each not in WATCH_CALLS:
            raise Invalid("agreement.choice", f"watch.call[{n}]", each, ", ".join(WATCH_CALLS))
    return Watch(
        call=tuple(each for each in WATCH_CALLS if each in listed),
        place=values.choice(table, "place", "watch", PLACINGS),
        look_ahead_ms=values.between(table, "look_ahead", *LOOK_AHEAD, path="watch"),
        a_day=values.whole(table, "a_day", *CALLS_A_DAY, path="watch"),
    )


def _hours(table: Table, path: str) -> tuple[int, int]:
    """Minutes of the day, from and until."""
    value, where = values.needed(table, "hours", path), toml.at(path, "hours")
    times = (
        [_HOUR.fullmatch(each) for each in value if isinstance(each, str)] if isinstance(value, list) else []
    )
    minutes = [int(each[1]) * 60 + int(each[2]) for each in times if each is not None]
    if not isinstance(value, list) or not len(value) == len(minutes) == 2 or minutes[0] == minutes[1]:
        wanted = 'from and until in UTC, for example ["06:00", "12:00"]; all day is ["00:00", "24:00"]'
        raise Invalid("agreement.hours", where, value, wanted)
    return minutes[0], minutes[1]


def _check_alike(agreement: Agreement) -> None:
    """No two names that a reader could take for each other."""
    by_look: dict[str, str] = {}
    rules = agreement.rules
    named = [name for row in agreement.terms.table.rows for name in row.between]
    named += [each.activity for each in rules.allotments]
    named += [*rules.lead_times, *rules.disclosure, *rules.release.recipients, *agreement.terms.parties]
    named += [place.name for place in agreement.terms.places]
    for name in named:
        known = by_look.setdefault(look(name), name)
        if known != name:
            raise Invalid("agreement.alike", "", f"{name!a} and {known!a}", "one spelling of one name")


def _activity(table: Table, path: str, known: Iterable[str]) -> str:
    where = toml.at(path, "activity")
    activity = check_name(toml.text(table, "activity", path), where)
    if activity in known:
        raise Invalid("terms.repeated", where, activity, "one entry for each activity")
    return activity


_Row = TypeVar("_Row")


def _with_every(rows: dict[str, _Row], key: str) -> dict[str, _Row]:
    if EVERY not in rows:
        wanted = f'a [[{key}]] with activity = "{EVERY}", for every activity without its own'
        raise Invalid("terms.missing", key, "nothing", wanted)
    return rows
