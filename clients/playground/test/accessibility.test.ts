import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { withPage } from './fixture.js';
import { type PlaygroundPage, textOf } from './page.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Fails if axe finds a violation. */
async function assertAccessible(page: PlaygroundPage, where: string): Promise<void> {
  const { violations } = await page.browserPage.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const messages = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)}`,
  );
  assert.deepEqual(messages, [], where);
}

async function choose(page: PlaygroundPage, group: 'theme' | 'language', value: string): Promise<void> {
  await page.browserPage.locator(`input[name="${group}"][value="${value}"]`).check();
}

for (const theme of ['light', 'dark']) {
  for (const language of ['en', 'zh']) {
    test(`the page passes axe: ${theme}, ${language}`, () =>
      withPage(
        async (page) => {
          // The page's content security policy would block axe.
          await page.browserPage.addScriptTag({ path: AXE });
          await choose(page, 'theme', theme);
          await choose(page, 'language', language);
          await assertAccessible(page, 'new');
          await page.screenshot(`new-${theme}-${language}`);
          await page.load('#play=tour');
          await page.browserPage.locator('.verdict').waitFor();
          await assertAccessible(page, 'tour');
          await page.screenshot(`tour-${theme}-${language}`);
          await page.browserPage.locator('#over').click();
          await page.browserPage.locator('#diagram-hint').waitFor();
          await page.triggerFault('slow');
          await page.triggerFault('rotate_around_collection');
          await assertAccessible(page, 'armed');
          await page.play('tutorial');
          await page.message('422').locator('summary').click();
          await assertAccessible(page, 'failed');
          await page.screenshot(`failed-${theme}-${language}`);
          await page.browserPage.locator('#play-yaoshi').click();
          await page.browserPage.locator('.verdict.good').waitFor();
          await page.tap('phone-2', 'steps');
          await assertAccessible(page, 'succeeded');
          await page.screenshot(`succeeded-${theme}-${language}`);
          await page.triggerFault('push_forged');
          await page.triggerFault('withdraw_profile');
          await page.message('403').locator('summary').click();
          await assertAccessible(page, 'pushed');
          await page.screenshot(`pushed-${theme}-${language}`);
        },
        { bypassCSP: true },
      ));
  }
}

test('the page follows the browser’s language, and stores another choice', () =>
  withPage(
    async (page) => {
      const language = () => page.browserPage.locator('html').getAttribute('lang');
      assert.equal(await language(), 'zh-CN');
      assert.equal(await textOf(page.browserPage.locator('h1')), 'Yaoshi 演练场');
      await choose(page, 'language', 'en');
      await page.tap('phone-1', 'login');
      assert.equal(await language(), 'en');
      await choose(page, 'language', 'zh');
      assert.equal(await page.outcome('phone-1'), '已登录。');
      assert.equal(await page.browserPage.title(), 'Yaoshi 演练场');
      assert.equal((await page.diagram())[0], '· 新用户，两部新手机');
      await choose(page, 'language', 'en');
      await page.browserPage.reload();
      await page.whenReady();
      assert.equal(await language(), 'en');
    },
    { locale: 'zh-CN' },
  ));

test('switching the language translates every text', () =>
  withPage(async (page) => {
    await page.play('yaoshi');
    await page.tap('phone-1', 'steps');
    await page.tap('phone-1', 'pay');
    await page.message('push_unanswered').waitFor();
    for (const fault of ['code_twice', 'busy_once', 'push_late', 'withdraw_profile', 'revoke']) {
      await page.triggerFault(fault);
    }
    await choose(page, 'language', 'zh');
    const english = await page.browserPage.locator('[data-text]').evaluateAll((elements) =>
      elements
        .filter((element) => !element.closest('.choice, .fields') && element.textContent !== '')
        .filter((element) => !/\p{Script=Han}/u.test(element.textContent ?? ''))
        .map((element) => (element as HTMLElement).dataset.text),
    );
    // These names are the same in both languages.
    assert.deepEqual(english, ['party.yaoshi', 'faults.key', 'faults.access_token']);
  }));

test('the theme follows the system, and a choice is stored', () =>
  withPage(
    async (page) => {
      const background = () =>
        page.browserPage.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const dark = await background();
      await choose(page, 'theme', 'light');
      const light = await background();
      assert.notEqual(light, dark);
      await page.browserPage.reload();
      await page.whenReady();
      assert.equal(await background(), light);
      await choose(page, 'theme', 'auto');
      assert.equal(await background(), dark);
      await page.browserPage.emulateMedia({ colorScheme: 'light' });
      assert.equal(await background(), light);
    },
    { colorScheme: 'dark' },
  ));

/** Presses Tab until the element has the focus. Fails if a focused element has no visible outline. */
async function tabTo(page: PlaygroundPage, selector: string): Promise<void> {
  const steps: string[] = [];
  while (steps.length < 80) {
    await page.browserPage.keyboard.press('Tab');
    const focused = await page.browserPage.evaluate((wanted) => {
      const { activeElement: element } = document;
      const { outlineStyle } = getComputedStyle(element?.nextElementSibling ?? document.body);
      const own = element && getComputedStyle(element).outlineStyle;
      const isVisible =
        own !== 'none' || (element?.matches('.choice input') === true && outlineStyle !== 'none');
      return {
        isTarget: element?.matches(wanted) === true,
        isVisible,
        html: element?.outerHTML.slice(0, 80),
      };
    }, selector);
    assert.ok(focused.isVisible, `the focus is not visible at ${focused.html}`);
    if (focused.isTarget) {
      return;
    }
    steps.push(String(focused.html));
  }
  assert.fail(`Tab does not reach ${selector}:\n${steps.join('\n')}`);
}

test('the page can be used with the keyboard alone', () =>
  withPage(async (page) => {
    const { keyboard } = page.browserPage;
    await tabTo(page, 'input[name="theme"]');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    assert.equal(await page.browserPage.locator('html').getAttribute('data-theme'), 'dark');
    await tabTo(page, '#phone-1 [data-action="login"]');
    await keyboard.press('Enter');
    assert.equal(await page.whenIdle('phone-1'), 'Logged in.');
    await tabTo(page, '.message summary');
    await keyboard.press('Enter');
    assert.ok(await page.browserPage.locator('.message details[open] .fields').first().isVisible());
    await page.screenshot('keyboard');
    await tabTo(page, '#play-yaoshi');
    await keyboard.press('Space');
    await page.browserPage.locator('.verdict.good').waitFor();
    const focused = () => page.browserPage.evaluate(() => document.activeElement?.id);
    assert.equal(await focused(), 'play-yaoshi');
    await tabTo(page, '[data-fault="faults.busy_once"]');
    await keyboard.press('Enter');
    await page.browserPage.locator('#armed li').waitFor();
    await tabTo(page, '#disarm');
    await keyboard.press('Enter');
    await page.browserPage.locator('#nothing-armed').waitFor();
  }));

test('screen readers announce the messages in order', () =>
  withPage(async (page) => {
    await page.browserPage.evaluate(() => {
      const lines: string[] = [];
      Object.assign(globalThis, { lines });
      const log = document.querySelector('[role="log"]');
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          lines.push(...[...addedNodes].map((node) => node.textContent ?? ''));
        }
      }).observe(log as Element, { childList: true });
    });
    await page.tap('phone-1', 'login');
    const lines = await page.browserPage.evaluate(() => (globalThis as unknown as { lines: string[] }).lines);
    assert.deepEqual(
      lines.map((line) => line.trim()),
      [
        'Phone 1 to WeChat: wx.login',
        'WeChat to Phone 1: login:ok',
        'Phone 1 to Yaoshi: POST /v1/login',
        'Yaoshi to WeChat: code2Session',
        'WeChat to Yaoshi: session_key',
        'Yaoshi to Phone 1: 200 unregistered',
      ],
    );
  }));

test('there is no animation with reduced motion', () =>
  withPage(async (page) => {
    await page.tap('phone-1', 'login');
    const animations = () => page.browserPage.evaluate(() => document.getAnimations().length);
    assert.equal(await animations(), 0);
    const name = () =>
      page.browserPage
        .locator('.message')
        .last()
        .evaluate((message) => getComputedStyle(message).animationName);
    assert.equal(await name(), 'none');
    await page.browserPage.emulateMedia({ reducedMotion: 'no-preference' });
    assert.equal(await name(), 'appear');
  }));

/** The height of a current phone, or of a window on a notebook, in pixels. */
const HEIGHT = 840;

/** Fails if an arrow does not connect the lifelines of its two parties. */
async function assertArrowsConnect(page: PlaygroundPage): Promise<void> {
  const misplaced = await page.browserPage.evaluate(() => {
    const middle = (party: string | undefined) => {
      const box = document.querySelector(`.parties [data-text="party.${party}"]`)?.getBoundingClientRect();
      return box ? box.x + box.width / 2 : Number.NaN;
    };
    return [...document.querySelectorAll<HTMLElement>('.message')]
      .filter((message) => {
        const line = message.querySelector('.line')?.getBoundingClientRect();
        const ends = [middle(message.dataset.from), middle(message.dataset.to)].sort((a, b) => a - b);
        const drawn = [line?.left ?? Number.NaN, line?.right ?? Number.NaN];
        return !ends.every((end, index) => Math.abs(end - (drawn[index] ?? Number.NaN)) < 2);
      })
      .map(({ textContent }) => textContent);
  });
  assert.deepEqual(misplaced, []);
}

/** Fails unless the verdict and the message that decided it are in view. */
async function assertVerdictInView(page: PlaygroundPage): Promise<void> {
  const outside = await page.browserPage.evaluate(() => {
    const drawing = document.querySelector('#drawing')?.getBoundingClientRect();
    const parties = document.querySelector('.parties')?.getBoundingClientRect();
    const top = Math.max(0, parties?.bottom ?? 0);
    const bottom = Math.min(innerHeight, drawing?.bottom ?? 0);
    const shown = [...document.querySelectorAll('.message'), ...document.querySelectorAll('.verdict')];
    return shown
      .slice(-2)
      .map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.top < top || box.bottom > bottom)
      .map(({ text, box }) => `${text} is at ${box.top} to ${box.bottom}, outside ${top} to ${bottom}`);
  });
  assert.deepEqual(outside, []);
}

const SIZES = [
  [320, HEIGHT],
  [390, HEIGHT],
  [768, HEIGHT],
  [1024, HEIGHT],
  [1280, HEIGHT],
  [1366, 768],
  [1920, HEIGHT],
] as const;

for (const [width, height] of SIZES) {
  test(`the page fits into a window of ${width} × ${height} pixels`, () =>
    withPage(
      async (page) => {
        for (const scenario of ['tutorial', 'yaoshi'] as const) {
          await page.play(scenario);
          await assertVerdictInView(page);
          await page.screenshot(`width-${width}-${scenario}`);
        }
        await page.tap('phone-1', 'steps');
        await page.triggerFault('push_forged');
        await page.triggerFault('delete_account');
        await page.message('push_refused').waitFor();
        const drawing = await page.browserPage
          .locator('#drawing')
          .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
        assert.ok(drawing.scrollWidth <= drawing.clientWidth, JSON.stringify(drawing));
        const { contentWidth, windowWidth } = await page.browserPage.evaluate(() => ({
          contentWidth: document.documentElement.scrollWidth,
          windowWidth: document.documentElement.clientWidth,
        }));
        assert.ok(contentWidth <= windowWidth, `${contentWidth} pixels in ${windowWidth}`);
        await assertArrowsConnect(page);
        await page.screenshot(`width-${width}`);
      },
      { viewport: { width, height } },
    ));
}
