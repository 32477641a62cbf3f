import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const sheet = readFileSync(new URL('../../miniprogram/app.wxss', import.meta.url), 'utf8');
const [light = '', dark = ''] = sheet.match(/\bpage \{[^}]*\}/g) ?? [];

/** The colours of a theme, by name. */
function theme(...rules: string[]): Map<string, Colour> {
  return new Map(
    rules.flatMap((rule) =>
      [...rule.matchAll(/--(\w+): ([^;]+);/g)].map(
        ([, name = '', value = '']) => [name, colour(value)] as const,
      ),
    ),
  );
}

/** `#fff`, `#191919` or `rgba(0, 0, 0, 0.9)`. */
function colour(value: string): Colour {
  const digits = /^#(\w+)$/.exec(value)?.[1];
  const numbers = digits
    ? (digits.match(digits.length === 3 ? /./g : /../g) ?? []).map((part) =>
        Number.parseInt(part.repeat(6 / digits.length).slice(0, 2), 16),
      )
    : (value.match(/[\d.]+/g) ?? []).map(Number);
  const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
  return [red, green, blue, alpha];
}

const over = ([r, g, b, alpha]: Colour, under: Colour): Colour => [
  alpha * r + (1 - alpha) * under[0],
  alpha * g + (1 - alpha) * under[1],
  alpha * b + (1 - alpha) * under[2],
  1,
];

/** WCAG's relative luminance. */
function luminance([red, green, blue]: Colour): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG's contrast ratio, 1 to 21. */
function contrast(text: Colour, background: Colour): number {
  const [low = 0, high = 0] = [luminance(over(text, background)), luminance(background)].sort(
    (a, b) => a - b,
  );
  return (high + 0.05) / (low + 0.05);
}

describe('the colours', () => {
  for (const [name, colours] of [
    ['light', theme(light)],
    ['dark', theme(light, dark)],
  ] as const) {
    const named = (key: string): Colour => {
      const found = colours.get(key);
      assert.ok(found, `--${key}`);
      return found;
    };
    const surface = named('surface');
    const backgrounds = {
      background: named('background'),
      surface,
      track: over(named('track'), surface),
      fill: named('fill'),
    };

    it(`have enough contrast: ${name}`, () => {
      for (const [text, background] of [
        ['text', 'background'],
        ['text', 'surface'],
        ['muted', 'background'],
        ['muted', 'surface'],
        ['muted', 'track'],
        ['link', 'surface'],
        ['link', 'track'],
        ['danger', 'background'],
        ['danger', 'track'],
      ] as const) {
        const ratio = contrast(named(text), backgrounds[background]);
        assert.ok(ratio >= 4.5, `${text} on ${background}: ${ratio.toFixed(2)}`);
      }
      const button = contrast([255, 255, 255, 1], backgrounds.fill);
      assert.ok(button >= 4.5, `a button: ${button.toFixed(2)}`);
    });
  }

  it('differ between light and dark', () => {
    assert.notDeepEqual(theme(dark).get('background'), theme(light).get('background'));
  });
});
