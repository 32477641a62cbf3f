// Builds the page into the HTTP API's crate, which embeds it. With `--check`, compares instead of writing.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { download, isPinned, version } from './viewer.mjs';

const source = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const assets = new URL('../../../crates/http-api/src/docs/assets/', import.meta.url);
const committed = (name) => readFile(new URL(name, assets)).catch(() => undefined);

async function bundled(entry) {
  const result = await build({
    entryPoints: [source(entry)],
    bundle: true,
    write: false,
    format: 'iife',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return result.outputFiles[0].text;
}

/** The texts of the page in Chinese, by the English ones in its source. The viewer has its own. */
const CHINESE = {
  'lang="en"': 'lang="zh-CN"',
  'Yaoshi API': 'Yaoshi API 文档',
  'The page needs JavaScript. The document itself: ': '本页需要 JavaScript。文档本身：',
};

function inChinese(html) {
  return Object.entries(CHINESE).reduce((translated, [english, chinese]) => {
    if (!translated.includes(english)) {
      throw new Error(`src/index.html does not contain ${english}`);
    }
    return translated.replace(english, chinese);
  }, html);
}

const page = (await readFile(source('index.html'), 'utf8')).replace('VIEWER_VERSION', version);
const files = {
  'index.html': page,
  'index.zh.html': inChinese(page),
  'page.css': await bundled('page.css'),
  'page.js': await bundled('main.ts'),
};

/** Whether the committed viewer is the pinned one. Its compressed bytes depend on the version of Node.js. */
async function isViewerCurrent() {
  const compressed = await committed('viewer.js.gz');
  return compressed !== undefined && isPinned(gunzipSync(compressed).toString('utf8'));
}

async function check() {
  const stale = (await isViewerCurrent()) ? [] : ['viewer.js.gz'];
  for (const [name, text] of Object.entries(files)) {
    if ((await committed(name))?.toString('utf8') !== text) {
      stale.push(name);
    }
  }
  for (const name of stale) {
    console.error(`crates/http-api/src/docs/assets/${name} is out of date: npm run generate`);
    process.exitCode = 1;
  }
}

async function write() {
  await mkdir(assets, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(new URL(name, assets), text)));
  if (!(await isViewerCurrent())) {
    await writeFile(new URL('viewer.js.gz', assets), gzipSync(await download(), { level: 9 }));
  }
}

await (process.argv.includes('--check') ? check() : write());
