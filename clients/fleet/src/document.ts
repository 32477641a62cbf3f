import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CHINESE, ENGLISH, type Words } from './language.js';
import { RATES } from './options.js';
import { picture } from './picture.js';
import { type Fleet, MISCHIEFS } from './plan.js';
import type { WayResult } from './results.js';
import { mischiefTable, tapTable } from './table.js';

const DOCS = new URL('../../../docs/', import.meta.url);

const EDITIONS = [
  { words: ENGLISH, chapter: 'src/fleet.md', picture: 'src/images/fleet.svg' },
  { words: CHINESE, chapter: 'zh/src/fleet.md', picture: 'src/images/fleet.zh-CN.svg' },
];

const BEGIN = '<!-- Written by cargo xtask fleet --write -->';
const END = '<!-- End -->';

/** Writes tables and pictures of the documentation, in both languages. */
export async function writeDocuments(results: readonly WayResult[], fleet: Fleet): Promise<void> {
  for (const edition of EDITIONS) {
    await writeFile(pathOf(edition.picture), picture(results, edition.words));
    const chapter = await readFile(pathOf(edition.chapter), 'utf8');
    const [before, after] = [chapter.indexOf(BEGIN), chapter.indexOf(END)];
    if (before === -1 || after === -1) {
      throw new Error(`${edition.chapter} has no place for the tables`);
    }
    const tables = report(results, fleet, edition.words);
    await writeFile(
      pathOf(edition.chapter),
      `${chapter.slice(0, before)}${BEGIN}\n\n${tables}\n\n${chapter.slice(after)}`,
    );
  }
}

/** Both tables, and what they were made with. */
export function report(results: readonly WayResult[], fleet: Fleet, words: Words): string {
  return [tapTable(results, words), mischiefTable(results, words), origin(fleet, words)].join('\n\n');
}

function origin({ phones, seed, rates }: Fleet, words: Words): string {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const set = MISCHIEFS.filter((mischief) => rates[mischief] !== RATES[mischief].default);
  const options = set.map((mischief) => ` --${RATES[mischief].option} ${rates[mischief]}`);
  const command = `cargo xtask fleet --phones ${phones} --seed ${seed}${options.join('')}`;
  return `${words.command} \`${command}\`, ${date}. ${words.machine}: ${cpus().length} × ${cpu?.model}.`;
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, DOCS));
}
