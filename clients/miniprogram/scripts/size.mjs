// Fails if the package, bundled, minified and gzipped, reaches the limit.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT = 6 * 1024;

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../dist/index.js', import.meta.url))],
  bundle: true,
  format: 'esm',
  minify: true,
  target: 'es2017',
  write: false,
});
const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
console.log(`yaoshi-miniprogram: ${bytes} bytes minified and gzipped, of ${LIMIT}`);
if (bytes >= LIMIT) {
  process.exit(1);
}
