// Builds the Mini Program into `dist/miniprogram` as WeChat DevTools does: compiles its TypeScript, copies all
// other files, and makes the packages in `miniprogram_npm` resolvable by name.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = `${root}dist/miniprogram`;
const compiler = fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'));

rmSync(`${root}dist`, { recursive: true, force: true });
cpSync(`${root}miniprogram`, built, { recursive: true, filter: (path) => !path.endsWith('.ts') });
writeFileSync(`${built}/package.json`, '{ "type": "commonjs" }\n');
symlinkSync('miniprogram_npm', `${built}/node_modules`);
execFileSync(process.execPath, [compiler, '-p', '.'], { cwd: root, stdio: 'inherit' });
