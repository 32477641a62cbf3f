import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));
type Texts = Record<string, string>;

/** The texts of a language, from the source. */
async function texts(language: 'en' | 'zh'): Promise<Texts> {
  const entryPoints = [`${SOURCE}language/${language}.ts`];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'esm' });
  const encoded = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64');
  return ((await import(`data:text/javascript;base64,${encoded}`)) as Record<string, Texts>)[language] ?? {};
}

const placeholders = (words: string | undefined) => (words?.match(/\{\w+\}/g) ?? []).sort();

test('both languages have every text, with the same placeholders', async () => {
  const [en, zh] = await Promise.all([texts('en'), texts('zh')]);
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [key, words] of Object.entries(en)) {
    assert.notEqual(zh[key], '', key);
    // English writes out one thing.
    if (!key.endsWith('.one')) {
      assert.deepEqual(placeholders(zh[key]), placeholders(words), key);
    }
  }
});

/** Chinese texts without a Chinese character: names of WeChat and of the protocol. */
const SAME = new Set([
  'sealed.session_keys',
  'overview.token',
  'person.openid',
  'person.unionid',
  'why.by.openid',
  'why.by.rid',
  'problem.field',
  'delivery.status',
  'webhooks.webhook',
  'console.other_language',
]);

test('every Chinese text is Chinese', async () => {
  const zh = await texts('zh');
  const foreign = Object.keys(zh).filter((key) => !/\p{Script=Han}/u.test(zh[key] ?? ''));
  assert.deepEqual(
    foreign.filter((key) => !SAME.has(key)),
    [],
  );
});

test('every text is used', async () => {
  const names = (await readdir(SOURCE, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('language'),
  );
  const source = (await Promise.all(names.map((name) => readFile(SOURCE + name, 'utf8')))).join('\n');
  const groups = new Set([
    ...[...source.matchAll(/(?:named|counted)\('([\w.]+)'/g)].map(([, group]) => group),
    ...[...source.matchAll(/`([\w.]+)\$\{/g)].map(([, prefix]) => prefix?.replace(/\.$/, '')),
  ]);
  const isUsed = (key: string) =>
    source.includes(`'${key}'`) ||
    [...groups].some((group) => group !== undefined && key.startsWith(`${group}.`));
  const en = await texts('en');
  assert.deepEqual(
    Object.keys(en).filter((key) => !isUsed(key)),
    [],
  );
});
