import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Starts a headless Chromium: the one in the environment variable `CHROMIUM`, or one on the path. */
export function startChromium(args: readonly string[] = []): Promise<Browser> {
  // Chromium has no sandbox for root, the usual user in containers. The tests only open our own pages.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? onPath(),
    args: isRoot ? ['--no-sandbox', ...args] : [...args],
  });
}

function onPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (found === undefined) {
    throw new Error('there is no Chromium on the path: scripts/chromium installs one');
  }
  return found;
}
