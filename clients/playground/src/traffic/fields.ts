/** A field of a message as it is shown: its name with dots between the levels, and its value. */
export type Field = readonly [name: string, value: string];

/** Of these only the beginning is shown. Their meaning is that nobody else knows them. */
const SECRETS = new Set(['token', 'code', 'js_code', 'secret', 'signature', 'authorization', 'session_key']);

/** These are long, and nobody can read them. */
const CIPHERTEXTS = new Set(['encryptedData', 'encrypted_data']);

/** More of a value than this is not shown, in characters. */
const LONGEST = 160;

/** The fields of anything that is written in JSON. */
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
  return path === '' ? [] : [[path, shown(path, String(content))]];
}

/** The value, or what may be seen of it. */
function shown(path: string, value: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (SECRETS.has(name)) {
    return masked(value);
  }
  if (CIPHERTEXTS.has(name)) {
    return `${value.slice(0, 12)}… (${value.length})`;
  }
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

/** The first characters behind `Bearer`, enough to tell two apart. What was masked before stays as it is. */
function masked(value: string): string {
  if (value.endsWith('…')) {
    return value;
  }
  const [, scheme = '', secret = ''] = /^(Bearer )?(.*)$/s.exec(value) ?? [];
  return `${scheme}${secret.slice(0, secret.startsWith('ys_') ? 7 : 4)}…`;
}
