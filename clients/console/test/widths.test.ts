import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withConsole } from './fixture.js';
import { PLACES, visit } from './places.js';

const SIZES = [
  [320, 640],
  [390, 844],
  [768, 1024],
  [1024, 768],
  [1280, 800],
  [1366, 768],
  [1920, 1080],
  [2560, 1440],
] as const;

/** The elements that reach beyond the window. */
function findOverflow(): string[] {
  const width = document.documentElement.clientWidth;
  const isHidden = (element: Element) => element.closest('.hidden, thead, .skip, [hidden]') !== null;
  const outside = [...document.querySelectorAll('body *')]
    .filter((element) => !isHidden(element) && element.getBoundingClientRect().right > width + 0.5)
    .map((element) => element.outerHTML.slice(0, 120));
  return document.documentElement.scrollWidth > width ? ['the page scrolls', ...outside] : outside;
}

/** Sizes of which there are screenshots. */
const SHOWN = [390, 1366, 2560];

for (const locale of ['en-GB', 'zh-CN']) {
  test(`no page scrolls sideways in a window of ${SIZES[0][0]} to 2560 pixels: ${locale}`, () =>
    withConsole(
      async (page) => {
        const check = async (name: string, isDialog = false) => {
          for (const [width, height] of SIZES) {
            await page.page.setViewportSize({ width, height });
            await page.nextFrame();
            assert.deepEqual(await page.page.evaluate(findOverflow), [], `${name} in ${width} pixels`);
            if (locale === 'zh-CN' && SHOWN.includes(width)) {
              await page.screenshot(`width-${width}-${name}`, !isDialog);
            }
          }
        };
        await page.open();
        await check('sign-in');
        await page.signIn();
        for (const place of PLACES) {
          await visit(page, place);
          await check(place.name, place.isDialog);
        }
      },
      { locale },
    ));
}
