import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { APP_ID } from 'yaoshi-testing';

const SAMPLE = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = `${SAMPLE}miniprogram/`;

const read = (path: string): string => readFileSync(SAMPLE + path, 'utf8');
const app = JSON.parse(read('miniprogram/app.json'));
const project = JSON.parse(read('project.config.json'));
const pages: string[] = app.pages;

const templates = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.wxml'))
  .map((path) => path.slice(0, -'.wxml'.length));

describe('the WeChat DevTools project', () => {
  it('names its source folder, and lets DevTools compile TypeScript', () => {
    assert.equal(SAMPLE + project.miniprogramRoot, SOURCES);
    assert.deepEqual(project.setting.useCompilerPlugins, ['typescript']);
  });

  it('has the four files of every page', () => {
    for (const page of pages) {
      for (const kind of ['ts', 'json', 'wxml', 'wxss']) {
        assert.ok(existsSync(`${SOURCES}${page}.${kind}`), `${page}.${kind}`);
      }
    }
  });

  it('includes the compiled client', () => {
    assert.ok(existsSync(`${SOURCES}miniprogram_npm/yaoshi-miniprogram/index.js`));
  });

  it('defines every window colour for light and dark', () => {
    const themes: Record<'light' | 'dark', Record<string, string>> = JSON.parse(
      read(`miniprogram/${app.themeLocation}`),
    );
    const named = JSON.stringify(app.window).match(/(?<="@)\w+/g) ?? [];
    assert.ok(named.length > 0);
    for (const theme of ['light', 'dark'] as const) {
      assert.deepEqual(Object.keys(themes[theme]).sort(), [...named].sort());
    }
  });

  it('uses the app id and the addresses of `yaoshi dev`', () => {
    const { config } = createRequire(import.meta.url)('../miniprogram/config.js');
    const { appId, baseUrl, simulator } = config;
    const [yaoshi, wechat] = ['http://127.0.0.1:8080', 'http://127.0.0.1:8081'];
    assert.deepEqual([appId, baseUrl, simulator], [APP_ID, yaoshi, wechat]);
  });

  it('has style sheets that WeChat’s compiler accepts', () => {
    const compiler = createRequire(import.meta.url)('miniprogram-compiler');
    const compiled: string = compiler.wxssToJs(SOURCES);
    for (const template of templates) {
      const [, warning] =
        new RegExp(`,("[^"]*"|undefined),\\{path:"${template}.wxss"\\}`).exec(compiled) ?? [];
      assert.ok(warning, `${template}.wxss`);
      // The compiler warns about selectors other than classes. Only components must not use them.
      assert.ok(!template.startsWith('components/') || warning === 'undefined', `${template}: ${warning}`);
    }
  });

  it('gives every field, image and button an accessible name', () => {
    const nameless = templates.flatMap((template) =>
      (read(`miniprogram/${template}.wxml`).match(/<(input|image|button)[^>]*?(\/>|>[^<]*)/g) ?? [])
        .filter((tag) => !tag.includes('aria-label=') && !/>\s*\S/.test(tag))
        .map((tag) => `${template}: ${tag}`),
    );
    // The image inside the avatar button is named by that button.
    assert.deepEqual(
      nameless.map((tag) => tag.split(' class="')[1]?.split('"')[0]),
      ['picture'],
    );
  });
});
