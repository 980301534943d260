from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.node import config, config_alarms
from wideberth.node.config import DEFAULT, Config, console, listener, settled
from wideberth.node.config_alarms import Alarms


def refused(file: str = "", environment: dict[str, str] | None = None, **flags: object) -> str:
    with pytest.raises(Invalid) as caught:
        settled(file.encode(), environment or {}, flags)
    return f"{caught.value.code} {caught.value.path}: {caught.value.message}"


def test_that_it_is_an_exercise_is_said_by_the_file_and_by_nothing_else() -> None:
    marked = config.written(Config(journal="postgresql://h/d", exercise=True)).encode()
    assert settled(marked, {}, {}) == Config(journal="postgresql://h/d", exercise=True)
    assert settled(marked, {"WIDEBERTH_EXERCISE": "false"}, {"exercise": False}).exercise
    assert not settled(b"", {"WIDEBERTH_EXERCISE": "true"}, {"exercise": True}).exercise
    assert refused("exercise = 1").endswith("exercise: found int; accepted: true or false")


def test_nothing_said_is_the_default() -> None:
    wanted = Config("", "127.0.0.1:7878", "0.0.0.0:7879", "off", "", "info", 30)
    assert settled(b"", {}, {}) == DEFAULT == wanted


def test_the_file_that_init_writes_says_the_defaults_and_names_every_setting() -> None:
    assert settled(config.TEMPLATE.encode(), {}, {}) == DEFAULT
    uncommented = "".join(
        f"{line[2:]}\n" for line in config.TEMPLATE.splitlines() if line[2:].startswith(config.CHANGEABLE)
    )
    assert tuple(tomllib.loads(uncommented)) == config.CHANGEABLE
    assert settled(uncommented.encode(), {}, {}) == DEFAULT


def test_a_journal_elsewhere_is_written_down() -> None:
    url = 'postgresql://node:a"b\\c@db/x?sslmode=verify-full'
    assert settled(config.written(Config(journal=url)).encode(), {}, {}).journal == url


def test_a_flag_counts_more_than_the_environment_and_that_more_than_the_file() -> None:
    file, environment = (
        b'api = "10.0.0.1:1"\ntoken_days = 3',
        {"WIDEBERTH_API": "10.0.0.2:2", "WIDEBERTH_TOKEN_DAYS": "4"},
    )
    assert settled(file, {}, {}).api == "10.0.0.1:1"
    assert settled(file, environment, {}) == Config(api="10.0.0.2:2", token_days=4)
    assert settled(file, environment, {"api": "10.0.0.3:3", "token_days": None}).api == "10.0.0.3:3"
    assert settled(file, {"WIDEBERTH_API": ""}, {"token_days": 5}) == Config(api="10.0.0.1:1", token_days=5)


def test_the_name_of_a_party_is_one_line_all_of_it_to_be_seen() -> None:
    assert settled(b'name = "Ministry of the Coast"', {}, {}).name == "Ministry of the Coast"
    for wrong in ("a" * 101, "two\\nlines", "\u202eturned"):
        assert "one line of 1 to 100 characters" in refused(f'name = "{wrong}"')


def test_the_address_that_slips_begin_with_is_one() -> None:
    said = settled(b'public_url = "https://relay.example.org/cell"', {}, {})
    assert said.public_url == "https://relay.example.org/cell"
    for wrong in ("relay.example.org", "https://", "javascript:x", "https://x/?a", "https://x/ y"):
        assert refused(f'public_url = "{wrong}"').startswith("config.value node.toml: public_url")


def test_an_unknown_key_is_refused_with_those_that_are_known() -> None:
    said = refused('lines = "x"')
    assert said.startswith("config.unknown_key node.toml: found lines; accepted: journal, api, line, public")
    assert refused('[api]\nlisten = "x"').startswith("config.type node.toml: api: found dict")


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("api = ", "config.malformed node.toml"),
        ("token_days = true", "config.type node.toml: token_days: found bool; accepted: a whole number"),
        ("token_days = 1.5", "config.type node.toml: token_days"),
        ("api = 7878", "config.type node.toml: api: found int; accepted: text in quotation marks"),
        ("token_days = 0", "config.value node.toml: token_days: found 0; accepted: 1 to 400 days"),
        ("token_days = 401", "config.value node.toml: token_days"),
        ('log_level = "loud"', "config.value node.toml: log_level: found loud; accepted: debug, info"),
        ('line = "localhost:7879"', "config.value node.toml: line: found localhost:7879"),
        ('line = "[127.0.0.1]:80"', "config.value node.toml: line"),
        ('line = "::1:80"', "config.value node.toml: line"),
        ('line = "127.0.0.1:70000"', "config.value node.toml: line: found 127.0.0.1:70000; accepted: a port"),
        ('public = ""', "config.value node.toml: public"),
        ("#" * 70_000, "config.malformed node.toml: found 70000 bytes"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(file: str, wanted: str) -> None:
    assert refused(file).startswith(wanted)


def test_a_wrong_variable_and_a_wrong_flag_are_named() -> None:
    assert refused("", {"WIDEBERTH_TOKEN_DAYS": "many"}).startswith("config.type WIDEBERTH_TOKEN_DAYS")
    assert refused("", {"WIDEBERTH_API": "x"}).startswith("config.value WIDEBERTH_API")
    assert refused("", {"WIDEBERTH_API": "off"}, token_days=0).startswith("config.value --token-days")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Invalid, match="byte 1 is not UTF-8"):
        settled(b"#\xff", {}, {})


