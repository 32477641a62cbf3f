/**
 * Sets up the DOM for miniprogram-simulate. Import this module first.
 *
 * @module
 */
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!doctype html><html lang="zh-CN"><head></head><body></body></html>', {
  url: 'https://sample.test/',
  pretendToBeVisual: true,
});

Object.assign(globalThis, { window, document: window.document });
for (const name of ['Event', 'CustomEvent', 'TouchEvent', 'MutationObserver'] as const) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
