import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the time of a request may be off, in seconds. What is older may be a replay. */
const TOLERANCE = 5 * 60;

/**
 * The bytes of a secret, which is written as `whsec_` and base64.
 *
 * @throws if it is not a secret
 */
export function parseSecret(text) {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (bytes.length < 24) {
    throw new Error('The secret is not `whsec_` and the base64 of at least 24 bytes');
  }
  return bytes;
}

/**
 * Whether a request was signed with the secret, by the specification Standard Webhooks. One signature that fits is
 * enough: while the secret is changed, Yaoshi signs with both.
 *
 * @param {Buffer} secret
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {Buffer} body the body byte for byte: one that is parsed and written again has another signature
 */
export function isSigned(secret, headers, body) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'] ?? '';
  const signatures = headers['webhook-signature'];
  if (!id || !signatures || !/^\d{1,12}$/.test(timestamp)) {
    return false;
  }
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE) {
    return false;
  }
  const hmac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body);
  const expected = Buffer.from(`v1,${hmac.digest('base64')}`);
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
