import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, mock, test } from 'node:test';
import { createYaoshi, YaoshiError } from 'yaoshi-miniprogram';
import { systemRuntime } from '../dist/runtime.js';
import { Fixture } from './fixture.mjs';

const require = createRequire(import.meta.url);
const folder = new URL('../', import.meta.url);

/** The names of the compiled files in an output folder. */
function compiled(output: string): string[] {
  return readdirSync(new URL(`${output}/`, folder)).filter((name) => name.endsWith('.js'));
}

describe('the package', () => {
  const fixture = new Fixture();

  test('logs in through its public API, with the global wx', async () => {
    const phone = await fixture.newPhone();
    Object.assign(globalThis, { wx: phone.wx });
    const { baseUrl, appId } = fixture.server;
    const yaoshi = createYaoshi({ baseUrl: `${baseUrl}/`, appId });
    await yaoshi.start();
    const user = await yaoshi.register(() => phone.wx.getUserInfo({}));
    assert.equal(user.nickname, '阿明 🌱');
    Reflect.deleteProperty(globalThis, 'wx');
  });

  test('works as CommonJS', async () => {
    const phone = await fixture.newPhone();
    const common = require('yaoshi-miniprogram') as typeof import('yaoshi-miniprogram');
    const { baseUrl, appId } = fixture.server;
    assert.notEqual(common.createYaoshi, createYaoshi);
    const state = await common.createYaoshi({ baseUrl, appId, wx: phone.wx }).login();
    assert.equal(state.kind, 'unregistered');
  });

  test('has the CommonJS folder that "build npm" of the DevTools copies', () => {
    const { miniprogram, main, dependencies } = require('../package.json');
    assert.equal(miniprogram, 'miniprogram_dist');
    assert.equal(main, 'miniprogram_dist/index.js');
    assert.equal(dependencies, undefined);
    assert.deepEqual(compiled('dist'), compiled('miniprogram_dist'));
    for (const file of compiled(miniprogram)) {
      const text = readFileSync(new URL(`${miniprogram}/${file}`, folder), 'utf8');
      assert.match(text, /^"use strict";/, file);
      assert.doesNotMatch(text, /^(import|export) /m, file);
      for (const [, required] of text.matchAll(/require\("([^"]+)"\)/g)) {
        assert.match(required ?? '', /^\.\//, `${file} requires ${required}`);
      }
    }
  });

  test('has type declarations for both module formats', () => {
    for (const output of ['dist', 'miniprogram_dist']) {
      const text = readFileSync(new URL(`${output}/index.d.ts`, folder), 'utf8');
      assert.match(text, /createYaoshi/);
    }
  });

  test('uses no API that Mini Programs lack', () => {
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

  test('exports an error class that extends Error', () => {
    const error = new YaoshiError('network', 'retry', 'no answer');
    assert.ok(error instanceof Error);
    assert.equal(String(error), 'YaoshiError: no answer');
  });
});

describe('the system runtime', () => {
  test('sleeps for the given time', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    let isOver = false;
    const waiting = systemRuntime.sleep(1000).then(() => {
      isOver = true;
    });
    mock.timers.tick(999);
    await Promise.resolve();
    assert.equal(isOver, false);
    mock.timers.tick(1);
    await waiting;
    assert.equal(systemRuntime.now(), 1000);
    mock.timers.reset();
  });

  test('returns random numbers from 0 up to 1', () => {
    const numbers = Array.from({ length: 100 }, systemRuntime.random);
    assert.ok(numbers.every((number) => number >= 0 && number < 1));
    assert.ok(new Set(numbers).size > 90);
  });
});
