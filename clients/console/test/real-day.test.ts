import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { APP_ID, CODE_TO_SESSION } from 'yaoshi-testing';
import { assertAccessible } from './axe.js';
import { type ConsolePage, withRealConsole } from './fixture.js';
import { NO_REAL_SERVER, type RealServer } from './real-server.js';

const NUMBER = '13812345678';
const OPENID = 'oDay7dQ2r-Kx_0mWeYbZ3v9LtN1c';
const NICKNAME = '李明远';

/** WeChat's errcode for a user whom it holds for high-risk. */
const HIGH_RISK = 40226;

/** How long each step of a day took. */
class Stopwatch {
  readonly #steps: [string, number][] = [];

  /** Does a step. */
  async time<T>(step: string, act: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await act();
    this.#steps.push([step, performance.now() - start]);
    return result;
  }

  /** The steps as lines of a table. */
  lines(): string[] {
    const all = this.#steps.reduce((sum, [, time]) => sum + time, 0);
    const rows = [...this.#steps, ['all of it', all] as const];
    return rows.map(([step, time]) => `${(time / 1000).toFixed(2).padStart(6)} s  ${step}`);
  }
}

/** Checks a page that the operator passes, and keeps a picture of it. */
async function look(page: ConsolePage, name: string): Promise<void> {
  await page.screenshot(`day-${name}`);
  await assertAccessible(page, name);
}

/** Opens the link that `yaoshi dev` prints, which signs in. */
async function signIn({ page }: ConsolePage, { consoleLink }: RealServer): Promise<void> {
  await page.goto(consoleLink);
  await page.locator('#pages a[aria-current="page"]').waitFor();
}

/** Searches until there is a story. Diagnoses are written in the background. */
async function searchForStory(page: ConsolePage, query: string): Promise<void> {
  await page.search(query);
  for (let tries = 0; tries < 50 && (await page.locator('.stories > li').count()) === 0; tries += 1) {
    await page.page.waitForTimeout(200);
    await page.search(query);
  }
}

/** Confirms an action in its dialog, and waits until the console says that it is done. */
async function confirm(page: ConsolePage, done: string): Promise<void> {
  await page.locator('dialog #confirm').click();
  await page.locator('#notice .notice', { hasText: done }).waitFor();
  await page.settled();
}

test(
  'an operator’s day: finds a user by phone, sees why, blocks, unblocks, exports and erases',
  { skip: NO_REAL_SERVER },
  (t) =>
    withRealConsole(async (page, server) => {
      const watch = new Stopwatch();
      const person = await server.phoneOf({
        nickname: NICKNAME,
        phone_number: NUMBER,
        openids: { [APP_ID]: OPENID },
      });
      await person.logIn();
      const registered = await person.registerByPhone();
      assert.equal(registered.status, 201);
      const id = registered.body.user?.id ?? '';
      await person.logIn();
      const info = await person.collectUserInfo();
      assert.equal((await person.refreshProfile(info)).status, 200);
      const mangled = await person.refreshProfile({ ...info, signature: info.signature.replace(/./g, '0') });
      assert.equal(mangled.body.code, 'signature_mismatch');
      await server.wechat.setFaults([
        { endpoint: CODE_TO_SESSION, kind: 'errcode', errcode: HIGH_RISK, count: 1 },
      ]);
      const failed = await person.logIn();
      assert.equal(failed.body.code, 'wechat_user_blocked');
      const loggedIn = await person.logIn();
      assert.equal(loggedIn.body.state, 'registered');

      await watch.time('signs in by the link', () => signIn(page, server));
      await page.settled();
      await look(page, '1-signed-in');

      await watch.time('finds the person by the number', async () => {
        await page.follow('people');
        await page.search(`+86 ${NUMBER}`);
      });
      assert.deepEqual(await page.results(), [NICKNAME]);
      await look(page, '2-found');
      await watch.time('opens their page', async () => {
        await page.locator('#results tbody a').click();
        await page.locator('#do-block').waitFor();
      });
      assert.equal(new URL(page.page.url()).hash, `#/people/${id}`);
      assert.equal(await page.text('#phone'), '+86 138******78');
      await look(page, '3-person');

      await watch.time('sees what failed in their sessions', async () => {
        await page.locator('.links a').first().click();
        await page.heading('why');
        await searchForStory(page, id);
      });
      assert.match(await page.text('.stories'), /signature_mismatch.*What to do/s);
      await look(page, '4-why-person');
      await watch.time('sees why the login failed, by the request id on their phone', () =>
        searchForStory(page, failed.requestId),
      );
      assert.match(await page.text('.stories'), /A login failed.*wechat_user_blocked.*40226.*What to do/s);
      assert.equal(await page.text('.story-footer code'), failed.requestId);
      await look(page, '5-why-login');

      await page.go(`#/people/${id}`);
      await page.locator('#do-block').waitFor();
      await watch.time('blocks them', async () => {
        await page.locator('#do-block').click();
        await confirm(page, 'Blocked. Their next request is refused.');
      });
      const refused = await watch.time('their next request is refused', () => person.askAboutSession());
      assert.deepEqual([refused.status, refused.body.code], [403, 'user_blocked']);
      const loginRefused = await person.logIn();
      assert.deepEqual([loginRefused.status, loginRefused.body.code], [403, 'user_blocked']);
      await look(page, '6-blocked');

      await watch.time('unblocks them', async () => {
        await page.locator('#do-unblock').click();
        await page.locator('#do-block').waitFor();
        await page.settled();
      });
      const again = await watch.time('they log in again', () => person.logIn());
      assert.deepEqual([again.status, again.body.state], [200, 'registered']);
      assert.equal((await person.askAboutSession()).status, 200);
      await look(page, '7-unblocked');

      const file = await watch.time('exports what is on record', async () => {
        const download = page.page.waitForEvent('download');
        await page.locator('#do-export').click();
        return readFile(await (await download).path(), 'utf8');
      });
      const exported = JSON.parse(file);
      assert.equal(exported.phone.phone, `+86${NUMBER}`);
      assert.equal(exported.identities[0].openid, OPENID);
      assert.equal(exported.user.nickname, NICKNAME);

      await page.locator('#do-erase').click();
      await page.locator('#dialog-field').fill(id);
      await page.nextFrame();
      await page.screenshot('day-8-erase', false);
      await assertAccessible(page, 'erase');
      await watch.time('erases them', () => confirm(page, 'Erased, '));
      assert.match(await page.text('#notice'), /The proof is event [0-9a-f-]{36}/);
      assert.equal((await person.askAboutSession()).status, 401);
      await look(page, '9-erased');

      await page.follow('people');
      await watch.time('finds them no more', async () => {
        for (const query of [NUMBER, OPENID, NICKNAME]) {
          await page.search(query);
          await page.locator('#results .empty').waitFor();
        }
      });
      await look(page, '10-nobody');
      // Who has the id learns that there was somebody, and not who.
      await page.search(id);
      assert.match(await page.text('#results tbody tr'), /^No nickname.*erased/);
      await page.follow('why');
      await page.search(OPENID);
      await page.locator('#results .empty').waitFor();

      await page.follow('events');
      const kinds = await page
        .locator('#results [data-kind]')
        .evaluateAll((all) => all.map((kind) => kind.getAttribute('data-kind')));
      assert.deepEqual(
        kinds.filter((kind) => /^(operator|user)_/.test(kind ?? '')),
        [
          'user_erased',
          'user_exported',
          'user_unblocked',
          'user_blocked',
          'operator_signed_in',
          'operator_added',
        ],
      );

      const pages = await page
        .locator('#pages a')
        .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      for (const language of ['en', 'zh']) {
        for (const hash of pages) {
          await page.go(hash);
          await look(page, `page-${hash.slice(2)}-${language}`);
        }
        await page.locator('#language').click();
        await page.settled();
      }
      for (const line of watch.lines()) {
        t.diagnostic(line);
      }
    }),
);
