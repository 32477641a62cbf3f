// `cargo xtask endure`.

import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MySqlServer } from 'yaoshi-testing/killed';
import { FAULTS } from './faults/index.js';
import { Record } from './record.js';
import { table } from './report.js';
import { endure } from './run.js';

const DOCUMENTATION = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** How often the progress is printed, in tries. */
const PRINT_EVERY = 10;
/** How many findings of a fault are printed. */
const MOST_PRINTED = 20;

const OPTIONS = {
  database: { type: 'string', multiple: true, default: ['sqlite', 'mysql'] },
  fault: { type: 'string', multiple: true, default: FAULTS.map(({ name }) => name) },
  times: { type: 'string' },
  minutes: { type: 'string' },
  seed: { type: 'string', default: String(randomInt(2 ** 32)) },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

function help() {
  const minutes = (faults) =>
    Math.ceil(
      faults.reduce((sum, fault) => sum + fault.times * fault.seconds * fault.databases.length, 0) / 60,
    );
  const lines = FAULTS.map(
    ({ name, what, databases, times }) =>
      `  ${name.padEnd(20)} ${String(times).padStart(3)} times  ${what} (${databases.join(', ')})`,
  );
  return `Breaks the server, its database, its network, its disk and its clock, and looks for what was lost.

Usage: cargo xtask endure [OPTIONS]

All of it takes about ${minutes(FAULTS)} minutes on two cores. It needs a container engine for MySQL, root for the full
disk, and libfaketime (Debian's package faketime) for the clocks. It ends with a table, and fails if something is found.

Options:
  --database NAME   sqlite or mysql; may be repeated. Without it both
  --fault NAME      one of those below; may be repeated. Without it all
  --times NUMBER    how often each is tried
  --minutes NUMBER  for how long each is tried at most
  --seed SEED       chooses the moments
  --write           writes docs/endurance.md after each fault; what is not tried stays as it was

Faults:
${lines.join('\n')}
`;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(help());
    return;
  }
  const results = await tryAll(values);
  console.log(`\n${table(results)}`);
  if (results.some(({ findings }) => findings.length > 0)) {
    process.exitCode = 1;
  }
}

async function tryAll({ database: databases, fault: names, write, ...effort }) {
  const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown.length > 0) {
    throw new Error(`there is no fault ${unknown.join(', ')}: see --help`);
  }
  console.log(`Seed: ${effort.seed}`);
  const record = new Record(DOCUMENTATION);
  const results = [];
  const servers = new MySqlServers();
  try {
    for (const fault of FAULTS.filter(({ name }) => names.includes(name))) {
      for (const database of fault.databases.filter((database) => databases.includes(database))) {
        const mysql = database === 'mysql' ? await servers.of(fault) : undefined;
        results.push(await tryFault(fault, database, mysql, effort));
        if (write) {
          await record.put(results.at(-1));
        }
      }
    }
  } finally {
    await servers.remove();
  }
  return results;
}

/** One MySQL server for all faults that want nothing special. */
class MySqlServers {
  #usual;
  #special;

  /** The server for this fault. That of the fault before may be gone. */
  async of({ mysqlOptions }) {
    await this.#special?.remove();
    this.#special = undefined;
    if (mysqlOptions) {
      this.#special = new MySqlServer(mysqlOptions);
    } else {
      this.#usual ??= new MySqlServer();
    }
    const server = this.#special ?? this.#usual;
    await server.created();
    return server;
  }

  async remove() {
    await this.#special?.remove();
    await this.#usual?.remove();
  }
}

async function tryFault(fault, database, mysql, effort) {
  const times = Number(effort.times ?? fault.times);
  const minutes = effort.minutes && Number(effort.minutes);
  const title = `${fault.name}, ${database}`;
  console.log(`\n${title}: ${fault.what}`);
  const onTry = (done, { findings, slowest }) => {
    if (done % PRINT_EVERY === 0 || done === times) {
      const seconds = (slowest / 1000).toFixed(1);
      console.log(
        `${title}: ${done} of ${times}, ${findings.length} findings, at most ${seconds} s until normal`,
      );
    }
  };
  const result = await endure({ fault, mysql, times, minutes, seed: effort.seed, onTry });
  for (const { kind, what } of result.findings.slice(0, MOST_PRINTED)) {
    console.log(`  ${kind}: ${what}`);
  }
  return result;
}

await main();