def test_a_password_in_the_url_of_the_journal_is_in_no_message() -> None:
    for file in ('journal = "mysql://u:secret@h/d"', 'journal = ["postgresql://u:secret@h/d"]'):
        assert "secret" not in refused(file)
    assert "secret" not in refused("", {"WIDEBERTH_JOURNAL": "u:secret@h"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("off", None),
        ("127.0.0.1:7878", ("127.0.0.1", 7878)),
        ("[::1]:65535", ("::1", 65535)),
        ("[0:0::2]:1", ("::2", 1)),
    ],
)
def test_a_listener_is_an_address_and_a_port(text: str, found: tuple[str, int] | None) -> None:
    assert listener(text, "api") == found


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\A\[?[0-9a-f:.]{0,12}\]?:[0-9]{0,6}\Z")))
def test_what_is_no_listener_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        found = listener(text, "api")
    except Invalid as error:
        assert error.code == "config.value"
        return
    assert found is None or 1 <= found[1] <= 65_535


@given(st.binary(max_size=80))
def test_any_bytes_are_settings_or_refused(data: bytes) -> None:
    try:
        assert isinstance(settled(data, {}, {}), Config)
    except Invalid as error:
        assert error.code.startswith("config.")


SECRET = "a key that nobody else should ever see"


def test_alarms_are_a_table_of_the_file() -> None:
    text = "[alarms]\nbudget = 9\nwords = true\nnotify = ['mailto://x']\nwebhook = 'https://h/x'\n"
    found = settled(f"{text}webhook_key = '{SECRET}'".encode(), {"WIDEBERTH_ALARMS": "x"}, {}).alarms
    assert found == Alarms(9, "https://h/x", SECRET, ("mailto://x",), True)
    # the comments of a new node.toml, without their marks
    lines = [each[2:] for each in config.TEMPLATE.splitlines() if each.startswith("# alarms.")]
    assert settled("\n".join(lines).encode(), {}, {}).alarms == Alarms() and len(lines) == len(
        config_alarms.NAMES
    )


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("alarms = 1", "config.type node.toml: alarms: found int"),
        ("alarms.bell = 1", "config.unknown_key node.toml: alarms: found bell; accepted: budget"),
        ("alarms.budget = true", "config.type node.toml: alarms.budget: found bool"),
        ("alarms.budget = 0", "config.value node.toml: alarms.budget: found 0"),
        ("alarms.notify = 'mailto://x'", "config.type node.toml: alarms.notify"),
        (f"alarms.notify = ['{SECRET}']", "config.value node.toml: alarms.notify: found something else"),
        (
            f"alarms.webhook = 'http://far/{SECRET}'",
            "config.value node.toml: alarms.webhook: found something",
        ),
        (f"alarms.webhook = 'https://[{SECRET}'", "config.value node.toml: alarms.webhook: found something"),
        ("alarms.webhook = 'https://h/x'", "config.value node.toml: alarms.webhook_key: found 0 characters"),
        ("presence_min = 721", "config.value node.toml: presence_min: found 721"),
    ],
)
def test_what_is_wrong_with_alarms_is_said_without_secrets(file: str, wanted: str) -> None:
    said = refused(file)
    assert said.startswith(wanted) and SECRET not in said


def test_the_tables_of_the_template_can_be_taken_as_they_stand() -> None:
    for exercise in (False, True):
        text = config.written(Config(exercise=exercise))
        i = text.index("# watch.look_ahead_s")
        told = text[:i] + "\n".join(
            line[2:]
            if line.startswith(("# watch.", "# [[", "# name", "# url", "# whose", "# level"))
            else line
            for line in text[i:].splitlines()
        )
        found = config.settled(told.encode(), {}, {})
        assert found.exercise is exercise
        assert [each.url for each in found.watch.sources] == ["sbs://127.0.0.1:30003"]
        assert [each.level for each in found.watch.publish] == ["coarse"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("watch = 1", "config.type", "object"),
        ("watch.other = 1", "config.unknown_key", "other"),
        ("watch.look_ahead_s = 9", "config.value", "10 to 3,600"),
        ('watch.preset = "wide"', "config.value", "crewed"),
        ('[[watch.sources]]\nname = "a"\nurl = "http://x"', "config.value", "SCHEME://HOST:PORT"),
        ('[[watch.sources]]\nname = ""\nurl = "sbs://x:1"', "config.value", "a name"),
        ('[[watch.sources]]\nname = "a"', "config.type", "url"),
        (
            '[[watch.publish]]\nname = "a"\nurl = "cot+tcp://x:1"\nlevel = "none"',
            "config.value",
            "full, coarse",
        ),
        ('[[watch.publish]]\nname = "a"\nurl = "sbs://x:1"', "config.value", "cot+tcp"),
        ('[[watch.sources]]\nname="a"\nurl="sbs://x:1"\n' * 2, "config.value", "each once"),
    ],
)
def test_what_cannot_be_watched(text: str, code: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        config.settled(text.encode(), {}, {})
    assert caught.value.code == code and words in str(caught.value)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", "http://localhost:7878/"),
        ("::1", "http://localhost:7878/"),
        ("127.0.0.2", "http://127.0.0.2:7878/"),
        ("fe80::1", "http://[fe80::1]:7878/"),
    ],
)
def test_the_console_of_this_machine_is_at_its_name(host: str, found: str) -> None:
    # browsers keep a session only where they trust the way
    assert console(host, 7878) == found
