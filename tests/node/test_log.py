"""The log: a line an event, and nothing that anybody said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.node.clocks import Told
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.node import log
from wideberth.node.log import Event, Log, line
from wideberth.store import passwords

ID = ids.base32(bytes(range(32)))
AT = 1_900_000_000_123
FIELDS = tuple(Event.__struct_fields__)


def test_an_event_is_one_line_of_json_with_its_ids_shortened() -> None:
    event = Event(
        level="info", code="entry.cosigned", line=ID, party=ID, case=f"n-{ID[:26]}", entry=7, size=512
    )
    assert line(event, AT) == (
        b'{"at":"2030-03-17T17:46:40.123Z","level":"info","code":"entry.cosigned",'
        b'"line":"aaaqeaye","party":"aaaqeaye","case":"n-aaaqeaye","entry":7,"size":512}\n'
    )


def test_there_is_no_field_for_text() -> None:
    """Whoever adds one has to say here which kind it is."""
    kinds = get_type_hints(Event)
    text = {name for name in FIELDS if kinds[name] in (str, str | None)}
    assert text == {"code", "line", "party", "case"}
    assert {name for name in FIELDS if kinds[name] == int | None} | text | {"level"} == set(FIELDS)


SECRETS = [
    "dull kettle orbits fourteen",
    "Anna Keller",
    "convoy of six lorries leaves at dawn",
    passwords.MARK + ID,
    ID + "a",
    ID.upper(),
    '"}\n{"level":"error"',
    "10.0.0.1",
    "a.b\n",
]


@pytest.mark.parametrize("name", ["level", "code", "line", "party", "case"])
@pytest.mark.parametrize("text", SECRETS)
def test_no_body_token_password_or_name_gets_in(name: str, text: str) -> None:
    event = Event(**{"level": "info", "code": "test.said", name: text})  # type: ignore[arg-type]  # what is tested
    with pytest.raises(Invalid) as caught:
        line(event, AT)
    assert (caught.value.code, caught.value.path) == ("log.field", name)
    assert text[:8] not in str(caught.value) and caught.value.__context__ is None


@pytest.mark.parametrize("name", ["user", "entry", "count", "size", "lasted_ms", "status"])
@pytest.mark.parametrize("value", ["7", -1, 2**53, True, 1.5, b"7"])
def test_a_number_is_a_whole_number(name: str, value: Any) -> None:
    event = Event(**{"level": "info", "code": "test.said", name: value})
    with pytest.raises(Invalid):
        line(event, AT)


@given(
    st.builds(dict, **{name: st.one_of(st.none(), st.text(), st.integers(), st.binary()) for name in FIELDS})
)
def test_whatever_is_given_a_line_holds_a_code_short_ids_and_numbers(fields: dict[str, Any]) -> None:
    try:
        data = line(Event(**{"level": "info", "code": "test.said"} | fields), AT)
    except Invalid:
        return
    assert data.count(b"\n") == 1 and len(data) < 500
    for name, value in json.loads(data).items():
        assert isinstance(value, int) or name in ("at", "level", "code") or len(value) <= 10


def test_a_whole_secret_that_looks_like_an_id_is_not_written_whole() -> None:
    """32 random bytes look like any other: 8 of 52 characters give nothing away that helps."""
    assert ID[:9].encode() not in line(Event(level="info", code="test.said", party=ID), AT)


def test_events_are_written_to_the_file_of_their_day(tmp_path: Path) -> None:
    told = Told(AT)
    out = Log(tmp_path, told.clock.now)
    for event in (Event(level="info", code="a.one"), Event(level="debug", code="a.two")):
        out.write(event)
    told.passes(86_400_000)
    out.write(Event(level="error", code="a.three", count=3))
    files = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert files == {
        "2030-03-17.jsonl": '{"at":"2030-03-17T17:46:40.123Z","level":"info","code":"a.one"}\n',
        "2030-03-18.jsonl": '{"at":"2030-03-18T17:46:40.123Z","level":"error","code":"a.three","count":3}\n',
    }
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    assert out.lost == 0


def test_a_log_that_cannot_be_written_stops_nothing_and_is_counted(tmp_path: Path) -> None:
    out = Log(tmp_path / "none", Told().clock.now)
    out.write(Event(level="error", code="a.one"))
    out.write(Event(level="error", code="a.two"))
    assert out.lost == 2


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").touch()
    (tmp_path / "2030-03-17.jsonl").symlink_to(tmp_path / "victim")
    out = Log(tmp_path, Told(AT).clock.now)
    out.write(Event(level="error", code="a.one"))
    assert out.lost == 1 and (tmp_path / "victim").read_bytes() == b""


def test_of_an_error_only_its_code_is_logged() -> None:
    errors = (Refused("accounts.login", "Anna Keller"), Invalid("accounts.name", "Anna", "Keller", "a name"))
    for error in errors:
        data = line(log.failure(error), AT)
        assert error.code.encode() in data and b"Anna" not in data and b"Keller" not in data
    assert msgspec.structs.asdict(log.failure(errors[0]))["level"] == "warning"
