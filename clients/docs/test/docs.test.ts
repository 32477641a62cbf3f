import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { AxeResults } from 'axe-core';
import type { Locator } from 'playwright-core';
import { type Operation, openApi, withPage } from './fixture.js';
import type { DocsPage } from './page.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

test('the page shows every operation, with an example for this server', () =>
  withPage(async (page) => {
    const { operations, server } = await openApi();
    assert.ok(operations.length > 0);
    await page.expandSidebar();
    for (const { path, summary } of operations) {
      const section = await page.openOperation(summary);
      await section.getByText(path, { exact: true }).first().waitFor();
      await section.locator('pre').filter({ hasText: server }).first().waitFor();
    }
  }));

test('the page has a table of all codes', () =>
  withPage(async (page) => {
    const { codes } = await openApi();
    const rows = page.section('Introduction').getByRole('table').nth(1).locator('tbody tr');
    assert.deepEqual(await rows.locator('td:first-child').allTextContents(), codes);
    const unknownApp = rows.filter({ hasText: 'unknown_app' }).locator('td');
    assert.deepEqual((await unknownApp.allTextContents()).slice(1), [
      '422',
      'fix_request',
      'The app is not configured here',
    ]);
  }));

test('a body leads to its schema', () =>
  withPage(async (page) => {
    const section = await page.openOperation('Log in');
    await section.getByRole('button', { name: 'LoginRequest', exact: true }).click();
    await page.browserPage.waitForFunction(() => {
      const schema = document.querySelector('[id$="schemas/LoginRequest"]')?.getBoundingClientRect();
      return schema !== undefined && schema.top > -1 && schema.bottom < window.innerHeight;
    });
  }));

/** Copies the example of a section, as a user does, and runs it. Returns its JSON. */
async function paste(page: DocsPage, section: Locator): Promise<Record<string, string>> {
  const example = section.getByRole('group', { name: 'Request Example' });
  await example.getByRole('group', { name: 'Code sample:' }).hover();
  await example.getByRole('button', { name: /^Copy .* code$/ }).click();
  const commands = await page.browserPage.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await promisify(execFile)('sh', ['-c', commands]);
  return JSON.parse(stdout);
}

test('the examples of a login work when they are pasted', () =>
  withPage(
    async (page) => {
      const section = await page.openOperation('Log in');
      const { state, token } = await paste(page, section);
      assert.equal(state, 'unregistered');
      assert.match(token ?? '', /^ys_/);
      // The plain request has a code that WeChat does not know, and the right app.
      await section.getByRole('button', { name: 'Change code sample language' }).click();
      await page.browserPage.getByRole('option', { name: 'Curl', exact: true }).first().click();
      assert.equal((await paste(page, section)).code, 'invalid_code');
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  ));

test('the page is in Chinese for a browser that prefers it', () =>
  withPage(
    async (page) => {
      const { browserPage } = page;
      assert.equal(await browserPage.title(), 'Yaoshi API 文档');
      assert.equal(await browserPage.locator('html').getAttribute('lang'), 'zh-CN');
      await browserPage.getByRole('heading', { name: '错误码', exact: true }).waitFor();
      await browserPage.getByText('示例的语言', { exact: true }).first().waitFor();
      const sidebar = browserPage.getByRole('complementary', { name: 'Yaoshi 的侧边栏' });
      await sidebar.getByRole('button', { name: '打开分组 - 数据结构' }).waitFor();
      await sidebar.getByRole('button', { name: '打开分组 - 会话' }).click();
      await sidebar.getByRole('link', { name: '退出登录 HTTP 方法' }).first().click();
      const section = page.section('退出登录');
      await section.getByRole('heading', { name: '退出登录', exact: true }).waitFor();
      await section.getByText('结束 token 对应的会话。').waitFor();
    },
    { locale: 'zh-CN' },
  ));

/** What axe finds in a part of the page. */
async function violationsIn(part: Locator): Promise<AxeResults['violations']> {
  // However short a transition is, until the next frame an element has the colour of before.
  await part
    .page()
    .waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition));
  const { violations } = await part.evaluate((element) =>
    (globalThis as unknown as { axe: { run(part: Element): Promise<AxeResults> } }).axe.run(element),
  );
  return violations;
}

/** Fails if axe finds a violation in the part. */
async function assertAccessible(part: Locator, where: string): Promise<void> {
  const violations = await violationsIn(part);
  const messages = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)}`,
  );
  assert.deepEqual(messages, [], where);
}

/** An operation of each method: their colours differ. */
async function oneOfEachMethod(): Promise<Operation[]> {
  const { operations } = await openApi();
  return [...new Map(operations.map((operation) => [operation.method, operation])).values()];
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page passes axe: ${colorScheme}`, () =>
    withPage(
      async (page) => {
        // The page's content security policy would block axe.
        await page.browserPage.addScriptTag({ path: AXE });
        const whole = page.browserPage.locator(':root');
        await assertAccessible(whole, 'new');
        await page.expandSidebar();
        await assertAccessible(whole, 'sidebar expanded');
        for (const { summary } of await oneOfEachMethod()) {
          const section = await page.openOperation(summary);
          const responses = section.getByRole('list', { name: 'Responses' });
          await responses.getByRole('button', { expanded: false }).first().click();
          await assertAccessible(section, summary);
        }
        await page.browserPage.setViewportSize({ width: 400, height: 800 });
        await assertAccessible(whole, 'on a phone');
      },
      { bypassCSP: true, colorScheme },
    ));
}

test('the search passes axe, but for an attribute that the viewer leaves out', () =>
  withPage(
    async (page) => {
      await page.browserPage.addScriptTag({ path: AXE });
      await page.sidebar.getByRole('button', { name: 'Open Search' }).click();
      const search = page.browserPage.getByRole('dialog');
      await search.getByRole('combobox').fill('phone');
      await search.getByRole('option', { name: 'Bind a phone number' }).waitFor();
      const violations = await violationsIn(page.browserPage.locator(':root'));
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ any }) => `${id}: ${any[0]?.message}`),
      );
      assert.deepEqual(found, ['aria-required-attr: Required ARIA attribute not present: aria-expanded']);
    },
    { bypassCSP: true },
  ));
