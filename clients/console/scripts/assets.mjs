// Builds the console into the server's crate, which embeds it. With `--check`, compares instead of writing.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const assets = new URL('../../../crates/server/src/console/assets/', import.meta.url);

async function bundled(entry) {
  const result = await build({
    entryPoints: [source(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return result.outputFiles[0].text;
}

const files = {
  'index.html': await readFile(source('index.html'), 'utf8'),
  'console.css': await bundled('style/console.css'),
  'console.js': await bundled('main.ts'),
};

if (process.argv.includes('--check')) {
  for (const [name, text] of Object.entries(files)) {
    const committed = await readFile(new URL(name, assets), 'utf8').catch(() => '');
    if (committed !== text) {
      console.error(`crates/server/src/console/assets/${name} is out of date: npm run generate`);
      process.exitCode = 1;
    }
  }
} else {
  await mkdir(assets, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(new URL(name, assets), text)));
}
