import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { APP_ID, startYaoshi } from 'yaoshi-testing';
import { run } from 'yaoshi-testing/programs';
import { logIn, signUp } from './fixture.js';

const ISSUER = 'https://login.example.org';
const AUDIENCE = 'orders';
/** How long an assertion is good, in seconds. */
const LIFETIME = 300;

let server;
let keysUrl;
let user;
let assertion;

before(async () => {
  server = await startYaoshi({ env: { YAOSHI_HTTP__PUBLIC_URL: ISSUER } });
  keysUrl = `${server.baseUrl}/.well-known/jwks.json`;
  user = await signUp(server);
  assertion = await assertionFor(user.token);
});
after(() => server?.stop());

/** What a gateway hands to the back end. */
async function assertionFor(token, audience = AUDIENCE) {
  const url = `${server.baseUrl}/v1/verify?unregistered=allow&aud=${audience}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200);
  return response.headers.get('x-yaoshi-assertion');
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The same claims under another header, and with the signature that `signed` makes. */
function forged(header, signed) {
  const text = `${encoded({ ...decodeProtectedHeader(assertion), ...header })}.${assertion.split('.')[1]}`;
  return `${text}.${signed(Buffer.from(text)).toString('base64url')}`;
}

/** Assertions that no back end may accept, by the error of jose and of PyJWT. */
function refused() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [header, claims, signature] = assertion.split('.');
  const raised = {
    ...JSON.parse(Buffer.from(claims, 'base64url')),
    sub: '00000000-0000-0000-0000-000000000000',
  };
  const ownKey = (text) => sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return [
    {
      what: 'other claims',
      token: [header, encoded(raised), signature].join('.'),
      jose: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      pyjwt: 'InvalidSignatureError',
    },
    {
      what: 'the key of somebody else',
      token: forged({}, ownKey),
      jose: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      pyjwt: 'InvalidSignatureError',
    },
    {
      what: 'a key that Yaoshi does not have',
      token: forged({ kid: '00000000-0000-0000-0000-000000000000' }, ownKey),
      jose: 'ERR_JWKS_NO_MATCHING_KEY',
      pyjwt: 'PyJWKClientError',
    },
    {
      what: 'no signature',
      token: forged({ alg: 'none' }, () => Buffer.alloc(0)),
      jose: 'ERR_JOSE_ALG_NOT_ALLOWED',
      pyjwt: 'InvalidAlgorithmError',
    },
  ];
}

describe('an assertion, verified with jose,', () => {
  let keys;
  const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] };

  before(() => {
    // A set like this is made once: it keeps the keys, and fetches them when an assertion names a new one.
    keys = createRemoteJWKSet(new URL(keysUrl));
  });

  test('says who the user is', async () => {
    const { payload, protectedHeader } = await jwtVerify(assertion, keys, options);
    assert.equal(protectedHeader.alg, 'ES256');
    assert.deepEqual(
      [payload.sub, payload.sid, payload.app_id, payload.openid],
      [user.id, user.session, APP_ID, user.openid],
    );
    assert.equal(payload.exp - payload.iat, LIFETIME);
  });

  test('is refused if it was forged', async () => {
    for (const { what, token, jose } of refused()) {
      await assert.rejects(jwtVerify(token, keys, options), { code: jose }, what);
    }
  });

  test('is refused if it is meant for another, or comes from another server', async () => {
    const code = 'ERR_JWT_CLAIM_VALIDATION_FAILED';
    const other = await assertionFor(user.token, 'invoices');
    await assert.rejects(jwtVerify(other, keys, options), { code, claim: 'aud' });
    const issuer = 'https://login.example.com';
    await assert.rejects(jwtVerify(assertion, keys, { ...options, issuer }), { code, claim: 'iss' });
  });

  test('is refused after five minutes', async () => {
    const currentDate = new Date(Date.now() + (LIFETIME + 5) * 1000);
    await assert.rejects(jwtVerify(assertion, keys, { ...options, currentDate }), {
      code: 'ERR_JWT_EXPIRED',
    });
  });
});

describe('an assertion, verified with PyJWT,', () => {
  const script = fileURLToPath(new URL('verify.py', import.meta.url));
  let python;

  before(async () => {
    python = await pythonWithPyJwt();
  });

  async function verify(token, { issuer = ISSUER, audience = AUDIENCE } = {}) {
    const { code, stdout, stderr } = await run(python, [script, keysUrl, issuer, audience, token]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }

  test('says who the user is', async () => {
    const claims = await verify(assertion);
    assert.deepEqual(
      [claims.sub, claims.sid, claims.app_id, claims.openid],
      [user.id, user.session, APP_ID, user.openid],
    );
  });

  test('is refused if it was forged', async () => {
    for (const { what, token, pyjwt } of refused()) {
      assert.deepEqual(await verify(token), { error: pyjwt }, what);
    }
  });

  test('is refused if it is meant for another, or comes from another server', async () => {
    assert.deepEqual(await verify(assertion, { audience: 'invoices' }), { error: 'InvalidAudienceError' });
    assert.deepEqual(await verify(assertion, { issuer: 'https://login.example.com' }), {
      error: 'InvalidIssuerError',
    });
  });
});

test('a user who has not registered has no assertion', async () => {
  const { token } = await logIn(server);
  assert.equal(await assertionFor(token), null);
});

/** The machine's own Python, or Debian's. */
async function pythonWithPyJwt() {
  for (const command of ['python3', '/usr/bin/python3']) {
    const { code } = await run(command, ['-c', 'import jwt, cryptography']).catch(() => ({ code: -1 }));
    if (code === 0) {
      return command;
    }
  }
  throw new Error('PyJWT is missing: run scripts/example-toolchains, or install it');
}
