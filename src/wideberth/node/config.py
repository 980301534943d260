"""Settings of a node: what a flag says, else the environment, else node.toml, else the default.

The file is strict: a key that is not known is refused, so that a slip of the pen changes nothing in silence.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.node import config_alarms, config_watch
from wideberth.node.config_alarms import Alarms
from wideberth.node.config_watch import Watching
from wideberth.space.notation import read_place

FILE: Final = "node.toml"
PREFIX: Final = "WIDEBERTH_"
OFF: Final = "off"
SIZE = 64 * 1024
"""The most bytes of node.toml."""
DAYS = 400
"""The most days that a token may last."""
LONGEST = 720
"""The most minutes between two signs of presence."""

LISTEN_WANTED: Final = f"ADDRESS:PORT such as 127.0.0.1:7878 or [::]:7879, or {OFF}"
CONSOLE_WANTED: Final = "nothing, https://HOST or http://localhost, with a port if it has one, and no path"
_CONSOLE: Final = re.compile(r"(https://[a-z0-9-]+(\.[a-z0-9-]+)*|http://localhost)(:[1-9][0-9]{0,4})?")
_ADDRESS: Final = re.compile(r"https://[0-9.]+(:[0-9]+)?")
PAGES_WANTED: Final = "nothing, or https://HOST, with a path if it has one"
_PAGES: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,253}(/[A-Za-z0-9._~-]{1,60}){0,5}/?")
URL_WANTED: Final = "nothing (journal.db), or postgresql://…"
NAME: Final = 100
"""Characters of the name of the party."""
Level = Literal["debug", "info", "warning", "error"]


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting, with its default. A comment in node.toml says the same (see `TEMPLATE`).

    Attributes:
        journal: URL of PostgreSQL; nothing for journal.db in the data directory. It may hold a password.
        api: address and port of the interface for the party's own people, or `off`.
        line: address and port where other parties' nodes reach this one, or `off`.
        public: address and port of what is for everybody, or `off`.
        console: where browsers reach the console, such as https://desk.example.org; nothing: on this machine.
            Passkeys count there and nowhere else.
        public_url: where that is reached from elsewhere, such as https://relay.example.org; nothing: by that
            address.
        log_level: the least that is written to the log.
        token_days: how many days a token lasts, unless told otherwise.
        presence_min: how many minutes after a sign of presence the officer on duty owes the next; 0: none.
        alarms: where alarms ring; only in node.toml.
        watch: where live tracks come from, and where zones go; only in node.toml.
        position: where the people of this node are, in any notation; nothing: not known. It is told to
            nobody: a place that is said should not be it by mistake.
        name: what this party is called on what it releases and publishes; nothing: as its agreements call
            it, else by its identity.
        basemap: a PMTiles file under all maps of the console, its path from the data directory; nothing:
            Natural Earth alone.
        exercise: whether all of it is an exercise. It says what the data are, so only the file says it.
    """

    journal: str = ""
    api: str = "127.0.0.1:7878"
    line: str = "0.0.0.0:7879"
    public: str = OFF
    public_url: str = ""
    log_level: Level = "info"
    token_days: int = 30
    presence_min: int = 30
    alarms: Alarms = Alarms()
    watch: Watching = Watching()
    position: str = ""
    name: str = ""
    basemap: str = ""
    console: str = ""
    exercise: bool = False


DEFAULT: Final = Config()
NAMES: Final = Config.__struct_fields__
CHANGEABLE: Final = tuple(name for name in NAMES if name not in ("alarms", "watch", "exercise"))
"""What a flag or a variable may say too; the rest only the file says."""

TEMPLATE: Final = f"""\
# Settings of this node. What is commented out has the value shown. A flag, or a variable such as {PREFIX}API,
# counts more than this file.

# The journal: a URL such as postgresql://user@host/database?sslmode=verify-full; nothing is journal.db here.
# journal = ""

# Where the party's own people reach the node (address and port, or "{OFF}").
# api = "{DEFAULT.api}"

# Where other parties' nodes reach it (address and port, or "{OFF}").
# line = "{DEFAULT.line}"

# What is for everybody (address and port, or "{OFF}").
# public = "{DEFAULT.public}"

# Where that is reached from elsewhere, through a proxy with TLS: what codes on slips begin with.
# public_url = ""

# The least that is written to the log: debug, info, warning or error. No level writes what people say.
# log_level = "{DEFAULT.log_level}"

# How long a token lasts, in days (1 to {DAYS}).
# token_days = {DEFAULT.token_days}

# After how many minutes without a sign of presence of the officer on duty somebody is called (0: never).
# presence_min = {DEFAULT.presence_min}

# Where the people of this node are, in any notation ("35.19, 36.75"); told to nobody. A place that somebody
# says is compared with it: after a change of batteries a receiver may give its own position.
# position = ""

# What this party is called on what it releases and publishes; nothing: as its agreements call it.
# name = ""

# A map of your own under the console's maps: a PMTiles file (raster or vector), its path from here.
# basemap = ""

# Where browsers reach the console, through a proxy with TLS (https://desk.example.org); nothing:
# http://localhost and the port of the API. Passkeys count there and nowhere else.
# console = ""

{config_alarms.TEMPLATE}"""


MARKED: Final = """
# EXERCISE: no line of this node is real, and it takes up no real one. This is never changed: make another.
exercise = true
"""


