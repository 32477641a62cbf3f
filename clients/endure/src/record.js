// What became of each fault when it was last tried: a run of a few faults leaves the others as they were.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAULTS } from './faults/index.js';
import { page } from './report.js';

/** The rows of the page, in its order. */
const ROWS = FAULTS.flatMap(({ name, databases }) => databases.map((database) => `${name} ${database}`));

/** `endurance.json` in a folder, and the page beside it. */
export class Record {
  #results;
  #page;

  constructor(folder) {
    this.#results = join(folder, 'endurance.json');
    this.#page = join(folder, 'endurance.md');
  }

  /**
   * Puts a result in the place of the last one of this fault on this database, and writes the page anew.
   *
   * @param {import('./run.js').Result} result
   */
  async put(result) {
    const others = (await this.results()).filter((other) => row(other) !== row(result));
    const results = [...others, result].sort(
      (one, other) => ROWS.indexOf(row(one)) - ROWS.indexOf(row(other)),
    );
    await writeFile(this.#results, `${JSON.stringify(results, undefined, 2)}\n`);
    await writeFile(this.#page, page(results));
  }

  /** @returns {Promise<import('./run.js').Result[]>} */
  async results() {
    return JSON.parse(await readFile(this.#results, 'utf8'));
  }
}

function row({ fault, database }) {
  return `${fault} ${database}`;
}
