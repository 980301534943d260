"""Terms that are signed: the draft says the model's defaults, everything else is one clear error."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.agreed import FIRST, NUMBER, PARTIES, changed, read
from tests.ledger.two import A, B, seed
from wideberth.errors import Invalid
from wideberth.formats import agreement, agreement_draft, terms
from wideberth.formats.tomltext import LARGEST_FILE, line_of
from wideberth.ledger import ids
from wideberth.model.agreement import (
    WATCH_CALLS,
    Allotment,
    Blind,
    LeadTime,
    Party,
    Release,
    Rules,
    Watch,
)
from wideberth.model.separation import Rule, choose
from wideberth.space.ground import Circle
from wideberth.space.units import FOOT, NAUTICAL_MILE

ACTIVITY = '[[{0}]]\nactivity = "*"\n'
CONVOY = '[[lead_times]]\nactivity = "convoy"\nnotice = "48h"\ntoo_late = "2h"\nanswer = "4h"\n\n'


def refused(data: bytes, path: str = "") -> Invalid:
    with pytest.raises(Invalid) as caught:
        agreement.read(data, path)
    return caught.value


def test_the_draft_is_complete_and_says_the_defaults() -> None:
    found = read().agreement
    assert (found.id, found.version, found.previous, found.parties) == (NUMBER, 1, None, PARTIES)
    assert found.rules == Rules()
    assert found.terms.title == "Trial terms"
    assert found.terms.parties == ("Blue Heron", "Red Kite")
    assert choose(found.terms.table, "a", "b").row.rules == (Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300_000),)
    assert found.label(A.name) == "Blue Heron" and found.label("nobody") == "nobody"


def test_every_key_of_the_file_is_in_the_draft_or_explained_there() -> None:
    text = FIRST.decode()
    optional = {"ground", "qnh", "atmosphere", "places"}
    assert {key for key in agreement.KEYS if key not in text} == optional


def test_what_is_signed_is_the_bytes() -> None:
    found = read()
    assert found.data is FIRST and found.hash == hashlib.sha256(FIRST).digest()
    assert found.subject.hash == found.hash and found.subject.agreement == NUMBER
    spaced = read(changed("version = 1", "version  = 1"))
    assert spaced.agreement == found.agreement and spaced.hash != found.hash


def test_more_can_be_said() -> None:
    data = changed("[[lead_times]]", CONVOY + "[[lead_times]]")
    data = changed("recipients = []", 'recipients = ["Grey Seal"]', data)
    data = changed("# [area]\n# circle", "[area]\ncircle", data)
    rules = read(data).agreement.rules
    assert rules.lead_times["convoy"] == LeadTime(48 * 3_600_000, 2 * 3_600_000, 4 * 3_600_000)
    assert rules.release == Release("never", ("Grey Seal",))
    assert read(data).agreement.terms.area is not None


ALLOTTED = """\
[[allotments]]
party = "Red Kite"
activity = "gunnery"
hours = ["22:00", "06:30"]
area = { circle = { lon = 33.0, lat = 34.4, radius = "5NM" } }

[[allotments]]
party = "Blue Heron"
activity = "*"
hours = ["00:00", "24:00"]

