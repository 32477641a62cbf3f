import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, mock, test } from 'node:test';
import { createYaoshi, YaoshiError } from 'yaoshi-miniprogram';
import { platform } from '../dist/surroundings.js';
import { World } from './world.mjs';

const require = createRequire(import.meta.url);
const folder = new URL('../', import.meta.url);

/** The compiled files of one output. */
function compiled(output: string): string[] {
  return readdirSync(new URL(`${output}/`, folder)).filter((name) => name.endsWith('.js'));
}

describe('the package', () => {
  const world = new World();

  test('logs in by its public face, with the global wx', async () => {
    const phone = await world.stranger();
    Object.assign(globalThis, { wx: phone.wx });
    const { baseUrl, appId } = world.server;
    const yaoshi = createYaoshi({ baseUrl: `${baseUrl}/`, appId });
    await yaoshi.start();
    const user = await yaoshi.register(() => phone.wx.getUserInfo({}));
    assert.equal(user.nickname, '阿明 🌱');
    Reflect.deleteProperty(globalThis, 'wx');
  });

  test('is the same as CommonJS', async () => {
    const phone = await world.stranger();
    const common = require('yaoshi-miniprogram') as typeof import('yaoshi-miniprogram');
    const { baseUrl, appId } = world.server;
    assert.notEqual(common.createYaoshi, createYaoshi);
    const state = await common.createYaoshi({ baseUrl, appId, wx: phone.wx }).login();
    assert.equal(state.kind, 'unregistered');
  });

  test('has what "build npm" of the DevTools takes: CommonJS under the folder that is named', () => {
    const { miniprogram, main, dependencies } = require('../package.json');
    assert.equal(miniprogram, 'miniprogram_dist');
    assert.equal(main, 'miniprogram_dist/index.js');
    assert.equal(dependencies, undefined);
    assert.deepEqual(compiled('dist'), compiled('miniprogram_dist'));
    for (const file of compiled(miniprogram)) {
      const text = readFileSync(new URL(`${miniprogram}/${file}`, folder), 'utf8');
      assert.match(text, /^"use strict";/, file);
      assert.doesNotMatch(text, /^(import|export) /m, file);
      for (const [, asked] of text.matchAll(/require\("([^"]+)"\)/g)) {
        assert.match(asked ?? '', /^\.\//, `${file} requires ${asked}`);
      }
    }
  });

  test('has declarations beside both', () => {
    for (const output of ['dist', 'miniprogram_dist']) {
      const text = readFileSync(new URL(`${output}/index.d.ts`, folder), 'utf8');
      assert.match(text, /createYaoshi/);
    }
  });

  test('uses nothing that a Mini Program has not', () => {
    const missing =
      /\b(fetch|URL|URLSearchParams|crypto|AbortController|structuredClone|TextEncoder|btoa|localStorage|document|window)\b\s*[.(]/;
    for (const file of compiled('dist')) {
      const text = readFileSync(new URL(`dist/${file}`, folder), 'utf8').replace(
        /\/\*[\s\S]*?\*\/|\/\/.*/g,
        '',
      );
      assert.doesNotMatch(text, missing, file);
    }
  });

  test('has an error that is one', () => {
    const error = new YaoshiError('network', 'retry', 'no answer');
    assert.ok(error instanceof Error);
    assert.equal(String(error), 'YaoshiError: no answer');
  });
});

describe('time and chance are the platform’s', () => {
  test('a pause lasts as long as it should', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    let isOver = false;
    const waiting = platform.wait(1000).then(() => {
      isOver = true;
    });
    mock.timers.tick(999);
    await Promise.resolve();
    assert.equal(isOver, false);
    mock.timers.tick(1);
    await waiting;
    assert.equal(platform.now(), 1000);
    mock.timers.reset();
  });

  test('chance lies from 0 up to 1', () => {
    const drawn = Array.from({ length: 100 }, platform.random);
    assert.ok(drawn.every((number) => number >= 0 && number < 1));
    assert.ok(new Set(drawn).size > 90);
  });
});
