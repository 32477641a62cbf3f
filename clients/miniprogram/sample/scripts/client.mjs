// Copies the compiled client to where WeChat DevTools' "build npm" would put it, so that the sample opens
// without a build. With `--check` it copies nothing and fails if what lies there is not what
// `clients/miniprogram` gives.
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../miniprogram_dist/', import.meta.url));
const copied = fileURLToPath(new URL('../miniprogram/miniprogram_npm/yaoshi-miniprogram/', import.meta.url));

const files = (folder) => readdirSync(folder, { recursive: true }).sort();
const same = () =>
  files(compiled).join() === files(copied).join() &&
  files(compiled).every((name) => readFileSync(compiled + name).equals(readFileSync(copied + name)));

if (!process.argv.includes('--check')) {
  rmSync(copied, { recursive: true, force: true });
  cpSync(compiled, copied, { recursive: true });
} else if (!same()) {
  console.error(`${copied} is not what clients/miniprogram gives: npm run build && npm run generate`);
  process.exit(1);
}
