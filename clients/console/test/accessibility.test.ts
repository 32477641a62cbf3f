import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { uuid } from './fake-api/people.js';
import { type ConsolePage, withConsole } from './fixture.js';
import { PLACES, visit } from './places.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Fails if axe finds a violation. */
async function assertAccessible({ page }: ConsolePage, where: string): Promise<void> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const messages = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)}`,
  );
  assert.deepEqual(messages, [], where);
}

for (const theme of ['light', 'dark']) {
  for (const [language, locale] of [
    ['en', 'en-GB'],
    ['zh', 'zh-CN'],
  ] as const) {
    test(`every page passes axe: ${theme}, ${language}`, () =>
      withConsole(
        async (page) => {
          await page.open();
          await page.locator('#theme').selectOption(theme);
          // The page's content security policy would block axe.
          await page.page.addScriptTag({ path: AXE });
          await assertAccessible(page, 'sign-in');
          await page.screenshot(`sign-in-${theme}-${language}`);
          await page.locator('#name').fill('dev');
          await page.locator('#password').fill('wrong');
          await page.locator('button[type="submit"]').click();
          await page.locator('.problem').waitFor();
          await assertAccessible(page, 'sign-in failed');
          await page.signIn();
          await page.page.addScriptTag({ path: AXE });
          for (const place of PLACES) {
            await visit(page, place);
            await assertAccessible(page, place.name);
            await page.screenshot(`${place.name}-${theme}-${language}`, place.isDialog !== true);
          }
        },
        { bypassCSP: true, locale },
      ));
  }
}

test('empty lists pass axe, and say what will fill them', () =>
  withConsole(
    async (page) => {
      page.state.isEmpty = true;
      page.state.events.length = 0;
      await page.signIn();
      await page.page.addScriptTag({ path: AXE });
      for (const name of ['overview', 'why', 'events', 'pushes', 'webhooks', 'keys']) {
        await page.follow(name);
        await assertAccessible(page, name);
        const lists = await page.locator('.empty p:last-child').allTextContents();
        assert.ok(lists.length > 0, name);
        for (const words of lists) {
          assert.match(words, /will|leaves/, name);
        }
        await page.screenshot(`empty-${name}`);
      }
    },
    { bypassCSP: true },
  ));

const focused = ({ page }: ConsolePage) =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);

test('the console can be used with the keyboard alone', () =>
  withConsole(async (page) => {
    const { keyboard } = page.page;
    const tabTo = async (selector: string) => {
      for (let steps = 0; steps < 60; steps += 1) {
        await keyboard.press('Tab');
        const { isThere, outline, html } = await page.page.evaluate((wanted) => {
          const { activeElement: element } = document;
          return {
            isThere: element?.matches(wanted) === true,
            outline: element === null ? 'none' : getComputedStyle(element).outlineStyle,
            html: element?.outerHTML.slice(0, 80),
          };
        }, selector);
        assert.notEqual(outline, 'none', `the focus is not visible at ${html}`);
        if (isThere) {
          return;
        }
      }
      assert.fail(`Tab does not reach ${selector}`);
    };
    await page.signIn();
    await page.page.reload();
    await page.heading('overview');
    await keyboard.press('Tab');
    assert.equal(await focused(page), 'skip');
    await keyboard.press('Enter');
    assert.equal(await focused(page), 'main');
    assert.match(page.page.url(), /#\/overview$/);
    await page.page.reload();
    await page.heading('overview');
    await tabTo('a[href="#/people"]');
    await keyboard.press('Enter');
    await page.heading('people');
    assert.equal(await focused(page), 'H1');
    await tabTo('#query');
    await keyboard.type('13800138000');
    await keyboard.press('Enter');
    await page.locator('#results tbody a').waitFor();
    assert.equal(await focused(page), 'query');
    await tabTo('#results tbody a');
    await keyboard.press('Enter');
    await page.locator('#do-block').waitFor();
    assert.equal(await focused(page), 'H1');
    await tabTo('#do-erase');
    await keyboard.press('Enter');
    assert.equal(await focused(page), 'dialog-field');
    await keyboard.press('Escape');
    assert.equal(await focused(page), 'do-erase');
    await page.locator('#do-block').focus();
    await keyboard.press('Enter');
    await tabTo('#confirm');
    await keyboard.press('Enter');
    await page.locator('#do-unblock').waitFor();
    await page.settled();
    assert.equal(await focused(page), 'notice');
  }));

test('screen readers hear of each page, result and failure', () =>
  withConsole(async (page) => {
    await page.signIn();
    const titles: string[] = [];
    for (const name of ['overview', 'people', 'why', 'events', 'pushes', 'webhooks', 'keys']) {
      await page.follow(name);
      titles.push(await page.page.title());
      assert.equal(await page.locator('#pages [aria-current="page"]').count(), 1);
    }
    assert.deepEqual(titles, [
      'Overview · Yaoshi console',
      'People · Yaoshi console',
      'Why? · Yaoshi console',
      'Events · Yaoshi console',
      'Pushes · Yaoshi console',
      'Webhooks · Yaoshi console',
      'Keys and services · Yaoshi console',
    ]);
    await page.go('#/people?q=Tom');
    await page.locator('#announcer', { hasText: '1 person on this page' }).waitFor();
    await page.go(`#/people/${uuid(999)}`);
    assert.match((await page.page.getByRole('alert').textContent()) ?? '', /No such user/);
  }));

test('the language follows the browser, and a choice is stored', () =>
  withConsole(
    async (page) => {
      const language = () => page.locator('html').getAttribute('lang');
      await page.signIn();
      assert.equal(await language(), 'zh-CN');
      assert.equal(await page.text('h1'), '概览');
      await page.locator('#language').click();
      assert.equal(await language(), 'en');
      assert.equal(await page.text('h1'), 'Overview');
      assert.equal(await focused(page), 'language');
      await page.page.reload();
      await page.heading('overview');
      assert.equal(await language(), 'en');
    },
    { locale: 'zh-CN' },
  ));

test('the theme follows the system, and a choice is stored', () =>
  withConsole(
    async (page) => {
      const background = () =>
        page.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      await page.open();
      const dark = await background();
      await page.locator('#theme').selectOption('light');
      const light = await background();
      assert.notEqual(light, dark);
      await page.page.reload();
      await page.heading('sign-in');
      assert.equal(await background(), light);
      await page.locator('#theme').selectOption('auto');
      assert.equal(await background(), dark);
    },
    { colorScheme: 'dark' },
  ));
