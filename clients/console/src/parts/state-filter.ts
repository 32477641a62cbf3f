import { facts, html } from '../dom.js';
import { named, text } from '../language/language.js';
import { choice, options } from './choice.js';

interface StateFilter<State extends string> {
  readonly states: readonly State[];
  readonly chosen: State | undefined;
  readonly meaning: (state: State) => string;
  readonly choose: (state: string) => void;
}

/** The choice of a state, and what it means; what all of them mean where none is chosen. */
export function stateFilter<State extends string>(filter: StateFilter<State>): HTMLElement[] {
  const { states, chosen, meaning, choose } = filter;
  const entries = states.map((state) => [state, named('state', state)] as const);
  const select = html('select', { id: 'state' }, ...options(text('delivery.any_state'), entries, chosen));
  select.addEventListener('change', () => choose(select.value));
  const field = choice(text('delivery.state'), select);
  if (chosen === undefined) {
    const meanings = states.map((state) => [named('state', state), meaning(state)] as const);
    const summary = html('summary', {}, text('delivery.states'));
    return [field, html('details', { class: 'meanings' }, summary, facts(meanings))];
  }
  select.setAttribute('aria-describedby', 'state-means');
  return [field, html('p', { class: 'hint', id: 'state-means' }, meaning(chosen))];
}
