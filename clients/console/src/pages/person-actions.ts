import type { PersonDetails } from '../api/bodies.js';
import { button, html, setBusy } from '../dom.js';
import { dateTime } from '../format.js';
import { type TextKey, text } from '../language/language.js';
import { ask } from '../parts/dialog.js';
import { showFailure } from '../parts/problem.js';
import type { View } from '../view.js';

type Verb = 'block' | 'unblock' | 'log-out';

/** Says how something ended, and shows the person as they are now. */
type Say = (words: string) => Promise<void>;

/** What an operator can do about a person: each action with what it means. */
export function actions(view: View, person: PersonDetails, say: Say): HTMLElement {
  const failure = html('div', { class: 'action-failure' });
  const blocking: Verb = person.status === 'blocked' ? 'unblock' : 'block';
  const change = (verb: Verb) =>
    button(actionText(verb), () => doOrAsk(view, person, verb, say, failure, change), { id: `do-${verb}` });
  const exporting = button(text('action.export'), () => void download(view, person, exporting, failure), {
    id: 'do-export',
  });
  const erasing = button(text('action.erase'), () => askToErase(view, person, say), {
    id: 'do-erase',
    class: 'button danger-quiet',
  });
  return html(
    'section',
    { class: 'card actions', 'aria-labelledby': 'actions-title' },
    html('h2', { id: 'actions-title' }, text('person.actions')),
    failure,
    html(
      'ul',
      {},
      item(change(blocking), text(`action.${blocking}_what`)),
      item(change('log-out'), text('action.log-out_what')),
      item(exporting, text('action.export_what')),
      item(erasing, text('action.erase_what')),
    ),
  );
}

function actionText(verb: Verb, suffix = ''): string {
  return text(`action.${verb}${suffix}` as TextKey);
}

function item(action: HTMLButtonElement, what: string): HTMLElement {
  const id = `${action.id}-what`;
  action.setAttribute('aria-describedby', id);
  return html('li', {}, action, html('p', { class: 'hint', id }, what));
}

/** Asks before what is felt at once; lifting a block needs no question. */
function doOrAsk(
  view: View,
  person: PersonDetails,
  verb: Verb,
  say: Say,
  failure: HTMLElement,
  again: (verb: Verb) => HTMLButtonElement,
): void {
  const run = async () => {
    await view.api.change(person.id, verb);
    void say(actionText(verb, '_done'));
  };
  if (verb !== 'unblock') {
    const name = person.nickname || text('people.nameless');
    ask(view, {
      title: text(`action.confirm_${verb}`, { name }),
      what: actionText(verb, '_what'),
      confirm: actionText(verb),
      busy: actionText(verb, '_busy'),
      run,
    });
    return;
  }
  const pressed = document.getElementById(`do-${verb}`);
  const end = pressed instanceof HTMLButtonElement ? setBusy(pressed, actionText(verb, '_busy')) : () => {};
  failure.replaceChildren();
  run().catch((error: unknown) => {
    end();
    showFailure(view, error, failure, () => again(verb).click());
  });
}

async function download(
  view: View,
  person: PersonDetails,
  pressed: HTMLButtonElement,
  failure: HTMLElement,
): Promise<void> {
  failure.replaceChildren();
  const end = setBusy(pressed, text('action.export_busy'));
  try {
    const url = URL.createObjectURL(await view.api.export(person.id));
    const link = html('a', { href: url, download: `yaoshi-${person.id}.json` });
    link.click();
    // The download has its own reference to the data by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    view.announce(text('action.export_done'));
  } catch (error) {
    showFailure(view, error, failure, () => void download(view, person, pressed, failure));
  } finally {
    end();
  }
}

function askToErase(view: View, person: PersonDetails, say: Say): void {
  ask(view, {
    title: text('action.erase_title'),
    what: text('action.erase_what'),
    confirm: text('action.erase'),
    busy: text('action.erase_busy'),
    isDangerous: true,
    field: {
      label: text('action.erase_confirm'),
      expected: person.id,
      check: (value) =>
        value.toLowerCase() === person.id.toLowerCase()
          ? undefined
          : text('action.erase_mismatch', { id: person.id }),
    },
    run: async (value) => {
      const { event_id: event, erased_at: at } = await view.api.erase(person.id, value);
      void say(text('action.erase_done', { time: dateTime(at), event }));
    },
  });
}
