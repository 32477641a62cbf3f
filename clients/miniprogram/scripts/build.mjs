// Compiles the package twice: to ES modules in `dist`, and to CommonJS in `miniprogram_dist`, which WeChat
// DevTools' "build npm" copies.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'));

for (const [project, output] of [
  ['tsconfig.json', 'dist'],
  ['tsconfig.commonjs.json', 'miniprogram_dist'],
]) {
  rmSync(root + output, { recursive: true, force: true });
  execFileSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' });
}
// The package's files are CommonJS unless a nearer package.json says otherwise.
writeFileSync(`${root}dist/package.json`, '{ "type": "module", "sideEffects": false }\n');
