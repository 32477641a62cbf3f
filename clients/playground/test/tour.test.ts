import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, type PlaygroundPage, textOf } from './page.js';

/** What the link ends with that `yaoshi dev` prints. */
const HASH = '#play=tour';

/** Opens the link in a new tab. The page's clock is the test's, to pass over the pauses. */
async function openLink(page: PlaygroundPage): Promise<void> {
  await page.browserPage.goto('about:blank');
  await page.browserPage.clock.install();
  await page.load(HASH);
}

/** Waits until a verdict can be read, and passes over the pause. */
async function passPause(page: PlaygroundPage, next: string): Promise<void> {
  await page.tourSays(`${next}.`);
  await page.browserPage.clock.fastForward('00:05');
}

const verdicts = (page: PlaygroundPage) => page.browserPage.locator('.verdict strong').allTextContents();
const tour = (page: PlaygroundPage) => page.browserPage.locator('#tour');

test('the link plays the order trap and a second phone, one after the other', () =>
  withPage(async (page) => {
    await openLink(page);
    await passPause(page, 'Scenario 2 of 3 is about to begin: Yaoshi client');
    await passPause(page, 'Scenario 3 of 3 is about to begin: Second phone');
    await page.tourSays('The scenarios of the link are over.');
    assert.match(await textOf(tour(page)), /小钥匙 under People, the failures under Why\?/);
    assert.deepEqual(await verdicts(page), ['Login failed', 'Login succeeded', 'Login succeeded']);
    assertInOrder(await page.diagram(), [
      '· New user, two new phones',
      'yaoshi>phone-1 422 signature_mismatch [collect_again]',
      '· New user, two new phones',
      'yaoshi>phone-1 422 signature_mismatch [collect_again]',
      'yaoshi>phone-1 201 registered',
      '· Armed: Use the next code twice',
      'yaoshi>phone-2 400 code_used [login_again]',
      'yaoshi>phone-2 200 registered',
      'phone-2>yaoshi PUT /v1/me/phone',
      'phone-2>yaoshi POST /v1/open-data',
      'yaoshi>phone-2 422 undecryptable [collect_again]',
      'phone-2>yaoshi POST /v1/open-data',
    ]);
    const why = await page.browserPage.locator('.verdict .why').allTextContents();
    assert.match(String(why[1]), /The client received collect_again × 2 and acted on it/);
    assert.match(String(why[2]), /The client received login_again, collect_again × 2 and acted on it/);
    assert.equal(await page.state('phone-1'), 'registered');
    assert.equal(await page.state('phone-2'), 'registered');
    assert.deepEqual(await page.armed(), []);
    await page.screenshot('tour');
    await page.browserPage.locator('#tour-stop').click();
    assert.equal(await tour(page).isVisible(), false);
    await page.browserPage.reload();
    await page.whenReady();
    assert.equal(await tour(page).isVisible(), false);
    assert.deepEqual(await page.diagram(), ['· New user, two new phones']);
  }));

test('the tour keeps the phones to itself until it is stopped', () =>
  withPage(async (page) => {
    await page.browserPage.clock.install();
    await page.load(HASH);
    await page.tourSays('Scenario 2 of 3 is about to begin');
    for (const phone of ['phone-1', 'phone-2'] as const) {
      assert.deepEqual(await page.availableActions(phone), []);
    }
    assert.equal(await page.reasonAgainst('#play-yaoshi'), 'A scenario is playing.');
    assert.equal(new URL(page.browserPage.url()).hash, '');
    const diagram = await page.diagram();
    await page.browserPage.locator('#tour-stop').click();
    await page.tourSays('Stopped.');
    assert.equal(await textOf(page.browserPage.locator('#tour-stop')), 'Close');
    await page.browserPage.clock.fastForward('00:10');
    assert.equal(await page.tap('phone-2', 'login'), 'Logged in.');
    assert.deepEqual((await page.diagram()).slice(0, diagram.length), diagram);
    assert.deepEqual(await verdicts(page), ['Login failed']);
    await page.browserPage.locator('#tour-stop').click();
    assert.equal(await tour(page).isVisible(), false);
  }));

test('starting over stops the tour', () =>
  withPage(async (page) => {
    await page.browserPage.route('**/v1/login', () => {});
    await page.load(HASH);
    await page.tourSays('Scenario 1 of 3 is playing: Tutorial client.');
    await page.message('POST /v1/login').waitFor();
    await page.browserPage.locator('#over').click();
    await page.browserPage.locator('#diagram-hint').waitFor();
    assert.equal(await tour(page).isVisible(), false);
    await page.browserPage.unroute('**/v1/login');
    assert.equal((await page.play('tutorial'))[0], 'Login failed');
  }));

test('a tour that meets another failure says so', () =>
  withPage(async (page) => {
    await page.browserPage.route('**/wechat/sim/users', (route) => route.fulfill({ body: '' }));
    await page.browserPage.evaluate((hash) => location.assign(hash), HASH);
    await page.tourSays('A scenario of the link did not finish.');
    await page.browserPage.unroute('**/wechat/sim/users');
    await page.browserPage.locator('#over').click();
    assert.equal((await page.play('yaoshi'))[0], 'Login succeeded');
  }));

test('the banner fits into a narrow window', () =>
  withPage(
    async (page) => {
      await page.load(HASH);
      await page.browserPage.locator('.verdict').waitFor();
      const { contentWidth, windowWidth } = await page.browserPage.evaluate(() => ({
        contentWidth: document.documentElement.scrollWidth,
        windowWidth: document.documentElement.clientWidth,
      }));
      assert.ok(contentWidth <= windowWidth, `${contentWidth} pixels in ${windowWidth}`);
      await page.screenshot('tour-320');
    },
    { viewport: { width: 320, height: 840 } },
  ));
