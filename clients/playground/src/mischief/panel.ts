import { button, element, part } from '../element.js';
import { put, type TextKey } from '../language/language.js';
import { attempt } from '../traffic/attempt.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Armed, Mischief } from './mischief.js';

/** What concerns all phones at once. */
export interface Everywhere {
  /** Lets every session pass its end. */
  expire(): Promise<void>;
  /** Ends every session at the server. */
  revoke(): Promise<void>;
  /** Lets seconds pass. */
  advance(seconds: number, note: TextKey): Promise<void>;
}

interface Deed {
  readonly name: TextKey;
  do(): Promise<void> | void;
}

/** The buttons for what may go wrong. */
export function mischiefPanel(
  mischief: Mischief,
  everywhere: Everywhere,
  traffic: Traffic,
  isClockShared: boolean,
) {
  const groups: [TextKey, Deed[]][] = [
    ['mischief.key', keyDeeds(mischief)],
    ['mischief.session', sessionDeeds(everywhere)],
    ['mischief.code', [{ name: 'mischief.code_twice', do: () => mischief.arm('code_twice') }]],
    ['mischief.wechat', wechatDeeds(mischief)],
    ['mischief.clock', clockDeeds(everywhere)],
  ];
  const list = part('mischief-groups');
  for (const [name, deeds] of groups) {
    const heading = element('h3', { class: 'group-name', text: name });
    const buttons = deeds.map((deed) => deedButton(deed, traffic));
    list.append(element('div', { class: 'group', children: [heading, ...buttons] }));
  }
  if (!isClockShared) {
    withoutSharedClock();
  }
  part('disarm').addEventListener('click', () => void attempt(traffic, () => mischief.disarm()));
}

/** Shows what waits to happen. */
export function showArmed({ traps, faults }: Armed): void {
  const items = [
    ...traps.map((trap) => element('li', { class: 'chip', text: `mischief.${trap}` })),
    ...faults.map(({ name, left }) =>
      element('li', {
        class: 'chip',
        text: { key: 'mischief.count', values: { what: `@${name}`, count: String(left) } },
      }),
    ),
  ];
  part('armed').replaceChildren(...items);
  part('nothing-armed').hidden = items.length > 0;
  part<HTMLButtonElement>('disarm').disabled = items.length === 0;
}

function keyDeeds(mischief: Mischief): Deed[] {
  return [
    { name: 'mischief.rotate', do: () => mischief.rotate() },
    { name: 'mischief.turn', do: () => mischief.arm('turn') },
  ];
}

function sessionDeeds(everywhere: Everywhere): Deed[] {
  return [
    { name: 'mischief.expire', do: () => everywhere.expire() },
    { name: 'mischief.revoke', do: () => everywhere.revoke() },
  ];
}

function wechatDeeds(mischief: Mischief): Deed[] {
  const busy = { kind: 'errcode', errcode: -1 } as const;
  const quota = { kind: 'errcode', errcode: 45011 } as const;
  const slow = { kind: 'latency', milliseconds: 3000 } as const;
  return [
    { name: 'mischief.busy_once', do: () => mischief.armFault('mischief.busy', busy, 1) },
    { name: 'mischief.busy_longer', do: () => mischief.armFault('mischief.busy', busy, 3) },
    { name: 'mischief.quota', do: () => mischief.armFault('mischief.quota', quota, 1) },
    { name: 'mischief.slow', do: () => mischief.armFault('mischief.slow', slow, 1) },
  ];
}

function clockDeeds(everywhere: Everywhere): Deed[] {
  return [
    { name: 'mischief.minutes', do: () => everywhere.advance(300, 'note.minutes') },
    { name: 'mischief.day', do: () => everywhere.advance(86_400, 'note.day') },
  ];
}

function deedButton(deed: Deed, traffic: Traffic): HTMLButtonElement {
  const made = button(deed.name, () => void attempt(traffic, async () => deed.do()), 'button deed');
  made.dataset.deed = deed.name;
  return made;
}

/** Where Yaoshi has a clock of its own, nobody can make its sessions expire. */
function withoutSharedClock(): void {
  const expire = document.querySelector<HTMLButtonElement>('[data-deed="mischief.expire"]');
  if (expire !== null) {
    const why = element('p', { class: 'hint' });
    why.id = 'why-no-expiry';
    put(why, { key: 'mischief.expire_elsewhere' });
    expire.disabled = true;
    expire.setAttribute('aria-describedby', why.id);
    expire.after(why);
  }
}
