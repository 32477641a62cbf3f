import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { ConsolePage } from './fixture.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type WithAxe = typeof globalThis & { axe?: { run(): Promise<AxeResults> } };

/** Fails if axe finds a violation in the light theme or in the dark one. */
export async function assertAccessible({ page }: ConsolePage, where: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    // The page's content security policy does not concern what the browser's debugger evaluates.
    await page.evaluate(await readFile(AXE, 'utf8'));
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const results = await page.evaluate(() => (globalThis as WithAxe).axe?.run());
    const messages = results?.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)}`,
    );
    assert.deepEqual(messages, [], `${where}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}
