// Copies the compiled client to where WeChat DevTools' "build npm" would put it, so that the sample opens
// without a build. With `--check` it copies nothing and fails if what lies there is not what
// `clients/miniprogram` gives.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../miniprogram_dist/', import.meta.url));
const copied = fileURLToPath(new URL('../miniprogram/miniprogram_npm/yaoshi-miniprogram/', import.meta.url));

/** Declarations are for who has the package; a Mini Program runs without them. */
const runs = (path) => !path.endsWith('.d.ts');
const files = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).filter(runs).sort() : [];
const same = () =>
  files(compiled).join() === files(copied).join() &&
  files(compiled).every((name) => readFileSync(compiled + name).equals(readFileSync(copied + name)));

if (!process.argv.includes('--check')) {
  rmSync(copied, { recursive: true, force: true });
  cpSync(compiled, copied, { recursive: true, filter: runs });
} else if (!same()) {
  console.error(`${copied} is not what clients/miniprogram gives: npm run build && npm run generate`);
  process.exit(1);
}
