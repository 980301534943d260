"""The settings `[alarms]` of a node: how many rings are too many, and whom they reach beside the screen."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from wideberth.desk import alarms
from wideberth.errors import Invalid

KEY: Final = 32
"""The fewest characters of a key with which what is sent to a webhook is signed."""
MOST: Final = 16
"""The most addresses."""


class Alarms(Struct, frozen=True, forbid_unknown_fields=True):
    """Where alarms ring.

    Attributes:
        budget: rings an hour that one person can heed.
        webhook: an address to which each ring is sent as JSON; nothing: none.
        webhook_key: the text with which that is signed (HMAC-SHA-256).
        notify: addresses of mail, SMS and the like, as apprise has them; they may hold passwords.
        words: whether the sentence of an alarm is sent too; else only its code and ids.
    """

    budget: int = alarms.BUDGET
    webhook: str = ""
    webhook_key: str = ""
    notify: tuple[str, ...] = ()
    words: bool = False


DEFAULT: Final = Alarms()
NAMES: Final = Alarms.__struct_fields__
_KINDS: Final = {
    "budget": (int, "a whole number"),
    "webhook": (str, "text in quotation marks"),
    "webhook_key": (str, "text in quotation marks"),
    "notify": (list, "a list of texts"),
    "words": (bool, "true or false"),
}
TEMPLATE: Final = f"""\
# How often an hour something may ring until it is too often for one person. Nothing is silenced by it.
# alarms.budget = {DEFAULT.budget}

# Where each ring is sent as JSON (an https URL), signed with a key of {KEY} characters and more.
# alarms.webhook = ""
# alarms.webhook_key = ""

# Mail, SMS and the like, one address each as apprise has them (the extra `notify`).
# alarms.notify = []

# Whether the sentence of an alarm is sent too; else only its code and ids.
# alarms.words = false
"""


def read(said: object, path: str) -> Alarms:
    """The settings that a table says.

    Raises: Invalid (`config.type`, `config.unknown_key`, `config.value`). What is wrong with an address or a
    key is told without it: it may hold a password.
    """
    if not isinstance(said, dict):
        raise Invalid("config.type", path, type(said).__name__, f"a table with {', '.join(NAMES)}")
    for name, value in said.items():
        if name not in NAMES:
            raise Invalid("config.unknown_key", path, name, ", ".join(NAMES))
        kind, wanted = _KINDS[name]
        if type(value) is not kind:
            raise Invalid("config.type", f"{path}.{name}", type(value).__name__, wanted)
    return _checked(said, path)


def _checked(said: dict[str, Any], path: str) -> Alarms:
    addresses = said.get("notify", [])
    if len(addresses) > MOST or any(type(each) is not str or "://" not in each for each in addresses):
        wanted = f"up to {MOST} addresses such as mailto://…"
        raise Invalid("config.value", f"{path}.notify", "something else", wanted)
    found = Alarms(**{**said, "notify": tuple(addresses)})
    if not 1 <= found.budget <= alarms.MOST:
        raise Invalid("config.value", f"{path}.budget", found.budget, f"1 to {alarms.MOST:,} rings an hour")
    if found.webhook:
        _check_webhook(found, path)
    return found


def _check_webhook(found: Alarms, path: str) -> None:
    try:
        at = urlsplit(found.webhook)
        near = at.hostname in ("localhost", "127.0.0.1", "::1")
        good = bool(at.hostname) and (at.scheme == "https" or (at.scheme == "http" and near))
    except ValueError:
        good = False
    if not good:
        wanted = "an https URL, or http to this machine"
        raise Invalid("config.value", f"{path}.webhook", "something else", wanted)
    if len(found.webhook_key) < KEY:
        wanted = f"{KEY} characters and more, which the receiver has too"
        raise Invalid("config.value", f"{path}.webhook_key", f"{len(found.webhook_key)} characters", wanted)
