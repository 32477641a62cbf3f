import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { textOf, type Visit } from './visit.js';
import { visiting } from './world.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Fails where axe finds what keeps somebody from reading or using the page. */
async function assertAccessible(visit: Visit, where: string): Promise<void> {
  const { violations } = await visit.page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)}`,
  );
  assert.deepEqual(told, [], where);
}

async function choose(visit: Visit, group: 'theme' | 'language', value: string): Promise<void> {
  await visit.page.locator(`input[name="${group}"][value="${value}"]`).check();
}

for (const theme of ['light', 'dark']) {
  for (const language of ['en', 'zh']) {
    test(`anybody can read the page, ${theme}, ${language}`, () =>
      visiting(
        async (visit) => {
          // The page's policy lets no script in but its own, and axe is none of it.
          await visit.page.addScriptTag({ path: AXE });
          await choose(visit, 'theme', theme);
          await choose(visit, 'language', language);
          await assertAccessible(visit, 'new');
          await visit.picture(`new-${theme}-${language}`);
          await visit.mischief('slow');
          await visit.mischief('turn');
          await assertAccessible(visit, 'armed');
          await visit.play('old');
          await visit.message('422').locator('summary').click();
          await assertAccessible(visit, 'failed');
          await visit.picture(`failed-${theme}-${language}`);
          await visit.page.locator('#play-yaoshi').click();
          await visit.page.locator('.verdict.good').waitFor();
          await visit.tap('phone-2', 'steps');
          await assertAccessible(visit, 'succeeded');
          await visit.picture(`succeeded-${theme}-${language}`);
        },
        { bypassCSP: true },
      ));
  }
}

test('the page speaks Chinese to who asks for it, and remembers', () =>
  visiting(
    async (visit) => {
      const language = () => visit.page.locator('html').getAttribute('lang');
      assert.equal(await language(), 'zh-CN');
      assert.equal(await textOf(visit.page.locator('h1')), '钥匙演练场');
      await choose(visit, 'language', 'en');
      await visit.tap('phone-1', 'login');
      assert.equal(await language(), 'en');
      await choose(visit, 'language', 'zh');
      assert.equal(await visit.told('phone-1'), '已登录。');
      assert.equal(await visit.page.title(), '钥匙演练场');
      assert.equal((await visit.drawn())[0], '· 新的用户，两部新手机');
      await choose(visit, 'language', 'en');
      await visit.page.reload();
      await visit.ready();
      assert.equal(await language(), 'en');
    },
    { locale: 'zh-CN' },
  ));

test('no text of the page is left behind in the other language', () =>
  visiting(async (visit) => {
    await visit.play('yaoshi');
    await choose(visit, 'language', 'zh');
    const english = await visit.page.locator('[data-text]').evaluateAll((elements) =>
      elements
        .filter((element) => !element.closest('.choice, .fields') && element.textContent !== '')
        .filter((element) => !/\p{Script=Han}/u.test(element.textContent ?? ''))
        .map((element) => (element as HTMLElement).dataset.text),
    );
    // A field's name of WeChat's is the same in both.
    assert.deepEqual(english, ['mischief.key']);
  }));

test('light and dark follow the system until somebody chooses, and are remembered', () =>
  visiting(
    async (visit) => {
      const ground = () =>
        visit.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const dark = await ground();
      await choose(visit, 'theme', 'light');
      const light = await ground();
      assert.notEqual(light, dark);
      await visit.page.reload();
      await visit.ready();
      assert.equal(await ground(), light);
      await choose(visit, 'theme', 'auto');
      assert.equal(await ground(), dark);
      await visit.page.emulateMedia({ colorScheme: 'light' });
      assert.equal(await ground(), light);
    },
    { colorScheme: 'dark' },
  ));

/** Presses Tab until the element has the focus. */
async function tabTo(visit: Visit, selector: string): Promise<void> {
  const steps: string[] = [];
  while (steps.length < 80) {
    await visit.page.keyboard.press('Tab');
    const focused = await visit.page.evaluate((wanted) => {
      const { activeElement: element } = document;
      const { outlineStyle } = getComputedStyle(element?.nextElementSibling ?? document.body);
      const own = element && getComputedStyle(element).outlineStyle;
      const isSeen =
        own !== 'none' || (element?.matches('.choice input') === true && outlineStyle !== 'none');
      return { isThere: element?.matches(wanted) === true, isSeen, html: element?.outerHTML.slice(0, 80) };
    }, selector);
    assert.ok(focused.isSeen, `the focus cannot be seen at ${focused.html}`);
    if (focused.isThere) {
      return;
    }
    steps.push(String(focused.html));
  }
  assert.fail(`Tab does not come to ${selector}:\n${steps.join('\n')}`);
}

test('the keyboard is enough', () =>
  visiting(async (visit) => {
    const { keyboard } = visit.page;
    await tabTo(visit, 'input[name="theme"]');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    assert.equal(await visit.page.locator('html').getAttribute('data-theme'), 'dark');
    await tabTo(visit, '#phone-1 [data-action="login"]');
    await keyboard.press('Enter');
    assert.equal(await visit.done('phone-1'), 'Logged in.');
    await tabTo(visit, '.message summary');
    await keyboard.press('Enter');
    assert.ok(await visit.page.locator('.message details[open] .fields').first().isVisible());
    await visit.picture('keyboard');
    await tabTo(visit, '#play-yaoshi');
    await keyboard.press('Space');
    await visit.page.locator('.verdict.good').waitFor();
    const focused = () => visit.page.evaluate(() => document.activeElement?.id);
    assert.equal(await focused(), 'play-yaoshi');
    await tabTo(visit, '[data-deed="mischief.busy_once"]');
    await keyboard.press('Enter');
    await visit.page.locator('#armed li').waitFor();
    await tabTo(visit, '#disarm');
    await keyboard.press('Enter');
    await visit.page.locator('#nothing-armed').waitFor();
  }));

test('who listens is told what travels, in order', () =>
  visiting(async (visit) => {
    await visit.page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      const log = document.querySelector('[role="log"]');
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          heard.push(...[...addedNodes].map((node) => node.textContent ?? ''));
        }
      }).observe(log as Element, { childList: true });
    });
    await visit.tap('phone-1', 'login');
    const heard = await visit.page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    assert.deepEqual(
      heard.map((line) => line.trim()),
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

test('nothing moves for who wants no motion', () =>
  visiting(async (visit) => {
    await visit.tap('phone-1', 'login');
    const animations = () => visit.page.evaluate(() => document.getAnimations().length);
    assert.equal(await animations(), 0);
    const name = () =>
      visit.page
        .locator('.message')
        .last()
        .evaluate((message) => getComputedStyle(message).animationName);
    assert.equal(await name(), 'none');
    await visit.page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.equal(await name(), 'appear');
  }));

/** As high as a phone of today, or a window on a notebook, in pixels. */
const HEIGHT = 840;

/** Fails where an arrow does not go from the middle of its party to the middle of the other. */
async function assertArrowsReach(visit: Visit): Promise<void> {
  const astray = await visit.page.evaluate(() => {
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
  assert.deepEqual(astray, []);
}

for (const width of [320, 390, 768, 1024, 1280, 1920]) {
  test(`the page fits into a window of ${width} pixels`, () =>
    visiting(
      async (visit) => {
        await visit.play('yaoshi');
        const { scrolls, shows } = await visit.page.evaluate(() => ({
          scrolls: document.documentElement.scrollWidth,
          shows: document.documentElement.clientWidth,
        }));
        assert.ok(scrolls <= shows, `${scrolls} pixels in ${shows}`);
        const verdict = await visit.page.locator('.verdict').boundingBox();
        assert.ok(
          verdict && verdict.y >= 0 && verdict.y + verdict.height <= HEIGHT / 2,
          JSON.stringify(verdict),
        );
        await assertArrowsReach(visit);
        await visit.picture(`width-${width}`);
      },
      { viewport: { width, height: HEIGHT } },
    ));
}
