// Passkeys (WebAuthn): what the browser is asked, and what it answers, as the node's API has them.

import * as api from './api.js';

/** Why a passkey was not used: `code` has words in words/shell.json (passkey_…). */
export class PasskeyProblem extends Error {
  constructor(code, detail = '') {
    super(detail);
    this.code = code;
    this.detail = detail;
  }
}

/** Whether this browser can at all; it does so on this machine and over https only. */
export const able = () => globalThis.isSecureContext && globalThis.PublicKeyCredential !== undefined;

const text = (octets) => btoa(String.fromCharCode(...new Uint8Array(octets)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const octets = (said) => Uint8Array.from(atob(said.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));

function check(options) {
  if (options.origin !== location.origin) throw new PasskeyProblem('elsewhere', options.origin);
}

async function asked(does) {
  try {
    return await does();
  } catch (problem) {
    if (problem.name === 'InvalidStateError') throw new PasskeyProblem('there');
    if (problem.name === 'NotAllowedError' || problem.name === 'AbortError') throw new PasskeyProblem('left');
    if (problem.name === 'SecurityError') throw new PasskeyProblem('elsewhere', location.origin);
    throw problem;
  }
}

/** Make a passkey for the account that is signed in. Gives what the node knows of it. */
export async function make(user, password, name) {
  const options = await api.post('/v1/passkeys/options', { password });
  check(options);
  const found = await asked(() => navigator.credentials.create({
    publicKey: {
      challenge: octets(options.challenge),
      rp: { id: options.rp, name: 'Wideberth' },
      user: { id: octets(options.handle), name: user, displayName: user },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      excludeCredentials: options.known.map((id) => ({ type: 'public-key', id: octets(id) })),
      attestation: 'none',
      timeout: options.lasts_ms,
    },
  }));
  return api.post('/v1/passkeys', {
    passkey: found.id, client_data: text(found.response.clientDataJSON),
    attestation: text(found.response.attestationObject), name,
  });
}

/** Sign in with one; gives who is signed in. */
export async function signIn() {
  const options = await api.post('/v1/session/passkey/options');
  check(options);
  const found = await asked(() => navigator.credentials.get({
    publicKey: {
      challenge: octets(options.challenge), rpId: options.rp, allowCredentials: [], userVerification: 'required',
      timeout: options.lasts_ms,
    },
  }));
  const { response } = found;
  return api.post('/v1/session/passkey', {
    passkey: found.id, client_data: text(response.clientDataJSON), authenticator: text(response.authenticatorData),
    signature: text(response.signature), handle: text(response.userHandle ?? new ArrayBuffer(0)),
  });
}