def written(settings: Config) -> str:
    """A node.toml for these settings: the journal and the mark as they stand, the rest as comments."""
    # tables come last: whatever stood behind one would be a part of it
    text = f"{TEMPLATE}{MARKED if settings.exercise else ''}\n{config_watch.TEMPLATE}"
    if not settings.journal:
        return text
    # a string of JSON is one of TOML
    return text.replace('# journal = ""', f"journal = {msgspec.json.encode(settings.journal).decode()}")


def settled(file: bytes, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Config:
    """The settings that count.

    Args:
        file: what node.toml holds; nothing where there is none.
        environment: `WIDEBERTH_` and the name of a setting in capitals; an empty one counts not.
        flags: by the name of a setting; None where it was not given.

    Raises: Invalid (`config.malformed`, `config.unknown_key`, `config.type`, `config.value`, and as
    read_place) that says where.
    """
    said = _table(file)
    for name in CHANGEABLE:
        variable = PREFIX + name.upper()
        if environment.get(variable):
            said[name] = _from_text(name, environment[variable], variable)
        if flags.get(name) is not None:
            said[name] = flags[name]
    return _checked(said, {name: _where(name, environment, flags) for name in NAMES})


def _where(name: str, environment: Mapping[str, str], flags: Mapping[str, Any]) -> str:
    if name in CHANGEABLE and flags.get(name) is not None:
        return "--" + name.replace("_", "-")
    variable = PREFIX + name.upper()
    return variable if name in CHANGEABLE and environment.get(variable) else f"{FILE}: {name}"


def _table(file: bytes) -> dict[str, Any]:
    if len(file) > SIZE:
        raise Invalid("config.malformed", FILE, f"{len(file)} bytes", f"at most {SIZE}")
    try:
        said = tomllib.loads(file.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Invalid(
            "config.malformed", FILE, f"byte {error.start} is not UTF-8", "TOML in UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid("config.malformed", FILE, str(error), "TOML 1.0") from error
    for name in said:
        if name not in NAMES:
            raise Invalid("config.unknown_key", FILE, name, ", ".join(NAMES))
    return said


def _from_text(name: str, text: str, variable: str) -> Any:
    """A variable is text, whatever the setting is."""
    if not isinstance(getattr(DEFAULT, name), int):
        return text
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid("config.type", variable, text, "a whole number")
    return int(text)


def _checked(said: dict[str, Any], where: Mapping[str, str]) -> Config:
    said = dict(said)
    if "alarms" in said:
        said["alarms"] = config_alarms.read(said["alarms"], where["alarms"])
    if "watch" in said:
        said["watch"] = config_watch.read(said["watch"], where["watch"])
    for name, value in said.items():
        if type(value) is not type(getattr(DEFAULT, name)):
            # the URL of a journal may hold a password, also where it stands in the wrong place
            raise Invalid("config.type", where[name], type(value).__name__, _kind(name))
    try:
        found = msgspec.convert(said, Config)
    except msgspec.ValidationError as error:
        wanted = "debug, info, warning, error"
        raise Invalid("config.value", where["log_level"], said["log_level"], wanted) from error
    for name in ("api", "line", "public"):
        listener(getattr(found, name), where[name])
    if found.public_url and not _PAGES.fullmatch(found.public_url):
        raise Invalid("config.value", where["public_url"], found.public_url, PAGES_WANTED)
    console = found.console
    if console and (not _CONSOLE.fullmatch(console) or _ADDRESS.fullmatch(console)):
        raise Invalid("config.value", where["console"], console, CONSOLE_WANTED)
    if not 1 <= found.token_days <= DAYS:
        raise Invalid("config.value", where["token_days"], found.token_days, f"1 to {DAYS} days")
    if not 0 <= found.presence_min <= LONGEST:
        wanted = f"1 to {LONGEST} minutes, or 0"
        raise Invalid("config.value", where["presence_min"], found.presence_min, wanted)
    if found.position:
        read_place(found.position, where["position"])
    if found.name and not canonical.seen(found.name, NAME):
        wanted = f"one line of 1 to {NAME} characters, all to be seen"
        raise Invalid("config.value", where["name"], found.name, wanted)
    if found.journal and not found.journal.startswith(("postgresql://", "postgres://")):
        raise Invalid("config.value", where["journal"], "something else", URL_WANTED)
    return found


def _kind(name: str) -> str:
    default = getattr(DEFAULT, name)
    if isinstance(default, bool):
        return "true or false"
    return "a whole number" if isinstance(default, int) else "text in quotation marks"


def console(host: str, port: int) -> str:
    """Where a browser of this machine finds the console of an API that listens there.

    By the name of this machine: browsers keep a session only where they trust the way to it, and all of them
    trust the way to `localhost`.
    """
    if host in ("127.0.0.1", "::1"):
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def listener(text: str, path: str) -> tuple[str, int] | None:
    """Address and port; None for `off`. Raises: Invalid (`config.value`)."""
    if text == OFF:
        return None
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise Invalid("config.value", path, text, LISTEN_WANTED) from None
    bracketed = host.startswith("[") and host.endswith("]")
    if bracketed != (address.version == 6) or not re.fullmatch(r"[0-9]{1,5}", port):
        raise Invalid("config.value", path, text, LISTEN_WANTED)
    if int(port) > 65_535:
        raise Invalid("config.value", path, text, "a port from 1 to 65535, or 0 for any that is free")
    return str(address), int(port)
