import { test } from 'node:test';
import { withConsole } from './fixture.js';

/** The page that the picture shows. */
const HASH = '#/overview';

// docs/src/images/console.png and console.zh-CN.png are copies of these screenshots.
for (const locale of ['en-GB', 'zh-CN']) {
  test(`the picture for the README: ${locale}`, () =>
    withConsole(
      async (page) => {
        await page.signIn();
        await page.go(HASH);
        await page.locator('main h1').waitFor();
        await page.settled();
        await page.screenshot(`readme-${locale}`, false);
      },
      { locale, viewport: { width: 1366, height: 750 } },
    ));
}
