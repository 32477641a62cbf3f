// The commands of the quick start and of the READMEs, as a reader pastes them into a shell.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startYaoshi } from 'yaoshi-testing';
import { run } from 'yaoshi-testing/programs';

const ROOT = new URL('../../../', import.meta.url);

let server;

before(async () => {
  server = await startYaoshi({
    env: {
      YAOSHI_SERVICE__ID: 'orders',
      YAOSHI_SERVICE__SECRET: 'a-secret-of-thirty-two-characters',
      YAOSHI_SERVICE__SCOPES: 'introspect',
    },
  });
});
after(() => server?.stop());

/** The commands of a page for a shell, except for those that start or build something, at this server's addresses. */
async function commands(page) {
  const text = await readFile(fileURLToPath(new URL(page, ROOT)), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  return blocks
    .filter((block) => /\bcurl\b/.test(block))
    .join('')
    .replaceAll('http://127.0.0.1:8080', server.baseUrl)
    .replaceAll('http://127.0.0.1:8081', server.wechat.url);
}

/** The JSON that the commands print, one object a line. */
async function pasted(script) {
  const { stdout } = await run('bash', ['-c', script]);
  return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

for (const page of ['docs/src/quick-start.md', 'docs/zh/src/quick-start.md']) {
  test(`${page} logs in, registers, asks whose the token is, and logs out`, async () => {
    const [login, registration, session, refused, ...others] = await pasted(await commands(page));
    assert.equal(login.state, 'unregistered');
    assert.equal(registration.user.nickname, '阿明 🌱');
    assert.equal(session.state, 'registered');
    assert.equal(session.user.id, registration.user.id);
    assert.equal(refused.code, 'session_revoked');
    assert.deepEqual(others, []);
  });
}

for (const page of ['README.md', 'README.zh-CN.md']) {
  test(`${page} logs in and registers`, async () => {
    const check = `\ncurl -s $api/v1/session -H "Authorization: Bearer $token"`;
    const [session, registration, again] = await pasted((await commands(page)) + check);
    assert.equal(session.state, 'unregistered');
    assert.equal(again.user.id, registration.user.id);
  });
}

test('the token of the quick start is told to a service as in the chapter on back ends', async () => {
  const page = await readFile(fileURLToPath(new URL('docs/src/back-ends.md', ROOT)), 'utf8');
  const [, question] = /^\$ (curl .*\/oauth\/introspect)$/m.exec(page);
  const registered = (await commands('README.md')).concat(
    '\n',
    question.replace('http://127.0.0.1:8080', '$api'),
  );
  const answers = await pasted(registered);
  assert.equal(answers.at(-1).state, 'registered');
  assert.equal(answers.at(-1).sub, answers.at(-2).user.id);
});
