"""`wideberth blind start`, `answer` and `finish`: the blind check by files, without a node."""

from __future__ import annotations

import os
import time as clock
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from msgspec import structs

from wideberth.blind.messages import SESSION
from wideberth.blind.rules import Form
from wideberth.cli import asked, blind_files_words, blind_play
from wideberth.cli import key_asked as keyed
from wideberth.cli.blind_play import Played
from wideberth.cli.files import read_bytes
from wideberth.cli.load import in_file, load
from wideberth.cli.progress import Steps
from wideberth.cli.say import CONFLICTS, COULD_NOT, said, stopping, tell
from wideberth.errors import Invalid, NotTrusted, Refused, shorten
from wideberth.formats import blind_file, native
from wideberth.formats.blind_file import HandOver, Kept
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.ledger import keys
from wideberth.model.agreement import Blind
from wideberth.node import files
from wideberth.store import keyfile

EXIT: Final = f"""\
\b
Exit codes: 0 done, or no known conflict; {CONFLICTS} plans of both met; 2 bad input (nothing is written);
{COULD_NOT} NOT CLEAR, plans that cannot be checked so, or could not.
"""
START_HELP = f"""\
Begin a blind check by file: read the own plans, and write the first file for the other officer.

No plan is in any file that is handed over. What must stay here is in STATE, for its owner only: the plans,
and the secret of this run. The terms are an agreement with [blind]; both go by the same file, byte by byte.

\b
Examples:
  wideberth blind start north.geojson --agreement terms.toml --key north.key --peer south.key.pub \\
    --state north.state --out 1.blind

{EXIT}"""
ANSWER_HELP = f"""\
Answer a file of the other officer's: write the next one. The first answer also takes the own plans.

Whoever is interrupted runs the same command again: the same bytes come out.

\b
Examples:
  wideberth blind answer 1.blind south.kml --agreement terms.toml --key south.key --peer north.key.pub \\
    --state south.state --out 2.blind
  wideberth blind answer 2.blind --state north.state --out 3.blind

{EXIT}"""
FINISH_HELP = f"""\
Read the last file of the other officer's, and say what came of it. Who began writes one more file, for them.

\b
Examples:
  wideberth blind finish 4.blind --state north.state --out 5.blind
  wideberth blind finish 5.blind --state south.state

{EXIT}"""

ByFile = Annotated[bool, typer.Option("--files", help="By files, without a node: the only way here.")]
State = Annotated[
    str,
    typer.Option("--state", metavar="STATE", help="What stays here, in one file.", show_default=False),
]
Theirs = Annotated[
    str, typer.Argument(metavar="THEIRS", help="The file of the other officer's.", show_default=False)
]
Agreement = Annotated[
    str | None,
    typer.Option("--agreement", metavar="TERMS", help="The agreement, with [blind]: both have the same."),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="FILE", help="The own officer's key; later, if it is another file now."),
]
Peer = Annotated[
    str | None,
    typer.Option("--peer", metavar="PUB", help="The public half of the other officer's key: file or line."),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="RFC3339",
        help="Where the horizon begins; else now, rounded down to the agreed interval, or as they have it.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({blind_files_words.SCHEMA}).")]


class _Given(NamedTuple):
    """What a command says of a side's own: None where it does not."""

    files: tuple[str, ...]
    agreement: str | None
    key: str | None
    peer: str | None
    start: str | None
    options: Options


