/**
 * `cargo xtask fleet`.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises';
import { report, writeDocuments } from './document.js';
import { ENGLISH } from './language.js';
import { help, type Options, readOptions } from './options.js';
import type { Fleet } from './plan.js';
import { resultOf, type WayResult } from './results.js';
import { runWay } from './run.js';
import { WAY_NAMES, type WayName } from './ways.js';

/** How often a line says where the run is, in milliseconds. */
const PROGRESS_INTERVAL = 5000;

async function measure(way: WayName, { fleet, atOnce }: Options): Promise<WayResult> {
  const start = performance.now();
  let printedAt = start;
  console.log(`${way}: starts ${fleet.phones} phones`);
  const outcomes = await runWay(way, fleet, atOnce, (done) => {
    const now = performance.now();
    if (now - printedAt >= PROGRESS_INTERVAL) {
      printedAt = now;
      const rate = (1000 * done) / (now - start);
      console.log(`${way}: ${done} of ${fleet.phones} phones, ${rate.toFixed(0)} a second`);
    }
  });
  console.log(`${way}: done in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return resultOf(way, outcomes);
}

/** The results that the file has of the same fleet. */
async function readResults(file: string, fleet: Fleet): Promise<WayResult[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const kept = text === undefined ? undefined : (JSON.parse(text) as { fleet: Fleet; results: WayResult[] });
  return kept !== undefined && JSON.stringify(kept.fleet) === JSON.stringify(fleet) ? kept.results : [];
}

async function run(options: Options): Promise<void> {
  const { fleet, ways, output } = options;
  const byWay = new Map<WayName, WayResult>();
  for (const result of output === undefined ? [] : await readResults(output, fleet)) {
    byWay.set(result.way, result);
  }
  for (const way of ways) {
    byWay.set(way, await measure(way, options));
  }
  const results = WAY_NAMES.flatMap((way) => byWay.get(way) ?? []);
  if (output !== undefined) {
    await writeFile(output, `${JSON.stringify({ fleet, results }, undefined, 2)}\n`);
  }
  console.log(`\n${report(results, fleet, ENGLISH)}`);
  const strangers = results.filter(({ strangers }) => strangers > 0);
  if (strangers.length > 0) {
    throw new Error(`phones got in as somebody else: ${strangers.map(({ way }) => way).join(', ')}`);
  }
  if (options.isWritten) {
    if (results.length < WAY_NAMES.length) {
      throw new Error('--write needs the results of all ways');
    }
    await writeDocuments(results, fleet);
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(help());
  } else {
    await run(options);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
