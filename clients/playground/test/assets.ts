import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** The page as `npm run generate` built it, which is what the next build of the server embeds. */
const ASSETS = fileURLToPath(new URL('../../../crates/server/src/playground/assets/', import.meta.url));

/** Whether the tests run on the generated page. A change of the page then needs no build of the server. */
const isGenerated = process.env.PLAYGROUND_GENERATED !== undefined;

/** Chromium's arguments: it would not let a page that it did not load from this machine send requests to it. */
export const ASSET_ARGS = isGenerated ? ['--disable-features=LocalNetworkAccessChecks'] : [];

const FILES: Record<string, string> = {
  '/playground': 'index.html',
  '/playground/page.css': 'page.css',
  '/playground/page.js': 'page.js',
};

/**
 * Serves the generated page instead of the one that is embedded in the server, with the server's headers, if the
 * environment variable `PLAYGROUND_GENERATED` is set.
 */
export async function serveGenerated(page: Page): Promise<void> {
  if (!isGenerated) {
    return;
  }
  for (const [path, name] of Object.entries(FILES)) {
    await page.route(
      (url) => url.pathname === path,
      async (route) => route.fulfill({ response: await route.fetch(), path: ASSETS + name }),
    );
  }
}
