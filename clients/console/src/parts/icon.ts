import { svg } from '../dom.js';

/** Outlines of 24 × 24 pixels. */
const PATHS: Record<string, string> = {
  overview: 'M4 20V11M10 20V4M16 20v-7M21 20H3',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 4.4a3.5 3.5 0 0 1 0 6.2M18 14.9c1.9.8 3 2.600 3 5.1',
  why: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.600 9.500a2.500 2.500 0 1 1 3.700 2.200c-.8.5-1.300 1-1.300 2M12 16.800v.2',
  events: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  pushes: 'M4 13 6.500 5h11L20 13v6H4ZM4 13h5l1.500 3h3l1.500-3h5',
  webhooks: 'M4 12h11M10.500 7.500 15 12l-4.500 4.500M20 5v14',
  keys: 'M8 20a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM11.200 12.300 20 3.500M16 7.500l3 3',
  alert:
    'M12 8v5M12 16.500v.2M10.300 4 2.800 17.500A2 2 0 0 0 4.500 20.500h15a2 2 0 0 0 1.700-3L13.700 4a2 2 0 0 0-3.400 0Z',
  back: 'M15 6l-6 6 6 6',
  check: 'M5 12.500l4.500 4.500L19 7.500',
};

/** A small picture beside a text that says the same. */
export function icon(name: string): SVGElement {
  const attributes = { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' };
  return svg('svg', attributes, svg('path', { d: PATHS[name] ?? '' }));
}
