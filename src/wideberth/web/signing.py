"""What passkeys are asked to sign, and whether an answer holds: WebAuthn, at the address of the console.

A challenge says itself until when it counts, and for whom, under a key that only this process has: so nobody
can fill a memory with challenges, and none counts after a new start. Those that were answered are remembered
until they end; it takes a passkey to make one such.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import threading
from typing import Final
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from wideberth.errors import Invalid, Refused
from wideberth.store.passkeys import Passkey, refused

LASTS_MS: Final = 5 * 60_000
"""How long a challenge counts."""
ANSWERED: Final = 4_096
"""Challenges that were answered and have not ended; beyond that none counts."""
NEW: Final = "new"
SIGN_IN: Final = "sign-in"
TEXT: Final = 32 * 1024
"""The most characters of anything that an authenticator says."""
_NONCE, _TIME, _TAG = 16, 8, 32


class Signing:
    """The challenges of one process; many threads may call it.

    Attributes:
        origin: where browsers have the console, such as http://localhost:7878; only what was signed for a
            page from there counts.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._answered: dict[bytes, int] = {}

    @property
    def rp(self) -> str:
        """The name under which browsers keep its passkeys: the host of the origin."""
        return urlsplit(self.origin).hostname or ""

    def challenge(self, what: str, user: int | None, now: int) -> str:
        """A new one, in base64url.

        Args:
            what: NEW or SIGN_IN.
            user: the number of the account that is to have a new passkey; None for a sign-in.
            now: ms, UTC.
        """
        data = secrets.token_bytes(_NONCE) + (now + LASTS_MS).to_bytes(_TIME, "big")
        return text(data + self._tag(what, user, data))

    def registered(self, user: int, said: RegistrationCredential, now: int) -> VerifiedRegistration:
        """A new passkey of an account, where the answer holds. Raises: Refused (`accounts.passkey_new`)."""
        try:
            found = self._asked(said.response.client_data_json, NEW, user, now)
            made = verify_registration_response(
                credential=said,
                expected_challenge=found,
                expected_rp_id=self.rp,
                expected_origin=self.origin,
                require_user_verification=True,
            )
            self._answer(found, now)
        except Exception as error:
            # a stranger's bytes went through readers of several formats: whatever they raise it is no passkey
            message = f"what the passkey said does not hold; accepted: a new one, made at {self.origin}"
            raise Refused("accounts.passkey_new", message) from error
        return made

    def verified(self, passkey: Passkey, said: AuthenticationCredential, handle: bytes, now: int) -> int:
        """How often it says that it was used, where its answer to a challenge holds.

        `handle`: what stands for its account. Raises: Refused (`accounts.passkey`).
        """
        try:
            found = self._asked(said.response.client_data_json, SIGN_IN, None, now)
            _check_whose(said, handle)
            made = verify_authentication_response(
                credential=said,
                expected_challenge=found,
                expected_rp_id=self.rp,
                expected_origin=self.origin,
                credential_public_key=passkey.key,
                credential_current_sign_count=passkey.count,
                require_user_verification=True,
            )
            self._answer(found, now)
        except Exception as error:
            # as above
            raise refused() from error
        return made.new_sign_count

    def _tag(self, what: str, user: int | None, data: bytes) -> bytes:
        return hmac.digest(self._key, f"{what}\n{user}\n".encode() + data, "sha256")

    def _asked(self, client_data: bytes, what: str, user: int | None, now: int) -> bytes:
        """The challenge that was answered, where it is one of ours that counts. Raises: also ValueError."""
        found = octets(json.loads(client_data)["challenge"], "challenge")
        data, tag = found[: _NONCE + _TIME], found[_NONCE + _TIME :]
        ends = int.from_bytes(data[_NONCE:], "big")
        if not hmac.compare_digest(tag, self._tag(what, user, data)) or not now < ends <= now + LASTS_MS:
            raise refused()
        return found

    def _answer(self, challenge: bytes, now: int) -> None:
        """It counts this once. Raises: Refused."""
        with self._lock:
            self._answered = {each: ends for each, ends in self._answered.items() if ends > now}
            if challenge in self._answered or len(self._answered) >= ANSWERED:
                raise refused()
            self._answered[challenge] = int.from_bytes(challenge[_NONCE : _NONCE + _TIME], "big")


def _check_whose(said: AuthenticationCredential, handle: bytes) -> None:
    whose = said.response.user_handle
    if whose is None or not hmac.compare_digest(whose, handle):
        raise refused()


def text(data: bytes) -> str:
    """Base64url without padding, as WebAuthn has it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def octets(said: str, path: str) -> bytes:
    """The bytes of such a text, in its one form. Raises: Invalid (`api.base64url`)."""
    try:
        data = base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(said) > TEXT or not data or text(data) != said:
        wanted = f"base64url without padding, at most {TEXT} characters"
        raise Invalid("api.base64url", path, said[:40], wanted)
    return data


def made(said_id: str, client_data: str, attestation: str) -> RegistrationCredential:
    """What an authenticator says of a new passkey, from its texts. Raises: Invalid (`api.base64url`)."""
    answer = AuthenticatorAttestationResponse(
        client_data_json=octets(client_data, "client_data"),
        attestation_object=octets(attestation, "attestation"),
    )
    return RegistrationCredential(id=said_id, raw_id=octets(said_id, "passkey"), response=answer)


def answered(
    said_id: str, client_data: str, authenticator: str, signature: str, handle: str
) -> AuthenticationCredential:
    """What an authenticator answers at a sign-in, from its texts. Raises: Invalid (`api.base64url`)."""
    answer = AuthenticatorAssertionResponse(
        client_data_json=octets(client_data, "client_data"),
        authenticator_data=octets(authenticator, "authenticator"),
        signature=octets(signature, "signature"),
        user_handle=octets(handle, "handle"),
    )
    return AuthenticationCredential(id=said_id, raw_id=octets(said_id, "passkey"), response=answer)
