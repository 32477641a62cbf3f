import type { Browser } from 'playwright-core';
import { startChromium as start } from 'yaoshi-testing/chromium';
import { ASSET_ARGS } from './assets.js';

/** Starts a headless Chromium, in which the playground also runs on the generated page. */
export function startChromium(): Promise<Browser> {
  return start(ASSET_ARGS);
}