"""


def test_areas_and_hours_are_allotted() -> None:
    rules = read(changed("[clocks]", ALLOTTED + "[clocks]")).agreement.rules
    here = Circle((330_000_000, 344_000_000), 5 * NAUTICAL_MILE)
    assert rules.allotments == (
        Allotment("Red Kite", "gunnery", (1_320, 390), here),
        Allotment("Blue Heron", "*", (0, 1_440)),
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"Red Kite"', '"Nobody"', "agreement.choice"),
        ('"22:00", "06:30"', '"22:00"', "agreement.hours"),
        ('"22:00", "06:30"', '"22:00", 6', "agreement.hours"),
        ('"22:00", "06:30"', '"22:00", "24:30"', "agreement.hours"),
        ('"22:00", "06:30"', '"22:00", "22:00"', "agreement.hours"),
        ('["22:00", "06:30"]', '"22:00-06:30"', "agreement.hours"),
        ('hours = ["22:00", "06:30"]\n', "", "terms.missing"),
        ("radius", "radios", "terms.unknown_key"),
        ('"gunnery"', '"Escort"', "agreement.alike"),
    ],
)
def test_what_cannot_be_allotted(old: str, new: str, code: str) -> None:
    allotted = ALLOTTED.replace(old, new)
    assert allotted != ALLOTTED
    assert refused(changed("[clocks]", allotted + "[clocks]")).code == code


BLIND = FIRST[FIRST.index(b"# [blind]") : FIRST.index(b"\n# Live tracks")].decode().replace("# ", "")
WATCH = FIRST[FIRST.index(b"# [watch]") :].decode().replace("# ", "")
AGREED = FIRST + BLIND.encode()


def test_a_blind_check_is_agreed_by_a_table_and_the_draft_explains_the_defaults() -> None:
    assert read().agreement.rules.blind is None
    assert read(AGREED).agreement.rules == Rules(blind=Blind())
    other = AGREED.replace(b'mode = "cells"', b'mode = "escalate"').replace(b"terms = 100000", b"terms = 500")
    assert read(other).agreement.rules.blind == Blind("escalate", terms=500)


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("mode =", "modes =", "terms.unknown_key", "modes"),
        ('mode = "cells"', 'mode = "yes"', "agreement.choice", "mode"),
        *[(f"{key} =", f"# {key} =", "terms.missing", key) for key in BLIND.split()[1::3]],
        ('every = "15min"', 'every = "30s"', "terms.range", "every"),
        ('every = "15min"', 'every = "25h"', "terms.range", "every"),
        ('horizon = "24h"', 'horizon = "14min"', "terms.range", "horizon"),
        ('horizon = "24h"', 'horizon = "32d"', "terms.range", "horizon"),
        ('timeout = "5min"', 'timeout = "16min"', "terms.range", "timeout"),
        ('timeout = "5min"', 'timeout = "4s"', "terms.range", "timeout"),
        ("start_level = 12", "start_level = 8", "terms.range", "start_level"),
        ("start_level = 12", "start_level = 13", "terms.range", "start_level"),
        ("start_level = 12", "start_level = 24", "terms.range", "floor_level"),
        ("floor_level = 20", "floor_level = 22", "terms.range", "floor_level"),
        ("floor_level = 20", "floor_level = 36", "terms.range", "floor_level"),
        ("terms = 100000", "terms = 99", "terms.range", "terms"),
        ("terms = 100000", "terms = 1000001", "terms.range", "terms"),
        ("percent = 25", "percent = 0", "terms.range", "matched_percent"),
        ("percent = 25", "percent = 101", "terms.range", "matched_percent"),
        ("cells_a_day = 2000", "cells_a_day = 0", "terms.range", "cells_a_day"),
        ("audits_a_day = 4", "audits_a_day = -1", "terms.range", "audits_a_day"),
        ("audits_a_day = 4", "audits_a_day = true", "terms.range", "audits_a_day"),
        ("[blind]", "[[blind]]", "terms.type", "blind"),
    ],
)
def test_what_cannot_be_agreed_of_a_blind_check(old: str, new: str, code: str, key: str) -> None:
    assert old in BLIND
    error = refused(FIRST + BLIND.replace(old, new).encode())
    assert error.code == code and error.path.endswith(key)


def test_the_bounds_of_a_blind_check_can_be_agreed() -> None:
    least = {'"15min"': '"1min"', '"24h"': '"1min"', '"5min"': '"5s"', "= 20\n": "= 12\n", "= 4\n": "= 0\n"}
    most = {'"15min"': '"24h"', '"24h"': '"31d"', '"5min"': '"24h"', "= 12\n": "= 32\n", "= 20\n": "= 32\n"}
    for changes in (least, most):
        text = BLIND
        # the horizon before `every`, which becomes as long as that was
        for key in sorted(changes, key=lambda key: key != '"24h"'):
            text = text.replace(key, changes[key])
        found = read(FIRST + text.encode()).agreement.rules.blind
        assert found is not None and found != Blind()
        assert found.start_level == found.floor_level


def test_what_alerts_call_is_agreed_by_a_table() -> None:
    assert read().agreement.rules.watch is None
    found = read(FIRST + WATCH.encode()).agreement.rules
    assert found == Rules(watch=Watch(WATCH_CALLS, "true"))
    less = WATCH.replace('"closing", "entry", ', "").replace('"true"', '"coarse"').replace("= 50", "= 1")
    watch = read(FIRST + less.encode()).agreement.rules.watch
    assert watch == Watch(("unplanned", "nonconforming", "lost", "unknown"), "coarse", a_day=1)
    # in whatever order they are written
    turned = WATCH.replace('"closing", "entry"', '"entry", "closing"')
    assert read(FIRST + turned.encode()).agreement.rules.watch == found.watch


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        *[
            (f"{key} =", f"# {key} =", "terms.missing", key)
            for key in ("call", "place", "look_ahead", "a_day")
        ],
        ("a_day", "a_week", "terms.unknown_key", "a_week"),
        ('"closing"', '"track"', "agreement.choice", "call[0]"),
        ('"entry"', '"closing"', "terms.repeated", "call"),
        ('"true"', '"exact"', "agreement.choice", "place"),
        ('"5min"', '"9s"', "terms.range", "look_ahead"),
        ('"5min"', '"61min"', "terms.range", "look_ahead"),
        ("= 50", "= 0", "terms.range", "a_day"),
        ("[watch]", "[[watch]]", "terms.type", "watch"),
    ],
)
def test_what_cannot_be_agreed_of_alerts(old: str, new: str, code: str, key: str) -> None:
    assert old in WATCH
    error = refused(FIRST + WATCH.replace(old, new).encode())
    assert error.code == code and error.path.endswith(key)


def test_the_next_version_names_the_one_before() -> None:
    first = read()
    second = read(agreement_draft.following(first))
    third = read(agreement_draft.following(second))
    assert (second.agreement.version, second.agreement.previous) == (2, first.hash)
    assert (third.agreement.version, third.agreement.previous) == (3, second.hash)
    assert second.agreement.rules == first.agreement.rules
    assert second.data.count(b"previous = ") == 1


def test_the_next_version_of_a_text_without_the_comment() -> None:
    first = read(changed('# previous = ""\n', ""))
    second = read(agreement_draft.following(first))
    assert (second.agreement.version, second.agreement.previous) == (2, first.hash)


def test_a_version_that_cannot_be_found_is_not_guessed() -> None:
    first = read(changed("version = 1\n", '"version" = 1\n'))
    with pytest.raises(Invalid) as caught:
        agreement_draft.following(first)
    assert caught.value.code == "agreement.amend"


def test_a_check_reads_either_file() -> None:
    alone = b'schema = "wideberth.terms/1"\n[[separation]]\nbetween = ["*", "*"]\npreset = "drone"\n'
    assert agreement.read_terms(alone) == terms.read(alone)
    assert agreement.read_terms(FIRST) == read().agreement.terms


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("agreement/1", "agreement/2", "terms.schema", "line 8, schema"),
        ("\nversion", "\nversions", "terms.unknown_key", "line 12, versions"),
        ("title =", "titel =", "terms.unknown_key", "line 16, titel"),
        ("too_late =", "to_late =", "terms.unknown_key", "lead_times[0].to_late"),
        ("flash =", "flesh =", "terms.unknown_key", "clocks.flesh"),
        ('level = "none"', 'levels = "none"', "terms.unknown_key", "disclosure[0].levels"),
        ("heartbeat =", "heart_beat =", "terms.unknown_key", "silence.heart_beat"),
        ('[proposals]\nhorizontal = "1NM"', "[proposals]", "terms.missing", "proposals.horizontal"),
        ("onward =", "on_ward =", "terms.unknown_key", "release.on_ward"),
        (f'id = "{ids.base32(NUMBER)}"', 'id = "abc"', "ledger.base32", "line 11, id"),
        ("version = 1", "version = 0", "terms.range", "line 12, version"),
        ("version = 1", "version = true", "terms.range", "line 12, version"),
        ("version = 1", "version = 2", "agreement.previous", "previous"),
        ('# previous = ""', 'previous = ""', "agreement.previous", "line 15, previous"),
        ("version = 1\n", 'version = 2\nprevious = "AB"\n', "agreement.previous", "line 13, previous"),
        (f'name = "{B.name}"', f'name = "{A.name}"', "terms.repeated", "parties"),
        ('"Red Kite"', '"Blue Heron"', "terms.repeated", "parties"),
        (f'name = "{B.name}"', 'name = "x"', "ledger.base32", "parties[1].name"),
        ('[[parties]]\nlabel = "Red Kite"', '[[partys]]\nlabel = "Red Kite"', "terms.unknown_key", "partys"),
        ('answer = "4h"', 'answer = "4"', "duration.malformed", "lead_times[0].answer"),
        ('answer = "4h"', 'answer = "0h"', "terms.range", "lead_times[0].answer"),
        ('answer = "4h"', "answer = 4", "terms.type", "lead_times[0].answer"),
        ('too_late = "30min"', 'too_late = "25h"', "terms.range", "lead_times[0].too_late"),
        (ACTIVITY.format("lead_times"), '[[lead_times]]\nactivity = "x"\n', "terms.missing", "lead_times"),
        (ACTIVITY.format("disclosure"), '[[disclosure]]\nactivity = "x"\n', "terms.missing", "disclosure"),
        ('level = "none"', 'level = "everything"', "agreement.choice", "disclosure[0].level"),
        ('level = "none"', "level = 5", "agreement.choice", "disclosure[0].level"),
        ('"30s", "60s", "120s"', '"30s", "60s"', "agreement.clock", "clocks.flash"),
        ('"30s", "60s", "120s"', '"30s", "30s", "120s"', "agreement.clock", "clocks.flash"),
        ('"30s", "60s", "120s"', '"30s", "6", "120s"', "duration.malformed", "clocks.flash[1]"),
        ('silent = "60min"', 'silent = "5min"', "terms.range", "silence.silent"),
        ('horizontal = "1NM"', 'horizontal = "0NM"', "terms.range", "proposals.horizontal"),
        ("prekey_days = 3", "prekey_days = 15", "terms.range", "courier_prekey_days"),
        ('block_activation = "close"\n', "", "terms.missing", "block_activation"),
        ('languages = ["en"]', "languages = []", "agreement.language", "languages"),
        ('languages = ["en"]', 'languages = ["English"]', "agreement.language", "languages[0]"),
        ('languages = ["en"]', 'languages = ["en", "en"]', "terms.repeated", "languages"),
        ("recipients = []", 'recipients = "all"', "terms.type", "release.recipients"),
        ("[clocks]", "[[clocks]]", "terms.type", "clocks"),
        ("a_day = 40", "a_day = 0", "terms.range", "answers.a_day"),
        ("a_day = 40", 'a_day = "40"', "terms.range", "answers.a_day"),
        ("a_day = 40\n", "", "terms.missing", "answers.a_day"),
        ('every = "1h"', 'every = "0h"', "terms.range", "answers.every"),
        ("[answers]", "[answer]", "terms.unknown_key", "answer"),
        ('"crewed", "escort"', '"crewed"', "separation.between", "separation[1].between"),
        ("version = 1", "version = ", "terms.malformed", ""),
        (ACTIVITY.format("disclosure"), ACTIVITY.format("disclosure") * 2, "terms.missing", "level"),
        (
            ACTIVITY.format("disclosure"),
            ACTIVITY.format("disclosure") + 'level = "full"\n' + ACTIVITY.format("disclosure"),
            "terms.repeated",
            "disclosure[1].activity",
        ),
    ],
)
def test_everything_else_is_refused_with_its_place(old: str, new: str, code: str, place: str) -> None:
    error = refused(changed(old, new))
    assert error.code == code
    assert error.path.endswith(place)


def test_a_line_is_named_after_the_file() -> None:
    assert refused(changed("title =", "titel ="), "terms.toml").path == "terms.toml, line 16, titel"


def test_one_party_agrees_with_nobody() -> None:
    for parties in ([], PARTIES[:1], [Party(ids.base32(seed(str(n))), f"party {n}") for n in range(64)]):
        with pytest.raises(Invalid) as caught:
            agreement_draft.draft(NUMBER, "Trial", parties)
        assert caught.value.code == "agreement.parties"
    three = [*PARTIES, Party(ids.base32(seed("third")), "Grey Seal")]
    assert len(read(agreement_draft.draft(NUMBER, "Trial", three)).agreement.parties) == 3


@pytest.mark.parametrize("title", ['a "b"', "a\\b", ""])
def test_a_title_that_would_break_the_text_is_refused(title: str) -> None:
    with pytest.raises(Invalid):
        agreement_draft.draft(NUMBER, title, PARTIES)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xef\xbb\xbf" + FIRST, "agreement.bytes"),
        (FIRST.replace(b"\n", b"\r\n"), "agreement.bytes"),
        (FIRST[:-1], "agreement.bytes"),
        (FIRST + b"# \xff\n", "agreement.bytes"),
        (b"", "agreement.bytes"),
        (FIRST + b"#" * LARGEST_FILE + b"\n", "terms.too_large"),
        (FIRST + b"# \x00\n", "agreement.hidden"),
    ],
)
def test_bytes_are_read_strictly(data: bytes, code: str) -> None:
    assert refused(data).code == code


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("turned \u202e round", "agreement.hidden"),
        ("isolated \u2067", "agreement.hidden"),
        ("zero\u200bwidth", "agreement.hidden"),
        ("no\u00a0break", "agreement.hidden"),
        ("\uff13NM", "agreement.hidden"),
        ("\U0001d41a", "agreement.hidden"),
        ("cre\u034fwed", "agreement.hidden"),
        ("\\u0441rewed", "agreement.hidden"),
        ("\\U00000441rewed", "agreement.hidden"),
        ("\u0441rewed", "agreement.mixed_scripts"),
        ("crew\u0435d", "agreement.mixed_scripts"),
        ("N\u039c", "agreement.mixed_scripts"),
        ("\u05d0\u05d1 3NM", "agreement.direction"),
        ("\u0627\u0628 5", "agreement.direction"),
        ("\u05d0\u05d1", ""),
        ("\u044d\u0441\u043a\u043e\u0440\u0442 escort", ""),
        ("a\ttab", ""),
    ],
)
def test_text_that_reads_differently_from_what_it_is(comment: str, code: str) -> None:
    data = FIRST + f"# {comment}\n".encode()
    if not code:
        assert read(data).agreement == read().agreement
        return
    error = refused(data)
    last = len(FIRST.splitlines()) + 1
    assert (error.code, error.path) == (code, f"line {last}")


@pytest.mark.parametrize("name", ["\u0435\u0455\u0441\u043e\u0433t", "Escort", "ESCORT", "es\u0441ort"])
def test_two_names_that_look_alike_are_refused(name: str) -> None:
    row = f'[[disclosure]]\nactivity = "{name}"\nlevel = "full"\n\n'
    error = refused(changed("[[disclosure]]", row + "[[disclosure]]"))
    assert error.code in ("agreement.alike", "agreement.mixed_scripts")


def test_a_name_in_one_other_alphabet_that_looks_the_same() -> None:
    rows = "".join(
        f'[[disclosure]]\nactivity = "{name}"\nlevel = "full"\n\n'
        for name in ("cope", "\u0441\u043e\u0440\u0435")
    )
    error = refused(changed("[[disclosure]]", rows + "[[disclosure]]"))
    assert (error.code, error.found) == ("agreement.alike", r"'\u0441\u043e\u0440\u0435' and 'cope'")


@given(st.binary(max_size=200), st.integers(0, len(FIRST)))
def test_nothing_but_an_error_comes_of_any_bytes(junk: bytes, at: int) -> None:
    for data in (junk, FIRST[:at] + junk + FIRST[at:]):
        try:
            found = agreement.read(data)
        except Invalid:
            continue
        assert found.hash == hashlib.sha256(data).digest()


def test_lines_are_found() -> None:
    text = "a = 1\n[b]\nc = 2\n[[d]]\ne = 3\n[[d]] # two\n[[d.f]]\ng = [\n  1,\n]\n[d.h]\ni = 4\n"
    wanted = {"a": 1, "b": 2, "b.c": 3, "d[0].e": 5, "d[1]": 6, "d[1].f[0].g[0]": 8, "d[1].h.i": 12, "b.x": 2}
    assert {place: line_of(text, place) for place in wanted} == wanted
    assert line_of(text, "nowhere") is None
