/** A field of a message for display: its path with dots, and its value. */
export type Field = readonly [name: string, value: string];

/** Secrets: only their first characters are displayed. */
const SECRETS = new Set([
  'token',
  'access_token',
  'code',
  'js_code',
  'phone_code',
  'secret',
  'signature',
  'msg_signature',
  'pay_sig',
  'paySig',
  'authorization',
  'session_key',
]);

/** Yaoshi's answers about a session_key, in a field of that name. */
const KEY_STATES = new Set(['live', 'stale']);

/** Ciphertexts: shortened, because they are long and unreadable. */
const CIPHERTEXTS = new Set(['encryptedData', 'encrypted_data']);

/** The length to which other values are shortened, in characters. */
const MAX_LENGTH = 160;

/** Flattens a JSON value into fields. Of an array, only the length and the first item are listed. */
export function fieldsOf(content: unknown, path = ''): Field[] {
  if (content === null || content === undefined) {
    return path === '' ? [] : [[path, 'null']];
  }
  if (Array.isArray(content)) {
    return [
      [path, `[${content.length}]`],
      ...content.slice(0, 1).flatMap((item) => fieldsOf(item, `${path}.0`)),
    ];
  }
  if (typeof content === 'object') {
    return Object.entries(content).flatMap(([name, value]) =>
      fieldsOf(value, path === '' ? name : `${path}.${name}`),
    );
  }
  return path === '' ? [] : [[path, displayed(path, String(content))]];
}

/** The value as it is displayed: masked or shortened where needed. */
function displayed(path: string, value: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (SECRETS.has(name) && !KEY_STATES.has(value)) {
    return masked(value);
  }
  if (CIPHERTEXTS.has(name)) {
    return `${value.slice(0, 12)}… (${value.length})`;
  }
  return value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value;
}

/** The first characters after `Bearer` or `Basic`, enough to tell two values apart. A masked value stays as it is. */
function masked(value: string): string {
  if (value.endsWith('…')) {
    return value;
  }
  const [, scheme = '', secret = ''] = /^(Bearer |Basic )?(.*)$/s.exec(value) ?? [];
  return `${scheme}${secret.slice(0, secret.startsWith('ys_') ? 7 : 4)}…`;
}