def start(
    plans: Annotated[list[str], typer.Argument(metavar="PLANS...", help="Own plans.", show_default=False)],
    state: State,
    output: keyed.Out,
    agreement: Agreement = None,
    key: Key = None,
    peer: Peer = None,
    begin: From = None,
    descent: Annotated[
        bool,
        typer.Option("--descent", help="Level by level: fewer false matches, more files to carry."),
    ] = False,
    by_file: ByFile = False,  # noqa: ARG001  # there is no other way yet
    as_of: asked.AsOf = None,
    tz: asked.Zone = None,
    wrap: asked.Wrap = False,
    radius: asked.Radius = None,
    half_width: asked.HalfWidth = None,
    vertical_tolerance: asked.VerticalTolerance = None,
    time_tolerance: asked.TimeTolerance = None,
    top_speed: asked.TopSpeed = None,
    passphrase_file: keyed.PassphraseFile = None,
    json: Json = False,
) -> None:
    """Begin a run. `START_HELP` says the rest."""
    with stopping():
        now = _now(as_of, tz)
        reading = asked.options(
            now=now,
            tz=asked.zone(tz),
            wrap=wrap,
            radius=radius,
            half_width=half_width,
            vertical_tolerance=vertical_tolerance,
            time_tolerance=time_tolerance,
            top_speed=top_speed,
        )
        given = _Given(tuple(plans), agreement, key, peer, begin, reading)
        known = _kept(state)
        if known is None:
            kept = _new(given, now, None, descent=descent, json=json)
        else:
            kept = structs.replace(_same(known, given, state, None, descent=descent, json=json), received=())
        _step(kept, given, state, output, now, passphrase_file, json=json)


def answer(
    theirs: Theirs,
    state: State,
    output: keyed.Out,
    plans: Annotated[
        list[str] | None, typer.Argument(metavar="[PLANS]...", help="Own plans: for the first answer.")
    ] = None,
    agreement: Agreement = None,
    key: Key = None,
    peer: Peer = None,
    begin: From = None,
    by_file: ByFile = False,  # noqa: ARG001  # there is no other way yet
    as_of: asked.AsOf = None,
    tz: asked.Zone = None,
    wrap: asked.Wrap = False,
    radius: asked.Radius = None,
    half_width: asked.HalfWidth = None,
    vertical_tolerance: asked.VerticalTolerance = None,
    time_tolerance: asked.TimeTolerance = None,
    top_speed: asked.TopSpeed = None,
    passphrase_file: keyed.PassphraseFile = None,
    json: Json = False,
) -> None:
    """Answer a file. `ANSWER_HELP` says the rest."""
    with stopping():
        now = _now(as_of, tz)
        reading = asked.options(
            now=now,
            tz=asked.zone(tz),
            wrap=wrap,
            radius=radius,
            half_width=half_width,
            vertical_tolerance=vertical_tolerance,
            time_tolerance=time_tolerance,
            top_speed=top_speed,
        )
        given = _Given(tuple(plans or ()), agreement, key, peer, begin, reading)
        kept = _heard(theirs, given, state, now, json=json)
        _step(kept, given, state, output, now, passphrase_file, json=json)


def finish(
    theirs: Theirs,
    state: State,
    output: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE", help="Who began: the last file, for the other officer."),
    ] = None,
    key: Key = None,
    by_file: ByFile = False,  # noqa: ARG001  # there is no other way yet
    as_of: asked.AsOf = None,
    passphrase_file: keyed.PassphraseFile = None,
    json: Json = False,
) -> None:
    """Say what came of a run. `FINISH_HELP` says the rest."""
    with stopping():
        now = _now(as_of, None)
        given = _Given((), None, key, None, None, asked.options(now=now, tz=None))
        kept = _heard(theirs, given, state, now, json=json)
        _step(kept, given, state, output, now, passphrase_file, json=json, last=True)


