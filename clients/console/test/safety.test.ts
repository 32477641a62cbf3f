import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { uuid } from './fake-api/people.js';
import { withConsole } from './fixture.js';

const ASSETS = fileURLToPath(new URL('../../../crates/server/src/console/assets/', import.meta.url));
const MARKUP = '<img src=x onerror="document.title=\'hacked\'"><script>document.title="hacked"</script>';

test('what people write stays text', () =>
  withConsole(async (page) => {
    const person = page.state.person(uuid(1));
    assert.ok(person);
    Object.assign(person, { nickname: MARKUP, city: MARKUP, avatar_url: MARKUP });
    await page.signIn();
    for (const hash of [`#/people?q=${encodeURIComponent(MARKUP)}`, `#/people/${uuid(1)}`]) {
      await page.go(hash);
      assert.ok((await page.text('main')).includes(MARKUP) || hash.includes('?q='), hash);
      assert.equal(await page.locator('main img, main script').count(), 0);
    }
    Object.assign(page.state.pushes[0] ?? {}, {
      event: MARKUP,
      message: { Content: MARKUP },
      answer: MARKUP,
    });
    await page.go('#/pushes');
    await page.locator('[id^="show-"]').first().click();
    await page.locator('#confirm').click();
    assert.equal(await page.locator('#push-answer').textContent(), MARKUP);
    assert.equal(await page.locator('main img, main script').count(), 0);
    const delivery = page.state.deliveries[0];
    Object.assign(delivery ?? {}, { webhook: MARKUP, outcome: MARKUP, tries: 1 });
    Object.assign(delivery?.event ?? {}, { kind: MARKUP, detail: MARKUP });
    await page.go('#/webhooks');
    await page.locator('[id^="redeliver-"]').first().click();
    assert.ok((await page.text('#dialog-title')).includes(MARKUP));
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.doesNotMatch(await page.page.title(), /^hacked/);
  }));

test('a picture of a person is not fetched', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go(`#/people/${uuid(1)}`);
    // A request elsewhere would fail the test.
    assert.match(await page.text('.facts'), /thirdwx\.qlogo\.cn/);
  }));

test('the page has neither inline code nor inline style, and writes no markup', async () => {
  const [page, script] = await Promise.all(
    ['index.html', 'console.js'].map((name) => readFile(ASSETS + name, 'utf8')),
  );
  assert.doesNotMatch(page ?? '', /<style|style=|<script(?![^>]*src=)| on\w+=/);
  assert.doesNotMatch(
    script ?? '',
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function/,
  );
  assert.doesNotMatch(script ?? '', /https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
});

test('the console is small', async () => {
  const names = ['index.html', 'console.css', 'console.js'];
  const sizes = await Promise.all(names.map(async (name) => (await readFile(ASSETS + name)).byteLength));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total < 200_000, `${total} bytes`);
});
