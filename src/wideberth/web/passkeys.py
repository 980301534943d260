"""Signing in with a passkey, and what belongs to one's own account: passkeys, password, preferences."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from wideberth.errors import Invalid, Refused
from wideberth.node.views import time
from wideberth.store.passkeys import Passkey
from wideberth.web import session, signing
from wideberth.web.call import Call
from wideberth.web.route import ANYBODY, Route
from wideberth.web.session import Answer, SessionView

Text = Annotated[str, Meta(min_length=1, max_length=signing.TEXT)]


class AskPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """A new passkey is asked for; the account's password, so that nobody else at this screen can."""

    password: str


class PasskeyOptions(Struct, frozen=True):
    """What the browser hands to the authenticator.

    Attributes:
        challenge: to be signed, base64url.
        rp: the host under which it is kept. origin: the only page that may ask for it.
        handle: what stands for the account, base64url; None for a sign-in, where the passkey tells.
        known: ids of the account's passkeys, so that none is made twice on one device.
        lasts_ms: for how long the challenge counts.
    """

    challenge: str
    rp: str
    origin: str
    lasts_ms: int
    handle: str | None
    known: tuple[str, ...]


class NewPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """What an authenticator said of a new passkey (base64url), and what a person calls it."""

    passkey: Text
    client_data: Text
    attestation: Text
    name: str


class PasskeySignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What an authenticator answers to a challenge (base64url); `handle`: of which account it says to be."""

    passkey: Text
    client_data: Text
    authenticator: Text
    signature: Text
    handle: Text


class PasskeyView(Struct, frozen=True):
    """A passkey of one's own. `used`: None where it never was."""

    passkey: str
    name: str
    made: str
    used: str | None


class OwnPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The password as it is, and another one."""

    password: str
    new: str


class Preferences(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person prefers at the console; None: nothing was said."""

    language: Literal["en", "ru", "he", "ar"] | None = None
    units: Literal["aviation", "metric"] | None = None
    notation: Literal["dm", "dms", "decimal", "mgrs", "utm"] | None = None
    light: Literal["auto", "day", "night"] | None = None
    sound: bool | None = None


def ask(call: Call) -> PasskeyOptions:
    """What a new passkey of whoever asks is to sign.

    Raises: Invalid (`accounts.own_password`), Refused (`accounts.wait`).
    """
    user = call.who
    _check_password(call, call.body.password)
    held = call.node.people.passkeys
    return _options(
        call,
        signing.NEW,
        user.id,
        handle=signing.text(held.handle(user.id)),
        known=tuple(signing.text(each.id) for each in held.of(user.id)),
    )


def add(call: Call) -> PasskeyView:
    """A new passkey of whoever asks. Raises: as Signing.registered and Passkeys.add."""
    said, now = call.body, call.node.clock.now()
    answer = signing.made(said.passkey, said.client_data, said.attestation)
    made = call.rim.signing.registered(call.who.id, answer, now)
    held = call.node.people.passkeys
    return _view(
        held.add(call.who.id, made.credential_id, made.credential_public_key, made.sign_count, said.name, now)
    )


def own(call: Call) -> list[PasskeyView]:
    """The passkeys of whoever asks."""
    return [_view(each) for each in call.node.people.passkeys.of(call.who.id)]


def remove(call: Call) -> None:
    """An own passkey counts no more. Raises: Invalid (`accounts.no_passkey`)."""
    try:
        found = signing.octets(call.named["passkey"], "passkey")
    except Invalid:
        found = b""  # nobody's
    call.node.people.passkeys.remove(call.who.id, found)


def ask_sign_in(call: Call) -> PasskeyOptions:
    """What a passkey is to sign; whose it is nobody says, so that no name can be tried out."""
    return _options(call, signing.SIGN_IN, None, None, ())