def _now(as_of: str | None, tz: str | None) -> int:
    return asked.as_of(as_of, tz, clock.time_ns() // 1_000_000)


def _step(
    kept: Kept,
    given: _Given,
    state: str,
    output: str | None,
    now: int,
    passphrase_file: str | None,
    *,
    json: bool,
    last: bool = False,
) -> None:
    """Work out what comes next, keep it, write it, and say what to do. Raises: as its parts."""
    with Steps(quiet=json) as steps:
        played = blind_play.play(kept, _seed(kept, given.key, passphrase_file), steps)
    verdict = played.verdict
    if last and verdict is None:
        number = blind_file.due(kept.role, kept.received[:-1])
        words = f"file {number} of {played.total} is not the last; accepted: wideberth blind answer"
        raise Refused("blind.file_early", words)
    if verdict is None and now >= played.agreed.until_ms:
        over = to_rfc3339(played.agreed.until_ms)
        raise Refused(
            "blind.file_late", f"the horizon was over at {over}; accepted: a new run, wideberth blind start"
        )
    # what ends before the other side has learned anything is put right here, and tried again
    wrote = None if kept.first and verdict is not None else _write(kept, played, state, output)
    blind_files_words.tell_all(kept, played, state, wrote, json=json)
    if (code := blind_files_words.exit_code(played)) != 0:
        raise typer.Exit(code)


def _write(kept: Kept, played: Played, state: str, output: str | None) -> str | None:
    """The state first, so that whoever is interrupted says the same again; then the file, never over another.

    Raises: Refused (`output.exists`), Invalid (`blind.file_out`), OSError.
    """
    over = played.verdict is not None and played.verdict.outcome == "not clear"
    if played.file and output is None and not over:
        raise Invalid(
            "blind.file_out", "--out", "nothing", "where to write what the other officer still needs"
        )
    place = Path(output) if played.file and output is not None else None
    there = place is not None and os.path.lexists(place)
    if place is not None and there and place.read_bytes() != played.file:
        raise Refused("output.exists", f"{shorten(str(place), 400)} exists; accepted: another name")
    known = _kept(state)
    if known is None or len(known.received) < len(kept.received):
        files.replace(Path(state), [blind_file.write_kept(kept)])
    if place is not None and not there:
        files.replace(place, [played.file])
    return None if place is None else output


def _seed(kept: Kept, key: str | None, passphrase_file: str | None) -> bytes:
    """The private half of the officer's key. Raises: Invalid (`blind.file_key`), and as key_asked.seed."""
    path = key or kept.key
    found = keyed.key_file(path, "officer")
    if found.public.key != kept.own:
        raise Invalid("blind.file_key", shorten(path, 400), "another key", "the key that began here")
    return keyed.seed(path, found, passphrase_file)


def _kept(state: str) -> Kept | None:
    """What a run has left here. Raises: Invalid (`blind.file_state`), Refused (`key.mode`), OSError."""
    place = Path(state)
    if not os.path.lexists(place):
        return None
    with keyed.naming(state), place.open("rb") as file:
        keyfile.check_mode(place, os.fstat(file.fileno()))
        return blind_file.read_kept(file.read())


def _heard(theirs: str, given: _Given, state: str, now: int, *, json: bool) -> Kept:
    """What is kept, with a file of the other side's.

    Raises: Invalid (`file.*`, `blind.file*`), Refused (`blind.file_*`), NotTrusted (`blind.file_signature`,
    `blind.file_changed`).
    """
    known, at = _kept(state), 0
    with keyed.naming(theirs):
        data = read_bytes(theirs)
        file = blind_file.read(data)
        if known is not None:
            _check_file(file, data, known)
            at = blind_file.place(known.role, file.number)
            if at > len(known.received):
                raise _order(file.number, blind_file.due(known.role, known.received))
            if at < len(known.received) and known.received[at] != data:
                raise NotTrusted(
                    "blind.file_changed", "another file than the one that was here by this number"
                )
        elif file.number != 1:
            raise _order(file.number, 1)
    if known is not None:
        same = _same(known, given, state, file, descent=file.form == "descent", json=json)
        return structs.replace(same, received=(*known.received[:at], data))
    kept = _new(given, now, file, descent=file.form == "descent", json=json)
    with keyed.naming(theirs):
        _check_file(file, data, kept)
    return structs.replace(kept, received=(data,))


def _check_file(file: HandOver, data: bytes, kept: Kept) -> None:
    """Whether a file is the other officer's, and of this run. Raises: Invalid, NotTrusted."""
    if file.role == kept.role or blind_file.signed_by(data, kept.own):
        raise Invalid("blind.file_own", "", "a file that was made here", "the one of the other officer's")
    if file.session != kept.session:
        wanted = f"one of the run {kept.session.hex()[:10]}, or the --state of that run"
        raise Invalid("blind.file_session", "", f"a file of the run {file.session.hex()[:10]}", wanted)
    if not blind_file.signed_by(data, kept.peer):
        raise NotTrusted(
            "blind.file_signature",
            "the other officer has not signed these bytes; accepted: the file as they wrote it: get it again,"
            " and compare --peer with them",
        )


def _order(number: int, due: int) -> Invalid:
    return Invalid("blind.file_order", "", f"file {number} of the run", f"file {due} now")


def _new(given: _Given, now: int, theirs: HandOver | None, *, descent: bool, json: bool) -> Kept:
    """A side of a new run, or of the one that a file is of.

    Raises: Refused (`blind.file_needs`), and as its parts.
    """
    for name, value in (("PLANS", given.files), ("--agreement", given.agreement), ("--key", given.key),
                        ("--peer", given.peer)):  # fmt: skip
        if not value:
            raise Refused(
                "blind.file_needs", f"no {name}; a side begins with PLANS, --agreement, --key and --peer"
            )
    terms = _terms(given)
    blind = blind_play.terms(terms, str(given.agreement))
    form = _form(blind, descent=descent)
    own, peer = (
        keyed.key_file(str(given.key), "officer").public.key,
        keyed.half(str(given.peer), "officer").key,
    )
    if own == peer:
        raise Invalid("blind.file_key", "--peer", "the own key", "the key of the other officer")
    return Kept(
        role="a" if theirs is None else "b",
        form=form,
        session=os.urandom(SESSION) if theirs is None else theirs.session,
        seed=os.urandom(keys.KEY),
        from_ms=_from(given, now, blind.every_ms, theirs),
        own=own,
        peer=peer,
        key=str(given.key),
        agreement=terms,
        document=_document(given, json=json),
    )


def _form(blind: Blind, *, descent: bool) -> Form:
    """A count has one round, at the floor, whatever is wished."""
    return "descent" if descent or blind.mode == "count" else "one-shot"


def _from(given: _Given, now: int, every_ms: int, theirs: HandOver | None) -> int:
    """Where the horizon begins."""
    if given.start is not None:
        return parse_time(given.start, "--from", given.options.zone)
    said = None if theirs is None else blind_files_words.commit(theirs.messages)
    return now // every_ms * every_ms if said is None else said.from_ms


def _terms(given: _Given) -> bytes:
    try:
        return read_bytes(str(given.agreement))
    except Invalid as error:
        raise in_file(str(given.agreement), error) from error


def _document(given: _Given, *, json: bool) -> bytes:
    """The own plans, all of them or none. Raises: Invalid, Refused (`blind.file_plans`)."""
    with Steps(quiet=json) as steps:
        loaded = load(given.files, given.options, steps.at)
    for note in loaded.notes:
        tell(note)
    if loaded.refused:
        *more, (file, error) = reversed(loaded.refused)
        for path, other in reversed(more):
            tell(said(in_file(path, other)))
        raise in_file(file, error)
    plans = sorted((one.plan for _, one in loaded.filed), key=lambda plan: plan.id)
    parties = sorted({plan.party for plan in plans})
    if len(parties) != 1:
        named = ", ".join(map(shorten, parties)) or "nobody"
        raise Refused("blind.file_plans", f"plans of {named}; accepted: the own ones, of one party")
    return native.write(plans)


def _same(
    known: Kept, given: _Given, state: str, theirs: HandOver | None, *, descent: bool, json: bool
) -> Kept:
    """What is kept, where the command says nothing else. Raises: Refused (`blind.file_state`)."""
    other = []
    blind = blind_play.terms(known.agreement, "agreement")
    if _form(blind, descent=descent) != known.form:
        other.append("--descent")
    if theirs is None and known.role != "a":
        other.append("the other officer's run")
    if given.agreement is not None and _terms(given) != known.agreement:
        other.append("--agreement")
    if given.peer is not None and keyed.half(given.peer, "officer").key != known.peer:
        other.append("--peer")
    if given.start is not None and parse_time(given.start, "--from", given.options.zone) != known.from_ms:
        other.append("--from")
    if given.files and _document(given, json=json) != known.document:
        other.append("PLANS")
    if other:
        words = f"{shorten(state, 400)} is of a run with other {', '.join(other)}; accepted: another --state"
        raise Refused("blind.file_state", words)
    return known
