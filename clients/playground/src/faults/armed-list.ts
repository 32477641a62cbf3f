import { bindClick, byId, element, explained, setReason } from '../dom.js';
import { setLabel, type Text } from '../language/language.js';
import { reportErrors } from '../traffic/errors.js';
import type { Traffic } from '../traffic/traffic.js';
import type { ArmedFaults, Faults } from './faults.js';

/** The list of armed faults, each with a button that disarms it. */
export class ArmedList {
  readonly #faults: Faults;
  readonly #traffic: Traffic;
  readonly #list = byId('armed');
  readonly #nothing = byId('nothing-armed');
  readonly #disarmAll = byId<HTMLButtonElement>('disarm');

  constructor(faults: Faults, traffic: Traffic) {
    this.#faults = faults;
    this.#traffic = traffic;
    explained(this.#disarmAll);
    bindClick(this.#disarmAll, () => this.#run(() => faults.disarmAll()));
  }

  show({ once, platform }: ArmedFaults): void {
    const focused = this.#buttons().indexOf(document.activeElement as HTMLButtonElement);
    this.#list.replaceChildren(
      ...once.map((fault) => this.#item({ key: `faults.${fault}` }, () => this.#faults.disarm(fault))),
      ...platform.map((fault) => {
        const text: Text = {
          key: 'faults.count',
          values: { what: `@${fault.name}`, count: String(fault.remaining) },
        };
        return this.#item(text, () => this.#faults.disarmPlatformFault(fault));
      }),
    );
    const buttons = this.#buttons();
    this.#nothing.hidden = buttons.length > 0;
    setReason(this.#disarmAll, buttons.length > 0 ? undefined : 'why.nothing_armed');
    if (focused !== -1) {
      // The button that had the focus is gone: a neighbour gets it.
      (buttons[focused] ?? buttons.at(-1) ?? this.#disarmAll).focus();
    }
  }

  #item(text: Text, disarm: () => Promise<void> | void): HTMLLIElement {
    const cross = element('button', { class: 'cross', literal: '×' });
    cross.type = 'button';
    bindClick(cross, () => this.#run(disarm));
    setLabel(cross, { key: 'faults.disarm_one', values: { ...text.values, fault: `@${text.key}` } });
    return element('li', { class: 'chip', children: [element('span', { text }), cross] });
  }

  #run(action: () => Promise<void> | void): void {
    void reportErrors(this.#traffic, async () => action());
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.#list.querySelectorAll('button')];
  }
}
