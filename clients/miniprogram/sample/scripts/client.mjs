// Copies the compiled client to where WeChat DevTools' "build npm" would put it, so that the sample needs no
// build. With `--check`, copies nothing and fails if the committed copy is out of date.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../miniprogram_dist/', import.meta.url));
const copied = fileURLToPath(new URL('../miniprogram/miniprogram_npm/yaoshi-miniprogram/', import.meta.url));

/** A Mini Program does not need the type declarations. */
const isNeeded = (path) => !path.endsWith('.d.ts');
const files = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).filter(isNeeded).sort() : [];
const isUpToDate = () =>
  files(compiled).join() === files(copied).join() &&
  files(compiled).every((name) => readFileSync(compiled + name).equals(readFileSync(copied + name)));

if (!process.argv.includes('--check')) {
  rmSync(copied, { recursive: true, force: true });
  cpSync(compiled, copied, { recursive: true, filter: isNeeded });
} else if (!isUpToDate()) {
  console.error(`${copied} is out of date: npm run build && npm run generate`);
  process.exit(1);
}