def sign_in(call: Call) -> Answer:
    """By passkey. Raises: Refused (`accounts.passkey`, the same whatever is wrong; `accounts.wait`)."""
    said, now, people = call.body, call.node.clock.now(), call.node.people
    answer = signing.answered(said.passkey, said.client_data, said.authenticator, said.signature, said.handle)

    def verify(found: Passkey) -> int:
        return call.rim.signing.verified(found, answer, people.passkeys.handle(found.user), now)

    user = people.passkeys.sign_in(answer.raw_id, call.place, now, verify)
    return session.granted(call, people.numbered(user))


def set_password(call: Call) -> Answer:
    """Another password of one's own: all tokens end, and this session goes on as a new one.

    Raises: Invalid (`accounts.own_password`, `accounts.password`), Refused (`accounts.wait`).
    """
    said = call.body
    _check_password(call, said.password)
    call.node.people.set_password(call.who.name, said.new, own=True)
    return session.granted(call, call.who)


def preferences(call: Call) -> Preferences:
    """What whoever asks prefers, as far as it was said."""
    said = call.node.people.passkeys.preferred(call.who.id)
    if said is None:
        return Preferences()
    try:
        return msgspec.json.decode(said, type=Preferences)
    except msgspec.MsgspecError:
        return Preferences()  # another version's: what one prefers is no reason to fail


def prefer(call: Call) -> Preferences:
    """Other preferences."""
    call.node.people.passkeys.prefer(call.who.id, msgspec.json.encode(call.body).decode())
    return preferences(call)


def _check_password(call: Call, password: str) -> None:
    """Raises: Invalid (`accounts.own_password`), Refused (`accounts.wait`)."""
    try:
        call.node.people.login(call.who.name, password, call.place, call.node.clock.now())
    except Refused as error:
        if error.code != "accounts.login":
            raise
        # not "who are you": the session counts, only this word was wrong
        wanted = "the password of the account that asks"
        raise Invalid("accounts.own_password", "password", "another one", wanted) from None


def _options(
    call: Call, what: str, user: int | None, handle: str | None, known: tuple[str, ...]
) -> PasskeyOptions:
    made = call.rim.signing
    challenge = made.challenge(what, user, call.node.clock.now())
    return PasskeyOptions(challenge, made.rp, made.origin, signing.LASTS_MS, handle, known)


def _view(found: Passkey) -> PasskeyView:
    used = None if found.used_ms is None else time(found.used_ms)
    return PasskeyView(signing.text(found.id), found.name, time(found.made_ms), used)


ROUTES: Final = (
    Route("POST", "/v1/passkeys/options", ANYBODY, AskPasskey, PasskeyOptions, ask,
          "What a new passkey of one's own is to sign, for five minutes. It takes the password.", heavy=True,
          act="passkey.ask"),
    Route("POST", "/v1/passkeys", ANYBODY, NewPasskey, PasskeyView, add, "A new passkey of one's own.",
          act="passkey.add"),
    Route("GET", "/v1/passkeys", ANYBODY, None, list[PasskeyView], own, "One's own passkeys.", present=True),
    Route("DELETE", "/v1/passkeys/{passkey}", ANYBODY, None, None, remove, "An own passkey counts no more.",
          act="passkey.remove"),
    Route("POST", "/v1/session/passkey/options", None, None, PasskeyOptions, ask_sign_in,
          "What a passkey is to sign to sign in at the console, for five minutes."),
    Route("POST", "/v1/session/passkey", None, PasskeySignIn, SessionView, sign_in,
          "Sign in at the console with a passkey: the token comes as a cookie that pages cannot read."),
    Route("PUT", "/v1/password", ANYBODY, OwnPassword, SessionView, set_password,
          "Another password of one's own. All tokens of the account end; this session begins anew.",
          heavy=True, act="password.change"),
    Route("GET", "/v1/preferences", ANYBODY, None, Preferences, preferences,
          "What whoever asks prefers at the console.", present=True),
    Route("PUT", "/v1/preferences", ANYBODY, Preferences, Preferences, prefer, "Prefer something else."),
)  # fmt: skip
"""What of the API is about one's own account."""
