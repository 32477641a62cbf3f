import type { Words } from './language.js';
import type { WayResult } from './results.js';
import { percent } from './table.js';

const WIDTH = 860;
const LABELS = 320;
const BAR = 440;
const ROW = 44;
const TOP = 84;

/** Blue, and three colours that differ from it and from each other in lightness, too. */
const CLASSES = ['first', 'second', 'third', 'never'];

const STYLE = `
    text { font: 14px system-ui, -apple-system, "Segoe UI", "PingFang SC", "Noto Sans SC", sans-serif; fill: #1f2328; }
    .title { font-size: 17px; font-weight: 600; }
    .first { fill: #1f6feb; } .second { fill: #e3b341; } .third { fill: #db6d28; } .never { fill: #8e1519; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .first { fill: #4493f8; } .second { fill: #d29922; } .third { fill: #bd561d; } .never { fill: #f85149; }
    }`;

/** A bar for each way: how many got in at the first tap, at the second, at the third, never. */
export function picture(results: readonly WayResult[], words: Words): string {
  const height = TOP + ROW * results.length + 8;
  const shares = results.map(
    ({ way, inAtTap: [first = 0], phones }) => `${words.ways[way]}: ${percent(first, phones)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">${escaped(words.title)}</title>
  <desc id="desc">${escaped(`${words.taps[0]} – ${shares.join('; ')}`)}</desc>
  <style>${STYLE}
  </style>
  <text class="title" x="0" y="22">${escaped(words.title)}</text>
  <text x="0" y="55">${escaped(words.perWay(results[0]?.phones ?? 0))}</text>
${words.taps.map(legend).join('\n')}
${results.map((result, index) => bar(result, index, words)).join('\n')}
</svg>
`;
}

function legend(text: string, index: number): string {
  const x = LABELS + index * 115;
  return `  <rect class="${CLASSES[index]}" x="${x}" y="44" width="12" height="12"/><text x="${x + 18}" y="55">${escaped(text)}</text>`;
}

function bar(result: WayResult, index: number, words: Words): string {
  const y = TOP + index * ROW;
  let x = LABELS;
  const parts = [...result.inAtTap, result.never].map((count, part) => {
    const width = (BAR * count) / result.phones;
    const rectangle = `<rect class="${CLASSES[part]}" x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="26"/>`;
    x += width;
    return count === 0 ? '' : rectangle;
  });
  const share = percent(result.inAtTap[0] ?? 0, result.phones);
  return [
    `  <text x="0" y="${y + 18}">${escaped(words.ways[result.way])}</text>`,
    `  ${parts.join('')}`,
    `  <text x="${LABELS + BAR + 10}" y="${y + 18}">${share}</text>`,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
