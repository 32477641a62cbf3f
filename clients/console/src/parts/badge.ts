import type { Push } from '../api/bodies.js';
import { html } from '../dom.js';
import { named } from '../language/language.js';

/** How a state is coloured. Its text says the same. */
export type Tone = 'good' | 'bad' | 'odd' | 'plain';

export function badge(words: string, tone: Tone = 'plain'): HTMLElement {
  return html('span', { class: `badge ${tone}` }, words);
}

export function statusBadge(status: string): HTMLElement {
  const tones: Record<string, Tone> = { active: 'good', blocked: 'bad', erased: 'plain' };
  return badge(named('status', status), tones[status] ?? 'plain');
}

/** What became of a message to a back end. */
export function stateBadge(state: Push['state']): HTMLElement {
  const tones: Record<Push['state'], Tone> = {
    applied: 'good',
    kept: 'plain',
    waiting: 'odd',
    delivered: 'good',
    undelivered: 'bad',
  };
  return badge(named('state', state), tones[state]);
}
